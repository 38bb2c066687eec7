"""A suite of one's own, begun as a copy of one that ships."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from hotwash.adapters.new_folder import must_be_new
from hotwash.kernel.errors import ContentError

SUITE = "suite.yaml"


def copy_suite(folder: Path, template: Path) -> Path:
    """Copy a suite's files and give the copy the folder's name as its id; the suite's file.

    Raises ContentError for a folder that holds something, or whose name cannot be an id.
    """
    must_be_new(folder, "suite")
    try:
        shutil.copytree(template, folder, dirs_exist_ok=True)
        file = folder / SUITE
        text = file.read_text(encoding="utf-8")
        file.write_text(re.sub(r"(?m)^id: .*$", f"id: {folder.name}", text, count=1), encoding="utf-8")
    except OSError as wrong:
        write = "Name a folder that you can write to."
        raise ContentError.at(folder, f"cannot be written: {wrong.strerror}", write) from wrong
    return file
