"""Messages; obligations and clocks; the end of an incident."""

from __future__ import annotations

from hotwash.drill import events as e
from hotwash.drill.decisions.case import Asked, told
from hotwash.drill.design import FACILITATOR
from hotwash.drill.payloads import Payload
from hotwash.kernel.clock import MINUTE
from hotwash.kit.duties import in_force

HOUR = 60 * MINUTE
EVERYBODY = "all"


def send(asked: Asked) -> list[Payload]:
    """A message; an answer names an inject that reached this seat, so that nobody learns of others by guessing."""
    answers, seats = asked.action.in_reply_to, (*asked.design.seats, EVERYBODY, FACILITATOR)
    lost = [one for one in asked.action.to if one not in seats]
    asked.must(not lost, "messages", f"there is no seat {', '.join(lost)}: write to {', '.join(seats)}")
    asked.must(not answers or asked.received(answers), "messages", f"there is no inject '{answers}' to answer")
    return told(e.MessageSent, "text")(asked)


def assess(asked: Asked) -> list[Payload]:
    """Whether a duty applies, with the reason; if it does and is law on the day of the story, its clock runs from the
    moment of awareness."""
    action = asked.action
    duty = asked.design.obligations.get(action.obligation)
    if duty is None:
        known = ", ".join(asked.design.obligations)
        raise asked.refuse("obligations", f"there is no obligation '{action.obligation}': the kit has {known}")
    assessed = told(e.ObligationAssessed, "reason")(asked)
    running = asked.state.journal.has("obligation_clock_started", obligation=duty.id)
    if action.applies != "yes" or running or not in_force(duty, asked.design.scenario.story_start.date()):
        return assessed
    aware = asked.at.drill_ms if action.aware_ms is None else action.aware_ms
    asked.must(aware <= asked.at.drill_ms, "obligations", "nobody becomes aware in the future")
    hours = duty.deadline_hours
    deadline = None if hours is None else asked.design.story_time(aware + hours * HOUR)
    started = e.ObligationClockStarted(obligation=duty.id, aware_ms=aware, hours=hours, deadline=deadline)
    return [*assessed, started]


def notify(asked: Asked) -> list[Payload]:
    """A notification under a duty that was assessed to apply."""
    named = asked.action.obligation
    last = asked.state.journal.last("obligation_assessed", obligation=named)
    applies = last is not None and last.data["applies"] == "yes"
    asked.must(applies, "obligations", f"assess '{named}' as applying before you notify under it")
    return told(e.AuthorityNotified, "recipient", "text")(asked)


def no_duty(asked: Asked) -> list[Payload]:
    """That no duty exists, and why: the question that is asked later."""
    named = asked.action.obligation
    asked.must(named in asked.design.obligations, "obligations", f"there is no obligation '{named}'")
    return told(e.NoDutyRecorded, "reason")(asked)


DECIDERS = {
    "send_message": send,
    "assess_obligation": assess,
    "notify_authority": notify,
    "record_no_duty": no_duty,
    "accept_risk": told(e.RiskAccepted, "residual", "exposed", "why"),
    "declare_recovery": told(e.RecoveryDeclared, "statement"),
}
