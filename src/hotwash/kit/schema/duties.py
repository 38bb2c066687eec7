"""Duties to notify: what asks for one, the moment that its clock runs from, how the time is counted, what a notice holds.
Also the calendars that days are counted on, and the questions that a team answers in five minutes."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field, model_validator

from hotwash.kit.schema.base import Content, Id, Text
from hotwash.kit.schema.conditions import Condition

Confidence = Literal["high", "medium", "low"]
Unit = Literal["hours", "calendar-days", "business-days", "weeks", "months"]
Counting = Literal["elapsed", "civil", "eu"]
Anchor = Literal[
    "occurred", "detected", "aware", "high-risk", "classified", "determined", "causal-link", "received", "mitigated",
    "submitted",
]  # fmt: skip
"""Moments that clocks run from: it happened; it was noticed; somebody knew with reasonable certainty; knew of the high
risk; classified it as major; determined that it is reportable (material, notifiable, occurred); a causal link or its
likelihood was established; something was received; a remedy was available; an earlier notice was submitted."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Holiday(Content):
    """A public holiday: a day of a month, the nth weekday of a month (-1: the last), days from Easter Sunday, or dates."""

    name: Text
    month: int | None = Field(None, ge=1, le=12)
    day: int | None = Field(None, ge=1, le=31)
    weekday: Weekday | None = None
    nth: int | None = Field(None, ge=-1, le=5)
    easter: int | None = Field(None, ge=-60, le=70)
    """Days after Easter Sunday of the Gregorian calendar; 1 is Easter Monday."""
    dates: list[date] = Field(default_factory=list)
    from_year: int | None = None
    until_year: int | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Holiday:
        ways = (
            self.month is not None and self.day is not None,
            self.month is not None and self.weekday is not None and bool(self.nth),
            self.easter is not None,
            bool(self.dates),
        )
        if sum(ways) != 1:
            raise ValueError("say it in one way: month and day, month with weekday and nth, easter, or dates")
        if self.month is not None and self.day is not None:
            date(2024, self.month, self.day)
        return self


class WorkCalendar(Content):
    """Which days are no working days, and the zone that they begin and end in. File: `calendars.yaml`."""

    id: Id
    title: Text
    zone: Text
    weekend: tuple[Weekday, ...] = ("saturday", "sunday")
    holidays: list[Holiday] = Field(default_factory=list)
    observed: Literal["as-is", "nearest", "next-free"] = "as-is"
    """A holiday at a weekend: stays there; moves to Friday or Monday; moves to the next day that is free."""
    basis: Text
    confidence: Confidence
    source: Text
    checked_on: date


class Period(Content):
    """How long, and how it is counted. `elapsed` and hours: time that passes. `civil`: the day of the event is not counted
    and the last day ends at midnight. `eu`: Regulation (EEC, Euratom) 1182/71."""

    amount: int = Field(ge=1)
    unit: Unit
    counting: Counting
    ends_at: str = Field("", pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^$")
    """Local time at which the last day is over for this purpose (a filing desk that closes); empty: midnight."""
    from_end_of: Literal["", "year"] = ""
    """Counted from the end of the calendar year in which the moment lies."""

    @model_validator(mode="after")
    def _fits(self) -> Period:
        ways = ("elapsed", "eu") if self.unit == "hours" else ("civil", "eu")
        if self.counting not in ways:
            raise ValueError(f"{self.unit} are counted '{ways[0]}' or '{ways[1]}'")
        return self


class Ceiling(Content):
    """A second period, from another moment, that the first one may not outlast; it stands alone until that moment is
    known, and lapses where that moment comes after it."""

    anchor: Anchor
    period: Period
    basis: Text


class NoticeItem(Content):
    """Something that the law wants a notice to say. `fact` names what is known of it, if anything."""

    asks: Text
    basis: Text
    fact: Id | None = None
    later: bool = False
    """True where it may follow in a later phase."""


class Notice(Content):
    """What a notice holds by law. File: `notices.yaml`, by id."""

    title: Text
    items: list[NoticeItem] = Field(min_length=1)
    source: Text
    confidence: Confidence
    checked_on: date


class Question(Content):
    """A question with yes, no or unknown; or (`any`, `all`) an answer that follows from others. File: `questions.yaml`."""

    id: Id
    asks: Text
    hint: str = ""
    facts: list[Id] = Field(default_factory=list)
    """Facts of the taxonomy of which one, once known, means yes."""
    any: list[Id] = Field(default_factory=list)
    all: list[Id] = Field(default_factory=list)
    unknowns_make_yes: int | None = Field(None, ge=1)
    """So many unknowns (or unanswered questions) among `any` count as yes: nobody waits for certainty about a leak."""
    source: Text

    @model_validator(mode="after")
    def _one_kind(self) -> Question:
        if self.any and self.all:
            raise ValueError("an answer follows from 'any' or from 'all', not from both")
        if self.unknowns_make_yes is not None and not self.any:
            raise ValueError("'unknowns_make_yes' counts among 'any'")
        return self


class Obligation(Content):
    """A duty to notify. Not legal advice: source, confidence and the date of the last check stand beside it."""

    id: Id
    regime: Text
    jurisdiction: Text
    trigger: Text
    when: Condition
    needs: list[Id] = Field(default_factory=list)
    """Questions that must be answered with yes."""
    unless: list[Id] = Field(default_factory=list)
    """Questions of which one yes lifts the duty; not knowing does not."""
    regions: list[str] = Field(default_factory=list)
    only_for: list[Id] = Field(default_factory=list)
    """Activities of an organisation of which one must be its own; empty: everybody's."""
    notifier: Text
    recipient: Text
    anchor: Anchor = "aware"
    after: Id | None = None
    """The obligation whose notice starts this clock, where the anchor is `submitted`."""
    deadline: Period | None = None
    """None: without undue delay, or as the contract says."""
    not_later: Ceiling | None = None
    conservative_hours: int | None = Field(None, ge=1)
    """Elapsed hours to work to where it is open how the period is counted; the rule gives the latest."""
    calendar: Id = "weekends"
    clock_starts: Text
    basis: Text
    exceptions: Text
    notice: Id | None = None
    """What its notice holds, in `notices.yaml`."""
    confidence: Confidence
    source: Text
    checked_on: date
    in_force_from: date | None = None
    in_force_until: date | None = None

    @model_validator(mode="before")
    @classmethod
    def _plain_hours(cls, data: Any) -> Any:
        """`deadline_hours`, as kits and records wrote it before periods had units, is so many elapsed hours."""
        if not isinstance(data, dict) or "deadline_hours" not in data or "deadline" in data:
            return data
        rest = {name: value for name, value in data.items() if name != "deadline_hours"}
        hours = data["deadline_hours"]
        return (
            rest if hours is None else {**rest, "deadline": {"amount": hours, "unit": "hours", "counting": "elapsed"}}
        )

    @property
    def deadline_hours(self) -> int | None:
        """Elapsed hours, where the period is given in hours."""
        return self.deadline.amount if self.deadline and self.deadline.unit == "hours" else None
