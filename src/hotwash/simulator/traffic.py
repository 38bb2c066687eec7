"""Makes the tape: traffic, and what the scenario's faults would do to each request."""

from __future__ import annotations

import numpy as np

from hotwash.kernel.clock import MINUTE
from hotwash.kernel.errors import NotSupportedError
from hotwash.kit.schema.system import World
from hotwash.simulator.arrays import I64, U8, U16, U32
from hotwash.simulator.faults import RAMP, Break
from hotwash.simulator.layout import Layout
from hotwash.simulator.requests import QUESTIONS, Requests, base_traffic, distract, merge, surge_traffic
from hotwash.simulator.slices import inside
from hotwash.simulator.streams import chance
from hotwash.simulator.tape import Kinds, Tape

MOST_KINDS = 65_536


def make_tape(
    layout: Layout, world: World, faults: tuple[Break, ...], seed: int, end_ms: int, signals: tuple[str, ...]
) -> Tape:
    """The tape of one scenario and seed. `signals` gives each signal's bit for distractors."""
    surges = [surge_traffic(layout, seed, end_ms, index, surge) for index, surge in enumerate(world.surges)]
    requests = merge([base_traffic(layout, seed, end_ms), *surges])
    distract(layout, world.distractors, requests, seed, signals)
    return _finish(layout, world, faults, seed, end_ms, requests)


def _finish(layout: Layout, world: World, faults: tuple[Break, ...], seed: int, end_ms: int, rows: Requests) -> Tape:
    kind, kinds = _kinds(layout, faults, rows)
    cause, safe_cause = _causes(layout, faults, rows, kind, kinds)
    ttl = layout.spec.cache_ttl_min if world.cache_ttl_min is None else world.cache_ttl_min
    key, keys = _keys(layout, world, rows, round(ttl * MINUTE))
    tenant = rows.dims[layout.tenant].astype(np.uint16) if layout.tenant >= 0 else np.uint16(0)
    denied = rows.denial < chance(layout.spec.healthy.denial_rate)
    denied &= (cause == 0) & (safe_cause == 0) & ~rows.adversarial
    tape = Tape(
        layout=layout, faults=faults, seed=seed, end_ms=end_ms, cache_ms=round(ttl * MINUTE),
        at_ms=rows.at_ms, dims=tuple(rows.dims), kind=kind, kinds=kinds, cause=cause, safe_cause=safe_cause,
        key=key, keys=keys, question=rows.question, user=rows.user,
        bucket=rows.user * np.uint16(40503) + tenant * np.uint16(9973),
        magnitude=rows.magnitude, denied=denied, bump=rows.bump, complaint_s=rows.complaint_s, latent=rows.latent,
    )  # fmt: skip
    for column in tape.columns().values():
        column.flags.writeable = False
    return tape


def _kinds(layout: Layout, faults: tuple[Break, ...], rows: Requests) -> tuple[U16, Kinds]:
    """Number the kinds of rows that occur: intent, adversarial, hard for the guardrail, level of every fault."""
    code = rows.dims[layout.intent].astype(np.int64) * 4 + rows.adversarial * 2
    hard = np.zeros(len(rows.at_ms), np.uint8)
    if layout.language >= 0:
        hard |= layout.hard_languages[rows.dims[layout.language]]
    if layout.group >= 0:
        hard |= layout.hard_groups[rows.dims[layout.group]]
    code += hard
    code, parts = _renumber(code, 4 * len(layout.intents))
    columns: list[I64] = []
    for fault in faults:
        level = np.where(inside(layout, rows.dims, fault.scope) & ~rows.adversarial, fault.levels(rows.at_ms), 0)
        code, joint = _renumber(code * (RAMP + 1) + level, len(parts) * (RAMP + 1))
        parts, columns = parts[joint // (RAMP + 1)], [column[joint // (RAMP + 1)] for column in columns]
        columns.append(joint % (RAMP + 1))
    levels = np.stack(columns, axis=1) if columns else np.zeros((len(parts), 0), np.int64)
    if len(parts) > MOST_KINDS:
        raise NotSupportedError(f"the faults make {len(parts)} kinds of requests: write fewer faults or shorter ramps")
    return code.astype(np.uint16), Kinds(parts // 4, parts // 2 % 2, parts % 2, levels)


def _renumber(code: I64, size: int) -> tuple[I64, I64]:
    """Codes without gaps, and the old code of each new one."""
    present = np.zeros(size, np.bool_)
    present[code] = True
    return (np.cumsum(present) - 1)[code], np.flatnonzero(present)


def _causes(layout: Layout, faults: tuple[Break, ...], rows: Requests, kind: U16, kinds: Kinds) -> tuple[U8, U8]:
    """Which stretch of probability each row's one draw falls into, normally and in minimum safe mode."""
    healthy = layout.spec.healthy
    honest = 1 - kinds.adversarial
    found: list[U8] = []
    for rate, safe in ((chance(healthy.rate), False), (chance(healthy.safe_mode_rate), True)):
        bound = rate * honest
        cause = (rows.outcome < bound.astype(np.uint32)[kind]).astype(np.uint8)
        for index, fault in enumerate(faults):
            table = [fault.safe_rate_at(step) if safe else fault.rate_at(step) for step in range(RAMP + 1)]
            upper = bound + np.array(table, np.int64)[kinds.levels[:, index]] * honest
            within = (rows.outcome >= bound.astype(np.uint32)[kind]) & (rows.outcome < upper.astype(np.uint32)[kind])
            cause[within] = 2 + index
            bound = upper
        found.append(cause)
    return found[0], found[1]


def _keys(layout: Layout, world: World, rows: Requests, ttl_ms: int) -> tuple[U32, int]:
    """Cache keys numbered from 1 without gaps (0: never cached): the same question, asked in the same language of the
    same tenant for the same intent."""
    share = [world.cacheable.get(name, one.cacheable) for name, one in layout.spec.intents.items()]
    limit = np.array([chance(part) if ttl_ms else 0 for part in share], np.uint32)
    intent = rows.dims[layout.intent]
    kept = (rows.cacheable < limit[intent]) & ~rows.adversarial
    key, size = intent.astype(np.int64) * QUESTIONS + rows.question, len(share) * QUESTIONS
    for index in (layout.tenant, layout.language):
        if index >= 0:
            values = len(layout.columns[index].values)
            key, size = key * values + rows.dims[index], size * values
    numbered, old = _renumber(np.where(kept, key + 1, 0), size + 1)
    first = 0 if len(old) and old[0] == 0 else 1
    return (numbered + first).astype(np.uint32), len(old) + first
