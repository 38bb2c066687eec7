"""Traceability as a report: which share of the outputs cannot be tied to what made them, by part and by segment."""

from __future__ import annotations

from hotwash.aftermath.blocks import Bar, Bars, Block, Callout, Cell, Figure, Figures, Report, Section, Table, Tone
from hotwash.triage.stats import Rate
from hotwash.triage.traceability import Part, SegmentShare, Traceability

SHOWN = 12
TITLES: dict[Part, str] = {"model": "Model", "prompt": "Prompt", "policy": "Policy", "index": "Index"}
REAL = "Counts of real traffic; handle as your traces"
OF_A_DRILL = "EXERCISE EXERCISE EXERCISE · counts of a simulated service"


def traceability_report(found: Traceability, source: str, *, exercise: bool) -> Report:
    """The verdict, the parts, the worst segments."""
    blocks: list[Block] = [_verdict(found), _figures(found), Section("By part", "parts"), _bars(found), _parts(found)]
    blocks += [Section("By segment, the worst first", "segments"), _segments(found)]
    if found.left_out:
        said = f"Left out because they have too many values to be segments: {', '.join(found.left_out)}."
        blocks.append(Callout("Not cut by.", said))
    facts = [("Read", source), ("Outputs", f"{int(found.untied.asked):,}")]
    told = "Can every output be tied to the model, prompt, policy and index version that made it?"
    return Report("Traceability", told, OF_A_DRILL if exercise else REAL, facts, blocks, exercise=exercise)


def share_words(rate: Rate) -> str:
    """A share with its 95 % interval."""
    if rate.asked <= 0:
        return "nothing to ask"
    return f"{rate.share:.1%} ({rate.low:.1%} to {rate.high:.1%})"


def _verdict(found: Traceability) -> Callout:
    if found.untied.asked <= 0:
        return Callout("Nothing to judge.", "There is no output in this table.", "warn")
    if not found.untied.found:
        return Callout("Every output can be tied.", "What answered can be told for each of them.", "good")
    worst = next((one for one in found.segments if one.stands_out), None)
    said = f"{int(found.untied.found):,} of {int(found.untied.asked):,} outputs cannot be tied to everything that made them: {share_words(found.untied)}."
    if worst:
        said += f" Worst: {worst.dim} {worst.value}, {share_words(worst.untied)}."
    if found.lost:
        said += f" {found.lost:,} of them were counted and have no trace at all."
    return Callout("Not every output can be tied.", said, "bad")


def _figures(found: Traceability) -> Figures:
    items = [Figure(TITLES[one.part], f"{one.untied.share:.1%}" if one.untied.asked else "not asked", _column(one.column, found), _tone(one.untied)) for one in found.parts]  # fmt: skip
    return Figures(tuple(items))


def _column(column: str, found: Traceability) -> str:
    own = f"cannot be told; column {column}" if column else "cannot be told; no column says it"
    return f"{own}, or bundle {found.bundle}" if found.bundle else own


def _tone(rate: Rate) -> Tone:
    return "plain" if not rate.asked else "good" if not rate.found else "bad" if rate.share > 0.01 else "warn"


def _bars(found: Traceability) -> Bars:
    bars = tuple(
        Bar(TITLES[one.part], (one.untied.asked - one.untied.found, one.untied.found), f"{one.untied.share:.1%} cannot" if one.untied.asked else "not asked")
        for one in found.parts
    )  # fmt: skip
    worst = max(found.parts, key=lambda one: one.untied.share if one.untied.asked else -1.0)
    told = (
        f"The part that is told least often is {worst.part}."
        if worst.untied.found
        else "Each part is told of every output."
    )
    return Bars(
        "Outputs that can be tied, by part", told, "outputs", (("can be tied", "good"), ("cannot be tied", "bad")), bars
    )


def _parts(found: Traceability) -> Table:
    rows = tuple(
        (Cell(TITLES[one.part], strong=True), Cell(one.column or "none"), Cell(f"{int(one.untied.asked):,}"), Cell(f"{int(one.untied.found):,}"), Cell(share_words(one.untied)))
        for one in found.parts
    )  # fmt: skip
    note = f"; {found.by_bundle:,} rows are tied by their bundle alone" if found.bundle else ""
    searched = f"; index is asked of rows where {found.searched} is filled" if found.searched else ""
    head = ("Part", "Column", "Outputs asked", "Cannot be told", "Share, 95 % interval")
    return Table(f"What cannot be told{note}{searched}", head, rows, numeric=(2, 3))


def _segments(found: Traceability) -> Table:
    rows = tuple(map(_row, found.segments[:SHOWN]))
    more = f"; {len(found.segments) - SHOWN} more are not shown" if len(found.segments) > SHOWN else ""
    head = ("Segment", "Against all", "Outputs", "Not tied", "Share, 95 % interval", "Lacking")
    return Table(
        f"Segments by the lower end of their interval{more}",
        head,
        rows,
        numeric=(2, 3),
        empty="Nothing cuts this table.",
    )


def _row(one: SegmentShare) -> tuple[Cell, ...]:
    lacking = [f"{part} {count:,}" for part, count in one.parts.items() if count]
    lacking += [f"no trace {one.lost:,}"] if one.lost else []
    return (
        Cell(f"{one.dim} {one.value}", strong=True),
        Cell("", "bad" if one.stands_out else "plain", word="worse" if one.stands_out else "alike"),
        Cell(f"{int(one.untied.asked):,}"),
        Cell(f"{int(one.untied.found):,}"),
        Cell(share_words(one.untied)),
        Cell(", ".join(lacking) or "nothing"),
    )
