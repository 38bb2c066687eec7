"""What really happened, for scoring and facilitators. Players never see any of this.

Amounts are milli harm points (mhp), whole numbers: one harm point is one ordinary misleading answer that somebody acts
on (kit `harm.yaml`). Amounts are *attributable*: the excess over a fault-free, hands-off play of the same tape.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hotwash.ports.review import ReviewQueue
from hotwash.ports.system import LeverCall, SignalFrame

Amounts = NDArray[np.int64]


@dataclass(frozen=True)
class Outcome:
    """The ledger of one whole play, from start to the end of the coast after ENDEX.

    Arrays have one entry a minute. `expected_harm` counts hazards instead of events: the same play without luck.
    `by_segment` gives, for (dimension, value), expected harm and collateral summed over the play.
    `delivered` counts harmful outcomes by category, `near_misses` those that a control caught.
    """

    harm: Amounts
    expected_harm: Amounts
    collateral: Amounts
    harm_from_cache: Amounts
    by_segment: Mapping[tuple[str, str], tuple[int, int]]
    delivered: Mapping[str, int]
    near_misses: int
    requests: int
    lost: Mapping[str, int]

    @property
    def loss(self) -> int:
        """Expected harm plus collateral of the whole play, in mhp: the L of the containment score."""
        return int(self.expected_harm.sum() + self.collateral.sum())


@dataclass(frozen=True)
class Reviewed:
    """A review queue, and what nobody in the room is told: `missed` are harmful cases that went out although somebody had read them, as
    trace and harm category; `spared` counts harmful ones that were stopped."""

    queue: ReviewQueue
    missed: tuple[tuple[str, str], ...]
    spared: int


class Counterfactuals(Protocol):
    """Exact what-ifs on one tape: common random numbers, so that differences are the levers' and nothing else's."""

    def replay(self, plan: Sequence[LeverCall]) -> Outcome:
        """The whole play under a plan; the empty plan is hands-off."""
        ...

    def loss(self, plan: Sequence[LeverCall], enough: int | None = None) -> int:
        """`replay(plan).loss`, for whoever compares many plans and looks at one. A play that loses more than `enough` need not be played
        to its end: then some amount above `enough` that it loses at least."""
        ...

    def replay_frame(self, plan: Sequence[LeverCall], *, healthy: bool = False) -> SignalFrame:
        """The signals of the whole play under a plan; `healthy` takes every fault away."""
        ...

    def replay_review(self, plan: Sequence[LeverCall], until_ms: int) -> Reviewed:
        """Human review under a plan, as it stands at a moment."""
        ...

    @property
    def traffic_value(self) -> int:
        """Value of all legitimate requests in mhp: what switching everything off from the start would cost."""
        ...

    @property
    def end_ms(self) -> int:
        """Where the tape ends: ENDEX plus the coast."""
        ...
