"""Duties that were missed and done afterwards: a missed deadline does not say that nothing followed."""

from __future__ import annotations

from hotwash.aftermath.postmortem.material import Material
from hotwash.drill.conditions import Held, World, held
from hotwash.drill.events import RuleArmed
from hotwash.drill.journal import Journal, Line
from hotwash.kernel.clock import MINUTE
from hotwash.scoring.case import Entry


def done_at_last(material: Material, armed: Entry[RuleArmed]) -> Held | None:
    """When a duty was done at last, by the same condition that its deadline was judged by; None where that was not before play ended."""
    case = material.case
    duty = next(
        (duty for rule, duty in case.design.duties if (rule.id, duty.id) == (armed.event.rule, armed.event.duty)), None
    )
    if duty is None:
        return None
    world = World(journal(material), case.ended_ms, case.design.system, case.design.secret.key.facts, material.frame)
    since = armed.event.due_ms - round(duty.within_min * MINUTE)
    found = held(duty.meet, world, since, talk_only=True)
    return found if found is not None and found.version and found.since_ms <= case.ended_ms else None


def journal(material: Material) -> Journal:
    """The log up to the end of play, as conditions read it."""
    made = Journal()
    for entry in material.case.log:
        if entry.at_ms > material.case.ended_ms:
            continue
        body = entry.event.model_dump(mode="json")
        line = Line(entry.version, entry.at_ms, entry.seat, body)
        made.by_type.setdefault(body["type"], []).append(line)
        if body["type"] == "fact_learned":
            made.facts.setdefault(body["fact"], line)
            made.knowers.setdefault(body["fact"], set()).update(body["seats"])
    return made
