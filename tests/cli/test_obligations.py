"""hotwash obligations: an example, a check in three forms, mistakes named with their line."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from hotwash.cli.main import app
from hotwash.comms.obligations.notice import NOT_ADVICE


def hotwash(*words, code=0):
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def facts(tmp_path):
    file = tmp_path / "facts.yaml"
    hotwash("obligations", "new", str(file))
    return file


def obligations(file, *more):
    found = json.loads(hotwash("obligations", "check", str(file), "--json", *more))
    return found, {one["id"]: one for one in found["obligations"]}


def test_the_example_is_complete_and_a_second_one_does_not_overwrite_it(facts):
    before = facts.read_text()
    assert "there is something here already" in hotwash("obligations", "new", str(facts), code=3)
    assert facts.read_text() == before


def test_it_is_not_legal_advice_in_words_in_json_in_a_calendar_and_in_a_notice(facts, tmp_path):
    calendar = tmp_path / "d.ics"
    said = hotwash("obligations", "check", str(facts), "--notices", "--ics", str(calendar))
    assert said.startswith(NOT_ADVICE)
    assert said.count(NOT_ADVICE) >= 2
    found, by_id = obligations(facts)
    assert found["not_legal_advice"] == NOT_ADVICE
    assert by_id["contract-notice"]["notice"]["text"].endswith(NOT_ADVICE)
    text = calendar.read_bytes().decode().replace("\r\n ", "")
    assert text.count("BEGIN:VEVENT") == text.count("DESCRIPTION:Not legal advice.") > 0
    assert text.count("not legal advice") >= text.count("BEGIN:VEVENT")


def test_the_example_shows_both_deadlines_of_a_corrected_moment(facts):
    _, by_id = obligations(facts)
    contract = by_id["contract-notice"]
    assert contract["earliest"]["at"] == "2026-11-25T10:20:00+01:00"
    assert contract["before"] == "2026-11-25T10:50:00+01:00"
    assert "it was Wednesday 25 November 2026, 10:50" in hotwash("obligations", "check", str(facts))


def test_a_calendar_entry_ends_with_the_deadline(facts, tmp_path):
    calendar = tmp_path / "d.ics"
    hotwash("obligations", "check", str(facts), "--ics", str(calendar))
    _, by_id = obligations(facts)
    due = datetime.fromisoformat(by_id["contract-notice"]["earliest"]["at"]).astimezone(UTC)
    text = calendar.read_bytes().decode()
    assert f"DTSTART:{due - timedelta(minutes=30):%Y%m%dT%H%M%SZ}\r\n" in text
    assert f"DTEND:{due:%Y%m%dT%H%M%SZ}\r\n" in text


def test_answers_change_what_is_asked_and_what_may_apply(facts):
    found, by_id = obligations(facts)
    assert by_id["gdpr-authority"]["standing"] == "out"
    facts.write_text(facts.read_text().replace('controller: "no"', 'controller: "yes"'))
    changed, by_id = obligations(facts)
    assert by_id["gdpr-authority"]["standing"] == "candidate"
    asked = [one["question"] for one in changed["to_ask"]]
    assert set(asked) - {one["question"] for one in found["to_ask"]} == {"risk-unlikely", "high-risk"}


def test_two_unknowns_about_a_leak_are_said_to_count_as_yes(facts):
    text = re.sub(r"foreign-output: \{.*\}", "foreign-output: unknown", facts.read_text())
    facts.write_text(text)
    _, by_id = obligations(facts)
    assert by_id["gdpr-processor"]["by_caution"] is True
    assert "which counts as yes" in hotwash("obligations", "check", str(facts))


def test_the_calendar_of_the_authority_can_be_chosen(facts):
    text = facts.read_text().replace('controller: "no"', 'controller: "yes"').replace("2026-11-24", "2026-04-01")
    facts.write_text(text)
    assert obligations(facts)[1]["gdpr-authority"]["latest"]["at"].startswith("2026-04-04T12:00")
    facts.write_text(text.replace("calendars: {}", "calendars: {gdpr-authority: germany}"))
    assert obligations(facts)[1]["gdpr-authority"]["latest"]["at"].startswith("2026-04-07T23:59:59")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("crossed: unknown", "crosed: unknown", "Write 'crossed'"),
        ("crossed: unknown", "crossed: maybe", "facts.yaml:9"),
        ("moment: occurred", "moment: happened", "occurred"),
        ('at: "2026-11-24T08:40+01:00"', 'at: "2026-11-24T08:40"', "timezone"),
        ('at: "2026-11-24T08:40+01:00"', 'at: "2026-11-24"', "write date, time and zone"),
        ('at: "2026-11-24T08:40+01:00"', "at: 1763970000", "write date, time and zone"),
        ("zone: Europe/Berlin", "zone: Europe/Berlon", "Write 'Europe/Berlin'"),
        ("calendars: {}", "calendars: {gdpr-authority: germani}", "Write 'germany'"),
        ("activities: []", "activities: [bank-uss]", "Write 'bank-us'"),
        ("no_duty: {}", "no_duty: {gdpr: {reason: none, who: us}}", "obligation"),
        ("  people: 40 to 90", "  peeple: 40 to 90", "Write 'people'"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_what_to_write(facts, old, new, said):
    text = facts.read_text()
    assert old in text
    facts.write_text(text.replace(old, new))
    shown = hotwash("obligations", "check", str(facts), code=3)
    assert re.search(r"facts\.yaml:\d+", shown), shown
    assert said in shown


def test_no_moment_and_no_day_is_a_mistake_and_a_day_alone_is_enough(tmp_path):
    file = tmp_path / "facts.yaml"
    file.write_text("title: Something\n")
    assert "Add a moment with its zone" in hotwash("obligations", "check", str(file), code=3)
    file.write_text("title: Something\nday: 2026-11-24\n")
    found, by_id = obligations(file)
    assert found["to_ask"]
    assert by_id["gdpr-authority"]["earliest"] is None


def test_files_that_are_not_there_or_cannot_be_written_are_named(facts, tmp_path):
    assert "nothing.yaml" in hotwash("obligations", "check", str(tmp_path / "nothing.yaml"), code=3)
    nowhere = facts / "d.ics"
    assert "cannot be written" in hotwash("obligations", "check", str(facts), "--ics", str(nowhere), code=3)
