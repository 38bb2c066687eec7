"""Fairness: gaps by what is to be done about them."""

from __future__ import annotations

from hotwash.aftermath.blocks import Block, Cell, Prose, Section, Table, Tone
from hotwash.triage.fairness import Fairness, Gap, Group, Share
from hotwash.triage.report import Triage
from hotwash.triage.stats import Ratio
from hotwash.triage.words import joined, share

MEASURES = {"selection": "favourable decisions", "tpr": "true positive rate", "fpr": "false positive rate"}
STATUS: dict[str, tuple[str, Tone]] = {
    "new": ("Gaps that were not there before: what an incident may have done", "bad"),
    "grown": ("Gaps that grew", "bad"),
    "standing": ("Standing gaps: there before as well, to be dealt with, and not this incident's doing", "warn"),
    "narrowed": ("Gaps that narrowed", "good"),
}
MOST = 12


def fairness_blocks(known: Triage) -> list[Block]:
    """New and grown gaps first, then standing ones, then what there is not enough data for."""
    found = known.fairness
    if found is None:
        return []
    every = [(group, gap) for group in found.groups for gap in group.gaps]
    blocks: list[Block] = [Section("Fairness", "fairness"), Prose(_summary(found, every))]
    for status, (caption, tone) in STATUS.items():
        rows = [(group, gap) for group, gap in every if gap.status == status]
        if rows:
            head = ("Group", "Against", "Measure", "Now", "Against now", "Ratio", "Difference", "Before")
            more = f", the first {MOST} of {len(rows)}" if len(rows) > MOST else ""
            cells = tuple(_row(group, gap, tone) for group, gap in rows[:MOST])
            blocks.append(Table(f"{caption}{more}", head, cells, folded=status in {"standing", "narrowed"}))
    return [*blocks, *_unknown(every)]


def _summary(found: Fairness, every: list[tuple[Group, Gap]]) -> str:
    count = {status: sum(gap.status == status for _, gap in every) for status in (*STATUS, "none")}
    told = f"{found.tests:,} comparisons of groups with the most favoured one: {count['new']} new gaps, {count['grown']} grown, {count['standing']} standing, {count['none']} with no gap."
    if not found.has_decision:
        told += " The traces name no decision."
    if not found.has_label:
        told += " Without a label there is no true or false positive rate."
    elif found.unlabelled:
        told += f" {found.unlabelled:,} of {found.rows:,} rows have no label yet."
    return told + " The four-fifths rule is a screen, and no finding of law."


def _row(group: Group, gap: Gap, tone: Tone) -> tuple[Cell, ...]:
    below = gap.below_four_fifths and gap.measure == "selection"
    return (
        Cell(_member(group.member), strong=True), Cell(_member(group.reference or ())), Cell(MEASURES[gap.measure]), Cell(_rate(gap.now)),
        Cell(_rate(gap.reference_now)), Cell(_ratio(gap.ratio), tone, word="below four fifths") if below else Cell(_ratio(gap.ratio)),
        Cell(_points(gap)), Cell(_rate(gap.before)),
    )  # fmt: skip


def _member(member: tuple[tuple[str, str], ...]) -> str:
    return joined([f"{name.replace('_', ' ')} {value}" for name, value in member])


def _rate(one: Share | None) -> str:
    if one is None or one.share is None:
        return "nothing asked"
    return f"{share(one.share)} ({share(one.low)} to {share(one.high)}; n = {one.asked:,})"


def _ratio(one: Ratio) -> str:
    if one.value is None:
        return "–"
    if one.low is None or one.high is None:
        return f"{one.value:.2f}"
    return f"{one.value:.2f} ({one.low:.2f} to {one.high:.2f})"


def _points(gap: Gap) -> str:
    if gap.difference is None or gap.low is None or gap.high is None:
        return "–"
    return f"{100 * gap.difference:+.1f} points ({100 * gap.low:+.1f} to {100 * gap.high:+.1f})"


def _unknown(every: list[tuple[Group, Gap]]) -> list[Block]:
    lacking = [(group, gap) for group, gap in every if gap.status == "unknown"]
    if not lacking:
        return []
    rows = tuple(
        (
            Cell(_member(group.member)), Cell(MEASURES[gap.measure]), Cell(f"{gap.now.asked:,}"),
            Cell("no number would" if gap.enough is None else f"{gap.enough:,}"), Cell(gap.why_unknown),
        )
        for group, gap in lacking[:MOST]
    )  # fmt: skip
    more = f", the first {MOST} of {len(lacking)}" if len(lacking) > MOST else ""
    head = ("Group", "Measure", "Rows", "Enough to see four fifths", "Why")
    return [Table(f"Not enough data to say{more}", head, rows, (2, 3), folded=True)]
