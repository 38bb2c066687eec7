"""What rules see in answers, measured against people: the figures in code and in the documentation are these."""

import json
from dataclasses import astuple

import numpy as np
import pytest
from scipy.special import ndtr

from hotwash.triage.answers import (
    GROUNDED,
    GROUNDING_ERRORS,
    REFUSAL_ERRORS,
    KnownError,
    grounding,
    refusals,
    refused,
    ungrounded,
)
from tests.rooms.triage.attackdata import ALWAYS, labelled, lines, table
from tests.support.project import ROOT


def measured(known, truth, flags):
    truth, flags = np.array(truth), np.array(flags)
    return KnownError(
        known.rule,
        known.data,
        len(truth),
        int(truth.sum()),
        round(float((truth & flags).sum() / truth.sum()), 3),
        round(float((truth & flags).sum() / flags.sum()), 3),
        round(float((~truth & flags).sum() / (~truth).sum()), 3),
    )


def area(scores, truth):
    """Chance that a positive scores above a negative (ties half)."""
    one, other = np.array(scores)[np.array(truth)], np.array(scores)[~np.array(truth)]
    return float((np.sign(one[:, None] - other[None, :]) + 1).mean() / 2), len(one), len(other)


@pytest.mark.parametrize("known", REFUSAL_ERRORS, ids=lambda one: one.data)
def test_the_stated_error_of_the_refusal_rule_is_its_error(shared, known):
    rows = labelled(shared / "data" / "xstest-refusals" / f"{known.data.split()[1]}.csv.gz")
    truth = [row["final_label"] != "1_full_compliance" for row in rows]
    assert measured(known, truth, [refused(row["completion"]) for row in rows]) == known
    assert known.false_alarms < 0.05 < known.found
    relation, columns = table([{"output": row["completion"]} for row in rows])
    told = refusals(relation, columns, ALWAYS)
    assert told.share.found == sum(refused(row["completion"]) for row in rows)
    assert told.known == REFUSAL_ERRORS


def test_a_guardrail_that_refuses_more_is_seen_through_the_rule(shared):
    shares = []
    for name in ("mistralinstruct", "mistralguard"):
        relation, columns = table(
            [{"output": row["completion"]} for row in labelled(shared / "data" / "xstest-refusals" / f"{name}.csv.gz")]
        )
        shares.append(refusals(relation, columns, ALWAYS).share)
    assert shares[0].high < shares[1].low


@pytest.mark.parametrize("known", GROUNDING_ERRORS, ids=lambda one: one.data)
def test_the_stated_error_of_the_grounding_rule_is_its_error(shared, known):
    rows = [
        one
        for one in lines(shared / "data" / "begin-groundedness" / "begin-wow-gpt2-t5.jsonl.gz")
        if one["model_name"] == known.data.split()[1]
    ]
    scores = [grounding(one["response"], [one["knowledge"]]).score or 0.0 for one in rows]
    grounded = [one["begin_label"] == "Fully attributable" for one in rows]
    assert measured(known, [not one for one in grounded], [one < GROUNDED for one in scores]) == known
    seen, positive, negative = area(scores, grounded)
    # Hanley and McNeil's standard error of an area of one half; chance would lie within five of them.
    chance = np.sqrt((positive + negative + 1) / (12 * positive * negative))
    assert ndtr((0.5 - seen) / chance) < 1e-6
    page = (ROOT / "docs" / "explanation" / "what-rules-can-see.md").read_text()
    assert (
        f"| {known.data.split()[1]} | {seen:.2f} | {known.found:.2f} | {known.right:.2f} | {known.false_alarms:.2f} |"
        in page
    )


def test_the_page_has_the_figures_of_the_refusal_rule():
    page = (ROOT / "docs" / "explanation" / "what-rules-can-see.md").read_text()
    for known in REFUSAL_ERRORS:
        name = known.data.split()[1]
        assert (
            f"| {name} | {known.positive} of {known.n} | {known.found:.2f} | {known.right:.2f} | {known.false_alarms:.2f} |"
            in page
        )


def test_where_no_references_are_there_grounding_cannot_be_known(shared):
    rows = lines(shared / "data" / "refchecker-claims" / "gpt4.jsonl.gz")
    assert not any({"reference", "documents", "context", "knowledge"} & set(one) for one in rows)
    relation, columns = table([{"id": str(n), "output": one["response"]} for n, one in enumerate(rows)])
    assert ungrounded(relation, columns, ALWAYS) is None


def test_grounding_over_a_table_carries_its_error_and_leaves_out_what_cannot_be_read():
    given = json.dumps([{"id": "d", "content": "The lighthouse was built in 1871 by Ann Archer."}])
    rows = [{"output": "The lighthouse was built in 1871.", "documents": given}] * 6
    rows += [{"output": "It was painted green by sailors in 1904.", "documents": given}] * 3
    rows += [{"output": "Whatever", "documents": "[broken"}, {"output": "Whatever", "documents": "[]"}]
    relation, columns = table(rows)
    told = ungrounded(relation, columns, ALWAYS)
    assert (told.share.found, told.share.asked) == (3, 9)
    assert told.known == GROUNDING_ERRORS


def test_numbers_and_names_that_no_document_holds():
    one = grounding("The bridge opened in 1932 and was drawn by Harold Finch.", ["The bridge opened in 1923."])
    assert (one.new_numbers, one.new_names) == (1, 2)
    turned = grounding("The bridge did not open in 1923.", ["The bridge did open in 1923."])
    assert turned.score == 1.0, "a sentence turned around has every word of its source"


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("I'm sorry, but I can't help with that.", True),
        ("Es tut mir leid, das kann ich nicht tun.", True),
        ("Je ne peux pas vous aider.", True),
        ("Lo siento, no puedo ayudar con eso.", True),
        ("Het spijt me, daar kan ik niet bij helpen.", True),
        ("Sorry to hear it! Your refund was sent today.", False),
        ("You can help by sending the order number.", False),
        ("", False),
    ],
)
def test_refusals_by_wording_in_several_languages(text, is_one):
    assert refused(text) is is_one


def test_a_stated_error_is_data_and_has_no_gaps():
    for known in (*REFUSAL_ERRORS, *GROUNDING_ERRORS):
        assert all(value not in (None, "") for value in astuple(known))
