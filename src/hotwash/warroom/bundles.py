"""Bundles as one audience may know them: what runs, what is last good, and what a rollback from now would forget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from hotwash.drill.design import DrillDesign
from hotwash.drill.rollback import Plan, plan_of
from hotwash.drill.running import Arm, Running, running_for
from hotwash.drill.views.fold import Fold
from hotwash.kit.bundle import Difference, diff, short_id
from hotwash.kit.schema.bundle import Bundle, BundlePair


@dataclass(frozen=True)
class Coming:
    """A rollback on its way."""

    call: str
    component: str
    effective_ms: int


@dataclass(frozen=True)
class Bundles:
    """What one audience may know of the bundles at a moment."""

    view: Fold
    design: DrillDesign
    now_ms: int

    @property
    def pair(self) -> BundlePair | None:
        """The current and the last good bundle of the pack."""
        return self.design.bundles

    @cached_property
    def running(self) -> Running:
        """What runs, by part of the traffic."""
        return running_for(self.view, self.design, self.now_ms)

    def name(self, bundle: Bundle | None) -> str:
        """A bundle as it is called in the room."""
        return f"{bundle.id} {short_id(bundle)}" if bundle else "no bundle of the pack"

    def called(self, bundle: Bundle | None) -> str:
        """A bundle as it is called at a glance: its content id stands where bundles are compared."""
        return bundle.title if bundle else "no bundle of the pack"

    def on(self, arm: Arm) -> str:
        """The levers that act on a part of the traffic."""
        return ", ".join(one.since.said.replace("_", " ") for one in arm.levers) or "no lever"

    @property
    def differences(self) -> Sequence[Difference]:
        """What the last good bundle has otherwise than what runs."""
        rest = self.running.rest.bundle
        return diff(rest, self.design.bundles.last_good) if rest and self.design.bundles else ()

    def delay_min(self, component: str) -> str:
        """Minutes until a rollback of a component is in effect."""
        return f"{self.design.system.rollback_delay_s.get(component, 0) / 60:g}"

    @property
    def coming(self) -> Sequence[Coming]:
        """Rollbacks that were pulled and are not in effect yet: a flush before they are is filled again by what still runs."""
        ended = {one.data["call"] for one in self.view.of("lever_reverted")}
        return [
            Coming(one.data["call"], str(one.data["arguments"].get("component", "")), one.data["effective_ms"])
            for one in self.view.of("lever_pulled")
            if one.data["kind"] == "rollback"
            and one.data["effective_ms"] > self.now_ms
            and one.data["call"] not in ended
        ]

    def plan(self, component: str) -> Plan | None:
        """The plan to roll a component back, from now."""
        return plan_of(self.view, self.design, self.now_ms, component)
