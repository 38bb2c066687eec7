"""Controls: none without its operating instruction, none that a gap asks for left out, access that is judged and separated."""

import copy
from pathlib import Path

import pytest

from hotwash.aftermath.causes.draft import draft
from hotwash.aftermath.causes.noted import TeamRecord
from hotwash.aftermath.controls.check import check_controls
from hotwash.aftermath.controls.draft import draft_controls
from hotwash.aftermath.controls.pages import controls_report
from hotwash.aftermath.markdown import to_markdown
from hotwash.kit.frameworks import load_frameworks
from hotwash.kit.papers import read_paper
from hotwash.kit.schema.causes import CausesPaper
from hotwash.kit.schema.controls import ControlsPaper
from tests.support.papers import as_yaml, filled, operated
from tests.support.played import played_drill

FILE = Path("controls.yaml")


@pytest.fixture(scope="module")
def team():
    return TeamRecord(played_drill(players="slow").events)


@pytest.fixture(scope="module")
def causes(team):
    return read_paper(as_yaml(filled(draft(team))), FILE, CausesPaper).value


@pytest.fixture(scope="module")
def whole(team, causes):
    return operated(draft_controls(team, causes))


def problems(text, causes):
    return [str(one) for one in check_controls(read_paper(text, FILE, ControlsPaper), causes, load_frameworks())]


def test_a_draft_asks_for_the_instruction_of_every_gap(team, causes):
    paper = read_paper(draft_controls(team, causes), FILE, ControlsPaper)
    assert paper.problems == ()
    assert [one.id for one in paper.value.controls] == ["filter-test", "alert-pii"]
    assert len([*paper.still_open()]) >= 12
    assert len(paper.value.access_review.access) == 9


def test_without_causes_there_is_still_an_access_review(team):
    paper = read_paper(draft_controls(team, None), FILE, ControlsPaper)
    assert paper.value.controls == []


def test_a_whole_paper_has_nothing_to_mend(whole, causes):
    assert problems(as_yaml(whole), causes) == []


@pytest.mark.parametrize(
    ("path", "to", "said"),
    [
        (("controls", 0, "operating"), None, "'filter-test' has no operating instruction"),
        (("controls", 0, "operating", "owner"), "the team", "is nobody in particular"),
        (("controls", 0, "operating", "how"), "ask ops", "too short to act on"),
        (("controls", 0, "operating", "works_when"), "People are happy with what it does", "names nothing that can be looked at"),
        (("controls", 0, "operating", "tell"), "OPEN: what?", "still open: what"),
        (("controls", 0, "kind"), "open", "nobody has said what it is for"),
        (("controls", 0, "answers"), ["nist-ai-rmf:MANAGE 9.9"], "is no entry of a framework"),
        (("controls",), [], "no control here answers it"),
        (("access_review", "reviewed_on"), None, "no day is given"),
        (("access_review", "next_on"), "2026-12-05", "is not after"),
        (("access_review", "access", 0, "approved_by"), ["platform engineer"], "may do it and agree to it alone"),
        (("access_review", "access", 0, "approved_by"), [], "nobody has to agree"),
        (("access_review", "access", 0, "holders"), [], "nobody may do it"),
        (("access_review", "access", 0, "logged"), "no", "it leaves no log"),
        (("access_review", "access", 0, "logged"), "open", "whether it leaves a log"),
        (("access_review", "access", 0, "holders", 0, "keep"), "open", "nobody has judged Platform engineer"),
    ],
)  # fmt: skip
def test_what_cannot_stand(whole, causes, path, to, said):
    paper = copy.deepcopy(whole)
    at = paper
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = to
    found = problems(as_yaml(paper), causes)
    assert any(said in one for one in found), found
    assert all(one.startswith("controls.yaml:") for one in found)


def test_the_page_has_every_instruction_and_everybody_who_may(whole):
    paper = read_paper(as_yaml(whole), FILE, ControlsPaper).value
    page = to_markdown(controls_report(paper, 0))
    for one in paper.controls:
        assert one.operating.how in page
        assert one.operating.step_down in page
    assert page.count("Platform engineer") == len(paper.access_review.access)
