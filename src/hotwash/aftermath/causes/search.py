"""Finds what a paper may cite by words, so that nobody has to know numbers of events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hotwash.aftermath.causes.noted import Evidence
from hotwash.aftermath.cited import event_words
from hotwash.aftermath.sections.words import NO_TITLES
from hotwash.kernel.clock import stamp
from hotwash.kernel.event import Event


@dataclass(frozen=True)
class Found:
    """One event: how a paper cites it, and what it says."""

    cite: str
    says: str


def search(events: Sequence[Event], words: str, most: int, levers: Mapping[str, str] = NO_TITLES) -> list[Found]:
    """Events that show something of the service and hold every word, in any order and any case; the first `most` in the order of the log.
    Nothing is found without a word."""
    wanted = words.casefold().split()
    evidence, found = Evidence(events), list[Found]()
    for one in events if wanted else ():
        if len(found) == most:
            break
        cite = f"e{one.version}"
        if evidence.fault(cite):
            continue
        says = in_a_line(one, levers)
        if all(word in f"{cite} {says}".casefold() for word in wanted):
            found.append(Found(cite, says))
    return found


def in_a_line(event: Event, levers: Mapping[str, str] = NO_TITLES) -> str:
    """When, who, what."""
    return f"{stamp(event.drill_ms)} {event.seat}: {event_words(event, levers)}"
