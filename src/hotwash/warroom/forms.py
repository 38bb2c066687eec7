"""From a command to the form that gives it, and back. The field list is the command's own; only words are added here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from pydantic import ValidationError

from hotwash.drill.commands import COMMANDS, Action
from hotwash.drill.design import DrillDesign
from hotwash.kernel.errors import HotwashError

Options = Sequence[tuple[str, str]]
"""(value, label)."""
Kind = Literal["text", "area", "choice", "many", "scope", "number", "check", "minutes", "list", "arguments"]


class Submitted(Protocol):
    """A form as it was sent: Starlette's FormData, and a mapping in tests."""

    def getlist(self, key: Any) -> list[Any]:
        """All values of a field."""
        ...

    def __iter__(self) -> Any: ...


class FormError(HotwashError):
    """A field that cannot be read. `field` names it."""

    code = "form"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Field:
    """One field: `options` for choices, from the design; `hint` stands under it."""

    name: str
    label: str
    kind: Kind = "text"
    options: Callable[[DrillDesign], Options] | None = None
    required: bool = True
    hint: str = ""
    value: str = ""


@dataclass(frozen=True)
class Form:
    """How one command is given. `makes` is the field that gets a fresh id; `confirm` is asked before something is lost."""

    do: str
    title: str
    button: str
    fields: tuple[Field, ...] = ()
    hint: str = ""
    makes: str = ""
    confirm: str = ""

    @property
    def open(self) -> bool:
        """It has something to fill in."""
        return bool(self.fields)


def read_action(
    form: Form, sent: Submitted, fresh: Callable[[str], str], given: Mapping[str, Any] | None = None
) -> Action:
    """The action of a submitted form. Raises FormError for the first field that cannot be read.

    `fresh` makes an id for what the command brings into the world: `hypothesis` → `ic-hypothesis-3`. `given` is what follows from
    other fields and is not asked for.
    """
    body: dict[str, Any] = dict(given or {})
    for field in form.fields:
        value = _value(field, sent)
        if value is not None:
            body[field.name] = value
    known = {field.name for field in form.fields}
    for name in COMMANDS[form.do].model_fields:
        if name not in known and name != "do" and name not in body and (hidden := _first(sent, name)):
            body[name] = hidden
    if form.makes and not body.get(form.makes):
        body[form.makes] = fresh(form.makes)
    try:
        return COMMANDS[form.do].model_validate(body, strict=False)  # type: ignore[return-value]  # COMMANDS holds the members of Action
    except ValidationError as wrong:
        first = wrong.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else ""
        label = next((one.label for one in form.fields if one.name == name), name)
        said = first["msg"].removeprefix("Value error, ")
        raise FormError(name, f"{label}: {said[0].lower()}{said[1:]}") from wrong


def _value(field: Field, sent: Submitted) -> Any:
    match field.kind:
        case "many":
            return tuple(str(one) for one in sent.getlist(field.name) if one)
        case "list":
            return tuple(one.strip() for one in _first(sent, field.name).replace("\n", ",").split(",") if one.strip())
        case "scope":
            return _nested(field, sent, lambda values: values)
        case "arguments":
            return _nested(field, sent, lambda values: int(values[0]) if values[0].lstrip("-").isdigit() else values[0])
        case "check":
            return bool(_first(sent, field.name))
        case "number":
            return _number(field, _first(sent, field.name), 1)
        case "minutes":
            minutes = _number(field, _first(sent, field.name), 60_000)
            return None if minutes is None else round(minutes)
        case _:
            text = _first(sent, field.name)
            if field.required and not text:
                raise FormError(field.name, f"{field.label}: this is needed; write it in a few words.")
            return text or (None if field.kind == "choice" else "")


def _nested(field: Field, sent: Submitted, read: Callable[[list[str]], Any]) -> dict[str, Any]:
    prefix = f"{field.name}."
    names = sorted({str(name) for name in sent if str(name).startswith(prefix)})
    found = {name.removeprefix(prefix): [str(one) for one in sent.getlist(name) if str(one).strip()] for name in names}
    return {name: read(values) for name, values in found.items() if values}


def _number(field: Field, text: str, unit: int) -> int | float | None:
    if not text:
        if field.required:
            raise FormError(field.name, f"{field.label}: write a number.")
        return None
    try:
        number = float(text) * unit
    except ValueError as wrong:
        raise FormError(field.name, f"{field.label}: '{text}' is not a number; write one like 12 or 0.5.") from wrong
    return int(number) if number == int(number) else number


def _first(sent: Submitted, name: str) -> str:
    return next((str(one).strip() for one in sent.getlist(name)), "")


def plain(form: Mapping[str, str | list[str]]) -> Submitted:
    """A mapping as a submitted form, for callers without a browser."""
    return _Plain(form)


class _Plain:
    def __init__(self, form: Mapping[str, str | list[str]]) -> None:
        self._form = form

    def getlist(self, key: Any) -> list[Any]:
        """All values of a field."""
        value = self._form.get(key, [])
        return value if isinstance(value, list) else [value]

    def __iter__(self) -> Any:
        return iter(self._form)
