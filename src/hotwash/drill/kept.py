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
        self._made: dict[str, _Made] = {}
        self._readers: dict[str, list[_Made]] = {}

    def came(self, kind: str) -> None:
        """An entry of a type came in: what was made of that type no longer holds."""
        for one in self._readers.get(kind, ()):
            one.holds = False

    def get(self, name: str, types: Collection[str], make: Callable[[], T]) -> T:
        """What was made under a name, made anew when an entry of one of the types came in since."""
        known = self._made.get(name)
        if known is None:
            known = _Made()
            known.it = make()
            self._made[name] = known
            for kind in dict.fromkeys(types):
                self._readers.setdefault(kind, []).append(known)
        elif not known.holds:
            known.it = make()
            known.holds = True
        return known.it  # type: ignore[no-any-return]  # a name always stands for the same making


@dataclass(slots=True)
class _Made:
    """A thing, and whether nothing that it was made of came in since."""

    it: Any = None
    holds: bool = True
