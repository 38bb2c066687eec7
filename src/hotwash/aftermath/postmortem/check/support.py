"""Whether what a sentence cites bears it, as far as that can be told exactly: times, numbers, seats. Words are not weighed."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from hotwash.aftermath.postmortem.sources import DRILL_TIME, Source, Sources
from hotwash.kernel.clock import MINUTE, drill_ms

CLOCK = re.compile(r"(?<![\w:+])(?P<h>[01]?\d|2[0-3]):(?P<m>[0-5]\d)(?![\w:])")
NAME = re.compile(
    r"\b(?=[\w.]*[A-Za-z])(?=[\w.-]*\d)\w+(?:[-.]\w+)+|\b(?:[A-Za-z]+\d\w*)\b|\d{4}-\d{2}-\d{2}(?:T[\d:+]+)?"
)
LEVEL = re.compile(r"\bSev-(\d)\b", re.IGNORECASE)
NUMBER = re.compile(r"(?<![\w.,-])\d[\d,]*(?:\.\d+)?(?![\w-])(?!\.\d)")


def unsupported(text: str, cited: Sequence[Source], known: Sources) -> Iterator[tuple[str, str]]:
    """(words, why) of each time, number and seat of a sentence that nothing which it cites has. Quotations are looked at like the rest."""
    rest = text
    for found in DRILL_TIME.finditer(text):
        if not _time(drill_ms(*found.group("a", "b", "c")), found["b"] is not None, cited):
            yield found[0], f"nothing that is cited happened at {found[0]} or names that moment"
    rest = DRILL_TIME.sub(" ", rest)
    for found in CLOCK.finditer(rest):
        at = ((int(found["h"]) * 60 + int(found["m"]) - known.story_start_min) % 1440) * MINUTE
        if not _time(at, False, cited) and found[0] not in " ".join(one.text for one in cited):
            yield found[0], f"nothing that is cited happened at {found[0]} of the story or names that moment"
    rest = CLOCK.sub(" ", rest)
    rest = LEVEL.sub(lambda level: f" {level[1]} ", rest)
    words = " ".join(f"{one.text} {one.title}" for one in cited).lower()
    for found in NAME.finditer(rest):
        if found[0].lower() not in words:
            yield found[0], f"“{found[0]}” stands in nothing that is cited"
    rest = NAME.sub(" ", rest)
    numbers = [*itertools.chain.from_iterable(one.numbers for one in cited), *_derived(cited)]
    for found in NUMBER.finditer(rest):
        if not _number(found[0], numbers):
            yield found[0], f"{found[0]} is no number of anything that is cited, nor the time between two of them"
    yield from _seats(rest, cited, known)


def _time(at: int, seconds: bool, cited: Sequence[Source]) -> bool:
    """A moment that is cited: to the second where seconds are written, else inside the minute."""
    width = 1000 if seconds else MINUTE
    return any(at <= one < at + width or one == at for source in cited for one in source.times_ms)


def _derived(cited: Sequence[Source]) -> list[float]:
    """What may be counted from what is cited: how many events, and minutes and seconds between any two moments."""
    moments = sorted(
        {one.at_ms for one in cited if one.at_ms is not None} | {at for one in cited for at in one.times_ms}
    )
    gaps = [abs(a - b) / MINUTE for a, b in itertools.combinations(moments[:80], 2)]
    count = sum(one.ref.startswith("e") for one in cited)
    return [*gaps, *(60 * one for one in gaps), *([float(count)] if count > 1 else [])]


def _number(written: str, numbers: Sequence[float]) -> bool:
    """Equal when rounded to as many places as it was written with."""
    bare = written.replace(",", "")
    places = len(bare.partition(".")[2])
    value = float(bare)
    return any(abs(abs(one) - value) <= 0.5 * 10**-places + 1e-9 for one in numbers)


def _seats(text: str, cited: Sequence[Source], known: Sources) -> Iterator[tuple[str, str]]:
    """A seat that a sentence begins with, or names after `by`, acted in something that is cited or is named there."""
    events = [one for one in cited if one.at_ms is not None]
    if not events:
        return
    for seat, title in known.seats.items():
        acted = re.search(rf"(?:^|\bby |: )(?:the )?{re.escape(title)}\b", text, re.IGNORECASE)
        told = any(seat in one.seats or title.lower() in one.text.lower() for one in cited)
        if acted and not told:
            yield title, f"nothing that is cited was done by the {title} or told to that seat"
