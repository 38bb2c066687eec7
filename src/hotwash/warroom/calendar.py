"""A drill as an iCalendar file."""

from __future__ import annotations

from datetime import datetime, timedelta

from hotwash.comms.icalendar import Entry, written

SAID = (
    "EXERCISE. A drill on a simulated service. Your own link to your seat comes from the facilitator. "
    "Play, then a hot wash of thirty minutes."
)


def invitation(drill: str, title: str, start: datetime, minutes: int) -> str:
    """One event, half an hour longer than play for the briefing and the hot wash. `start` has a time zone."""
    ends = start + timedelta(minutes=minutes + 30)
    alarm = (10, "EXERCISE: comms check in ten minutes")
    entry = Entry(f"{drill}@hotwash.invalid", start, start, ends, f"EXERCISE: {title}", SAID, (alarm,))
    return written([entry], "Drill")
