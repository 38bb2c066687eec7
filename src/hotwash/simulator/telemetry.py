"""Counts signals by the minute in which they show and by every value of every dimension."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hotwash.kernel.clock import MINUTE, SECOND
from hotwash.ports.system import SignalFrame
from hotwash.simulator.arrays import I32, I64, U16
from hotwash.simulator.signals import signals_of
from hotwash.simulator.tape import Tape

FEW = 1024
"""Rows up to which a stretch is counted in one go."""


class Cells:
    """Where each row counts: int32 of shape (1 + dimensions, rows), cell numbers of `Layout.cells`."""

    def __init__(self, tape: Tape) -> None:
        offsets = tape.layout.offsets
        rows = [np.zeros(len(tape), np.int32)]
        rows += [column.astype(np.int32) + offset for column, offset in zip(tape.dims, offsets, strict=True)]
        self.cells: I32 = np.stack(rows)


class Telemetry:
    """Counts of shape (signals, minutes, cells), int32, growing while a play advances."""

    def __init__(self, tape: Tape, cells: Cells) -> None:
        self.tape, self.cells = tape, cells.cells
        self.signals = signals_of(tape.layout)
        self.minutes = -(-tape.end_ms // MINUTE)
        self.width = len(tape.layout.cells)
        names = [signal.name for signal in self.signals]
        self._complaints = names.index("complaints")
        self._delays: I64 = np.array([signal.delay_min * MINUTE for signal in self.signals], np.int64)
        self._masks: U16 = (1 << np.arange(len(names))).astype(np.uint16)
        # One more minute takes everything that would show after the end.
        self.counts: I32 = np.zeros((len(self.signals), self.minutes + 1, self.width), np.int32)
        self._frame: SignalFrame | None = None

    def count(self, rows: slice, bits: U16) -> None:
        """Count the signals of freshly played rows."""
        self._frame = None
        if len(bits) <= FEW:
            self._count_few(rows, bits)
            return
        at_ms, cells = self.tape.at_ms[rows], self.cells[:, rows]
        for number, signal in enumerate(self.signals):
            fired = np.flatnonzero(bits & np.uint16(1 << number))
            if not len(fired):
                continue
            shows = at_ms[fired].astype(np.int64) + self._delay(signal.name, number, rows, fired)
            minute = np.minimum(shows // MINUTE, self.minutes)
            first, last = int(minute.min()), int(minute.max()) + 1
            place = (minute - first).astype(np.int32) * np.int32(self.width)
            found = np.bincount((place + cells[:, fired]).ravel(), minlength=(last - first) * self.width)
            self.counts[number, first:last] += found.reshape(last - first, self.width).astype(np.int32)

    def recount(self, row: int, before: U16, after: U16) -> None:
        """One row counts otherwise than it was counted; both of shape (1,)."""
        self._frame = None
        rows = slice(row, row + 1)
        self._count_few(rows, before, -1)
        self._count_few(rows, after)

    def _count_few(self, rows: slice, bits: U16, times: int = 1) -> None:
        """The same for a short stretch, all signals at once: fewer and smaller operations."""
        row, number = np.nonzero(bits[:, None] & self._masks)
        delay = self._delays[number]
        late = number == self._complaints
        delay[late] = self.tape.complaint_s[rows][row[late]].astype(np.int64) * SECOND
        minute = np.minimum((self.tape.at_ms[rows][row] + delay) // MINUTE, self.minutes)
        base = (number * (self.minutes + 1) + minute) * self.width
        # A number of another type than the counts takes numpy's slow way, hundreds of times slower.
        np.add.at(self.counts.reshape(-1), (base + self.cells[:, rows][:, row]).ravel(), np.int32(times))

    def frame(self, until_ms: int) -> SignalFrame:
        """Everything up to the last whole minute."""
        minutes = min(self.minutes, until_ms // MINUTE)
        if self._frame is None or self._frame.minutes != minutes:
            names = tuple(signal.name for signal in self.signals)
            counts = self.counts[:, :minutes].copy()
            counts.flags.writeable = False  # several look at one frame
            self._frame = SignalFrame(names, self.tape.layout.cells, counts, minutes)
        return self._frame

    def _delay(self, name: str, number: int, rows: slice, fired: NDArray[np.intp]) -> I64 | int:
        if name == "complaints":
            return self.tape.complaint_s[rows][fired].astype(np.int64) * SECOND
        return self.signals[number].delay_min * MINUTE
