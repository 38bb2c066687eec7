"""Levers are called on paper what they are called on the board."""

import re

import pytest

from hotwash.aftermath.aar import Material, after_action_report
from hotwash.aftermath.blocks import Cell
from hotwash.aftermath.called import NAMES_A_LEVER
from hotwash.aftermath.cited import cited_blocks, event_words
from hotwash.aftermath.lines import line
from hotwash.aftermath.markdown import to_markdown
from hotwash.aftermath.names import in_titles, names_of, titled
from hotwash.aftermath.sections.words import say
from hotwash.conductor.close import close
from hotwash.drill import events as e
from hotwash.drill.views.project import ViewEvent
from hotwash.scoring.case import Entry
from tests.rooms.standins.plays import drill as played
from tests.support.drills import content

TITLES = {str(kind): one.title for kind, one in content()[0].levers.items()}


def close_of():
    one = played("cross-tenant-leak")
    return close(one.table.design, list(one.events), one.table.what_if, one.table.par(), players={})


def test_no_kind_of_a_lever_stands_in_a_report():
    closing = close_of()
    said = to_markdown(after_action_report(Material(closing.case, closing.card, closing.frame, closing.review)))
    assert "“Cut retrieval” took effect" in said
    kinds = re.compile(rf"\b({'|'.join(kind for kind in TITLES if '_' in kind)})\b")
    assert not [one for one in said.splitlines() if kinds.search(one)]
    assert "before “Flush the response cache”, kept: a snapshot" in said
    log = [one for one in said.splitlines() if re.search(r"\| (lever|effect) \|", one)]
    assert log
    assert not [one for one in log if re.search(r"\| (rollback|guardrail|queue|review|breaker|failover)\b", one)]


@pytest.mark.parametrize("kind", ["lever_requested", "lever_pulled", "lever_took_effect", "lever_reverted"])
def test_a_line_of_the_timeline_names_the_lever_and_an_unknown_one_by_its_kind(kind):
    for lever, called in (("rollback", "“Roll back”"), ("of_another_kit", "of_another_kit")):
        assert called in line(ViewEvent(1, kind, 0, 0, "ic", "Ida", {"kind": lever, "call": "c"}), content()[0]).text


def test_a_fix_past_its_expiry_is_called_so_too():
    data = {"fix": "tech-lever-1", "kind": "lever", "owner": "tech", "what": "safe mode", "expired_ms": 60_000}
    assert (
        "“Minimum safe mode”" in line(ViewEvent(1, "fix_expired", 0, 0, "control", "control", data), content()[0]).text
    )
    told = say(Entry(1, 0, "control", e.FixExpired.model_validate(data)), TITLES)[1]
    assert told.startswith("“Minimum safe mode”")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("before cache_flush, kept: a trace", "before “Flush the response cache”, kept: a trace"),
        ("no snapshot before rollback, cache_flush", "no snapshot before “Roll back”, “Flush the response cache”"),
        ("before rollback-9 came", "before rollback-9 came"),
        ("the rollback was slow", "the rollback was slow"),
        ("with kind rollback or safe_mode", "with kind “Roll back” or “Minimum safe mode”"),
        ("", ""),
    ],
)
def test_levers_that_a_mark_or_a_note_names_are_called_by_their_titles_and_other_words_stay(text, shown):
    assert in_titles(text, TITLES) == shown
    assert in_titles(text, {}) == text


def test_what_is_kept_of_a_scorecard_stays_as_it_was_scored():
    closing = close_of()
    marks = [mark.why for one in closing.card.dimensions for mark in one.marks]
    shown = [mark.why for one in titled(closing.card, TITLES).dimensions for mark in one.marks]
    assert any("before cache_flush" in one for one in marks)
    assert not any("cache_flush" in one for one in shown)
    assert len(shown) == len(marks)


def test_a_snapshot_in_the_timeline_names_the_lever_that_it_was_taken_before():
    data = {"item": "s-before", "note": "before cache_flush"}
    assert (
        "before “Flush the response cache”"
        in line(ViewEvent(1, "snapshot_taken", 0, 0, "tech", "T", data), content()[0]).text
    )


def test_a_missed_duty_and_expectation_are_called_by_what_was_to_be_done():
    closing = close_of()
    names = names_of(closing.case)
    rule = closing.case.first(e.RuleArmed).event
    gone = e.RuleMissed(rule=rule.rule, duty=rule.duty, seat=rule.seat, lacking="no lever pulled with kind safe_mode")
    assert (
        say(Entry(1, 0, "control", gone), names)[1]
        == f"“{rule.what.rstrip('.')}” missed: no lever pulled with kind “Minimum safe mode”"
    )
    late = e.ExpectationMissed(expectation="leak-path-closed", seat="tech", lacking="no severity set")
    assert (
        say(Entry(1, 0, "control", late), names)[1]
        == "“Cut the leaking path in the shops that are hit” missed: no severity set"
    )
    assert say(Entry(1, 0, "control", late))[1] == "leak-path-closed missed: no severity set"


def test_every_type_that_names_a_lever_does_it_in_a_field_of_its_own():
    assert all(field in e.EVENTS[kind].model_fields for kind, field in NAMES_A_LEVER.items())


def test_what_a_paper_cites_is_told_in_words_and_by_titles():
    events, kit = list(played("cross-tenant-leak").events), content()[0]
    _, table = cited_blocks([Cell("all of it", cites=tuple(one.version for one in events))], events, kit)
    called = {seat.title for seat in kit.roles.seats.values()} | {"Exercise control", "Facilitator"}
    assert {row[2].text for row in table.rows} <= called
    assert not [row[3].text for row in table.rows if re.search(r"[\[{]'|: (True|False|None)\b|_ms\b", row[3].text)]


IDS = re.compile(
    r"\b(update-due|review-waiting|fix-expiring|personal-data|foreign-output|gdpr-\w+|contract-notice|pii-in-output|stand-in \w+)\b"
)


def test_reminders_questions_duties_alerts_and_holders_stand_in_words():
    events, kit = list(played("cross-tenant-leak").events), content()[0]
    kinds = ("seat_taken", "reminder_raised", "reminder_cleared", "reminder_snoozed", "question_answered", "obligation_assessed",
             "obligation_clock_started", "no_duty_recorded", "alert_fired", "audience_owed", "risk_accepted")  # fmt: skip
    said = {kind: [event_words(one, kit) for one in events if one.type == kind] for kind in kinds}
    assert all(said.values())
    heads = [
        re.split(r": no\. |: yes\. |: unknown\. |: unclear\. |”: ", one)[0]
        for all_of in said.values()
        for one in all_of
    ]
    assert not [one for one in heads if IDS.search(one)]
    assert "duty: Reminder “An update falls due” (Executives) is settled" in said["reminder_cleared"]
    assert "conduct: Legal Counsel is held by a stand-in" in said["seat_taken"]
    assert re.search(r"due Tue 24 Nov \d\d:\d\d UTC$", said["obligation_clock_started"][0])
