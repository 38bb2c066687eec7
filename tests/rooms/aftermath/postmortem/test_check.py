"""The check: one finding for each thing that an auditor would not accept, at its line and column."""

import pytest

from hotwash.aftermath.postmortem.check.causes import symptom_as_cause
from hotwash.aftermath.postmortem.check.check import check
from hotwash.aftermath.postmortem.document import FORM
from hotwash.aftermath.postmortem.sources import Source, Sources
from tests.support.postmortem_sentences import MARKS, SETS, judge, labelled, marked

MIN = 60_000
KNOWN = Sources(
    {
        "e12": Source(
            "e12", "index changed", "index t-04 idx-2026-11-23 changed", (3.0,), 12 * MIN, (12 * MIN,), ("tech",)
        ),
        "e20": Source("e20", "page read", "page read", (), 30 * MIN + 30_000, (30 * MIN + 30_000,), ("ic",)),
        "fig:harm-realised": Source("fig:harm-realised", "Harm", "Harm that happened: 10,374 harm points", (10374.4,)),
    },
    {"tech": "Technical Lead", "ic": "Incident Commander"},
    ("Ana Roe",),
    9 * 60,
)
FRAME = "**EXERCISE**\n\n" + "".join(f"{'#' * one.level} {one.title}\n\nNot known: nothing yet.\n\n" for one in FORM)


def found(sentence, known=KNOWN):
    return [(one.rule, one.words) for one in check(FRAME + sentence + "\n", known)]


def test_a_paper_with_all_sections_and_no_claim_is_clean():
    assert check(FRAME, KNOWN) == []


@pytest.mark.parametrize("chapter", FORM, ids=lambda one: one.title)
def test_each_section_has_to_be_there(chapter):
    text = FRAME.replace(f"{'#' * chapter.level} {chapter.title}\n", "")
    assert [(one.rule, one.words) for one in check(text, None)] == [("section-missing", chapter.title)]


def test_a_section_without_a_word_is_empty():
    text = FRAME.replace("## Impact\n\nNot known: nothing yet.\n", "## Impact\n")
    assert [(one.rule, one.words) for one in check(text, None)] == [("section-empty", "Impact")]


def test_exercise_stands_on_top():
    assert [one.rule for one in check(FRAME.replace("**EXERCISE**\n", "Draft\n"), None)] == ["not-marked"]


def test_place_is_line_and_column_of_the_sentence():
    text = FRAME + "\nNot known: why.\nThe index went live [e12]. It failed at once.\n\n  - a row was lost\n"
    lines = text.split("\n")
    places = [(one.line, one.column) for one in check(text, KNOWN)]
    assert [lines[line - 1][column - 1 :] for line, column in places] == ["It failed at once.", "a row was lost"]


def test_a_row_of_a_table_is_one_claim():
    head = "\n| when | what | evidence |\n|---|---|---|\n"
    assert found(f"{head}| T+12:00 | changed | [e12] |") == []
    assert found(f"{head}| T+12:00 | changed | |") == [("uncited", "T+12:00 · changed")]


def test_a_row_may_not_blame_either():
    row = "\n| when | what |\n|---|---|\n| T+12:00 | The reviewer ignored it [e12] |"
    assert found(row) == [("blame", "ignored")]


def test_a_fault_of_a_system_is_no_fault_of_a_person():
    assert found("The older index lacked the fault [e12].") == []


def test_a_name_inside_a_word_is_no_name():
    known = Sources(KNOWN.by_ref, KNOWN.seats, ("Ian",))
    assert found("The Brazilian index was changed [e12].", known) == []
    assert found("Ian changed the index [e12].", known) == [("name", "Ian")]


def test_a_citation_after_the_full_stop_counts():
    assert found("The index went live at T+12:00. [e12]") == []


@pytest.mark.parametrize(
    "sentence",
    [
        "The index changed at T+12:00 [e12].",
        "The index changed at T+12 [e12].",
        "The index changed at 09:12 [e12].",
        "3 shops were hit, t-04 among them [e12].",
        "It took 18.5 minutes to read the page [e12, e20].",
        "The Incident Commander read the page [e20].",
        "Harm came to 10,374 points [fig:harm-realised].",
        "Two events stand behind it: 2 in all [e12, e20].",
    ],
)
def test_what_the_cited_entries_bear_passes(sentence):
    assert found(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "rule", "words"),
    [
        ("The index changed at T+13:00 [e12].", "unsupported", "T+13:00"),
        ("The index changed at 09:13 [e12].", "unsupported", "09:13"),
        ("5 shops were hit [e12].", "unsupported", "5"),
        ("Shop t-05 was hit [e12].", "unsupported", "t-05"),
        ("It took 19.5 minutes [e12, e20].", "unsupported", "19.5"),
        ("The Technical Lead read the page [e20].", "unsupported", "Technical Lead"),
        ("Harm came to 10,375 points [fig:harm-realised].", "figure-differs", "10,375"),
        ("The index changed [e99].", "unknown-citation", "e99"),
        ("The index changed [fig:harm].", "unknown-citation", "fig:harm"),
        ("Ana Roe read the page [e20].", "name", "Ana Roe"),
        ("Ana Roe was careless [e20].", "blame", "was careless"),
        ("The root cause was human error [e20].", "cause-is-symptom", "human error"),
    ],
)
def test_what_they_do_not_bear_is_found(sentence, rule, words):
    assert (rule, words) in found(sentence)


def test_without_a_record_citations_are_not_looked_up():
    assert found("The index changed at T+13:00 [e99].", None) == []


def test_a_conflict_that_nobody_decided_is_found():
    note = "\n<!-- to decide: impact -->\n~~~text\nIt was 5 [e9].\n~~~\n"
    assert found(note) == [("undecided", "impact")]


@pytest.mark.parametrize(
    "sentence", ["Investigation showed that the AI had simply made a mistake.", "In hindsight, these things happen."]
)
def test_words_before_a_last_cause_do_not_hide_it(sentence):
    assert symptom_as_cause(sentence) is not None


def test_labelled_sentences():
    """What the sets say in numbers, the benchmark prints; here is the floor below which a change has broken something."""
    tallies, errors = judge([one for name in SETS for one in labelled(name)], marked)
    assert all(one.precision >= 0.95 and one.recall >= 0.8 for one in tallies.values()), errors


def test_there_are_enough_sentences_of_each_kind():
    sentences = [one for name in SETS for one in labelled(name)]
    assert len(sentences) >= 120
    assert all(sum(mark in one.marks for one in sentences) >= 25 for mark in MARKS)
