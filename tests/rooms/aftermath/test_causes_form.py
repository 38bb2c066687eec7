"""Causes as a form: the same document as the text, written back part by part, with evidence that is found by words."""

from pathlib import Path

import pytest
import yaml

from hotwash.aftermath.causes.draft import draft
from hotwash.aftermath.causes.form import ENTER, FIELDS, pressed, rows_of, rows_sent, written
from hotwash.aftermath.causes.noted import Evidence, TeamRecord
from hotwash.aftermath.causes.search import search
from hotwash.kernel.errors import ContentError
from hotwash.kit.papers import read_paper
from hotwash.kit.parts import with_part
from hotwash.kit.schema.causes import HOPS, CausesPaper
from tests.support.played import played_drill

FILE = Path("causes.yaml")


@pytest.fixture(scope="module")
def events():
    return played_drill(players="slow").events


@pytest.fixture(scope="module")
def text(events):
    return draft(TeamRecord(events)).replace("factors:\n", "# what we argued about longest\nfactors:\n", 1)


def paper(text):
    found = read_paper(text, FILE, CausesPaper)
    assert found.value is not None, found.problems
    return found.value


def sent(rows):
    """What a browser would send for these rows, unchanged."""
    found = {}
    for part, mine in rows.parts.items():
        found[f"{part}.rows"] = [str(len(mine))]
        for n, row in enumerate(mine):
            found |= {
                f"{part}.{n}.{name}": value if isinstance(value, list) else [value] for name, value in row.items()
            }
    return found


def test_a_form_that_nobody_touched_changes_no_letter(text):
    value = paper(text)
    assert written(text, FILE, value, rows_sent(sent(rows_of(value)))) == text


def test_what_is_changed_is_written_and_every_other_line_stays(text):
    value = paper(text)
    form = sent(rows_of(value))
    said = 'Nobody owned it: "tenant" is a property\r\nof no team. # not a comment'
    form["whys.1.because"] = [said]
    form["whys.1.evidence.more"] = ["e12, e40 e12"]
    after = written(text, FILE, value, rows_sent(form))
    assert paper(after).whys[1].because == said.replace("\r\n", "\n")
    assert paper(after).whys[1].evidence == ["e12", "e40"]
    assert [one for n, one in enumerate(paper(after).whys) if n != 1] == [
        one for n, one in enumerate(value.whys) if n != 1
    ]
    for part in set(yaml.safe_load(text)) - {"whys"}:
        assert yaml.safe_load(after)[part] == yaml.safe_load(text)[part]
    cut = lambda body: (body.split("whys:\n")[0], body.split("# what we argued")[1])
    assert cut(after) == cut(text)


def test_rows_are_added_removed_and_an_empty_one_is_not_written(text):
    value = paper(text)
    rows = rows_of(value)
    assert pressed(rows, "remove whys.0", {})
    assert pressed(rows, "add factors", {})
    assert len(rows.parts["factors"]) == len(value.factors) + 1
    after = paper(written(text, FILE, value, rows))
    assert after.whys == value.whys[1:]
    assert after.factors == value.factors
    assert not pressed(rows, "keep", {})
    for do in ("remove whys.99", "remove chain.0", "add tree", "remove whys.-1", "search whys.99", ENTER):
        assert not pressed(rows, do, {}), do


def test_the_return_key_searches_where_words_were_typed(text):
    rows = rows_of(paper(text))
    assert pressed(rows, ENTER, {"whys.0.words": [""], "factors.1.words": ["cache flush"]})
    assert (rows.sought, rows.words) == ("factors.1", "cache flush")


def test_a_hop_that_is_missing_is_offered_and_written_once_it_says_something(text):
    body = yaml.safe_load(text)
    body["chain"] = [one for one in body["chain"] if one["hop"] != "inference"]
    short = yaml.safe_dump(body, sort_keys=False, allow_unicode=True)
    value = paper(short)
    rows = rows_of(value)
    assert [row["hop"] for row in rows.parts["chain"]][-1] == "inference"
    assert written(short, FILE, value, rows) == short
    rows.parts["chain"][-1] |= {"state": "held", "what": "The model did as it was told."}
    assert {one.hop for one in paper(written(short, FILE, value, rows)).chain} == set(HOPS)


def test_a_form_that_was_tampered_with_gives_no_other_rows(text):
    form = sent(rows_of(paper(text))) | {"whys.rows": ["999999"], "factors.rows": ["x"], "tree.rows": ["3"]}
    rows = rows_sent(form)
    assert len(rows.parts["whys"]) == 40
    assert (rows.parts["factors"], set(rows.parts)) == ([], set(FIELDS))


@pytest.mark.parametrize("body", ["{drill: d, whys: []}\n", "whys: &a []\nother: *a\n", "- 1\n", "whys: [\n"])
def test_a_text_that_cannot_be_written_into_is_left_to_people(body):
    with pytest.raises(ContentError):
        with_part(body, FILE, "whys", [{"because": "x", "evidence": []}])


def test_the_last_part_and_one_that_is_not_there_are_written_too():
    assert yaml.safe_load(with_part("a: 1\nwhys:\n  - because: x\n    evidence: []", FILE, "whys", [])) == {
        "a": 1,
        "whys": [],
    }
    assert with_part("a: 1 # one\n", FILE, "whys", [{"because": "x"}]).startswith("a: 1 # one\nwhys:\n")


def test_events_are_found_by_words_and_none_that_is_about_the_exercise(events):
    found = search(events, "LEVER retrieval", 50)
    assert found
    assert all("lever" in one.says.casefold() and "retrieval" in one.says.casefold() for one in found)
    evidence = Evidence(events)
    assert not any(evidence.fault(one.cite) for one in search(events, "e", 10_000))
    assert search(events, "  ", 5) == []
    assert len(search(events, "e", 5)) == 5
