"""Fault trees and bars: drawn to scale, without overlap, with the same words for those who listen."""

import re
from xml.etree import ElementTree as ET

import pytest

from hotwash.aftermath.blocks import Bar, Barrier, Bars, Report, Tree, TreeNode
from hotwash.aftermath.drawings import WIDE, bars_chart, tree_chart
from hotwash.aftermath.html import to_html
from hotwash.aftermath.markdown import to_markdown

HOSTILE = '<script>alert(1)</script> & "quoted" | *bold* [x](http://a)'


def tree(
    breadth: int, depth: int, text: str = "A cause of some length that needs more than one line to be written"
) -> TreeNode:
    posts = tuple(Barrier(n, f"control {n}", "missing", "bad") for n in range(1, 4))
    below = tuple(tree(breadth, depth - 1, text) for _ in range(breadth)) if depth else ()
    return TreeNode(text, "possible", "warn", "all", posts, below)


def boxes(svg: str) -> list[tuple[float, float, float, float]]:
    found = re.findall(r'<rect class="box [a-z]+" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', svg)
    return [tuple(map(float, one)) for one in found]


@pytest.mark.parametrize(("breadth", "depth"), [(0, 0), (1, 1), (3, 1), (2, 3), (5, 2), (1, 4)])
def test_boxes_stand_apart_and_on_the_sheet(breadth, depth):
    svg = tree_chart(Tree("t", "s", tree(breadth, depth)), 1)
    ET.fromstring(svg)
    height = float(re.search(r'viewBox="0 0 960 ([\d.]+)"', svg)[1])
    placed = boxes(svg)
    assert len(placed) == sum(breadth**level for level in range(depth + 1))
    for n, (x, y, wide, tall) in enumerate(placed):
        assert 0 <= x <= x + wide <= WIDE
        assert 0 <= y <= y + tall <= height
        for a, b, c, d in placed[n + 1 :]:
            assert x + wide <= a or a + c <= x or y + tall <= b or b + d <= y


def test_bars_are_as_long_as_their_values():
    bars = Bars("t", "s", "rows", (("yes", "good"), ("no", "bad")), (Bar("a", (3.0, 1.0)), Bar("b", (2.0, 0.0))))
    parts = re.findall(r'class="part (\w+)" x="[\d.]+" y="\d+" width="([\d.]+)"', bars_chart(bars, 1))
    assert [name for name, _ in parts] == ["good", "bad", "good"]
    long, short, second = (float(wide) for _, wide in parts)
    assert long == pytest.approx(3 * short)
    assert second == pytest.approx(2 * short)


def test_words_of_people_stay_words():
    root = TreeNode(HOSTILE, barriers=(Barrier(1, HOSTILE, "missing", "bad"),), below=(TreeNode(HOSTILE),))
    blocks = (
        Tree(HOSTILE, HOSTILE, root),
        Bars(HOSTILE, HOSTILE, "n", (("a", "good"),), (Bar(HOSTILE, (1.0,), HOSTILE),)),
    )
    page = to_html(Report("t", "s", "EXERCISE", (), blocks))
    assert "<script>" not in page
    assert "[x](http" not in to_markdown(Report("t", "s", "EXERCISE", (), blocks))
