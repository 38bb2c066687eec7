"""Patterns for PostgreSQL read as RE2 reads them. That the server agrees is the relation suite's business."""

import pytest

from hotwash.adapters.regex_postgres import translated
from hotwash.triage import payloads, suspects
from hotwash.triage.patterns import GATE, STAGES


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        ("a.c", "a[^\\n]c"),
        (r"a\.c", r"a\.c"),
        (r"\bx\z", "(?:(?<=[A-Za-z0-9_])(?![A-Za-z0-9_])|(?<![A-Za-z0-9_])(?=[A-Za-z0-9_]))x\\Z"),
        ("(?i)ab-1", "[aA][bB]-1"),
        ("x(?i:a|b)c", "x(?:[aA]|[bB])c"),
        ("(?i:a(b)c)d", "(?:[aA]([bB])[cC])d"),
        ("(?i)[^a-f\\n0]", "[^a-fA-F\\n0]"),
        (r"[\d[\]]", r"[0-9\[\]]"),
        (r"\W+", "[^A-Za-z0-9_]+"),
        (r"\$\{", r"\$\{"),
        ("a{2,}{", "a{2,}{"),
    ],
)
def test_signs_that_differ_are_written_out(pattern, written):
    assert translated(pattern) == written


@pytest.mark.parametrize("pattern", ["a{10,1000}", r"[\Wx]"])
def test_what_it_cannot_say_is_refused(pattern):
    with pytest.raises(ValueError, match=r"repeats|portable"):
        translated(pattern)


@pytest.mark.parametrize("pattern", [GATE, *STAGES, payloads.SUSPECT, suspects.MARKER])
def test_every_pattern_of_triage_can_be_said(pattern):
    assert "(?i" not in translated(pattern)
