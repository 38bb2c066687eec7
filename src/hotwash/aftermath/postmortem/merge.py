"""Three-way merge of a postmortem: what was built before, what people made of it, what is built now.

Parts are matched by id, lines inside a part as diff3 does (Khanna, Kunal and Pierce, 2007). Three promises, held by property tests: no line that
a person wrote is lost; without a new finding nothing changes; where both sides changed the same lines, the person's stay and what is
built now stands beside them, marked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from hotwash.aftermath.postmortem.layout import Chunk, chunks
from hotwash.aftermath.postmortem.marks import conflict_note

Lines = tuple[str, ...]


@dataclass(frozen=True)
class Merged:
    """The text, and how many conflicts were marked by this merge."""

    text: str
    conflicts: int


def merge(before: str | None, edited: str | None, now: str) -> Merged:
    """The postmortem after a rebuild. Without `edited`, what is built now; without `before` (lost), what both have in common stands for it."""
    if edited is None:
        return Merged(now, 0)
    mine = edited.replace("\r\n", "\n").replace("\r", "\n")
    old, yours, new = ({one.name: one for one in chunks(text) if one.name} for text in (before or "", mine, now))
    stale = {name for name in yours if name not in new and (name not in old or old[name].body != yours[name].body)}
    skeletons = [_skeleton(text, stale) for text in (before or "", mine, now)]
    base = skeletons[0] if before is not None else _common(skeletons[1], skeletons[2])
    kept = merge_lines(base, skeletons[1], skeletons[2], _both)
    writer = _Writer(old, yours, new, stale if before is not None else set())
    lines = [line for one in kept for line in writer.written(one)]
    return Merged("\n".join(lines), writer.conflicts)


def merge_lines(base: Lines, mine: Lines, built: Lines, decide: Callable[[Lines, Lines, Lines], Lines]) -> Lines:
    """diff3 over lines; `decide` is asked (base, mine, built) where both changed the same stretch in different ways."""
    to_mine, to_built = _matches(base, mine), _matches(base, built)
    merged: list[str] = []
    i = j = k = 0
    for stable in [one for one in range(len(base)) if one in to_mine and one in to_built] + [len(base)]:
        a, b = to_mine.get(stable, len(mine)), to_built.get(stable, len(built))
        merged += _resolved(base[i:stable], mine[j:a], built[k:b], decide)
        if stable < len(base):
            merged.append(base[stable])
        i, j, k = stable + 1, a + 1, b + 1
    return tuple(merged)


def _resolved(base: Lines, mine: Lines, built: Lines, decide: Callable[[Lines, Lines, Lines], Lines]) -> Lines:
    if mine == base:
        return built
    if built in (base, mine):
        return mine
    return decide(base, mine, built)


def _matches(one: Lines, other: Lines) -> Mapping[int, int]:
    found = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return {block.a + i: block.b + i for block in found for i in range(block.size)}


def _common(one: Lines, other: Lines) -> Lines:
    return tuple(one[at] for at in sorted(_matches(one, other)))


def _both(base: Lines, mine: Lines, built: Lines) -> Lines:
    """Between parts: what people wrote, then what is new; only headings and parts are ever built there."""
    there = {*base, *mine}
    return (*mine, *(line for line in built if line not in there))


PLACE = "\0"
"""Before the name of a part that stands for its lines while the text around it is merged; no text file holds it."""


def _skeleton(text: str, stale: set[str]) -> Lines:
    lines: list[str] = []
    for one in chunks(text):
        lines += [PLACE + one.name] if one.name and one.name not in stale else one.lines
    return tuple(lines)


class _Writer:
    """Puts the parts back into the merged text, each once."""

    def __init__(
        self, old: Mapping[str, Chunk], yours: Mapping[str, Chunk], new: Mapping[str, Chunk], stale: set[str]
    ) -> None:
        self._old, self._yours, self._new = old, yours, new
        self._left = set(stale) & set(old)
        self._written: set[str] = set()
        self.conflicts = 0

    def written(self, line: str) -> Iterator[str]:
        """The lines that one line of the skeleton stands for."""
        if not line.startswith(PLACE):
            yield line
            yield from self._gone(line)
            return
        name = line.removeprefix(PLACE)
        if name in self._written:
            return
        self._written.add(name)
        yield from self._part(name)

    def _part(self, name: str) -> Iterator[str]:
        yours, new = self._yours.get(name), self._new.get(name)
        if yours is None or new is None:
            yield from (new or yours or self._old[name]).lines
            return
        base = self._old[name].body if name in self._old else _common(yours.body, new.body)
        told: list[str] = []

        def decide(_: Lines, mine: Lines, built: Lines) -> Lines:
            told.extend(built)
            return mine

        yield from yours.with_body(merge_lines(base, yours.body, new.body, decide))
        if told:
            self.conflicts += 1
            yield from ("", *conflict_note(name, tuple(told)))

    def _gone(self, line: str) -> Iterator[str]:
        """After the last line of an edited part that is no longer built: that it is not."""
        for name in sorted(self._left):
            if line == self._yours[name].lines[-1]:
                self._left.discard(name)
                self.conflicts += 1
                yield from ("", *conflict_note(name, ()))
