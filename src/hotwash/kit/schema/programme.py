"""The year of exercises of an organisation. File: `programme.yaml`, its own or the one that ships."""

from __future__ import annotations

from pydantic import AwareDatetime, Field, model_validator

from hotwash.kit.schema.base import Content, Id, Text


class Appointment(Content):
    """One exercise of the year: in which month, of which kind, for whom, how long."""

    month: int = Field(ge=1, le=12)
    title: Text
    who: Text
    minutes: int = Field(ge=5, le=600)


class Programme(Content):
    """How fast readiness fades, what is asked for, and when exercises are held.

    After `half_life_days` without being exercised, half the confidence in a control is gone; from `unknown_after_days` on, nothing is
    known. `standards` are the longest times that are accepted, in minutes, by the id of a time.
    """

    half_life_days: int = Field(ge=1, le=3650)
    tested_within_days: int = Field(ge=1, le=3650)
    unknown_after_days: int = Field(ge=1, le=3650)
    standards: dict[Id, float] = Field(default_factory=dict)
    appointments: list[Appointment] = Field(default_factory=list)
    sources: list[Text] = Field(min_length=1)
    """What the numbers rest on; an assumption says that it is one."""


class RealIncident(Content):
    """A real incident by its stamps, with zones: what `hotwash readiness` shows beside drills, never among them."""

    id: Id
    title: Text
    mode: Id
    onset: AwareDatetime
    detected: AwareDatetime | None = None
    declared: AwareDatetime | None = None
    isolated: AwareDatetime | None = None
    contained: AwareDatetime | None = None
    recovered: AwareDatetime | None = None

    @model_validator(mode="after")
    def _in_order(self) -> RealIncident:
        stamps = [self.detected, self.declared, self.isolated, self.contained, self.recovered]
        if any(one is not None and one < self.onset for one in stamps):
            raise ValueError("every stamp lies at or after 'onset'")
        return self
