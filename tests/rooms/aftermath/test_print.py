"""On paper: a runbook is one page, a system pack is two, on A4 and on Letter."""

import re
from typing import TYPE_CHECKING

import pytest

from hotwash.aftermath.html import to_html
from hotwash.aftermath.kit_pages import kit_pages
from hotwash.aftermath.pack_pages import pack_pages
from hotwash.kit.load import list_systems, load_kit, load_system
from tests.support.accessibility import assert_accessible

if TYPE_CHECKING:
    from playwright.sync_api import Page

KIT = load_kit()
PAPER = ("A4", "Letter")


def pages(page: "Page", paper: str) -> int:
    """How many sheets the page fills, with the margins that its style sheet sets."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper)))


@pytest.mark.parametrize("name", list_systems())
def test_a_system_pack_fits_on_two_pages(page: "Page", name: str):
    page.set_content(to_html(pack_pages(load_system(name))))
    assert_accessible(page)
    assert all(1 <= pages(page, paper) <= 2 for paper in PAPER)


def test_a_pack_of_three_pages_would_be_found(page: "Page"):
    spec = load_system("support-copilot")
    page.set_content(to_html(pack_pages(spec.model_copy(update={"card": spec.card + spec.card}))))
    assert pages(page, "A4") > 2


@pytest.mark.slow
@pytest.mark.parametrize("paper", PAPER)
def test_every_page_to_work_from_is_one_sheet_and_a_form_to_fill_in_two_at_most(page: "Page", paper: str):
    longer = {}
    for guide in KIT.guides:
        page.set_content(to_html(kit_pages(KIT, guide.id)))
        needed = pages(page, paper)
        if needed > (2 if guide.kind == "template" else 1):
            longer[guide.id] = needed
    assert longer == {}


def test_each_guide_begins_a_sheet_when_all_are_printed(page: "Page"):
    few = KIT.model_copy(update={"guides": KIT.guides[1:5]})
    page.set_content(to_html(kit_pages(few, "guides")))
    assert pages(page, "A4") == 4
    assert_accessible(page)
