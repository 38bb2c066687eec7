"""A postmortem as people left it, as a report: every citation leads to the row that says what is cited."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from markdown_it.token import Token

from hotwash.aftermath.aar import HANDLING
from hotwash.aftermath.blocks import Block, Bullets, Callout, Cell, Passage, Quote, Report, Run, Section, Table
from hotwash.aftermath.postmortem.check.reading import CITATION
from hotwash.aftermath.postmortem.layout import MARKDOWN
from hotwash.aftermath.postmortem.marks import conflict_of
from hotwash.aftermath.postmortem.material import Material
from hotwash.aftermath.postmortem.sources import Source, sources
from hotwash.kernel.clock import MINUTE, stamp

KINDS = (
    ("e", "Events"),
    ("item:", "Evidence items"),
    ("fig:", "Figures of the record"),
    ("key:", "Answer key"),
    ("kit:", "Pages of the kit"),
)
LONGEST = 400
"""Characters of an event that the list of what is cited repeats; the record has it whole."""


def pages(text: str, material: Material) -> Report:
    """The report. Same text and record, same report. Raw HTML in the text is left out."""
    known = sources(material).by_ref
    tokens = MARKDOWN.parse(text)
    title, blocks, used = _Reader(known).read(tokens)
    case, card = material.case, material.card
    start = case.design.scenario.story_start
    ends = start + timedelta(milliseconds=case.ended_ms)
    facts = [
        ("Scenario", case.design.scenario.id),
        ("Played", f"{start:%d %B %Y %H:%M} to {ends:%H:%M %Z} story time"),
        ("Length", f"{case.ended_ms / MINUTE:.0f} min of drill time"),
        ("Record", f"{len(case.log)} events, head {card.log_head}"),
    ]
    return Report(
        title=title or f"Postmortem: {case.design.scenario.title}",
        subtitle="What happened, what could be seen, what was done and what it came to. References in brackets lead to what they rest on.",
        handling=HANDLING,
        facts=facts,
        blocks=[*blocks, *_cited(known[ref] for ref in known if ref in used)],
    )


def anchor(ref: str) -> str:
    """The name of the row that a reference leads to."""
    return ref.replace(":", "-")


def _cited(used: Iterable[Source]) -> list[Block]:
    found = list(used)
    blocks: list[Block] = [Section("What is cited", "cited", new_page=True)]
    for prefix, title in KINDS:
        rows = [one for one in found if (one.ref.startswith(prefix) if ":" in prefix else ":" not in one.ref)]
        if not rows:
            continue
        table = Table(
            title,
            ("Reference", "Drill time", "What"),
            tuple((Cell(one.ref, strong=True), Cell(_when(one)), Cell(_what(one))) for one in rows),
            names=tuple(anchor(one.ref) for one in rows),
        )
        blocks.append(table)
    return blocks


def _when(one: Source) -> str:
    return stamp(one.at_ms) if one.at_ms is not None else "–"


def _what(one: Source) -> str:
    shown = one.text if one.ref.startswith("fig:") else one.title
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"


class _Reader:
    """Tokens of Markdown as blocks."""

    def __init__(self, known: Mapping[str, Source]) -> None:
        self._known = known
        self._used: set[str] = set()
        self._title = ""
        self._names: set[str] = set()
        self._under = "Table"
        self._deciding = False

    def read(self, tokens: Sequence[Token]) -> tuple[str, list[Block], set[str]]:
        """(title, blocks, references that are cited)."""
        blocks: list[Block] = []
        at = 0
        while at < len(tokens):
            end = _end(tokens, at)
            block = self._block(tokens[at : end + 1])
            if block is not None:
                blocks.append(block)
            at = end + 1
        return self._title, blocks, self._used

    def _block(self, tokens: Sequence[Token]) -> Block | None:
        first = tokens[0]
        match first.type:
            case "heading_open":
                return self._heading(first, tokens[1])
            case "paragraph_open":
                runs = self._runs(tokens[1])
                handling = not self._title and any("EXERCISE" in one.text for one in runs)
                return None if handling else Passage(runs)
            case "bullet_list_open" | "ordered_list_open":
                return self._bullets(tokens)
            case "table_open":
                return self._table(tokens)
            case "blockquote_open":
                inner = [one for token in tokens if token.type == "inline" for one in self._runs(token)]
                return Quote("", "".join(one.text for one in inner))
            case "fence" | "code_block":
                return (
                    Callout("To decide", first.content.strip(), "warn")
                    if self._deciding
                    else Quote("", first.content.strip())
                )
            case "html_block":
                self._deciding = bool(conflict_of(first.content))
                return None
            case _:
                return None

    def _heading(self, token: Token, inline: Token) -> Block | None:
        words = "".join(one.text for one in self._runs(inline))
        level, self._under = int(token.tag[1]), words
        if level == 1 and not self._title:
            self._title = words
            return None
        name = base = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "section"
        number = 1
        while name in self._names:
            number += 1
            name = f"{base}-{number}"
        self._names.add(name)
        return Section(words, name, level=min(max(level, 2), 4))

    def _bullets(self, tokens: Sequence[Token]) -> Bullets:
        items: list[Passage] = []
        levels: list[int] = []
        depth = -1
        for token in tokens:
            depth += {
                "bullet_list_open": 1,
                "ordered_list_open": 1,
                "bullet_list_close": -1,
                "ordered_list_close": -1,
            }.get(token.type, 0)
            if token.type == "inline":
                items.append(Passage(self._runs(token)))
                levels.append(depth)
        return Bullets(tuple(items), tuple(levels))

    def _table(self, tokens: Sequence[Token]) -> Table:
        rows: list[tuple[Cell, ...]] = []
        for at, token in enumerate(tokens):
            if token.type == "tr_open":
                inner = tokens[at : next(i for i in range(at, len(tokens)) if tokens[i].type == "tr_close")]
                rows.append(
                    tuple(
                        Cell("".join(run.text for run in runs), runs=runs)
                        for runs in map(self._runs, (one for one in inner if one.type == "inline"))
                    )
                )
        head = tuple(cell.text for cell in rows[0])
        return Table(self._under, head, tuple(rows[1:]), told=True, empty="No rows.")

    def _runs(self, inline: Token) -> tuple[Run, ...]:
        runs: list[Run] = []
        strong = 0
        href = ""
        for child in inline.children or []:
            if child.type in ("strong_open", "strong_close"):
                strong += 1 if child.nesting > 0 else -1
            elif child.type == "link_open":
                href = str(child.attrGet("href") or "")
            elif child.type == "link_close":
                runs += [Run(f" ({href})")] if href else []
                href = ""
            elif child.type in ("softbreak", "hardbreak"):
                runs.append(Run(" "))
            elif child.type == "code_inline":
                runs.append(Run(child.content, code=True))
            elif child.type == "text":
                runs += self._text(child.content, strong=strong > 0)
        return tuple(one for one in runs if one.text)

    def _text(self, text: str, *, strong: bool) -> Iterable[Run]:
        """Text with its citations as links, where the record has what they name."""
        at = 0
        for found in CITATION.finditer(text):
            yield Run(text[at : found.start()], strong=strong)
            yield Run("[")
            for number, ref in enumerate(re.split(r",\s*", found[1])):
                yield Run(", " if number else "")
                known = ref in self._known
                if known:
                    self._used.add(ref)
                yield Run(ref, to=anchor(ref) if known else "")
            yield Run("]")
            at = found.end()
        yield Run(text[at:], strong=strong)


def _end(tokens: Sequence[Token], at: int) -> int:
    """The index of the token that closes the one at `at`."""
    depth = 0
    for i in range(at, len(tokens)):
        depth += tokens[i].nesting
        if depth == 0:
            return i
    return len(tokens) - 1
