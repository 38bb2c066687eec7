"""What a team writes after a drill: beside its record, which holds what can be recomputed and nothing else.

Beside a folder `record` (a drill of the war room) it is `improvement`; beside any other record NAME it is `NAME-improvement`.

postmortem.md  postmortem.built.md  causes.yaml  review.yaml  risks.yaml  capa.yaml  gate/
"""

from __future__ import annotations

import os
from pathlib import Path

from hotwash.adapters.file_lock import hold
from hotwash.adapters.house_folder import RECORD
from hotwash.adapters.record_folder import MANIFEST
from hotwash.kernel.errors import ContentError

IMPROVEMENT = "improvement"
LOCK = ".papers.lock"
LARGEST = 16 * 1024 * 1024
"""Bytes; a larger file was not written by people."""


def find_record(path: Path) -> Path:
    """The record that `path` names: itself, or the record inside a drill's folder. Raises ContentError when there is none."""
    for one in (path, path / RECORD):
        if (one / MANIFEST).is_file():
            return one
    said = "holds no record of a drill"
    write = "Name a folder that `hotwash drill run --out` wrote, or a drill's folder that was scored."
    raise ContentError.at(path, said, write)


def record_at(path: Path) -> Path | None:
    """As `find_record`, None where there is no record."""
    try:
        return find_record(path)
    except ContentError:
        return None


def improvement_of(record: Path) -> Path:
    """Where the papers of this record stand; may not be there yet."""
    here = record.resolve()
    return here.with_name(IMPROVEMENT if here.name == RECORD else f"{here.name}-{IMPROVEMENT}")


def record_beside(paper: Path) -> Path | None:
    """The record that a paper in an improvement folder is about; None for a file elsewhere."""
    home = paper.resolve().parent
    name = RECORD if home.name == IMPROVEMENT else home.name.removesuffix(f"-{IMPROVEMENT}")
    record = home.with_name(name)
    return record if record != home and (record / MANIFEST).is_file() else None


def paper(record: Path, name: str) -> str | None:
    """One paper as text; None when nobody wrote it. Raises ContentError for a file that cannot be read."""
    path = improvement_of(record) / name
    if not path.exists():
        return None
    try:
        if path.stat().st_size > LARGEST:
            raise ContentError.at(path, "is too large", f"Keep it under {LARGEST} bytes.")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as broken:
        said = f"cannot be read: {broken}"
        raise ContentError.at(path, said, "Write a text file in UTF-8.") from broken


def replace_paper(record: Path, name: str, was: str | None, body: str) -> bool:
    """Write a paper if it still stands as somebody saw it, with nobody writing in between. Whether it was written."""
    home = improvement_of(record)
    home.mkdir(parents=True, exist_ok=True)
    with (home / LOCK).open("a") as lock:
        hold(lock.fileno())
        if paper(record, name) != was:
            return False
        keep_paper(record, name, body)
    return True


def keep_paper(record: Path, name: str, body: str | bytes) -> Path:
    """Write one paper whole or not at all, and say where it is."""
    path = improvement_of(record) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    with part.open("wb") as out:
        out.write(body.encode() if isinstance(body, str) else body)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)
    return path
