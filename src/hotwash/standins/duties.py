"""Which duties the kit asks about apply to what is known, with the reason in words. Not legal advice, as the kit says."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from hotwash.drill.commands import AssessObligation, NotifyAuthority, RecordMoment, RecordNoDuty
from hotwash.kit.duties import asked_of, in_force
from hotwash.kit.schema.conditions import AllOf, AnyOf, At, Condition, Known, Not, Seen, SignalAbove, Since
from hotwash.kit.schema.kit import Obligation
from hotwash.standins.answering import answers
from hotwash.standins.desk import Desk
from hotwash.standins.letters import ASKS, writer_of
from hotwash.standins.profiles import Profile
from hotwash.standins.room import Room
from hotwash.standins.seat import SeatPolicy
from hotwash.standins.story import Story, story
from hotwash.standins.words import bare, clock, joined, some

PRIVACY_STEMS = ("gdpr", "privacy", "personal", "breach")
TAKE_OVER_MIN = 14.0
"""Minutes after which the other of the two seats takes over what nobody has assessed."""


SHORT_HOURS = 24
BRIEFS = 16
"""Briefs of which is kept what they say."""


@dataclass(frozen=True)
class Assessment:
    """Whether a duty applies, and why."""

    applies: Literal["yes", "no", "unclear"]
    reason: str


class DutyBearer(SeatPolicy):
    """Legal counsel or the privacy lead."""

    own_first: bool = False
    """True for the seat whose matters are about personal data."""

    def __init__(self, profile: Profile, seed: int) -> None:
        super().__init__(profile, seed)
        self._reviewed: set[str] = set()

    def assess_duties(self, desk: Desk, room: Room) -> None:
        """Go through the kit's obligations once it is known what happened; write down the noes too."""
        told = story(desk, room)
        if told.play is None and not room.stood_down:
            return
        known = known_facts(room, told)
        self.answer_questions(desk, room, told, known)
        for one in asked_of(desk.kit):
            private = any(stem in one.id for stem in PRIVACY_STEMS)
            minutes = (3.0 if private == self.own_first else TAKE_OVER_MIN) + self.habits.duty_delay_min
            if one.id in room.duties or not self.ripe(desk, f"duty-{one.id}", minutes):
                continue
            found = assess(one, known, desk, room, told)
            aware = min([f.at_ms for f in room.confirmed] or [room.now_ms])
            action = AssessObligation(
                obligation=one.id, applies=found.applies, reason=found.reason,
                aware_ms=aware if found.applies == "yes" else None,
            )  # fmt: skip
            self.do(desk, action)
        for duty, applies in room.duties.items():
            if (
                applies == "no"
                and duty not in room.no_duty
                and self.ripe(desk, f"no-duty-{duty}", 2 if self.own_first else 5)
            ):
                reason = assess(next(o for o in desk.kit.obligations if o.id == duty), known, desk, room, told).reason
                self.do(desk, RecordNoDuty(obligation=duty, reason=reason))
        self.notify(desk, room, told)
        self.answer_askers(desk, room, told, known)

    def answer_questions(self, desk: Desk, room: Room, told: Story, known: Collection[str]) -> None:
        """Put on record when the team became aware, and go through the kit's questions; once, by one of the two seats."""
        minutes = (2.0 if self.own_first else TAKE_OVER_MIN - 1) + self.habits.duty_delay_min
        by_others = any(one.seat != self.seat for one in desk.view.of("question_answered"))
        if by_others or not self.ripe(desk, "questions", minutes):
            return
        if room.confirmed and not any(one.data["moment"] == "aware" for one in desk.view.of("moment_recorded")):
            why = "The first verdict that something is real."
            self.do(desk, RecordMoment(moment="aware", at_ms=told.aware_ms, reason=why))
        found = answers(
            desk,
            known,
            regions(desk, room),
            for_others=for_others(desk),
            in_uk=concerns(desk, "United Kingdom"),
            settled=told.play is not None or room.stood_down,
        )
        for one in list(found):
            self.do(desk, one)

    def answer_askers(self, desk: Desk, room: Room, told: Story, known: Collection[str]) -> None:
        """An authority or a customer asks: what was assessed is looked at again with what is known now."""
        for letter in room.inbox:
            asks = writer_of(letter) in ("regulator", "customer") and ASKS.search(letter.body)
            if not asks or not self.ripe(desk, f"asked-{letter.inject}", 3 + self.habits.duty_delay_min):
                continue
            for duty, applies in room.duties.items():
                key = f"{letter.inject}-{duty}"
                if (applies != "yes" and not room.stood_down) or key in self._reviewed:
                    continue
                obligation = next(one for one in desk.kit.obligations if one.id == duty)
                found = assess(obligation, known, desk, room, told)
                reason = f"Looked at again after {letter.sender} wrote at {clock(letter.at_ms)}. {found.reason}"
                if self.do(desk, AssessObligation(obligation=duty, applies=found.applies, reason=reason)).done:
                    self._reviewed.add(key)

    def notify(self, desk: Desk, room: Room, told: Story) -> None:
        """Those with the shortest clocks hear first: whoever the contract or the law says must learn it within a day."""
        for one in desk.kit.obligations:
            short = one.deadline is None or (one.deadline_hours or SHORT_HOURS + 1) <= SHORT_HOURS
            direct = one.notifier in ("Processor", "Supplier")
            if (
                room.duties.get(one.id) != "yes"
                or one.id in room.notified
                or not (short and direct)
                or room.extent is None
            ):
                continue
            if self.ripe(desk, f"notify-{one.id}", 4 if not self.own_first else 8):
                self.do(desk, NotifyAuthority(obligation=one.id, recipient=one.recipient, text=first_notice(told)))


def assess(one: Obligation, facts: Collection[str], desk: Desk, room: Room, told: Story) -> Assessment:
    """Does a duty apply to what is known? The trigger first, then the place, then the date."""
    if told.room.stood_down or told.room.false_alarm:
        read = sum(kind == "trace" for kind, _ in room.evidence.values())
        return Assessment(
            "no",
            f"The alarm was false: {some(read, 'trace')} in evidence, with the requesters' own data and nothing else. Nothing triggers it ({bare(one.basis)}).",
        )
    holds = holds_for(one.when, facts)
    if holds is None:
        return Assessment("unclear", f"Not settled by what is known at {clock(room.now_ms)}: {one.trigger}")
    if not holds:
        return Assessment(
            "no",
            f"Not triggered. {one.trigger} What we have seen is that {told.play.what if told.play else 'nothing is wrong'}.",
        )
    if not in_force(one, story_date(desk)):
        since = f"from {one.in_force_from.isoformat()}" if one.in_force_from else ""
        until = f"until {one.in_force_until.isoformat()}" if one.in_force_until else ""
        span = f"{since} {until}".strip()
        return Assessment(
            "no",
            f"{one.regime} applies {span}; the exercise plays on {story_date(desk).isoformat()}. Noted for the report.",
        )
    where = regions(desk, room)
    if one.regions and not set(one.regions) & set(where):
        return Assessment("no", f"It is about {joined(one.regions)}; those affected are in {joined(where)}.")
    if not concerns(desk, one.jurisdiction):
        return Assessment(
            "no", f"Nobody in the {one.jurisdiction} is concerned, as our brief says, and nothing is processed there."
        )
    if one.notifier == "Controller" and for_others(desk):
        return Assessment(
            "no",
            f"We process for others, who are the controllers: the duty under {one.basis} is theirs. We inform and support them.",
        )
    if one.notifier == "Processor" and not for_others(desk):
        return Assessment(
            "no", f"We decide on this processing ourselves and are no processor: {one.basis} does not apply."
        )
    return Assessment(
        "yes", f"{one.trigger} That is so: {told.happened()} Affected: {joined(where)}. Basis: {bare(one.basis)}."
    )


def first_notice(told: Story) -> str:
    """A first notice in phases, to somebody outside: what is known, what is not, who answers."""
    kinds = f" Kinds of data: {joined(told.play.data)}." if told.play and told.play.data else ""
    return (
        f"EXERCISE. First notice, in phases. {told.outside()} We became aware at {told.at(told.aware_ms)}.{kinds} "
        f"{told.outside_status()} How many people are concerned in your organisation is being established. "
        "Contact: our privacy lead. We will write again today."
    )


def holds_for(condition: Condition, facts: Collection[str]) -> bool | None:
    """A condition over facts; None where it asks for something that a seat cannot tell."""
    match condition:
        case Known():
            return condition.fact in facts
        case AllOf():
            told = [holds_for(one, facts) for one in condition.all]
            return False if False in told else None if None in told else True
        case AnyOf():
            told = [holds_for(one, facts) for one in condition.any]
            return True if True in told else None if None in told else False
        case Not():
            inner = holds_for(condition.not_, facts)
            return None if inner is None else not inner
        case Since():
            return holds_for(condition.since, facts)
        case At() | Seen() | SignalAbove():
            return None


def known_facts(room: Room, told: Story) -> frozenset[str]:
    """Facts that this seat may take as known: what the play means, who wrote, who complained."""
    facts = set(told.play.facts) if told.play and room.confirmed else set()
    writers = {writer_of(letter) for letter in room.inbox}
    facts |= {"press_contact"} if "press" in writers else set()
    facts |= {"regulator_contact"} if "regulator" in writers else set()
    facts |= {"customer_report"} if room.complaints else set()
    return frozenset(facts)


def regions(desk: Desk, room: Room) -> tuple[str, ...]:
    """Regions in which people are touched: those of the scope, or all that the service has."""
    narrowed = room.extent.scope.get("region") if room.extent else None
    return tuple(narrowed or desk.scenario.regions or desk.system.dimensions.get("region", ()))


def story_date(desk: Desk) -> date:
    """The day on which the exercise plays."""
    return desk.scenario.story_start.date()


def for_others(desk: Desk) -> bool:
    """Does the brief say that the data is processed for somebody else?"""
    return _processes_for_others(desk.scenario.brief)


def concerns(desk: Desk, jurisdiction: str) -> bool:
    """A single country is concerned when the brief names it and does not rule it out; unions and groups are looked up by
    region instead."""
    return "United Kingdom" not in jurisdiction or _concerns_uk(desk.scenario.brief)


@lru_cache(BRIEFS)
def _processes_for_others(brief: str) -> bool:
    return bool(re.search(r"process[^.]{0,80}(?:for them|on (?:their|its) behalf)|\bprocessors?\b", brief))


@lru_cache(BRIEFS)
def _concerns_uk(brief: str) -> bool:
    named = [one for one in re.split(r"(?<=[.!?])\s", brief) if re.search(r"United Kingdom|\bUK\b", one)]
    return any(not re.search(r"\b(?:none|no|not|nobody|never)\b", one, re.IGNORECASE) for one in named)
