"""From the rows of a rehearsal to answers, each with its interval. Order of rows and number of workers do not matter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import TypeVar

from hotwash.aftermath.rehearsal.rows import AlertRow, BoutRow, DrillRow
from hotwash.triage.means import Mean, mean_of, paired
from hotwash.triage.stats import Rate, rate

K = TypeVar("K")
V = TypeVar("V")
Meeting = tuple[str, int]
"""Scenario and number of the seed: what two drills have in common that can be compared."""


@dataclass(frozen=True)
class TeamLine:
    """How one team did with the kit as it is; `against` is the difference of its score to the first team's, on the same seeds."""

    team: str
    drills: int
    total: Mean
    containment: Mean
    detected: Rate
    detected_median_min: float | None
    contained: Rate
    contained_median_min: float | None
    against: Mean | None


@dataclass(frozen=True)
class AlertLine:
    """One alert in one part of the traffic (empty: all), over the seeds of a scenario, while nobody acts. `after_median_min` counts
    from the onset."""

    scenario: str
    alert: str
    dim: str
    value: str
    fired: Rate
    after_median_min: float | None
    traffic: float
    harm: float


@dataclass(frozen=True)
class DutyLine:
    """One duty of an if/then rule for one team. `left_median_min` is the time that was left when it was met."""

    rule: str
    duty: str
    seat: str
    team: str
    missed: Rate
    left_median_min: float | None


@dataclass(frozen=True)
class WaitLine:
    """How long others waited for one seat of one team, in minutes a drill; `unanswered` of the times that they did."""

    seat: str
    team: str
    minutes: Mean
    levers: float
    drafts: float
    times: float
    unanswered: Rate


@dataclass(frozen=True)
class TrialLine:
    """What a variation changes for one team, drill by drill on the same seeds: points of the score, harm points, collateral, minutes to
    containment (ENDEX where it was not reached), minutes of waiting."""

    variation: str
    team: str
    total: Mean
    harm: Mean
    collateral: Mean
    contained_min: Mean
    waited_min: Mean


@dataclass(frozen=True)
class Answers:
    """Everything that a rehearsal says."""

    drills: int
    teams: tuple[TeamLine, ...]
    alerts: tuple[AlertLine, ...]
    duties: tuple[DutyLine, ...]
    waits: tuple[WaitLine, ...]
    trials: tuple[TrialLine, ...]


def answers(rows: Sequence[BoutRow]) -> Answers:
    """The answers of a rehearsal. Raises ValueError without a row."""
    if not rows:
        raise ValueError("a rehearsal without a drill has no answers")
    as_is = sorted((one for one in rows if not one.variation), key=_meeting)
    teams = tuple(dict.fromkeys(drill.team for one in as_is for drill in one.drills))
    return Answers(
        drills=sum(len(one.drills) for one in rows),
        teams=tuple(_team(one, teams[0], as_is) for one in teams),
        alerts=tuple(_alerts(as_is)),
        duties=tuple(_duties(as_is)),
        waits=tuple(_waits(as_is, teams)),
        trials=tuple(_trials(rows, as_is, teams)),
    )


def contained_min(drill: DrillRow) -> float:
    """Minutes to containment; ENDEX where there was none."""
    return drill.ended_min if drill.contained_min is None else drill.contained_min


def waited_min(drill: DrillRow) -> float:
    """Minutes that requests lay on somebody's desk."""
    return sum(one.minutes for one in drill.waits)


def _meeting(row: BoutRow) -> Meeting:
    return row.scenario, row.number


def _of(rows: Iterable[BoutRow], team: str) -> dict[Meeting, DrillRow]:
    return {_meeting(one): drill for one in rows for drill in one.drills if drill.team == team}


def _team(team: str, first: str, rows: Sequence[BoutRow]) -> TeamLine:
    drills = _of(rows, team)
    played = list(drills.values())
    detected = [one.detected_min for one in played if one.detected_min is not None]
    contained = [one.contained_min for one in played if one.contained_min is not None]
    incidents = sum(len(one.alerts) > 0 or one.onset_min is not None for one in rows)
    against = _compared(drills, _of(rows, first), _total) if team != first else None
    return TeamLine(
        team=team,
        drills=len(played),
        total=mean_of([one.total for one in played]),
        containment=mean_of([one.containment for one in played]),
        detected=rate(len(detected), len(played)),
        detected_median_min=_median(detected),
        contained=rate(len(contained), incidents),
        contained_median_min=_median(contained),
        against=against,
    )


def _total(drill: DrillRow) -> float:
    return drill.total


def _compared(
    tried: Mapping[Meeting, DrillRow], before: Mapping[Meeting, DrillRow], measure: Callable[[DrillRow], float]
) -> Mean:
    return paired({key: measure(one) for key, one in tried.items()}, {key: measure(one) for key, one in before.items()})


def _alerts(rows: Sequence[BoutRow]) -> Iterable[AlertLine]:
    """By scenario; those that miss most often come first, those in smaller parts before."""
    found = _grouped(((one.scenario, a.alert, a.dim, a.value), (one, a)) for one in rows for a in one.alerts)
    lines = [_alert(key, cells) for key, cells in found.items()]
    return sorted(lines, key=lambda one: (one.fired.share, one.traffic, one.scenario, one.alert, one.dim, one.value))


def _alert(key: tuple[str, str, str, str], cells: Sequence[tuple[BoutRow, AlertRow]]) -> AlertLine:
    after = [cell.fired_min - (row.onset_min or 0) for row, cell in cells if cell.fired_min is not None]
    return AlertLine(
        *key,
        fired=rate(len(after), len(cells)),
        after_median_min=_median(after),
        traffic=fmean(cell.traffic for _, cell in cells),
        harm=fmean(cell.harm for _, cell in cells),
    )


def _duties(rows: Sequence[BoutRow]) -> Iterable[DutyLine]:
    """Those that are missed most often first."""
    found = _grouped(
        ((one.rule, one.duty, one.seat, drill.team), one)
        for row in rows
        for drill in row.drills
        for one in drill.duties
    )
    lines = [
        DutyLine(
            *key,
            missed=rate(sum(not one.met for one in judged), len(judged)),
            left_median_min=_median([one.left_min for one in judged if one.met]),
        )
        for key, judged in found.items()
    ]
    return sorted(lines, key=lambda one: (-one.missed.share, -one.missed.asked, one.rule, one.duty, one.team))


def _waits(rows: Sequence[BoutRow], teams: Sequence[str]) -> Iterable[WaitLine]:
    """The seat that others wait for longest first."""
    lines = []
    for team in teams:
        drills = list(_of(rows, team).values())
        for seat in sorted({one.seat for drill in drills for one in drill.waits}):
            own = [[one for one in drill.waits if one.seat == seat] for drill in drills]
            each = [one for waits in own for one in waits]
            lines.append(
                WaitLine(
                    seat=seat,
                    team=team,
                    minutes=mean_of([sum(one.minutes for one in waits) for waits in own]),
                    levers=sum(one.minutes for one in each if one.about == "lever") / len(drills),
                    drafts=sum(one.minutes for one in each if one.about == "draft") / len(drills),
                    times=len(each) / len(drills),
                    unanswered=rate(sum(not one.answered for one in each), len(each)),
                )
            )
    return sorted(lines, key=lambda one: (-one.minutes.mean, one.seat, one.team))


def _trials(rows: Sequence[BoutRow], as_is: Sequence[BoutRow], teams: Sequence[str]) -> Iterable[TrialLine]:
    for variation in dict.fromkeys(one.variation for one in rows if one.variation):
        tried = sorted((one for one in rows if one.variation == variation), key=_meeting)
        for team in teams:
            now, before = _of(tried, team), _of(as_is, team)
            yield TrialLine(
                variation=variation,
                team=team,
                total=_compared(now, before, _total),
                harm=_compared(now, before, lambda one: one.harm),
                collateral=_compared(now, before, lambda one: one.collateral),
                contained_min=_compared(now, before, contained_min),
                waited_min=_compared(now, before, waited_min),
            )


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    found: dict[K, list[V]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found


def _median(values: Sequence[float]) -> float | None:
    return median(values) if values else None
