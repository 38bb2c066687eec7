"""Faults in whole numbers: who carries them, which part of the traffic they touch, how strongly at which moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from hotwash.kernel.clock import MINUTE
from hotwash.kernel.errors import NotSupportedError
from hotwash.kit.schema.system import Fault, World
from hotwash.ports.scope import Scope
from hotwash.simulator.arrays import I32, U8
from hotwash.simulator.layout import CATEGORIES, Layout
from hotwash.simulator.streams import ONE, chance

RAMP = 32
"""Steps from nothing to the full rate."""


@dataclass(frozen=True)
class Break:
    """One fault. `rate` and `safe_rate` are added probabilities in 1/65536 at the end of the ramp; `on_previous` says
    that the version before carries it, so that going back brings it in."""

    id: str
    category: int
    carrier: str
    on_previous: bool
    in_bundle: bool
    rate: int
    safe_rate: int
    scope: Scope
    onset_ms: int
    ramp_ms: int
    path: str
    cached: bool
    unprompted: bool = False

    def levels(self, at_ms: I32) -> U8:
        """How far the ramp has come at each moment, in 0 to 32; the slice is not looked at."""
        since = at_ms.astype(np.int64) - self.onset_ms
        steps = 1 + since * RAMP // max(1, self.ramp_ms)
        return np.where(since < 0, 0, np.minimum(steps, RAMP)).astype(np.uint8)

    def rate_at(self, level: int) -> int:
        """Probability in 1/65536 at a level of the ramp."""
        return self.rate * level // RAMP

    def safe_rate_at(self, level: int) -> int:
        """The same in minimum safe mode."""
        return self.safe_rate * level // RAMP


def compile_faults(world: World, layout: Layout) -> tuple[Break, ...]:
    """The faults of a world. Raises NotSupportedError for a carrier, dimension or value that the system lacks, and for
    rates that add up to more than certainty."""
    faults = tuple(_compile(fault, layout) for fault in world.faults)
    for fault in faults:
        together = sum(other.rate for other in faults if fault.scope.meets(other.scope))
        if together + chance(layout.spec.healthy.rate) > ONE:
            raise NotSupportedError(
                f"the rates of the faults in the slice of '{fault.id}' and of the healthy service add up to more than 1: "
                "lower them"
            )
    return faults


def _compile(fault: Fault, layout: Layout) -> Break:
    spec = layout.spec
    carriers = [*spec.components, *spec.dependencies]
    if fault.carried_by not in carriers:
        raise NotSupportedError(
            f"fault '{fault.id}' is carried by '{fault.carried_by}': write one of {', '.join(carriers)}"
        )
    scope = Scope.of(fault.slice)
    layout.check(scope, to_route=False)
    return Break(
        id=fault.id,
        category=CATEGORIES.index(fault.category),
        carrier=fault.carried_by,
        on_previous=fault.version == "previous",
        in_bundle=fault.carried_by in spec.components,
        rate=chance(fault.rate),
        safe_rate=chance(fault.safe_mode_rate),
        scope=scope,
        onset_ms=round(fault.onset_min * MINUTE),
        ramp_ms=round(fault.ramp_min * MINUTE),
        path=fault.path,
        cached=fault.cached,
        unprompted=fault.unprompted,
    )
