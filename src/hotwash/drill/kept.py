"""What was made of a log is kept until another entry of the types that it was made of comes in.

Seats look at the same log again and again, and most looks find nothing new of one kind: levers do not move because somebody wrote
a message. So whoever makes something of a log names the types that it reads.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")


class Kept:
    """Things made of one log, by name. A name always stands for the same types and the same making."""

    def __init__(self) -> None:
        self._newest: dict[str, int] = {}
        self._last = 0
        self._made: dict[str, _Made] = {}

    def came(self, kind: str, place: int) -> None:
        """An entry of a type stands at a place of the log."""
        self._newest[kind] = self._last = place

    def get(self, name: str, types: Collection[str], make: Callable[[], T]) -> T:
        """What was made under a name, made anew when an entry of one of the types came in since."""
        known = self._made.get(name)
        if known is not None and known.asked == self._last:
            return known.it  # type: ignore[no-any-return]  # a name always stands for the same making
        newest = max((self._newest[one] for one in types if one in self._newest), default=0)
        if known is None or known.newest != newest:
            known = self._made[name] = _Made(newest, make())
        known.asked = self._last
        return known.it  # type: ignore[no-any-return]  # as above


@dataclass
class _Made:
    """A thing, the place of the newest entry that went into it, and up to which entry it is known to hold."""

    newest: int
    it: Any
    asked: int = -1
