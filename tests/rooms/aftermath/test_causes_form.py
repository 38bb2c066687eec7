"""Causes as a form: the same document as the text, written back part by part, with evidence that is found by words."""

from pathlib import Path

import pytest
import yaml

from hotwash.aftermath.causes.draft import draft
from hotwash.aftermath.causes.form import CAUSES_SHAPE, PARTS
from hotwash.aftermath.causes.noted import Evidence, TeamRecord
from hotwash.aftermath.causes.search import search
from hotwash.aftermath.forms.shape import ENTER, MOST
from hotwash.kernel.errors import ContentError, Located, Problem
from hotwash.kit.papers import read_paper
from hotwash.kit.parts import with_part
from hotwash.kit.schema.causes import HOPS, CausesPaper
from tests.support.played import played_drill

FILE = Path("causes.yaml")
rows_of, rows_sent, pressed = CAUSES_SHAPE.rows_of, CAUSES_SHAPE.rows_sent, CAUSES_SHAPE.pressed


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


def written(text, rows):
    return CAUSES_SHAPE.written(text, FILE, rows)


def sent(rows):
    """What a browser would send for these rows, unchanged."""
    found = {}
    for part, mine in rows.parts.items():
        found[f"{part}.rows"] = [str(len(mine))]
        for n, row in enumerate(mine):
            for name, value in row.items():
                found[f"{part}.{n}.{name}"] = value if isinstance(value, list) else [str(value)]
    return found


def test_a_form_that_nobody_touched_changes_no_letter(text):
    value = paper(text)
    assert written(text, rows_sent(sent(rows_of(value)), value)) == text


def test_a_question_that_nobody_answered_stays_one(text):
    value = paper(text)
    form = sent(rows_of(value))
    number = next(n for n, one in enumerate(value.whys) if one.because.startswith("OPEN"))
    form |= {f"whys.{number}.because": [""], f"whys.{number}.because.open": [value.whys[number].because]}
    assert written(text, rows_sent(form, value)) == text
    form |= {f"whys.{number}.because": ["The rebuild skipped the check."]}
    assert paper(written(text, rows_sent(form, value))).whys[number].because == "The rebuild skipped the check."


def test_a_row_that_was_removed_is_put_back_with_all_that_it_said(text):
    value = paper(text)
    rows = rows_of(value)
    assert pressed(rows, "remove tree.0", {})
    assert pressed(rows, "remove whys.1", {})
    again = rows_sent(sent(rows), value)
    assert paper(written(text, again)).whys == [value.whys[0], *value.whys[2:]]
    assert pressed(again, "back whys.1", {})
    assert pressed(again, "back tree.0", {})
    assert written(text, rows_sent(sent(again), value)) == text
    assert pressed(rows, "add whys", {})
    count = len(rows.parts["whys"])
    assert pressed(rows, f"remove whys.{count - 1}", {})
    assert len(rows.parts["whys"]) == count - 1, "into this one nobody wrote anything: there is nothing to put back"


def test_what_is_wrong_is_said_beside_the_field_that_it_is_typed_into(text):
    grown = rows_of(paper(text))
    assert pressed(grown, "add tree.0", {})
    grown.parts["tree"][1] |= {"cause": "Nobody checks.", "verdict": "certain"}
    grown.parts["whys"][0]["out"] = "1"
    grown.parts["whys"][1]["because"] = "x"
    wrong = read_paper(written(text, grown), FILE, CausesPaper)
    assert wrong.value is None
    assert [*CAUSES_SHAPE.beside(wrong.problems, wrong.document.data, grown)] == ["tree.1.verdict"]
    found = Problem(Located(FILE, 0, 0, ("whys", 0, "evidence", 3)), "it is not there", "Cite another.")
    beside = CAUSES_SHAPE.beside([found], wrong.document.data, grown)
    assert beside == {"whys.1.evidence": ["It is not there. Cite another."]}


def test_what_somebody_else_kept_is_named_and_can_be_taken_part_by_part(text):
    mine = sent(rows_of(paper(text))) | {"whys.0.because": ["Mine."], "factors.0.factor": ["Mine too."]}
    theirs = paper(text).model_copy(update={"whys": paper(text).whys[1:]})
    rows = rows_sent(mine, theirs)
    assert CAUSES_SHAPE.differ(rows) == ["whys", "factors"]
    assert pressed(rows, "theirs whys", {})
    assert CAUSES_SHAPE.differ(rows) == ["factors"]
    assert rows.parts["whys"][0]["because"] == theirs.whys[0].because


def test_what_is_changed_is_written_and_every_other_line_stays(text):
    value = paper(text)
    form = sent(rows_of(value))
    said = 'Nobody owned it: "tenant" is a property\r\nof no team. # not a comment'
    form["whys.1.because"] = [said]
    form["whys.1.evidence.more"] = ["e12, e40 e12"]
    after = written(text, rows_sent(form, value))
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
    after = paper(written(text, rows))
    assert after.whys == value.whys[1:]
    assert after.factors == value.factors
    assert not pressed(rows, "keep", {})
    for do in (
        "remove whys.99",
        "remove chain.0",
        "add chain",
        "remove whys.-1",
        "search whys.99",
        "add top_event",
        ENTER,
    ):
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
    assert written(short, rows) == short
    rows.parts["chain"][-1] |= {"state": "held", "what": "The model did as it was told."}
    assert {one.hop for one in paper(written(short, rows)).chain} == set(HOPS)


def test_a_form_that_was_tampered_with_gives_no_other_rows(text):
    value = paper(text)
    form = sent(rows_of(value)) | {"whys.rows": ["999999"], "factors.rows": ["x"], "else.rows": ["3"]}
    rows = rows_sent(form, value)
    assert len(rows.parts["whys"]) == MOST
    assert (rows.parts["factors"], set(rows.parts)) == ([], set(PARTS))
    form = sent(rows_of(value)) | {"tree.1.depth": ["999"], "tree.0.depth": ["x"]}
    assert paper(written(text, rows_sent(form, value))).tree[0].causes[0].cause == value.tree[1].cause


def test_a_part_that_was_not_sent_stays_and_a_paper_too_long_for_a_form_says_so(text):
    value = paper(text)
    assert written(text, rows_sent({"whys.rows": ["0"]}, value)).split("factors:")[1] == text.split("factors:")[1]
    assert not rows_of(value).too_many
    assert rows_of(value.model_copy(update={"whys": value.whys * MOST})).too_many


def test_a_tree_grows_below_a_cause_and_loses_a_branch_whole(text):
    value = paper(text)
    rows = rows_of(value)
    for do in ("add tree.0", "add tree.1", "add tree.0"):
        assert pressed(rows, do, {})
    depths = [row["depth"] for row in rows.parts["tree"]]
    assert depths[:4] == [0, 1, 2, 1]
    for n, said in (
        (1, "Nobody checks a new index."),
        (2, "No team owns the check."),
        (3, "The canary asks no second tenant."),
    ):
        rows.parts["tree"][n]["cause"] = said
    rows.parts["tree"][1] |= {
        "gate": "all",
        "verdict": "confirmed",
        "evidence": ["e25"],
        "controls": ["before-release"],
    }
    after = paper(grown := written(text, rows))
    assert [one.cause for one in after.tree] == [one.cause for one in value.tree]
    first, second = after.tree[0].causes
    assert (first.gate, first.controls, first.causes[0].cause) == ("all", ["before-release"], "No team owns the check.")
    assert second.cause == "The canary asks no second tenant."
    again = rows_of(after)
    assert written(grown, rows_sent(sent(again), after)) == grown
    assert pressed(again, "remove tree.1", {})
    assert [one.cause for one in paper(written(grown, again)).tree[0].causes] == [second.cause]


def test_consequences_controls_the_conclusion_and_how_work_was_arranged_are_written_and_rows_beside_them_keep_their_comments(
    text,
):
    value = paper(text)
    form = sent(rows_of(value))
    form |= {
        "consequences.0.verdict": ["happened"],
        "controls.0.state": ["late"],
        "controls.0.answers": ["x:1"],
        "controls.0.answers.more": ["", "nist-ai-rmf:MANAGE 2.4"],
    }
    number = len(value.controls)
    form |= {
        "controls.rows": [str(number + 1)],
        f"controls.{number}.title": ["A second tenant in the canary"],
        f"controls.{number}.state": ["missing"],
    }
    form |= {
        "top_event.0.top_event": ["Shops read what other shops own"],
        "conclusion.0.bucket": ["platform"],
        "conclusion.0.since_min": ["12.5"],
    }
    form |= {"conclusion.0.scope": ["tenant: t-04 , t-08"], "conclusion.0.contributors": ["data", "policy"]}
    number = len(value.human_factors)
    form |= {"human_factors.rows": [str(number + 1)], f"human_factors.{number}.question": ["Who reads the alert?"]}
    text_after = written(text, rows_sent(form, value))
    after = paper(text_after)
    assert (after.consequences[0].verdict, after.consequences[1:]) == ("happened", value.consequences[1:])
    assert (after.controls[0].state, after.controls[0].answers) == ("late", ["x:1", "nist-ai-rmf:MANAGE 2.4"])
    assert (after.controls[-1].id, after.controls[-1].state) == ("a-second-tenant-in-the-canary", "missing")
    assert after.top_event == "Shops read what other shops own"
    said = after.conclusion
    assert (said.bucket, said.since_min, said.scope, said.contributors) == (
        "platform",
        12.5,
        {"tenant": ["t-04", "t-08"]},
        ["data", "policy"],
    )
    assert (after.human_factors[-1].question, after.human_factors[-1].answer) == ("Who reads the alert?", "OPEN")
    kept = [line for line in text.splitlines() if "# happened, lessened or prevented" in line]
    assert [line for line in text_after.splitlines() if "# happened, lessened or prevented" in line] == kept[1:]
    for part in ("chain", "whys", "factors", "tree"):
        assert yaml.safe_load(text_after)[part] == yaml.safe_load(text)[part]


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
