"""What play writes down about each request."""

from __future__ import annotations

import hashlib

import numpy as np

from hotwash.simulator.arrays import I32, U8, U16

STATUS = ("served", "off", "rate_limited", "dropped", "blocked", "false_block", "caught", "abandoned", "held")
SERVED, OFF, RATE, DROP, BLOCK, FALSE_BLOCK, CAUGHT, ABANDONED, HELD = range(9)
SEEN = tuple("blocked" if status == "false_block" else status for status in STATUS)
"""The same as a log has it: that a guardrail was wrong is for a reader to find out."""
LOST = np.array([status in (OFF, RATE, DROP, FALSE_BLOCK, ABANDONED) for status in range(9)])
"""Statuses of requests that nobody answered."""


class Outcomes:
    """Columns of shape (rows,). `category` is what was delivered or stopped, `plan` what a cached answer would do again,
    `harm` and `expected` in mhp, `collateral` in mhp, `leader` 1 + the row whose answer was served again (0: none),
    `bits` the signals that the request counts in. Nearly all stay zero, and untouched memory costs nothing."""

    def __init__(self, rows: int) -> None:
        self.status: U8 = np.zeros(rows, np.uint8)
        self.category: U8 = np.zeros(rows, np.uint8)
        self.plan: U8 = np.zeros(rows, np.uint8)
        self.harm: I32 = np.zeros(rows, np.int32)
        self.expected: I32 = np.zeros(rows, np.int32)
        self.stored: I32 = np.zeros(rows, np.int32)
        self.misuse: I32 = np.zeros(rows, np.int32)
        self.collateral: I32 = np.zeros(rows, np.int32)
        self.wait_ms: I32 = np.zeros(rows, np.int32)
        self.leader: I32 = np.zeros(rows, np.int32)
        self.bits: U16 = np.zeros(rows, np.uint16)

    def copy(self, rows: int) -> Outcomes:
        """The first rows, with room for the rest."""
        other = Outcomes(len(self.status))
        for name, column in vars(self).items():
            getattr(other, name)[:rows] = column[:rows]
        return other

    def digest(self) -> str:
        """SHA-256 over all columns in little-endian order."""
        sha = hashlib.sha256()
        for name, column in vars(self).items():
            sha.update(name.encode())
            sha.update(np.ascontiguousarray(column, column.dtype.newbyteorder("<")).tobytes())
        return sha.hexdigest()
