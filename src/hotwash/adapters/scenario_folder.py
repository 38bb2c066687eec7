"""A scenario of one's own, begun as a copy of one that ships."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from hotwash.kernel.errors import ContentError

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def copy_scenario(folder: Path, template: Path, template_id: str) -> None:
    """Copy a scenario's files and give the copy the folder's name as its id.

    Raises ContentError for a folder that holds something, or whose name cannot be an id.
    """
    if not SLUG.fullmatch(folder.name):
        write = "Name the folder with small letters, digits and hyphens: it is the scenario's id."
        raise ContentError.at(folder, f"'{folder.name}' cannot be an id", write)
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise ContentError.at(folder, "is not an empty folder", "Name a new or empty folder.")
    shutil.copytree(template, folder, dirs_exist_ok=True)
    file = folder / "scenario.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(rf"(?m)^id: {template_id}$", f"id: {folder.name}", text), encoding="utf-8")
