"""Papers that are written after a drill, beside its record."""

from __future__ import annotations

from pathlib import Path

from hotwash.adapters.improvement_folder import improvement_home, read_paper, record_home, write_paper
from hotwash.kernel.errors import ContentError


def find_record(path: Path) -> Path:
    """The record that a path names: itself, or the one inside a drill's folder. Raises ContentError when there is none."""
    return record_home(path)


def record_at(path: Path) -> Path | None:
    """As `find_record`, None where there is no record."""
    try:
        return record_home(path)
    except ContentError:
        return None


def improvement_of(record: Path) -> Path:
    """Where the papers of a record stand; may not be there yet."""
    return improvement_home(record)


def paper(record: Path, name: str) -> str | None:
    """One paper as text; None when nobody wrote it. Raises ContentError for a file that cannot be read."""
    return read_paper(record, name)


def keep_paper(record: Path, name: str, body: str | bytes) -> Path:
    """Write one paper whole or not at all, and say where it is."""
    return write_paper(record, name, body)
