"""What one audience knew at one moment: the same fold that its page was drawn from, read at that moment and nothing later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hotwash.drill.design import DrillDesign
from hotwash.drill.views.fold import Fold
from hotwash.drill.views.project import ViewEvent
from hotwash.kernel.clock import MINUTE
from hotwash.ports.system import Baseline, SignalFrame
from hotwash.standins.view import picture

WINDOW_MIN = 10
"""Minutes that a signal is summed over: the window of most alerts."""


@dataclass(frozen=True)
class Fact:
    """Something that was in force: its words, who said it, when (drill time)."""

    what: str
    words: str
    seat: str
    at_ms: int


@dataclass(frozen=True)
class Running:
    """A clock that ran. `due_ms` is None where it has no moment: without undue delay."""

    what: str
    seat: str
    due_ms: int | None
    note: str


@dataclass(frozen=True)
class Told:
    """A message that had arrived: an inject, a complaint, or somebody's words in the room."""

    sender: str
    channel: str
    subject: str
    body: str
    at_ms: int


@dataclass(frozen=True)
class Draft:
    """A draft as it stood."""

    draft: str
    variant: str
    state: str
    by: str
    text: str
    at_ms: int


@dataclass(frozen=True)
class Seen:
    """A signal over the last whole minutes, and what is usual there."""

    signal: str
    title: str
    count: int
    usual: float
    minutes: int


@dataclass(frozen=True)
class Knew:
    """Everything, in the order of a page. `events` is how many events of the log this audience had been shown."""

    drill: str
    seat: str
    title: str
    at_ms: int
    story: str
    events: int
    facts: tuple[Fact, ...]
    clocks: tuple[Running, ...]
    inbox: tuple[Told, ...]
    room: tuple[Told, ...]
    drafts: tuple[Draft, ...]
    levers: tuple[Fact, ...]
    alerts: tuple[Fact, ...]
    evidence: tuple[Fact, ...]
    signals: tuple[Seen, ...]


FACTS: tuple[tuple[str, str, str], ...] = (
    ("incident_opened", "incident", "title"),
    ("incident_stated", "statement", "statement"),
    ("classified", "classification", ""),
    ("severity_set", "severity", ""),
    ("major_incident_declared", "major incident", "reason"),
    ("scope_set", "scope", "statement"),
    ("incident_stood_down", "stood down", "reason"),
    ("recovery_declared", "end", ""),
    ("risk_accepted", "risk accepted", "residual"),
)
"""Event, what it is called, and the field with its words; the newest of each is in force."""


def knew(view: Fold, seat: str, at_ms: int, design: DrillDesign, drill: str, signals: Sequence[Seen] = ()) -> Knew:
    """What a fold that was shown everything up to `at_ms` (drill time) knew."""
    room = picture(view, seat, at_ms)
    guide = design.kit.roles.seats.get(seat)
    drafts = (
        Draft(
            one.draft,
            one.variant,
            _state(one.published_ms, one.approved_by, one.changes_by, one.reviewers),
            one.by,
            one.text,
            one.at_ms,
        )
        for one in room.papers
    )
    titles = {str(kind): one.title for kind, one in design.kit.levers.items()}
    levers = (
        Fact(titles.get(one.kind, one.kind), f"{one.state}: {one.reason}", one.seat, one.asked_ms) for one in room.pulls
    )
    return Knew(
        drill=drill,
        seat=seat,
        title=guide.title if guide else seat.capitalize(),
        at_ms=at_ms,
        story=design.story_time(at_ms),
        events=view.position,
        facts=tuple(_facts(view)),
        clocks=tuple(_clocks(view)),
        inbox=tuple(_inbox(view)),
        room=tuple(Told(one.seat, "room", ", ".join(one.data["to"]), one.data["text"], one.drill_ms) for one in view.of("message_sent")),
        drafts=tuple(drafts),
        levers=tuple(levers),
        alerts=tuple(_alerts(view)),
        evidence=tuple(_evidence(view)),
        signals=tuple(signals),
    )  # fmt: skip


def seen(frame: SignalFrame, baseline: Baseline, design: DrillDesign, at_ms: int) -> list[Seen]:
    """The signals that alerts of this system watch, over the last whole minutes before a moment, all traffic."""
    stop = min(frame.minutes, at_ms // MINUTE)
    start = max(0, stop - WINDOW_MIN)
    shown = []
    for name in dict.fromkeys(alert.signal for alert in design.alerts.values()):
        spec = design.system.signals.get(name)
        if spec is None:
            continue
        # A signal without a denominator of its own is a count a minute.
        chances = int(frame.total(spec.denominator, start, stop)[0]) if spec.denominator else stop - start
        rate = float(baseline.rates[baseline.signals.index(name), 0])
        shown.append(
            Seen(name, spec.title, int(frame.total(name, start, stop)[0]), round(rate * chances, 1), stop - start)
        )
    return shown


def _state(published: int | None, approved: Sequence[str], changes: Sequence[str], reviewers: Sequence[str]) -> str:
    if published is not None:
        return "published"
    if approved:
        return f"approved by {', '.join(approved)}"
    if changes:
        return f"changes wanted by {', '.join(changes)}"
    return f"with {', '.join(reviewers)} for review" if reviewers else "being written"


def _facts(view: Fold) -> list[Fact]:
    found = []
    for kind, what, name in FACTS:
        event = view.latest.get(kind)
        if event is not None:
            found.append(
                Fact(what, str(event.data[name]) if name else _words(kind, event.data), event.seat, event.drill_ms)
            )
    return found


def _words(kind: str, data: Any) -> str:
    if kind == "severity_set":
        return f"Sev-{data['level']}: {data['reason']}"
    if kind == "classified":
        return f"{data['bucket']} / {data['mode']}: {data['reason']}"
    return f"{data['state']}: {data['statement']}"


def _clocks(view: Fold) -> list[Running]:
    found = [
        Running(one.data["what"], one.data["seat"], one.data["due_ms"], f"rule {one.data['rule']}")
        for one in view.duties.values()
    ]
    if view.update_due_ms is not None:
        found.append(Running("Next update", "comms", view.update_due_ms, ""))
    done = {one.data["obligation"] for one in view.of("authority_notified")}
    for one in view.of("obligation_clock_started"):
        if one.data["obligation"] not in done:
            hours, deadline = one.data.get("hours"), one.data.get("deadline", "")
            due = None if hours is None else one.data["aware_ms"] + hours * 60 * MINUTE
            found.append(
                Running(one.data["obligation"], one.seat, due, f"due {deadline}" if deadline else "without undue delay")
            )
    return sorted(found, key=lambda one: (one.due_ms is None, one.due_ms or 0, one.what))


def _inbox(view: Fold) -> list[Told]:
    found = [
        Told(one.data["sender"], one.data["channel"], one.data["subject"], one.data["body"], one.drill_ms)
        for one in view.inbox
    ]
    found += [
        Told("customer", "complaint", one.data["about"], one.data["text"], one.drill_ms)
        for one in view.of("complaint_received")
    ]
    return sorted(found, key=lambda one: one.at_ms)


def _alerts(view: Fold) -> list[Fact]:
    verdicts = {one.data["alert"]: one.data["verdict"] for one in view.of("signal_validated")}
    fired: dict[str, ViewEvent] = {one.data["alert"]: one for one in view.of("alert_fired")}
    return [
        Fact(
            name,
            f"{one.data['count']} in {one.data['window_min']} min; {verdicts.get(name, 'no verdict')}",
            one.seat,
            one.drill_ms,
        )
        for name, one in fired.items()
    ]


def _evidence(view: Fold) -> list[Fact]:
    return [
        Fact(
            one.data["item"],
            " ".join((one.data.get("kind", "snapshot"), *one.data.get("ref", "").split(), one.data["note"])).strip(),
            one.seat,
            one.drill_ms,
        )
        for one in view.of("evidence_collected", "snapshot_taken")
    ]
