"""A facts file: what an organisation knows about an incident of its own at one moment, for drafts and for duties to notify. Nothing of it
leaves the machine."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import AwareDatetime, Field, model_validator

from hotwash.kit.schema.base import Content, Dims, Id, Level, Minutes, Text
from hotwash.kit.schema.duties import Anchor
from hotwash.kit.schema.incident import Said, SaidAnswer, SaidMoment, SaidNoDuty

SAME: dict[str, Anchor] = {"onset": "occurred", "detected": "detected", "aware": "aware"}
"""Times of a draft that clocks of duties may run from, by what those are called there."""


class Span(Content):
    """From `low` to `high`; an end that is not known is left out."""

    low: float | None = Field(None, ge=0)
    high: float | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _rises(self) -> Span:
        if self.low is not None and self.high is not None and self.high < self.low:
            raise ValueError("'high' is below 'low'")
        return self


class Times(Content):
    """Moments with their zone, as 2026-11-23T09:12:00Z; one that is not known is left out."""

    onset: AwareDatetime | None = None
    detected: AwareDatetime | None = None
    aware: AwareDatetime | None = None
    opened: AwareDatetime | None = None
    declared: AwareDatetime | None = None
    next_update: AwareDatetime | None = None


class Explanation(Content):
    """A hypothesis and where its tests left it."""

    id: Id
    statement: Text
    component: str = ""
    mode: str = ""
    state: Literal["open", "supported", "refuted"] = "open"


class Measure(Content):
    """Something that was done to contain it, and since when it works."""

    kind: Id
    scope: Dims = Field(default_factory=dict)
    arguments: dict[str, int | str] = Field(default_factory=dict)
    since: AwareDatetime
    state: Literal["requested", "refused", "pulled", "in-effect", "reverted"] = "in-effect"


class Run(Content):
    """A suite that was run: trials, failures, when."""

    suite: Id
    trials: int = Field(ge=1)
    failures: int = Field(ge=0)
    at: AwareDatetime


class Checked(Content):
    """What was found out about one alert."""

    alert: Id
    verdict: Literal["confirmed", "spurious", "unclear"]
    note: str = ""


class AnyFacts(Content):
    """`facts.yaml`: one file for all commands that read it; what is left out is not known. `parts` are all parts of the service that have a
    name (dimension → values), `suites` the proofs that this incident can be asked for."""

    now: AwareDatetime | None = None
    service: str = ""
    title: str = ""
    statement: str = ""
    severity: Level | None = None
    severity_history: list[Level] = Field(default_factory=list)
    bucket: str = ""
    mode: str = ""
    major_criteria: list[Id] = Field(default_factory=list)
    times: Times = Times()
    update_every_min: Minutes | None = None
    scope: Dims = Field(default_factory=dict)
    scope_statement: str = ""
    parts: Dims = Field(default_factory=dict)
    components: list[str] = Field(default_factory=list)
    people: Span | None = None
    money_usd: Span | None = None
    share_percent: Span | None = None
    who: str = ""
    data_involved: list[str] = Field(default_factory=list)
    data_cleared_by: str = ""
    """The review that found that no data was involved, once there is one."""
    jurisdictions: list[str] = Field(default_factory=list)
    promises: str = ""
    reversible: bool | None = None
    ongoing: bool | None = None
    hypotheses: list[Explanation] = Field(default_factory=list)
    containment: list[Measure] = Field(default_factory=list)
    proofs: list[Run] = Field(default_factory=list)
    checks: list[Checked] = Field(default_factory=list)
    suites: list[Id] = Field(default_factory=list)
    closing: Literal["recovered", "contained-monitoring", "false-alarm"] | None = None
    seats: dict[Id, Text] = Field(default_factory=dict)
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


class FactsFile(AnyFacts):
    """As `hotwash draft` reads it: `now` is needed, since a draft says what is known at a moment."""

    now: AwareDatetime

    def ms(self, moment: datetime) -> int:
        """A moment in ms since `now`, which may be negative."""
        return round((moment - self.now).total_seconds() * 1000)

    def moment(self, name: str) -> datetime | None:
        """One of `times`, or what the last entry of `moments` says of it."""
        said = [one.at for one in self.moments if one.moment == SAME.get(name) and one.of is None]
        return getattr(self.times, name) or (said[-1] if said else None)


class IncidentFacts(AnyFacts):
    """As `hotwash obligations` reads it: it has a title, which calendars and lists of duties carry."""

    title: Text
