"""Whether embeddings moved: two fair samples of vectors compared by energy distance, with the noise that it has without any drift.

An embedding has hundreds of numbers, none of which means anything alone; PSI of each would be hundreds of tests of nothing. The energy
distance (Székely and Rizzo 2013) is nil for two equal distributions and for no others, asks for no bandwidth and no model, and its
noise is had by dealing the same rows to the two sides anew.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hotwash.kernel.seeds import derive
from hotwash.kit.schema.columns import TraceColumns
from hotwash.ports.relation import Relation
from hotwash.triage import sql
from hotwash.triage.timeline import Window

Floats = NDArray[np.float64]
LOTS = 1 << 20
MOST_ROWS = 800
"""Vectors of either window that are read: the distances among 1,600 take a tenth of a second."""
LEAST_ROWS = 50
DEALS = 999
"""How often rows are dealt anew; p can be no smaller than one in a thousand."""
CERTAIN = 0.01
"""Chance of calling a shift where there is none. Traffic of two days is never quite alike, so it is smaller than the customary one."""


@dataclass(frozen=True)
class EmbeddingShift:
    """How far apart the embeddings of two windows are. `distance` is the energy distance as a share of its largest value, 0 to 1; `noise`
    its mean without drift, `line` what it exceeds without drift one time in twenty, `p` how often dealing the rows anew gave as much. `cosine`
    is the one between the two mean vectors. `n_before` and `n_after` are vectors compared, `size` the numbers of each; `set_aside` were drawn and are
    no vector of that size. Figures are None with fewer than LEAST_ROWS vectors on either side."""

    column: str
    n_before: int
    n_after: int
    size: int
    set_aside: int
    distance: float | None = None
    noise: float | None = None
    line: float | None = None
    p: float | None = None
    cosine: float | None = None

    @property
    def moved(self) -> bool:
        """Whether it is beyond what dealing does, by the level of CERTAIN."""
        return self.p is not None and self.p <= CERTAIN


def embedding_shift(
    relation: Relation, columns: TraceColumns, baseline: Window, incident: Window, where: Sequence[str] = ()
) -> EmbeddingShift | None:
    """Compare the embeddings of two windows, in the rows that fulfil `where`; None without such a column. Vectors are read as
    their engine writes a list of numbers as text, which all write alike. Raises QueryError when the engine refuses."""
    if not columns.embedding:
        return None
    drawn = [_read(relation, columns, one, where) for one in (baseline, incident)]
    lengths = [len(one) for side in drawn for one in side if one]
    size = int(np.bincount(lengths).argmax()) if lengths else 0
    before, after = (np.array([one for one in side if one and len(one) == size], dtype=np.float64) for side in drawn)
    aside = sum(len(side) for side in drawn) - len(before) - len(after)
    if min(len(before), len(after)) < LEAST_ROWS:
        return EmbeddingShift(columns.embedding, len(before), len(after), size, aside)
    return EmbeddingShift(columns.embedding, len(before), len(after), size, aside, *compared(before, after))


def compared(before: Floats, after: Floats) -> tuple[float, float, float, float, float]:
    """Energy distance of two sets of vectors (rows, size) as a share, its noise and line, p, and the cosine of the means."""
    rows, n = np.concatenate([before, after]), len(before)
    apart = _distances(rows)
    made = np.random.Generator(np.random.PCG64(derive(0, "embedding")))
    sides = np.zeros((len(rows), DEALS + 1))
    sides[n:, 0] = 1.0
    for deal in range(1, DEALS + 1):
        sides[made.permutation(len(rows))[n:], deal] = 1.0
    shares = _shares(apart, sides)
    found, dealt = float(shares[0]), shares[1:]
    p = (1 + int((dealt >= found).sum())) / (DEALS + 1)
    means = before.mean(axis=0), after.mean(axis=0)
    lengths = float(np.linalg.norm(means[0]) * np.linalg.norm(means[1]))
    cosine = float(means[0] @ means[1]) / lengths if lengths > 0 else 1.0
    return found, float(dealt.mean()), float(np.quantile(dealt, 0.95)), p, cosine


def _distances(rows: Floats) -> Floats:
    """Euclidean distances of all rows among themselves: (rows, rows)."""
    squares = np.einsum("ij,ij->i", rows, rows)
    apart: Floats = np.sqrt(np.maximum(squares[:, None] + squares[None, :] - 2 * rows @ rows.T, 0.0))
    np.fill_diagonal(apart, 0.0)
    return apart


def _shares(apart: Floats, sides: Floats) -> Floats:
    """Energy distance as a share of twice the mean distance across, for many ways (rows, ways) to deal rows to two sides."""
    to_after = apart @ sides
    total, m = float(apart.sum()), sides.sum(axis=0)
    n = len(apart) - m
    within_after = (sides * to_after).sum(axis=0)
    across = to_after.sum(axis=0) - within_after
    within_before = total - within_after - 2 * across
    mean = 2 * across / (n * m)
    energy = mean - within_before / n**2 - within_after / m**2
    shares: Floats = np.divide(energy, mean, out=np.zeros_like(mean), where=mean > 0)
    return shares


def _read(relation: Relation, columns: TraceColumns, window: Window, where: Sequence[str]) -> list[list[float] | None]:
    """A fair share of a window's vectors; None for what is no list of finite numbers."""
    dialect, moment = relation.dialect, relation.dialect.epoch_ms(columns.time)
    name = dialect.name(columns.embedding)
    inside = [*sql.within(dialect, columns.time, window.from_ms, window.to_ms), f"{name} IS NOT NULL", *where]
    reads = [columns.time, columns.embedding]
    rows = int(relation.ask(sql.select([("n", "COUNT(*)")], inside), reads)["n"][0])
    if not rows:
        return []
    if rows > MOST_ROWS:
        key = dialect.name(columns.id) if columns.id else moment
        inside.append(f"{dialect.lot([key], LOTS)} < {round(LOTS * MOST_ROWS / rows)}")
        reads += [columns.id] if columns.id else []
    answer = relation.ask(sql.select([("vector", sql.value(dialect, columns.embedding))], inside), reads)
    # In order, since engines answer in any, and the deals must not depend on it.
    return sorted(map(_vector, answer["vector"].tolist()), key=lambda one: one or [])


def _vector(text: str) -> list[float] | None:
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return None
    numbers = isinstance(read, list) and bool(read) and all(type(one) in (int, float) for one in read)
    return [float(one) for one in read] if numbers and np.isfinite(read).all() else None
