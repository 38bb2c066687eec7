"""When requests come, who asks what, and the raw draws about them.

Arrivals are a Poisson process by integer time change: exponential gaps from a table are summed up and read against the
summed rate (a mild wave, and a factor a minute that makes counts over-dispersed as real traffic is). A harmless surge is
further traffic of its own streams, thinned to the value that surges, so that it moves no other row's draws.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from hotwash.kernel.clock import MINUTE, SECOND
from hotwash.kernel.errors import NotSupportedError
from hotwash.kit.schema.system import Distractor, Surge
from hotwash.ports.scope import Scope
from hotwash.simulator.arrays import I32, U8, U16, Bools
from hotwash.simulator.layout import Layout
from hotwash.simulator.slices import inside
from hotwash.simulator.streams import ONE, chance, draws
from hotwash.simulator.tables import SHIFT, exponential, lognormal, lookup, spread, zipf
from hotwash.simulator.tape import LATENT

GAP = 65_536
"""Units of summed rate that one request takes."""
WAVE_MIN = 120
WAVE_PERCENT = 8
MINUTE_SIGMA_PERCENT = 5
QUESTIONS = 50
"""Distinct questions of one intent of one tenant; their popularity falls as rank to the minus 1.1."""
MAGNITUDE = (1000, 80, 50, 20_000)
"""Size of a harm in thousandths: mean 1, log-normal sigma 0.8, clipped to [0.05, 20]."""
COMPLAINT_S = (15 * 60, 70, 60, 6000)
"""Delay of a complaint in seconds: mean a quarter of an hour, log-normal sigma 0.7."""


@dataclass
class Requests:
    """What is drawn about requests before the scenario's faults are looked at; columns of shape (rows,)."""

    at_ms: I32
    dims: list[U8]
    adversarial: Bools
    outcome: U16
    question: U8
    user: U16
    cacheable: U16
    magnitude: U16
    denial: U16
    bump: U16
    complaint_s: U16
    latent: dict[str, U16]


def _arrivals(layout: Layout, seed: int, end_ms: int, purpose: tuple[object, ...], percent: int = 100) -> I32:
    """Moments of requests in ms, rising; int32."""
    seconds = end_ms // SECOND
    minutes = -(-seconds // 60)
    crowd = spread(1000, 10 * MINUTE_SIGMA_PERCENT)[draws(seed, minutes, "tape", "minute") >> SHIFT]
    phase = np.arange(minutes) % WAVE_MIN
    wave = 1000 + 10 * WAVE_PERCENT * (4 * np.minimum(phase, WAVE_MIN - phase) - WAVE_MIN) // WAVE_MIN
    base = round(layout.spec.requests_per_second * GAP) * percent // 100
    rate = np.repeat(base * crowd // 1000 * wave // 1000, 60)[:seconds]
    summed = np.concatenate(([0], np.cumsum(rate)))
    expected = int(summed[-1]) // GAP
    enough = expected + 10 * isqrt(expected) + 50
    gaps = exponential(GAP)[draws(seed, enough, "tape", "gap", *purpose) >> SHIFT]
    moments = np.cumsum(gaps)
    moments = moments[moments < summed[-1]]
    second = np.searchsorted(summed, moments, side="right") - 1
    at_ms: I32 = (second * SECOND + (moments - summed[second]) * SECOND // rate[second]).astype(np.int32)
    return at_ms


def base_traffic(layout: Layout, seed: int, end_ms: int) -> Requests:
    """The traffic of an ordinary day."""
    return _requests(layout, seed, _arrivals(layout, seed, end_ms, ()), ())


def _requests(layout: Layout, seed: int, at_ms: I32, purpose: tuple[object, ...]) -> Requests:
    n = len(at_ms)

    def draw(*name: object) -> U16:
        return draws(seed, n, "tape", *name, *purpose)

    user = draw("user").astype(np.uint32)
    dims = _dims(layout, lambda index: draw("dim", index))
    popular = lookup(zipf(QUESTIONS, "1.1"))
    return Requests(
        at_ms=at_ms,
        dims=dims,
        adversarial=draw("adversarial") < chance(layout.spec.adversarial_share),
        outcome=draw("outcome"),
        question=popular[draw("question")],
        user=((user * user) >> 20).astype(np.uint16),
        cacheable=draw("cacheable"),
        magnitude=lognormal(*MAGNITUDE)[draw("magnitude") >> SHIFT],
        denial=draw("denial"),
        bump=np.zeros(n, np.uint16),
        complaint_s=lognormal(*COMPLAINT_S)[draw("complaint delay") >> SHIFT],
        latent={name: draw(name) for name in LATENT},
    )


def _dims(layout: Layout, draw: Callable[[int], U16]) -> list[U8]:
    dims: list[U8] = []
    for index, column in enumerate(layout.columns):
        slot = draw(index)
        if column.parent < 0:
            dims.append(column.table[0][slot])
        else:
            dims.append(column.table.ravel()[dims[column.parent].astype(np.uint32) * ONE + slot])
    return dims


def surge_traffic(layout: Layout, seed: int, end_ms: int, index: int, surge: Surge) -> Requests:
    """The traffic that a surge adds: a second stream of everything, thinned to the value and the window."""
    layout.check(Scope.of({surge.dim: [surge.value]}), to_route=False)
    purpose = ("surge", index)
    at_ms = _arrivals(layout, seed, end_ms, purpose, round((surge.factor - 1) * 100))
    rows = _requests(layout, seed, at_ms, purpose)
    dim = layout.names.index(surge.dim)
    keep = (at_ms >= surge.from_min * MINUTE) & (at_ms < surge.to_min * MINUTE)
    keep &= rows.dims[dim] == layout.columns[dim].code(surge.value)
    return _take(rows, np.flatnonzero(keep))


def _take(rows: Requests, order: NDArray[np.intp]) -> Requests:
    picked = {name: value[order] for name, value in vars(rows).items() if isinstance(value, np.ndarray)}
    latent = {name: value[order] for name, value in rows.latent.items()}
    return Requests(**picked, dims=[column[order] for column in rows.dims], latent=latent)


def merge(parts: list[Requests]) -> Requests:
    """Several streams as one, in order of time."""
    if len(parts) == 1:
        return parts[0]
    first = parts[0]
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name, value in vars(first).items()
        if isinstance(value, np.ndarray)
    }
    dims = [np.concatenate(columns) for columns in zip(*(part.dims for part in parts), strict=True)]
    latent = {name: np.concatenate([part.latent[name] for part in parts]) for name in first.latent}
    return _take(Requests(**joined, dims=dims, latent=latent), np.argsort(joined["at_ms"], kind="stable"))


def distract(
    layout: Layout, distractors: Sequence[Distractor], rows: Requests, seed: int, signals: tuple[str, ...]
) -> None:
    """Mark the rows on which a signal fires for a harmless reason. `signals` gives each signal's bit."""
    for index, one in enumerate(distractors):
        if one.signal not in signals:
            raise NotSupportedError(f"a distractor names the signal '{one.signal}': write one of {', '.join(signals)}")
        scope = Scope.of(one.slice)
        layout.check(scope, to_route=False)
        hit = (rows.at_ms >= one.from_min * MINUTE) & (rows.at_ms < one.to_min * MINUTE)
        hit &= draws(seed, len(rows.at_ms), "tape", "distractor", index) < chance(one.rate)
        hit &= inside(layout, rows.dims, scope)
        rows.bump[hit] |= np.uint16(1 << signals.index(one.signal))
