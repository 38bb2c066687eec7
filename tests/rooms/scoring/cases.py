"""Cases made by hand: a short log under a packaged scenario, with outcomes of round numbers."""

from functools import cache

import numpy as np

from hotwash.bootstrap import content, lay_out
from hotwash.drill import events as e
from hotwash.drill.design import DrillDesign
from hotwash.drill.payloads import Payload
from hotwash.kernel.clock import MINUTE
from hotwash.ports.outcome import Outcome
from hotwash.scoring.best_plan import BestPlan
from hotwash.scoring.case import Case, Entry

LEAK, BIAS, FALSE_ALARM = "cross-tenant-leak", "bias-after-refresh", "order-number-alarm"
PLAY = 60
HARM = 1_000
"""Harm in mhp of each minute while nothing is done."""


@cache
def design(scenario: str) -> DrillDesign:
    return lay_out(content(scenario), 1).design


def outcome(harm_until: float, collateral: int = 0) -> Outcome:
    """Harm runs until a minute, and a lever costs so much in every minute."""
    harm = np.where(np.arange(PLAY) < harm_until, HARM, 0).astype(np.int64)
    nothing = np.zeros(PLAY, np.int64)
    return Outcome(
        harm=harm, expected_harm=harm, collateral=nothing + collateral, harm_from_cache=nothing,
        by_segment={("tenant", "t-04"): (int(harm.sum()), 0)}, delivered={}, near_misses=0, requests=1000, lost={},
    )  # fmt: skip


def case(scenario: str, *log: tuple[float, str, Payload], team: Outcome | None = None) -> Case:
    """A case whose log is (minute, seat, event), in order; the team did nothing unless its outcome is given."""
    incident = design(scenario).secret.key.incident
    nothing, best = outcome(PLAY if incident else 0), outcome(20 if incident else 0)
    entries = (Entry(index, int(at * MINUTE), seat, one) for index, (at, seat, one) in enumerate(log, start=1))
    return Case(
        design=design(scenario), log=tuple(entries), team=team or nothing, nothing=nothing,
        best=BestPlan((), best, best.loss, 1, 19), traffic_value=PLAY * HARM, first_signal_min=16, ended_ms=PLAY * MINUTE,
    )  # fmt: skip


def verdict(verdict: str, alert: str = "pii-in-output") -> e.SignalValidated:
    return e.SignalValidated.model_validate(
        {"alert": alert, "second": "traces", "verdict": verdict, "evidence": ("x-1",)}
    )


def stood_down() -> e.IncidentStoodDown:
    return e.IncidentStoodDown(reason="Read, and found to be nothing.", evidence=("x-1",))


def said(*to: str) -> e.MessageSent:
    return e.MessageSent.model_validate({"channel": "room", "to": to, "text": "words"})


def knows(fact: str) -> e.FactLearned:
    return e.FactLearned(fact=fact, seats=("tech",), by=1)


def pulled(kind: str = "rollback") -> e.LeverPulled:
    return e.LeverPulled.model_validate(
        {"call": "c-1", "kind": kind, "reason": "because", "effective_ms": 0, "authority": "approved", "waited_ms": 0,
         "provenance": "simulated", "destroys_evidence": True}
    )  # fmt: skip


def ran(suite: str, trials: int = 100, failures: int = 0, shows: tuple[str, ...] = ()) -> e.SuiteRun:
    return e.SuiteRun(suite=suite, trials=trials, failures=failures, upper_ppm=1, worst_cell="", shows=shows)


def idea(name: str, component: str) -> e.HypothesisRaised:
    return e.HypothesisRaised(hypothesis=name, statement=f"It is {component}.", component=component)


def result_of(name: str, result: str, *evidence: str) -> e.TestRecorded:
    return e.TestRecorded.model_validate(
        {"hypothesis": name, "method": "reading", "result": result, "evidence": evidence}
    )
