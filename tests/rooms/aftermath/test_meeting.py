"""The formal review: minutes from the record, a register scored by the kit, frameworks covered, papers signed."""

import copy
from datetime import date
from pathlib import Path

import pytest
import yaml

from hotwash import bootstrap
from hotwash.aftermath.blocks import Bars
from hotwash.aftermath.causes.noted import Evidence, TeamRecord
from hotwash.aftermath.html import to_html
from hotwash.aftermath.markdown import to_markdown
from hotwash.aftermath.meeting.check import About, check_review, check_risks
from hotwash.aftermath.meeting.coverage import coverage
from hotwash.aftermath.meeting.draft import draft_review, draft_risks
from hotwash.aftermath.meeting.pages import coverage_blocks
from hotwash.aftermath.meeting.risks import band, score
from hotwash.drill.events import EVENTS
from hotwash.kernel.errors import ContentError
from hotwash.kit.frameworks import check_signs, load_frameworks
from hotwash.kit.load import load_kit
from hotwash.kit.papers import read_paper
from hotwash.kit.schema.capa import CapaAction
from hotwash.kit.schema.causes import CausesPaper
from hotwash.kit.schema.meeting import ITEMS, ReviewPaper, Risk, RiskPaper
from tests.support.papers import as_yaml, filled, held, rated
from tests.support.played import played_drill

FILE = Path("review.yaml")


@pytest.fixture(scope="module")
def events():
    return played_drill(players="slow").events


@pytest.fixture(scope="module")
def team(events):
    return TeamRecord(events)


@pytest.fixture(scope="module")
def causes(team):
    from hotwash.aftermath.causes.draft import draft

    return read_paper(as_yaml(filled(draft(team))), FILE, CausesPaper).value


@pytest.fixture(scope="module")
def about(events, causes):
    return About(Evidence(events), events[-1].hash, load_kit(None), load_frameworks(), causes)


@pytest.fixture(scope="module")
def minutes(team, causes):
    return held(draft_review(team, causes, [one.id for one in load_frameworks()], ["ic", "legal"]))


@pytest.fixture(scope="module")
def register(team, causes):
    return rated(draft_risks(team, causes))


def changed(paper, *path, to):
    other = copy.deepcopy(paper)
    at = other
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = to
    return as_yaml(other)


def test_a_draft_fills_the_agenda_from_the_record(team, causes, events):
    paper = read_paper(draft_review(team, causes, ["nist-ai-rmf"], ["ic"]), FILE, ReviewPaper)
    assert paper.problems == ()
    assert tuple(one.item for one in paper.value.agenda) == ITEMS
    said = {one.item: one.minutes for one in paper.value.agenda}
    assert any("Levers: " in one.text for one in said["timeline-and-impact"])
    assert [one.text for one in said["causes"]] == [one.because for one in causes.whys]
    assert "Tenant filter proved on every rebuild" in said["control-gaps"][0].text
    evidence = Evidence(events)
    assert [cite for lines in said.values() for one in lines for cite in one.evidence if evidence.fault(cite)] == []


def test_actions_are_on_the_agenda_with_their_owner_day_and_check(team, causes):
    action = CapaAction.model_validate(
        {
            "id": "flush-first", "finding": "The cache went on serving", "cites": [12, 13], "type": "preventive", "horizon": "fast", "owner": "R. Ito",
            "action": "A rollback of the index flushes the cache within 5 minutes.", "deadline": "2026-12-10", "score": {"severities": 3, "modes": 1, "time_to_value": 3},
            "verification": {"command": {"run": ["true"]}},
            "effect": {"on": "2027-03-01", "metric": "foreign answers after a rollback", "works_if": "none in the next drill"},
        }
    )  # fmt: skip
    paper = yaml.safe_load(draft_review(team, causes, [], ["ic"], [action]))
    minutes = {one["item"]: one["minutes"][0] for one in paper["agenda"]}
    assert "Owner R. Ito, due 2026-12-10, verified by command." in minutes["corrective-actions"]["text"]
    assert minutes["corrective-actions"]["evidence"] == ["e12", "e13"]
    assert "none in the next drill" in minutes["verification"]["text"]


def test_without_causes_the_agenda_asks(team):
    paper = read_paper(draft_review(team, None, [], ["ic"]), FILE, ReviewPaper)
    said = {one.item: one.minutes[0].text for one in paper.value.agenda}
    assert said["causes"].startswith("OPEN")
    assert said["control-gaps"].startswith("OPEN")


def test_whole_papers_have_nothing_to_mend(minutes, register, about):
    assert check_review(read_paper(as_yaml(minutes), FILE, ReviewPaper), about) == []
    assert check_risks(read_paper(as_yaml(register), FILE, RiskPaper), about, date(2026, 12, 3)) == []


@pytest.mark.parametrize(
    ("path", "to", "said"),
    [
        (("held_on",), None, "no day is given"),
        (("attended",), [], "nobody is named"),
        (("attended", 0, "role"), "captain", "the kit has no role 'captain'"),
        (("sign_off", 0), "icc", "Write 'ic'"),
        (("frameworks", 0), "nist", "there is no framework 'nist'"),
        (("log_head",), "0" * 64, "these minutes are of another log"),
        (("agenda",), [], "does not have every item once"),
        (("agenda", 0, "minutes", 0, "evidence"), [], "this line cites nothing"),
        (("agenda", 0, "minutes", 0, "evidence"), ["e99999"], "no event 99999"),
        (("agenda", 4), {"item": "corrective-actions"}, "nothing was said and nothing decided"),
        (("chair",), "OPEN: who?", "still open: who"),
        (("agenda", 0, "item"), "weather", "weather"),
    ],
)
def test_minutes_that_cannot_stand(minutes, about, path, to, said):
    found = [str(one) for one in check_review(read_paper(changed(minutes, *path, to=to), FILE, ReviewPaper), about)]
    assert any(said in one for one in found), found


@pytest.mark.parametrize(
    ("path", "to", "said"),
    [
        (("risks", 0, "likelihood"), "open", "nobody has said how likely"),
        (("risks", 0, "impact"), {}, "no dimension of the severity matrix is rated"),
        (("risks", 0, "impact"), {"privaci": 1}, "Write 'privacy'"),
        (("risks", 0, "mode"), "leak", "no failure mode 'leak'"),
        (("risks", 0, "owner"), "the platform team", "is nobody in particular"),
        (("risks", 0, "treatment"), "accept", "accepted by nobody, or for ever"),
        (("risks", 0, "review_on"), date(2026, 12, 1), "is not after the meeting of 2026-12-03"),
        (("risks", 0, "review_on"), None, "no review date"),
        (("risks", 0, "gaps"), [], "no risk names the control gap 'filter-test'"),
        (("risks", 0, "gaps"), ["filter-test", "alert-pi"], "Write 'alert-pii'"),
        (("risks", 0, "evidence"), ["e0"], "no event 0"),
        (("risks", 0, "impact"), {"privacy": 7}, "privacy"),
    ],
)
def test_risks_that_cannot_stand(register, about, path, to, said):
    paper = read_paper(changed(register, *path, to=to), FILE, RiskPaper)
    found = [str(one) for one in check_risks(paper, about, date(2026, 12, 3))]
    assert any(said in one for one in found), found


def risk(likelihood: str, **impact: int) -> Risk:
    return Risk.model_validate(
        {"id": "r", "title": "t", "mode": "drift", "likelihood": likelihood, "why_likely": "w", "impact": impact, "owner": "o", "treatment": "reduce", "plan": "p"}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("likelihood", "impact", "points", "called"),
    [
        ("likely", {"privacy": 1, "scale": 4}, 16, "high"),
        ("possible", {"privacy": 1}, 12, "high"),
        ("likely", {"scale": 2}, 12, "high"),
        ("unlikely", {"scale": 2}, 6, "medium"),
        ("rare", {"privacy": 1}, 4, "low"),
        ("likely", {"scale": 4}, 4, "low"),
        ("open", {"scale": 1}, None, "open"),
        ("likely", {}, None, "open"),
    ],
)
def test_the_worst_dimension_counts_times_likelihood(likelihood, impact, points, called):
    assert (score(risk(likelihood, **impact)), band(risk(likelihood, **impact))) == (points, called)


def test_the_packaged_frameworks_name_events_that_exist():
    found = load_frameworks()
    assert {one.id: len(one.entries) for one in found} == {"nist-ai-rmf": 22, "iso-42001": 38, "mitre-atlas": 35}
    assert check_signs(found, frozenset(EVENTS), FILE) == []


def test_a_sign_without_an_event_and_an_id_twice_are_told(tmp_path):
    file = tmp_path / "own.yaml"
    head = "- {id: own, title: Own, version: '1', source: us, checked_on: 2026-11-01, entries: ["
    file.write_text(head + "{id: A, title: a, shown_by: [{event: levr_pulled}]}]}\n")
    found = check_signs(load_frameworks(file), frozenset(EVENTS), file)
    assert "Write 'lever_pulled'" in str(found[0])
    file.write_text(head + "{id: A, title: a}, {id: A, title: b}]}\n")
    with pytest.raises(ContentError, match="twice"):
        load_frameworks(file)


def test_coverage_tells_four_standings(events):
    found = {f"{one.framework}:{one.entry.id}": one for one in coverage(load_frameworks(), events, {"nist-ai-rmf:MANAGE 2.4": ["Kill switch"], "nist-ai-rmf:GOVERN 6.2": ["Standby of the provider"]})}  # fmt: skip
    assert found["nist-ai-rmf:MANAGE 2.4"].standing == "exercised-and-covered"
    assert {by.type for by in events if by.version in found["nist-ai-rmf:MANAGE 2.4"].events} == {"lever_pulled"}
    assert found["nist-ai-rmf:MANAGE 1.2"].standing == "exercised-only"
    assert found["nist-ai-rmf:GOVERN 6.2"].standing == "covered-only"
    assert found["iso-42001:A.10.3"].standing == "neither"
    assert found["nist-ai-rmf:GOVERN 1.7"].standing == "not-for-a-drill"


def test_the_chart_counts_what_the_tables_list(events):
    frameworks = load_frameworks()
    covered = coverage(frameworks, events, {})
    bars = next(one for one in coverage_blocks(covered, frameworks) if isinstance(one, Bars))
    for bar, framework in zip(bars.bars, frameworks, strict=True):
        shown = [one for one in covered if one.framework == framework.id and one.standing != "not-for-a-drill"]
        assert sum(bar.values) == len(shown)


def test_signing_seals_the_papers_and_a_change_shows(tmp_path, minutes, register):
    record = played_drill(players="slow").copied(tmp_path / "leak")
    bootstrap.keep_paper(record, "causes.yaml", as_yaml(filled(bootstrap.draft_causes(record))))
    bootstrap.keep_paper(record, "review.yaml", as_yaml({**minutes, "chair": "OPEN"}))
    bootstrap.keep_paper(record, "risks.yaml", as_yaml(register))
    with pytest.raises(ContentError, match="still open"):
        bootstrap.sign_meeting(record, "ic", "Dana")
    bootstrap.keep_paper(record, "review.yaml", as_yaml(minutes))
    with pytest.raises(ContentError, match="not among the roles"):
        bootstrap.sign_meeting(record, "scribe", "Sam")
    for role in minutes["sign_off"]:
        bootstrap.sign_meeting(record, role, f'{role} "O\'Neil": #1')
    found = bootstrap.check_meeting(record)
    assert found.problems == ()
    page = to_html(found.report())
    assert "EXERCISE" in page
    gap = next(gap for one in register["risks"] for gap in one["gaps"])
    called = next(one.title for one in found.about.causes.controls if one.id == gap)
    assert (f"<td>{called}" in page, "Legal Counsel" in page) == (True, True)
    assert found.signed.signatures[0].digests["risks.yaml"][:12] in to_markdown(found.report())

    bootstrap.keep_paper(record, "risks.yaml", as_yaml(register) + "# a comment\n")
    told = [str(one) for one in bootstrap.check_meeting(record).problems]
    assert len(told) == 2
    assert all("risks.yaml was changed after" in one for one in told)
    bootstrap.sign_meeting(record, "ic", "Dana")
    assert [one.role for one in bootstrap.check_meeting(record).signed.signatures] == ["ic", "legal", "ic"]
    assert len(bootstrap.check_meeting(record).problems) == 1


def test_a_paper_that_nobody_wrote_says_how_to_begin(tmp_path):
    record = played_drill(players="slow").copied(tmp_path / "leak")
    with pytest.raises(ContentError, match="hotwash meeting new"):
        bootstrap.check_meeting(record)
    assert yaml.safe_load(bootstrap.draft_meeting(record)["risks.yaml"])["risks"][0]["gaps"] == []
