"""From the events that reached a seat to the terms that stand-ins think in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from hotwash.drill.views.fold import Fold
from hotwash.drill.views.project import ViewEvent
from hotwash.standins.desk import Desk
from hotwash.standins.room import Alarm, Dims, Extent, Finding, Idea, Letter, Paper, Proof, Pull, Room

REACHED = {
    "lever_approved": "requested", "lever_refused": "refused", "lever_pulled": "pulled", "lever_took_effect": "effective",
    "lever_reverted": "reverted",
}  # fmt: skip
LEVERS = ("lever_requested", *REACHED)
PAPERS = (
    "draft_written", "draft_linted", "review_requested", "changes_requested", "draft_approved", "update_published",
)  # fmt: skip

ENDS = ("incident_stood_down", "recovery_declared")
Part = tuple[tuple[str, ...], Callable[[Fold], Any]]


def look(desk: Desk) -> Room:
    """The room as this seat sees it now."""
    return picture(desk.view, desk.seat, desk.now_ms)


def picture(view: Fold, seat: str, now_ms: int) -> Room:
    """The room as one audience has been shown it."""
    return Room(seat=seat, now_ms=now_ms, **_parts(view))


@dataclass
class _Parts:
    """What a room holds besides its seat and the time, as it was made after so many entries."""

    read: int = 0
    made: dict[str, Any] = field(default_factory=dict)


def _parts(view: Fold) -> Mapping[str, Any]:
    """Every part, those made anew that read an entry which came in since."""
    known: _Parts = view.kept.get("room", (), _Parts)
    came = {name for event in islice(view.events, known.read, None) for name in READERS.get(event.type, ())}
    for name in came if known.made else PARTS:
        known.made[name] = PARTS[name][1](view)
    known.read = len(view.events)
    return known.made


def _alarms(view: Fold) -> tuple[Alarm, ...]:
    """One entry an alert: when it first fired, with the cells of its newest firing."""
    first: dict[str, int] = {}
    newest: dict[str, Alarm] = {}
    turns = Counter(one.data["alert"] for one in view.of("signal_validated"))
    for one in view.of("alert_fired"):
        data = one.data
        first.setdefault(data["alert"], one.drill_ms)
        newest[data["alert"]] = Alarm(
            alert=data["alert"], signal=data["signal"], pages=data["pages"], at_ms=first[data["alert"]],
            again_ms=one.drill_ms, cells=tuple((dim, value) for dim, value, _ in data["cells"]), count=data["count"],
            turn=turns[data["alert"]],
        )  # fmt: skip
    return tuple(newest.values())


def _finding(view: Fold, one: ViewEvent) -> Finding:
    data = one.data
    fired = [told for told in view.of("alert_fired") if told.data["alert"] == data["alert"]]
    count = next((told.data["count"] for told in reversed(fired) if told.position < one.position), 0)
    return Finding(
        data["alert"], data["verdict"], data["second"], data["note"], tuple(data["evidence"]), one.drill_ms, one.seat,
        count,
    )  # fmt: skip


def _stood_down(view: Fold) -> bool:
    """A stand-down holds until something is confirmed after it."""
    down = view.latest.get("incident_stood_down")
    real = [one.position for one in view.of("signal_validated") if one.data["verdict"] == "confirmed"]
    return down is not None and down.position > max(real, default=0)


def _standing(view: Fold, kind: str) -> list[ViewEvent]:
    """Entries that still hold: what was written for a false alarm does not, once an alert was confirmed after all."""
    down = [one.position for one in view.of("incident_stood_down")]
    real = [one.position for one in view.of("signal_validated") if one.data["verdict"] == "confirmed"]
    upset = min((one for one in real if down and one > down[0]), default=0)
    return [one for one in view.of(kind) if one.position > upset]


def _extent(data: dict[str, Any]) -> Extent | None:
    if not data:
        return None
    return Extent(_dims(data["scope"]), data["since_ms"], data["statement"], data["share_low"], data["share_high"])


def _ideas(view: Fold) -> tuple[Idea, ...]:
    results: dict[str, list[str]] = {}
    for one in view.of("test_recorded"):
        results.setdefault(one.data["hypothesis"], []).append(one.data["result"])
    return tuple(
        Idea(name, one.data["statement"], one.data["component"], one.data["mode"], tuple(results.get(name, ())))
        for one in view.of("hypothesis_raised")
        for name in [one.data["hypothesis"]]
    )


def _evidence(view: Fold) -> dict[str, tuple[str, str]]:
    kept = {one.data["item"]: (str(one.data["kind"]), str(one.data["ref"])) for one in view.of("evidence_collected")}
    return {**kept, **{one.data["item"]: ("configuration", one.data["item"]) for one in view.of("snapshot_taken")}}


def _pulls(view: Fold) -> tuple[Pull, ...]:
    known: dict[str, dict[str, Any]] = {}
    for one in view.of(*LEVERS):
        data = one.data
        call = known.setdefault(data["call"], {"call": data["call"], "seat": one.seat, "asked_ms": one.drill_ms})
        for name in ("kind", "reason", "needs", "approvers", "effective_ms", "destroys_evidence"):
            if name in data and (name != "reason" or "scope" in data):
                call[name] = tuple(data[name]) if name == "approvers" else data[name]
        if "scope" in data:
            call["scope"], call["arguments"] = _dims(data["scope"]), dict(data["arguments"])
        if one.type == "lever_approved":
            call["approved_by"] = (*call.get("approved_by", ()), one.seat)
        if one.type == "lever_pulled":
            call["pulled_ms"] = one.drill_ms
        if one.type == "lever_reverted":
            call["reverted_ms"] = one.drill_ms
        call["state"] = REACHED.get(one.type, "requested")
    return tuple(_settled(Pull(**call)) for call in known.values())


def _settled(pull: Pull) -> Pull:
    """Requested with all its approvals is approved."""
    if pull.state == "requested" and len(pull.approved_by) >= pull.needs:
        return pull.as_approved()
    return pull


def _proof(one: ViewEvent) -> Proof:
    data = one.data
    scope = _dims(data["scope"])
    return Proof(data["suite"], scope, data["trials"], data["failures"], one.drill_ms, data["worst_cell"])


def _change(data: Any) -> tuple[int, str, str, str, str]:
    return data["at_ms"], data["component"], data["from_version"], data["to_version"], data["note"]


def _letter(one: ViewEvent) -> Letter:
    data = one.data
    return Letter(
        data["inject"], data["sender"], data["channel"], tuple(data["to"]), data["subject"], data["body"], one.drill_ms
    )


def _papers(view: Fold) -> tuple[Paper, ...]:
    known: dict[str, dict[str, Any]] = {}
    for one in view.of(*PAPERS):
        data = one.data
        paper = known.setdefault(data["draft"], {})
        if one.type == "draft_written":
            paper.update(by=one.seat, at_ms=one.drill_ms, approved_by=(), changes_by=())
        for name in ("draft", "template", "variant", "text"):
            if name in data:
                paper[name] = data[name]
        if one.type == "draft_linted":
            paper["problems"] = tuple((rule, words) for rule, words in data["problems"])
        if one.type == "review_requested":
            paper["reviewers"] = tuple(data["reviewers"])
        if one.type in ("draft_approved", "changes_requested"):
            field = "approved_by" if one.type == "draft_approved" else "changes_by"
            paper[field] = (*paper[field], one.seat)
        if one.type == "changes_requested":
            paper["asked_for_changes"] = tuple(dict.fromkeys((*paper.get("asked_for_changes", ()), one.seat)))
        if one.type == "update_published":
            paper["published_ms"] = one.drill_ms
    return tuple(
        Paper(**{name: body[name] for name in body if name in Paper.__dataclass_fields__}) for body in _whole(known)
    )


def _whole(known: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Drafts whose writing this seat has seen."""
    return (body for body in known.values() if "by" in body)


def _dims(scope: Any) -> Dims:
    return {str(dim): list(values) for dim, values in scope.items() if values}


def _findings(view: Fold) -> dict[str, Finding]:
    return {one.alert: one for one in (_finding(view, told) for told in view.of("signal_validated"))}


def _text(kind: str, name: str) -> Part:
    """A field of the newest event of a type; empty when there is none."""
    return (kind,), lambda view: str(view.said(kind).get(name, ""))


def _was(kind: str) -> Part:
    """Whether there was such an event."""
    return (kind,), lambda view: kind in view.latest


def _all(kind: str, make: Callable[[ViewEvent], object]) -> Part:
    """Something of every event of a type."""

    def all_(view: Fold) -> tuple[object, ...]:
        so_far: list[object] = view.kept.get(f"every {kind}", (), list)
        so_far += map(make, islice(view.of(kind), len(so_far), None))
        return tuple(so_far)

    return (kind,), all_


def _values(kind: str, name: str) -> Part:
    """The values of a field in all events of a type."""
    return (kind,), lambda view: frozenset(one.data[name] for one in view.of(kind) if one.data[name])


REAL = ("incident_stood_down", "signal_validated")
"""What decides whether something still holds after a false alarm."""
PARTS: Mapping[str, Part] = {
    "alarms": (("alert_fired", "signal_validated"), _alarms),
    "findings": (("alert_fired", "signal_validated"), _findings),
    "incident": _text("incident_opened", "title"),
    "stood_down": (REAL, _stood_down),
    "closed": _text("recovery_declared", "state"),
    "over_ms": (ENDS, lambda view: max((one.drill_ms for one in view.of(*ENDS)), default=0)),
    "statement": _text("incident_stated", "statement"),
    "bucket": _text("classified", "bucket"),
    "mode": _text("classified", "mode"),
    "severity": (("severity_set",), lambda view: view.severity or 0),
    "major": _was("major_incident_declared"),
    "impact": _was("impact_assessed"),
    "extent": (("scope_set",), lambda view: _extent(view.said("scope_set"))),
    "ideas": (("hypothesis_raised", "test_recorded"), _ideas),
    "decisions": (
        ("decision_recorded",),
        lambda view: {one.data["decision"]: one.data["kind"] for one in view.of("decision_recorded")},
    ),
    "evidence": (("evidence_collected", "snapshot_taken"), _evidence),
    "pulls": (LEVERS, _pulls),
    "proofs": _all("suite_run", _proof),
    "changes": _all("change_logged", lambda one: _change(one.data)),
    "inbox": (("inject_delivered", "inject_improvised"), lambda view: tuple(map(_letter, view.inbox))),
    "answered": _values("message_sent", "in_reply_to"),
    "papers": (PAPERS, _papers),
    "duties": (
        ("obligation_assessed", *REAL),
        lambda view: {one.data["obligation"]: one.data["applies"] for one in _standing(view, "obligation_assessed")},
    ),
    "no_duty": (
        ("no_duty_recorded", *REAL),
        lambda view: frozenset(one.data["obligation"] for one in _standing(view, "no_duty_recorded")),
    ),
    "notified": _values("authority_notified", "obligation"),
    "adjusted": _values("detector_adjusted", "alert"),
    "risk_accepted": _was("risk_accepted"),
    "complaints": _all("complaint_received", lambda one: one.data["about"]),
    "said": _all("message_sent", lambda one: (one.seat, tuple(one.data["to"]), one.data["text"])),
}
"""Field of a room → the types that it is made of, and how."""
READERS: Mapping[str, tuple[str, ...]] = {
    kind: tuple(name for name, (types, _) in PARTS.items() if kind in types)
    for kind in dict.fromkeys(kind for types, _ in PARTS.values() for kind in types)
}
"""Type → the fields that are made of it."""
