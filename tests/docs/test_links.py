"""Links lead somewhere, and every page can be reached."""

from pathlib import Path

import pytest

from tests.support.markdown import anchors, links, pages
from tests.support.project import DOCS, ROOT, shown

OUTSIDE = ("http://", "https://", "mailto:")


@pytest.mark.parametrize("path", pages(), ids=shown)
def test_relative_links_resolve(path: Path):
    broken = []
    for number, target in links(path):
        if target.startswith(OUTSIDE):
            continue
        name, _, fragment = target.partition("#")
        goal = (path.parent / name).resolve() if name else path
        if not goal.exists() or not goal.is_relative_to(ROOT):
            broken.append(f"{shown(path)}:{number}: {target}: there is no such file here")
        elif fragment and goal.suffix == ".md" and fragment not in anchors(goal):
            broken.append(f"{shown(path)}:{number}: {target}: no heading answers to #{fragment}")
    assert not broken, "\n".join(broken)


def test_the_four_kinds_of_page_are_there():
    for folder in ("tutorial", "how-to", "reference", "explanation"):
        assert list((DOCS / folder).glob("*.md")), f"docs/{folder} holds no page"


def test_every_page_can_be_reached_from_the_index():
    """From docs/index.md, link by link."""
    seen: set[Path] = set()
    waiting = [DOCS / "index.md"]
    while waiting:
        path = waiting.pop()
        seen.add(path)
        for _, target in links(path):
            goal = (path.parent / target.partition("#")[0]).resolve()
            if not target.startswith(OUTSIDE) and goal.suffix == ".md" and goal.is_file() and goal not in seen:
                waiting.append(goal)
    lost = [shown(path) for path in pages() if path.is_relative_to(DOCS) and path not in seen]
    assert not lost, f"no page links to {lost}"
