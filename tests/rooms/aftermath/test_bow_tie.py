"""The bow-tie: which control stood before and after the event and what it did, drawn and said with the same words."""

import copy
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from hotwash.aftermath.blocks import Barrier, BowTie, Report, TreeNode
from hotwash.aftermath.bow_ties import bow_tie_chart, bow_tie_lists
from hotwash.aftermath.causes.bow_tie import bow_tie
from hotwash.aftermath.causes.check import check
from hotwash.aftermath.causes.draft import draft
from hotwash.aftermath.causes.noted import Evidence, TeamRecord
from hotwash.aftermath.causes.pages import bow_tie_report, causes_report, posts_of
from hotwash.aftermath.drawings import WIDE
from hotwash.aftermath.html import to_html
from hotwash.aftermath.markdown import to_markdown
from hotwash.kit.papers import read_paper
from hotwash.kit.schema.causes import CausesPaper
from tests.support.papers import as_yaml, filled
from tests.support.played import played_drill

FILE = Path("causes.yaml")
HOSTILE = '<script>alert(1)</script> & "quoted" | *bold*'


@pytest.fixture(scope="module")
def events():
    return played_drill(players="slow").events


@pytest.fixture(scope="module")
def paper(events):
    return filled(draft(TeamRecord(events)))


def drawn(paper, events) -> BowTie:
    value = CausesPaper.model_validate(paper)
    return bow_tie(value, Evidence(events), posts_of(value))


def test_a_draft_has_the_impact_that_the_team_assessed_with_the_levers_that_it_pulled(events):
    found = read_paper(draft(TeamRecord(events)), FILE, CausesPaper).value.consequences
    assert [one.consequence.split(":")[0] for one in found] == ["Hit", "Data in wrong hands", "Promises broken"]
    assessed = max(one.version for one in events if one.type == "impact_assessed")
    assert all(one.evidence == [f"e{assessed}"] and one.verdict == "open" for one in found)
    assert all(name.startswith("lever-") for one in found for name in one.controls)
    assert found[0].controls


def test_threats_are_the_ends_of_the_tree_that_are_not_ruled_out(paper, events):
    paper = copy.deepcopy(paper)
    leaf = {
        "cause": "The rebuild dropped it",
        "verdict": "confirmed",
        "evidence": [],
        "controls": ["alert-pii"],
        "causes": [],
    }
    paper["tree"] = [
        {"cause": "Filter", "verdict": "confirmed", "controls": ["filter-test"], "causes": [leaf, leaf | {"cause": "Moon", "verdict": "ruled-out"}]},
        {"cause": "Cache", "verdict": "ruled-out", "controls": ["filter-test"], "causes": [leaf | {"cause": "below what is ruled out"}]},
    ]  # fmt: skip
    found = drawn(paper, events)
    assert [one.text for one in found.threats] == ["The rebuild dropped it"]
    assert [(one.title.split()[0], one.word) for one in found.threats[0].barriers] == [
        ("Alert", "late"),
        ("Tenant", "missing"),
    ]


def test_it_says_which_controls_held_failed_and_were_not_there(paper, events):
    found = drawn(paper, events)
    assert "of the controls after it 1 worked" in found.summary
    assert "of the controls before the event 1 missing, 1 worked" in found.summary
    assert [one.tone for one in found.consequences] == ["warn"] * len(paper["consequences"])
    assert {one.tone for line in found.threats for one in line.barriers} == {"bad", "good"}
    svg = bow_tie_chart(found, 1)
    assert svg.count('class="post good"') + svg.count('class="post bad"') == sum(
        len(one.barriers) for one in (*found.threats, *found.consequences)
    )


def test_a_paper_of_before_shows_its_impact(paper, events):
    before = {name: one for name, one in paper.items() if name != "consequences"}
    assert not check(read_paper(as_yaml(before), FILE, CausesPaper), Evidence(events))
    impact = next(one for one in paper["chain"] if one["hop"] == "impact")
    assert [one.text for one in drawn(before, events).consequences] == [impact["what"]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"verdict": "open"}, "nobody has judged this consequence"),
        ({"evidence": []}, "'lessened' has no evidence"),
        ({"evidence": ["e999999"]}, "the record has no event 999999"),
        ({"controls": []}, "no control is named that should have kept this consequence small"),
        ({"controls": ["gone"]}, "there is no control 'gone'"),
    ],
)
def test_a_consequence_that_cannot_stand_is_told(paper, events, change, said):
    paper = copy.deepcopy(paper)
    paper["consequences"][0] |= change
    found = [str(one) for one in check(read_paper(as_yaml(paper), FILE, CausesPaper), Evidence(events))]
    assert len(found) == 1
    assert said in found[0]


def test_every_form_of_the_report_says_the_same(paper, events):
    value = CausesPaper.model_validate(paper)
    page, text = (show(causes_report(value, Evidence(events), 0, events)) for show in (to_html, to_markdown))
    assert 'class="chart tree bow"' in page
    for heading, node, between in bow_tie_lists(drawn(paper, events)):
        assert f"<strong>{heading}, {node.word}:</strong>" in page
        assert f"| {heading} | {node.word} |" in text
        assert between.split(": ")[0] in text
    alone = to_markdown(bow_tie_report(value, Evidence(events), events))
    assert "Fault tree" not in alone
    assert "Before and after the event" in alone


@pytest.mark.parametrize(("left", "right"), [(0, 0), (1, 1), (6, 2), (1, 9)])
def test_boxes_stand_apart_and_on_the_sheet(left, right):
    posts = tuple(Barrier(n, f"control {n}", "missing", "bad") for n in range(1, 6))
    line = TreeNode(
        "Something of some length that needs more than one line to be written down", "possible", "warn", barriers=posts
    )
    svg = bow_tie_chart(BowTie("t", "s", "The top event", (line,) * left, (line,) * right), 1)
    ET.fromstring(svg)
    height = float(re.search(r'viewBox="0 0 960 ([\d.]+)"', svg)[1])
    found = re.findall(r'<rect class="box [a-z]+" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', svg)
    placed = [tuple(map(float, one)) for one in found]
    assert len(placed) == left + right + 1
    for n, (x, y, wide, tall) in enumerate(placed):
        assert 0 <= x <= x + wide <= WIDE
        assert 0 <= y <= y + tall <= height
        for a, b, c, d in placed[n + 1 :]:
            assert x + wide <= a or a + c <= x or y + tall <= b or b + d <= y


def test_words_of_people_stay_words():
    line = TreeNode(HOSTILE, "possible", "warn", barriers=(Barrier(1, HOSTILE, "missing", "bad"),))
    report = Report(HOSTILE, "", "", [], [BowTie(HOSTILE, HOSTILE, HOSTILE, (line,), (line,))])
    assert "<script>" not in to_html(report)
    assert "*bold*" not in to_markdown(report).replace(r"\*", "")
