"""Minutes and risk register as forms: the same documents as the text, rows that nobody touched word for word, mistakes beside their fields."""

from pathlib import Path

import pytest

from hotwash.aftermath.causes.noted import TeamRecord
from hotwash.aftermath.meeting.draft import LIKELY, OWNER, PLAN, draft_review, draft_risks
from hotwash.aftermath.meeting.form import REVIEW_SHAPE, RISKS_SHAPE
from hotwash.kit.papers import read_paper
from hotwash.kit.schema.meeting import ITEMS, ReviewPaper, RiskPaper
from tests.support.played import played_drill

FILE = Path("paper.yaml")
RATED = """# the register of the shop
drill: d
risks:
  # the one that keeps us awake
  - {id: again, title: "It happens again", mode: data-leakage, likelihood: possible, why_likely: "Once a year", impact: {privacy: 1}, owner: Head of retrieval, treatment: reduce, plan: "A gate", review_on: 2026-12-24} # till then
  - id: rest  # what we live with
    title: What people have read already
    mode: data-leakage
    likelihood: likely
    why_likely: They said so.
    impact: {scale: 3, home-made: 2}
    owner: Legal
    treatment: accept
    plan: Nothing more.
    accepted_by: Legal
    accepted_until: 2027-01-31
    review_on: 2026-12-24
# the end
"""


@pytest.fixture(scope="module")
def team():
    return TeamRecord(played_drill(players="slow").events)


def minutes(text):
    return read_paper(text, FILE, ReviewPaper).whole()


def risks(text):
    return read_paper(text, FILE, RiskPaper).whole()


def sent(rows):
    """What a browser would send for these rows, unchanged."""
    found = {}
    for part, mine in rows.parts.items():
        found[f"{part}.rows"] = [str(len(mine))]
        for n, row in enumerate(mine):
            for name, value in row.items():
                at = f"{part}.{n}.{name}"
                found |= {f"{at}.{key}": [str(one)] for key, one in value.items()} if isinstance(value, dict) else {at: value if isinstance(value, list) else [str(value)]}  # fmt: skip
    return found


def test_forms_that_nobody_touched_change_no_letter(team):
    for text, shape, read in ((draft_review(team, None, ["nist-ai-rmf"], ["ic", "legal"]), REVIEW_SHAPE, minutes), (draft_risks(team, None), RISKS_SHAPE, risks), (RATED, RISKS_SHAPE, risks)):  # fmt: skip
        value = read(text)
        assert shape.written(text, FILE, shape.rows_sent(sent(shape.rows_of(value)), value)) == text


def test_a_risk_is_changed_and_the_one_beside_it_stays_word_for_word():
    value = risks(RATED)
    form = sent(RISKS_SHAPE.rows_of(value)) | {
        "risks.1.likelihood": ["rare"], "risks.1.impact.scale": [""], "risks.1.impact.privacy": ["2"], "risks.1.owner": ["*"], "risks.1.owner.else": ["Head of support"],
        "risks.1.treatment": ["reduce"], "risks.1.accepted_by": [""], "risks.1.accepted_until": [""], "risks.1.evidence": ["e3"],
    }  # fmt: skip
    text = RISKS_SHAPE.written(RATED, FILE, RISKS_SHAPE.rows_sent(form, value))
    first, second = risks(text).risks
    assert first == value.risks[0]
    assert RATED.splitlines()[:5] == text.splitlines()[:5]
    assert text.endswith("# the end\n")
    assert (second.likelihood, second.impact, second.owner, second.evidence) == ("rare", {"home-made": 2, "privacy": 2}, "Head of support", ["e3"])  # fmt: skip
    assert "accepted" not in text
    assert second.title == value.risks[1].title


def test_a_new_risk_gets_an_id_and_asks_for_what_nobody_said():
    value = risks(RATED)
    form = sent(RISKS_SHAPE.rows_of(value)) | {"risks.rows": ["3"], "risks.2.title": ["Again"], "risks.2.likelihood": ["open"], "risks.2.treatment": ["open"], "risks.2.mode": ["unknown"]}  # fmt: skip
    new = risks(RISKS_SHAPE.written(RATED, FILE, RISKS_SHAPE.rows_sent(form, value))).risks[2]
    assert (new.id, new.why_likely, new.owner, new.plan, new.review_on) == ("again-2", LIKELY, OWNER, PLAN, None)


def test_no_day_and_no_level_are_refused_beside_their_field():
    value = risks(RATED)
    form = sent(RISKS_SHAPE.rows_of(value)) | {"risks.0.out": ["1"], "risks.1.review_on": ["soon"], "risks.1.impact.scale": ["9"]}  # fmt: skip
    rows = RISKS_SHAPE.rows_sent(form, value)
    wrong = read_paper(RISKS_SHAPE.written(RATED, FILE, rows), FILE, RiskPaper)
    beside = RISKS_SHAPE.beside(wrong.problems, wrong.document.data, rows)
    assert sorted(beside) == ["risks.1.impact", "risks.1.review_on"]
    assert "Write a day" in beside["risks.1.review_on"][0]


def test_minutes_decisions_people_and_roles_are_written_and_other_items_stay(team):
    text = draft_review(team, None, ["nist-ai-rmf"], ["ic", "legal"]).replace("  - item: causes\n", "  - item: causes  # the long one\n")  # fmt: skip
    value = minutes(text)
    form = sent(REVIEW_SHAPE.rows_of(value)) | {
        "meeting.0.held_on": ["2026-12-03"], "meeting.0.chair": ["Noor Haddad"], "meeting.0.sign_off": ["ic", "privacy"], "attended.rows": ["2"],
        "attended.0.role": ["ic"], "attended.0.name": ["Noor Haddad"], "attended.1.role": ["tech"], "attended.1.name": [""],
        "communications-minutes.0.text": ["Shops were told at T+40."], "communications-minutes.0.evidence.more": ["e12"],
        "verification-decided.rows": ["2"], "verification-decided.0.text": ["Looked at on 3 January."], "verification-decided.1.text": ["And on 3 March."],
    }  # fmt: skip
    after = REVIEW_SHAPE.written(text, FILE, REVIEW_SHAPE.rows_sent(form, value))
    paper = minutes(after)
    assert (str(paper.held_on), paper.chair, paper.sign_off) == ("2026-12-03", "Noor Haddad", ["ic", "privacy"])
    assert [(one.role, one.name) for one in paper.attended] == [("ic", "Noor Haddad")]
    said = {one.item: one for one in paper.agenda}
    assert (said["communications"].minutes[0].text, said["communications"].minutes[0].evidence[-1]) == ("Shops were told at T+40.", "e12")  # fmt: skip
    assert said["verification"].decided == ["Looked at on 3 January.", "And on 3 March."]
    part = lambda body: body[(begin := body.index("  - item: causes")) : body.index("  - item: ", begin + 9)]
    assert part(after) == part(text)
    assert "# the long one" in after


def test_in_an_item_of_the_agenda_only_the_line_that_changed_is_written_anew(team):
    text = draft_review(team, None, [], ["ic"])
    first, second, third = [line for line in text.splitlines(keepends=True) if line.startswith("      - text:")][:3]
    text = text.replace(first, f"      # who saw it first\n{first}").replace(
        third, f"{third.rstrip()}  # to be checked\n"
    )
    text = text.replace("  - item: causes\n", "  # the long one\n  - item: causes\n")
    value = minutes(text)
    form = sent(REVIEW_SHAPE.rows_of(value)) | {"timeline-and-impact-minutes.1.text": ["Changed."], "timeline-and-impact-decided.0.text": ["Yes."]}  # fmt: skip
    after = REVIEW_SHAPE.written(text, FILE, REVIEW_SHAPE.rows_sent(form, value))
    gone = set(text.splitlines()) - set(after.splitlines())
    assert gone == {second.rstrip()} | {
        line for line in gone if line.startswith(("        evidence: ", "    decided: "))
    }
    assert minutes(after).agenda[0].minutes[1].text == "Changed."
    assert minutes(after).agenda[0].decided == ["Yes."]
    assert minutes(after).agenda[1:] == value.agenda[1:]
    flow = "drill: d\nchair: c\nattended: []\nsign_off: [ic]\nagenda:\n" + "".join(f"  - {{item: {one}, minutes: [{{text: t}}], decided: [x]}}\n" for one in ITEMS)  # fmt: skip
    form = sent(REVIEW_SHAPE.rows_of(minutes(flow))) | {"causes-decided.0.text": ["y"]}
    after = REVIEW_SHAPE.written(flow, FILE, REVIEW_SHAPE.rows_sent(form, minutes(flow)))
    assert minutes(after).agenda[1].decided == ["y"]
    assert [line for line in flow.splitlines() if line not in after.splitlines()] == [flow.splitlines()[6]]


def test_mistakes_in_minutes_find_their_field(team):
    text = draft_review(team, None, [], ["ic"])
    value = minutes(text)
    rows = REVIEW_SHAPE.rows_sent(sent(REVIEW_SHAPE.rows_of(value)) | {"meeting.0.sign_off": [], "meeting.0.held_on": ["3.12."]}, value)  # fmt: skip
    wrong = read_paper(REVIEW_SHAPE.written(text, FILE, rows), FILE, ReviewPaper)
    assert sorted(REVIEW_SHAPE.beside(wrong.problems, wrong.document.data, rows)) == ["meeting.0.held_on", "meeting.0.sign_off"]  # fmt: skip
    assert REVIEW_SHAPE.place(("agenda", 2, "minutes", 1, "evidence", 0), None) == ("control-gaps-minutes", 1, "evidence")  # fmt: skip
    assert REVIEW_SHAPE.place(("log_head",), None) is None


def test_an_agenda_in_another_order_is_left_to_the_text(team):
    value = minutes(draft_review(team, None, [], ["ic"]))
    assert REVIEW_SHAPE.shows(value)
    assert not REVIEW_SHAPE.shows(value.model_copy(update={"agenda": value.agenda[::-1]}))
