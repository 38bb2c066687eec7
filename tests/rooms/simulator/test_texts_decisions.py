"""Decisions in words: the score adds up, the reasons are the real shortfalls, and what is wrong can be found."""

import re

import pytest

from hotwash.simulator.texts.decisions import case_of
from tests.rooms.simulator.spoken import CLASSIFIER, broken, opened, played, rows_of

FEATURE = "hotwash.feature."
CODE_OF = {"payments": "R-04", "income": "R-07", "residence": "R-14"}


@pytest.fixture(scope="module")
def system():
    return played(CLASSIFIER)


@pytest.fixture(scope="module")
def decided(system):
    rows = rows_of(system, 2_200)
    traces = [(facts, opened(system, facts)) for facts in rows]
    return [(facts, one) for facts, one in traces if "hotwash.decision" in one.attributes]


def added_up(given):
    return (
        70
        + 25 * given[f"{FEATURE}payments_on_time_of_12"]
        + given[f"{FEATURE}income_points"]
        + given[f"{FEATURE}area_index"]
        + given[f"{FEATURE}tenure_points"]
    )


def shortfalls(given):
    return {
        "payments": 300 - 25 * given[f"{FEATURE}payments_on_time_of_12"],
        "income": 150 - given[f"{FEATURE}income_points"],
        "residence": 280 - given[f"{FEATURE}area_index"] - given[f"{FEATURE}tenure_points"],
    }


def thousandths(given):
    return round(given["hotwash.score.value"] * 1000)


def test_a_decision_follows_from_what_it_shows(decided):
    assert len(decided) > 1_200
    for facts, trace in decided:
        given = trace.attributes
        assert thousandths(given) == added_up(given), trace
        declined = given["hotwash.decision"] == "declined"
        assert declined == (given["hotwash.score.value"] < given["hotwash.score.threshold"])
        assert declined == (facts.denied or "denials" in facts.marks)
        written = given.get("hotwash.withheld.output", trace.output)
        assert written.startswith("DECLINED" if declined else "APPROVED")


def test_the_first_reason_is_the_greatest_shortfall(decided):
    declined = [one.attributes for _, one in decided if one.attributes["hotwash.decision"] == "declined"]
    for given in declined:
        short = shortfalls(given)
        assert given["hotwash.score.reasons"][0] == CODE_OF[max(short, key=short.get)]
    assert len(declined) > 250
    approved = [one.attributes for _, one in decided if one.attributes["hotwash.decision"] == "approved"]
    assert not any(one["hotwash.score.reasons"] for one in approved)


def test_letters_give_the_reasons_in_their_own_language(system, decided):
    seen = set()
    for facts, trace in decided:
        given = trace.attributes
        if given["hotwash.decision"] == "approved":
            continue
        letter = given.get("hotwash.withheld.output", trace.output).partition("\n\n")[2]
        words = system.words.phrases.voices[facts.dims["language"]].reasons
        for code in given["hotwash.score.reasons"]:
            assert f"{code}: {words[code.lower()]}" in letter
        seen.add(facts.dims["language"])
    assert seen == {"en", "de", "es", "fr", "pt", "ja"}


def test_people_declined_by_their_district_paid_on_time_and_have_lived_there_long(decided):
    skewed = [one.attributes for facts, one in decided if facts.category == "discriminatory_decision"]
    assert len(skewed) > 20
    for given in skewed:
        assert given[f"{FEATURE}payments_on_time_of_12"] >= 11
        assert given[f"{FEATURE}area_basis"] == "default"
        assert given["hotwash.score.reasons"] == ["R-14"]
        assert given[f"{FEATURE}months_at_address"] is None or given[f"{FEATURE}months_at_address"] >= 36
        # With the lowest ordinary index the same case is approved.
        assert thousandths(given) - given[f"{FEATURE}area_index"] + 130 >= 600


def wrongly_declined(carrier):
    one = broken(CLASSIFIER, "wrong_decision", carrier)
    found = rows_of(one, 120, lambda row: row.category == "wrong_decision" and row.fault_component == carrier)
    assert len(found) == 120
    return [opened(one, facts).attributes for facts in found]


@pytest.mark.parametrize(
    ("carrier", "sign"),
    [
        ("data", lambda given: given[f"{FEATURE}area_basis"] == "default" and given[f"{FEATURE}address"] == "read"),
        ("features", lambda given: given[f"{FEATURE}address"] == "not read" and given[f"{FEATURE}tenure_points"] == 0),
        ("policy", lambda given: given["hotwash.score.threshold"] > 0.6 and thousandths(given) >= 600),
        ("model", lambda given: thousandths(given) < 600 <= added_up(given)),
        (
            "bureau",
            lambda given: (
                given["hotwash.bureau.payments_on_time_of_12"] >= 11 and given[f"{FEATURE}payments_on_time_of_12"] <= 4
            ),
        ),
    ],
)
def test_a_wrong_decision_can_be_traced_to_the_part_that_made_it(carrier, sign):
    for given in wrongly_declined(carrier):
        assert given["hotwash.decision"] == "declined"
        assert sign(given), given
        if carrier != "model":
            assert thousandths(given) == added_up(given)


def test_a_sound_case_shows_none_of_these_signs(decided):
    for facts, trace in decided:
        given = trace.attributes
        if facts.category:
            continue
        assert given[f"{FEATURE}area_basis"] == "table"
        assert given[f"{FEATURE}address"] == "read"
        assert given["hotwash.score.threshold"] == 0.6
        assert given["hotwash.bureau.payments_on_time_of_12"] == given[f"{FEATURE}payments_on_time_of_12"]


def test_the_income_that_was_scored_is_the_one_applied_with(decided):
    for _, trace in decided:
        income = trace.attributes[f"{FEATURE}income_monthly"]
        written = {int(re.sub(r"\D", "", found)) for found in re.findall(r"\d[\d.,\u00a0]*", trace.prompt) if found}
        assert income in written, (income, trace.prompt)


def test_a_complaint_names_the_reason_of_the_letter(system):
    found = rows_of(
        system, 150, lambda row: row.category == "discriminatory_decision" and row.status == "served" and not row.source
    )
    named = 0
    for facts in found:
        told = system.words.complaint(facts)
        codes = re.findall(r"R-\d\d", told)
        assert set(codes) <= {"R-14"}
        named += bool(codes)
    assert named > 0.25 * len(found) > 5


def test_a_missing_feature_is_missing(system, decided):
    gaps = [(facts, one) for facts, one in decided if "feature_missing" in facts.marks]
    assert gaps
    for facts, trace in gaps:
        assert trace.attributes[f"{FEATURE}months_at_address"] is None
        assert case_of(system.words.scenes.of(facts)).months is None
