"""How many requests came, and stretches without any where some were usual."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from hotwash.triage.timeline import MINUTE, Timeline, Window

DAY = 1440 * MINUTE
LEAST_EXPECTED = 20.0
"""A bucket that usually holds fewer rows may be empty by chance, or because it is night."""


@dataclass(frozen=True)
class Silence:
    """A stretch without any row where `expected` were usual. `chance` is how likely that is to happen anywhere in the table."""

    from_ms: int
    to_ms: int
    expected: float
    chance: float


@dataclass(frozen=True)
class Volume:
    """Requests a minute, and stretches without any. `ratio` is now over before, with an interval that takes its width from how much
    buckets differ."""

    before: float | None
    now: float | None
    ratio: float | None
    ratio_low: float | None
    ratio_high: float | None
    undated: int
    silences: tuple[Silence, ...]


def volume(timeline: Timeline, baseline: Window, incident: Window) -> Volume:
    """Requests a minute in both windows, and silences anywhere. The bucket at the end of a window belongs to it when it begins in it."""
    starts = timeline.start_ms + np.arange(timeline.buckets, dtype=np.int64) * timeline.width_ms
    before, now = (
        timeline.rows[(starts >= one.from_ms) & (starts < one.to_ms)].astype(np.float64) for one in (baseline, incident)
    )
    minutes = timeline.width_ms / MINUTE
    means = [float(one.mean()) / minutes if len(one) else None for one in (before, now)]
    ratio = low = high = None
    if means[0] and means[1]:
        ratio = means[1] / means[0]
        # Buckets vary by more than Poisson's law says (hours, bursts): their own variance is what the mean's error is made of.
        spread = np.sqrt(
            sum((one.var(ddof=1) if len(one) > 1 else one.mean()) / len(one) / one.mean() ** 2 for one in (before, now))
        )
        factor = float(np.exp(special.ndtri(0.975) * spread))
        low, high = ratio / factor, ratio * factor
    return Volume(means[0], means[1], ratio, low, high, timeline.undated, silences(timeline))


def silences(timeline: Timeline) -> tuple[Silence, ...]:
    """Empty buckets where rows were to be expected: by the same time on other days where there are two days or more, otherwise by the
    median bucket. A night without traffic is so no silence."""
    usual = _usual(timeline)
    empty = (timeline.rows == 0) & (usual >= LEAST_EXPECTED)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], empty.astype(np.int8), [0]])))
    found = []
    for first, after in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        expected = float(usual[first:after].sum())
        chance = min(1.0, timeline.buckets * float(np.exp(-expected)))
        found.append(Silence(timeline.at(first), timeline.at(after), expected, chance))
    return tuple(found)


def _usual(timeline: Timeline) -> NDArray[np.float64]:
    """Rows that a bucket usually has; shape (buckets,)."""
    rows = timeline.rows.astype(np.float64)
    day = DAY // timeline.width_ms
    if day < 2 or timeline.buckets < 2 * day:
        return np.full(timeline.buckets, float(np.median(rows)) if len(rows) else 0.0)
    days = -(-timeline.buckets // day)
    laid = np.full(days * day, np.nan)
    laid[: timeline.buckets] = rows
    usual = np.nanmedian(laid.reshape(days, day), axis=0) if days > 2 else np.nanmax(laid.reshape(days, day), axis=0)
    return np.tile(usual, days)[: timeline.buckets]
