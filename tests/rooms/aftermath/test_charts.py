"""Charts: labels stay apart and on the plane however the lines end."""

import re
from itertools import pairwise

import pytest

from hotwash.aftermath.blocks import Chart, ChartMark, Line
from hotwash.aftermath.charts import LABEL_ROW, WIDE, line_chart


@pytest.mark.parametrize(
    "ends", [(0, 0, 0), (0, 0, 0, 0, 0), (100, 100, 100), (0, 1, 100), (50, 50, 49), (100, 0, 0, 0)]
)
def test_labels_at_the_ends_of_lines_neither_meet_nor_leave_the_plane(ends):
    roles = ("team", "bad", "good", "quiet", "quiet")
    lines = tuple(Line(f"line {i}", (100.0, float(y)), roles[i]) for i, y in enumerate(ends))
    svg = line_chart(Chart("t", "s", "points", lines), 1)
    ys = sorted(float(y) for y in re.findall(r'<text class="label \w+"[^>]* y="([\d.]+)"[^>]*>line', svg))
    assert len(ys) == len(ends)
    assert ys[0] > 0
    assert ys[-1] < WIDE[1]
    assert all(later - sooner >= LABEL_ROW - 0.11 for sooner, later in pairwise(ys))


def test_no_line_of_a_mark_goes_through_the_name_of_another():
    """A leader line begins at the name's own row; names that stand close to one another take rows of their own."""
    at = {
        "onset": 13.0,
        "first signal": 17.0,
        "opened": 22.0,
        "Hold adverse decisions": 22.9,
        "contained": 23.0,
        "Roll back": 39.5,
    }
    marks = tuple(ChartMark(minute, name, "team") for name, minute in at.items())
    svg = line_chart(Chart("t", "s", "points", (Line("l", (1.0,) * 90, "team"),), marks, flags=True), 1)
    names = [
        (float(x), float(y), 7.4 * len(said))
        for x, y, said in re.findall(r'<text class="label team" x="([\d.]+)" y="([\d.]+)">(.+?)<', svg)
    ]
    lines = [
        (float(x), float(y))
        for x, y in re.findall(r'<line class="mark team" x1="([\d.]+)" x2="[\d.]+" y1="([\d.]+)"', svg)
    ]
    assert len(lines) == len(at)
    assert {svg.count(f">{name}<") for name in at} == {1}
    assert not [
        (name, line) for name in names for line in lines if name[0] < line[0] < name[0] + name[2] and line[1] < name[1]
    ]
