"""Calendars: which days are working days, from rules that stand in the kit with their source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from hotwash.kit.schema.duties import WEEKDAYS, Holiday, WorkCalendar

DAY = timedelta(days=1)


def easter_sunday(year: int) -> date:
    """Easter Sunday in the Gregorian calendar, for a year from 1583 on.

    Source: the algorithm of an anonymous correspondent in Nature, 20 April 1876, as in Meeus, Astronomical Algorithms
    (1991), chapter 8."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (b - (b + 8) // 25 + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


@dataclass(frozen=True)
class Days:
    """A calendar of the kit, to be asked about days."""

    id: str
    title: str
    zone: ZoneInfo
    weekend: frozenset[int]
    """Days of the week, Monday is 0."""
    calendar: WorkCalendar

    def holidays(self, year: int) -> dict[date, str]:
        """Days off of a year by date, weekends aside, where they are observed; with their names."""
        found: dict[date, str] = {}
        for one in (year - 1, year, year + 1):  # a first of January can be observed in December
            found |= {day: name for day, name in _observed(self.calendar, one, self.weekend) if day.year == year}
        return dict(sorted(found.items()))

    def why_off(self, day: date) -> str:
        """Why a day is no working day; empty for a working day."""
        named = _by_year(self, day.year).get(day, "")
        return named or (WEEKDAYS[day.weekday()].capitalize() if day.weekday() in self.weekend else "")

    def works(self, day: date) -> bool:
        """Whether it is a working day."""
        return not self.why_off(day)

    def next_working(self, day: date) -> date:
        """The first working day on a day or after it."""
        while not self.works(day):
            day += DAY
        return day

    def working_between(self, first: date, last: date) -> int:
        """Number of working days from `first` to `last`, both included; 0 where last comes before first."""
        return sum(self.works(first + DAY * n) for n in range((last - first).days + 1))

    def add_working(self, day: date, count: int) -> date:
        """The `count`-th working day after a day, which is not counted itself."""
        for _ in range(count):
            day = self.next_working(day + DAY)
        return day


def days_of(calendar: WorkCalendar) -> Days:
    """A calendar that can be asked. Raises zoneinfo.ZoneInfoNotFoundError for a zone that does not exist."""
    weekend = frozenset(WEEKDAYS.index(name) for name in calendar.weekend)
    return Days(calendar.id, calendar.title, ZoneInfo(calendar.zone), weekend, calendar)


@lru_cache(maxsize=512)
def _cached(text: str, year: int) -> dict[date, str]:
    return days_of(WorkCalendar.model_validate_json(text)).holidays(year)


def _by_year(days: Days, year: int) -> dict[date, str]:
    return _cached(days.calendar.model_dump_json(), year)


def _observed(calendar: WorkCalendar, year: int, weekend: frozenset[int]) -> Iterator[tuple[date, str]]:
    """Days off with their names. Those at a weekend move as the calendar says, once the others stand."""
    told = sorted((day, one.name) for one in calendar.holidays for day in _falls(one, year))
    fixed = [(day, name) for day, name in told if calendar.observed == "as-is" or day.weekday() not in weekend]
    yield from fixed
    taken = {day for day, _ in fixed}
    for day, name in told:
        if day in taken or (day, name) in fixed:
            continue
        moved = day
        if calendar.observed == "nearest":
            moved += DAY if day.weekday() == 6 else -DAY
        else:
            while moved.weekday() in weekend or moved in taken:
                moved += DAY
        taken.add(moved)
        yield moved, f"{name} (observed)"


def _falls(one: Holiday, year: int) -> Iterator[date]:
    if (one.from_year is not None and year < one.from_year) or (one.until_year is not None and year > one.until_year):
        return
    if one.easter is not None:
        yield easter_sunday(year) + DAY * one.easter
    elif one.month is not None and one.day is not None:
        if (one.month, one.day) != (2, 29) or _leap(year):
            yield date(year, one.month, one.day)
    elif one.month is not None and one.weekday is not None and one.nth:
        yield from _nth(year, one.month, WEEKDAYS.index(one.weekday), one.nth)
    yield from (day for day in one.dates if day.year == year)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _nth(year: int, month: int, weekday: int, nth: int) -> Iterator[date]:
    if nth < 0:
        last = date(year + month // 12, month % 12 + 1, 1) - DAY
        yield last - DAY * ((last.weekday() - weekday) % 7)
        return
    first = date(year, month, 1)
    found = first + DAY * ((weekday - first.weekday()) % 7 + 7 * (nth - 1))
    if found.month == month:
        yield found
