"""Where everything in loaded content stands: from a path in the models to file, line and column."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from hotwash.kernel.errors import Located, Problem
from hotwash.kit.text import Document

Place = tuple[str | int, ...]
"""Top key (a kit file's field, `system`, `scenario`, `world`, `msel`, `key`, `brief`, `guide`), then keys and indexes."""


@dataclass(frozen=True)
class Sources:
    """The documents of loaded content by the place that they start at."""

    documents: Mapping[Place, Document] = field(default_factory=dict)

    def where(self, place: Place, *, key: bool = False) -> Located:
        """The place in a file. Content that was not read from files is located by its top key alone."""
        for length in range(len(place), 0, -1):
            if document := self.documents.get(place[:length]):
                return document.where(place[length:], key=key)
        return Located(Path(str(place[0])))

    def where_it_says(self, words: str | re.Pattern[str], place: Place) -> Located:
        """The place at which words stand in a text, or after the front matter of its page."""
        for length in range(len(place), 0, -1):
            if document := self.documents.get(place[:length]):
                return document.where_it_says(words, place[length:])
        return Located(Path(str(place[0])))

    def joined(self, other: Sources) -> Sources:
        """Both; of two documents at one place, the other's."""
        return Sources({**self.documents, **other.documents})


NOWHERE = Sources()


@dataclass
class Findings:
    """Collects problems at places."""

    sources: Sources
    problems: list[Problem] = field(default_factory=list)

    def add(self, place: Place, found: str, write: str, *, key: bool = False) -> None:
        """Note one problem."""
        self.problems.append(Problem(self.sources.where(place, key=key), found, write))

    def add_in_text(self, place: Place, words: str | re.Pattern[str], found: str, write: str) -> None:
        """Note one problem at certain words of a text."""
        self.problems.append(Problem(self.sources.where_it_says(words, place), found, write))
