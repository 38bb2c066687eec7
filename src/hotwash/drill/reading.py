"""Simulated channels: what was published reaches simulated readers, whose reactions are injects."""

from __future__ import annotations

from collections.abc import Iterator

from hotwash.comms.readers import Published, Reaction, reactions
from hotwash.drill.design import DrillDesign
from hotwash.drill.events import InjectDelivered
from hotwash.drill.journal import Journal
from hotwash.drill.rhythm import course_of
from hotwash.drill.slots import fill
from hotwash.drill.state import DrillState

READER = "reader-"
"""How the ids of reactions begin: no inject of an MSEL may be called so."""


def published(journal: Journal) -> tuple[Published, ...]:
    """Every text that left the room, oldest first."""
    return journal.kept.get("published", ("update_published", "update_corrected"), lambda: _published(journal))


def _published(journal: Journal) -> tuple[Published, ...]:
    corrected = {line.data["update"]: line.at_ms for line in reversed(journal.of("update_corrected"))}
    return tuple(
        Published(
            line.data["draft"],
            line.data["template"],
            line.data["variant"],
            line.data["text"],
            line.at_ms,
            line.version,
            tuple(rule for rule, _ in line.data["problems"]),
            corrected.get(line.data["draft"]),
        )
        for line in journal.of("update_published")
    )


def reacting(state: DrillState, design: DrillDesign, now_ms: int) -> Iterator[InjectDelivered]:
    """Reactions that are due and were not delivered yet."""
    readers = design.kit.communication.readers
    gone = {line.data["inject"] for line in state.journal.of("inject_delivered")}
    waiting = [one for one in readers if f"{READER}{one.id}" not in gone]
    if not waiting or not state.journal.of("severity_set"):
        return
    course = course_of(state.journal)
    for one in reactions(waiting, design.kit.stakeholders, course, published(state.journal), now_ms):
        yield _delivered(one, state, design, now_ms)


def _delivered(one: Reaction, state: DrillState, design: DrillDesign, now_ms: int) -> InjectDelivered:
    own = {"quote": one.quote, "late": str(one.late_min)}
    subject, body = (_own(text, own) for text in (one.reader.subject, one.reader.body))
    return InjectDelivered(
        inject=f"{READER}{one.reader.id}",
        kind="expected-action",
        sender=one.reader.sender,
        channel=one.reader.channel,
        to=tuple(one.reader.to),
        subject=fill(subject, state, design, now_ms),
        body=fill(body, state, design, now_ms),
        due_ms=one.since_ms,
        drift_ms=now_ms - one.since_ms,
        cause="condition",
    )


def _own(text: str, slots: dict[str, str]) -> str:
    for name, value in slots.items():
        text = text.replace(f"{{{name}}}", value)
    return text
