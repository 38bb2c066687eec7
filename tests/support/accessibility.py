"""Accessibility of a page, as axe-core judges it. axe-core travels in a Python package: nothing is fetched."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


def violations(page: Page) -> list[dict[str, Any]]:
    """What axe-core finds wrong, as it says it: id, impact, help, nodes."""
    return Axe().run(page, options=RULES).response["violations"]


def assert_accessible(page: Page) -> None:
    """Fail with one line per violation and where it is."""
    found = [
        f"{item['id']} ({item['impact']}): {item['help']}: "
        + ", ".join(str(node["target"]) for node in item["nodes"][:5])
        for item in violations(page)
    ]
    assert not found, f"{len(found)} accessibility violations on {page.url}:\n  " + "\n  ".join(found)
