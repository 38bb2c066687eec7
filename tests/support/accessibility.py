"""Accessibility of a page, as axe-core judges it. axe-core travels in a Python package: nothing is fetched."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERY_RULE = {"runOnly": {"type": "tag", "values": TAGS}}
COLOURS: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""The rules of axe-core that read colours: in another colour scheme no other rule can find anything new."""
OTHERS = {**EVERY_RULE, "rules": {name: {"enabled": False} for name in COLOURS["runOnly"]["values"]}}
OF_A_KIND = 3
MARK = "data-of-its-kind"
MARK_KINDS = """([within, most, mark]) => {
    const kinds = new Map(), root = within ? document.querySelector(within) : document.body;
    for (const old of document.querySelectorAll(`[${mark}]`)) old.removeAttribute(mark);
    for (const one of root.querySelectorAll('*')) {
        if (![...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
        if (!one.checkVisibility()) continue;
        let kind = getComputedStyle(one).color;
        for (let up = one; up; up = up.parentElement) kind += `/${up.tagName}.${up.getAttribute('class')}.${up.getAttribute('style')}`;
        const before = kinds.get(kind) || 0;
        kinds.set(kind, before + 1);
        if (before < most) one.setAttribute(mark, '');
    }
    return kinds.size;
}"""


def violations(page: Page, within: str = "", rules: dict[str, Any] = EVERY_RULE) -> list[dict[str, Any]]:
    """What axe-core finds wrong in the page or in what a selector names, as it says it: id, impact, help, nodes."""
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(Axe().axe_script)
    ask = "([within, options]) => axe.run(within ? {include: [within]} : document, options).then(found => found.violations)"
    found: list[dict[str, Any]] = page.evaluate(ask, [within, {**rules, "resultTypes": ["violations"]}])
    return found


def assert_accessible(page: Page, within: str = "", rules: dict[str, Any] = EVERY_RULE) -> None:
    """Fail with one line per violation and where it is."""
    found = [
        f"{item['id']} ({item['impact']}): {item['help']}: "
        + ", ".join(str(node["target"]) for node in item["nodes"][:5])
        for item in violations(page, within, rules)
    ]
    assert not found, f"{len(found)} accessibility violations on {page.url}:\n  " + "\n  ".join(found)


def assert_accessible_light_and_dark(page: Page, within: str = "", *, long: bool = False) -> None:
    """Every rule in light; in dark those that read colours, on three texts of each kind. A long page: so in light as well.

    Of a kind are texts whose own and whose ancestors' tags, classes and styles are the same: style sheets tell no more apart.
    """
    page.emulate_media(color_scheme="light")
    assert_accessible(page, within, OTHERS if long else EVERY_RULE)
    for scheme in ("light", "dark") if long else ("dark",):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(MARK_KINDS, [within, OF_A_KIND, MARK]) > 0, "there is no text to look at"
        assert_accessible(page, f"[{MARK}]", COLOURS)
    page.emulate_media(color_scheme="light")
