"""Content of which a part could not be read: what is left is checked, and nothing is concluded from what is missing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

Entry = tuple[str | int, ...]
"""The way to an entry of a list or mapping in a file."""


class _Anything(Collection[str]):
    """A collection that every name is in, for names whose file could not be read."""

    def __contains__(self, name: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


ANYTHING: Collection[str] = _Anything()


@dataclass(frozen=True)
class Unread:
    """Names of parts (top keys of `sources.Place`). Those in `wholly` are not there at all; those in `partly` have lost
    entries. `names` are what the lost entries define, as (part, name); for parts in `vague` that is not known."""

    partly: frozenset[str] = frozenset()
    wholly: frozenset[str] = frozenset()
    vague: frozenset[str] = frozenset()
    names: frozenset[tuple[str, str]] = frozenset()

    def lacks(self, *parts: str) -> bool:
        """Whether one of these parts is not there at all."""
        return not self.wholly.isdisjoint(parts)

    def touches(self, *parts: str) -> bool:
        """Whether something is missing in one of these parts."""
        return self.lacks(*parts) or not self.partly.isdisjoint(parts)

    def joined(self, other: Unread) -> Unread:
        """Both."""
        return Unread(
            self.partly | other.partly,
            self.wholly | other.wholly,
            self.vague | other.vague,
            self.names | other.names,
        )

    def defined(self, part: str, names: Callable[[], Collection[str]]) -> Collection[str]:
        """Names that a part defines: those that were read and those of its lost entries; any name where nobody knows."""
        if self.lacks(part) or part in self.vague:
            return ANYTHING
        lost = {name for owner, name in self.names if owner == part}
        return {*names(), *lost} if lost else names()


ALL_READ = Unread()


def entry_of(data: Any, loc: Entry, *, of_items: bool, unknown_key: bool) -> Entry | None:
    """The entry to leave out so that a mistake at `loc` does not keep the rest of a file from being read; None where that
    would take something away without which the file says nothing.

    In a file that is a list, or a mapping of items by name (`of_items`): the item. In a file of several parts: an item of
    one of them. A whole item goes, because half a condition would say something else. `unknown_key`: the mistake is a key
    that nobody asked for.
    """
    path: Entry = ()
    for step in loc:
        match data, step:
            case dict(), _ if step in data:
                data, path = data[step], (*path, step)
            case list(), int(index) if index < len(data):
                data, path = data[index], (*path, step)
    if of_items:
        return path[:1] or None
    return path[:2] if len(path) > 1 or (unknown_key and path) else None


def name_of(data: Any, entry: Entry) -> str | None:
    """The name that an entry defines: its key in a mapping, its id in a list; None where it has none."""
    if isinstance(entry[-1], str):
        return entry[-1]
    for step in entry:
        data = data[step]
    found = data.get("id") if isinstance(data, dict) else None
    return found if isinstance(found, str) else None
