"""Whether everybody on the stakeholder map heard as often as they were owed."""

from __future__ import annotations

from typing import Any

from hotwash.comms.cadence import Course, Slot, end_of, settled
from hotwash.drill import events as e
from hotwash.kernel.clock import stamp
from hotwash.kit.schema.comms import Rhythm, Stakeholder
from hotwash.kit.schema.kit import Kit
from hotwash.scoring.case import Case, Entry
from hotwash.scoring.mark import Mark, Parameters, cite_all
from hotwash.scoring.measures.people import told_of_false_alarm

NAMED = 4
"""Audiences that the mark names; the others are in the report's table."""


def cadence_kept(case: Case, _: Parameters) -> Mark:
    """Share of the updates owed to the audiences of the stakeholder map that came when they were due, from the first severity to the
    end of play or the closing state. A missed one counts again each time that the next falls due."""
    if not case.all(e.SeveritySet):
        if case.design.secret.key.incident:
            return Mark(0.0, "no severity was set, so nobody was owed an update, and nobody got one")
        return told_of_false_alarm(case)
    updates = case.all(e.UpdatePublished)
    judged = owed_updates(case)
    if not judged:
        return Mark(1.0 if updates else 0.0, f"{len(updates)} updates before the first was due", cite_all(updates))
    late = [slot for slot in judged if slot.met_ms is None]
    kept = len(judged) - len(late)
    why = f"{kept} of {len(judged)} due updates were in time" + (
        f"; late or never: {_named(case, late)}" if late else ""
    )
    return Mark(kept / len(judged), why, cite_all(updates))


def owed_updates(case: Case) -> tuple[Slot, ...]:
    """Every update that was owed and can be judged, soonest due first."""
    return settled(audiences(case.design.kit), course(case), case.ended_ms)


def audiences(kit: Kit) -> list[Stakeholder]:
    """The stakeholder map; of a kit without one, a single audience inside, at the rhythm of the severities."""
    if kit.stakeholders:
        return kit.stakeholders
    rhythm = {
        level: Rhythm(first_min=one.update_every_min, every_min=one.update_every_min)
        for level, one in kit.severity.levels.items()
    }
    inside = [one.id for one in kit.messages if not one.external]
    row = {"id": "inside", "title": "Inside", "side": "inside", "decides": "What is theirs.", "needs": "What is known.",
           "channel": "Updates.", "templates": inside, "owner": "comms", "deputy": "ic", "rhythm": rhythm}  # fmt: skip
    return [Stakeholder.model_validate(row)]


def course(case: Case) -> Course:
    """What the log did to the clocks of the audiences. Whoever is owed from the first severity on needs no event for it."""
    levels = case.all(e.SeveritySet)
    ends: list[Entry[Any]] = [*case.all(e.RecoveryDeclared), *case.all(e.IncidentStoodDown)]
    always = {one.id: levels[0].at_ms for one in audiences(case.design.kit) if one.when is None and levels}
    return Course(
        levels=tuple((one.at_ms, one.event.level) for one in levels),
        owed={**always, **{one.event.audience: one.event.since_ms for one in case.all(e.AudienceOwed)}},
        sent=tuple((one.at_ms, one.event.template) for one in case.all(e.UpdatePublished)),
        over_ms=end_of((one.at_ms for one in ends), (one.at_ms for one in case.all(e.IncidentOpened))),
    )


def _named(case: Case, late: list[Slot]) -> str:
    titles = {one.id: one.title for one in audiences(case.design.kit)}
    first = {slot.audience: slot for slot in reversed(late)}
    said = [f"{titles[name]} (due {stamp(slot.due_ms)})" for name, slot in list(first.items())[:NAMED]]
    return ", ".join(said) + (f" and {len(first) - NAMED} more" if len(first) > NAMED else "")
