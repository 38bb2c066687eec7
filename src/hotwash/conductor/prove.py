"""Proof by play that a scenario can be solved: it can be noticed, acting pays, and a healthy day stays quiet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hotwash.conductor.close import Closing, Par
from hotwash.conductor.clues import unreached, unrefuted
from hotwash.drill import events as e
from hotwash.drill.design import DrillDesign
from hotwash.kernel.errors import Problem
from hotwash.ports.system import SystemUnderDrill
from hotwash.scoring.containment import DUST, MHP
from hotwash.scoring.scorecard import plan_steps

NOTICE_WITHIN_MIN = 15
"""A fault that shows later than this after its onset leaves a team of sixty minutes too little to play with."""


EXPERT_REACHES, WORTH_DOING = 70, 20
"""Points out of 100 that an expert team must reach, and how far doing nothing must stay behind it."""


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


def prove(
    design: DrillDesign,
    par: Par,
    problems: list[Problem],
    plays: Mapping[str, Closing],
    untouched: SystemUnderDrill,
    by_health: Iterable[str] = (),
) -> Proof:
    """Judge a scenario by its counterfactuals, by how the teams of `plays` (`expert`, `does-nothing`) fared, by what
    can be read in a system that nobody touches, and by the failure signals that a healthy service meets (`by_health`)."""
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
    proof |= {f"{team}, of 100": f"{closing.card.total:.0f}" for team, closing in plays.items()}
    proof |= _expectations(design, plays["expert"])
    reasons = [*_by_play(plays), *unreached(plays["expert"].case), *unrefuted(design, untouched), *by_health]
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


def _by_play(plays: Mapping[str, Closing]) -> list[str]:
    """What is wrong with a scenario in which an expert team fails, or that scores nobody's work."""
    expert, nothing = plays["expert"].card.total, plays["does-nothing"].card.total
    reasons = []
    if expert < EXPERT_REACHES:
        reasons.append(
            f"the expert team reaches {expert:.0f} of 100: clues may be out of reach, or asked for too early"
        )
    if expert - nothing < WORTH_DOING:
        reasons.append(
            f"doing nothing scores {nothing:.0f} and the expert team {expert:.0f}: there is too little to do well"
        )
    return reasons


def _expectations(design: DrillDesign, closing: Closing) -> dict[str, str]:
    """Expectations that a good team missed or that never came up: they may ask for what nobody can do."""
    armed = {one.event.expectation for one in closing.case.all(e.ExpectationArmed)}
    missed = [one.event.expectation for one in closing.case.all(e.ExpectationMissed)]
    idle = [name for name in design.expectations if name not in armed]
    told = {"expectations the expert missed": missed, "expectations that never came up": idle}
    return {title: ", ".join(sorted(names)) for title, names in told.items() if names}
