"""Every obligation that a kit asks about, held against one incident: may it exist, by when, what would the notice say?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from hotwash.comms.obligations.clock import Clock, clock_of
from hotwash.comms.obligations.days import Days, days_of
from hotwash.comms.obligations.moments import Moments
from hotwash.comms.obligations.notice import Draft, Known, prefilled
from hotwash.comms.obligations.tree import Given, Tree
from hotwash.kit.duties import asked_of, in_force
from hotwash.kit.schema.duties import Obligation, Question, WorkCalendar
from hotwash.kit.schema.kit import Kit

Standing = Literal["candidate", "open", "out", "no-duty", "not-in-force"]
"""The answers make it a candidate; they do not settle it; they rule it out; somebody put down that there is none, and why;
it is not law on the day."""
ORDER: tuple[Standing, ...] = ("candidate", "open", "no-duty", "not-in-force", "out")
WEEKENDS = WorkCalendar(
    id="weekends", title="Saturdays and Sundays off", zone="UTC", basis="Convention.", confidence="high",
    source="Convention.", checked_on=date(2026, 11, 28),
)  # fmt: skip


@dataclass(frozen=True)
class NoDuty:
    """That no duty exists, why, and who said so."""

    reason: str
    who: str
    rests_on: int = 0


@dataclass(frozen=True)
class Incident:
    """What is known of one incident. `judged` are obligations that people assessed, with what they said."""

    day: date
    given: Mapping[str, Given] = field(default_factory=dict)
    moments: Moments = field(default_factory=Moments)
    known: Mapping[str, Known] = field(default_factory=dict)
    no_duty: Mapping[str, NoDuty] = field(default_factory=dict)
    activities: Sequence[str] = ()
    calendars: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Candidate:
    """One obligation. `decided_by` are questions: those that held, failed, lifted it, or are open."""

    obligation: Obligation
    standing: Standing
    decided_by: tuple[str, ...]
    by_caution: bool
    clock: Clock
    days: Days
    notice: Draft | None
    no_duty: NoDuty | None = None

    @property
    def submitted(self) -> bool:
        """Whether its clock runs from an earlier notice."""
        return self.obligation.anchor == "submitted"


@dataclass(frozen=True)
class Checked:
    """The answer: candidates by deadline, and what to ask next."""

    candidates: tuple[Candidate, ...]
    to_ask: tuple[Question, ...]
    tree: Tree

    def of(self, *standings: Standing) -> tuple[Candidate, ...]:
        """Candidates of some standings."""
        return tuple(one for one in self.candidates if one.standing in standings)


def check(kit: Kit, incident: Incident) -> Checked:
    """Hold every obligation that the kit asks of this organisation against the incident. A row that is not law on the day
    never becomes a candidate. Raises KeyError for a calendar that the kit does not have."""
    own = kit.model_copy(update={"activities": [*kit.activities, *incident.activities]})
    tree = Tree.of(kit.questions, incident.given)
    asked = asked_of(own)
    live = [one for one in asked if in_force(one, incident.day) and one.id not in incident.no_duty]
    found = [_candidate(one, kit, incident, tree) for one in asked]
    found.sort(key=lambda one: (ORDER.index(one.standing), one.clock.due is None, _sort_key(one)))
    return Checked(tuple(found), tree.to_ask(live), tree)


def calendar_for(one: Obligation, kit: Kit, chosen: Mapping[str, str] | None = None) -> Days:
    """The calendar of an obligation, or the one chosen in its place. Raises KeyError for one that does not exist."""
    known = {"weekends": WEEKENDS, **{calendar.id: calendar for calendar in kit.calendars}}
    return days_of(known[(chosen or {}).get(one.id, one.calendar)])


def _candidate(one: Obligation, kit: Kit, incident: Incident, tree: Tree) -> Candidate:
    days = calendar_for(one, kit, incident.calendars)
    verdict, decided_by = tree.verdict(one)
    standing: Standing = "candidate" if verdict == "yes" else "out" if verdict == "no" else "open"
    none = incident.no_duty.get(one.id)
    if not in_force(one, incident.day):
        standing = "not-in-force"
    elif none is not None:
        standing = "no-duty"
    cautious = standing == "candidate" and any(tree.by_caution(name) for name in one.needs)
    clock = clock_of(one, incident.moments, days)
    notice = prefilled(one, kit.notices, incident.known, incident.moments)
    return Candidate(one, standing, decided_by, cautious, clock, days, notice, none)


def _sort_key(one: Candidate) -> float:
    due = one.clock.due
    return due.timestamp() if due else 0.0
