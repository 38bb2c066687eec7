"""The traffic tape: latent requests of one scenario and seed, and what the world decides about each of them.

A column holds what the world decides or a draw that a later step compares with a threshold; nothing depends on what the
team does. One draw a row decides between all potential outcomes: below the healthy rate the row fails whatever runs,
each fault owns the next stretch. A row harmed under the healthy bundle is therefore harmed under every faulty one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from hotwash.kernel.clock import SECOND
from hotwash.ports.scope import Scope
from hotwash.simulator.arrays import I32, I64, U8, U16, U32, Bools, Rows
from hotwash.simulator.faults import Break
from hotwash.simulator.layout import Layout
from hotwash.simulator.slices import inside
from hotwash.simulator.streams import ONE

LATENT = ("guard", "review", "newer", "feedback", "judge", "detector", "noise", "complain")
"""Draws that play and telemetry compare with thresholds, one column each."""


@dataclass(frozen=True)
class Kinds:
    """Rows that differ in nothing but draws share a kind; int64 columns of shape (kinds,), levels (kinds, faults)."""

    intent: I64
    adversarial: I64
    hard: I64
    levels: I64


@dataclass(frozen=True)
class Tape:
    """Columns of shape (rows,), in order of time. `cause` 0 is harmless, 1 the healthy service's own failure, 2 + k the
    stretch of fault k; `safe_cause` the same in minimum safe mode. `key` 0 is never cached. `bump` are signals that
    fire for a harmless reason. `codes` join dimensions so that few counts give all of them."""

    layout: Layout
    faults: tuple[Break, ...]
    seed: int
    end_ms: int
    cache_ms: int
    at_ms: I32
    dims: tuple[U8, ...]
    kind: U16
    kinds: Kinds
    cause: U8
    safe_cause: U8
    key: U32
    keys: int
    question: U8
    user: U16
    bucket: U16
    magnitude: U16
    denied: Bools
    bump: U16
    complaint_s: U16
    latent: dict[str, U16]
    masks: dict[tuple[Scope, int], Bools] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.at_ms)

    def columns(self) -> dict[str, I32 | U8 | U16 | U32 | Bools]:
        """Every column by name."""
        named = {f"dim{index}": column for index, column in enumerate(self.dims)}
        single = ("at_ms", "kind", "cause", "safe_cause", "key", "question", "user", "bucket", "magnitude", "denied")
        rest = {name: getattr(self, name) for name in (*single, "bump", "complaint_s")}
        return {**named, **rest, **self.latent}

    def digest(self) -> str:
        """SHA-256 over all columns, in little-endian order: equal on every machine for equal content and seed."""
        sha = hashlib.sha256()
        for name, column in self.columns().items():
            sha.update(name.encode())
            sha.update(np.ascontiguousarray(column, column.dtype.newbyteorder("<")).tobytes())
        return sha.hexdigest()

    def mask(self, scope: Scope, share: int = ONE) -> Bools:
        """Rows inside a scope and inside the first `share` (in 1/65536) of users; remembered, not to be changed."""
        known = self.masks.get((scope, share))
        if known is None:
            known = self._mask(scope, share)
            known.flags.writeable = False
            self.masks[scope, share] = known
        return known

    def _mask(self, scope: Scope, share: int) -> Bools:
        users: Bools = np.ones(len(self), np.bool_) if share >= ONE else self.bucket < np.uint16(share)
        return users & inside(self.layout, self.dims, scope)

    @cached_property
    def place(self) -> Rows:
        """Kinds as places in a table."""
        return self.kind.astype(np.intp)

    @cached_property
    def keyed(self) -> Rows:
        """Rows whose answer may come from the cache."""
        return np.flatnonzero(self.key)

    @cached_property
    def keyed_key(self) -> Rows:
        """Their keys."""
        return self.key[self.keyed].astype(np.intp)

    @cached_property
    def keyed_at_ms(self) -> I32:
        """Their moments."""
        return self.at_ms[self.keyed]

    @cached_property
    def _complaints(self) -> tuple[I64, Rows]:
        """When a complaint about each request would come in, and about which, soonest first."""
        arrive = self.at_ms.astype(np.int64) + self.complaint_s.astype(np.int64) * SECOND
        rows = np.argsort(arrive, kind="stable")
        return arrive[rows], rows

    def would_complain(self, after_ms: int, until_ms: int) -> tuple[I64, Rows]:
        """Moments and rows of all complaints that would come in within (after, until], if their requests gave cause, soonest first."""
        arrive, rows = self._complaints
        first, last = np.searchsorted(arrive, (after_ms, until_ms), side="right")
        return arrive[first:last], rows[first:last]

    def row_at(self, at_ms: int) -> int:
        """The first row at or after a moment."""
        # A scalar of another type would have the whole column converted first.
        return int(np.searchsorted(self.at_ms, np.int32(min(max(at_ms, 0), self.end_ms))))
