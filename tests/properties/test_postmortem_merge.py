"""Build, edit at will, build: every line that a person wrote is there; built twice, the same bytes."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from hotwash.aftermath.postmortem.marks import closing_mark, opening_mark
from hotwash.aftermath.postmortem.merge import merge

NAMES = ("summary", "timeline", "impact", "luck")
BUILT = st.sampled_from(
    [f"Fact {n} [e{n}]." for n in range(12)] + [f"| {n} | cell | [e{n}] |" for n in range(4)] + [""]
)
WRITTEN = st.one_of(
    st.sampled_from(
        ["", "## Impact", "- an item", "> said", "~~~", "    code", "<div>", "<!-- a note -->", "| x |", "|---|"]
    ),
    st.sampled_from([mark(name) for name in (*NAMES, "strange") for mark in (opening_mark, closing_mark)]),
    st.text("ab Cä€\u2028|<>!-~#`[]*e1\\", max_size=20),
    BUILT,
)


@st.composite
def papers(draw, names=NAMES):
    """A document as it is built: free headings, parts with marks."""
    lines = ["# Postmortem", ""]
    for name in names:
        if draw(st.integers(0, 9)):
            lines += [
                f"## {name.title()}",
                "",
                opening_mark(name),
                *draw(st.lists(BUILT, max_size=6)),
                closing_mark(name),
                "",
            ]
    return "\n".join(lines)


@st.composite
def edits(draw, text):
    """Lines put in, taken out, changed and moved."""
    lines = text.split("\n")
    for _ in range(draw(st.integers(0, 8))):
        at = draw(st.integers(0, len(lines)))
        match draw(st.sampled_from(["insert", "delete", "replace", "move"])):
            case "insert":
                lines.insert(at, draw(WRITTEN))
            case "delete":
                del lines[at : at + draw(st.integers(1, 4))]
            case "replace":
                lines[at : at + 1] = [draw(WRITTEN)]
            case "move":
                cut = lines[at : at + 3]
                del lines[at : at + 3]
                to = draw(st.integers(0, len(lines)))
                lines[to:to] = cut
    return "\n".join(lines)


@st.composite
def rebuilds(draw):
    before = draw(papers())
    return before, draw(edits(before)), draw(papers())


def lacking(before, edited, merged):
    """Lines of the person's that are not there, as often as they were written beyond what was built."""
    own = Counter(edited.split("\n")) - Counter(before.split("\n"))
    return {line: n for line, n in (own - Counter(merged.split("\n"))).items() if line.strip()}


@given(rebuilds())
def test_no_line_of_a_person_is_lost(three):
    before, edited, now = three
    assert lacking(before, edited, merge(before, edited, now).text) == {}


@given(rebuilds())
def test_built_again_without_a_new_finding_nothing_changes(three):
    before, edited, now = three
    once = merge(before, edited, now).text
    assert merge(now, once, now).text == once


@given(rebuilds())
def test_without_the_text_that_was_built_before_no_line_is_lost_either(three):
    _, edited, now = three
    assert lacking("", edited, merge(None, edited, now).text) == {}


@given(papers(), papers())
def test_what_nobody_edited_becomes_what_is_built_now(before, now):
    merged = merge(before, before, now)
    assert merged.conflicts == 0
    assert set(merged.text.split("\n")) >= set(now.split("\n"))


@given(papers())
def test_the_first_build_is_what_is_built(now):
    assert merge(None, None, now).text == now
