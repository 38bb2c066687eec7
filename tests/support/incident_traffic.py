"""Traffic of an invented AI service as columns of codes: skewed, correlated, with a day and a night, in order of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hotwash.kernel.seeds import derive

Codes = NDArray[np.int16]
MINUTE = 60_000
START_MS = 1_772_409_600_000
"""Monday 2 March 2026, midnight UTC."""

SIZES: Mapping[str, tuple[str, int]] = {
    "tenant": ("t-{:03}", 200), "region": ("region-{}", 5), "language": ("lang-{:02}", 12), "device": ("device-{}", 4),
    "surface": ("surface-{}", 5), "channel": ("channel-{}", 6), "intent": ("intent-{:02}", 20), "tier": ("tier-{}", 3),
    "pool": ("pool-{}", 6), "model": ("model-{}", 3), "prompt_version": ("p-{}", 5), "index_version": ("i-{}", 8),
    "app_version": ("app-{:02}", 10),
}  # fmt: skip
"""Dimension → how its values are called, and how many there are."""
GIVEN: Mapping[str, tuple[str, float]] = {
    "language": ("region", 12), "surface": ("device", 8), "channel": ("tenant", 4), "intent": ("surface", 20),
    "model": ("tenant", 4), "prompt_version": ("intent", 6), "index_version": ("region", 6), "app_version": ("device", 8),
}  # fmt: skip
"""Dimension → what its mix depends on, and how little (the concentration of a Dirichlet draw around the overall mix)."""
SKEW: Mapping[str, float] = {"region": 0.6, "language": 0.7, "device": 0.5, "intent": 0.86, "tier": 0.5, "pool": 0.9}


def stream(seed: int, *purpose: object) -> np.random.Generator:
    """A named generator: asking for another one never moves this one."""
    return np.random.default_rng(derive(seed, "incidents", *purpose))


@dataclass(frozen=True)
class Rollout:
    """A release: from `at_ms` on most requests with one value of a dimension carry a new one. Of one that goes wrong where it meets the slice,
    `part` says how many do."""

    at_ms: int
    dim: str
    old: str
    new: str
    cause: bool = False
    part: float | None = None


@dataclass(frozen=True)
class Surge:
    """More requests from one tenant for a while; nothing is wrong with them."""

    from_ms: int
    to_ms: int
    tenant: str
    times: float = 1.5


@dataclass(frozen=True)
class Traffic:
    """What decides the mix: cumulative shares by parent value, values by code, requests by minute."""

    values: Mapping[str, tuple[str, ...]]
    mixes: Mapping[str, NDArray[np.float64]]
    home: Codes
    tiers: Codes
    load: NDArray[np.float64]
    surge: Surge | None = None
    rollouts: tuple[Rollout, ...] = ()

    @property
    def end_ms(self) -> int:
        """Where the window ends."""
        return START_MS + len(self.load) * MINUTE

    def share(self, from_ms: int, to_ms: int) -> float:
        """Share of all requests that fall in [from_ms, to_ms), both at whole minutes."""
        begin, end = (from_ms - START_MS) // MINUTE, (to_ms - START_MS) // MINUTE
        return float(self.load[begin:end].sum() / self.load.sum())


def shares(dim: str, count: int) -> NDArray[np.float64]:
    """The overall mix of a dimension: a few values carry most of it."""
    ranks = np.arange(count)
    weights = (ranks + 1.0) ** -0.8 if dim == "tenant" else SKEW.get(dim, 0.6) ** ranks
    return weights / weights.sum()


def lay(seed: int, hours: int, *, surge: Surge | None = None, rollouts: tuple[Rollout, ...] = ()) -> Traffic:
    """Draw the mixes and the load of a window of `hours` that begins at START_MS."""
    values = {dim: [name.format(code) for code in range(count)] for dim, (name, count) in SIZES.items()}
    mixes = {}
    for dim, (_, count) in SIZES.items():
        mix, rng = shares(dim, count), stream(seed, "mix", dim)
        if dim in GIVEN:
            parent, loose = GIVEN[dim]
            mix = rng.dirichlet(np.maximum(mix * loose, 0.02), size=SIZES[parent][1])
        mixes[dim] = np.cumsum(np.atleast_2d(mix), axis=1)
    rng = stream(seed, "tenants")
    home = rng.choice(SIZES["region"][1], size=SIZES["tenant"][1], p=shares("region", SIZES["region"][1]))
    tiers = rng.choice(SIZES["tier"][1], size=SIZES["tenant"][1], p=shares("tier", SIZES["tier"][1]))
    minutes = np.arange(hours * 60)
    load = 1 + 0.6 * np.sin(2 * np.pi * (minutes / 1440 - 0.33))
    if surge is not None:
        load[(surge.from_ms - START_MS) // MINUTE : (surge.to_ms - START_MS) // MINUTE] *= surge.times
    for one in rollouts:
        values[one.dim].append(one.new)
    named = {dim: tuple(names) for dim, names in values.items()}
    return Traffic(named, mixes, home.astype(np.int16), tiers.astype(np.int16), load, surge, rollouts)


def moments(traffic: Traffic, rows: int, rng: np.random.Generator, part: tuple[int, int]) -> NDArray[np.int64]:
    """When `rows` requests arrive, in order, ms since 1970; `part` (i, k) is the i-th of k equal shares of the traffic."""
    at, of = part
    total = np.concatenate([[0.0], np.cumsum(traffic.load)])
    sought = np.sort((at + rng.random(rows)) / of) * total[-1]
    return (START_MS + np.interp(sought, total, np.arange(len(total))) * MINUTE).astype(np.int64)


def dimensions(traffic: Traffic, at_ms: NDArray[np.int64], rng: np.random.Generator) -> dict[str, Codes]:
    """Every dimension's codes, shape (rows,), before any release."""
    rows = len(at_ms)

    def drawn(dim: str, parent: Codes | None = None) -> Codes:
        sought, mix = rng.random(rows), traffic.mixes[dim]
        if parent is None:
            return np.searchsorted(mix[0], sought).clip(max=mix.shape[1] - 1).astype(np.int16)
        # One sorted table for all parents: each parent's cumulative shares are lifted by the parent's code.
        lifted = (mix + np.arange(len(mix))[:, None]).ravel()
        found = np.searchsorted(lifted, sought + parent, side="left") - parent.astype(np.int64) * mix.shape[1]
        return found.clip(0, mix.shape[1] - 1).astype(np.int16)

    tenant = drawn("tenant")
    if (surge := traffic.surge) is not None:
        extra = (at_ms >= surge.from_ms) & (at_ms < surge.to_ms) & (rng.random(rows) < 1 - 1 / surge.times)
        tenant[extra] = traffic.values["tenant"].index(surge.tenant)
    found = {"tenant": tenant, "device": drawn("device"), "tier": traffic.tiers[tenant], "pool": drawn("pool")}
    found["region"] = np.where(rng.random(rows) < 0.75, traffic.home[tenant], drawn("region"))
    for dim, (parent, _) in GIVEN.items():
        found[dim] = drawn(dim, found[parent])
    return {dim: found[dim] for dim in SIZES}


def release(
    traffic: Traffic, dims: dict[str, Codes], at_ms: NDArray[np.int64], rng: np.random.Generator
) -> dict[str, Codes]:
    """The same codes after the releases took place."""
    after = dict(dims)
    for one in traffic.rollouts:
        if one.part is not None:
            continue
        names = traffic.values[one.dim]
        moved = (after[one.dim] == names.index(one.old)) & (at_ms >= one.at_ms) & (rng.random(len(at_ms)) < 0.85)
        after[one.dim] = np.where(moved, names.index(one.new), after[one.dim]).astype(np.int16)
    return after
