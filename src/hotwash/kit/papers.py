"""Papers written after a drill: text that people edit, read into models, with the place of everything in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from pydantic import ValidationError

from hotwash.kernel.errors import ContentError, Located, Problem
from hotwash.kernel.twice import twice
from hotwash.kit.mistakes import in_order, problems_of
from hotwash.kit.reader import adapter_of
from hotwash.kit.schema.causes import OPEN
from hotwash.kit.text import Document, Steps, parse_yaml

T = TypeVar("T")


@dataclass(frozen=True)
class Paper(Generic[T]):
    """One paper: `value` is None where its form is wrong, and `problems` then say how."""

    value: T | None
    document: Document
    problems: tuple[Problem, ...] = ()

    def at(self, *path: str | int) -> Located:
        """The place of a value, or of the nearest thing around it that is there."""
        return self.document.where(path)

    def whole(self) -> T:
        """The value. Raises ContentError with what is wrong in its form."""
        if self.value is None:
            raise ContentError(list(self.problems))
        return self.value

    def still_open(self) -> Iterator[Problem]:
        """Every text that is still a question to be answered."""
        for path, said in _texts(self.document.data, ()):
            if said.startswith(OPEN):
                asked = said.removeprefix(OPEN).strip(":?. ") or "nobody has said"
                yield Problem(self.at(*path), f"still open: {asked}", "Answer it from the record, and leave OPEN out.")

    def there_twice(self, part: str, what: str, ids: Sequence[str]) -> Iterator[Problem]:
        """Every entry of the list `part` whose id another entry has too; `what` is what an entry is called."""
        again = set(twice(ids))
        for n, one in enumerate(ids):
            if one in again:
                yield Problem(self.at(part, n, "id"), f"the {what} '{one}' is there twice", "Give one another id.")


def read_paper(text: str, file: Path, kind: type[T]) -> Paper[T]:
    """A paper from its text; nothing is raised, since people look at half-written papers."""
    try:
        document = replace(parse_yaml(text, file), text=text)
    except ContentError as wrong:
        return Paper(None, Document(file, None, None, text=text), tuple(wrong.problems))
    try:
        value: T = adapter_of(cast("Any", kind)).validate_python(document.data)
    except ValidationError as wrong:
        return Paper(None, document, tuple(in_order(problems_of(wrong, document, kind, "the file"))))
    return Paper(value, document)


def _texts(data: Any, path: Steps) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(data, str):
        yield (*path,), data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from _texts(value, (*path, key))
    elif isinstance(data, list):
        for place, value in enumerate(data):
            yield from _texts(value, (*path, place))
