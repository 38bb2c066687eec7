"""A file held against the JSON Schema of its format. The schema is a file that the user has; what it refers to is read beside it, and
nothing is fetched."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from hotwash.kernel.errors import ContentError, NotSupportedError
from hotwash.kit.exchange.given import read_object
from hotwash.kit.text import read_text

INSTALL = "a schema needs the package 'jsonschema': install hotwash[schema]"
LONGEST = 200
"""Characters of one breach: some messages hold the whole document."""
CLASSES = {r"\p{L}": r"[^\W\d_]", r"\p{N}": r"\d", r"\p{Nd}": r"\d"}
"""Classes of Unicode that schemas write in the dialect of ECMAScript → the same for Python."""


@dataclass(frozen=True)
class Fit:
    """How a file fits: the schema's file, what it calls itself, the draft that it is written in, and each breach by its place."""

    schema: Path
    title: str
    draft: str
    breaches: tuple[str, ...]


def held_against(file: Path, schema: Path) -> Fit:
    """Every breach of one JSON file against a schema: a file, or a folder that holds one at its top.

    Raises ContentError for a file or schema that cannot be read or used, NotSupportedError without the library.
    """
    try:
        import jsonschema
        from jsonschema.exceptions import SchemaError, best_match
        from referencing.exceptions import Unresolvable
    except ModuleNotFoundError as absent:
        raise NotSupportedError(INSTALL) from absent
    body, main = read_object(read_text(file), file), _main(schema)
    rules = _in_python(read_object(read_text(main), main), main)
    draft = jsonschema.validators.validator_for(
        rules, default=None if "$schema" in rules else jsonschema.Draft202012Validator
    )
    if draft is None:
        said = f"is written in {rules['$schema']!r}, which is no draft that can be read"
        raise ContentError.at(main, said, "Name a schema of draft 3, 4, 6, 7, 2019-09 or 2020-12.")
    try:
        draft.check_schema(rules)
        validator = draft(rules, registry=_registry(rules, main, draft), format_checker=_formats(draft))
        found = [best_match([one]) for one in validator.iter_errors(body)]
    except SchemaError as broken:
        said = f"is no JSON Schema: at {broken.json_path}, {broken.message[:LONGEST]}"
        raise ContentError.at(main, said, "Name the file as its owner publishes it.") from broken
    except Unresolvable as beyond:
        said = f"refers to '{beyond.ref}', which is not there"
        write = "Nothing is fetched: put the files of the schema beside it, in the folders that they are published in."
        raise ContentError.at(main, said, write) from beyond
    except RecursionError as endless:
        raise ContentError.at(main, "refers to itself without end", "Name a schema that can be used.") from endless
    told = sorted((one.json_path, one.message) for one in found)
    breaches = tuple(f"{where}: {message[:LONGEST]}" for where, message in told)
    return Fit(main, _title(rules, main), draft.__name__.removesuffix("Validator"), breaches)


def _main(schema: Path) -> Path:
    """The schema's file; of a folder the one at its top that says it is one. Raises ContentError where there is none, or a choice."""
    if not schema.is_dir():
        return schema
    there = [one for one in sorted(schema.glob("*.json")) if "$schema" in read_object(read_text(one), one)]
    if len(there) == 1:
        return there[0]
    said = f"holds {len(there)} schemas" if there else "holds no schema at its top"
    names = ", ".join(one.name for one in there)
    raise ContentError.at(schema, said, f"Name one of them: {names}." if there else "Name the file of the schema.")


def _title(rules: dict[str, Any], main: Path) -> str:
    """What a schema calls itself: the first line of its title or description, or the name of its file."""
    said = next((one for key in ("title", "description") if isinstance(one := rules.get(key), str) and one), main.name)
    return said.splitlines()[0][:80].rstrip(".")


def _registry(rules: dict[str, Any], main: Path, draft: Any) -> Any:
    """Finds what a schema refers to: under its own address beside its own file, whatever server the address names."""
    from jsonschema_specifications import REGISTRY
    from referencing import Registry, Resource
    from referencing.exceptions import NoSuchResource
    from referencing.jsonschema import specification_with

    default = specification_with(draft.META_SCHEMA.get("$schema", ""))
    home = _address(rules) or main.resolve().as_uri()

    def retrieve(address: str) -> Resource[Any]:
        wanted, base = urlsplit(address), urlsplit(home)
        beside = posixpath.relpath(wanted.path, posixpath.dirname(base.path))
        file = main.resolve().parent / unquote(beside)
        if (wanted.scheme, wanted.netloc) != (base.scheme, base.netloc) or not file.is_file():
            raise NoSuchResource(ref=address)
        found = _in_python(read_object(read_text(file), file), file)
        return Resource.from_contents(found, default_specification=default)

    known = REGISTRY.combine(Registry(retrieve=retrieve))
    return known.with_resource(home, Resource.from_contents(rules, default_specification=default))


def _address(rules: dict[str, Any]) -> str:
    """The address that a schema gives itself, if it is a whole one."""
    said = rules.get("$id") or rules.get("id")
    return said.rstrip("#") if isinstance(said, str) and urlsplit(said).scheme and urlsplit(said).path else ""


def _in_python(value: Any, file: Path) -> Any:
    """A schema with its patterns as Python reads them. Raises ContentError for one that it cannot read."""
    if isinstance(value, list):
        return [_in_python(one, file) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _pattern(one, file) if key == "pattern" and isinstance(one, str)
        else {_pattern(name, file): _in_python(rule, file) for name, rule in one.items()} if key == "patternProperties" and isinstance(one, dict)
        else _in_python(one, file)
        for key, one in value.items()
    }  # fmt: skip


def _pattern(text: str, file: Path) -> str:
    said = text
    for theirs, ours in CLASSES.items():
        said = said.replace(theirs, ours)
    said = re.sub(r"(?<!\\)\$$", r"\\Z", said)  # the end of a text alone, not before a last line break too
    try:
        re.compile(said)
    except re.error as broken:
        raise ContentError.at(file, f"has a pattern that cannot be read: {text!r}", "Name another schema.") from broken
    return said


def _formats(draft: Any) -> Any:
    """What the library checks by itself, and moments and addresses, which it leaves to other packages: what nobody checks is no check."""
    import jsonschema

    checker = jsonschema.FormatChecker(formats=())
    checker.checkers = dict(draft.FORMAT_CHECKER.checkers)
    checks: dict[str, Callable[[str], bool]] = {
        "date-time": lambda one: datetime.fromisoformat(one).tzinfo is not None,
        "uri": lambda one: bool(urlsplit(one).scheme),
        "uri-reference": lambda one: urlsplit(one) is not None,
    }
    for name, check in checks.items():
        checker.checks(name, raises=ValueError)(_of_text(check))
    return checker


def _of_text(check: Callable[[str], bool]) -> Callable[[object], bool]:
    """A format says something about text alone."""
    return lambda one: not isinstance(one, str) or check(one)
