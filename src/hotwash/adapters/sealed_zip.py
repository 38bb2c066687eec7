"""The container of a sealed record: a ZIP that any tool opens, written in one way only, so that any other byte is found.

Entries are stored as they are, in the order of their names, without dates, comments or extra fields. The reader takes nothing on
trust: it walks the file from its first byte to its last and refuses whatever the writer would not have written. So there is no
second entry of a name, no entry that one tool shows and another hides, nothing to unpack that is larger than the file itself.
"""

from __future__ import annotations

import os
import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from hotwash.kernel.errors import ContentError, TamperedError

LARGEST = 1 << 30
"""Bytes; a larger file is not one of ours."""
MOST_ENTRIES = 20_000
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*){0,3}")
REGULAR = 0o100644 << 16
MADE_BY, NEEDS, STORED = 0x0314, 20, 0
DAY = (1 << 5) | 1
"""1 January 1980, the first day that the format knows."""
LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"


def pack(files: Mapping[str, bytes]) -> bytes:
    """The container of these files. The same files give the same bytes on any machine. Raises ValueError for names that it
    would not read back."""
    local, central, at = list[bytes](), list[bytes](), 0
    for name in sorted(files):
        if not NAME.fullmatch(name):
            raise ValueError(f"'{name}' is no name for a file in a sealed record")
        body = files[name]
        entry = LOCAL.pack(*_local(name, body)) + name.encode() + body
        central.append(CENTRAL.pack(*_central(name, body, at)) + name.encode())
        local.append(entry)
        at += len(entry)
    listed = b"".join(central)
    return b"".join((*local, listed, END.pack(_END, 0, 0, len(files), len(files), len(listed), at, 0)))


def _local(name: str, body: bytes) -> tuple[bytes | int, ...]:
    size = len(body)
    return _LOCAL, NEEDS, 0, STORED, 0, DAY, zlib.crc32(body), size, size, len(name), 0


def _central(name: str, body: bytes, at: int) -> tuple[bytes | int, ...]:
    size = len(body)
    return (
        _CENTRAL,
        MADE_BY,
        NEEDS,
        0,
        STORED,
        0,
        DAY,
        zlib.crc32(body),
        size,
        size,
        len(name),
        0,
        0,
        0,
        0,
        REGULAR,
        at,
    )


def unpack(found: bytes) -> dict[str, bytes]:
    """The files of a container. Raises TamperedError naming the first thing that the writer would not have written.

    A file whose bytes do not fit their checksum is given all the same: what was changed in it is for the reader of the record
    to say, who has its SHA-256.
    """
    if not found.startswith((_LOCAL, _END)):
        there = found.find(_LOCAL)
        raise TamperedError(f"{there} bytes stand before the first file" if there > 0 else "this is no sealed record")
    files, at = dict[str, bytes](), 0
    for name, body, end in _entries(found):
        _admit(name, files)
        files[name], at = body, end
    _directory(found, files, at)
    return files


def _entries(found: bytes) -> Iterator[tuple[str, bytes, int]]:
    at = 0
    while found[at : at + 4] == _LOCAL:
        if len(found) < at + LOCAL.size:
            raise TamperedError(f"the file ends inside the header at byte {at}: it was cut off")
        fields = LOCAL.unpack_from(found, at)
        _, needs, flags, method, time, day, _, packed, size, name_size, extra = fields
        name = _name(found[at + LOCAL.size : at + LOCAL.size + name_size])
        _plain_entry(name, (needs, flags, method, time, day, extra), packed, size)
        start = at + LOCAL.size + name_size
        if len(found) < start + size:
            raise TamperedError(
                f"{name} ends {start + size - len(found)} bytes after the end of the file: it was cut off"
            )
        yield name, found[start : start + size], start + size
        at = start + size


def _name(raw: bytes) -> str:
    try:
        return raw.decode("ascii")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _plain_entry(name: str, fields: tuple[int, ...], packed: int, size: int) -> None:
    needs, flags, method, time, day, extra = fields
    if flags & 1:
        raise TamperedError(f"{name} is encrypted: a sealed record hides nothing")
    if flags & 8:
        raise TamperedError(f"{name} has its size after its bytes, where tools disagree about its end")
    if method != STORED or packed != size:
        raise TamperedError(
            f"{name} is compressed (method {method}, {packed} bytes for {size}): a sealed record stores files as they are"
        )
    if extra:
        raise TamperedError(f"{name} carries {extra} extra bytes in its header")
    if (needs, flags, time, day) != (NEEDS, 0, 0, DAY):
        raise TamperedError(
            f"the header of {name} was changed: it has flags, a date or a version that are never written"
        )


def _admit(name: str, files: Mapping[str, bytes]) -> None:
    if ".." in name.split("/") or name.startswith("/") or "\\" in name or ":" in name:
        raise TamperedError(f"the name {name!r} leads out of the folder that it would be unpacked into")
    if not NAME.fullmatch(name):
        raise TamperedError(f"the name {name!r} is none that a sealed record has")
    if name in files:
        raise TamperedError(f"{name} is there twice")
    twin = next((one for one in files if one.lower() == name.lower()), "")
    if twin:
        raise TamperedError(f"{name} and {twin} are one file on some machines")
    last = max(files, default="")
    if name < last:
        raise TamperedError(f"{name} stands after {last}: the order of files was changed")
    if len(files) >= MOST_ENTRIES:
        raise TamperedError(f"there are more than {MOST_ENTRIES} files in it")


def _directory(found: bytes, files: Mapping[str, bytes], at: int) -> None:
    """The directory lists exactly the files that are there, and nothing comes after it."""
    start, offset = at, 0
    if found[at : at + 4] not in (_CENTRAL, _END):
        told = "the file ends there: it was cut off" if len(found) - at < 4 else f"{found[at : at + 4]!r} stands there"
        raise TamperedError(f"after the last file, at byte {at}, neither file nor directory begins: {told}")
    for name, body in files.items():
        if found[at : at + 4] != _CENTRAL or len(found) < at + CENTRAL.size:
            raise TamperedError(f"{name} is in the file and not in its directory: some tools would not show it")
        have = CENTRAL.unpack_from(found, at)
        listed = _name(found[at + CENTRAL.size : at + CENTRAL.size + have[10]])
        _listed(have, listed, (name, body, offset))
        at += CENTRAL.size + len(name)
        offset += LOCAL.size + len(name) + len(body)
    if found[at : at + 4] == _CENTRAL:
        raise TamperedError("the directory lists a file that is not there, or one twice")
    end = found[at:]
    if len(end) < END.size or not end.startswith(_END):
        raise TamperedError(f"the end record is missing at byte {at}: the file was cut off")
    fields = END.unpack_from(end)
    if fields[7] or len(end) > END.size:
        kind = f"a comment of {fields[7]} bytes" if fields[7] else f"{len(end) - END.size} bytes"
        raise TamperedError(f"{kind} stand after the end of the record")
    if fields != (_END, 0, 0, len(files), len(files), at - start, start, 0):
        raise TamperedError("the end record does not fit the files: number, size or place of the directory differ")


def _listed(have: tuple[int, ...], listed: str, there: tuple[str, bytes, int]) -> None:
    name, body, offset = there
    if listed != name:
        raise TamperedError(f"the directory lists {listed!r} where the file holds {name}")
    if have[15] >> 16 & 0o170000 == 0o120000:
        raise TamperedError(f"{name} is a symbolic link")
    if have[12]:
        raise TamperedError(f"the directory has a comment of {have[12]} bytes on {name}")
    wanted = _central(name, body, offset)
    if have != wanted and (*have[:7], *have[8:]) != (*wanted[:7], *wanted[8:]):
        raise TamperedError(f"the directory says other things about {name} than its own header")


def leftover(found: bytes, files: Mapping[str, bytes]) -> str:
    """What is left to differ once all files were read: a checksum. Empty when the writer would write the very same bytes."""
    made = pack(files)
    if made == found:
        return ""
    at = next(at for at, (one, other) in enumerate(zip(found, made, strict=False)) if one != other)
    begin = 0
    for name, body in files.items():
        size = LOCAL.size + len(name) + len(body)
        if begin <= at < begin + size:
            return f"the checksum of {name} in the container is not that of its bytes (byte {at + 1})"
        begin += size
    return f"the directory of the container has another checksum than the files (byte {at + 1})"


def write_sealed(file: Path, files: Mapping[str, bytes], *, overwrite: bool) -> None:
    """Write a container whole or not at all. Raises ContentError where a file is there already or none can be written."""
    if file.is_dir() or (file.exists() and not overwrite):
        said = "is a folder" if file.is_dir() else "is there already"
        raise ContentError.at(file, said, "Name another file, or add --overwrite.")
    part = file.with_name(f".{file.name}.part")
    try:
        with part.open("wb") as out:
            out.write(pack(files))
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    except OSError as broken:
        raise ContentError.at(file, f"cannot be written: {broken.strerror}", "Name another place.") from broken


def read_sealed(file: Path) -> bytes:
    """The bytes of a container. Raises ContentError for what is no file, and for one larger than any of ours."""
    if not file.is_file():
        said = "is a folder" if file.is_dir() else "is not there"
        raise ContentError.at(file, said, "Name a file that `hotwash evidence seal` wrote.")
    if file.stat().st_size > LARGEST:
        raise ContentError.at(file, "is larger than a gigabyte", "No sealed record is; ask who made it.")
    return file.read_bytes()
