"""Proof by play that a scenario can be solved: it can be noticed, acting pays, and a healthy day stays quiet."""

from __future__ import annotations

from dataclasses import dataclass

from hotwash.conductor.close import Par
from hotwash.drill.design import DrillDesign
from hotwash.kernel.errors import Problem
from hotwash.scoring.containment import DUST, MHP
from hotwash.scoring.scorecard import plan_steps

NOTICE_WITHIN_MIN = 15
"""A fault that shows later than this after its onset leaves a team of sixty minutes too little to play with."""


@dataclass(frozen=True)
class Proof:
    """`problems` from the linter, `reasons` why play itself fails the scenario, `proof` what was measured."""

    problems: tuple[Problem, ...]
    reasons: tuple[str, ...]
    proof: dict[str, str]

    @property
    def ready(self) -> bool:
        """Nothing stands in the way of playing it with people."""
        return not self.problems and not self.reasons


def prove(design: DrillDesign, par: Par, problems: list[Problem]) -> Proof:
    """Judge a scenario by its counterfactuals."""
    key = design.secret.key
    spread = par.nothing.loss - par.best.outcome.loss
    proof = {
        "first signal, minute": "never" if par.first_signal_min is None else str(par.first_signal_min),
        "loss hands-off, points": f"{par.nothing.loss / MHP:,.0f}",
        "loss best plan, points": f"{par.best.outcome.loss / MHP:,.0f}",
        "no plan goes below": f"{par.best.floor / MHP:,.0f}",
        "plans played": str(par.best.played),
        "best plan": "; ".join(plan_steps(par.best.plan)) or "hands off",
    }
    reasons = []
    if par.first_signal_min is None:
        reasons.append(
            "no alert and no inject ever shows anything: make the fault stronger or add an inject that reveals it"
        )
    elif key.incident and par.first_signal_min - (key.onset_min or 0) > NOTICE_WITHIN_MIN:
        reasons.append(
            f"the first signal comes {par.first_signal_min - (key.onset_min or 0):.0f} min after onset, later than {NOTICE_WITHIN_MIN}"
        )
    if key.incident and spread < DUST * par.traffic_value:
        reasons.append("the best plan prevents next to nothing: acting must pay")
    if not key.incident and par.nothing.loss:
        reasons.append("hands-off does harm, so this is no false alarm")
    return Proof(
        tuple(problems), tuple(reasons), {**proof, **{f"not ready {i + 1}": one for i, one in enumerate(reasons)}}
    )
