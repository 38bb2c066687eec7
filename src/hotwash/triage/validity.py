"""Is it real: two independent signals, a baseline, data that is there; else a detector that wants fixing.

Two signals are independent when different sources measured them. They agree when the second one also rose in the segment and window of the
first, beyond chance. A signal that rose alone, while people's own answers (votes, complaints, appeals) could have shown it and did not,
is a suspect detector: what would silence it is worked out, and what that would have cost on past data. Other signals confirm when
they rise, and say nothing when they do not: what makes answers wrong need not make them slow. A signal that it took to name the segment
at all is no witness to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from hotwash.kit.schema.columns import SignalColumn, TraceColumns
from hotwash.ports.relation import Relation
from hotwash.ports.scope import Scope
from hotwash.triage import sql
from hotwash.triage.segments import Excess, Found, Segment, excess
from hotwash.triage.stats import Rate, binomial_tail, more, rate
from hotwash.triage.timeline import Window

Verdict = Literal["confirmed", "one source only", "suspect detector", "nothing found"]
AGREES = 0.01
"""Chance at which a second signal counts as having risen too, shared by all that were asked."""
POWER = 0.8
"""A second signal could have shown it when this likely to, had it risen by the same factor (at most doubled)."""
FACTOR = 2.0


@dataclass(frozen=True)
class Witness:
    """What another signal did in the segment and window of the first. `rose` beyond chance; `could_show`: it is people's answer, and would
    have risen beyond chance had it risen alike."""

    signal: str
    source: str
    now: Rate
    before: Rate
    excess: Excess
    p: float
    rose: bool
    could_show: bool


@dataclass(frozen=True)
class DetectorFix:
    """What to do if a look at the traces shows that a detector is wrong: a rule that would have kept it quiet, and its effect on past data: alerts in the window that would go, alerts before it
    that would go too, and how many of either a second signal had seen as well (what would be lost)."""

    rule: str
    scope: Scope
    alerts: int
    silenced: int
    silenced_before: int
    lost: int


@dataclass(frozen=True)
class Validity:
    """Whether a signal is to be believed, and on whose word. Unless it is confirmed, `fix` says what would have silenced it."""

    signal: str
    verdict: Verdict
    witnesses: tuple[Witness, ...]
    fix: DetectorFix | None


def source_of(signal: SignalColumn) -> str:
    """Who measured it."""
    return signal.source or signal.column


def validity(
    relation: Relation,
    columns: TraceColumns,
    signal: SignalColumn,
    found: Found,
    signals: Sequence[SignalColumn],
    end: Window,
) -> Validity:
    """Ask the other signals about the first segment of one. `end` is the whole stretch of the traces."""
    if not found.segments:
        return Validity(signal.name, "nothing found", (), None)
    segment = found.segments[0]
    others = [one for one in signals if one.name != signal.name]
    counted = _counted(relation, columns, [signal, *others], signal, segment, end)
    independent = [one for one in others if source_of(one) != source_of(signal) and one.name != segment.together]
    level = AGREES / max(1, len(independent))
    factor = min(FACTOR, segment.rate.share / segment.usual.share) if segment.usual.share > 0 else FACTOR
    witnesses = tuple(_witness(one, *counted.shares[one.name], level, factor) for one in independent)
    if any(one.rose for one in witnesses):
        return Validity(signal.name, "confirmed", witnesses, None)
    verdict: Verdict = "suspect detector" if any(one.could_show for one in witnesses) else "one source only"
    return Validity(signal.name, verdict, witnesses, _fix(signal, segment, counted))


@dataclass(frozen=True)
class _Counts:
    shares: Mapping[str, tuple[Rate, Rate]]
    alerts: int
    before: int
    doubled: int


def _counted(
    relation: Relation,
    columns: TraceColumns,
    signals: Sequence[SignalColumn],
    first: SignalColumn,
    segment: Segment,
    end: Window,
) -> _Counts:
    dialect = relation.dialect
    inside = " AND ".join(sql.scope(dialect, segment.scope)) or "TRUE"
    window = segment.window
    during = " AND ".join(sql.within(dialect, columns.time, window.from_ms, window.to_ms))
    apart, wide = f"NOT ({during})", segment.scope
    if segment.came_into is not None:  # what is new has the past of what it came into
        before = " AND ".join(sql.within(dialect, columns.time, None, window.from_ms))
        wide, during, apart = segment.came_into, f"{during} AND {inside}", before
    wanted: list[tuple[str, str]] = []
    for number, one in enumerate(signals):
        for period, when in (("n", during), ("b", apart)):
            wanted.append((f"a{period}{number}", sql.count(f"{when} AND {sql.asked(dialect, one)}")))
            wanted.append((f"f{period}{number}", sql.count(f"{when} AND {sql.holds(dialect, one)}")))
    independent = [one for one in signals if source_of(one) != source_of(first)]
    seconded = " OR ".join(f"COALESCE({sql.holds(dialect, one)}, FALSE)" for one in independent) or "FALSE"
    wanted.append(("doubled", sql.count(f"{inside} AND {sql.holds(dialect, first)} AND ({seconded})")))
    reads = [columns.time, *(one.column for one in signals), *(name for name, _ in segment.scope.dims)]
    answer = relation.ask(
        sql.select(wanted, [*sql.within(dialect, columns.time, end.from_ms, None), *sql.scope(dialect, wide)]),
        list(dict.fromkeys(reads)),
    )
    number_of = {name: float(values[0]) for name, values in answer.items()}
    shares = {
        one.name: (rate(number_of[f"fn{n}"], number_of[f"an{n}"]), rate(number_of[f"fb{n}"], number_of[f"ab{n}"]))
        for n, one in enumerate(signals)
    }
    return _Counts(shares, int(number_of["fn0"]), int(number_of["fb0"]), int(number_of["doubled"]))


def _witness(signal: SignalColumn, now: Rate, before: Rate, level: float, factor: float) -> Witness:
    p = more(now, before) if now.asked and before.asked else 1.0
    could = False
    if now.asked and before.asked and before.found:
        # The fewest events that would have been beyond chance, and how likely they are had the share risen by the factor.
        usual = now.asked * before.share
        counts = np.arange(int(usual) + 1, int(usual + 12 * np.sqrt(usual + 1)) + 30, dtype=np.float64)
        needed = float(counts[int(np.argmax(binomial_tail(counts, now.asked, before.share) <= level))])
        could = float(binomial_tail(needed, now.asked, min(1.0, factor * before.share))) >= POWER
    could = could and signal.heard
    return Witness(signal.name, source_of(signal), now, before, excess(now, before), p, p <= level, could)


def _fix(signal: SignalColumn, segment: Segment, counted: _Counts) -> DetectorFix:
    """Leave the segment out, or ask for a second signal there: the first where no true alert would be lost."""
    alerts, lost = counted.alerts, counted.doubled
    if segment.scope.dims:
        rule = (
            f"Leave {segment.scope} out of '{signal.name}' until its rule is corrected"
            if not lost
            else (f"In {segment.scope}, count '{signal.name}' only together with a second signal")
        )
    else:
        rule = f"Count '{signal.name}' only together with a second signal"
    kept = lost if "together" in rule else 0
    return DetectorFix(rule, segment.scope, alerts, alerts - min(alerts, kept), counted.before, 0 if kept else lost)
