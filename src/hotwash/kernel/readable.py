"""JSON that people read too: indented, one line break at the end."""

from __future__ import annotations

import json
from math import isnan
from typing import Any


def readable(value: object, *, sort: bool = True) -> str:
    """A value as indented JSON; `sort` orders keys, so that the same value is the same text. Raises TypeError for what JSON does not have."""
    return json.dumps(value, indent=1, ensure_ascii=False, sort_keys=sort) + "\n"


def without_nan(value: Any) -> Any:
    """JSON has no NaN: what cannot be computed is null."""
    if isinstance(value, dict):
        return {name: without_nan(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(one) for one in value]
    return None if isinstance(value, float) and isnan(value) else value
