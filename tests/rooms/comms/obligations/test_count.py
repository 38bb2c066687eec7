"""Deadlines: a table counted by hand, other implementations beside it, and what must hold for every moment."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import numpy as np
import pytest
from dateutil.easter import easter
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from hotwash.comms.obligations.check import calendar_for
from hotwash.comms.obligations.count import before, eu_hours, reckon
from hotwash.comms.obligations.days import DAY, days_of, easter_sunday
from hotwash.kit.load import load_kit
from hotwash.kit.schema.duties import Holiday, Period, WorkCalendar

KIT = load_kit()
CALENDARS = {one.id: days_of(one) for one in KIT.calendars}
TABLE = Path(__file__).with_name("deadlines.txt")
YEARS = range(2024, 2036)


def _rows():
    for line in TABLE.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            yield pytest.param(*(cell.strip() for cell in line.split("|")), id=line.split("|")[2].strip() + line[:9])


def rows():
    return list(_rows())


def period_of(text):
    amount, unit, counting, *more = text.split()
    ends_at = next((one for one in more if ":" in one), "")
    return Period(
        amount=int(amount), unit=unit, counting=counting, ends_at=ends_at, from_end_of="year" if "year" in more else ""
    )


def local(text, zone):
    moment = datetime.fromisoformat(text)
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)


@pytest.mark.parametrize(("period", "calendar", "start", "earliest", "latest", "why"), rows())
def test_a_deadline_is_what_somebody_counted_by_hand(period, calendar, start, earliest, latest, why):
    text, name = start.split()
    zone = ZoneInfo(name)
    found = reckon(period_of(period), local(text, zone), CALENDARS[calendar])
    assert found.earliest.at.astimezone(UTC) == local(earliest, zone).astimezone(UTC), why
    assert found.latest.at.astimezone(UTC) == local(latest or earliest, zone).astimezone(UTC), why
    assert found.open == bool(latest)


def test_the_table_has_at_least_eighty_rows_and_every_way_of_counting():
    table = [one.values for one in rows()]
    assert len(table) >= 80
    assert {tuple(one[0].split()[1:3]) for one in table} >= {
        ("hours", "elapsed"), ("hours", "eu"), ("calendar-days", "eu"), ("calendar-days", "civil"), ("weeks", "eu"),
        ("months", "eu"), ("months", "civil"), ("business-days", "civil"), ("business-days", "eu"),
    }  # fmt: skip
    assert {one[1] for one in table} == set(CALENDARS)


@pytest.mark.parametrize("one", [one for one in KIT.obligations if one.deadline], ids=lambda one: one.id)
def test_every_kind_of_period_that_an_obligation_has_stands_in_the_table(one):
    kinds = {tuple(row.values[0].split()[1:3]) for row in rows()}
    assert (one.deadline.unit, one.deadline.counting) in kinds
    assert calendar_for(one, KIT).id in CALENDARS


def test_a_period_that_runs_backwards_is_not_moved_to_a_working_day():
    """Art. 3(4) of Regulation 1182/71, last sentence: two days before Tuesday begin with Sunday."""
    begins = before(date(2026, 11, 24), 2, CALENDARS["eu"])
    assert begins == datetime(2026, 11, 22, tzinfo=ZoneInfo("Europe/Brussels"))


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(TypeError, match="zone"):
        reckon(period_of("72 hours eu"), datetime.fromisoformat("2026-11-24T10:00"), CALENDARS["eu"])


def test_each_step_of_a_count_is_said_with_its_article():
    found = reckon(period_of("2 calendar-days eu"), datetime(2026, 11, 27, 9, tzinfo=UTC), CALENDARS["eu"])
    said = " ".join(found.earliest.steps)
    assert "Friday 27 November 2026 is the day of the event" in said
    assert "moved to Monday 30 November 2026 (Art. 3(4))" in said
    assert "Tuesday 1 December 2026 (Art. 3(5))" in said


# ── beside other implementations ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("year", range(1900, 2200))
def test_easter_is_where_another_implementation_has_it(year):
    assert easter_sunday(year) == easter(year)


def _peer(calendar, year):
    known = {
        "ireland": lambda: holidays.country_holidays("IE", years=year, observed=False),
        "germany": lambda: holidays.country_holidays("DE", years=year),
        "france": lambda: holidays.country_holidays("FR", years=year),
        "luxembourg": lambda: holidays.country_holidays("LU", years=year),
        "england-wales": lambda: holidays.country_holidays("GB", subdiv="ENG", years=year),
        "us-federal": lambda: holidays.country_holidays("US", years=(year, year + 1)),
        "brazil": lambda: holidays.country_holidays("BR", years=year),
    }
    return {day for day in known[calendar]() if day.year == year and day.weekday() < 5}


# Days that the other source has and we leave out on purpose: doubtful ones make a deadline too late.
LEFT_OUT = {"brazil": lambda year: {easter(year) - 2 * DAY}}


@pytest.mark.parametrize(
    "calendar", ["ireland", "germany", "france", "luxembourg", "england-wales", "us-federal", "brazil"]
)
def test_holidays_on_weekdays_are_those_of_another_source(calendar):
    for year in YEARS:
        ours = {day for day in CALENDARS[calendar].holidays(year) if day.weekday() < 5}
        assert ours == _peer(calendar, year) - LEFT_OUT.get(calendar, lambda _: set())(year), year


def test_the_calendar_of_the_union_holds_only_days_that_are_off_in_every_member_state_that_ships():
    for year in YEARS:
        ours = set(CALENDARS["eu"].holidays(year))
        for state in ("ireland", "germany", "france", "luxembourg"):
            assert ours <= set(CALENDARS[state].holidays(year))


moments = st.datetimes(datetime.fromisoformat("2024-01-01"), datetime.fromisoformat("2035-12-31"), timezones=st.sampled_from([
    UTC, *(ZoneInfo(one) for one in ("Europe/Brussels", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"))
]), allow_imaginary=False)  # fmt: skip
calendars = st.sampled_from(sorted(CALENDARS))


@given(moments, st.integers(1, 30), calendars)
def test_business_days_are_numpys_business_days(start, amount, name):
    days = CALENDARS[name]
    day = start.astimezone(days.zone).date()
    off = [one for year in range(day.year, day.year + 2) for one in days.holidays(year)]
    peer = np.busday_offset(day, 0, "backward", holidays=off) if days.works(day) is False else np.datetime64(day)
    expected = np.busday_offset(peer, amount, "backward", holidays=off).astype(date)
    found = reckon(Period(amount=amount, unit="business-days", counting="civil"), start, days)
    assert found.earliest.at.date() == expected


@given(moments, st.integers(1, 24))
def test_months_without_a_move_are_dateutils_months(start, amount):
    days = CALENDARS["us-federal"]
    found = reckon(Period(amount=amount, unit="months", counting="civil"), start, days)
    assert found.earliest.at.date() == start.astimezone(days.zone).date() + relativedelta(months=amount)


# ── what holds for every moment ──────────────────────────────────────────────────────────────────────────────────────

PERIODS = [period_of(text) for text in sorted({one.values[0] for one in rows()})]
periods = st.sampled_from(PERIODS)


@given(periods, calendars, moments, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_a_later_moment_never_brings_an_earlier_deadline(period, name, start, later):
    days = CALENDARS[name]
    one, other = reckon(period, start, days), reckon(period, (start.astimezone(UTC) + later), days)
    assert one.earliest.at <= other.earliest.at
    assert one.latest.at <= other.latest.at


@given(periods, calendars, moments)
def test_a_deadline_lies_after_its_moment_and_the_latest_reading_not_before_the_earliest(period, name, start):
    found = reckon(period, start, CALENDARS[name])
    assert start < found.earliest.at.astimezone(UTC) <= found.latest.at.astimezone(UTC)


@given(st.integers(2, 60), calendars, moments)
def test_a_period_in_days_by_the_regulation_ends_on_a_working_day_and_holds_two(amount, name, start):
    days = CALENDARS[name]
    found = reckon(Period(amount=amount, unit="calendar-days", counting="eu"), start, days).earliest.at
    first = start.astimezone(days.zone).date() + DAY
    assert days.works(found.date())
    assert days.working_between(first, found.date()) >= 2
    assert found.date() >= first + DAY * (amount - 1)


@given(calendars, moments, st.integers(1, 200))
def test_hours_by_the_regulation_are_at_most_an_hour_longer_unless_two_working_days_are_missing(name, start, hours):
    days = CALENDARS[name]
    found = eu_hours(start, hours, days).at.astimezone(UTC)
    extra = found - (start.astimezone(UTC) + timedelta(hours=hours))
    assert timedelta(0) < extra
    if extra > timedelta(hours=1):
        day = found.astimezone(days.zone).date()
        assert hours >= 48
        assert days.works(day)
        assert days.working_between(start.astimezone(days.zone).date() + DAY, day) <= 2


@given(st.sampled_from([one for one in PERIODS if one.unit == "hours" and one.counting == "elapsed"]), moments)
def test_elapsed_hours_are_hours_on_a_stopwatch_in_every_zone(period, start):
    found = reckon(period, start, CALENDARS["eu"]).earliest.at
    assert found.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=period.amount)


def test_holidays_at_a_weekend_move_as_their_calendar_says():
    def calendar(observed):
        return days_of(
            WorkCalendar(
                id="x", title="X", zone="UTC", observed=observed, basis="b", confidence="low", source="s",
                checked_on=date(2026, 1, 1), holidays=[Holiday(name="A", month=7, day=4), Holiday(name="B", month=7, day=6)],
            )
        )  # fmt: skip

    # 4 July 2026 is a Saturday, 6 July a Monday.
    assert list(calendar("as-is").holidays(2026)) == [date(2026, 7, 4), date(2026, 7, 6)]
    assert list(calendar("nearest").holidays(2026)) == [date(2026, 7, 3), date(2026, 7, 6)]
    assert list(calendar("next-free").holidays(2026)) == [date(2026, 7, 6), date(2026, 7, 7)]


def test_a_leap_day_that_is_a_holiday_is_one_in_leap_years_alone():
    day = Holiday(name="Leap", month=2, day=29)
    calendar = WorkCalendar(
        id="x",
        title="X",
        zone="UTC",
        basis="b",
        confidence="low",
        source="s",
        checked_on=date(2026, 1, 1),
        holidays=[day],
    )
    assert list(days_of(calendar).holidays(2028)) == [date(2028, 2, 29)]
    assert list(days_of(calendar).holidays(2100)) == []
