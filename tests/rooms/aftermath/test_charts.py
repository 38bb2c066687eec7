"""Charts: labels stay apart and on the plane however the lines end."""

import re
from itertools import pairwise

import pytest

from hotwash.aftermath.blocks import Chart, Line
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
