"""An incident's facts as a file of an organisation's own: `hotwash obligations check facts.yaml`. Nothing of it leaves the
machine."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import AwareDatetime, Field, field_validator, model_validator

from hotwash.kit.schema.base import Content, Id, Text
from hotwash.kit.schema.duties import Anchor

Said = Literal["yes", "no", "unknown"]


class SaidAnswer(Content):
    """An answer, with who gave it and why."""

    answer: Said
    who: str = ""
    why: str = ""


class SaidMoment(Content):
    """A moment that a clock may run from, with its zone. A later entry for the same moment corrects the earlier one, and
    both are shown. `earliest` and `latest` are what can be argued where it is open when the moment was."""

    moment: Anchor
    of: Id | None = None
    """The obligation that it is about, where it is not about the whole incident: a notice under it was submitted."""
    at: AwareDatetime
    earliest: AwareDatetime | None = None
    latest: AwareDatetime | None = None
    who: Text
    why: Text

    @field_validator("at", "earliest", "latest", mode="before")
    @classmethod
    def _a_time_of_day(cls, value: Any) -> Any:
        """A date or a number alone would pass as midnight or as seconds since 1970."""
        if isinstance(value, str) and "T" not in value.upper() and " " not in value.strip():
            raise ValueError("write date, time and zone, such as 2026-11-24T10:20+01:00")
        if isinstance(value, int | float):
            raise ValueError("write date, time and zone, such as 2026-11-24T10:20+01:00")  # noqa: TRY004  # pydantic reports ValueError
        return value

    @model_validator(mode="after")
    def _in_order(self) -> SaidMoment:
        if (self.earliest and self.earliest > self.at) or (self.latest and self.latest < self.at):
            raise ValueError("'at' lies between 'earliest' and 'latest'")
        return self


class SaidNoDuty(Content):
    """That no duty exists, and why."""

    reason: Text
    who: Text
    at: AwareDatetime | None = None


class IncidentFacts(Content):
    """`facts.yaml`: answers to the kit's questions, moments with who and why, what is known for a notice."""

    title: Text
    day: date | None = None
    """The day whose law is looked at; the day of the earliest moment otherwise."""
    zone: str = ""
    """The zone that moments are shown in; each moment's own otherwise."""
    activities: list[Id] = Field(default_factory=list)
    """What the organisation does, besides what its kit says."""
    answers: dict[Id, Said | SaidAnswer] = Field(default_factory=dict)
    moments: list[SaidMoment] = Field(default_factory=list)
    known: dict[Id, Text] = Field(default_factory=dict)
    """What is known for a notice, in words, by the name that `notices.yaml` gives it."""
    no_duty: dict[Id, SaidNoDuty] = Field(default_factory=dict)
    calendars: dict[Id, Id] = Field(default_factory=dict)
    """Obligation → calendar, where another than the kit's applies: the one of the authority's Member State."""
