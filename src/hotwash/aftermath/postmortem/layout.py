"""A postmortem as its lines and its built parts. Marks are found by a Markdown parser, so that one inside a code block is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt

from hotwash.aftermath.postmortem.marks import CLOSES, OPENS, mark_of

MARKDOWN = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True)
class Chunk:
    """Some lines in a row: free text (no `name`), or a built part with its two marks, of which the last may be missing."""

    name: str
    lines: tuple[str, ...]
    closed: bool = True

    @property
    def body(self) -> tuple[str, ...]:
        """What stands between the marks."""
        if not self.name:
            return self.lines
        return self.lines[1:-1] if self.closed else self.lines[1:]

    def with_body(self, body: Sequence[str]) -> tuple[str, ...]:
        """All lines, with another body between the same marks."""
        return (self.lines[0], *body, *(self.lines[-1:] if self.closed else ()))


def chunks(text: str) -> list[Chunk]:
    """The whole text, so that all lines of all chunks, joined, are the text again. A part whose name was there before is free text; one
    that is not closed goes on to the next mark or heading."""
    lines = text.split("\n")
    stops = {at: (kind, name) for at, kind, name in _stops(text)}
    found: list[Chunk] = []
    taken: set[str] = set()
    free: list[str] = []
    at = 0
    while at < len(lines):
        kind, name = stops.get(at, ("", ""))
        if kind != OPENS or name in taken:
            free.append(lines[at])
            at += 1
            continue
        taken.add(name)
        end = next((one for one in range(at + 1, len(lines)) if one in stops), len(lines))
        closed = stops.get(end) == (CLOSES, name)
        found += [Chunk("", tuple(free))] if free else []
        free = []
        stop = end + 1 if closed else end
        found.append(Chunk(name, tuple(lines[at:stop]), closed))
        at = stop
    return [*found, Chunk("", tuple(free))] if free else found


def _stops(text: str) -> Iterator[tuple[int, str, str]]:
    """Lines on which a part begins or ends: marks, and headings."""
    for token in MARKDOWN.parse(text):
        if token.level or not token.map:
            continue
        if token.type == "heading_open":
            yield token.map[0], "heading", ""
        elif token.type == "html_block" and token.map[1] - token.map[0] == 1:
            kind, name = mark_of(token.content)
            if kind:
                yield token.map[0], kind, name
