"""What is named: descriptions that a search on a sample proposed, decided upon by counts over all rows.

A sample knows how large a part of traffic is only roughly, and has but a share of what is frequent. So nothing is named for what it looks
like in the sample. Every description that came near to standing out is counted over all rows, with the same correction for all that was
tried; those that do not bear it are dropped, and which of several names is the best one is settled by all rows as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hotwash.triage.cells import Tally
from hotwash.triage.mixes import unmixed
from hotwash.triage.pieces import Pieces
from hotwash.triage.rivals import Counted, settled
from hotwash.triage.search import Candidate, borne, recounted
from hotwash.triage.timeline import Timeline
from hotwash.triage.usual import by_own_past, chance

MOST_SEGMENTS = 4
COULD_SHOW = 3.0
"""Cases that a description's own past would have had at its present share, from which on it has a say."""
BY_ITSELF = 0.05
"""The chance, by its own past alone, above which a description has not risen, however rare its cases are elsewhere."""


@dataclass(frozen=True)
class Decided:
    """Descriptions that all rows bear out, each of what the ones before it leave unexplained, and those that a mix explains."""

    chosen: tuple[Candidate, ...]
    mixed: tuple[Candidate, ...]


def decided(
    pool: Sequence[Candidate], pieces: Pieces, signal: str, line: Timeline, level: float, units: Mapping[str, float]
) -> Decided:
    """The best of some candidates by all rows; then, without its rows, the best of the rest. Of each signal `units` rows were found for each
    case that was drawn."""
    chosen: list[Candidate] = []
    mixed: list[Candidate] = []
    while pool and len(chosen) < MOST_SEGMENTS:
        again = [one for each in pool if _rose(one := _again(each, pieces, signal, line, units), pieces, signal, line)]
        again.sort(key=lambda one: (-one.evidence, len(one.where), one.where))
        firm = [one for one in again if borne(one, level)]
        best = next((kept for one in firm if (kept := borne(unmixed(one), level))), None)
        before = next((place for place, one in enumerate(firm) if best and one.scope == best.scope), len(firm))
        mixed += firm[:before]
        if best is None:
            break
        partner = best.partner.signal if best.partner else ""
        rows = [Counted(pieces, signal, line)] + ([Counted(pieces, partner, line, less=signal)] if partner else [])
        chosen.append(settled(rows, best, again, level))
        pieces = pieces.without(chosen[-1].scope)
    return Decided(tuple(chosen), tuple(mixed))


def _rose(one: Candidate, pieces: Pieces, signal: str, line: Timeline) -> bool:
    """Whether its own past, where it could have shown the same share, says that it rose, by the exact conditional test. A share that others
    hardly have is no rise in what always had it."""
    asked, found, asked_outside, found_outside = _tally(one, pieces, signal, line)
    if asked_outside * found < COULD_SHOW * asked:
        return True
    return chance(found, *by_own_past(asked, asked_outside, found_outside, 1.0)) <= BY_ITSELF


def _again(one: Candidate, pieces: Pieces, signal: str, line: Timeline, units: Mapping[str, float]) -> Candidate:
    again = recounted(one, pieces.series(signal, pieces.within(one.scope)), line, units[signal])
    if one.partner is None:
        return again
    return replace(again, partner=one.partner.recounted(_tally(again, pieces, one.partner.signal, line, less=signal)))


def _tally(one: Candidate, pieces: Pieces, signal: str, line: Timeline, less: str = "") -> Tally:
    during = line.during(one.from_ms, one.to_ms)
    asked, found = pieces.series(signal, pieces.within(one.scope), less)
    return float(asked[during].sum()), int(found[during].sum()), float(asked[~during].sum()), int(found[~during].sum())
