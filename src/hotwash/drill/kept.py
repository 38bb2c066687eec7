"""What was made of a log is kept until another entry of the types that it was made of comes in.

Seats look at the same log again and again, and most looks find nothing new of one kind: levers do not move because somebody wrote
a message. So whoever makes something of a log names the types that it reads.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, TypeVar

T = TypeVar("T")


class Kept:
    """Things made of one log, by name. A name always stands for the same types and the same making."""

    def __init__(self) -> None:
        self._newest: dict[str, int] = {}
        self._made: dict[str, tuple[int, Any]] = {}

    def came(self, kind: str, place: int) -> None:
        """An entry of a type stands at a place of the log."""
        self._newest[kind] = place

    def get(self, name: str, types: Collection[str], make: Callable[[], T]) -> T:
        """What was made under a name, made anew when an entry of one of the types came in since."""
        newest = max((self._newest[one] for one in types if one in self._newest), default=0)
        known = self._made.get(name)
        if known is None or known[0] != newest:
            known = self._made[name] = newest, make()
        made: T = known[1]
        return made
