"""Figures of a record that have a name, so that a sentence can cite one and be held to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from hotwash.aftermath.postmortem.charts import crossings
from hotwash.aftermath.postmortem.excess import excess
from hotwash.aftermath.postmortem.material import Material
from hotwash.aftermath.postmortem.negative import unread_complaints, unseen, waiting
from hotwash.aftermath.postmortem.spans import window
from hotwash.aftermath.sections.words import minutes, percent, points
from hotwash.drill import events as e
from hotwash.kernel.clock import MINUTE, drill_ms
from hotwash.scoring.best_plan import REACTION_MIN
from hotwash.scoring.containment import MHP

NUMBERS = re.compile(r"\d+(?:\.\d+)?")
STAMPS = re.compile(r"T\+(\d+):(\d\d)(?::(\d\d))?")
"""Moments of drill time in the words of a mark."""
MOST_SEGMENTS = 12
SEGMENT_SHARE = 0.05
"""Segments with less of the hands-off harm than this are no rows of their own."""


@dataclass(frozen=True)
class Figure:
    """A number of the record, or some that belong together. `shown` is how it is written; amounts are harm points, durations minutes."""

    id: str
    title: str
    shown: str
    values: tuple[float, ...] = ()
    times_ms: tuple[int, ...] = ()


def figures(material: Material) -> tuple[Figure, ...]:
    """All of them, in the order in which they are told."""
    return (
        *_harm(material),
        *_counts(material),
        *_moments(material),
        *_times(material),
        *_segments(material),
        *_traffic(material),
        *_charts(material),
        *_excess(material),
        *_marks(material),
    )


def _harm(material: Material) -> Iterator[Figure]:
    found = material.card.containment
    amounts = (
        ("harm-expected", "Harm expected of the hazards that were left open", found.harm),
        ("harm-realised", "Harm that happened", found.harm_realised),
        ("harm-nothing", "Harm had nobody acted", found.harm_nothing),
        ("harm-best", "Harm under the best plan", found.harm_best),
        ("harm-cache", "Harm that was served from the cache", found.harm_from_cache),
        ("collateral", "Service refused or degraded", found.collateral),
        ("collateral-best", "Service refused or degraded under the best plan", found.collateral_best),
        ("loss-floor", "Loss that no plan can go below", found.loss_floor),
    )
    for name, title, value in amounts:
        yield Figure(name, title, f"{points(value)} harm points", (value,))
    side = "less happened than was likely" if found.luck > 0 else "more happened than was likely"
    yield Figure(
        "luck", f"Harm expected less harm that happened: {side}", points(found.luck), (found.luck, abs(found.luck))
    )
    share = 100 * found.prevented
    yield Figure("prevented", "Share of the preventable harm that was prevented", percent(found.prevented), (share,))
    if found.worst_segment:
        worst = found.worst_segment
        shown = f"{worst.dim} {worst.value}, {percent(worst.prevented)}"
        yield Figure(
            "worst-segment",
            "Segment that came off worst, and what was prevented there",
            shown,
            (100 * worst.prevented,),
        )


def _counts(material: Material) -> Iterator[Figure]:
    team, kit = material.case.team, material.case.design.kit
    yield Figure("requests", "Requests of the whole play", f"{team.requests:,}", (team.requests,))
    total = sum(team.delivered.values())
    yield Figure("harmful", "Harmful outcomes delivered", f"{total:,}", (total,))
    for name, count in sorted(team.delivered.items()):
        title = kit.harm.categories[name].title if name in kit.harm.categories else name.replace("_", " ")
        yield Figure(f"harmful-{name.replace('_', '-')}", f"Harmful outcomes: {title}", f"{count:,}", (count,))
    yield Figure("near-misses", "Harmful outputs that a control stopped", f"{team.near_misses:,}", (team.near_misses,))


def _moments(material: Material) -> Iterator[Figure]:
    for name, at in material.card.milestones.items():
        times = () if at is None else (round(at * MINUTE),)
        yield Figure(
            f"at-{name.replace('_', '-')}",
            f"When: {name.replace('_', ' ')}",
            minutes(at),
            () if at is None else (at,),
            times,
        )
    at = diagnosed_min(material)
    times = () if at is None else (round(at * MINUTE),)
    yield Figure(
        "at-diagnosed", "When a test supported the true cause", minutes(at), () if at is None else (at,), times
    )


def _times(material: Material) -> Iterator[Figure]:
    titles = {one.id: one.title for one in material.case.design.kit.rubric.time_metrics}
    found = dict(material.card.time_metrics)
    detected, at = material.card.milestones.get("detected"), diagnosed_min(material)
    known = detected is not None and at is not None and at >= detected
    found["isolate"] = round(at - detected, 2) if known and at is not None and detected is not None else None
    titles["isolate"] = "Detection to a cause supported by a test"
    for name, value in found.items():
        shown = "not reached" if value is None else f"{value:.1f} min"
        yield Figure(f"time-{name}", titles.get(name, name), shown, () if value is None else (value,))


def _segments(material: Material) -> Iterator[Figure]:
    case = material.case
    for dim, value in segments(material):
        cell = (dim, value)
        team, nothing, best = (play.by_segment[cell] for play in (case.team, case.nothing, case.best.outcome))
        values = (team[0] / MHP, nothing[0] / MHP, best[0] / MHP, team[1] / MHP)
        shown = f"harm {points(values[0])}, hands-off {points(values[1])}, best plan {points(values[2])}, refused or degraded {points(values[3])}"
        yield Figure(f"segment-{dim}-{value}", f"Segment {dim} {value}, in harm points", shown, values)


def segments(material: Material) -> list[tuple[str, str]]:
    """Segments that bore a part of the harm, worst first."""
    by, total = material.case.nothing.by_segment, max(1, int(material.case.nothing.expected_harm.sum()))
    borne = {cell: amounts[0] for cell, amounts in by.items() if cell[0] and amounts[0] > SEGMENT_SHARE * total}
    return sorted(borne, key=lambda cell: (-material.case.team.by_segment[cell][0], cell))[:MOST_SEGMENTS]


def _traffic(material: Material) -> Iterator[Figure]:
    """Requests of each such segment from the onset to containment, or to ENDEX."""
    start, stop = window(material.card, material.case)
    for cell in segments(material):
        if cell in material.frame.cells:
            count = int(material.frame.series("requests", *cell)[start:stop].sum())
            yield Figure(
                f"exposed-{cell[0]}-{cell[1]}", f"Requests of {cell[0]} {cell[1]} while it lasted", f"{count:,}", (count,)
            )  # fmt: skip
    count = int(material.frame.series("requests")[start:stop].sum())
    yield Figure("exposed", "Requests of all traffic while it lasted", f"{count:,}", (count,))


def _charts(material: Material) -> Iterator[Figure]:
    for one in crossings(material.case, material.frame, material.baseline):
        title = f"Chart of {one.alert} in {one.cell[0]} {one.cell[1]}, over its threshold"
        shown = f"{one.minutes} of {one.span} minutes from {minutes(one.from_min)} to {minutes(one.to_min)}"
        yield Figure(one.id, title, shown, (one.minutes, one.span), (one.from_min * MINUTE, one.to_min * MINUTE))


def _excess(material: Material) -> Iterator[Figure]:
    for one in excess(material):
        shown = f"{one.seen:,} counted, {one.usual:.1f} of them usual, {one.low:.1f} to {one.high:.1f} beyond it"
        yield Figure(
            one.id, f"{one.title}, {one.cell[0]} {one.cell[1]}", shown, (one.seen, one.usual, one.low, one.high, 95)
        )


def _marks(material: Material) -> Iterator[Figure]:
    found = unseen(material)
    still = len(waiting(found))
    shown = f"{len(found)} signals lay longer than {REACTION_MIN} minutes, {still} until play ended"
    yield Figure("negative-space", "Negative space", shown, (len(found), still, REACTION_MIN))
    unread = unread_complaints(material)
    yield Figure(
        "unread-complaints",
        "Complaints of the traffic that was hit, whose trace nobody opened",
        f"{unread:,}",
        (unread,),
    )
    for one in material.card.dimensions:
        for mark in one.marks:
            name = f"mark-{one.id}-{mark.measure.replace('_', '-')}"
            numbers, times = map(float, NUMBERS.findall(mark.why)), (drill_ms(*one) for one in STAMPS.findall(mark.why))
            yield Figure(name, f"{one.title}: {mark.earns}", mark.why, tuple(numbers), tuple(times))


def diagnosed_min(material: Material) -> float | None:
    """When a test first supported a hypothesis that names the component at fault."""
    case = material.case
    cause = case.design.secret.key.cause
    right = {one.event.hypothesis for one in case.all(e.HypothesisRaised) if cause and one.event.component == cause}
    found = case.first(e.TestRecorded, lambda one: one.result == "supports" and one.hypothesis in right)
    return None if found is None else round(found.at_min, 3)
