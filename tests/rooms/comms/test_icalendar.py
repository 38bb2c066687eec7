"""Calendar files as RFC 5545 wants them."""

from datetime import UTC, datetime, timedelta

import pytest

from hotwash.comms.icalendar import Entry, written

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def entry(**more):
    said = {"summary": "A, b; c\\d", "description": "one\ntwo", **more}
    return Entry("x@hotwash.invalid", START, START, START + timedelta(hours=1), **said)


def test_separators_are_escaped_and_lines_folded_within_75_bytes():
    text = written([entry(summary="ü" * 100 + ", x")], "Test")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    unfolded = text.replace("\r\n ", "")
    assert "SUMMARY:" + "ü" * 100 + "\\, x\r\n" in unfolded
    assert "DESCRIPTION:one\\ntwo\r\n" in unfolded


@pytest.mark.parametrize(
    ("minutes", "trigger"), [(10, "-PT10M"), (60, "-PT1H"), (90, "-PT1H30M"), (1440, "-P1D"), (1530, "-P1DT1H30M")]
)
def test_an_alarm_is_a_duration_before_the_start(minutes, trigger):
    assert f"TRIGGER:{trigger}\r\n" in written([entry(alarms=((minutes, "now"),))], "Test")


def test_times_are_utc_and_every_entry_is_closed():
    text = written([entry(), entry(busy=False)], "Test")
    assert text.count("DTSTART:20261124T090000Z\r\n") == 2
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") == 2
    assert "TRANSP:OPAQUE" in text
    assert "TRANSP:TRANSPARENT" in text
