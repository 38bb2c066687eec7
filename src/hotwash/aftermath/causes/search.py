"""Finds what a paper may cite by words, so that nobody has to know numbers of events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotwash.aftermath.causes.noted import Evidence
from hotwash.aftermath.cited import event_words, seat_words
from hotwash.kernel.clock import stamp
from hotwash.kernel.event import Event
from hotwash.kit.schema.kit import Kit


@dataclass(frozen=True)
class Found:
    """One event: how a paper cites it, and what it says."""

    cite: str
    says: str


def search(events: Sequence[Event], words: str, most: int, kit: Kit | None = None) -> list[Found]:
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
        says = in_a_line(one, kit)
        if all(word in f"{cite} {says}".casefold() for word in wanted):
            found.append(Found(cite, says))
    return found


def in_a_line(event: Event, kit: Kit | None = None) -> str:
    """When, who, what."""
    return f"{stamp(event.drill_ms)} {seat_words(event, kit)}: {event_words(event, kit)}"
