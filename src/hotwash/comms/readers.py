"""How simulated readers take what was published, and what was not: a function of the text, its check, and its moment."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from hotwash.comms.cadence import Course
from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.comms import Reader, Stakeholder


@dataclass(frozen=True)
class Published:
    """One text as it left the room, at `at_ms` of drill time. `problems` are ids of rules that the draft check found broken."""

    draft: str
    template: str
    variant: str
    text: str
    at_ms: int
    version: int
    problems: tuple[str, ...] = ()
    corrected_ms: int | None = None


@dataclass(frozen=True)
class Reaction:
    """A reader who now writes back. `because` is the version of the entry that it answers (0: silence), `since_ms` when it was due."""

    reader: Reader
    since_ms: int
    because: int = 0
    quote: str = ""
    late_min: int = 0


def reactions(
    readers: Iterable[Reader],
    stakeholders: Sequence[Stakeholder],
    course: Course,
    published: Sequence[Published],
    now_ms: int,
) -> Iterator[Reaction]:
    """Reactions that are due by now, of each reader the first. A text that was corrected before it was read draws none."""
    rows = {one.id: one for one in stakeholders}
    for reader in readers:
        row = rows.get(reader.audience)
        found = (
            _to_silence(reader, row, course, published, now_ms)
            if reader.silent_min is not None
            else _to_words(reader, row, course, published)
        )
        if found is not None and found.since_ms <= now_ms:
            yield found


def _to_words(
    reader: Reader, row: Stakeholder | None, course: Course, published: Sequence[Published]
) -> Reaction | None:
    for text in published:
        read_ms = text.at_ms + round(reader.after_min * MINUTE)
        corrected = text.corrected_ms is not None and text.corrected_ms < read_ms
        if text.variant not in reader.variants or corrected or not _severe(reader, course, text.at_ms):
            continue
        heard = _heard(reader, row, course, text)
        if heard is not None:
            return Reaction(reader, read_ms, text.version, *heard)
    return None


def _heard(reader: Reader, row: Stakeholder | None, course: Course, text: Published) -> tuple[str, int] | None:
    """The words that strike the reader and the minutes that the text is late; None where nothing strikes."""
    said = _found(reader.says, text.text) if reader.says else None
    broken = bool(reader.problem) and not set(reader.problem).isdisjoint(text.problems)
    if reader.says and said is None:
        return None
    if reader.problem and not broken and said is None:
        return None
    if reader.lacks and _found(reader.lacks, text.text) is not None:
        return None
    late = _late_min(row, course, text)
    if reader.late_min is not None and late < reader.late_min:
        return None
    return said or "", late


def _late_min(row: Stakeholder | None, course: Course, text: Published) -> int:
    """Minutes since the first update that the audience missed before this text; 0 where it came when it was due."""
    if row is None:
        return 0
    missed: int | None = None
    for slot in course.slots(row, text.at_ms):
        if slot.met_ms is None and slot.due_ms < text.at_ms:
            missed = slot.due_ms if missed is None else missed
        elif slot.met_ms is not None and slot.met_ms < text.at_ms:
            missed = None
        elif slot.met_ms == text.at_ms:
            return max(0, text.at_ms - (slot.due_ms if missed is None else missed)) // MINUTE
    return 0


def _to_silence(
    reader: Reader, row: Stakeholder | None, course: Course, published: Sequence[Published], now_ms: int
) -> Reaction | None:
    """Nothing of these variants for so long, while the audience is owed updates at these severities."""
    owed = course.owed.get(reader.audience)
    if row is None or owed is None or reader.silent_min is None or not _severe(reader, course, now_ms):
        return None
    sent = [text.at_ms for text in published if text.variant in reader.variants]
    since = max([owed, *sent]) + round(reader.silent_min * MINUTE)
    over = course.over_ms is not None and course.over_ms <= since
    return None if over else Reaction(reader, since)


def _severe(reader: Reader, course: Course, at_ms: int) -> bool:
    return not reader.severities or course.level_at(at_ms) in reader.severities


@lru_cache(2048)
def _found(pattern: str, text: str) -> str | None:
    """The first words of a text that a pattern fits: a text that has left the room is looked at again at each tick."""
    found = _pattern(pattern).search(text)
    return found[0] if found else None


@lru_cache(256)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)
