"""The containment score: harm prevented against what could have been prevented, on the same tape.

With L the expected harm plus collateral of a whole play, attributable to what went wrong and what was done:

    S = (L_nothing - L_team) / (L_nothing - L_best)

1 is the best plan found under reaction limits, 0 is hands-off, below 0 the team made things worse. In a false alarm
hands-off *is* the best, and S is one minus the team's loss over a reference collateral: the whole service switched off
from the first misleading alert to ENDEX. Expected harm counts hazards, so luck does not enter; luck is shown beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

from hotwash.kernel.clock import MINUTE
from hotwash.ports.outcome import Outcome
from hotwash.scoring.case import Case

DUST = 0.01
"""A span below this share of the traffic's value is noise; it is widened to it, so that no score is made of dust."""
WORST_SHARE = 0.3
"""How much of the mark the worst segment decides. High enough that a contained majority cannot hide a minority that
was left out (0.3 turns 'perfect for nine in ten, nothing for the tenth' from 0.9 into about 0.7)."""
SEGMENT_FLOOR = 0.05
"""Segments with less than this share of the preventable harm are too small to judge alone."""
MHP = 1000


@dataclass(frozen=True)
class WorstSegment:
    """The segment in which the least of the preventable harm was prevented; `prevented` is a share of 1."""

    dim: str
    value: str
    prevented: float


@dataclass(frozen=True)
class Containment:
    """All amounts in harm points, whole plays. `score` is raw, `mark` is what the rubric takes: in [0, 1]."""

    score: float
    mark: float
    harm: float
    harm_realised: float
    harm_nothing: float
    harm_best: float
    collateral: float
    collateral_best: float
    loss_floor: float
    luck: float
    near_misses: int
    harm_from_cache: float
    worst_segment: WorstSegment | None


def contain(case: Case) -> Containment:
    """Compute the score of a case."""
    best = case.best.outcome
    score = false_alarm_score(case) if not case.design.secret.key.incident else regret_score(case)
    worst = worst_segment(case.team, case.nothing, best)
    blended = score if worst is None else (1 - WORST_SHARE) * score + WORST_SHARE * min(score, worst.prevented)
    realised, expected = int(case.team.harm.sum()), int(case.team.expected_harm.sum())
    return Containment(
        score=round(score, 4),
        mark=round(min(1.0, max(0.0, blended)), 4),
        harm=expected / MHP,
        harm_realised=realised / MHP,
        harm_nothing=int(case.nothing.expected_harm.sum()) / MHP,
        harm_best=int(best.expected_harm.sum()) / MHP,
        collateral=int(case.team.collateral.sum()) / MHP,
        collateral_best=int(best.collateral.sum()) / MHP,
        loss_floor=case.best.floor / MHP,
        luck=(expected - realised) / MHP,
        near_misses=case.team.near_misses,
        harm_from_cache=int(case.team.harm_from_cache.sum()) / MHP,
        worst_segment=worst,
    )


def regret_score(case: Case) -> float:
    """S of an incident. Monotone: less loss never scores less; L_nothing and L_best are constants of the tape."""
    span = max(case.nothing.loss - case.best.outcome.loss, DUST * case.traffic_value, 1)
    return (case.nothing.loss - case.team.loss) / span


def false_alarm_score(case: Case) -> float:
    """S when nothing was wrong: one minus loss over the cost of switching everything off for the rest of play."""
    minutes = max(1, len(case.nothing.harm))
    play = case.ended_ms / MINUTE - case.start_min
    reference = max(1.0, case.traffic_value * max(play, 1.0) / minutes)
    return 1 - (case.team.loss - case.nothing.loss) / reference


def worst_segment(team: Outcome, nothing: Outcome, best: Outcome) -> WorstSegment | None:
    """The segment that came off worst, by share of its preventable harm that was prevented."""
    preventable = {cell: nothing.by_segment[cell][0] - best.by_segment[cell][0] for cell in nothing.by_segment}
    total = int(nothing.expected_harm.sum() - best.expected_harm.sum())
    judged = [
        WorstSegment(*cell, prevented=(nothing.by_segment[cell][0] - team.by_segment[cell][0]) / gain)
        for cell, gain in preventable.items()
        if gain > SEGMENT_FLOOR * max(total, 1)
    ]
    return min(judged, key=lambda one: (one.prevented, one.dim, one.value), default=None)
