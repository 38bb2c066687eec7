"""Reads the files of one kit, system or scenario: every mistake is collected, and what can be read is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast, get_origin

from pydantic import TypeAdapter, ValidationError

from hotwash.kernel.errors import ContentError, Located, Problem
from hotwash.kit.mistakes import in_order, problems_of
from hotwash.kit.partial import Unread, entry_of
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
        self._partly: set[str] = set()
        self._wholly: set[str] = set()

    @property
    def unread(self) -> Unread:
        """What is missing in the parts that were read, and which parts are missing."""
        return Unread(frozenset(self._partly), frozenset(self._wholly))

    @property
    def sources(self) -> Sources:
        return Sources(self.documents)

    def done(self, value: T) -> T:
        """The value, when nothing was wrong anywhere."""
        raise_all(self.problems)
        return value

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
            self._wholly.add(field)
            return None
        if not isinstance(document.data, dict) or field not in document.data:
            self.problems.append(Problem(document.where(), f"'{field}' is missing", f"Add '{field}:' with a mapping."))
            self._wholly.add(field)
            return None
        self.documents[(field,)] = document.part(field)
        return self._typed((field,), self.documents[(field,)], *kit_field(field), name=field)

    def head(self, document: Document | None) -> dict[str, Any]:
        """Id, title and version of a kit, and what else stands in `kit.yaml`."""
        wanted, also = ("id", "title", "version"), ("extends", "activities")
        if document is None:
            self._wholly.update((*wanted, *also))
            return {}
        data = document.data if isinstance(document.data, dict) else {}
        for name in data:
            if name not in (*wanted, *also):
                where = document.where((name,), key=True)
                self.problems.append(
                    Problem(where, f"'{name}' is not a key of this", "Write id, title, version and activities.")
                )
        missing = [name for name in wanted if name not in data]
        for name in missing:
            self.problems.append(Problem(document.where(), f"'{name}' is missing", f"Add '{name}:' with text."))
        present = [name for name in (*wanted, *also) if name in data]
        return {name: self._typed((name,), document.part(name), *kit_field(name), name=name) for name in present}

    def pages(self, folder: Path, kind: type[T], field: str) -> list[T]:
        """Every Markdown file of a folder, by name; its front matter has all of a page but the text."""
        found: list[T] = []
        for file in sorted(folder.glob("*.md")):
            document = self._read(file, read_front_matter)
            data = {**document.data, "text": document.body} if document and isinstance(document.data, dict) else None
            try:
                found.append(adapter_of(cast("Any", kind)).validate_python(data if document and data else None))
            except ValidationError as wrong:
                self.problems += problems_of(wrong, document, kind, "the front matter") if document else []
                self._partly.add(field)
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
            self._wholly.add(str(place[0]))
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
        for _ in range(TRIES):
            entries = {
                entry_of(document.data, one["loc"], of_items=of_items, unknown_key=one["type"] == "extra_forbidden")
                for one in wrong.errors(include_url=False, include_input=False)
            }
            left_out = {entry for entry in entries if entry is not None}
            if len(left_out) < len(entries):
                break
            document = document.without(left_out)
            try:
                value = adapter.validate_python(document.data)
            except ValidationError as still:
                wrong = still
                continue
            self.documents[place] = document
            self._partly.add(part)
            return value
        self._wholly.add(part)
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
