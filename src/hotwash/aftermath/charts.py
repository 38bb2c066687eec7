"""Charts as hand-written SVG: no script, no font to fetch, readable in print, in the dark and by screen readers."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from hotwash.aftermath.blocks import Chart, ChartMark, Lanes, Line

WIDE, TALL = (960, 340), (470, 170)
LEFT, RIGHT, TOP, BOTTOM = 62, 16, 26, 34
LABEL_ROW = 14
FLAG_ROW, FLAG_ROWS = 16, 8
TICK_STEPS = (1, 2, 2.5, 5, 10)


def nice_ticks(top: float, wanted: int = 5) -> list[float]:
    """Round tick values from 0 to at or above `top`, about as many as wanted."""
    if top <= 0:
        return [0.0, 1.0]
    raw, scale = top / wanted, 1.0
    while scale * 10 <= raw:
        scale *= 10
    while scale > raw:
        scale /= 10
    step = next(step * scale for step in TICK_STEPS if step * scale >= raw * 0.999)
    count = int(-(-top // step))
    return [round(step * i, 10) for i in range(count + 1)]


def short(value: float) -> str:
    """A number for an axis: 1.2k rather than 1200."""
    if abs(value) >= 10_000:
        return f"{value / 1000:.0f}k"
    if abs(value) >= 1_000:
        return f"{value / 1000:.1f}k".replace(".0k", "k")
    return f"{value:.0f}" if value == int(value) else f"{value:.2g}"


class _Plane:
    """Maps minutes and values to the drawing area."""

    def __init__(self, chart: Chart) -> None:
        self.width, self.height = TALL if chart.small else WIDE
        self.worded = bool(chart.axis.ticks)
        self.minutes = max((len(line.y) for line in chart.lines), default=1)
        top = max((max(line.y, default=0.0) for line in chart.lines), default=1.0)
        self.ticks = nice_ticks(top, 3 if chart.small else 5)
        self.left = 46 if chart.small else LEFT
        self.top = 22 if chart.small else TOP + 46
        self.flags = _flags(chart.marks, self) if chart.flags else []
        if self.flags:
            top = 36 + FLAG_ROW * max(row for _, row in self.flags)
            self.height, self.top = self.height + top - self.top, top

    def x(self, minute: float) -> float:
        return self.left + (self.width - self.left - RIGHT) * minute / max(1, self.minutes)

    def y(self, value: float) -> float:
        room = self.height - self.top - BOTTOM
        return self.height - BOTTOM - room * value / self.ticks[-1]

    @property
    def floor(self) -> float:
        return self.height - BOTTOM


def line_chart(chart: Chart, index: int) -> str:
    """One chart as an SVG element; `index` keeps ids unique on a page."""
    plane = _Plane(chart)
    parts = [_shade(chart, plane), _bands(chart, plane), _grid(chart, plane)]
    parts += [_line(line, plane) for line in chart.lines]
    parts += _flagged(plane) if plane.flags else _marks(chart.marks, plane, labelled=not chart.small)
    if not chart.small:
        parts.append(_end_labels(chart.lines, plane))
    size = f'viewBox="0 0 {plane.width} {plane.height}"'
    return (
        f'<svg class="chart{" small" if chart.small else ""}" {size} role="img" aria-labelledby="c{index}t c{index}d">'
        f'<title id="c{index}t">{escape(chart.title)}</title><desc id="c{index}d">{escape(chart.summary)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def _grid(chart: Chart, plane: _Plane) -> str:
    rows = [
        f'<line class="grid" x1="{plane.left}" x2="{plane.width - RIGHT}" y1="{plane.y(v):.1f}" y2="{plane.y(v):.1f}"/>'
        f'<text class="tick" x="{plane.left - 6}" y="{plane.y(v) + 4:.1f}" text-anchor="end">{short(v)}</text>'
        for v in plane.ticks
    ]
    step = 30 if chart.small and plane.minutes > 60 else 10
    ticks = chart.axis.ticks or tuple((float(m), str(m)) for m in range(0, plane.minutes + 1, step))
    columns = [
        f'<text class="tick" x="{plane.x(at):.1f}" y="{plane.floor + 16}" text-anchor="{_anchor(at, plane)}">{escape(said)}</text>'
        for at, said in ticks
    ]
    unit = f'<text class="tick" x="{plane.left}" y="{plane.top - 9}">{escape(chart.unit)}</text>'
    axis = (
        ""
        if chart.small
        else (
            f'<text class="tick" x="{plane.width - RIGHT}" y="{plane.height - 4}" text-anchor="end">'
            f"{escape(chart.axis.label)}</text>"
        )
    )
    return "".join(rows + columns) + unit + axis


def _anchor(at: float, plane: _Plane) -> str:
    """A word at the right edge stands before its tick."""
    return "end" if plane.worded and at > 0.985 * plane.minutes else "middle"


def _bands(chart: Chart, plane: _Plane) -> str:
    """Shaded stretches, each with its name at its foot; a narrow one is still to be seen."""
    parts = []
    for place, one in enumerate(chart.bands):
        start, stop = plane.x(one.from_step), plane.x(one.to_step)
        wide = max(2.0, stop - start)
        flip = start > plane.width * 0.8
        anchor = ' text-anchor="end"' if flip else ""
        parts.append(
            f'<rect class="band b{place}" x="{start:.1f}" y="{plane.top}" width="{wide:.1f}" height="{plane.floor - plane.top}"/>'
            f'<text class="tick" x="{start + (-4 if flip else 4):.1f}" y="{plane.top + 12 + 14 * place}"{anchor}>{escape(one.label)}</text>'
        )
    return "".join(parts)


def _shade(chart: Chart, plane: _Plane) -> str:
    if chart.shade_from is None:
        return ""
    x = plane.x(chart.shade_from)
    label = (
        ""
        if chart.small
        else f'<text class="tick" x="{x + 6:.1f}" y="{plane.floor - 6}">after ENDEX, left as it was</text>'
    )
    box = f'x="{x:.1f}" y="{plane.top}" width="{plane.width - RIGHT - x:.1f}" height="{plane.floor - plane.top}"'
    return f'<rect class="coast" {box}/>{label}'


def _line(line: Line, plane: _Plane) -> str:
    points = " ".join(f"{plane.x(m + 1):.1f},{plane.y(v):.1f}" for m, v in enumerate(line.y))
    area = ""
    if line.area and line.y:
        start, stop = plane.x(1), plane.x(len(line.y))
        area = (
            f'<polygon class="area {line.role}" points="{start:.1f},{plane.floor} {points} {stop:.1f},{plane.floor}"/>'
        )
    dash = f' stroke-dasharray="{line.dash}"' if line.dash else ""
    return f'{area}<polyline class="line {line.role}" points="{points}"{dash}/>'


def _marks(marks: Sequence[ChartMark], plane: _Plane, *, labelled: bool) -> list[str]:
    parts, rows_end = [], [-1e9, -1e9, -1e9, -1e9]
    for mark in sorted(marks, key=lambda one: one.at_min):
        x = plane.x(mark.at_min)
        parts.append(f'<line class="mark {mark.kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{plane.top}" y2="{plane.floor}"/>')
        if not labelled:
            continue
        width = 7.4 * len(mark.label) + 10
        row = next((i for i, end in enumerate(rows_end) if x > end), None)
        if row is None:
            continue
        flip = x + width > plane.width
        rows_end[row] = x + width
        anchor = ' text-anchor="end"' if flip else ""
        parts.append(
            f'<text class="label {mark.kind}" x="{x + (-4 if flip else 4):.1f}" y="{12 + 13 * row}"{anchor}>'
            f"{escape(mark.label)}</text>"
        )
    return parts


def _width(mark: ChartMark) -> float:
    """About how wide its name is drawn."""
    return 7.4 * len(mark.label) + 10


def _flags(marks: Sequence[ChartMark], plane: _Plane) -> list[tuple[ChartMark, int]]:
    """Marks with the row of their names, row 0 lowest: above every later mark whose line would otherwise go through the name."""
    found: list[tuple[ChartMark, int]] = []
    for mark in sorted(marks, key=lambda one: one.at_min, reverse=True):
        end = plane.x(mark.at_min) + _width(mark)
        row = 1 + max((row for later, row in found if plane.x(later.at_min) < end), default=-1)
        found.append((mark, min(row, FLAG_ROWS - 1)))
    return found


def _flagged(plane: _Plane) -> list[str]:
    parts = []
    for mark, row in plane.flags:
        x, y = plane.x(mark.at_min), plane.top - 24 - FLAG_ROW * row
        flip = x + _width(mark) > plane.width
        anchor = ' text-anchor="end"' if flip else ""
        parts.append(
            f'<line class="mark {mark.kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{y - 9}" y2="{plane.floor}"/>'
            f'<text class="label {mark.kind}" x="{x + (-4 if flip else 4):.1f}" y="{y}"{anchor}>'
            f"{escape(mark.label)}</text>"
        )
    return parts


def _end_labels(lines: Sequence[Line], plane: _Plane) -> str:
    """Labels at the ends of the lines, in the lines' order: pushed down until apart, then up until on the plane."""
    ended = sorted((plane.y(line.y[-1]) - 6, at) for at, line in enumerate(lines) if line.y)
    places: list[float] = []
    for y, _ in ended:
        places.append(max(y, places[-1] + LABEL_ROW) if places else y)
    lowest = plane.floor - 4.0
    for i in reversed(range(len(places))):
        places[i] = lowest = min(places[i], lowest)
        lowest -= LABEL_ROW
    return "".join(
        f'<text class="label {lines[at].role}" x="{plane.width - RIGHT - 4}" y="{y:.1f}" text-anchor="end">'
        f"{escape(lines[at].label)}</text>"
        for y, (_, at) in zip(places, ended, strict=True)
    )


def lanes_chart(lanes: Lanes, index: int) -> str:
    """A swim-lane chart: one line a seat, one glyph a deed, shapes and colours by kind."""
    width, row, left = 960, 30, 150
    height = 34 + row * len(lanes.lanes)

    def x(minute: float) -> float:
        return left + (width - left - RIGHT) * minute / max(1.0, lanes.minutes)

    parts = []
    for i, lane in enumerate(lanes.lanes):
        y = 16 + row * i
        parts.append(f'<text class="lane" x="0" y="{y + 4}">{escape(lane.label)}</text>')
        parts.append(f'<line class="grid" x1="{left}" x2="{width - RIGHT}" y1="{y}" y2="{y}"/>')
        parts += [
            f'<g class="deed {kind}"><title>{escape(label)}</title>{_glyph(kind, x(minute), y)}</g>'
            for minute, label, kind in lane.marks
        ]
    parts += [
        f'<text class="tick" x="{x(m):.1f}" y="{height - 4}" text-anchor="middle">{m}</text>'
        for m in range(0, int(lanes.minutes) + 1, 10)
    ]
    return (
        f'<svg class="chart" viewBox="0 0 {width} {height}" role="img" aria-labelledby="c{index}t c{index}d">'
        f'<title id="c{index}t">{escape(lanes.title)}</title><desc id="c{index}d">{escape(lanes.summary)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def glyph(kind: str) -> str:
    """The glyph of a kind, alone, for a legend."""
    return (
        f'<svg class="key" viewBox="0 0 14 14" aria-hidden="true"><g class="deed {kind}">{_glyph(kind, 7, 7)}</g></svg>'
    )


def _glyph(kind: str, x: float, y: float) -> str:
    if kind == "lever":
        return f'<path d="M{x:.1f} {y - 6} l6 6 -6 6 -6 -6z"/>'
    if kind == "decision":
        return f'<rect x="{x - 5:.1f}" y="{y - 5}" width="10" height="10"/>'
    if kind == "update":
        return f'<path d="M{x:.1f} {y - 6} l6 11 h-12z"/>'
    if kind == "look":
        return f'<circle cx="{x:.1f}" cy="{y}" r="3"/>'
    return f'<circle cx="{x:.1f}" cy="{y}" r="5"/>'


def spark(values: Sequence[float]) -> str:
    """A series as a line of block characters, for Markdown; empty for an empty series."""
    blocks = "▁▂▃▄▅▆▇█"
    top = max(values, default=0.0) or 1.0
    return "".join(blocks[min(7, int(8 * value / top))] for value in values)


def thin(values: Sequence[float], count: int) -> list[float]:
    """At most `count` values: means of equal stretches."""
    if len(values) <= count:
        return list(values)
    edges = [round(i * len(values) / count) for i in range(count + 1)]
    return [sum(values[a:b]) / max(1, b - a) for a, b in pairwise(edges)]
