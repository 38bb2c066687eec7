"""NIST's own schema of a plan of action and milestones, as a validator that also looks at dates and addresses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import jsonschema

from tests.support.project import ROOT

FILE = ROOT / "tests" / "data" / "foreign" / "oscal-poam-1.2.1.schema.json"


@cache
def validator() -> jsonschema.Draft7Validator:
    """Draft 7, formats checked. Patterns are in the dialect of ECMAScript: classes of Unicode and the end of a text are said as Python says them."""
    schema = _in_python(json.loads(FILE.read_text()))
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema, format_checker=_formats())


def misfits(body: Any) -> list[str]:
    """Every place that does not fit, in words."""
    return [f"{'.'.join(map(str, one.absolute_path))}: {one.message[:200]}" for one in validator().iter_errors(body)]


def _in_python(value: Any) -> Any:
    if isinstance(value, list):
        return [_in_python(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _pattern(one) if key == "pattern" and isinstance(one, str) else _in_python(one)
        for key, one in value.items()
    }


def _pattern(text: str) -> str:
    said = text.replace(r"\p{L}", r"[^\W\d_]").replace(r"\p{N}", r"\d")
    assert r"\p" not in said, f"a class that Python has no word for: {text}"
    return re.sub(r"\$$", r"\\Z", said)


def _formats() -> jsonschema.FormatChecker:
    """The library checks neither moments nor addresses by itself: a format that nobody checks would be no check."""
    checker = jsonschema.FormatChecker()
    checks: dict[str, Callable[[Any], bool]] = {
        "date-time": lambda one: not isinstance(one, str) or datetime.fromisoformat(one).tzinfo is not None,
        "uri": lambda one: not isinstance(one, str) or bool(urlsplit(one).scheme),
        "uri-reference": lambda one: not isinstance(one, str) or bool(urlsplit(one).geturl()),
    }
    for name, check in checks.items():
        checker.checks(name, raises=ValueError)(check)
    return checker
