"""Properties of the containment score on a real tape: earlier is never worse, and everything off is never best."""

from functools import cache

import pytest

from hotwash import bootstrap
from hotwash.conductor.close import Par
from hotwash.kernel.clock import MINUTE
from hotwash.ports.scope import EVERYTHING, Scope
from hotwash.ports.system import LeverCall
from hotwash.scoring.best_plan import REACTION_MIN, Search
from hotwash.scoring.case import Case
from hotwash.scoring.containment import contain

pytestmark = pytest.mark.slow
BRIDGE = {"cross-tenant-leak": "retrieval_off", "bias-after-refresh": "hold_adverse"}
SEEDS = (5, 6)


@cache
def table(scenario: str, seed: int) -> tuple[bootstrap.Table, Par]:
    laid = bootstrap.lay_out(bootstrap.content(scenario), seed)
    return laid, laid.par()


def marked(scenario: str, seed: int, plan: tuple[LeverCall, ...]) -> float:
    laid, par = table(scenario, seed)
    team = laid.what_if.replay(plan)
    return contain(
        Case(
            laid.design, (), team, par.nothing, par.best, par.traffic_value, par.first_signal_min, laid.planned.endex_ms
        )
    ).mark


def narrow(scenario: str, seed: int, at_min: int) -> tuple[LeverCall, ...]:
    """The slice's own lever, as far as one may route by it, and the cache emptied behind it."""
    design = table(scenario, seed)[0].design
    scope = Scope.of({dim: v for dim, v in design.secret.key.scope.items() if dim == "tenant"})
    calls = [LeverCall("bridge", BRIDGE[scenario], at_min * MINUTE, scope)]
    if "cache_flush" in design.system.levers:
        calls.append(LeverCall("flush", "cache_flush", (at_min + 1) * MINUTE, EVERYTHING))
    return tuple(calls)


def everything_off(at_min: int) -> tuple[LeverCall, ...]:
    return (LeverCall("off", "feature_off", at_min * MINUTE, EVERYTHING),)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("scenario", BRIDGE)
def test_the_same_containment_earlier_never_earns_less(scenario: str, seed: int):
    marks = [marked(scenario, seed, narrow(scenario, seed, at)) for at in range(18, 59, 5)]
    assert marks == sorted(marks, reverse=True)
    assert marks[0] > marks[-1] + 0.5


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("scenario", BRIDGE)
def test_everything_off_never_beats_a_proportionate_lever_at_the_same_moment(scenario: str, seed: int):
    for at in range(18, 55, 6):
        assert marked(scenario, seed, everything_off(at)) <= marked(scenario, seed, narrow(scenario, seed, at))


def test_switching_a_healthy_service_off_earns_less_the_earlier_it_is_done():
    marks = [marked("order-number-alarm", 5, everything_off(at)) for at in (58, 50, 40, 30, 20)]
    assert marks == sorted(marks, reverse=True)
    assert marked("order-number-alarm", 5, ()) == 1.0 > marks[0]


@pytest.mark.parametrize("scenario", [*BRIDGE, "invented-policy"])
def test_the_search_finds_what_it_would_find_by_playing_every_plan_to_its_end(scenario: str):
    laid, par = table(scenario, SEEDS[0])

    class Whole:
        """Every play to its end."""

        def loss(self, plan, enough=None):
            return laid.what_if.replay(plan).loss

        def replay(self, plan):
            return laid.what_if.replay(plan)

    start = par.first_signal_min + REACTION_MIN
    whole = Search(laid.design.system, laid.design.secret.key, Whole(), start).run(par.nothing)
    assert (whole.plan, whole.played, whole.floor) == (par.best.plan, par.best.played, par.best.floor)
    assert whole.outcome.loss == par.best.outcome.loss
