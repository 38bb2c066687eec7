"""Two arms side by side, as blocks."""

from __future__ import annotations

from hotwash.aftermath.blocks import Block, Callout, Cell, Figure, Figures, Prose, Report, Section, Table, Tone
from hotwash.aftermath.triaged.about import legible
from hotwash.aftermath.triaged.findings import named
from hotwash.aftermath.triaged.moved import clock_blocks
from hotwash.triage.compare import Comparison, Means, Rates
from hotwash.triage.words import joined, share

SURE = 0.01
MOST = 12


def comparison_report(found: Comparison, handling: str) -> Report:
    """Rates, means, segments and pairs; the sentence first."""
    one = legible(found)
    blocks: list[Block] = [
        Callout("Comparison.", _sentence(one), "warn" if any(_up(each) for each in one.rates) else "plain"),
        Figures(
            (
                Figure(one.one, f"{one.rows_one:,}", "requests"),
                Figure(one.other, f"{one.rows_other:,}", "requests"),
                Figure("In both", f"{one.ambiguous:,}", "and so in neither"),
            )
        ),
        Section("Signals", "signals"),
        _rates(one),
        *_means(one),
        *_worse(one),
        *_pairs(one),
        *clock_blocks(one.clock),
        Prose("A difference between two arms is an effect only where requests were given to them by lot."),
    ]
    return Report("Comparison", f"{one.one} against {one.other}", handling, [], blocks, exercise=False)


def _up(one: Rates) -> bool:
    return one.p is not None and one.p <= SURE and (one.difference or 0.0) > 0


def _sentence(found: Comparison) -> str:
    if not found.rows_one or not found.rows_other:
        return "One arm holds no requests: nothing can be compared."
    moved = [one for one in found.rates if one.p is not None and one.p <= SURE]
    if not moved:
        return f"No signal differs beyond chance between {found.one} and {found.other}."
    told = [f"{named(one.signal)} {share(one.one)} to {share(one.other)}" for one in moved]
    return f"From {found.one} to {found.other}: {joined(told)}."


def _rates(found: Comparison) -> Table:
    rows = tuple(
        (
            Cell(named(one.signal), strong=True), Cell(f"{share(one.one)} of {one.asked_one:,}"), Cell(f"{share(one.other)} of {one.asked_other:,}"),
            Cell(_difference(one)), _verdict(one),
        )
        for one in found.rates
    )  # fmt: skip
    head = ("Signal", found.one, found.other, "Difference, in points", "p")
    return Table("Signals in both arms", head, rows, empty="No signal is named.")


def _difference(one: Rates) -> str:
    if one.difference is None or one.low is None or one.high is None:
        return "nothing asked"
    return f"{100 * one.difference:+.2f} ({100 * one.low:+.2f} to {100 * one.high:+.2f})"


def _verdict(one: Rates) -> Cell:
    if one.p is None:
        return Cell("–")
    tone: Tone = "bad" if _up(one) else "good"
    return Cell(f"{one.p:.2g}", tone, word="more" if _up(one) else "less") if one.p <= SURE else Cell(f"{one.p:.2g}")


def _means(found: Comparison) -> list[Block]:
    rows = tuple(_mean(one) for one in found.means if one.one is not None and one.other is not None)
    return [Table("Means", ("Number", found.one, found.other, "Difference", "p"), rows, folded=True)] if rows else []


def _mean(one: Means) -> tuple[Cell, ...]:
    apart = f"{one.difference:+.4g} ({one.low:+.4g} to {one.high:+.4g})" if one.difference is not None and one.low is not None and one.high is not None else "–"  # fmt: skip
    return (Cell(one.column, strong=True), Cell(f"{one.one:.4g}"), Cell(f"{one.other:.4g}"), Cell(apart),
            Cell("–" if one.p is None else f"{one.p:.2g}"))  # fmt: skip


def _worse(found: Comparison) -> list[Block]:
    rows = tuple(
        (
            Cell(joined([f"{named(dim)} {value}" for dim, value in one.where]), strong=True), Cell(named(one.rates.signal)),
            Cell(share(one.rates.one)), Cell(share(one.rates.other)), Cell(_difference(one.rates)), Cell(f"{one.p:.2g}"),
        )
        for one in found.worse[:MOST]
    )  # fmt: skip
    head = ("Segment", "Signal", found.one, found.other, "Difference, in points", "p")
    caption = f"Segments that are worse in {found.other}, by the increase that can be vouched for"
    return [
        Section("Worst segments", "segments"),
        Table(caption, head, rows, empty=f"None of {found.segments:,} that were looked at, beyond chance."),
    ]


def _pairs(found: Comparison) -> list[Block]:
    if not found.paired:
        return []
    rows = tuple(
        (Cell(named(one.signal), strong=True), Cell(f"{one.both:,}"), Cell(f"{one.only_one:,}"), Cell(f"{one.only_other:,}"),
         Cell(f"{one.neither:,}"), Cell(f"{one.unpaired:,}"), Cell(f"{one.p:.2g}"))
        for one in found.paired
    )  # fmt: skip
    head = ("Signal", "Both", f"Only {found.one}", f"Only {found.other}", "Neither", "Not in pairs", "p")
    return [Table("The same requests under both", head, rows, (1, 2, 3, 4, 5))]
