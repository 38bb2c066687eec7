"""A scenario of one's own, begun as a copy of one that ships."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from hotwash.adapters.new_folder import must_be_new


def copy_scenario(folder: Path, template: Path, template_id: str) -> None:
    """Copy a scenario's files and give the copy the folder's name as its id.

    Raises ContentError for a folder that holds something, or whose name cannot be an id.
    """
    must_be_new(folder, "scenario")
    shutil.copytree(template, folder, dirs_exist_ok=True)
    file = folder / "scenario.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(rf"(?m)^id: {template_id}$", f"id: {folder.name}", text), encoding="utf-8")
