"""Copies of shipped content with planted mistakes, and what the loader or the linter says about them."""

import shutil
from datetime import date
from pathlib import Path

from hotwash.kernel.errors import ContentError, Problem
from hotwash.kit.lint import lint_scenario
from hotwash.kit.load import CONTENT, load_kit, read_system

KIT = CONTENT / "kits" / "base"


def planted(folder: Path, file: str, old: str, new: str) -> int:
    """Replace text that occurs in a file; the line on which it starts."""
    path = folder / file
    text = path.read_text()
    assert old in text, f"{file} has no {old!r}"
    path.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


def kit_copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(KIT, tmp_path / "kit"))


def scenario_copy(tmp_path: Path, slug: str) -> Path:
    return Path(shutil.copytree(CONTENT / "scenarios" / slug, tmp_path / slug))


def system_copy(tmp_path: Path, slug: str) -> Path:
    return Path(shutil.copytree(CONTENT / "systems" / slug, tmp_path / slug))


def kit_says(folder: Path, today: date | None = None) -> list[Problem]:
    try:
        load_kit(folder, today)
    except ContentError as wrong:
        return wrong.problems
    return []


def system_says(folder: Path) -> list[Problem]:
    try:
        read_system(folder)
    except ContentError as wrong:
        return wrong.problems
    return []


def scenario_says(folder: Path) -> list[Problem]:
    return lint_scenario(str(folder) + "/")


def shown(problems: list[Problem], folder: Path) -> list[str]:
    """Problems as people read them, without the folder."""
    return [str(problem).replace(f"{folder}/", "") for problem in problems]
