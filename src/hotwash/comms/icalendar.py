"""Events as an iCalendar file (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LONGEST_LINE = 73
"""Bytes; RFC 5545, 3.1, allows 75 without the line break."""


@dataclass(frozen=True)
class Entry:
    """One event; moments have a zone. `alarms` are minutes before its start, each with what is shown."""

    uid: str
    stamped: datetime
    start: datetime
    end: datetime
    summary: str
    description: str
    alarms: Sequence[tuple[int, str]] = ()
    busy: bool = True


def written(entries: Iterable[Entry], product: str) -> str:
    """The file. `product` names what wrote it."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//Hotwash//{product}//EN", "METHOD:PUBLISH"]
    for one in entries:
        lines += _event(one)
    return "".join(f"{_folded(line)}\r\n" for line in (*lines, "END:VCALENDAR"))


def _event(one: Entry) -> list[str]:
    lines = [
        "BEGIN:VEVENT", f"UID:{one.uid}", f"DTSTAMP:{_utc(one.stamped)}", f"DTSTART:{_utc(one.start)}",
        f"DTEND:{_utc(one.end)}", f"SUMMARY:{_text(one.summary)}", f"DESCRIPTION:{_text(one.description)}",
        f"TRANSP:{'OPAQUE' if one.busy else 'TRANSPARENT'}",
    ]  # fmt: skip
    for minutes, shown in one.alarms:
        lines += [
            "BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:{_before(minutes)}", f"DESCRIPTION:{_text(shown)}", "END:VALARM",
        ]  # fmt: skip
    return [*lines, "END:VEVENT"]


def _before(minutes: int) -> str:
    length = timedelta(minutes=minutes)
    hours, rest = divmod(length.seconds // 60, 60)
    time = f"T{hours}H" * bool(hours) + f"{'' if hours else 'T'}{rest}M" * bool(rest)
    return f"-P{f'{length.days}D' if length.days else ''}{time}"


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
