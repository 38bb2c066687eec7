"""Which entries of public frameworks a drill showed in use, and which have a control that serves them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from hotwash.kernel.event import Event
from hotwash.kit.schema.frameworks import Entry, Framework, Sign

Standing = Literal["exercised-and-covered", "exercised-only", "covered-only", "neither", "not-for-a-drill"]


@dataclass(frozen=True)
class Covered:
    """One entry: events that show it in use, controls that serve it."""

    framework: str
    entry: Entry
    events: tuple[int, ...]
    controls: tuple[str, ...]

    @property
    def standing(self) -> Standing:
        """What can be said of it."""
        if self.events:
            return "exercised-and-covered" if self.controls else "exercised-only"
        if self.controls:
            return "covered-only"
        return "neither" if self.entry.shown_by else "not-for-a-drill"


def coverage(
    frameworks: Iterable[Framework], events: Sequence[Event], answers: Mapping[str, Sequence[str]]
) -> list[Covered]:
    """Every entry of some frameworks. `answers` maps `scheme:id` to the controls that serve it."""
    return [
        Covered(one.id, entry, _shown(entry.shown_by, events), tuple(answers.get(f"{one.id}:{entry.id}", ())))
        for one in frameworks
        for entry in one.entries
    ]


def unknown(answers: Iterable[str], frameworks: Iterable[Framework]) -> list[str]:
    """References that name no entry."""
    known = {f"{one.id}:{entry.id}" for one in frameworks for entry in one.entries}
    return [one for one in answers if one not in known]


def _shown(signs: Sequence[Sign], events: Sequence[Event]) -> tuple[int, ...]:
    return tuple(one.version for one in events if any(_is(sign, one.type, one.data) for sign in signs))


def _is(sign: Sign, kind: str, data: Mapping[str, Any]) -> bool:
    return sign.event == kind and all(str(data.get(name)) in values for name, values in sign.where.items())
