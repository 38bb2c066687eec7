"""The report for print: every block, hostile words as words, tags for screen readers, the same bytes twice."""

import re
import zlib
from dataclasses import dataclass

import pytest

from hotwash import bootstrap
from hotwash.adapters import report_typst
from hotwash.adapters.report_typst import to_pdf
from hotwash.aftermath.blocks import (
    Bar,
    Barrier,
    Bars,
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
    Page,
    Prose,
    Quote,
    Report,
    Section,
    Table,
    Tree,
    TreeNode,
)  # fmt: skip

HOSTILE = '#read("/etc/passwd") *bold* _it_ $x^2$ <script>alert(1)</script> \\ #sys.inputs @cite `code` // no comment'
CHART = Chart(
    "Harm", "Two plays.", "points", (Line("a", (1.0, 2.0), "bad"), Line("b", (0.5, 1.0), "team", "2 3")),
    (ChartMark(1, "onset", "world"),), shade_from=1,
)  # fmt: skip


def report(*blocks):
    return Report("A & B <report>", HOSTILE, "EXERCISE · a drill", [("Seed", "1"), ("Hash", "f" * 400)], blocks)


EVERY_BLOCK = (
    Section("First", "first"),
    Section("Second", "second", 3),
    Prose(HOSTILE, (1, 2)),
    Callout("Careful", HOSTILE, "bad", (3,)),
    Figures((Figure("Total", "88", "of 100", "good"), Figure("Harm", "8"))),
    Table(
        "Many",
        ("When", "What", "n"),
        tuple((Cell("T+1", "bad", (4,)), Cell(HOSTILE, strong=True), Cell(str(n))) for n in range(90)),
        (2,),
    ),
    Table("None", ("When",), (), empty="Nothing."),
    CHART,
    ChartRow((CHART, CHART, CHART)),
    Lanes("Who", "Lanes.", 10, (Lane("Commander", ((1.0, "said", "decision"),)),), (("decision", "decision"),)),
    Quote("Update", HOSTILE, "warn", (5,)),
    Page("# Heading\n\n- item"),
    Tree(
        "Tree",
        HOSTILE,
        TreeNode(
            HOSTILE, below=(TreeNode("cause", "confirmed", "bad", barriers=(Barrier(1, HOSTILE, "missing", "bad"),)),)
        ),
    ),
    Bars(
        "Bars",
        HOSTILE,
        "outputs",
        (("can", "good"), ("cannot", "bad")),
        (Bar(HOSTILE, (3.0, 1.0), HOSTILE), Bar("none", (0.0, 0.0))),
    ),
)


def streams(pdf):
    """Everything in a PDF that can be unpacked, as one text."""
    found = [pdf]
    for packed in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompress(packed))
        except zlib.error:
            continue  # a font or a picture that is packed otherwise
    return b"\n".join(found)


@pytest.fixture(scope="module")
def made():
    return to_pdf(report(*EVERY_BLOCK))


def test_it_is_a_tagged_pdf_in_english_with_alternatives_for_each_drawing(made):
    text = streams(made)
    assert made.startswith(b"%PDF-")
    assert b"/MarkInfo" in text
    assert b"/StructTreeRoot" in text
    assert b"/Lang" in text
    assert b"pdfuaid" in text
    assert text.count(b"/Alt") >= 5
    assert len(re.findall(rb"/Type ?/Page\b", text)) >= 3


def test_the_same_report_is_the_same_bytes(made):
    assert to_pdf(report(*EVERY_BLOCK)) == made
    assert to_pdf(report(*EVERY_BLOCK[:-1])) != made


def test_words_are_never_read_as_code(made):
    assert b"root:" not in streams(made)
    with_a_hash = to_pdf(report(Prose("#panic(1)")))
    assert with_a_hash.startswith(b"%PDF-")


@pytest.mark.parametrize("text", ["日本語の苦情", "شكوى", "🚨 now", "a" * 900, "", "\u200b"])
def test_any_script_and_any_length_is_set(text):
    assert to_pdf(report(Prose(text), Table("T", ("A",), ((Cell(text),),)))).startswith(b"%PDF-")


def test_a_block_that_it_does_not_know_is_not_left_out():
    @dataclass(frozen=True)
    class Strange:
        text: str = ""

    with pytest.raises(TypeError, match="no block Strange"):
        to_pdf(report(Strange()))


@pytest.mark.slow
def test_the_report_of_a_drill_is_set_whole():
    played = bootstrap.run(bootstrap.lay_out(bootstrap.content("order-number-alarm"), 1), "expert")
    made = bootstrap.report_pdf(played.closing)
    assert len(re.findall(rb"/Type ?/Page\b", streams(made))) >= 5


def test_letters_that_no_font_has_are_said_on_the_first_page_and_on_the_way(monkeypatch, caplog):
    nobodys, given = "\U0010fffd", []  # for private use: no font is expected to have it
    compiled = report_typst._compile
    monkeypatch.setattr(
        report_typst, "_compile", lambda *args, **how: given.append(args[1]["blocks"][0]) or compiled(*args, **how)
    )
    to_pdf(report(Prose("Hi")))
    assert not caplog.records
    to_pdf(report(Prose(f"Hi {nobodys}")))
    assert [one.endswith(": 1 Other") for one in caplog.messages] == [True]
    assert given[-1]["title"] == "Letters without a font stand as empty boxes."
    assert nobodys not in given[-1]["text"]
