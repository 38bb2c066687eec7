"""From an organisation's own facts to an incident that obligations are held against."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from hotwash.comms.obligations.check import Incident, NoDuty
from hotwash.comms.obligations.moments import Moment, Moments
from hotwash.comms.obligations.notice import Known
from hotwash.comms.obligations.tree import Given
from hotwash.kit.schema.facts import IncidentFacts
from hotwash.kit.schema.incident import SaidAnswer, SaidMoment


def incident_of(facts: IncidentFacts) -> Incident:
    """The incident. The day whose law holds is the one named, or that of the earliest moment. Raises ValueError where the
    file names neither."""
    zone = ZoneInfo(facts.zone) if facts.zone else None
    moments = [_moment(one, zone) for one in facts.moments]
    day = facts.day or min((one.at for one in moments), default=None)
    if day is None:
        raise ValueError("no day: the file has no moment and no 'day'")
    return Incident(
        day=day.date() if isinstance(day, datetime) else day,
        given={name: _given(one) for name, one in facts.answers.items()},
        moments=Moments.of(moments),
        known={name: Known(text) for name, text in facts.known.items()},
        no_duty={name: NoDuty(one.reason, one.who) for name, one in facts.no_duty.items()},
        activities=facts.activities,
        calendars=facts.calendars,
    )


def _given(said: str | SaidAnswer) -> Given:
    if isinstance(said, SaidAnswer):
        return Given(said.answer, said.who, said.why)
    return Given("yes" if said == "yes" else "no" if said == "no" else "unknown")


def _moment(said: SaidMoment, zone: ZoneInfo | None) -> Moment:
    def shown(moment: datetime | None) -> datetime | None:
        return moment.astimezone(zone) if moment and zone else moment

    at = said.at.astimezone(zone) if zone else said.at
    return Moment(said.moment, at, said.who, said.why, said.of or "", shown(said.earliest), shown(said.latest))
