"""The system suite on the simulator: on two small systems, and on those that ship, each in a scenario of its own."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import pytest

from hotwash import bootstrap
from hotwash.conformance.system import SystemConformance
from hotwash.kernel.clock import MINUTE
from hotwash.ports.scope import Scope
from hotwash.ports.system import LeverCall, SystemDescription, SystemUnderDrill
from tests.rooms.simulator import packs
from tests.support.project import ROOT

ARGUMENTS: dict[str, tuple[tuple[str, int | str], ...]] = {
    "rollback": (("component", "bundle"), ("percent", 50)),
    "rate_limit": (("per_minute", 30),),
    "queue": (("per_second", 3),),
    "guardrail": (("tier", "b"),),
    "review": (("overflow", "open"), ("reviewers", 4), ("rule", "all")),
    "breaker": (("permille", 20),),
}


class SimulatedConformance(SystemConformance):
    half_ms = 8 * MINUTE
    arguments: ClassVar[dict[str, tuple[tuple[str, int | str], ...]]] = {}
    """What this system's levers need beyond ARGUMENTS."""

    def examples(self, description: SystemDescription) -> Sequence[LeverCall]:
        """On one value of a routable dimension: what one lever stops, another can still act on elsewhere."""
        dim = description.routable[0]
        known = ARGUMENTS | self.arguments
        scope = Scope.of({dim: description.dimensions[dim][:1]})
        return [
            LeverCall("", kind, 0, Scope() if kind == "failover" else scope, known.get(kind, ()))
            for kind in description.levers
            if kind != "restore"
        ]

    def standing(self, configuration: Mapping[str, Any]) -> object:
        return {name: configuration[name] for name in ("versions", "levers", "open_breakers")}


class TestSmallCopilot(SimulatedConformance):
    def make(self) -> SystemUnderDrill:
        return packs.system(packs.LEAK, minutes=60)


class TestSmallClassifier(SimulatedConformance):
    def make(self) -> SystemUnderDrill:
        return packs.system(packs.SKEW, packs.spec(packs.CLASSIFIER), minutes=60)


class Shipped(SimulatedConformance):
    scenario = ""

    @pytest.fixture(autouse=True)
    def _load(self) -> None:
        self.content = bootstrap.content(self.scenario)

    def make(self) -> SystemUnderDrill:
        return bootstrap.lay_out(self.content, self.seed).system


class TestSupportCopilot(Shipped):
    scenario = "cross-tenant-leak"
    arguments: ClassVar = {"failover": (("dependency", "retrieval"),)}


class TestEligibilityScoring(Shipped):
    scenario = "bias-after-refresh"


class TestRecordedRuns(SimulatedConformance):
    def make(self) -> SystemUnderDrill:
        traces = bootstrap.RecordedTraces(ROOT / "tests" / "data" / "recorded")
        return bootstrap.lay_out_recorded(bootstrap.content("recorded"), traces, self.seed).system
