"""The figures: how fast, how well, how covered, over drills and beside real incidents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hotwash.kit.schema.programme import Programme
from hotwash.readiness.facts import SHARES, TIMES, DrillFact, IncidentFact, Share, Time
from hotwash.readiness.intervals import Median, Part, median_of, part_of
from hotwash.readiness.trend import Point, Trend, trend_of

FULL = 0.999
"""A mark from here on is full: marks are rounded to two decimals."""
NO_CARD = "none"


@dataclass(frozen=True)
class Fast:
    """One time over drills, beside the same of real incidents, its standard in minutes and how many drills kept it."""

    time: Time
    drills: Median | None
    incidents: Median | None
    standard: float | None
    kept: Part | None
    trend: Trend
    by_mode: Mapping[str, Median]


@dataclass(frozen=True)
class Well:
    """One share of drills."""

    share: Share
    part: Part


@dataclass(frozen=True)
class Control:
    """A lever, suite or runbook: when it was last exercised, and how much confidence is left, in [0, 1]; None for never."""

    id: str
    last: date | None
    days: int | None
    confidence: float


@dataclass(frozen=True)
class Covered:
    """One cell of scenarios by cards: how many drills, the last day, its total."""

    scenario: str
    card: str
    n: int
    last: date | None
    total: float | None
    confidence: float


def group_of(one: DrillFact) -> str:
    """Drills with the same name here are compared: same scenario, same cards."""
    return "+".join((one.scenario, *sorted(one.cards)))


def how_fast(drills: Sequence[DrillFact], incidents: Sequence[IncidentFact], programme: Programme) -> list[Fast]:
    """Every time that at least one drill or incident has."""
    found = []
    for time in TIMES:
        values = [one.minutes[time.id] for one in drills if time.id in one.minutes]
        real = [one.minutes[time.id] for one in incidents if time.id in one.minutes]
        if not values and not real:
            continue
        standard = programme.standards.get(time.id)
        kept = part_of(sum(one <= standard for one in values), len(values)) if standard is not None and values else None
        points = [
            Point(one.day.toordinal(), group_of(one), one.minutes[time.id]) for one in drills if time.id in one.minutes
        ]
        found.append(
            Fast(time, _median(values), _median(real), standard, kept, trend_of(points), _by_mode(drills, time))
        )
    return found


def _median(values: Sequence[float]) -> Median | None:
    return median_of(values) if values else None


def _by_mode(drills: Sequence[DrillFact], time: Time) -> dict[str, Median]:
    modes: dict[str, list[float]] = {}
    for one in drills:
        if time.id in one.minutes:
            modes.setdefault(one.mode_title, []).append(one.minutes[time.id])
    return {mode: median_of(values) for mode, values in sorted(modes.items())}


def how_well(drills: Sequence[DrillFact]) -> list[Well]:
    """Every share that at least one drill was evaluated for."""
    found = []
    for share in SHARES:
        marks = [one.marks[share.measure] for one in drills if share.measure in one.marks]
        if marks:
            found.append(Well(share, part_of(sum(mark >= FULL for mark in marks), len(marks))))
    return found


def containment_trend(drills: Sequence[DrillFact]) -> Trend:
    """The trend of the containment mark over all drills: each is held against the best plan of its own tape, so that scenarios can be
    compared with each other. It is the only figure for which that holds."""
    return trend_of([Point(one.day.toordinal(), "", one.contained) for one in drills])


def left(days: int | None, programme: Programme) -> float:
    """Confidence that is left after so many days: 0.5 ** (days / half-life); 0 for never, and from the day on which nothing is known."""
    if days is None or days >= programme.unknown_after_days:
        return 0.0
    return float(0.5 ** (max(0, days) / programme.half_life_days))


def controls(drills: Sequence[DrillFact], today: date, programme: Programme) -> list[Control]:
    """Every control that a drill had or used, the least sure first."""
    last: dict[str, date] = {}
    for one in drills:
        for control in one.exercised:
            last[control] = max(last.get(control, one.day), one.day)
    names = {name for one in drills for name in (*one.could, *one.exercised)}
    found = []
    for name in names:
        days = (today - last[name]).days if name in last else None
        found.append(Control(name, last.get(name), days, left(days, programme)))
    return sorted(found, key=lambda one: (one.confidence, one.id))


def modes(drills: Sequence[DrillFact], known: Iterable[str], today: date, programme: Programme) -> dict[str, Control]:
    """Each failure mode of the kit as something that is exercised or not."""
    found = {}
    for mode in known:
        days = [(today - one.day).days for one in drills if one.mode == mode]
        last = max((one.day for one in drills if one.mode == mode), default=None)
        found[mode] = Control(mode, last, min(days, default=None), left(min(days, default=None), programme))
    return found


def coverage(
    drills: Sequence[DrillFact], scenarios: Sequence[str], cards: Sequence[str], today: date, programme: Programme
) -> list[list[Covered]]:
    """Rows of scenarios, columns of no card and each card."""
    rows = []
    for scenario in scenarios:
        row = []
        for card in (NO_CARD, *cards):
            here = [
                one
                for one in drills
                if one.scenario == scenario and (card in one.cards or (card == NO_CARD and not one.cards))
            ]
            newest = max(here, key=lambda one: one.day, default=None)
            days = (today - newest.day).days if newest else None
            row.append(
                Covered(
                    scenario,
                    card,
                    len(here),
                    newest.day if newest else None,
                    newest.total if newest else None,
                    left(days, programme),
                )
            )
        rows.append(row)
    return rows
