"""What is usual for a candidate's own traffic: a rise that the mix of it explains is none, and requests of a difficult kind have more anyway."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from hotwash.triage.cells import Table
from hotwash.triage.search import Candidate, Looked
from hotwash.triage.usual import ALIKE, chance


def against_mix(table: Table, signal: str, one: Candidate) -> Candidate:
    """A candidate with what the changed mix of its own traffic explains, by the dimension that explains most of it.

    More traffic from a tenant that always has more of something lifts every total without anything having got worse. For each other
    dimension its values keep what they usually have, once in the mix of the stretch and once in the mix of the other time: how much more
    that comes to is what the mix alone does (direct standardisation, Kitagawa 1955; the worst case over dimensions).
    """
    lift, by = _lifted(table, signal, one, one.expected)
    beside = one.partner
    if beside is not None:
        beside = replace(beside, lift=_lifted(table, beside.signal, one, beside.expected)[0])
    return replace(one, lift=lift, by=by, partner=beside)


def _lifted(table: Table, signal: str, one: Candidate, likely: float) -> tuple[float, str]:
    most, by = 1.0, ""
    fixed = {name for name, _ in one.where}
    for dim in table.others(signal):
        if dim not in fixed:
            seen = table.split(signal, one.where, dim, one.from_ms, one.to_ms)
            exposed, outside = float(seen.exposed.sum()), float(seen.asked_outside.sum())
            if exposed <= 0 or outside <= 0:
                continue
            # Values of which little was seen are taken for what all of them together have: the largest of many lifts would else be luck.
            share = (seen.found_outside.sum() + ALIKE) / (outside + ALIKE * exposed / likely)
            usual = (seen.found_outside + ALIKE) / (seen.asked_outside + ALIKE / share)
            lift = float((seen.exposed @ usual) / exposed / ((seen.asked_outside @ usual) / outside))
            if lift > most:
                most, by = lift, dim
    return most, by


def of_its_kind(table: Table, signal: str, one: Candidate, looked: Looked) -> Candidate:
    """A candidate of one attribute, taken for what requests of its kind usually have where that is more than all traffic has.

    A tenant of which little was seen may send what is always difficult: another attribute says so, by what its values have in all traffic
    (indirect standardisation; the worst of the other dimensions). Longer names start from what their own attributes have anyway.
    """
    if len(one.where) != 1 or looked.usual is None:
        return one
    more = np.ones_like(one.prior.share[0])
    for dim, values in zip(table.dims, table.bounds(), strict=True):
        if dim not in (one.where[0][0], table.own.get(signal)):
            seen = table.split(signal, one.where, dim, one.from_ms, one.to_ms)
            weight = seen.exposed + seen.asked_outside
            more = np.maximum(more, weight @ looked.usual.factors[values] / max(float(weight.sum()), table.step))
    return replace(one, prior=replace(one.prior, share=one.prior.share * more))


def unmixed(one: Candidate) -> Candidate:
    """A candidate as it stands against the mix."""
    expected = one.expected * one.lift
    return replace(one, expected=expected, p=max(one.p, min(1.0, one.tried * chance(one.found, expected, one.known))))
