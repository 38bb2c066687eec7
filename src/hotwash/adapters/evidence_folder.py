"""The vault of one drill: `evidence` inside the folder of its record, readable by its owner alone.

evidence/index.json          item → form → SHA-256
evidence/tombstones.json     what was purged, by whom and why
evidence/<form>/<sha256>.json
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from hotwash.kernel.errors import TamperedError
from hotwash.kernel.readable import readable

EVIDENCE, INDEX, TOMBSTONES = "evidence", "index.json", "tombstones.json"

Contents = Mapping[str, Mapping[str, bytes]]
"""Item → form → bytes."""


@dataclass(frozen=True)
class Vault:
    """What lies in a vault."""

    contents: Contents
    graves: Sequence[Mapping[str, Any]]


def write_vault(record: Path, contents: Contents, graves: Sequence[Mapping[str, Any]] = ()) -> None:
    """Write a vault into the folder of a record, in place of what is there."""
    folder = record / EVIDENCE
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    for by_form in contents.values():
        for form, body in by_form.items():
            (folder / form).mkdir(mode=0o700, exist_ok=True)
            _write(folder / form / f"{sha256(body).hexdigest()}.json", body)
    index = {
        item: {form: sha256(body).hexdigest() for form, body in by_form.items()} for item, by_form in contents.items()
    }
    _write(folder / INDEX, readable(index).encode())
    _write(folder / TOMBSTONES, readable(list(graves)).encode())


def read_vault(record: Path) -> Vault | None:
    """The vault of a record; None where it has none. Raises TamperedError for one of which something is missing or changed."""
    folder = record / EVIDENCE
    if not folder.is_dir():
        return None
    try:
        index: dict[str, dict[str, str]] = json.loads((folder / INDEX).read_bytes())
        graves: list[dict[str, Any]] = json.loads((folder / TOMBSTONES).read_bytes())
        contents = {
            item: {form: _read(folder, form, one) for form, one in forms.items()} for item, forms in index.items()
        }
    except (OSError, ValueError, AttributeError, TypeError) as broken:
        raise TamperedError(f"{EVIDENCE}: {broken}") from broken
    known = {f"{form}/{one}.json" for forms in index.values() for form, one in forms.items()} | {INDEX, TOMBSTONES}
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    if stray := sorted(found - known):
        raise TamperedError(f"{EVIDENCE}/{stray[0]} belongs to no item")
    return Vault(contents, graves)


def _read(folder: Path, form: str, address: str) -> bytes:
    name = f"{form}/{address}.json"
    path = folder / name
    if not path.is_file() or path.is_symlink():
        raise TamperedError(f"{EVIDENCE}/{name} is missing, and no tombstone stands for it")
    body = path.read_bytes()
    if sha256(body).hexdigest() != address:
        raise TamperedError(f"{EVIDENCE}/{name} was changed: it no longer has that sum")
    return body


def _write(path: Path, body: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(body)
        out.flush()
        os.fsync(out.fileno())


def rewrite(record: Path, vault: Vault) -> None:
    """Replace a vault by one with less in it: tombstones first, so that nothing is ever gone without one, then the index, then the
    files that are in it no more."""
    folder = record / EVIDENCE
    index = {
        item: {form: sha256(body).hexdigest() for form, body in by_form.items()}
        for item, by_form in vault.contents.items()
    }
    for by_form in vault.contents.values():
        for form, body in by_form.items():
            path = folder / form / f"{sha256(body).hexdigest()}.json"
            if not path.is_file():
                path.parent.mkdir(mode=0o700, exist_ok=True)
                _write(path, body)
    for name, value in ((TOMBSTONES, list(vault.graves)), (INDEX, index)):
        _write(folder / f".{name}", readable(value).encode())
        (folder / f".{name}").replace(folder / name)
    kept = {f"{form}/{one}.json" for forms in index.values() for form, one in forms.items()} | {INDEX, TOMBSTONES}
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder).as_posix() not in kept:
            path.unlink()
