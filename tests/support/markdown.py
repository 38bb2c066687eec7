"""Reading our Markdown: fenced blocks with their place, links, headings."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.support.project import ROOT, files, shown


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text and the line on which the text starts."""

    path: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{shown(self.path)}:{self.line}"


def pages() -> list[Path]:
    """Every Markdown page that people read: docs, the files at the top, READMEs of folders."""
    return [path for path in files(".md") if not path.is_relative_to(ROOT / "src")]


def blocks(path: Path, *languages: str) -> list[Block]:
    """The page's fenced blocks in one of these languages, from top to bottom."""
    found: list[Block] = []
    fence, language, start, indent, lines = "", "", 0, 0, []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        mark = re.match(r"^( *)(`{3,}|~{3,}) *([\w+-]*)", line)
        if not fence and mark:
            indent, fence, language, start, lines = len(mark[1]), mark[2], mark[3], number + 1, []
        elif fence and line.strip() == fence:
            if language in languages:
                found.append(Block(path, start, language, "\n".join(lines) + "\n"))
            fence = ""
        elif fence:
            lines.append(line[indent:] if line[:indent].isspace() or not indent else line)
    assert not fence, f"{shown(path)}:{start}: a fenced block is never closed"
    return found


@cache
def prose(path: Path) -> list[tuple[int, str]]:
    """The page's lines outside fenced blocks, without code spans."""
    found, fenced = [], False
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if re.match(r"^ *(```|~~~)", line):
            fenced = not fenced
        elif not fenced:
            found.append((number, re.sub(r"`[^`]*`", "", line)))
    return found


@cache
def links(path: Path) -> list[tuple[int, str]]:
    """Targets of links and images, with their lines."""
    return [
        (number, target) for number, line in prose(path) for target in re.findall(r"\]\(<?([^)\s>]+)>?[^)]*\)", line)
    ]


@cache
def anchors(path: Path) -> set[str]:
    """The fragments that a page's headings answer to."""
    found: set[str] = set()
    fenced = False
    for line in path.read_text().splitlines():
        fenced ^= bool(re.match(r"^ *(```|~~~)", line))
        heading = None if fenced else re.match(r"^#{1,6} +(.+?) *#*$", line)
        if heading:
            plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading[1]).lower()
            slug = re.sub(r"[^\w\- ]", "", plain).strip().replace(" ", "-")
            found.add(slug if slug not in found else f"{slug}-1")
    return found
