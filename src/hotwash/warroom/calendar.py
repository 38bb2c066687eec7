"""A drill as an iCalendar file (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

LONGEST_LINE = 73
SAID = (
    "EXERCISE. A drill on a simulated service. Your own link to your seat comes from the facilitator. "
    "Play, then a hot wash of thirty minutes."
)


def invitation(drill: str, title: str, start: datetime, minutes: int) -> str:
    """One event, half an hour longer than play for the briefing and the hot wash. `start` has a time zone."""
    ends = start + timedelta(minutes=minutes + 30)
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Hotwash//Drill//EN", "METHOD:PUBLISH", "BEGIN:VEVENT",
        f"UID:{drill}@hotwash.invalid", f"DTSTAMP:{_utc(start)}", f"DTSTART:{_utc(start)}", f"DTEND:{_utc(ends)}",
        f"SUMMARY:{_text(f'EXERCISE: {title}')}",
        f"DESCRIPTION:{_text(SAID)}",
        "TRANSP:OPAQUE", "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT10M",
        f"DESCRIPTION:{_text('EXERCISE: comms check in ten minutes')}", "END:VALARM", "END:VEVENT", "END:VCALENDAR",
    ]  # fmt: skip
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n"), ("\r", "")):
        text = text.replace(plain, escaped)
    return text


def _folded(line: str) -> str:
    """Long lines go on after a line break and a space; counted in bytes, cut between characters."""
    parts, part = [], ""
    for letter in line:
        if len((part + letter).encode()) > LONGEST_LINE:
            parts.append(part)
            part = ""
        part += letter
    return "\r\n ".join([*parts, part])
