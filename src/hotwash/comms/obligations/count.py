"""From the moment that a clock runs from to the moment at which it has run out. Every rule has its source here.

A deadline in days ends with its last second, 23:59:59 in the zone of the calendar, so that nobody reads midnight as the day
after. Moments carry a zone throughout; a naive one is refused with TypeError."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hotwash.comms.obligations.days import DAY, Days
from hotwash.kit.schema.duties import Period

HOUR = timedelta(hours=1)
LAST = time(23, 59, 59)
TWO_DAYS_H = 48


@dataclass(frozen=True)
class Reading:
    """A moment at which a period is over, and how it was counted, step by step, in words."""

    at: datetime
    steps: tuple[str, ...]


@dataclass(frozen=True)
class Reckoned:
    """The earliest and the latest end of a period that can be defended; the same where the rule leaves nothing open."""

    earliest: Reading
    latest: Reading

    @property
    def open(self) -> bool:
        """Whether two readings differ."""
        return self.earliest.at != self.latest.at


def reckon(period: Period, start: datetime, days: Days) -> Reckoned:
    """When a period that runs from `start` is over.

    Elapsed hours leave nothing open. Hours under Regulation 1182/71 do: at the earliest they are elapsed hours; at the
    latest the hour of the event is not counted and, from two days on, two full working days lie inside."""
    if start.tzinfo is None:
        raise TypeError("a deadline is counted from a moment with a zone")
    if period.unit == "hours":
        plain = elapsed(start, period.amount)
        return (
            Reckoned(plain, eu_hours(start, period.amount, days)) if period.counting == "eu" else Reckoned(plain, plain)
        )
    day, begun = _first(period, start, days)
    counted = _eu(period, day, days) if period.counting == "eu" else _civil(period, day, days)
    last, steps = counted
    closes = time.fromisoformat(period.ends_at) if period.ends_at else LAST
    said = (
        f"ends on {_named(last)}, {closes:%H:%M} {days.zone.key}"
        if period.ends_at
        else f"ends with {_named(last)} in {days.zone.key}"
    )
    reading = Reading(_local(last, closes, days.zone), (*begun, *steps, said))
    return Reckoned(reading, reading)


def elapsed(start: datetime, hours: int) -> Reading:
    """So many hours later, as a stopwatch counts: nights, weekends and holidays are inside, and a change of the clock adds
    or takes nothing. Counted in UTC for that reason."""
    ends = (start.astimezone(UTC) + HOUR * hours).astimezone(start.tzinfo)
    return Reading(ends, (f"{hours} hours pass from {_at(start)}; nights, weekends and holidays are inside",))


def eu_hours(start: datetime, hours: int, days: Days) -> Reading:
    """A period in hours by Regulation (EEC, Euratom) 1182/71 of 3 June 1971.

    Art. 3(1): the hour in which the event happens is not counted. Art. 3(2)(a): it runs from the beginning of the first
    hour to the end of the last. Art. 3(3): holidays, Sundays and Saturdays are inside. Art. 3(4) does not move the end, as it
    speaks of periods other than in hours. Art. 3(5): a period of two days or more includes two working days at least;
    here two full ones, the widest reading. EDPB Guidelines 9/2022 point to the Regulation for the 72 hours of GDPR
    Art. 33; whether Art. 3(5) lengthens them is read differently, which is why this is the latest and not the deadline."""
    local = start.astimezone(days.zone)
    whole = local.replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    begins = whole + HOUR
    ends = begins + HOUR * hours
    steps = [
        f"the hour of {_at(local)} is not counted, {hours} hours from {_at(begins.astimezone(days.zone))} (Art. 3(1) and (2)(a) of Regulation 1182/71)"
    ]
    if hours >= TWO_DAYS_H:
        first = begins.astimezone(days.zone)
        day = first.date() if first.time() == time() else first.date() + DAY
        second = days.add_working(day - DAY, 2)
        full = _local(second, LAST, days.zone)
        if full > ends.astimezone(days.zone):
            steps.append(
                f"two full working days inside: to the end of {_named(second)} (Art. 3(5), the widest reading)"
            )
            return Reading(full, tuple(steps))
    return Reading(ends.astimezone(days.zone), tuple(steps))


def before(event: date, count: int, days: Days) -> datetime:
    """The beginning of a period of `count` days that runs backwards from an event, whose day is not counted.

    Art. 3(4) of Regulation 1182/71, last sentence: the end of such a period is not moved by weekends or holidays."""
    return _local(event - DAY * count, time(), days.zone)


def _first(period: Period, start: datetime, days: Days) -> tuple[date, tuple[str, ...]]:
    """The day that is not counted, and what was said about it."""
    day = start.astimezone(days.zone).date()
    if period.from_end_of == "year":
        return date(day.year, 12, 31), (f"counted from the end of the calendar year {day.year}",)
    return day, (f"{_named(day)} is the day of the event and is not counted",)


def _civil(period: Period, day: date, days: Days) -> tuple[date, list[str]]:
    """Days, business days, weeks and months where no rule of the Union applies: the day of the event is not counted, the
    last day is, and the end is not moved (a working day more is never taken where the law does not give it)."""
    if period.unit == "business-days":
        return _business(period.amount, day, days)
    last = _plain_last(period, day)
    return last, [f"{period.amount} {_unit(period)} on: {_named(last)}"]


def _eu(period: Period, day: date, days: Days) -> tuple[date, list[str]]:
    """A period in days, weeks, months or working days by Regulation 1182/71.

    Art. 3(1): the day of the event is not counted. Art. 3(2)(b) and (c): it ends with the last hour of the last day; in weeks
    and months that is the same weekday or date as the day of the event (Court of Justice, C-171/03, Toeters, 11 November
    2004), or the last day of a month that has no such date. Art. 3(4): an end on a holiday, Sunday or Saturday moves to the
    end of the next working day. Art. 3(5): two days or more include two working days at least. Art. 2(1): holidays are
    those of the Member State, or the institution, where the act is to be done."""
    if period.unit == "business-days":
        return _business(period.amount, day, days)
    last = _plain_last(period, day)
    steps = [f"{period.amount} {_unit(period)} on: {_named(last)} (Art. 3(1) and (2) of Regulation 1182/71)"]
    if off := days.why_off(last):
        last = days.next_working(last)
        steps.append(f"that is no working day ({off}): moved to {_named(last)} (Art. 3(4))")
    if (period.unit, period.amount) != ("calendar-days", 1) and days.working_between(day + DAY, last) < 2:
        last = days.add_working(day, 2)
        steps.append(f"two working days inside: {_named(last)} (Art. 3(5))")
    return last, steps


def _business(count: int, day: date, days: Days) -> tuple[date, list[str]]:
    last, skipped, off = day, count, []
    while skipped:
        last += DAY
        if why := days.why_off(last):
            off.append(f"{last.day} {last:%B} ({why})")
        else:
            skipped -= 1
    left_out = f"; left out: {', '.join(off)}" if off else ""
    return last, [f"{count} working day{'s' if count > 1 else ''} on, by {days.title}: {_named(last)}{left_out}"]


def _plain_last(period: Period, day: date) -> date:
    if period.unit == "months":
        years, month = divmod(day.month - 1 + period.amount, 12)
        year = day.year + years
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    return day + DAY * period.amount * (7 if period.unit == "weeks" else 1)


def _unit(period: Period) -> str:
    name = period.unit.replace("-", " ")
    return name.removesuffix("s") if period.amount == 1 else name


def _local(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, zone)


def _named(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"


def _at(moment: datetime) -> str:
    return f"{moment:%H:%M} on {moment:%a} {moment.day} {moment:%b %Y}"
