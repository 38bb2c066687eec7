"""Obligations in a drill: questions answered, moments put on record, duties assessed, notices sent, clocks kept right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from hotwash.comms.obligations.check import calendar_for
from hotwash.comms.obligations.clock import Clock, clock_of
from hotwash.comms.obligations.moments import Moment, Moments
from hotwash.drill import events as e
from hotwash.drill.decisions.case import Asked, told
from hotwash.drill.duty_facts import at, drill_ms, moments_of
from hotwash.drill.payloads import Payload
from hotwash.kit.duties import asked_of, in_force
from hotwash.kit.schema.kit import Obligation


def answer(asked: Asked) -> list[Payload]:
    """An answer to a question of the kit, with the reason; one that follows from others may be overruled with one too."""
    named = asked.action.question
    known = [one.id for one in asked.design.kit.questions]
    asked.must(named in known, "obligations", f"there is no question '{named}': the kit asks {', '.join(known)}")
    return told(e.QuestionAnswered, "reason")(asked)


def record(asked: Asked) -> list[Payload]:
    """A moment that clocks may run from, with who and why. What it changes is counted again, and both are kept."""
    action, now = asked.action, asked.at.drill_ms
    known = asked.design.obligations
    wrong = f"there is no obligation '{action.obligation}': the kit has {', '.join(known)}"
    asked.must(not action.obligation or action.obligation in known, "obligations", wrong)
    asked.must(action.at_ms <= now, "obligations", "nobody records what has not happened yet")
    first = action.at_ms if action.earliest_ms is None else action.earliest_ms
    last = action.at_ms if action.latest_ms is None else action.latest_ms
    ordered = first <= action.at_ms <= last <= now
    asked.must(ordered, "obligations", "the moment lies between the earliest and the latest that can be argued")
    recorded = told(e.MomentRecorded, "reason")(asked)
    start = asked.design.scenario.story_start
    added = Moment(
        action.moment, at(start, action.at_ms), asked.command.seat, action.reason, action.obligation,
        at(start, first), at(start, last),
    )  # fmt: skip
    moments = moments_of(asked.state.journal.of, start, added)
    duties = [one for one in asked.design.kit.obligations if action.obligation in ("", one.id, one.after)]
    return [*recorded, *_counted_again(asked, moments, duties, action.reason)]


def assess(asked: Asked) -> list[Payload]:
    """Whether a duty applies, with the reason; if it does and is law on the day of the story, its clock runs from its own
    moment. Where that is awareness, and nobody has put it on record, it is now."""
    action, now = asked.action, asked.at.drill_ms
    duty = asked.design.obligations.get(action.obligation)
    if duty is None:
        known = ", ".join(asked.design.obligations)
        raise asked.refuse("obligations", f"there is no obligation '{action.obligation}': the kit has {known}")
    assessed = told(e.ObligationAssessed, "reason")(asked)
    asked.must(action.aware_ms is None or action.aware_ms <= now, "obligations", "nobody becomes aware in the future")
    if action.applies != "yes":
        return assessed
    moments = _moments(asked)
    if action.aware_ms is not None or moments.holds("aware", duty.id) is None:
        when = at(asked.design.scenario.story_start, now if action.aware_ms is None else action.aware_ms)
        moments = Moments((*moments.recorded, Moment("aware", when, asked.command.seat, action.reason, duty.id)))
    if asked.state.journal.has("obligation_clock_started", obligation=duty.id):
        named = action.aware_ms is not None
        return [*assessed, *(_counted_again(asked, moments, [duty], action.reason) if named else ())]
    return [*assessed, *_begun(asked, duty, moments)]


def notify(asked: Asked) -> list[Payload]:
    """A notification under a duty that was assessed to apply. Its submission starts the clock of the stage after it."""
    named = asked.action.obligation
    last = asked.state.journal.last("obligation_assessed", obligation=named)
    applies = last is not None and last.data["applies"] == "yes"
    asked.must(applies, "obligations", f"assess '{named}' as applying before you notify under it")
    sent = told(e.AuthorityNotified, "recipient", "text")(asked)
    now = at(asked.design.scenario.story_start, asked.at.drill_ms)
    moments = Moments((*_moments(asked).recorded, Moment("submitted", now, asked.command.seat, "sent", named)))
    stages = [one for one in asked_of(asked.design.kit) if one.after == named]
    return [*sent, *(event for one in stages for event in _begun(asked, one, moments))]


def no_duty(asked: Asked) -> list[Payload]:
    """That no duty exists, and why: the question that is asked later."""
    named = asked.action.obligation
    asked.must(named in asked.design.obligations, "obligations", f"there is no obligation '{named}'")
    return told(e.NoDutyRecorded, "reason")(asked)


def _moments(asked: Asked) -> Moments:
    return moments_of(asked.state.journal.of, asked.design.scenario.story_start)


def _begun(asked: Asked, duty: Obligation, moments: Moments) -> Iterator[Payload]:
    """The clock of a duty that applies, unless it runs already, is not law, or waits for a moment that nobody recorded."""
    running = asked.state.journal.has("obligation_clock_started", obligation=duty.id)
    if running or not in_force(duty, asked.design.scenario.story_start.date()):
        return
    clock = clock_of(duty, moments, calendar_for(duty, asked.design.kit))
    if duty.deadline is None or clock.earliest is not None:
        yield e.ObligationClockStarted(
            obligation=duty.id, hours=duty.deadline_hours, **_read(asked, clock, duty.deadline is not None)
        )


def _counted_again(asked: Asked, moments: Moments, duties: list[Obligation], why: str) -> Iterator[Payload]:
    """Clocks that a moment starts or moves: those of duties that were assessed to apply, or that follow a notice."""
    for duty in duties:
        last = asked.state.journal.last("obligation_assessed", obligation=duty.id)
        clocks = [
            line
            for kind in ("obligation_clock_started", "obligation_clock_changed")
            for line in asked.state.journal.where(kind, obligation=duty.id)
        ]
        if not clocks:
            if last is not None and last.data["applies"] == "yes":
                yield from _begun(asked, duty, moments)
            continue
        clock = clock_of(duty, moments, calendar_for(duty, asked.design.kit))
        was = max(clocks, key=lambda line: line.version).data
        now = _read(asked, clock, duty.deadline is not None)
        if clock.earliest is not None and (now["deadline"], now["latest"]) != (was["deadline"], was.get("latest")):
            yield e.ObligationClockChanged(obligation=duty.id, before=was["deadline"], reason=why, **now)


def _read(asked: Asked, clock: Clock, numbered: bool) -> dict[str, Any]:
    """What a clock shows: from when, until when at the earliest and the latest, and how that was counted."""
    start = asked.design.scenario.story_start
    since = drill_ms(start, clock.from_moment.at) if clock.from_moment else asked.at.drill_ms
    if clock.earliest is None or clock.latest is None or not numbered:
        return {"aware_ms": since, "deadline": None, "anchor": clock.anchor}
    return {
        "aware_ms": since,
        "anchor": clock.anchor,
        "deadline": _said(clock.earliest.at, start),
        "deadline_ms": drill_ms(start, clock.earliest.at),
        "latest": _said(clock.latest.at, start),
        "counted": clock.earliest.steps,
        "open_points": clock.open_points,
    }


def _said(moment: datetime, start: datetime) -> str:
    return moment.astimezone(start.tzinfo).isoformat(timespec="seconds")


DECIDERS = {
    "answer_question": answer,
    "record_moment": record,
    "assess_obligation": assess,
    "notify_authority": notify,
    "record_no_duty": no_duty,
}
