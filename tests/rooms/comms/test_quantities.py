"""Numbers and times as people write them."""

from datetime import datetime, timedelta
from math import inf

import pytest

from hotwash.comms.lint.numbers import quantities
from hotwash.comms.lint.times import moments

START = datetime.fromisoformat("2026-11-23T09:00:00+00:00")
NOW = START + timedelta(minutes=43)


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("About 300 people", (300, 300, "count")),
        ("some three hundred and twenty people", (320, 320, "count")),
        ("a dozen people", (12, 12, "count")),
        ("1,200 customers", (1200, 1200, "count")),
        ("40–90 people", (40, 90, "count")),
        ("between forty and ninety people", (40, 90, "count")),
        ("no more than nine people", (-inf, 9, "count")),
        ("at least 120 people", (120, inf, "count")),
        ("USD 18k to 26k", (18_000, 26_000, "money")),
        ("$2m", (2_000_000, 2_000_000, "money")),
        ("twenty thousand dollars", (20_000, 20_000, "money")),
        ("12.5 % of answers", (12.5, 12.5, "percent")),
        ("every eighth answer", (12.5, 12.5, "percent")),
        ("two out of five", (40, 40, "percent")),
        ("between a fifth and a quarter", (20, 25, "percent")),
    ],
)
def test_a_quantity_is_read(text: str, want):
    (one,) = quantities(text)
    assert (one.low, one.high, one.unit) == want


@pytest.mark.parametrize(
    "text", ["at 09:12 UTC", "Sev-2", "shop t-04", "policy 18", "2026-11-23", "T+14", "a quarter of an hour"]
)
def test_times_ids_and_versions_are_no_quantities(text: str):
    assert list(quantities(text)) == []


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("09:12", "2026-11-23T09:12:00+00:00"),
        ("10:12 CET", "2026-11-23T09:12:00+00:00"),
        ("4:12 a.m. EST", "2026-11-23T09:12:00+00:00"),
        ("14:42 UTC+05:30", "2026-11-23T09:12:00+00:00"),
        ("2 pm UTC", "2026-11-23T14:00:00+00:00"),
        ("12 am UTC", "2026-11-23T00:00:00+00:00"),
        ("noon", "2026-11-23T12:00:00+00:00"),
        ("T+14", "2026-11-23T09:14:00+00:00"),
        ("T+07:30", "2026-11-23T09:07:30+00:00"),
        ("T+1:02:05", "2026-11-23T10:02:05+00:00"),
        ("yesterday at 10:02", "2026-11-22T10:02:00+00:00"),
        ("Friday, 06:00", "2026-11-20T06:00:00+00:00"),
        ("22 November, 06:00", "2026-11-22T06:00:00+00:00"),
        ("2026-11-21 06:00", "2026-11-21T06:00:00+00:00"),
        ("half an hour ago", "2026-11-23T09:13:00+00:00"),
        ("for forty minutes", "2026-11-23T09:03:00+00:00"),
    ],
)
def test_a_moment_is_read_in_its_zone_and_on_its_day(text: str, want: str):
    (told,) = moments(text, START, NOW)
    assert told.moment == datetime.fromisoformat(want)


@pytest.mark.parametrize("text", ["9 people", "24:10", "9.5 points", "31 February, soon", "13 pm"])
def test_what_is_no_time_is_none(text: str):
    assert moments(text, START, NOW) == []


def test_about_is_noticed():
    assert moments("since about 09:10", START, NOW)[0].about
    assert not moments("since 09:10", START, NOW)[0].about
