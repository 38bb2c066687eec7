"""Folders that are begun by a copy: what must hold before one is."""

from __future__ import annotations

import re
from pathlib import Path

from hotwash.kernel.errors import ContentError

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def must_be_new(folder: Path, id_of: str = "") -> None:
    """Raises ContentError for a folder that holds something, or whose name cannot be the id of what it is to hold (`id_of`), if that takes
    its name."""
    if id_of and not SLUG.fullmatch(folder.name):
        write = f"Name the folder with small letters, digits and hyphens: it is the {id_of}'s id."
        raise ContentError.at(folder, f"'{folder.name}' cannot be an id", write)
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise ContentError.at(folder, "is not an empty folder", "Name a new or empty folder.")
