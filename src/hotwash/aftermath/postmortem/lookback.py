"""What went well, what did not, where we got lucky, and the papers that go on from here."""

from __future__ import annotations

from collections.abc import Iterator

from hotwash.aftermath.postmortem.material import Material, Part, events, item, say
from hotwash.aftermath.sections.improvement import WORTH_MENDING
from hotwash.aftermath.sections.words import minutes, points
from hotwash.drill import events as e
from hotwash.scoring.scorecard import MarkCard

MOST = 10
ROOM = "room-staffed"
"""The measure that takes a late opening and an empty room together."""
PAPERS = {
    "causes.yaml": "Causes: causal chain, five whys, factors, controls that should have held",
    "capa.yaml": "Corrective and preventive actions, with owner, deadline and verification",
    "review.yaml": "Review meeting: minutes, sign-off",
    "risks.yaml": "Risk register",
    "gate": "Release gates made of this drill",
}
"""Papers that may stand beside the record, and what each is."""


def well(material: Material) -> list[Part]:
    """Marks in full, with what shows them."""
    return [
        Part("went-well", tuple(_marks(material, good=True)) or (say("No mark was earned in full", material.endex),))
    ]


def badly(material: Material) -> list[Part]:
    """Marks under three quarters and expectations that were missed, with what shows them."""
    lines = [*_marks(material, good=False), *_missed(material)]
    return [
        Part(
            "went-badly",
            tuple(lines) or (say("No mark was below three quarters, and no expectation was missed", material.endex),),
        )
    ]


def _marks(material: Material, *, good: bool) -> Iterator[str]:
    ranked = [
        (one.weight * mark.share, one, mark)
        for one in material.card.dimensions
        for mark in one.marks
        # what was not done left no event to cite: its figure says so
        if mark.score is not None and ((mark.score >= 1 and mark.evidence) if good else mark.score < WORTH_MENDING)
    ]
    for _, one, mark in sorted(ranked, key=lambda one: -one[0])[:MOST]:
        lesson = "" if good else f"; what would have earned it: {mark.earns}"
        measured = f"fig:mark-{one.id}-{mark.measure.replace('_', '-')}"
        why, moments = _in_full(material, mark)
        yield item(f"{one.title}: {why}{lesson}", *_mark_refs(mark.evidence), measured, *moments)


def _in_full(material: Material, mark: MarkCard) -> tuple[str, tuple[str, ...]]:
    """Why a mark is what it is, and the figures that say the rest: a full room is no merit of a room that opened late."""
    first, opened = (material.card.milestones.get(name) for name in ("first_signal", "opened"))
    if mark.measure != ROOM or first is None or opened is None:
        return mark.why, ()
    told = f"the incident was opened at {minutes(opened)}, the first signal came at {minutes(first)}; {mark.why} soon after"
    return told, ("fig:at-opened", "fig:at-first-signal")


def _mark_refs(evidence: tuple[int, ...]) -> list[str]:
    return events(evidence if len(evidence) <= MOST else (*evidence[: MOST - 1], evidence[-1]))


def _missed(material: Material) -> Iterator[str]:
    for one in material.case.all(e.ExpectationMissed):
        planned, _ = material.case.design.expectations[one.event.expectation]
        yield item(f"Expected of the {material.seat(one.event.seat)} and missed: {planned.what}", f"e{one.version}")


def luck(material: Material) -> list[Part]:
    """Expected against realised harm, near misses, and controls that nobody tried. Each piece of luck wants an action."""
    found, case = material.card.containment, material.case
    lines = [_chance(material)]
    if found.near_misses:
        lines.append(
            item(
                f"A control stopped {found.near_misses:,} harmful outputs before anybody saw them: near misses",
                "fig:near-misses",
            )
        )
    else:
        lines.append(item("No control stopped a harmful output: near misses were none", "fig:near-misses"))
    pulled = {one.event.kind for one in case.all(e.LeverPulled)}
    ready = [one.title for kind, one in case.design.system.levers.items() if kind not in pulled]
    if ready:
        lines.append(
            item(
                f"Levers that nobody pulled, so that nobody knows whether they would have worked: {', '.join(ready)}",
                material.endex,
            )
        )
    run = {one.event.suite for one in case.all(e.SuiteRun)}
    suites = [one for one in case.design.system.suites if one not in run]
    if suites:
        lines.append(item(f"Suites that nobody ran: {', '.join(suites)}", material.endex))
    fired = {one.event.alert for one in case.all(e.AlertFired)}
    mode = case.design.secret.key.mode
    silent = [one.title for one in case.design.alerts.values() if mode in one.modes and one.id not in fired]
    if silent:
        lines.append(item(f"Alerts for this failure mode that never fired: {', '.join(silent)}", material.endex))
    return [Part("luck", tuple(lines))]


def _chance(material: Material) -> str:
    found = material.card.containment
    amounts = f"{points(found.harm_realised)} harm points happened where {points(found.harm)} were to be expected"
    refs = ("fig:harm-realised", "fig:harm-expected", "fig:luck")
    if abs(found.luck) < 1:
        return item(f"Chance played no part: {amounts}", *refs)
    side = "Good luck" if found.luck > 0 else "Bad luck"
    return item(f"{side} of {points(abs(found.luck))} harm points: {amounts}", *refs)


def onward(material: Material) -> list[Part]:
    """Links to the papers beside this one that are there, and what is still to be written."""
    there = [f"- [{title}]({name})." for name, title in PAPERS.items() if name in material.papers]
    lacking = [f"- Still to be written: {title}." for name, title in PAPERS.items() if name not in material.papers]
    return [Part("papers", (*there, *lacking))]
