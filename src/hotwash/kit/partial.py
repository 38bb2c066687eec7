"""Content of which a part could not be read: what is left is checked, and nothing is concluded from what is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

Entry = tuple[str | int, ...]
"""The way to an entry of a list or mapping in a file."""


@dataclass(frozen=True)
class Unread:
    """Names of parts (top keys of `sources.Place`). Those in `wholly` are not there at all; those in `partly` have lost
    entries, so a name that they define may be missing."""

    partly: frozenset[str] = frozenset()
    wholly: frozenset[str] = frozenset()

    def lacks(self, *parts: str) -> bool:
        """Whether one of these parts is not there at all."""
        return not self.wholly.isdisjoint(parts)

    def touches(self, *parts: str) -> bool:
        """Whether something is missing in one of these parts."""
        return self.lacks(*parts) or not self.partly.isdisjoint(parts)

    def joined(self, other: Unread) -> Unread:
        """Both."""
        return Unread(self.partly | other.partly, self.wholly | other.wholly)


ALL_READ = Unread()


class _Anything(Collection[str]):
    """A collection that every name is in, for names whose file could not be read."""

    def __contains__(self, name: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


ANYTHING = _Anything()


def entry_of(data: Any, loc: Entry, *, of_items: bool, unknown_key: bool) -> Entry | None:
    """The entry to leave out so that a mistake at `loc` does not keep the rest of a file from being read; None where that
    would take something away without which the file says nothing.

    In a file that is a list, or a mapping of items by name (`of_items`): the item. In a file of several parts: an item of
    one of them. A whole item goes, because half a condition would say something else. `unknown_key`: the mistake is a key
    that nobody asked for.
    """
    path: Entry = ()
    for step in loc:
        if isinstance(data, dict) and step in data:
            data, path = data[step], (*path, step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data, path = data[step], (*path, step)
    if of_items:
        return path[:1] or None
    return path[:2] if len(path) > 1 or unknown_key and path else None
