"""After ENDEX: what it came to, what it could have come to, and the marks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from hotwash.conductor.effects import without
from hotwash.conductor.session import lever_log
from hotwash.drill.alerts import alerting
from hotwash.drill.design import DrillDesign
from hotwash.drill.read import read
from hotwash.kernel.event import Event
from hotwash.ports.outcome import Counterfactuals, Outcome, Reviewed
from hotwash.ports.system import Baseline, LeverCall, SignalFrame
from hotwash.scoring.best_plan import REACTION_MIN, BestPlan, Search
from hotwash.scoring.case import Case, Entry
from hotwash.scoring.scorecard import Scorecard, score


@dataclass(frozen=True)
class Par:
    """What one tape allows, whoever plays it: hands-off, the best plan, the first signal. Computed once per seed."""

    nothing: Outcome
    best: BestPlan
    first_signal_min: int | None
    traffic_value: int


@dataclass(frozen=True)
class Closing:
    """A scored drill."""

    case: Case
    card: Scorecard
    plan: tuple[LeverCall, ...]
    what_if: Counterfactuals

    @cached_property
    def frame(self) -> SignalFrame:
        """The dashboards of the whole drill, counted when somebody wants to draw them."""
        return self.what_if.replay_frame(self.plan)

    @cached_property
    def review(self) -> Reviewed | None:
        """Human review as it stood at the end; None where the lever was never pulled."""
        pulled = any(one.kind == "review" for one in self.plan)
        return self.what_if.replay_review(self.plan, self.case.ended_ms) if pulled else None


def par_for(design: DrillDesign, what_if: Counterfactuals, baseline: Baseline) -> Par:
    """Play the counterfactuals of a tape and search its best plan."""
    nothing = what_if.replay(())
    first = first_signal(design, what_if, baseline)
    key = design.secret.key
    if not key.incident or first is None:
        best = BestPlan((), nothing, nothing.loss, 1, None)
    else:
        best = Search(design.system, key, what_if, first + REACTION_MIN).run(nothing)
    return Par(nothing, best, first, what_if.traffic_value)


def first_signal(design: DrillDesign, what_if: Counterfactuals, baseline: Baseline) -> int | None:
    """The first minute in which the hands-off play raises an alert that the fault-free play does not, or an inject
    hands over a fact of the answer key; in a false alarm, the first alert at all."""
    key = design.secret.key
    endex = design.scenario.endex_min
    broken = what_if.replay_frame(())
    sound = what_if.replay_frame((), healthy=True) if key.incident else None
    alerts = [one for one in design.kit.alerts if one.signal in design.system.signals]
    start = int(key.onset_min or 0)
    minute = next(
        (
            m
            for m in range(start, endex + 1)
            if alerting(alerts, design.system, broken, baseline, m)
            - (alerting(alerts, design.system, sound, baseline, m) if sound else set())
        ),
        None,
    )
    true = {one.fact for one in key.facts}
    told = [one.at_min for one in design.secret.msel if one.at_min is not None and true & set(one.reveals)]
    candidates = [one for one in (minute, *(int(one) for one in told)) if one is not None and one >= start]
    return min(candidates, default=None)


def close(
    design: DrillDesign, events: Sequence[Event], what_if: Counterfactuals, par: Par, *, players: dict[str, str]
) -> Closing:
    """Score a finished log against the par of its tape."""
    plan = lever_log(events)
    log = tuple(Entry(one.version, one.drill_ms, one.seat, read(one)) for one in events)
    case = Case(
        design=design,
        log=log,
        team=what_if.replay(plan),
        nothing=par.nothing,
        best=par.best,
        traffic_value=par.traffic_value,
        first_signal_min=par.first_signal_min,
        without=without(events, what_if),
        ended_ms=next((one.drill_ms for one in events if one.type == "drill_ended"), events[-1].drill_ms),
    )
    card = score(case, players=players, head=events[-1].hash)
    return Closing(case, card, plan, what_if)


def players_of(events: Sequence[Event]) -> dict[str, str]:
    """Seat → profile of its stand-in, or `person`: names of people stay out of scorecards."""
    taken = [one.data for one in events if one.type == "seat_taken"]
    return {one["seat"]: one["profile"] or "person" for one in taken if one["seat"] not in ("facilitator", "observer")}
