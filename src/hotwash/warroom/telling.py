"""One round of news for every audience, in which what several of them are shown is drawn once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar, cast

from hotwash.drill.views.project import ViewEvent

T = TypeVar("T", bound=str | bytes)


class Telling:
    """Keeps what was drawn from a view event for the next audience that was given the very same data, and no other.

    Events are told apart by the identity of their data: what a projection leaves out of an event makes it another object. Views
    keep every event for the life of a drill, so that no identity is used twice; a telling itself is thrown away after its round.
    """

    def __init__(self) -> None:
        self._drawn: dict[Hashable, str | bytes] = {}

    def part(self, event: ViewEvent, draw: Callable[[], T]) -> T:
        """What does not depend on the audience's position."""
        return self._once((event.type, id(event.data)), draw)

    def whole(self, events: Sequence[ViewEvent], draw: Callable[[], T]) -> T:
        """What audiences have in common that are shown the same events at the same positions."""
        if len(events) == 1:  # most rounds
            return self._once((events[0].position, events[0].type, id(events[0].data)), draw)
        return self._once(tuple((event.position, event.type, id(event.data)) for event in events), draw)

    def _once(self, key: Hashable, draw: Callable[[], T]) -> T:
        found = self._drawn.get(key)
        if found is None:
            found = self._drawn[key] = draw()
        return cast("T", found)
