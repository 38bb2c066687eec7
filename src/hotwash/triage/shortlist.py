"""Descriptions that stand out in a sample, or nearly: what is counted over all rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hotwash.ports.scope import Scope
from hotwash.triage.cells import NOTHING, Table
from hotwash.triage.deciding import MOST_SEGMENTS
from hotwash.triage.mixes import against_mix, of_its_kind, unmixed
from hotwash.triage.rivals import SAME_ROWS, Drawn, settled
from hotwash.triage.sample import Sample
from hotwash.triage.search import Candidate, Looked, arrivals, borne, look, parts_of, widened

LEVEL_OF_FALSE_ALARMS = 0.01
"""Chance that anything at all is named where nothing happened, shared by all signals, and as much again for two signals together: well below the one in twenty that is promised, since
the correction is a close one and no bound (`benchmarks/findings.py` counts the false alarms), and real traffic has moods."""
LOOSE, LOOSEST = 400.0, 0.3
"""A description is counted over all rows when its chance in the sample is up to so many times the level, and no more than this: a sample may
miss the level by little."""
MOST_COUNTED = 10
"""Descriptions of a signal that are counted for each segment that its sample shows."""
MOST_NEW = 3
"""Descriptions of which parts that are new are looked for."""
FAR_LESS, FAR_LESS_SHARE = 6.0, 0.6
"""How much less evidence than the best a description must have, in nats and as a share, to be no rival to it."""


@dataclass(frozen=True)
class Proposed:
    """Descriptions of one signal to be counted over all rows, and what was tried."""

    candidates: tuple[Candidate, ...]
    cells: int
    stretches: int


def propose(
    sample: Sample, signals: Sequence[str], dims: Sequence[str], own: Mapping[str, str] = NOTHING
) -> dict[str, Proposed]:
    """Descriptions for every signal that stand out in a sample, or nearly. The chance of a false alarm is shared by all signals that
    are asked about. `own` are the columns that signals are made of, by signal."""
    table = Table(sample, signals, dims, own=own)
    level = LEVEL_OF_FALSE_ALARMS / max(1, len(signals))
    return {name: _peeled(sample, table, name, looked, level) for name, looked in look(table, level).items()}


def _peeled(sample: Sample, table: Table, signal: str, first: Looked, level: float) -> Proposed:
    """Of what stands out, the best description takes its rows with it, and what still does among the rest is described next."""
    pool: dict[Scope, Candidate] = {}
    keep, looked = np.ones(len(sample), dtype=np.bool_), first
    for _ in range(MOST_SEGMENTS):
        near = [of_its_kind(table, signal, one, looked) for one in _near(table, signal, looked, level)]
        near = [against_mix(table, signal, one) for one in near]
        best = next((kept for one in near if (kept := borne(unmixed(one), level))), None)
        if best is not None:
            beside = [Drawn(table, best.partner.signal, less=signal)] if best.partner else []
            best = widened(table, signal, settled([Drawn(table, signal), *beside], best, near, level), looked)
            near.insert(0, best)
        pool |= {one.scope: one for one in near if one.scope not in pool}
        if best is None or not best.scope.dims:
            break
        keep &= ~sample.within(best.scope)
        table = Table(sample, [signal], table.dims, keep, table.own)
        looked = look(table, level)[signal]
    return Proposed(tuple(pool.values()), first.cells, first.stretches)


def _near(table: Table, signal: str, looked: Looked, level: float) -> list[Candidate]:
    """What comes near to standing out, but for what does so far less than the best, parts of it that hold the same rows, and parts that are new."""
    loose = min(LOOSE * level, LOOSEST)
    near = [one for one in looked.best if borne(one, loose)][:MOST_COUNTED]
    if near:
        near = [
            one for one in near if near[0].evidence - one.evidence <= max(FAR_LESS, FAR_LESS_SHARE * near[0].evidence)
        ]
    same = [
        part
        for one in near
        for part in parts_of(table, signal, one, looked)
        if table.weigh(part.where) <= SAME_ROWS * table.weigh(one.where)
    ]
    new = [part for one in near[:MOST_NEW] for part in arrivals(table, signal, one, looked)]
    met = {one.scope: one for one in (*new, *same, *near)}
    return sorted(met.values(), key=lambda one: (-one.evidence, len(one.where), one.where))
