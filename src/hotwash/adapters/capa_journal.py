"""The journal beside `capa.yaml`: one event a line, chained by hash, only ever added to."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from hotwash.adapters.file_lock import hold
from hotwash.adapters.improvement_folder import improvement_of
from hotwash.kernel.errors import ContentError, TamperedError
from hotwash.kernel.event import GENESIS, Draft, Event, canonical, check_chain, from_json, seal_all

JOURNAL = "capa.journal.jsonl"
BINARY = getattr(os, "O_BINARY", 0)


def journal_home(record: Path) -> Path:
    """Where the journal of a record stands; may not be there yet."""
    return improvement_of(record) / JOURNAL


def read_journal(record: Path) -> list[Event]:
    """Every entry, oldest first. Raises TamperedError for one that was changed, moved or taken out, and for a last line that is broken."""
    file = journal_home(record)
    if not file.exists():
        return []
    try:
        raw = file.read_bytes()
    except OSError as wrong:
        raise _problem(file, f"cannot be read: {wrong.strerror}") from wrong
    return _events(raw)


def append_journal(record: Path, stream: str, drafts: Sequence[Draft]) -> list[Event]:
    """Add entries after the newest one, all or none, on disk before this returns; all entries, new ones last. One process at a time: another
    one waits. Raises TamperedError for a journal that does not hold together."""
    file = journal_home(record)
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND | BINARY, 0o644)
    except OSError as wrong:
        raise _problem(file, f"cannot be written: {wrong.strerror}") from wrong
    with os.fdopen(handle, "r+b") as out:
        hold(out.fileno())
        events = _events(out.read())
        last = events[-1] if events else None
        version = last.version if last else 0
        new = seal_all(drafts, last.stream if last else stream, version, last.hash if last else GENESIS, f"{stream}-{version + 1}", version)  # fmt: skip
        out.write(b"".join(canonical(one.to_json()) + b"\n" for one in new))
        out.flush()
        os.fsync(out.fileno())
    return [*events, *new]


def _events(raw: bytes) -> list[Event]:
    events = []
    for number, line in enumerate(raw.splitlines(), start=1):
        try:
            events.append(from_json(json.loads(line), number))
        except (ValueError, RecursionError) as wrong:
            raise TamperedError(f"line {number} of the journal of actions is no entry") from wrong
    check_chain(events)
    return events


def _problem(file: Path, found: str) -> ContentError:
    return ContentError.at(file, found, "Look at the rights of the folder.")
