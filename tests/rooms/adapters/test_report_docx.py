"""A report as Word: opened again, it says the same."""

import io

import pytest
from docx import Document

from hotwash.adapters.report_docx import to_docx
from hotwash.aftermath.blocks import (
    Bullets,
    Callout,
    Cell,
    Chart,
    Figure,
    Figures,
    Passage,
    Prose,
    Report,
    Run,
    Section,
    Table,
)
from hotwash.aftermath.postmortem.pages import pages
from tests.support.postmortems import built, material

SMALL = Report(
    "A title",
    "A subtitle",
    "EXERCISE",
    [("Scenario", "one")],
    [
        Section("First", "first"),
        Prose("Said.", (3, 4)),
        Section("Second", "second", level=3),
        Bullets((Passage((Run("item"),)), Passage((Run("below"),))), (0, 1)),
        Callout("Mind", "the gap", "warn"),
        Figures((Figure("Total", "88", "of 100"),)),
        Table("Rows", ("a", "b"), ((Cell("1"), Cell("two", "bad", (9,))),)),
    ],
)


def opened(body):
    return Document(io.BytesIO(body))


def test_headings_tables_text_and_header_are_there():
    word = opened(to_docx(SMALL))
    assert [(one.style.name, one.text) for one in word.paragraphs if one.style.name.startswith(("Title", "Heading"))] == [
        ("Title", "EXERCISE · A title"), ("Heading 1", "First"), ("Heading 2", "Second"),
    ]  # fmt: skip
    assert [[cell.text for cell in row.cells] for row in word.tables[0].rows] == [["a", "b"], ["1", "missed two [e9]"]]
    texts = [one.text for one in word.paragraphs]
    assert {"Said. [e3, e4]", "item", "below", "Mind the gap", "Total: 88 of 100"} <= set(texts)
    assert word.sections[0].header.paragraphs[0].text == "EXERCISE"


def test_the_same_report_gives_the_same_bytes():
    assert to_docx(SMALL) == to_docx(SMALL)


def test_a_chart_is_refused():
    with pytest.raises(TypeError, match="Chart"):
        to_docx(Report("t", "s", "EXERCISE", [], [Chart("t", "s", "u", ())]))


@pytest.mark.slow
def test_a_postmortem_says_in_word_what_it_says_as_a_report():
    report = pages(built(), material())
    word = opened(to_docx(report))
    titles = [one.title for one in report.blocks if isinstance(one, Section)]
    assert [one.text for one in word.paragraphs if one.style.name.startswith("Heading")] == titles
    tables = [one for one in report.blocks if isinstance(one, Table) and one.rows]
    assert len(word.tables) == len(tables)
    for ours, theirs in zip(tables, word.tables, strict=True):
        assert [[cell.text for cell in row] for row in ours.rows] == [
            [cell.text for cell in row.cells] for row in theirs.rows[1:]
        ]
    said = {"".join(run.text for run in one.runs) for one in report.blocks if isinstance(one, Passage)}
    assert said <= {one.text for one in word.paragraphs}
    assert "EXERCISE" in word.sections[0].header.paragraphs[0].text
