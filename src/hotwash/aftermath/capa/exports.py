"""Actions for other tools: comma-separated values, a calendar, an OSCAL plan of action and milestones. Each says that it comes from an
exercise."""

from __future__ import annotations

import csv
import hashlib
import io
import uuid
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hotwash.aftermath.capa.facts import Closed, Entry, FollowedUp, Replaced, Rescheduled, Verified
from hotwash.aftermath.capa.follow import FOLLOW_UPS, follow_ups, last_in_place
from hotwash.aftermath.capa.plain import check_words, run_words, state_words
from hotwash.aftermath.capa.standing import Standing
from hotwash.comms.icalendar import Entry as CalendarEntry
from hotwash.comms.icalendar import written
from hotwash.kit.schema.capa import CapaFile

OSCAL_VERSION = "1.2.1"
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:hotwash:capa")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""Signs at which a spreadsheet begins to compute (OWASP, CSV Injection)."""
COLUMNS = (
    "drill", "id", "finding", "events", "type", "horizon", "action", "owner", "sponsor", "first deadline", "due", "late", "state", "score",
    "interim", "depends on", "verification", "newest run", "effect looked for on", "replaced by", "at 30 days", "at 60 days", "at 90 days", "exercise",
)  # fmt: skip
MORNING_H, LENGTH_MIN, WARN_MIN = 9, 30, 24 * 60
STATUS = {
    "open": "open",
    "green": "open",
    "red": "open",
    "closed": "closed",
    "reopened": "open",
    "not effective": "open",
    "replaced": "remediating",
}
"""Our states as OSCAL's `risk-status`."""


def as_csv(plan: CapaFile, actions: Sequence[Standing]) -> str:
    """One line an action. A cell that a spreadsheet would compute begins with an apostrophe."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\r\n")
    lines.writerow(COLUMNS)
    for one in actions:
        action = one.action
        cells = (
            plan.drill, action.id, action.finding, " ".join(map(str, action.cites)), action.type, action.horizon, action.action, action.owner,
            action.sponsor, action.deadline, one.deadline, "late" if one.late else "", state_words(one), one.points, action.interim,
            " ".join(action.depends_on), check_words(action.verification), run_words(one) if one.verified else "",
            action.effect.on if action.effect else "", one.replaced_by, *(_seen(one, days) for days in FOLLOW_UPS), "EXERCISE",
        )  # fmt: skip
        lines.writerow([cell(str(text)) for text in cells])
    return out.getvalue()


def _seen(one: Standing, days: int) -> str:
    """The newest note of a follow-up, with who looked; empty where nobody noted anything."""
    notes = [
        (look.fact, look.person)
        for look in one.followed
        if isinstance(look.fact, FollowedUp) and look.fact.days == days
    ]
    return f"effective: {notes[-1][0].works}; {notes[-1][0].seen} ({notes[-1][1]})" if notes else ""


def cell(text: str) -> str:
    """The text as no spreadsheet computes it."""
    return f"'{text}" if text.startswith(FORMULA) else text


def as_calendar(plan: CapaFile, actions: Sequence[Standing], now_ms: int) -> str:
    """Deadlines of what is open, days on which an effect is looked for, decisions, and the follow-ups at 30, 60 and 90 days, each at nine
    o'clock UTC with a warning a day before."""
    stamped = datetime.fromtimestamp(now_ms // 1000, UTC)
    entries = [
        _entry(f"{days}-days@{plan.drill}", day, f"EXERCISE follow-up at {days} days: {plan.drill}", _follow_up(actions, days), stamped)
        for days, day in follow_ups(plan).items()
    ]  # fmt: skip
    for one in actions:
        action, name = one.action, f"{one.action.id}@{plan.drill}"
        if one.is_open:
            said = f"{action.action}\nVerification: {check_words(action.verification)}"
            entries.append(_entry(f"due-{name}", one.deadline, f"EXERCISE due: {action.id} ({action.owner})", said, stamped))  # fmt: skip
            if action.decision is not None:
                decision = action.decision
                entries.append(_entry(f"decide-{name}", decision.due, f"EXERCISE decision: {action.id} ({decision.by})", decision.what, stamped))  # fmt: skip
        if action.effect is not None and not one.replaced_by:
            effect = action.effect
            entries.append(_entry(f"effect-{name}", effect.on, f"EXERCISE effect: {action.id}", f"{effect.metric}; works if {effect.works_if}", stamped))  # fmt: skip
    return written(sorted(entries, key=lambda one: (one.start, one.uid)), "corrective actions")


def _follow_up(actions: Sequence[Standing], days: int) -> str:
    """What a follow-up has to say of each action, and of which it has not said it yet."""
    left = [one.action.id for one in actions if not one.replaced_by and not _seen(one, days)]
    tail = f"\nStill to be noted: {', '.join(left)}." if left else "\nEvery action is noted." if actions else ""
    return f"Each action: verified closed, rescheduled, replaced, or failed; is it still effective?{tail}"


def _entry(uid: str, day: date, summary: str, description: str, stamped: datetime) -> CalendarEntry:
    start = datetime(day.year, day.month, day.day, MORNING_H, tzinfo=UTC)
    end = start + timedelta(minutes=LENGTH_MIN)
    return CalendarEntry(f"{uid}.hotwash", stamped, start, end, summary, description, ((WARN_MIN, summary),))


def as_oscal(plan: CapaFile, actions: Sequence[Standing], journal: Sequence[Entry], now_ms: int) -> dict[str, Any]:
    """A plan of action and milestones of OSCAL 1.2.1 (https://pages.nist.gov/OSCAL/): a finding as an observation, what it may do again as a
    risk with the action as its planned response, and one item for each action. The same actions give the same ids.

    OSCAL has no place for a drill: a property `exercise` on the whole and on each item says it, in our namespace."""
    people = sorted({one_line(name) for one in actions for name in (one.action.owner, one.action.sponsor)} - {""})
    parties = [{"uuid": _id("party", name), "type": "person", "name": name} for name in people]
    newest = max((one.at_ms for one in journal), default=now_ms)
    body: dict[str, Any] = {
        "uuid": _id("plan", plan.drill),
        "metadata": {
            "title": f"EXERCISE: corrective actions of drill {one_line(plan.drill)}", "last-modified": _moment(newest), "version": str(len(journal)),
            "oscal-version": OSCAL_VERSION, "props": [_prop("exercise", "true")], "roles": [{"id": "owner", "title": "Owner"}], **({"parties": parties} if parties else {}),
        },
        "system-id": {"identifier-type": "https://ietf.org/rfc/rfc4122", "id": _id("system", plan.drill)},
    }  # fmt: skip
    if actions:
        body["observations"] = [_observation(plan, one) for one in actions]
        body["risks"] = [_risk(plan, one, journal, _done(one, actions)) for one in actions]
    body["poam-items"] = [_item(plan, one) for one in actions]
    return {"plan-of-action-and-milestones": body}


def _observation(plan: CapaFile, one: Standing) -> dict[str, Any]:
    action = one.action
    found: dict[str, Any] = {
        "uuid": _id("observation", plan.drill, action.id), "title": f"Finding: {action.id}", "description": action.finding,
        "methods": ["TEST"], "types": ["finding"], "collected": _day(plan.created),
    }  # fmt: skip
    if action.cites:
        events = ", ".join(map(str, action.cites))
        found["relevant-evidence"] = [{"description": f"Events {events} of the record of drill {plan.drill}."}]
    return found


def _done(one: Standing, actions: Sequence[Standing]) -> bool:
    """Whether what it was to do is done: by itself, or by the action that stands in its place in the end."""
    by_id = {other.action.id: other for other in actions}
    last = by_id.get(
        last_in_place(one.action.id, {name: other.replaced_by for name, other in by_id.items() if other.replaced_by})
    )
    return last is not None and last.state == "closed"


def _risk(plan: CapaFile, one: Standing, journal: Sequence[Entry], done: bool) -> dict[str, Any]:
    action = one.action
    response: dict[str, Any] = {
        "uuid": _id("response", plan.drill, action.id), "lifecycle": "completed" if done else "planned",
        "title": action.id, "description": action.action,
        "props": [_prop("type", action.type), _prop("horizon", action.horizon), _prop("score", str(one.points))],
        "tasks": [{
            "uuid": _id("task", plan.drill, action.id), "type": "milestone", "title": f"Due: {action.id}",
            "description": f"Verification: {check_words(action.verification)}", "timing": {"on-date": {"date": _day(one.deadline)}},
            "responsible-roles": [{"role-id": "owner", "party-uuids": [_id("party", one_line(action.owner))]}],
        }],
    }  # fmt: skip
    risk: dict[str, Any] = {
        "uuid": _id("risk", plan.drill, action.id), "title": f"It may happen again: {action.id}", "description": action.finding,
        "statement": action.interim or "No interim measure is on record.", "status": "closed" if done else STATUS[one.state], "deadline": _day(one.deadline),
        "remediations": [response], "related-observations": [{"observation-uuid": _id("observation", plan.drill, action.id)}],
    }  # fmt: skip
    entries = [
        entry for line in journal if line.fact.action == action.id and (entry := _logged(plan, line)) is not None
    ]
    return risk | ({"risk-log": {"entries": entries}} if entries else {})


def _logged(plan: CapaFile, line: Entry) -> dict[str, Any] | None:
    match line.fact:
        case Verified() as fact:
            title, said = (
                f"Verification {'green' if fact.green else 'red'}",
                f"{fact.said}. Output SHA-256 {fact.output_sha256}",
            )
            change = {}
        case Closed() as fact:
            title, said, change = (
                "Closed",
                f"On the verification of entry {fact.verification}",
                {"status-change": "closed"},
            )
        case Rescheduled() as fact:
            title, said, change = "Rescheduled", f"From {fact.was} to {fact.to}: {fact.reason}", {}
        case Replaced() as fact:
            title, said = f"Replaced by {fact.by}", fact.reason
            change = {"status-change": STATUS["replaced"]}
        case FollowedUp() as fact:
            title, said, change = f"Follow-up at {fact.days} days", f"Effective: {fact.works}. {fact.seen}", {}
        case _:
            return None
    return {"uuid": _id("log", plan.drill, str(line.version)), "title": title, "description": said, "start": _moment(line.at_ms), **change}  # fmt: skip


def _item(plan: CapaFile, one: Standing) -> dict[str, Any]:
    action = one.action
    return {
        "uuid": _id("item", plan.drill, action.id), "title": action.id, "description": action.action,
        "props": [_prop("exercise", "true"), _prop("state", one.state.replace(" ", "-"))],
        **({"links": [{"href": f"#{_id('item', plan.drill, one.replaced_by)}", "rel": "replaced-by", "text": one.replaced_by}]} if one.replaced_by else {}),
        "related-observations": [{"observation-uuid": _id("observation", plan.drill, action.id)}],
        "related-risks": [{"risk-uuid": _id("risk", plan.drill, action.id)}],
    }  # fmt: skip


def one_line(name: str) -> str:
    """A name as OSCAL's strings take it: one line, no space around it."""
    return " ".join(name.split())


def _prop(name: str, value: str) -> dict[str, str]:
    return {"name": name, "ns": "urn:hotwash:capa", "value": value}


def _id(*parts: str) -> str:
    """An id that is the same for the same thing: version 5 of RFC 9562, over a digest, so that no name shows."""
    return str(uuid.uuid5(NAMESPACE, hashlib.sha256("\0".join(parts).encode()).hexdigest()))


def _moment(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms // 1000, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _day(day: date) -> str:
    return f"{day}T00:00:00Z"
