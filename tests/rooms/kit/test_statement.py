"""What a statement lacks, on labelled ones: those of the guide, and others that were written before the rules were run on them."""

import csv

import pytest

from hotwash.kit.statement import WRITE, weaknesses
from tests.support.project import ROOT

FILE = ROOT / "tests" / "data" / "capa" / "statements.tsv"
PAGE = ROOT / "docs" / "explanation" / "corrective-actions.md"


def labelled(part: str) -> list[tuple[bool, str]]:
    with FILE.open() as text:
        rows = csv.DictReader(text, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [(row["label"] == "wish", row["statement"]) for row in rows if row["part"] == part]


def measured(part: str) -> tuple[int, int, int]:
    """Wishes that were found, false alarms, wishes that were missed."""
    found = [(wish, bool(weaknesses(text))) for wish, text in labelled(part)]
    return sum(w and f for w, f in found), sum(not w and f for w, f in found), sum(w and not f for w, f in found)


def test_the_guides_own_examples_are_told_apart_without_a_mistake():
    assert len(labelled("guide")) >= 12
    assert measured("guide")[1:] == (0, 0)


def test_precision_and_recall_are_what_the_docs_say():
    hits, alarms, missed = measured("written")
    assert hits / (hits + alarms) >= 0.95
    assert hits / (hits + missed) >= 0.95
    assert f"{hits} of {hits + missed} wishes" in PAGE.read_text()
    assert f"{alarms} of {len(labelled('written')) - hits - missed} provable" in PAGE.read_text()


@pytest.mark.parametrize(
    ("text", "lack"),
    [
        ("Improve monitoring", "wish"),
        ("The gateway drops tool calls", "measure"),
        ("The prompt service within 5 minutes", "observable"),
        ("We will refuse all of it", "subject"),
    ],
)
def test_each_lack_is_named_and_says_what_to_write(text, lack):
    found = {one.lack: one for one in weaknesses(text)}
    assert lack in found
    assert found[lack].write == WRITE[lack]


def test_one_part_taken_away_is_noticed():
    whole = "The gateway drops tool calls over 50 EUR"
    assert weaknesses(whole) == []
    assert {one.lack for one in weaknesses("The gateway drops tool calls")} == {"measure"}
    assert {one.lack for one in weaknesses("The gateway and tool calls over 50 EUR")} == {"observable"}


def test_when_it_is_due_is_not_a_measure():
    assert {one.lack for one in weaknesses("By 12 March, the gateway drops tool calls")} == {"measure"}
