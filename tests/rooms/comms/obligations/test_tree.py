"""Questions: yes, no, unknown, and what follows from them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotwash.comms.obligations.tree import Given, Tree
from hotwash.kit.load import load_kit

KIT = load_kit()
BY_ID = {one.id: one for one in KIT.obligations}
LEAVES = [one.id for one in KIT.questions if not (one.any or one.all)]


def tree(**answers):
    return Tree.of(KIT.questions, {name.replace("_", "-"): Given(said) for name, said in answers.items()})


@pytest.mark.parametrize(
    ("answers", "leakage"),
    [
        (("unknown", "unknown", "no"), "yes"),
        (("no", "unknown", "unknown"), "yes"),
        (("unknown", "unknown", "unknown"), "yes"),
        (("unknown", "no", "no"), "unknown"),
        (("no", "no", "no"), "no"),
        (("yes", "no", "no"), "yes"),
        (("unknown", None, None), "unknown"),
        (("unknown", "unknown", None), "yes"),
        ((None, None, None), "unknown"),
    ],
)
def test_two_unknowns_about_a_leak_count_as_yes_and_silence_counts_as_nothing(answers, leakage):
    names = ("foreign-output", "crossed", "filter-failed")
    given_ = {name: Given(said) for name, said in zip(names, answers, strict=True) if said}
    assert Tree.of(KIT.questions, given_).answer("leakage") == leakage


def test_a_yes_that_rests_on_unknowns_is_marked_so():
    cautious = tree(foreign_output="unknown", crossed="unknown", personal_data="yes")
    assert cautious.answer("breach") == "yes"
    assert cautious.by_caution("breach")
    assert not tree(foreign_output="yes", crossed="unknown", personal_data="yes").by_caution("breach")


def test_data_that_was_lost_is_a_breach_without_any_leak():
    said = {"foreign_output": "no", "crossed": "no", "filter_failed": "no", "data_harmed": "yes"}
    assert tree(**said).answer("breach") == "yes"


def test_an_answer_that_somebody_gave_overrules_what_would_follow():
    leak = {"foreign_output": "yes", "personal_data": "yes"}
    assert tree(**leak).answer("breach") == "yes"
    assert tree(**leak, breach="no").answer("breach") == "no"


def test_what_lifts_a_duty_must_be_said_and_not_knowing_does_not_lift_it():
    duty = BY_ID["gdpr-authority"]
    breach = {"foreign_output": "yes", "personal_data": "yes", "in_eu": "yes", "controller": "yes"}
    assert tree(**breach).verdict(duty)[0] == "yes"
    assert tree(**breach, risk_unlikely="unknown").verdict(duty)[0] == "yes"
    assert tree(**breach, risk_unlikely="yes").verdict(duty) == ("no", ("risk-unlikely",))


def test_a_duty_that_is_out_asks_nothing_more():
    duty = BY_ID["gdpr-authority"]
    asked = [one.id for one in tree(controller="no").to_ask([duty])]
    assert asked == []
    asked = [one.id for one in tree(controller="yes").to_ask([duty])]
    assert asked == ["personal-data", "foreign-output", "crossed", "filter-failed", "data-harmed", "in-eu"]


def test_what_lifts_a_duty_is_asked_once_the_rest_holds():
    breach = {"foreign_output": "yes", "personal_data": "yes", "in_eu": "yes", "controller": "yes"}
    assert [one.id for one in tree(**breach).to_ask([BY_ID["gdpr-authority"]])] == ["risk-unlikely"]


@given(st.dictionaries(st.sampled_from(LEAVES), st.sampled_from(["yes", "no", "unknown"])))
def test_answering_what_is_asked_ends_with_every_verdict_settled_or_unknown_said(answers):
    """Somebody who answers 'no' to each question that comes up is never asked one twice, and comes to an end."""
    given_ = {name: Given(said) for name, said in answers.items()}
    for _ in range(len(LEAVES) + 1):
        asked = Tree.of(KIT.questions, given_).to_ask(KIT.obligations)
        assert not {one.id for one in asked} & set(given_)
        if not asked:
            break
        given_[asked[0].id] = Given("no")
    assert not Tree.of(KIT.questions, given_).to_ask(KIT.obligations)
