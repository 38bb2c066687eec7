"""A postmortem as the check reads it: sentences and rows, each with its citations and its place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from markdown_it.token import Token

from hotwash.aftermath.postmortem.layout import MARKDOWN
from hotwash.aftermath.postmortem.marks import conflict_of
from hotwash.comms.lint.text import read

REF = r"(?:e\d+|item:[\w.-]+|fig:[\w.-]+|key:[\w-]+|kit:[\w.-]+)"
CITATION = re.compile(rf"(?<!\\)\[({REF}(?:,\s*{REF})*)\]")
"""One syntax: references in brackets, parted by commas."""
HEADING_LEVELS = {f"h{n}": n for n in range(1, 7)}


@dataclass(frozen=True)
class Cited:
    """One reference and where it stands."""

    ref: str
    line: int
    column: int


@dataclass(frozen=True)
class Statement:
    """A sentence, or a row of a table: its text without citations, the citations, where it begins, and the heading it is under."""

    text: str
    cites: tuple[Cited, ...]
    line: int
    column: int
    under: str
    row: bool = False


@dataclass(frozen=True)
class Title:
    """A heading, its level, and how much stands under it before the next one."""

    text: str
    level: int
    line: int


@dataclass
class Paper:
    """All of a postmortem that is checked. `conflicts` are the lines of notes that wait for a decision."""

    statements: list[Statement] = field(default_factory=list)
    titles: list[Title] = field(default_factory=list)
    conflicts: list[tuple[int, str]] = field(default_factory=list)
    first: str = ""


def read_paper(text: str) -> Paper:
    """Read Markdown. Code blocks and comments state nothing."""
    lines = text.split("\n")
    paper = Paper(first=next((line for line in lines if line.strip()), ""))
    tokens = MARKDOWN.parse(text)
    under, at = "", 0
    while at < len(tokens):
        token = tokens[at]
        if token.type == "heading_open":
            under = plain(tokens[at + 1].content)
            paper.titles.append(Title(under, HEADING_LEVELS[token.tag], _line(token)))
            at += 2
        elif token.type == "tr_open":
            end = next(i for i in range(at, len(tokens)) if tokens[i].type == "tr_close")
            if tokens[at - 1].type != "thead_open":
                paper.statements += list(_row(tokens[at:end], lines, under))
            at = end
        elif token.type == "inline":
            paper.statements += _sentences(token, lines, under)
        elif token.type == "html_block" and conflict_of(token.content):
            paper.conflicts.append((_line(token), conflict_of(token.content)))
        at += 1
    return paper


def plain(markdown: str) -> str:
    """Text without escapes, emphasis and code marks, for reading."""
    return re.sub(r"\\([\\`*\[\]|_])", r"\1", markdown).replace("&lt;", "<").replace("**", "").replace("`", "").strip()


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 0


def _row(tokens: Sequence[Token], lines: Sequence[str], under: str) -> Iterator[Statement]:
    """A row is one statement: its cells are read together, and cite together."""
    cells = [one for one in tokens if one.type == "inline" and one.content.strip()]
    if not cells:
        return
    line = _line(tokens[0])
    source = lines[line - 1]
    cites: list[Cited] = []
    seen = 0
    for found in CITATION.finditer(source):
        cites += _refs(found, line, found.start(1))
    words = " · ".join(plain(CITATION.sub("", one.content)) for one in cells)
    column = len(source) - len(source.lstrip("| ")) + 1
    if words.strip(" ·"):
        yield Statement(words.strip(" ·"), tuple(cites), line, column + seen, under, row=True)


def _sentences(token: Token, lines: Sequence[str], under: str) -> list[Statement]:
    """Sentences of a paragraph or item. A citation after the full stop belongs to the sentence before it."""
    content = token.content
    found: list[Statement] = []
    for one in read(content).sentences:
        part = content[one.start : one.end]
        cites: list[Cited] = []
        for cited in CITATION.finditer(part):
            line, column = _place(token, lines, one.start + cited.start(1))
            cites += _refs(cited, line, column - 1)
        leading = re.match(rf"(?:\s*{CITATION.pattern})+[.\s]*", part)
        if leading and found:
            there = [c for c in cites if _before(c, _place(token, lines, one.start + leading.end()))]
            found[-1] = replace(found[-1], cites=(*found[-1].cites, *there))
            cites = cites[len(there) :]
            part, start = part[leading.end() :], one.start + leading.end()
        else:
            start = one.start
        words = re.sub(r"\s+([.,;:])", r"\1", " ".join(plain(CITATION.sub("", part)).split()))
        if any(sign.isalnum() for sign in words):
            line, column = _place(token, lines, start)
            found.append(Statement(words, tuple(cites), line, column, under))
    return found


def _before(cited: Cited, place: tuple[int, int]) -> bool:
    return (cited.line, cited.column) < place


def _refs(found: re.Match[str], line: int, start: int) -> list[Cited]:
    """References of one bracket; `start` is the column, from 0, at which the first begins."""
    return [Cited(one[0], line, start + one.start() + 1) for one in re.finditer(REF, found[1])]


def _place(token: Token, lines: Sequence[str], offset: int) -> tuple[int, int]:
    """Line and column, from 1, of an offset into what a token holds: its lines without their indent and list marks."""
    before = token.content[:offset]
    down = before.count("\n")
    line = (token.map[0] if token.map else 0) + down
    column = offset - (before.rfind("\n") + 1)
    text = token.content.split("\n")[down]
    indent = max(0, lines[line].find(text)) if line < len(lines) else 0
    return line + 1, indent + column + 1
