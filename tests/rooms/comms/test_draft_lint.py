"""Draft lint against the labelled drafts, and what a finding says."""

import pytest

from hotwash.comms.facts import Facts
from hotwash.comms.lint.check import check, check_sentences
from hotwash.comms.lint.finding import line_and_column
from hotwash.kit.load import load_kit
from tests.support.drafts import SETS, judge, labelled, linted, moments

KIT = load_kit()


@pytest.fixture(scope="module")
def judged():
    return judge(linted(), labelled(*SETS))


def test_every_family_is_read_with_the_precision_and_recall_that_the_docs_state(judged):
    short = {
        name: (one.precision, one.recall)
        for name, one in judged.by_family.items()
        if one.precision < 0.95 or one.recall < 0.9
    }
    assert short == {}
    assert len(judged.by_family) == 14


def test_sentences_made_to_fool_a_search_are_read_as_well():
    drafts = labelled("adversarial")
    assert len(drafts) >= 60
    assert len({one.kind for one in drafts}) >= 9
    overall = judge(linted(), drafts).overall
    assert overall.precision >= 0.95
    assert overall.recall >= 0.9


def test_the_labelled_drafts_cover_all_variants_and_failure_modes():
    drafts = labelled(*SETS)
    assert len([one for one in drafts if one.source == "sentences"]) >= 200
    assert {one.variant for one in drafts} == set(KIT.wording.variants)
    told = {known.mode.value for known in moments().values() if known.mode}
    assert told == set(KIT.taxonomy.modes)


def said(text: str, variant: str = "customer", moment: str = "leak"):
    return check_sentences(text, variant, moments()[moment], KIT)


def test_a_finding_names_rule_words_place_reason_and_what_to_write():
    text = "EXERCISE.\n\nWe are sorry. The issue\nhas been resolved."
    (found,) = said(text)
    assert (found.rule, found.family, found.weight) == ("fixed", "closing", "blocks")
    assert text[found.start : found.end] == "issue\nhas been resolved"
    assert line_and_column(text, found.start) == (3, 19)
    assert "a clean run of 'replay' with at least 20 trials" in found.why
    assert "the declaration that it is recovered" in found.why
    assert found.write == next(one.instead for one in KIT.prohibited if one.id == "fixed")
    assert "‘" not in found.sentence
    assert not found.opinion_of


def test_a_closing_word_needs_each_proof_that_the_kit_demands():
    text = "The issue is resolved."
    assert said(text, moment="leak-done") == ()
    done = moments()["leak-done"]
    unproved = [one for one in done.proofs if one.suite != "cache"]
    from dataclasses import replace

    (found,) = check_sentences(text, "customer", replace(done, proofs=tuple(unproved)), KIT)
    assert "clean run of 'cache'" in found.why
    (found,) = check_sentences(text, "customer", replace(done, closing=None), KIT)
    assert "declaration" in found.why


def test_a_cause_that_a_test_supports_may_be_named_and_another_may_not():
    assert said("The index caused it.", "executive", "leak-fixing") == ()
    (found,) = said("The prompt caused it.", "executive", "leak-fixing")
    assert found.family == "cause"
    assert "A test supports index as the cause" in found.why
    assert found.cites == moments()["leak-fixing"].cause.rests_on


def test_a_severity_cites_the_entry_that_set_it():
    (found,) = said("Severity: Sev-2.", "executive")
    assert found.cites == moments()["leak"].severity.rests_on
    assert "Sev-1 is in force" in found.why


def test_what_the_record_makes_true_is_lifted():
    text = "This is not a breach."
    assert [one.rule for one in said(text, "regulator")] == ["legal-conclusion"]
    from dataclasses import replace

    lifted = replace(moments()["leak"], lifted=frozenset({"legal-conclusion"}))
    assert check_sentences(text, "regulator", lifted, KIT) == ()


def test_what_is_not_known_is_not_held_against_a_text():
    assert check_sentences("It began at 08:12 UTC in shop t-09.", "executive", Facts(), KIT) == ()


def test_a_kit_of_ones_own_says_other_words_and_needs():
    wording = KIT.wording
    needs = {**wording.variants, "vendor": wording.variants["vendor"].model_copy(update={"next_update": True})}
    own = KIT.model_copy(update={
        "prohibited": [KIT.prohibited[0].model_copy(update={
            "id": "no-promise", "kind": "statement", "pattern": "we promise", "frames": [], "proof": None, "external_only": False,
        })],
        "wording": wording.model_copy(update={"variants": needs, "headings": ["Facts"]}),
    })  # fmt: skip
    found = check("## Facts\n\nWe promise a call. The issue is resolved.", "vendor", moments()["leak"], own)
    assert [one.rule for one in found] == ["no-promise", "next-update"]


def test_a_draft_is_read_in_any_form_of_heading_and_an_empty_one_is_missed():
    text = "EXERCISE. Next update 09:55 UTC.\n\n## What happened\nx\n\nImpact: x\n\n**Status.** x\n\n__Next steps:__ x\n\nASKS AND RISKS\n"
    found = check(text, "engineering", moments()["leak"], KIT)
    assert [(one.rule, one.why) for one in found] == [("heading", "Without text: Asks and risks.")]
