"""The statement, the figures that go with it, and the chart."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from hotwash.aftermath.blocks import Axis, Block, Callout, Chart, ChartBand, ChartMark, Figure, Figures, Line, Tone
from hotwash.triage.report import STEPS, Triage
from hotwash.triage.segments import Segment
from hotwash.triage.statement import before_it_came, newcomer
from hotwash.triage.timeline import Timeline
from hotwash.triage.words import between, length, moment, place, share

Counts = NDArray[np.int64]
LEVEL_TONES: dict[int, Tone] = {1: "bad", 2: "bad", 3: "warn", 4: "good"}
BINS = (24, 96)
"""At least and at most so many values in the chart; between them, as many as leave a bin about ASKED requests."""
ASKED = 50
TICKS_MIN = (5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080, 40_320)
MOST_MARKS = 4


def segment_of(known: Triage) -> Segment | None:
    """The segment that the report is about."""
    return known.main.segments[0] if known.main and known.main.segments else None


def statement_blocks(known: Triage) -> list[Block]:
    """What a stakeholder can act on, how far to believe it, and what was not touched."""
    told = known.statement
    if told is None:
        done = STEPS.index(known.unfinished) if known.unfinished in STEPS else 0
        rest = f"Stopped at step {done + 1} of {len(STEPS)} ({known.unfinished.lower() or STEPS[0].lower()}). What follows was counted before that."
        return [Callout("Partial.", rest, "warn")]
    tone: Tone = "plain" if segment_of(known) is None else "warn"
    blocks: list[Block] = [Callout("Statement.", told.sentence, tone)]
    sure: Tone = "good" if known.validity and known.validity.verdict == "confirmed" else "warn"
    blocks.append(Callout("Certainty.", told.certainty, sure if segment_of(known) else "plain"))
    if told.scope.strip():
        blocks.append(Callout("Scope.", told.scope))
    return blocks


def figures(known: Triage) -> Figures:
    """The strip of numbers."""
    items, one = [], segment_of(known)
    if one is not None:
        over = one.excess
        items += [
            Figure("Rate now", share(one.rate.share), f"{share(one.rate.low)} to {share(one.rate.high)}", "bad"),
            Figure(
                "Usually",
                share(one.usual.share),
                f"{one.usual.found:,.0f} of {one.usual.asked:,.0f}{before_it_came(one)}",
            ),
            Figure(
                "More than usual",
                f"{over.value:,.0f}" if one.usual.asked else "unknown",
                f"{max(0.0, over.low):,.0f} to {over.high:,.0f}",
                "bad",
            ),
            Figure("Share of traffic", share(one.share_of_traffic), place(one.scope)),
        ]
        if one.onset:
            began = one.onset
            items.append(
                Figure("Onset", moment(began.at_ms, day=False), f"{between(began.low_ms, began.high_ms)} UTC, 95 %")
            )
    else:
        items.append(Figure("Requests", f"{known.extent.rows:,}", "read"))
    if known.severity is not None:
        level = known.severity.level
        row = next((one for one in known.severity.rows if one.dimension == known.severity.decided_by), None)
        items.append(
            Figure(
                "Suggested severity",
                f"Sev-{level}" if level else "none",
                f"by the row {row.title}" if row else "no row of the matrix decides",
                LEVEL_TONES.get(level or 4, "plain") if level else "plain",
            )
        )
    return Figures(tuple(items))


def chart(known: Triage) -> list[Block]:
    """The main signal's share over time: the segment against all other traffic, with the onset's interval and changes."""
    line, signal = known.line, known.signal
    if line is None or known.timeless:
        return []
    if signal is None:
        return [_volume(line)]
    name = signal.name
    title = (signal.title or name.replace("_", " ")).capitalize()
    one, inside = segment_of(known), known.inside
    asked, found = line.asked[name], line.found[name]
    bins = int(np.clip(int((inside.asked[name] if inside else asked).sum()) // ASKED, *BINS))
    step = -(-line.buckets // bins)
    if one is not None and inside is not None:
        lines: tuple[Line, ...] = (
            Line(place(one.scope), _share_by(inside.found[name], inside.asked[name], step), "bad"),
            Line("all other traffic", _share_by(found - inside.found[name], asked - inside.asked[name], step), "team", "6 3"),
        )  # fmt: skip
    else:
        lines = (Line("all traffic", _share_by(found, asked, step), "team"),)
    wide = step * line.width_ms
    bands, marks = _bands(known, line, wide), _marks(known, line, wide)
    summary = (
        f"Share of requests by {length(wide)}, in UTC. Each value stands at the end of its stretch; "
        "a stretch without requests repeats the one before."
        f"{newcomer(one)}{' Shaded: where the onset lies with 95 %, and the window after it.' if one and one.onset else ''}"
    )
    axis = Axis(f"UTC, {moment(line.start_ms)[:10]} to {moment(line.end_ms)[:10]}", _ticks(line, wide))
    return [Chart(title, summary, "% of requests", lines, marks, None, axis=axis, bands=bands)]


def _volume(line: Timeline) -> Chart:
    """Where nothing rose, how much traffic there was."""
    step = -(-line.buckets // BINS[1])
    counts = np.add.reduceat(line.rows, np.arange(0, line.buckets, step))
    wide = step * line.width_ms
    axis = Axis(f"UTC, {moment(line.start_ms)[:10]} to {moment(line.end_ms)[:10]}", _ticks(line, wide))
    drawn = (Line("all traffic", tuple(float(one) for one in counts.tolist()), "team"),)
    return Chart("Requests", f"Requests by {length(wide)}, in UTC.", "requests", drawn, axis=axis)


def _share_by(found: Counts, asked: Counts, step: int) -> tuple[float, ...]:
    edges = np.arange(0, len(found), step)
    values, last = [], 0.0
    for f, a in zip(np.add.reduceat(found, edges).tolist(), np.add.reduceat(asked, edges).tolist(), strict=True):
        last = 100 * f / a if a else last
        values.append(round(last, 4))
    return tuple(values)


def _bands(known: Triage, line: Timeline, wide: int) -> tuple[ChartBand, ...]:
    one = segment_of(known)
    if one is None or one.onset is None:
        return ()

    def at(ms: int) -> float:
        return (ms - line.start_ms) / wide

    began = one.onset
    first = ChartBand(at(began.low_ms), at(max(began.high_ms, began.low_ms + 1)), "")
    return (first, ChartBand(at(began.high_ms), at(one.window.to_ms), ""))


def _marks(known: Triage, line: Timeline, wide: int) -> tuple[ChartMark, ...]:
    one, marks = segment_of(known), []
    if one is not None and one.onset is not None:
        marks.append(ChartMark((one.onset.at_ms - line.start_ms) / wide, "onset", "world", moment(one.onset.at_ms)))
    for ranked in known.changes[:MOST_MARKS]:
        at_ms = ranked.change.at_ms
        if line.start_ms <= at_ms <= line.end_ms:
            marks.append(ChartMark((at_ms - line.start_ms) / wide, ranked.change.what[:40], "lever", moment(at_ms)))
    return tuple(marks)


def _ticks(line: Timeline, wide: int) -> tuple[tuple[float, str], ...]:
    whole = line.end_ms - line.start_ms
    step = next((one for one in TICKS_MIN if whole / (one * 60_000) <= 9), TICKS_MIN[-1]) * 60_000
    first = -(-line.start_ms // step) * step
    return tuple(((at - line.start_ms) / wide, _tick(at, step)) for at in range(first, line.end_ms + 1, step))


def _tick(at_ms: int, step: int) -> str:
    at = datetime.fromtimestamp(at_ms / 1000, UTC)
    return f"{at:%d %b}" if step >= 86_400_000 or (at.hour == 0 and at.minute == 0) else f"{at:%H:%M}"
