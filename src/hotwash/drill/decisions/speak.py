"""Messages; the end of an incident."""

from __future__ import annotations

from hotwash.drill import events as e
from hotwash.drill.decisions.case import Asked, told
from hotwash.drill.design import FACILITATOR
from hotwash.drill.payloads import Payload

EVERYBODY = "all"


def send(asked: Asked) -> list[Payload]:
    """A message; an answer names an inject that reached this seat, so that nobody learns of others by guessing."""
    answers, seats = asked.action.in_reply_to, (*asked.design.seats, EVERYBODY, FACILITATOR)
    lost = [one for one in asked.action.to if one not in seats]
    asked.must(not lost, "messages", f"there is no seat {', '.join(lost)}: write to {', '.join(seats)}")
    asked.must(not answers or asked.received(answers), "messages", f"there is no inject '{answers}' to answer")
    return told(e.MessageSent, "text")(asked)


DECIDERS = {
    "send_message": send,
    "declare_recovery": told(e.RecoveryDeclared, "statement"),
}
