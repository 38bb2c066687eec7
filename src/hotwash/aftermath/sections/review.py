"""Human review in the report: the queue, what was decided and by whom, how far readers agreed, what they missed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from hotwash.aftermath.blocks import Block, Cell, Chart, ChartRow, Figure, Figures, Line, Prose, Section, Table
from hotwash.aftermath.sections.words import minutes
from hotwash.drill import events as e
from hotwash.kernel.clock import MINUTE
from hotwash.ports.outcome import Reviewed
from hotwash.scoring.case import Case
from hotwash.triage.agreement import Agreement
from hotwash.triage.reviewing import ReviewReport, reviewed

MOST_MISSED = 20


def blocks(case: Case, found: Reviewed | None) -> list[Block]:
    """The section; nothing where nothing was sent to reviewers."""
    if found is None or not (found.queue.cases or any(found.queue.away)):
        return []
    told = reviewed(found.queue, case.design.system.routable)
    return [
        Section("Human review", "review"),
        Prose(
            "What waited for a person before it went out. Decisions are somebody's reading of one case; what was missed is the truth of the simulated service, "
            "which nobody in the room could see."
        ),
        _figures(told, found),
        _charts(found),
        *_decided(case, found),
        *_agreement(told),
        *_repeats(told),
        *_missed(found),
    ]


def _figures(told: ReviewReport, found: Reviewed) -> Figures:
    over = told.override
    shown = "–" if math.isnan(over.share) else f"{over.share:.1%}"
    return Figures((
        Figure("Cases", f"{told.cases:,}", f"{told.decided:,} decided, {told.by_table} of them at the table; {told.waiting:,} waited at the end"),
        Figure("Age when decided", f"{told.median_ms / MINUTE:.1f} min", f"median; nine in ten within {told.slow_ms / MINUTE:.1f} min"),
        Figure("Found no place", f"{told.away:,}", f"{told.late:,} more were decided later than promised", "bad" if told.away else "good"),
        Figure("Override rate", shown, f"95 % interval {over.low:.1%} to {over.high:.1%}: did not go out as written"),
        Figure("Missed", f"{len(found.missed):,}", f"harmful, read, and sent out; {found.spared:,} were stopped", "bad" if found.missed else "good"),
    ))  # fmt: skip


def _charts(found: Reviewed) -> ChartRow:
    queue = found.queue
    series = (
        ("Cases that wait", "cases", tuple(float(one) for one in queue.waiting)),
        ("Age of the oldest case", "minutes", tuple(one / MINUTE for one in queue.oldest_ms)),
        ("Found no place", "requests a minute", tuple(float(one) for one in queue.away)),
    )
    charts = [
        Chart(
            title,
            f"{title}, at the end of each minute.",
            unit,
            (Line(title.lower(), y or (0.0,), "team", area=True),),
            small=True,
        )
        for title, unit, y in series
    ]
    return ChartRow(tuple(charts))


def _decided(case: Case, found: Reviewed) -> list[Block]:
    """Decisions of people and stand-ins, beside the reviewer of the pool who read the same case."""
    by_trace = {one.trace: one for one in found.queue.cases}
    missed = {trace for trace, _ in found.missed}
    rows: list[tuple[Cell, ...]] = []
    for entry in case.all(e.CaseDecided):
        event = entry.event
        known = by_trace.get(event.case)
        wrong = event.case in missed
        rows.append((
            Cell(minutes(entry.at_min), cites=(entry.version,)), Cell(entry.seat), Cell(event.case), Cell(event.action, strong=True),
            Cell(known.second or "–" if known else "–"), Cell("harmful, and went out" if wrong else "", "bad" if wrong else "plain", word="missed"), Cell(event.reason),
        ))  # fmt: skip
    if not rows:
        return []
    return [
        Table(
            "Decided at the table",
            ("At", "Seat", "Case", "Decision", "A reviewer said", "In truth", "Why"),
            tuple(rows),
        )
    ]


def _agreement(told: ReviewReport) -> list[Block]:
    rows = [
        (Cell(name), Cell(_coefficient(kappa)), Cell(_coefficient(alpha)), Cell(str(kappa.units)))
        for name, kappa, alpha in (
            ("Two reviewers of the pool", told.pool, told.pool_alpha), ("The table and a reviewer", told.table, told.table_alpha),
        )
    ]  # fmt: skip
    return [
        Table(
            "Agreement beyond chance: released against stopped", ("Who", "Cohen's kappa", "Krippendorff's alpha", "Cases"), tuple(rows), numeric=(1, 2, 3),
        )
    ]  # fmt: skip


def _coefficient(found: Agreement) -> str:
    return "–" if math.isnan(found.value) else f"{found.value:.2f} ({found.low:.2f} to {found.high:.2f})"


def _repeats(told: ReviewReport) -> Sequence[Block]:
    rows = tuple(
        (
            Cell(", ".join(f"{dim} {value}" for dim, value in one.dims.items())), Cell(str(one.stopped)),
            Cell(f"{one.here.share:.0%}"), Cell(f"{one.elsewhere.share:.1%}"), Cell(", ".join(one.traces[:3])),
        )
        for one in told.repeats
    )  # fmt: skip
    if not rows:
        return []
    head = ("Where", "Stopped", "Of its cases", "Of the others", "For instance")
    return [Table("The same failure again: this asks for a fix, not for more reviewers", head, rows, numeric=(1, 2, 3))]


def _missed(found: Reviewed) -> list[Block]:
    if not found.missed:
        return []
    rows = tuple((Cell(trace), Cell(what.replace("_", " "))) for trace, what in found.missed[:MOST_MISSED])
    more = len(found.missed) - len(rows)
    caption = "What reviewers missed" + (f" (the first {len(rows)}; {more:,} more)" if more else "")
    return [Table(caption, ("Case", "What it was"), rows, folded=True)]
