"""Blocks become HTML and Markdown that say the same, and nothing that a person typed becomes markup."""

import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from hotwash.aftermath.blocks import (
    Callout,
    Cell,
    Chart,
    ChartMark,
    ChartRow,
    Figure,
    Figures,
    Lane,
    Lanes,
    Line,
    Prose,
    Quote,
    Report,
    Section,
    Table,
)
from hotwash.aftermath.charts import nice_ticks, short, spark, thin
from hotwash.aftermath.html import to_html
from hotwash.aftermath.markdown import to_markdown

CHART = Chart(
    "Loss",
    "Two plays.",
    "points",
    (Line("team", (0.0, 4.0, 9.0), "team", area=True), Line("nobody", (0.0, 9.0, 20.0), "bad", "4 2")),
    (ChartMark(1, "onset", "world"), ChartMark(2, "flush", "lever")),
    shade_from=2,
)
REPORT = Report(
    "A drill", "One line.", "EXERCISE", [("Seed", "1")],
    (
        Section("Summary", "summary"), Prose("It went well.", (3,)), Callout("Mind", "a gap.", "bad"),
        Figures((Figure("Total", "81", "of 100", "good"),)),
        Table("Marks", ("What", "Points"), ((Cell("cadence", cites=(3,)), Cell("4", "bad")),), numeric=(1,), anchors=(3,)),
        CHART, ChartRow((CHART,)), Lanes("Who", "Lanes.", 3, (Lane("Scribe", ((1.0, "wrote", "decision"),)),), (("decision", "decision"),)),
        Quote("to executives", "Line one\nLine two"),
    ),
)  # fmt: skip


class Text(HTMLParser):
    def __init__(self):
        super().__init__()
        self.words, self.open = [], []

    def handle_starttag(self, tag, attrs):
        if tag not in {"meta", "link", "br"}:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        pass

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.words.append(data)


def parsed(page):
    reader = Text()
    reader.feed(page)
    assert reader.open == []
    return " ".join(reader.words)


def test_html_and_markdown_say_the_same():
    page, text = parsed(to_html(REPORT)), to_markdown(REPORT)
    for said in (
        "A drill",
        "It went well.",
        "a gap.",
        "81",
        "cadence",
        "Loss",
        "Two plays.",
        "Scribe",
        "Line two",
        "EXERCISE",
        "onset",
    ):
        assert said in page, said
        assert said in text, said


def test_the_page_carries_no_script_and_asks_for_nothing():
    page = to_html(REPORT)
    assert "<script" not in page
    assert not re.search(r"(?:src|href)=\"(?!#)", page)
    assert "default-src 'none'" in page
    assert "url(" not in page


def test_every_citation_leads_to_a_row_of_the_log():
    page = to_html(REPORT)
    assert set(re.findall(r'href="#(e\d+)"', page)) <= set(re.findall(r'id="(e\d+)"', page))


@given(st.text(alphabet=st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=40))
def test_whatever_people_type_stays_text(typed):
    report = Report(
        typed,
        typed,
        "EXERCISE",
        [(typed, typed)],
        (Prose(typed), Quote(typed, typed), Table(typed, (typed,), ((Cell(typed),),))),
    )
    parsed(to_html(report))
    assert to_markdown(report).count("\n| ") >= 2


def test_what_was_said_in_bold_is_quoted_in_bold_and_nothing_else_becomes_markup():
    page = to_html(Report("A", "b", "EXERCISE", [], (Quote("to executives", "**Status.** Two ** three <b>"),)))
    assert "<blockquote><strong>Status.</strong> Two ** three &lt;b&gt;</blockquote>" in page


def test_handling_line_is_first_and_last():
    page = to_html(REPORT)
    assert page.index('class="handling"') < page.index("<h1>")
    assert page.rindex('class="handling"') > page.index("</main>")
    assert to_markdown(REPORT).startswith("**EXERCISE**")


def test_ticks_are_round_and_cover_the_top():
    assert nice_ticks(20) == [0, 5, 10, 15, 20]
    assert nice_ticks(0) == [0, 1]


@given(st.floats(0.001, 1e7))
def test_ticks_cover_any_top(top):
    ticks = nice_ticks(top)
    assert ticks[0] == 0
    assert ticks[-1] >= top * 0.999
    assert len(ticks) <= 8


def test_numbers_for_an_axis():
    assert [short(value) for value in (0, 5, 0.25, 1_000, 1_250, 20_400)] == ["0", "5", "0.25", "1k", "1.2k", "20k"]


def test_sparks_and_thinning_keep_the_shape():
    assert spark([0, 1, 2, 4]) == "▁▃▅█"
    assert spark([]) == ""
    assert thin([1, 1, 3, 3], 2) == [1, 3]
