"""Healthy rates, from an ordinary day that is nobody's drill: what alert thresholds are set on."""

from __future__ import annotations

import numpy as np

from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.system import World
from hotwash.ports.system import Baseline
from hotwash.simulator.layout import Layout
from hotwash.simulator.levers import Catalogue, LeverLog
from hotwash.simulator.play import Play
from hotwash.simulator.signals import signals_of
from hotwash.simulator.stance import Effecter
from hotwash.simulator.telemetry import Cells, Telemetry
from hotwash.simulator.traffic import make_tape

DAY_SEED = 990_001
DAY_MIN, WARM_MIN = 240, 60
"""Minutes of the ordinary day, and how many of them pass before delayed signals run evenly."""
BELIEF = 500
"""A cell's own rate counts as much as the overall rate once it rests on this many requests."""

_known: dict[str, Baseline] = {}


def baseline_of(layout: Layout, world: World) -> Baseline:
    """Rates by signal and cell. Depends on the pack and on how the scenario sets the cache, on no fault and no seed."""
    quiet = World(cacheable=world.cacheable, cache_ttl_min=world.cache_ttl_min)
    key = layout.spec.model_dump_json() + quiet.model_dump_json()
    if key not in _known:
        _known[key] = _measure(layout, quiet)
    return _known[key]


def _measure(layout: Layout, quiet: World) -> Baseline:
    signals = signals_of(layout)
    names = tuple(signal.name for signal in signals)
    tape = make_tape(layout, quiet, (), DAY_SEED, DAY_MIN * MINUTE, names)
    telemetry = Telemetry(tape, Cells(tape))
    Play(tape, Effecter(tape), LeverLog(Catalogue(layout, {})), telemetry=telemetry).advance(tape.end_ms)
    counts = telemetry.frame(tape.end_ms).counts[:, WARM_MIN:].sum(axis=1, dtype=np.int64)
    whole = counts[[names.index(signal.denominator) for signal in signals]]
    own = counts / np.maximum(whole, 1)
    trust = whole / (whole + BELIEF)
    return Baseline(names, layout.cells, trust * own + (1 - trust) * own[:, :1])
