"""The programme as a calendar: the appointments of the year, and the day on which a failure mode stops being known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256

from hotwash.comms.icalendar import Entry, written
from hotwash.kit.schema.programme import Appointment
from hotwash.readiness.state import Readiness

HOUR = 10
"""Appointments stand at ten in the morning, UTC, of the second Tuesday of their month, until people move them."""
TUESDAY = 1


def to_calendar(found: Readiness) -> str:
    """An iCalendar file of twelve months from today."""
    return written([*_appointments(found), *_expiries(found)], "Readiness")


def _appointments(found: Readiness) -> Iterable[Entry]:
    for one in found.programme.appointments:
        day = _second_tuesday(one, found.today)
        start = datetime.combine(day, time(HOUR), UTC)
        first = next(iter(found.following), None)
        hint = (
            f" Proposed: {first.title}, because {first.reasons[0][1]}."
            if first and first.reasons and "rill" in one.title
            else ""
        )
        yield Entry(
            f"programme-{day:%Y%m}-{sha256(one.title.encode()).hexdigest()[:12]}@hotwash", _stamp(found.today), start, start + timedelta(minutes=one.minutes),
            f"EXERCISE: {one.title}", f"For: {one.who}.{hint} Move it to a day that suits.", ((7 * 24 * 60, one.title),),
        )  # fmt: skip


def _second_tuesday(one: Appointment, today: date) -> date:
    year = today.year if one.month >= today.month else today.year + 1
    found = _in(year, one.month)
    return found if found >= today else _in(year + 1, one.month)


def _in(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(TUESDAY - first.weekday()) % 7 + 7)


def _expiries(found: Readiness) -> Iterable[Entry]:
    for mode, one in found.modes.items():
        if one.last is None or one.confidence == 0:
            continue
        day = one.last + timedelta(days=found.programme.unknown_after_days)
        title = found.mode_titles[mode]
        start = datetime.combine(day, time(HOUR), UTC)
        yield Entry(
            f"known-{mode}-{day:%Y%m%d}@hotwash", _stamp(found.today), start, start + timedelta(minutes=15), f"Readiness for {title} is not known from today",
            f"Last drilled on {one.last:%d %B %Y}. Drill it before.", ((30 * 24 * 60, f"Drill {title}"),), busy=False,
        )  # fmt: skip


def _stamp(today: date) -> datetime:
    return datetime.combine(today, time(), UTC)
