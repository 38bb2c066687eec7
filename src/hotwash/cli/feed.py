"""A drill as it is being played, line by line: what a person watching over the team's shoulder would note."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap

from rich.console import Console
from rich.text import Text

from hotwash.aftermath.lines import told
from hotwash.aftermath.sections.words import NO_TITLES, say
from hotwash.conductor.session import Session
from hotwash.drill.read import read
from hotwash.drill.views.project import ViewEvent
from hotwash.kernel.clock import stamp
from hotwash.kernel.event import Event
from hotwash.kit.schema.kit import Kit
from hotwash.scoring.case import Entry

STYLES = {
    "inject": "magenta", "alert": "bold red", "change": "dim", "decision": "bold", "lever": "bold cyan",
    "effect": "cyan", "update": "green", "missed": "yellow", "look": "dim",
}  # fmt: skip
QUIET = frozenset({"other"})
LINES = 3
"""Rows that one event may take on a terminal; in a file or a pipe it is one whole line."""
TEDIOUS = frozenset({"trace_opened", "query_run", "fact_learned", "expectation_armed", "rule_armed"})


class Feed:
    """Prints each event once, as it happens."""

    def __init__(
        self,
        console: Console,
        seats: dict[str, str],
        levers: Mapping[str, str] = NO_TITLES,
    ) -> None:
        self._console, self._seats, self._levers, self._shown = console, seats, levers, 0

    def __call__(self, session: Session) -> None:
        """Print what is new."""
        for event in session.events[self._shown :]:
            self.show(event)
        self._shown = len(session.events)

    def show(self, event: Event) -> None:
        """Print one event, if it is worth a line."""
        kind, line = say(Entry(event.version, event.drill_ms, event.seat, read(event)), self._levers)
        if kind not in QUIET and event.type not in TEDIOUS:
            self._line(event.drill_ms, event.seat, kind, line)

    def show_view(self, seen: ViewEvent, kit: Kit) -> None:
        """Print one event as its audience saw it, in the words of the timeline."""
        kind, words = told(seen, kit)
        self._line(seen.drill_ms, seen.seat, kind, words)

    def _line(self, drill_ms: int, seat: str, kind: str, line: str) -> None:
        head = f"{stamp(drill_ms):>9}  {self._seats.get(seat, ''):<20.20} "
        width = max(40, self._console.width - len(head) - 1)
        pieces = [line]
        if self._console.is_terminal:
            pieces = wrap(line, width, max_lines=LINES, placeholder=" …") or [""]
        for number, piece in enumerate(pieces):
            text = Text()
            text.append(head if number == 0 else " " * len(head), style="dim")
            text.append(piece, style=STYLES.get(kind, ""))
            self._console.print(text, soft_wrap=True)
