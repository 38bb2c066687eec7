"""The out folder of a drill: written whole or not at all, read back as bytes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from hotwash.adapters.evidence_folder import EVIDENCE
from hotwash.kernel.errors import ContentError

MANIFEST, EVENTS = "manifest.json", "events.jsonl"
LARGEST = 256 * 1024 * 1024
"""Bytes; a larger file is not one of ours."""


def ensure_free(folder: Path, *, overwrite: bool) -> None:
    """Raise ContentError when the folder holds something that is not a drill record, or one and `overwrite` is False, or when
    nothing can be written there."""
    if folder.is_file():
        raise _problem(folder, "is a file", "Name a folder with --out.")
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MANIFEST).is_file():
            raise _problem(folder, "is not empty and holds no drill record", "Name a new or empty folder with --out.")
        if not overwrite:
            raise _problem(folder, "holds the record of another drill", "Name another folder, or add --overwrite.")
    there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    if not os.access(there, os.W_OK | os.X_OK):
        raise _unwritable(folder, f"you may not write in {there}")


def write_record(folder: Path, files: Mapping[str, bytes], *, overwrite: bool = False) -> None:
    """Write all files beside each other, then move the folder into place. Raises what `ensure_free` raises."""
    ensure_free(folder, overwrite=overwrite)
    staging = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(staging, ignore_errors=True)
    try:
        staging.mkdir(parents=True)
    except OSError as refused:
        raise _unwritable(folder, f"cannot be made ({refused.strerror})") from refused
    for name, body in files.items():
        with (staging / name).open("wb") as out:
            out.write(body)
            out.flush()
            os.fsync(out.fileno())
    if folder.exists():
        if _same_drill(folder, files) and (folder / EVIDENCE).is_dir():
            (folder / EVIDENCE).rename(staging / EVIDENCE)
        shutil.rmtree(folder)
    staging.rename(folder)


def _unwritable(folder: Path, found: str) -> ContentError:
    return _problem(folder, found, "Name a folder of your own with --out.")


def _same_drill(folder: Path, files: Mapping[str, bytes]) -> bool:
    """A record of the same log is written again: its evidence stays as it is, and what was purged stays away."""
    log = folder / EVENTS
    return log.is_file() and log.read_bytes() == files.get(EVENTS)


def read_record(folder: Path) -> dict[str, bytes]:
    """All files of a record by name. Raises ContentError when the folder is not one."""
    if not (folder / MANIFEST).is_file():
        raise _problem(
            folder,
            "is not the record of a drill: manifest.json is missing",
            "Name a folder that `hotwash drill run --out` wrote.",
        )
    files = {}
    for path in sorted(folder.iterdir()):
        if path.name == EVIDENCE and path.is_dir():
            continue
        if path.is_dir() or path.stat().st_size > LARGEST:
            raise _problem(path, "does not belong to a drill record", "Move it out of the folder.")
        files[path.name] = path.read_bytes()
    return files


def _problem(path: Path, found: str, write: str) -> ContentError:
    return ContentError.at(path, f"the folder {found}" if path.is_dir() else found, write)
