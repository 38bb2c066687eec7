"""Reads the files of one kit, system or scenario: every mistake is collected, and what can be read is kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast, get_origin

from pydantic import TypeAdapter, ValidationError

from hotwash.kernel.errors import ContentError, Located, Problem
from hotwash.kit.mistakes import in_order, problems_of
from hotwash.kit.names import instead
from hotwash.kit.partial import ALL_READ, Unread, entry_of, name_of
from hotwash.kit.schema.kit import Kit
from hotwash.kit.sources import Place, Sources
from hotwash.kit.text import Document, read_front_matter, read_text, read_yaml

T = TypeVar("T")
TRIES = 3
"""How often entries with mistakes are left out: what leans on one of them shows only once it is gone."""


class Reader:
    """Reads several files, keeps their sources, and raises all problems together."""

    def __init__(self) -> None:
        self.documents: dict[Place, Document] = {}
        self.problems: list[Problem] = []
        self._unread = ALL_READ

    @property
    def unread(self) -> Unread:
        """What is missing in the parts that were read, and which parts are missing."""
        return self._unread

    @property
    def sources(self) -> Sources:
        return Sources(self.documents)

    def done(self, value: T) -> T:
        """The value, when nothing was wrong anywhere."""
        raise_all(self.problems)
        return value

    def missing(self, part: str, problem: Problem) -> None:
        """Note a part that is not there."""
        self._lost(part)
        self.problems.append(problem)

    def _lost(self, *parts: str) -> None:
        self._unread = self._unread.joined(Unread(wholly=frozenset(parts)))

    def _left_out(self, part: str, names: Collection[str | None]) -> None:
        """Note entries that were left out, by the names that they define."""
        known, partly = frozenset((part, name) for name in names if name is not None), frozenset([part])
        self._unread = self._unread.joined(Unread(partly, vague=partly if None in names else frozenset(), names=known))

    def model(self, file: Path, place: Place, kind: type[T]) -> T:
        """One file as one type. Entries with mistakes are left out, and a file without sense comes back as None: see
        `unread`, or call `done`, which raises before anybody sees it."""
        value: T = self._typed(place, self.document(file, place), adapter_of(cast("Any", kind)), kind)
        return value

    def field(self, file: Path, place: Place, field: str) -> Any:
        """One file as one field of the kit."""
        return self._typed(place, self.document(file, place), *kit_field(field))

    def part(self, document: Document | None, field: str) -> Any:
        """One top key of a file as one field of the kit."""
        if document is None:
            self._lost(field)
            return None
        if not isinstance(document.data, dict) or field not in document.data:
            said = Problem(document.where(), f"'{field}' is missing", f"Add '{field}:' with a mapping.")
            self.missing(field, said)
            return None
        self.documents[(field,)] = document.part(field)
        return self._typed((field,), self.documents[(field,)], *kit_field(field), name=field)

    def head(self, document: Document | None) -> dict[str, Any]:
        """Id, title and version of a kit, and what else stands in `kit.yaml`."""
        wanted, also = ("id", "title", "version"), ("extends", "activities")
        if document is None:
            self._lost(*wanted, *also)
            return {}
        self.no_other_keys(document, (*wanted, *also))
        data = document.data if isinstance(document.data, dict) else {}
        missing = [name for name in wanted if name not in data]
        for name in missing:
            self.problems.append(Problem(document.where(), f"'{name}' is missing", f"Add '{name}:' with text."))
        present = [name for name in (*wanted, *also) if name in data]
        return {name: self._typed((name,), document.part(name), *kit_field(name), name=name) for name in present}

    def no_other_keys(self, document: Document | None, wanted: Sequence[str]) -> None:
        """Note every top key of a file that is not among those wanted."""
        if document is None or not isinstance(document.data, dict):
            return
        for name in document.data:
            if name not in wanted:
                where = document.where((name,), key=True)
                self.problems.append(Problem(where, f"'{name}' is not a key of this", instead(str(name), wanted)))

    def pages(self, folder: Path, kind: type[T], field: str) -> list[T]:
        """Every Markdown file of a folder, by name; its front matter has all of a page but the text."""
        found: list[T] = []
        for file in sorted(folder.glob("*.md")):
            document = self._read(file, read_front_matter)
            data = {**document.data, "text": document.body} if document and isinstance(document.data, dict) else None
            try:
                found.append(adapter_of(cast("Any", kind)).validate_python(data))
            except ValidationError as wrong:
                self.problems += problems_of(wrong, document, kind, "the front matter") if document else []
                self._left_out(field, [name_of([data], (0,))])
            else:
                self.documents[(field, len(found) - 1)] = cast("Document", document)
        return found

    def markdown(self, file: Path, place: Place) -> str:
        """The text of a file."""
        text = self._read(file, read_text) or ""
        self.documents[place] = Document(file, text, None, text=text)
        if not text.strip() and file.exists():
            self.problems.append(Problem(Located(file), "the file is empty", "Write it."))
        return text

    def document(self, file: Path, place: Place) -> Document | None:
        """One YAML file, noted at its place."""
        document = self._read(file, read_yaml)
        if document is not None:
            self.documents[place] = document
        else:
            self._lost(str(place[0]))
        return document

    def _read(self, file: Path, read: Callable[[Path], T]) -> T | None:
        try:
            return read(file)
        except ContentError as wrong:
            self.problems += wrong.problems
            return None

    def _typed(
        self, place: Place, document: Document | None, adapter: TypeAdapter[Any], kind: Any, name: str = "the file"
    ) -> Any:
        if document is None:
            return None
        try:
            return adapter.validate_python(document.data)
        except ValidationError as wrong:
            self.problems += problems_of(wrong, document, kind, name)
            return self._rest(place, document, adapter, kind, wrong)

    def _rest(
        self, place: Place, document: Document, adapter: TypeAdapter[Any], kind: Any, wrong: ValidationError
    ) -> Any:
        """What a file says without the entries that have mistakes; None where nothing sensible is left."""
        part, of_items = str(place[0]), get_origin(kind) in (list, dict)
        names: list[str | None] = []
        for _ in range(TRIES):
            entries = {
                entry_of(document.data, one["loc"], of_items=of_items, unknown_key=one["type"] == "extra_forbidden")
                for one in wrong.errors(include_url=False, include_input=False)
            }
            left_out = {entry for entry in entries if entry is not None}
            if len(left_out) < len(entries):
                break
            names += [name_of(document.data, entry) for entry in left_out]
            document = document.without(left_out)
            try:
                value = adapter.validate_python(document.data)
            except ValidationError as still:
                wrong = still
                continue
            self.documents[place] = document
            self._left_out(part, names)
            return value
        self._lost(part)
        return None


@cache
def adapter_of(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


@cache
def kit_field(field: str) -> tuple[TypeAdapter[Any], Any]:
    annotation = Kit.model_fields[field].rebuild_annotation()
    return TypeAdapter(annotation), annotation


def raise_all(problems: Sequence[Problem]) -> None:
    """Raise a ContentError with all problems, if there are any."""
    if problems:
        raise ContentError(in_order(problems))
