"""JSON values in a file, one after the other and never more than one in memory: JSON lines, a list, or one value; gzipped or not."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

from hotwash.adapters.import_units import Aside, Found, Tally

LARGEST = 256 * 1024 * 1024
"""Bytes of one value (a line, an item, a file that is one object): a larger one is set aside."""
CHUNK = 1 << 20
FAIR_RATIO, SURE_BYTES = 500, 1 << 30
"""A file that unpacks to more than a gigabyte and five hundred times its size is no trace export; reading stops there."""
GZIP = b"\x1f\x8b"
_OUTSIDE, _FIRST_LEVEL, _INSIDE = re.compile(rb'["\[\]{}]'), re.compile(rb'["\[\]{},]'), re.compile(rb'["\\]')
TOO_LARGE = f"larger than {LARGEST // 1024 // 1024} MB"
NO_JSON, TOO_DEEP, BROKEN_OFF = "not JSON", "nested too deeply", "ends in the middle"
BOMB = "unpacks to far more than its size: reading stopped here"
BAD_PACKING = "damaged compression: reading stopped here"


class _BombError(Exception):
    """A file that unpacks to far more than its size."""


DAMAGE = (_BombError, EOFError, OSError, zlib.error)
"""What ends the reading of a packed file in the middle."""


class _Source:
    """Bytes of a file, unpacked, with an eye on how much they grow."""

    def __init__(self, file: Path) -> None:
        self._raw = file.open("rb")
        packed = self._raw.peek(2)[:2] == GZIP
        self._size = file.stat().st_size
        self._stream = cast("IO[bytes]", gzip.GzipFile(fileobj=self._raw)) if packed else cast("IO[bytes]", self._raw)
        self._given = 0

    def read(self) -> bytes:
        return self._counted(self._stream.read(CHUNK))

    def line(self) -> bytes:
        return self._counted(self._stream.readline(LARGEST + 1))

    def _counted(self, given: bytes) -> bytes:
        self._given += len(given)
        if self._given > SURE_BYTES and self._given > FAIR_RATIO * self._size:
            raise _BombError
        return given

    def close(self) -> None:
        self._stream.close()
        self._raw.close()


def values(file: Path, shown: str, tally: Tally) -> Iterator[Found | Aside]:
    """Every value of a file with its place. What is no JSON, too large or too deep is set aside with its place; so is what
    follows damage that cannot be read over."""
    source = _Source(file)
    try:
        yield from _values(source, shown, tally)
    except DAMAGE as broken:
        yield Aside(shown, BOMB if isinstance(broken, _BombError) else BAD_PACKING)
    finally:
        source.close()


def _values(source: _Source, shown: str, tally: Tally) -> Iterator[Found | Aside]:
    number, line = _next_line(source, 0, lists=True)
    line = line.removeprefix(b"\xef\xbb\xbf")
    if line.lstrip()[:1] == b"[":
        yield from _items(source, line, shown, tally)
        return
    try:
        after, second = _next_line(source, number)
    except DAMAGE:
        yield _value(line, f"{shown}:{number}", tally)
        raise
    if line and not second:
        yield _value(line, shown if number == 1 else f"{shown}:{number}", tally)
    elif _is_object(line) or _is_object(second) or not line.lstrip().startswith(b"{"):
        yield _value(line, f"{shown}:{number}", tally)
        while second:
            yield _value(second, f"{shown}:{after}", tally)
            after, second = _next_line(source, after)
    else:
        yield _value(line + second + _rest(source, len(line) + len(second)), shown, tally)


def _next_line(source: _Source, number: int, *, lists: bool = False) -> tuple[int, bytes]:
    """The next line that is not blank, with its number; nothing at the end. Of a line that is too large, its beginning; the
    rest is passed over, but for a list where `lists` are read on item by item."""
    while line := source.line():
        number += 1
        if len(line) > LARGEST and not (lists and line.lstrip(b" \t\xef\xbb\xbf")[:1] == b"["):
            rest = line
            while rest and not rest.endswith(b"\n"):
                rest = source.line()
        if line.strip():
            return number, line
    return number, b""


def _rest(source: _Source, had: int) -> bytes:
    parts = []
    while had <= LARGEST and (part := source.read()):
        parts.append(part)
        had += len(part)
    return b"".join(parts)


def _is_object(line: bytes) -> bool:
    stripped = line.strip()
    if not (stripped.startswith(b"{") and stripped.endswith(b"}")) or len(line) > LARGEST:
        return False
    try:
        return isinstance(json.loads(stripped), dict)
    except (ValueError, RecursionError):
        return False


def _value(raw: bytes, place: str, tally: Tally) -> Found | Aside:
    if len(raw) > LARGEST:
        return Aside(place, TOO_LARGE)
    try:
        return Found(place, loads(raw, tally))
    except RecursionError:
        return Aside(place, TOO_DEEP)
    except ValueError:
        return Aside(place, NO_JSON)


def loads(raw: bytes, tally: Tally) -> Any:
    """A JSON value. NaN and infinity, which JSON does not have, are null, and bytes that are no UTF-8 U+FFFD; both are
    counted. Raises ValueError and RecursionError."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        tally.note("bytes that are not UTF-8 replaced")
        text = raw.decode(errors="replace")

    def nothing(_: str) -> None:
        tally.note("NaN or infinity: left empty")

    return json.loads(text, parse_constant=nothing)


def _items(source: _Source, begun: bytes, shown: str, tally: Tally) -> Iterator[Found | Aside]:
    """Items of a list, and of further lists after it (one a line)."""
    cutter, number, chunk = _Cutter(), 0, begun
    while chunk:
        for item in cutter.feed(chunk):
            number += 1
            place = f"{shown}, item {number}"
            yield Aside(place, TOO_LARGE) if item is None else _value(item, place, tally)
        chunk = source.read()
    if cutter.open:
        yield Aside(f"{shown}, item {number + 1}", BROKEN_OFF)


class _Cutter:
    """Cuts a stream of bytes into the items of a list, by brackets and quotes alone."""

    def __init__(self) -> None:
        self._item = bytearray()
        self._depth, self._quoted, self._escaped, self._large = 0, False, False, False

    @property
    def open(self) -> bool:
        """Whether the stream stopped inside a list."""
        return self._depth > 0 or bool(self._item.strip())

    def feed(self, chunk: bytes) -> Iterator[bytes | None]:
        """Every item that ends in these bytes; None for one that is too large."""
        at = kept = 0
        while at < len(chunk):
            if self._escaped:
                self._escaped, at = False, at + 1
                continue
            sought = _INSIDE if self._quoted else _FIRST_LEVEL if self._depth == 1 else _OUTSIDE
            met = sought.search(chunk, at)
            if met is None:
                break
            at, sign = met.end(), met.group()
            if sign == b"\\":
                self._escaped = True
            elif sign == b'"':
                self._quoted = not self._quoted
            elif sign in b"[{":
                self._depth += 1
                if self._depth == 1:
                    kept = at
                    self._item.clear()
            else:
                ends = self._depth == 1
                self._depth -= sign != b","
                if ends:
                    self._keep(chunk[kept : at - 1])
                    kept = at
                    yield from self._taken(last=sign != b",")
                self._depth = max(self._depth, 0)
        self._keep(chunk[kept:])

    def _keep(self, part: bytes) -> None:
        if len(self._item) + len(part) > LARGEST:
            self._large = True
            self._item.clear()
        if not self._large:
            self._item += part

    def _taken(self, *, last: bool) -> Iterator[bytes | None]:
        """The item that just ended. After the last comma of a list there may be none."""
        item, large = bytes(self._item), self._large
        self._item.clear()
        self._large = False
        if large or item.strip() or not last:
            yield None if large else item
