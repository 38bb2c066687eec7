"""The answer as plain data for machines, and as a calendar file. Both say that they are not legal advice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from hotwash.comms.icalendar import Entry, written
from hotwash.comms.obligations.check import Candidate, Checked
from hotwash.comms.obligations.count import Reading
from hotwash.comms.obligations.moments import WORDS
from hotwash.comms.obligations.notice import NOT_ADVICE

HALF_HOUR = timedelta(minutes=30)
ALARMS_MIN = (1440, 240, 60)
"""Minutes before a deadline at which a calendar reminds: the day before, half a working day, an hour."""


def as_data(checked: Checked, title: str) -> dict[str, Any]:
    """Everything, for JSON."""
    return {
        "not_legal_advice": NOT_ADVICE,
        "title": title,
        "to_ask": [{"question": one.id, "asks": one.asks, "hint": one.hint} for one in checked.to_ask],
        "obligations": [_candidate(one) for one in checked.candidates],
    }


def as_calendar(checked: Checked, title: str) -> str:
    """An iCalendar file: the half hour before each deadline of what may apply."""
    return written(_entries(checked, title), "Obligations")


def _entries(checked: Checked, title: str) -> Iterator[Entry]:
    for one in checked.of("candidate", "open"):
        clock, duty = one.clock, one.obligation
        if clock.earliest is None or clock.latest is None or clock.due is None:
            continue
        maybe = "" if one.standing == "candidate" else "If it applies: "
        latest = f"Latest reading: {clock.latest.at.isoformat()}. " if clock.latest.at != clock.due else ""
        said = f"{NOT_ADVICE}\n{duty.regime}. To: {duty.recipient}.\n{'; '.join(clock.earliest.steps)}.\n{latest}{duty.basis.rstrip('.')}."
        stamped = clock.from_moment.at if clock.from_moment else clock.due
        alarms = tuple((minutes, f"{duty.regime}: the clock runs out") for minutes in ALARMS_MIN)
        summary = f"{maybe}{duty.regime} (not legal advice): {title}"
        uid = f"{duty.id}-{clock.due:%Y%m%dT%H%M%S}@hotwash.invalid"
        yield Entry(uid, stamped, clock.due - HALF_HOUR, clock.due, summary, said, alarms, busy=False)


def _candidate(one: Candidate) -> dict[str, Any]:
    duty, clock = one.obligation, one.clock
    return {
        "id": duty.id, "regime": duty.regime, "jurisdiction": duty.jurisdiction, "trigger": duty.trigger,
        "standing": one.standing, "decided_by": list(one.decided_by), "by_caution": one.by_caution,
        "notifier": duty.notifier, "recipient": duty.recipient, "anchor": clock.anchor, "after": duty.after,
        "period": duty.deadline.model_dump() if duty.deadline else None, "calendar": one.days.id,
        "earliest": _reading(clock.earliest), "latest": _reading(clock.latest), "waits_for": clock.waits_for,
        "assumed": clock.assumed, "open_points": list(clock.open_points),
        "before": clock.before.isoformat() if clock.before else None,
        "from": None if clock.from_moment is None else {
            "moment": clock.from_moment.anchor, "means": WORDS[clock.from_moment.anchor],
            "at": clock.from_moment.at.isoformat(), "who": clock.from_moment.who, "why": clock.from_moment.why,
        },
        "notice": None if one.notice is None else {
            "title": one.notice.title, "text": one.notice.text,
            "missing": [{"asks": line.asks, "basis": line.basis, "later": line.later} for line in one.notice.missing],
        },
        "no_duty": None if one.no_duty is None else {"reason": one.no_duty.reason, "who": one.no_duty.who},
        "basis": duty.basis, "exceptions": duty.exceptions, "confidence": duty.confidence, "source": duty.source,
        "checked_on": duty.checked_on.isoformat(),
        "in_force_from": duty.in_force_from.isoformat() if duty.in_force_from else None,
        "in_force_until": duty.in_force_until.isoformat() if duty.in_force_until else None,
    }  # fmt: skip


def _reading(reading: Reading | None) -> dict[str, Any] | None:
    return None if reading is None else {"at": reading.at.isoformat(), "steps": list(reading.steps)}
