"""Phrases that would leave a hole are refused with their place, amounts and numbers read as they should."""

import re

import pytest

from hotwash.kernel.errors import ContentError
from hotwash.kernel.seeds import Pick
from hotwash.kit.load import list_systems, load_phrases, load_system
from hotwash.simulator.texts.check import check_phrases
from hotwash.simulator.texts.fill import fill, slots_of
from hotwash.simulator.texts.money import Money
from hotwash.simulator.texts.people import card_number, check_digit, long_order_number, parcel_number, person

COPILOT, CLASSIFIER = load_phrases("support-copilot"), load_phrases("eligibility-scoring")
NO_BREAK = "\u00a0"


def voice(phrases, language, **changed):
    other = phrases.voices[language].model_copy(update=changed)
    return phrases.model_copy(update={"voices": {**phrases.voices, language: other}})


def topic(phrases, intent, **changed):
    first, *rest = phrases.topics[intent]
    return phrases.model_copy(update={"topics": {**phrases.topics, intent: [first.model_copy(update=changed), *rest]}})


def answers(phrases, intent, text):
    return topic(phrases, intent, answers={**phrases.topics[intent][0].answers, "fr": [text]})


def slots_without(phrases, language, name):
    return {key: texts for key, texts in phrases.voices[language].slots.items() if key != name}


def complaints(phrases, language, **changed):
    return {**phrases.voices[language].complaints, **changed}


@pytest.mark.parametrize("slug", [one for one in list_systems() if load_system(one).recorded_runs is None])
def test_what_ships_has_no_hole(slug):
    check_phrases(load_system(slug), load_phrases(slug))


@pytest.mark.parametrize(
    ("phrases", "said"),
    [
        (answers(COPILOT, "billing", "Autrefois {days} jours, {name}."), "an answer that may be cached holds ['name']"),
        (answers(COPILOT, "billing", "C'est une réservation."), "an answer in fr does not hold {days}"),
        (topic(COPILOT, "billing", passage="A reservation."), "no document or tool result holds {days}"),
        (topic(COPILOT, "returns_policy", passage="{window} {nonsense}"), "nothing fills {nonsense}"),
        (topic(COPILOT, "returns_policy", claim="", answers={}), "has no claim or no answers"),
        (voice(COPILOT, "de", leak=["Kunde {other_shoe}"]), "nothing fills {other_shoe}"),
        (voice(COPILOT, "de", safe=["{answers}"]), "nothing fills {answers}"),
        (voice(COPILOT, "pt", units={"days": "{n} dias"}), "units lack"),
        (voice(COPILOT, "ja", number=["番号{parcel}"]), "no sentence holds {long_order}"),
        (voice(COPILOT, "es", slots=slots_without(COPILOT, "es", "about_billing")), "slots lack about_billing"),
        (voice(COPILOT, "es", slots=slots_without(COPILOT, "es", "why")), "nothing fills {why}"),
        (voice(COPILOT, "fr", complaints=complaints(COPILOT, "fr", unserved=["Et {quoi} ?"])), "nothing fills {quoi}"),
        (voice(COPILOT, "fr", complaints=complaints(COPILOT, "fr", grumble=[])), "voices.fr has no grumble"),
        (COPILOT.model_copy(update={"long_orders": ["t-99"]}), "long_orders names 't-99'"),
        (
            COPILOT.model_copy(update={"injections": COPILOT.injections[:1]}),
            "no injection is met by intent 'order_status'",
        ),
        (
            COPILOT.model_copy(update={"record": COPILOT.record.model_copy(update={"text": "{name} {other_fax}"})}),
            "nothing fills {other_fax}",
        ),
        (voice(CLASSIFIER, "en", declined=[]), "voices.en lacks letters"),
        (voice(CLASSIFIER, "en", reasons={"r-99": "no reason"}), "no code r-99"),
        (CLASSIFIER.model_copy(update={"reasons": {}}), "no code for income, payments_on_time, residence"),
    ],
)
def test_a_hole_is_found_and_located(phrases, said):
    slug = "support-copilot" if "billing" in phrases.topics else "eligibility-scoring"
    with pytest.raises(ContentError, match=re.escape(said)) as wrong:
        check_phrases(load_system(slug), phrases)
    assert f"systems/{slug}/phrases.yaml" in str(wrong.value)
    assert all(one.write for one in wrong.value.problems)


def test_all_holes_are_reported_together():
    broken = voice(answers(COPILOT, "billing", "rien"), "de", leak=["{nothing}"])
    with pytest.raises(ContentError) as wrong:
        check_phrases(load_system("support-copilot"), broken)
    assert len(wrong.value.problems) == 2


@pytest.mark.parametrize("phrases", [COPILOT, CLASSIFIER], ids=["copilot", "classifier"])
def test_no_wrong_claim_is_what_a_neighbouring_document_says(phrases):
    for intent, topics in phrases.topics.items():
        true = {value for one in topics if one.claim for value in phrases.facts[one.claim].values}
        for one in topics:
            if one.claim and one.passage:
                assert not true & set(phrases.facts[one.claim].wrong), (intent, one.id)


@pytest.mark.parametrize(
    ("place", "language", "written"),
    [
        ("us", "en", "$1,234.50"),
        ("us", "es", "$1,234.50"),
        ("eu", "en", "€1,234.50"),
        ("eu", "de", f"1.234,50{NO_BREAK}€"),
        ("eu", "fr", f"1{NO_BREAK}234,50{NO_BREAK}€"),
        ("latam", "pt", f"US${NO_BREAK}1.234,50"),
        ("apac", "ja", "¥185,175"),
    ],
)
def test_amounts_read_as_people_write_them(place, language, written):
    assert Money(COPILOT).write(1234.5, place, language) == written


def test_no_card_number_can_exist_and_new_order_numbers_pass_as_one():
    for number in range(300):
        card, order, parcel = (
            one(Pick(number)).replace(" ", "") for one in (card_number, long_order_number, parcel_number)
        )
        assert check_digit(card[:-1]) != int(card[-1])
        assert check_digit(order[:-1]) == int(order[-1])
        assert 41 <= int(order[:2]) <= 48
        assert {len(card), len(order), len(parcel)} == {16}
        assert parcel.startswith("80")


@pytest.mark.parametrize("language", sorted(COPILOT.voices))
def test_people_have_addresses_that_fit_their_names_and_reach_nobody(language):
    for number in range(50):
        one = person(COPILOT.voices[language].names, Pick(number, language))
        assert re.fullmatch(r"[a-z]+\.[a-z]+\d\d@example\.com", one["mail"])


def test_an_empty_entry_leaves_no_gap():
    assert fill("{hi} where is it? {tail}", {}, {"hi": [""], "tail": [""]}, Pick(1)) == "where is it?"
    assert slots_of("{a} and {b_c}") == {"a", "b_c"}
    with pytest.raises(KeyError):
        fill("{nobody}", {}, {}, Pick(1))
