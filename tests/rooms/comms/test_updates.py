"""One update in several variants: sentences of the kit over facts, what they rest on, and what changed between versions."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from hotwash.comms.facts import AlertCheck, Fact, Facts, Idea, Lever, Proof, Range
from hotwash.comms.lint.check import check
from hotwash.comms.updates.compare import changed
from hotwash.comms.updates.compose import compose
from hotwash.comms.updates.known import SLOTS, STATES
from hotwash.comms.updates.trail import trails
from hotwash.kernel.clock import MINUTE
from hotwash.kit.load import load_kit
from hotwash.kit.vocabulary import FACT_SLOTS, FACT_STATES

KIT = load_kit()
TEMPLATES = {one.variant: one for one in KIT.messages}
NOTHING = Facts(now_ms=5 * MINUTE, start=datetime(2026, 11, 23, 9, 0, tzinfo=UTC), service="Tarnwick Assist")
LEAK = replace(
    NOTHING,
    now_ms=30 * MINUTE,
    severity=Fact(1, 4, 19 * MINUTE),
    severities=(Fact(1, 4, 19 * MINUTE),),
    cadence_min=Fact(15.0, 4),
    mode=Fact("data-leakage", 5),
    bucket=Fact("data", 5),
    checks=(AlertCheck("pii-in-output", "confirmed", "read", 6, 18 * MINUTE),),
    opened=Fact(18 * MINUTE, 7),
    detected=Fact(14 * MINUTE, 3),
    aware=Fact(18 * MINUTE, 6),
    onset=Fact(12 * MINUTE, 8),
    scope=Fact({"tenant": ("t-04", "t-08")}, 8),
    dimensions={"tenant": ("t-04", "t-08", "t-12")},
    share=Fact(Range(1.0, 2.5), 8),
    people=Fact(Range(8, 41), 9),
    levers=(Lever("c1", "retrieval_off", {"tenant": ("t-04", "t-08")}, {}, "in-effect", 20 * MINUTE, 10),),
)
MODES = tuple(KIT.taxonomy.modes)


def made(facts, variant):
    return compose(facts, KIT, TEMPLATES[variant])


def test_the_kit_names_the_states_and_slots_that_there_are():
    assert set(STATES) == FACT_STATES
    assert set(SLOTS) | {"next_update"} == FACT_SLOTS


@pytest.mark.parametrize("variant", TEMPLATES)
@pytest.mark.parametrize("mode", MODES)
def test_every_variant_of_every_mode_passes_the_draft_check(variant, mode):
    facts = replace(LEAK, mode=Fact(mode, 5))
    text = made(facts, variant).text
    assert [one for one in check(text, variant, facts, KIT) if one.blocks] == []
    assert "{" not in text
    assert all(f"**{name}.**" in text for name in ("What happened", "Impact", "Status", "Next steps", "Asks and risks"))


@pytest.mark.parametrize("variant", TEMPLATES)
def test_nothing_is_said_that_is_not_known(variant):
    draft = made(NOTHING, variant)
    assert all(one.rests_on == () for one in draft.sentences)
    assert not any(word in draft.text for word in ("Sev-1", "t-04", "09:12", "person who asked", "resolved"))
    assert [one for one in check(draft.text, variant, NOTHING, KIT) if one.blocks] == []


def test_each_sentence_cites_the_entries_that_it_rests_on():
    told = {one.text: one.rests_on for one in made(LEAK, "customer").sentences}
    what = "Since about 09:12 UTC, some answers contained information that did not belong to the person who asked."
    assert told[what] == (5, 6, 8)
    limited = next(text for text in told if "limited our service" in text)
    assert told[limited] == (10,)
    inside = {one.text: one.rests_on for one in made(LEAK, "executive").sentences}
    assert inside["Our estimate so far: 8 to 41 people, in 1 to 2.5 % of the requests there; still being counted."] == (
        8,
        9,
    )


@pytest.mark.parametrize("missing", ["onset", "people", "share", "scope", "aware", "data_involved"])
@pytest.mark.parametrize("variant", TEMPLATES)
def test_a_fact_that_is_taken_away_is_not_said(variant, missing):
    held = {
        "onset": "09:12",
        "people": "41",
        "share": "2.5 %",
        "scope": "t-08",
        "aware": "09:18",
        "data_involved": "card",
    }
    full = replace(LEAK, data_involved=Fact(("card numbers",), 9))
    left = replace(full, **{missing: None}, levers=() if missing == "scope" else full.levers)
    assert held[missing] not in made(left, variant).text


def test_a_cause_is_said_only_once_a_test_supports_it():
    idea = Idea("h1", "The index of the 23rd mixes tenants.", "index", "data-leakage", "open", 11)
    tested = replace(LEAK, ideas=(replace(idea, state="supported", rests_on=12),))
    assert "cause is not confirmed; 1 hypotheses" in made(replace(LEAK, ideas=(idea,)), "executive").text
    assert "A test supports this explanation: The index of the 23rd mixes tenants." in made(tested, "executive").text
    for variant in ("customer", "status", "support", "talk-track"):
        assert "index" not in made(tested, variant).text


def test_a_fix_is_not_called_recovery_before_it_is_declared():
    rolled = Lever("c2", "rollback", {}, {"component": "index"}, "in-effect", 24 * MINUTE, 13)
    fixed = replace(LEAK, levers=(*LEAK.levers, rolled), proofs=(Proof("replay", 200, 0, 28 * MINUTE, {}, 14),))
    said = made(fixed, "executive").text
    assert "the fault came back in 0 of 200 replayed requests. That is not recovery yet." in said
    done = replace(fixed, closing=Fact("recovered", 15))
    assert "The commander has declared recovery" in made(done, "executive").text
    assert "none planned" in made(done, "executive").text


def test_the_next_update_is_the_one_that_the_map_owes_the_reader():
    assert "Next update: 09:45 UTC" in made(LEAK, "executive").text
    assert "again by 10:30 UTC" in made(LEAK, "customer").text


def test_a_false_alarm_is_told_as_one():
    calm = replace(NOTHING, checks=(AlertCheck("pii-in-output", "spurious", "read", 6),))
    assert "A false alarm, no incident" in made(calm, "support").text
    assert "There is nothing that you need to do." in made(calm, "status").text


@pytest.mark.parametrize(
    "before, after, added, removed",
    [
        ("We see it.", "We see it now.", [" now"], []),
        ("It is resolved.", "It is contained.", ["contained"], ["resolved"]),
        ("One. Two.", "Two.", [], ["One. "]),
        ("a", "a", [], []),
    ],
)
def test_what_changed_is_told_by_words(before, after, added, removed):
    pieces = changed(before, after)
    assert [one.text for one in pieces if one.kind == "added"] == added
    assert [one.text for one in pieces if one.kind == "removed"] == removed
    assert "".join(one.text for one in pieces if one.kind != "removed") == after
    assert "".join(one.text for one in pieces if one.kind != "added") == before


@dataclass
class Noted:
    type: str
    drill_ms: int
    seat: str
    data: dict[str, Any] = field(default_factory=dict)


def test_the_way_of_a_draft_with_the_time_that_each_reader_took():
    def draft(at, text):
        return Noted("draft_written", at, "ic", {"draft": "d", "template": "t", "variant": "customer", "text": text})

    found = trails([
        draft(10, "one"), Noted("review_requested", 20, "ic", {"draft": "d", "reviewers": ["legal"]}),
        Noted("changes_requested", 50, "legal", {"draft": "d", "note": "more"}), draft(60, "two"),
        Noted("draft_approved", 95, "legal", {"draft": "d", "note": ""}), Noted("draft_approved", 99, "ic", {"draft": "lost"}),
        Noted("update_published", 100, "comms", {"draft": "d"}),
        Noted("update_corrected", 130, "comms", {"update": "d", "text": "no", "reason": "wrong"}),
    ])  # fmt: skip
    assert list(found) == ["d"]
    one = found["d"]
    assert [(number, said.seat, said.approved, said.took_ms) for number, said in one.verdicts] == [
        (1, "legal", False, 30), (2, "legal", True, 35),
    ]  # fmt: skip
    assert (one.published_ms, one.corrections[0].after_ms) == (100, 30)
    assert [version.text for version in one.versions] == ["one", "two"]
