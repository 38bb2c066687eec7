"""The block model of reports: written once, rendered as self-contained HTML and as Markdown.

Text is plain; renderers escape it. A cell or line may cite events of the log by version, which renderers link.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Tone = Literal["plain", "good", "warn", "bad"]


@dataclass(frozen=True)
class Run:
    """A stretch of a sentence in one style; with `to`, a link to the row of that name in this report."""

    text: str
    strong: bool = False
    code: bool = False
    to: str = ""


@dataclass(frozen=True)
class Cell:
    """Text in a table or list, with a tone (never told by colour alone) and the events that it rests on. `word` stands for the tone
    where its usual word (good, partly, missed) does not fit. `runs` stand in the place of `text` where a cell has styles or links."""

    text: str
    tone: Tone = "plain"
    cites: tuple[int, ...] = ()
    strong: bool = False
    word: str = ""
    runs: tuple[Run, ...] = ()


@dataclass(frozen=True)
class Section:
    """A heading with an id to link to. `new_page` starts a sheet of paper where it is printed."""

    title: str
    id: str
    level: int = 2
    new_page: bool = False


@dataclass(frozen=True)
class Prose:
    """One paragraph."""

    text: str
    cites: tuple[int, ...] = ()


@dataclass(frozen=True)
class Callout:
    """A paragraph that must not be missed."""

    title: str
    text: str
    tone: Tone = "plain"
    cites: tuple[int, ...] = ()


@dataclass(frozen=True)
class Figure:
    """One number with what it means."""

    label: str
    value: str
    note: str = ""
    tone: Tone = "plain"


@dataclass(frozen=True)
class Figures:
    """A strip of numbers."""

    items: tuple[Figure, ...]


@dataclass(frozen=True)
class Table:
    """Rows under headings; `numeric` are the columns set flush right; `anchors` name rows by event version, `names` by anything.

    `told` says that the heading above gives the caption already: it is kept for those who listen and not shown again.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: tuple[int, ...] = ()
    anchors: tuple[int, ...] = ()
    folded: bool = False
    empty: str = "Nothing."
    told: bool = False
    names: tuple[str, ...] = ()


Role = Literal["team", "bad", "good", "quiet"]


@dataclass(frozen=True)
class Line:
    """One series of a chart; `y` has one value per step. `dash` tells lines apart without colour."""

    label: str
    y: tuple[float, ...]
    role: Role
    dash: str = ""
    area: bool = False


@dataclass(frozen=True)
class ChartMark:
    """A moment on the time axis, in steps. `when` says it in words where steps are no minutes."""

    at_min: float
    label: str
    kind: Literal["world", "team", "lever", "end"] = "team"
    when: str = ""


@dataclass(frozen=True)
class ChartBand:
    """A stretch of the time axis that is shaded, in steps."""

    from_step: float
    to_step: float
    label: str


@dataclass(frozen=True)
class Axis:
    """A time axis: what it counts, and (step, text) of its ticks. Without ticks, every tenth step has its number."""

    label: str = "minutes of drill time"
    ticks: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True)
class Chart:
    """Lines over time, one value a step: minutes of drill time unless the axis says otherwise. `shade_from` shades what lies after a
    minute (the coast after ENDEX), `bands` shade stretches and name them. `flags`: each mark's name stands at the top of its own line, in as
    many rows as that takes; otherwise names share four rows."""

    title: str
    summary: str
    unit: str
    lines: tuple[Line, ...]
    marks: tuple[ChartMark, ...] = ()
    shade_from: float | None = None
    small: bool = False
    axis: Axis = field(default_factory=Axis)
    bands: tuple[ChartBand, ...] = ()
    flags: bool = False


@dataclass(frozen=True)
class ChartRow:
    """Small charts side by side on one time axis."""

    charts: tuple[Chart, ...]


@dataclass(frozen=True)
class Lane:
    """One seat's line in a swim-lane chart: (minute, label, kind)."""

    label: str
    marks: tuple[tuple[float, str, str], ...]


@dataclass(frozen=True)
class Lanes:
    """Who did what, when: one lane a seat."""

    title: str
    summary: str
    minutes: float
    lanes: tuple[Lane, ...]
    legend: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Quote:
    """A text that left the room, word for word."""

    title: str
    text: str
    tone: Tone = "plain"
    cites: tuple[int, ...] = ()


@dataclass(frozen=True)
class Page:
    """A text that is Markdown itself, its headings below the one that it stands under, which has this level."""

    text: str
    under: int = 3


@dataclass(frozen=True)
class Heat:
    """One cell of a heat map: its words, and how warm it is, from 0 (nothing) to 4. The words say it without the colour."""

    text: str
    level: int = 0


@dataclass(frozen=True)
class HeatMap:
    """Rows by columns, shaded. `corner` names the rows."""

    caption: str
    corner: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Heat, ...]], ...]


@dataclass(frozen=True)
class Passage:
    """One paragraph with styles and links in it."""

    runs: tuple[Run, ...]


@dataclass(frozen=True)
class Bullets:
    """A list; `levels` say how deep each item stands, from 0."""

    items: tuple[Passage, ...]
    levels: tuple[int, ...]


@dataclass(frozen=True)
class Barrier:
    """A control between two nodes of a tree. `number` stands on the drawing, `word` says what the control did."""

    number: int
    title: str
    word: str
    tone: Tone = "plain"


@dataclass(frozen=True)
class TreeNode:
    """A node of a fault tree. `word` is its verdict; `gate` says how the nodes below lead to it; `barriers` stand between it and the
    node above."""

    text: str
    word: str = ""
    tone: Tone = "plain"
    gate: Literal["any", "all"] = "any"
    barriers: tuple[Barrier, ...] = ()
    below: tuple[TreeNode, ...] = ()
    cites: tuple[int, ...] = ()


@dataclass(frozen=True)
class Tree:
    """A fault tree with the barriers on its branches, drawn, and written out as a list for those who listen."""

    title: str
    summary: str
    root: TreeNode


@dataclass(frozen=True)
class BowTie:
    """Threats with the controls that should have kept them off at the left, the top event, consequences with the controls that should have
    kept them small at the right; written out as two lists for those who listen."""

    title: str
    summary: str
    top: str
    threats: tuple[TreeNode, ...]
    consequences: tuple[TreeNode, ...]


@dataclass(frozen=True)
class Bar:
    """One bar of parts, in the order of the chart's `parts`."""

    label: str
    values: tuple[float, ...]
    note: str = ""


@dataclass(frozen=True)
class Bars:
    """Bars of parts: how much of each line is in which part. `parts` are (label, tone), told apart by pattern as well as by colour."""

    title: str
    summary: str
    unit: str
    parts: tuple[tuple[str, Tone], ...]
    bars: tuple[Bar, ...]


Block = (
    HeatMap | Page | Section | Prose | Passage | Bullets | Callout | Figures | Table | Chart | ChartRow | Lanes | Quote | Tree | BowTie | Bars
)  # fmt: skip


@dataclass(frozen=True)
class Report:
    """A whole report. `handling` is the line on every page that says how to treat it. What is made of a drill is marked EXERCISE; what is
    made of real traffic must not be (`exercise` False)."""

    title: str
    subtitle: str
    handling: str
    facts: Sequence[tuple[str, str]]
    blocks: Sequence[Block] = field(default_factory=tuple)
    exercise: bool = True

    @property
    def heading(self) -> str:
        """What a window or a document is called."""
        return f"EXERCISE · {self.title}" if self.exercise else self.title
