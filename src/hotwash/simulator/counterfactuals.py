"""What would have happened: replays of one tape under other lever plans.

Plans share long prefixes (above all: hands-off until the first lever works), so a replay starts from the latest state
of the hands-off play that it agrees with, kept every few minutes, and plays only the rest. A test compares such forks
with plain plays, bit for bit.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

import numpy as np

from hotwash.kernel.clock import MINUTE
from hotwash.ports.outcome import Outcome
from hotwash.ports.system import LeverCall, SignalFrame
from hotwash.simulator.harm import Ledger
from hotwash.simulator.levers import Catalogue, LeverLog
from hotwash.simulator.outcomes import Outcomes
from hotwash.simulator.play import Play
from hotwash.simulator.stance import Effecter
from hotwash.simulator.tape import Tape
from hotwash.simulator.telemetry import Cells, Telemetry

TRUNK_MIN = 5
"""Minutes between kept states of the hands-off play."""
LOOK_MIN = 15
"""Minutes between two looks at what a play has lost, when it is only of interest below some loss."""
REMEMBERED = 512
NEVER = 1 << 60
"""No moment of any tape, in ms."""


class WhatIf:
    """Replays on one tape. `bare` makes the same tape without faults, in case the healthy play is asked for."""

    def __init__(
        self, tape: Tape, effecter: Effecter, catalogue: Catalogue, purges_ms: Sequence[int], bare: Callable[[], Tape]
    ) -> None:
        self.tape, self.effecter, self.catalogue = tape, effecter, catalogue
        self.purges_ms, self._bare = tuple(purges_ms), bare
        self._trunk: list[Play] = []
        self._ledger: Ledger | None = None
        self._healthy: Tape | None = None
        self._untouched: dict[bool, tuple[SignalFrame, Outcomes]] = {}
        self._outcomes: OrderedDict[tuple[LeverCall, ...], Outcome] = OrderedDict()

    @property
    def end_ms(self) -> int:
        """Where the tape ends."""
        return self.tape.end_ms

    @property
    def traffic_value(self) -> int:
        """Value of all legitimate requests in mhp."""
        return int(self.effecter.unit[self.tape.kind].sum(dtype=np.int64))

    def replay(self, plan: Sequence[LeverCall]) -> Outcome:
        """The ledger of the whole play under a plan. Raises NotSupportedError as `pull` does."""
        key = tuple(plan)
        if key in self._outcomes:
            self._outcomes.move_to_end(key)
            return self._outcomes[key]
        outcome = self.ledger.outcome(self.play(plan).out)
        self._outcomes[key] = outcome
        if len(self._outcomes) > REMEMBERED:
            self._outcomes.popitem(last=False)
        return outcome

    def loss(self, plan: Sequence[LeverCall], enough: int | None = None) -> int:
        """The loss of that ledger without the rest of it; a play that has lost more than `enough` on its way is not played on. Raises
        NotSupportedError as `pull` does."""
        known = self._outcomes.get(tuple(plan))
        if known is not None:
            return known.loss
        play = self._forked(plan)
        if enough is not None:
            for stop in range(play.now_ms + LOOK_MIN * MINUTE, self.end_ms, LOOK_MIN * MINUTE):
                lost = self.ledger.lost_before(play.advance(stop).row, play.out)
                if lost > enough:
                    return lost
        return self.ledger.loss(play.advance(self.end_ms).out)

    def play(self, plan: Sequence[LeverCall], until_ms: int | None = None) -> Play:
        """The play under a plan, whole or up to a moment, from the latest kept state that it shares."""
        end_ms = self.end_ms if until_ms is None else min(until_ms, self.end_ms)
        return self._forked(plan, end_ms).advance(end_ms)

    def _forked(self, plan: Sequence[LeverCall], end_ms: int = NEVER) -> Play:
        """A play under a plan from the latest kept state that it shares, before `end_ms`."""
        log = LeverLog(self.catalogue, plan)
        acts = min(end_ms, self.end_ms, min(log.boundaries(), default=self.end_ms))
        trunk = self._kept()
        shared = [one for one in trunk if one.now_ms <= acts]
        return (shared[-1] if shared else trunk[0]).fork(log)

    def replay_frame(self, plan: Sequence[LeverCall], *, healthy: bool = False) -> SignalFrame:
        """The signals of the whole play under a plan; `healthy` takes every fault away."""
        return self._watched(plan, healthy=healthy)[0] if plan else self._hands_off(healthy=healthy)[0]

    def _hands_off(self, *, healthy: bool) -> tuple[SignalFrame, Outcomes]:
        """The signals of a play in which nobody acts, which many compare with, and what happened in it."""
        if healthy not in self._untouched:
            self._untouched[healthy] = self._watched((), healthy=healthy)
        return self._untouched[healthy]

    def _watched(self, plan: Sequence[LeverCall], *, healthy: bool) -> tuple[SignalFrame, Outcomes]:
        tape = self.healthy_tape if healthy else self.tape
        effecter = Effecter(tape) if healthy else self.effecter
        telemetry = Telemetry(tape, Cells(tape))
        play = Play(tape, effecter, LeverLog(self.catalogue, plan), telemetry=telemetry, purges_ms=self.purges_ms)
        play.advance(tape.end_ms)
        return telemetry.frame(tape.end_ms), play.out

    @property
    def healthy_tape(self) -> Tape:
        """The same traffic without any fault."""
        if self._healthy is None:
            self._healthy = self._bare()
        return self._healthy

    @property
    def ledger(self) -> Ledger:
        """Compares plays with the healthy one."""
        if self._ledger is None:
            self._ledger = Ledger(self.tape, self._hands_off(healthy=True)[1])
        return self._ledger

    def _kept(self) -> list[Play]:
        if not self._trunk:
            log = LeverLog(self.catalogue)
            trunk = Play(self.tape, self.effecter, log, purges_ms=self.purges_ms)
            self._trunk.append(trunk.fork(log, keep=True))
            for minute in range(TRUNK_MIN, self.end_ms // MINUTE, TRUNK_MIN):
                self._trunk.append(trunk.advance(minute * MINUTE).fork(log, keep=True))
        return self._trunk
