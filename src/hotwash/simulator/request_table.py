"""Played requests as a table for players: read off the same bits that the dashboards count."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from hotwash.kernel.clock import MINUTE, SECOND
from hotwash.ports.requests import Flags, RequestTable
from hotwash.simulator.arrays import Rows
from hotwash.simulator.facts import Facts
from hotwash.simulator.outcomes import SEEN, SERVED
from hotwash.simulator.signals import bit

Objects = NDArray[np.object_]
COUNTED = "requests"
"""The denominator that every request is in."""
DECISIONS: Objects = np.array(["approved", "declined"], np.object_)


def request_table(facts: Facts, rows: Rows, now_ms: int) -> RequestTable:
    """The table of some played rows, in order of time, as it stands at `now_ms`."""
    tape, out = facts.tape, facts.play.out
    dims = {
        column.name: _texts(column.values)[codes[rows]]
        for column, codes in zip(tape.layout.columns, tape.dims, strict=True)
    }
    return RequestTable(
        at_ms=tape.at_ms[rows].astype(np.int64),
        dims=dims,
        versions=_versions(facts, rows),
        status=_texts(SEEN)[out.status[rows]],
        cached=out.leader[rows] > 0,
        signals={signal.name: _signal(facts, rows, number, now_ms) for number, signal in enumerate(facts.signals)},
        decision=_decisions(facts, rows) if tape.layout.classifier else None,
    )


def _texts(values: tuple[str, ...]) -> Objects:
    return np.array(values, np.object_)


def _signal(facts: Facts, rows: Rows, number: int, now_ms: int) -> Flags:
    signal, bits = facts.signals[number], facts.play.out.bits[rows]
    at_ms = facts.tape.at_ms[rows].astype(np.int64)
    fired = (bits >> np.uint16(number) & np.uint16(1)).astype(np.bool_)
    if signal.name == "complaints":  # each comes after a time of its own: that none came yet is all that can be said
        return (fired & (at_ms + facts.tape.complaint_s[rows].astype(np.int64) * SECOND <= now_ms)).astype(np.int8)
    asked = at_ms + signal.delay_min * MINUTE <= now_ms
    if signal.denominator != COUNTED:
        asked &= (bits & bit(facts.tape.layout, signal.denominator)) > 0
    return np.where(asked, fired, -1).astype(np.int8)


def _decisions(facts: Facts, rows: Rows) -> Objects:
    """What the letter says; rows that got none have no decision."""
    out = facts.play.out
    declined = (out.bits[rows] & bit(facts.tape.layout, "denials")) > 0
    found = DECISIONS[declined.astype(np.intp)]
    found[out.status[rows] != SERVED] = None
    return found


def _versions(facts: Facts, rows: Rows) -> dict[str, Objects]:
    """Versions by component, one stretch between changes and levers after the other."""
    tape, names = facts.tape, facts.tape.layout.spec.components
    found = {str(name): np.empty(len(rows), np.object_) for name in names}
    moments = {0, *facts.moments(), *(math.ceil(one.at_min * MINUTE) for one in facts.changes)}
    starts = sorted(one for one in moments if one < tape.end_ms)
    for start, stop in zip(starts, [*starts[1:], tape.end_ms], strict=True):
        first, last = tape.row_at(start), tape.row_at(stop)
        here = slice(*np.searchsorted(rows, (first, last)).tolist())
        if here.start == here.stop:
            continue
        group, stances = facts.standing(start).groups(slice(first, last))
        told = [facts.versions(start, stance) for stance in stances]
        for name, column in found.items():
            values = _texts(tuple(one[name] for one in told))
            column[here] = values[0] if group is None else values[group[rows[here] - first]]
    return found
