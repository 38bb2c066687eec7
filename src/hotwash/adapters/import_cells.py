"""From a source's values to cells of our columns: every value is typed, bounded and writable, and what had to change is counted."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeGuard

from hotwash.adapters.import_units import Row, Tally
from hotwash.triage.canonical import FIELDS, Cell

LONGEST_TEXT = 1_000_000
"""Characters of a raw text that are kept."""
LONGEST_NAME = 1_000
"""Characters of a text that is no raw text: a name, a version, a segment."""
LONGEST_PART = 200_000
"""Characters of one text inside a JSON column."""
LARGEST_JSON = 2_000_000
"""Characters of a JSON column, roughly: what stands behind that is left out."""
DEEPEST = 50
"""Levels of a JSON column."""
EARLY_US = 946_684_800_000_000
"""The year 2000: nothing that we read was recorded before."""
DAY_US = 86_400_000_000
SCALES = ((10**11, 1_000_000.0), (10**14, 1_000.0), (10**17, 1.0), (10**20, 0.001))
"""What a number since 1970 counts, by its size: seconds, ms, µs, ns; and what makes it µs."""
LATEST_US = 253_402_300_799_999_999
"""The end of the year 9999."""
_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_BROKEN = re.compile(r"[\x00\ud800-\udfff]")
_WHOLE = re.compile(r"[+-]?\d{1,19}")


def cells(row: Row, tally: Tally, now_us: int) -> dict[str, str | None]:
    """What the columns of a row hold, as text that the writer casts: times in µs since 1970 UTC, JSON as JSON. A column
    without a value is not there. `now_us` is the moment after which, by a day, a time lies in the future."""
    found: dict[str, str | None] = {name: cell(value, name, tally) for name, value in row.items() if value is not None}
    if (at := found.get("at")) is None:
        tally.note("no time: counted only where no window is asked for")
    elif int(at) > now_us + DAY_US:
        tally.note("time in the future")
    elif int(at) < EARLY_US:
        tally.note("time before the year 2000")
    if (found.get("latency_ms") or "").startswith("-"):
        tally.note("it ends before it begins: duration left empty")
        found["latency_ms"] = None
    return {name: value for name, value in found.items() if value is not None}


def cell(value: Any, column: str, tally: Tally) -> str | None:
    """One value as its column holds it; None, and counted, where it cannot be that."""
    about = FIELDS[column]
    made = text(value, tally, raw=about.raw) if about.type == "text" else _TYPED[about.type](value, tally)
    if made is None and value not in ("", [], {}):
        tally.note(f"no {about.type} in '{column}': left empty")
    return made


def text(value: Any, tally: Tally, *, raw: bool) -> str | None:
    """A text without what no file can hold (NUL, lone surrogates); in names also without control characters."""
    if isinstance(value, str):
        said = value
    elif isinstance(value, bool):
        said = "true" if value else "false"
    elif isinstance(value, int | float):
        said = str(value)
    else:
        said = as_json(value, tally)
    limit = LONGEST_TEXT if raw else LONGEST_NAME
    return writable(_cut(said, limit, tally), tally, names=not raw) or None


def writable(said: str, tally: Tally, *, names: bool = False) -> str:
    """A text with U+FFFD for every character that cannot be stored, or that would hide or move others in a name."""
    if said.isascii() and said.isprintable():
        return said
    made = (_HIDDEN if names else _BROKEN).sub("\ufffd", said)
    made = _BROKEN.sub("\ufffd", made) if names else made
    if made != said:
        tally.note("characters that cannot be shown or stored replaced")
    return made


def _cut(said: str, limit: int, tally: Tally) -> str:
    if len(said) <= limit:
        return said
    tally.shorten(len(said) - limit)
    return said[:limit]


def as_json(value: Any, tally: Tally) -> str:
    """Any value as bounded JSON: no NaN, no lone surrogate, no more than `DEEPEST` levels and about `LARGEST_JSON` characters."""
    return json.dumps(_Bounded(tally).plain(value, 0), ensure_ascii=False, allow_nan=False)


class _Bounded:
    """A copy of a value that grows no larger than what is left."""

    def __init__(self, tally: Tally) -> None:
        self._tally, self._left = tally, LARGEST_JSON

    def plain(self, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            self._left -= len(value) + 4
            return writable(_cut(value, LONGEST_PART, self._tally), self._tally)
        self._left -= 8
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            return self._number(value)
        if isinstance(value, Mapping | list | tuple):
            if depth >= DEEPEST:
                self._tally.note("nested too deeply: left out")
                return None
            return self._object(value, depth) if isinstance(value, Mapping) else self._list(value, depth)
        return self.plain(str(value), depth)

    def _number(self, value: Any) -> float | None:
        fits = math.isfinite(value) if isinstance(value, float) else abs(value) < 1 << 63
        if fits:
            kept: float = value
            return kept
        self._tally.note("number that JSON or 64 bits cannot hold: left empty")
        return None

    def _object(self, value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for name, part in value.items():
            if self._full(len(value) - len(made)):
                break
            self._left -= len(str(name)) + 4
            made[writable(_cut(str(name), LONGEST_NAME, self._tally), self._tally)] = self.plain(part, depth + 1)
        return made

    def _list(self, value: list[Any] | tuple[Any, ...], depth: int) -> list[Any]:
        made: list[Any] = []
        for part in value:
            if self._full(len(value) - len(made)):
                break
            made.append(self.plain(part, depth + 1))
        return made

    def _full(self, rest: int) -> bool:
        if self._left > 0:
            return False
        self._tally.notes["parts of a JSON column beyond its limit left out"] += rest
        return True


def moment(value: Any, tally: Tally) -> int | None:
    """A moment in µs since 1970 UTC: ISO 8601, a number since 1970 by its size, or [seconds, nanoseconds]. Offsets are
    honoured; a time without a zone is UTC, and counted. None where it is none of them."""
    if isinstance(value, str):
        return _written(value.strip(), tally)
    if isinstance(value, datetime):
        return _of(value, tally)
    if isinstance(value, list) and len(value) == 2 and all(_is_number(one) for one in value):
        return _bounded(value[0] * 1_000_000 + value[1] / 1000)
    if isinstance(value, Mapping) and _is_number(seconds := value.get("seconds")):
        nanos = value.get("nanos")
        return _bounded(seconds * 1_000_000 + (nanos / 1000 if _is_number(nanos) else 0))
    return _since(value) if _is_number(value) else None


def _written(said: str, tally: Tally) -> int | None:
    if _WHOLE.fullmatch(said):
        return _since(int(said))
    try:
        return _of(
            datetime.fromisoformat(said.removesuffix(" UTC") + ("+00:00" if said.endswith(" UTC") else "")), tally
        )
    except (ValueError, OverflowError):
        return None


def _of(moment: datetime, tally: Tally) -> int | None:
    if moment.tzinfo is None:
        tally.note("time without a zone, taken as UTC")
        moment = moment.replace(tzinfo=UTC)
    elapsed = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (elapsed.days * 86_400 + elapsed.seconds) * 1_000_000 + elapsed.microseconds


def _since(value: Any) -> int | None:
    if not math.isfinite(value) if isinstance(value, float) else abs(value) >= 1 << 63:
        return None
    scale = next((by for most, by in SCALES if 0 <= value < most), None)
    if scale is None:
        return None
    return _bounded(value // 1000 if scale < 1 else value * scale)


def _bounded(us: float) -> int | None:
    return round(us) if math.isfinite(us) and 0 <= us <= LATEST_US else None


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1 << 63


def _time(value: Any, tally: Tally) -> str | None:
    at = moment(value, tally)
    return None if at is None else str(at)


def number(value: Any) -> float | None:
    """A finite number, also written as text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def whole(value: Any) -> int | None:
    """A whole number of 64 bits, also written as text or as a float without a fraction."""
    if isinstance(value, str):
        value = int(value) if _WHOLE.fullmatch(value.strip()) else number(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or (isinstance(value, float) and value % 1):
        return None
    return int(value) if abs(value) < 1 << 63 else None


def flag(value: Any) -> bool | None:
    """True or false, also as 0 and 1 or as text."""
    known = {"true": True, "false": False, "1": True, "0": False}
    return known.get(str(value).lower()) if isinstance(value, bool | int | str) else None


def _number(value: Any, _: Tally) -> str | None:
    return None if (found := number(value)) is None else repr(found)


def _whole(value: Any, _: Tally) -> str | None:
    return None if (found := whole(value)) is None else str(found)


def _flag(value: Any, _: Tally) -> str | None:
    return None if (found := flag(value)) is None else str(found).lower()


def _json(value: Any, tally: Tally) -> str | None:
    return as_json(value, tally)


_TYPED: dict[Cell, Any] = {"time": _time, "number": _number, "integer": _whole, "flag": _flag, "json": _json}
