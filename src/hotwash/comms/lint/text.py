"""A draft as headings and sentences, each token with its place in the text as it was written.

Nothing is moved: marks of Markdown become blanks and typographic signs their plain forms, one character for one, so that an
offset into what is read is an offset into the draft.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

PLAIN = str.maketrans({
    "’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "\u00a0": " ", "\u202f": " ", "‑": "-",
    "−": "-", "…": ".", "\t": " ", "`": " ", "|": " ",
})  # fmt: skip
STRUCK = re.compile(r"~~[^~\n]*~~")
LINK = re.compile(r"(?<=\])\([^)\s]*\)|<https?://[^>\s]*>|https?://\S+")
LINE_MARK = re.compile(r"^[ ]*(?:#{1,6}(?= )|>+|[-*+](?= )|\d{1,2}[.)](?= ))", re.MULTILINE)
EMPHASIS = re.compile(
    r"(?<![\w*])\*{1,3}(?=\S)|(?<=\S)\*{1,3}(?![\w*])|(?<!\w)_{1,2}(?=\w)|(?<=[\w.!?])_{1,2}(?!\w)|\*\*"
)
STOP = re.compile(r"""[.!?]+["')\]]*(?=\s|$)""")
SHORT = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|approx|no|nos|vs|cf|art|sec|dr|mr|ms|mrs|inc|ltd|co|st|u\.s|[ap]\.m|[a-z])|\b[ap]\.m)\.$",
    re.IGNORECASE,
)
"""Abbreviations whose full stop ends no sentence unless a capital follows. Single letters are initials."""
LIST_OR_TABLE = re.compile(r"\s*(?:[-*+] |\d{1,2}[.)] |\||>|#{1,6} )")
TOKEN = re.compile(r"[A-Za-z]+(?:[-_'/][A-Za-z0-9]+)*|\d+(?:[.,:]\d+)*[A-Za-z]{0,2}|[@#$€£%~+&]|[^\w\s]")

KEPT = 128
"""Drafts that are kept as they were read."""
SENTENCES = 32 * KEPT
"""Sentences of which is kept what they say, whoever reads them and whatever is known: as many as people write in so many drafts."""


@dataclass(frozen=True)
class Token:
    """A word, number or sign; `low` in lower case; `start` and `end` are offsets into the draft."""

    text: str
    low: str
    start: int
    end: int

    @property
    def word(self) -> bool:
        """Letters or digits."""
        return self.text[0].isalnum()


@dataclass(frozen=True)
class Sentence:
    """One sentence: `plain` is its text after blanking, from `start` on; `under` the heading that it stands under."""

    plain: str
    start: int
    under: str = ""

    @property
    def end(self) -> int:
        """Offset after its last character."""
        return self.start + len(self.plain)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Words, numbers and signs."""
        return tuple(
            Token(one[0], one[0].lower(), self.start + one.start(), self.start + one.end())
            for one in TOKEN.finditer(self.plain)
        )

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """Word in lower case, and without a possessive ending → the tokens at which it stands."""
        found: dict[str, list[int]] = {}
        for i, one in enumerate(self.tokens):
            for word in {one.low, one.low.removesuffix("'s")}:
                found.setdefault(word, []).append(i)
        return found

    @cached_property
    def vocabulary(self) -> list[str]:
        """The words of `places` in order, to find those that begin alike."""
        return sorted(self.places)

    def between(self, start: int, end: int) -> tuple[int, ...]:
        """The tokens between two offsets into its text."""
        low, high = self.start + start, self.start + end
        return tuple(i for i, one in enumerate(self.tokens) if one.start < high and one.end > low)

    @property
    def asks(self) -> bool:
        """Ends with a question mark."""
        return self.plain.rstrip(" \"')").endswith("?")


@lru_cache(SENTENCES)
def alone(plain: str) -> Sentence:
    """A sentence wherever it may stand: its tokens have the same numbers there."""
    return Sentence(plain, 0)


@dataclass(frozen=True)
class Heading:
    """A heading: its name as the kit has it, and where its text begins and ends."""

    name: str
    start: int
    body: int
    end: int


@dataclass(frozen=True)
class Draft:
    """A draft that was read."""

    text: str
    plain: str
    sentences: tuple[Sentence, ...]
    headings: tuple[Heading, ...]

    def words_of(self, heading: Heading) -> str:
        """What stands under a heading."""
        return self.plain[heading.body : heading.end].strip(" .\n*")


def read(text: str, headings: Sequence[str] = ()) -> Draft:
    """A draft in plain text or Markdown, with the headings that the kit asks for.

    A draft is read when it is written, by each reviewer, and before it is published: what was read lately is kept.
    """
    return _read(text, tuple(headings))


@lru_cache(KEPT)
def _read(text: str, headings: tuple[str, ...]) -> Draft:
    found = _headings(text, headings)
    plain = _blank(text, found)
    marks = [*found, Heading("", len(text), len(text), len(text))]
    parts = [("", 0, found[0].start if found else len(text))]
    parts += [(one.name, one.body, after.start) for one, after in itertools.pairwise(marks)]
    sentences = [
        Sentence(plain[start:end], start, name)
        for name, low, high in parts
        for paragraph in _paragraphs(text, low, high)
        for start, end in _sentences(plain, *paragraph)
    ]
    return Draft(text, plain, tuple(sentences), found)


def _headings(text: str, names: Sequence[str]) -> tuple[Heading, ...]:
    """Lines that begin with one of the names, bold, after #, before a colon, or alone on their line."""
    if not names:
        return ()
    either = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    line = re.compile(
        rf"^[ ]*(?:[-*+] +)?(?:#{{1,6}} *)?(?P<bold>\*\*|__)?[ ]*(?P<name>{either})[ ]*(?P<mark>[.:])?[ ]*(?(bold)(?:\*\*|__))[ ]*"
        rf"(?P<after>[:.])?(?P<rest>[ ]*$)?",
        re.IGNORECASE | re.MULTILINE,
    )
    known = {name.lower(): name for name in names}
    starts = [
        one
        for one in line.finditer(text)
        if one["bold"] or one["mark"] or one["after"] or one["rest"] is not None or one[0].lstrip().startswith("#")
    ]
    ends = [*(one.start() for one in starts[1:]), len(text)][: len(starts)]
    return tuple(
        Heading(known[one["name"].lower()], one.start(), one.end(), end) for one, end in zip(starts, ends, strict=True)
    )


def _blank(text: str, headings: Sequence[Heading]) -> str:
    """The text with marks blanked and signs made plain, as long as it was."""
    plain = text
    for pattern in (STRUCK, LINK, LINE_MARK, EMPHASIS):
        plain = pattern.sub(lambda found: " " * len(found[0]), plain)
    for one in headings:
        plain = plain[: one.start] + " " * (one.body - one.start) + plain[one.body :]
    return plain.translate(PLAIN)


def _paragraphs(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Runs of lines; a blank line, an item of a list, a row of a table or a heading begins a new one."""
    begin = place = low
    for line in text[low:high].splitlines(keepends=True):
        if not line.strip() or LIST_OR_TABLE.match(line):
            yield begin, place
            begin = place
        place += len(line)
    yield begin, place


def _sentences(plain: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    begin = low
    for stop in STOP.finditer(plain, low, high):
        follows = plain[stop.end() : high].lstrip()[:2]
        # A capital begins a sentence, two of them may be a zone: "at 4:12 a.m. EST".
        begins = follows[:1].isupper() and not follows.isupper()
        goes_on = follows[:1].islower() or (SHORT.search(plain[begin : stop.start() + 1]) and not begins)
        if follows and goes_on and plain[stop.start()] == ".":
            continue
        yield from _trimmed(plain, begin, stop.end())
        begin = stop.end()
    yield from _trimmed(plain, begin, high)


def _trimmed(plain: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    inner = plain[low:high]
    if any(sign.isalnum() for sign in inner):
        yield low + len(inner) - len(inner.lstrip()), high - (len(inner) - len(inner.rstrip()))
