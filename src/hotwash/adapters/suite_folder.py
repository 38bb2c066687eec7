"""A suite of one's own, begun as a copy of one that ships."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from hotwash.kernel.errors import ContentError

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
SUITE = "suite.yaml"


def copy_suite(folder: Path, template: Path) -> Path:
    """Copy a suite's files and give the copy the folder's name as its id; the suite's file.

    Raises ContentError for a folder that holds something, or whose name cannot be an id.
    """
    if not SLUG.fullmatch(folder.name):
        write = "Name the folder with small letters, digits and hyphens: it is the suite's id."
        raise ContentError.at(folder, f"'{folder.name}' cannot be an id", write)
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise ContentError.at(folder, "is not an empty folder", "Name a new or empty folder.")
    try:
        shutil.copytree(template, folder, dirs_exist_ok=True)
        file = folder / SUITE
        text = file.read_text(encoding="utf-8")
        file.write_text(re.sub(r"(?m)^id: .*$", f"id: {folder.name}", text, count=1), encoding="utf-8")
    except OSError as wrong:
        write = "Name a folder that you can write to."
        raise ContentError.at(folder, f"cannot be written: {wrong.strerror}", write) from wrong
    return file
