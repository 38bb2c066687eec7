"""Where a drill stands, folded from its log and from nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from hotwash.drill.journal import Journal
from hotwash.drill.payloads import ChangeRecord
from hotwash.drill.read import current
from hotwash.kernel.clock import DrillClock
from hotwash.kernel.errors import TamperedError
from hotwash.kernel.event import Event

Phase = Literal["unplanned", "planned", "running", "paused", "ended"]


@dataclass(frozen=True)
class Call:
    """One lever call: who asked, who agreed, where it stands."""

    call: str
    kind: str
    scope: dict[str, list[str]]
    arguments: dict[str, int | str]
    requested_by: str = ""
    requested_ms: int | None = None
    needs: int = 0
    approved_by: tuple[str, ...] = ()
    status: Literal["requested", "refused", "pulled", "in-effect", "reverted"] = "requested"
    effective_ms: int | None = None
    record: dict[str, Any] = field(default_factory=dict)
    """The change record, as it was asked for and approved; then as it was pulled."""


@dataclass(frozen=True)
class Paper:
    """One draft on its way out of the room. Approvals, wanted changes and an override are about the present revision; reviewers and
    `asked_for_changes` (in any revision) stay."""

    draft: str
    template: str
    variant: str
    text: str
    by: str
    problems: tuple[tuple[str, str], ...] = ()
    reviewers: tuple[str, ...] = ()
    approved_by: tuple[str, ...] = ()
    published: bool = False
    revision: int = 1
    links: tuple[Any, ...] = ()
    asked_ms: int | None = None
    """Since when reviewers can read the present revision."""
    changes_by: tuple[str, ...] = ()
    asked_for_changes: tuple[str, ...] = ()
    override: str = ""
    overridden_by: str = ""

    def rewritten(self, data: Any, by: str, at_ms: int) -> Paper:
        """The next revision: read by the same reviewers, approved by nobody yet."""
        return Paper(
            self.draft, data["template"], data["variant"], data["text"], by, reviewers=self.reviewers,
            revision=self.revision + 1, links=tuple(data.get("links", ())), asked_ms=at_ms if self.reviewers else None,
            asked_for_changes=self.asked_for_changes,
        )  # fmt: skip

    @property
    def waiting(self) -> tuple[str, ...]:
        """Reviewers who have said nothing about the present revision."""
        said = (*self.approved_by, *self.changes_by)
        return () if self.published else tuple(seat for seat in self.reviewers if seat not in said)


@dataclass
class DrillState:
    """The fold. `apply` is the only way in; equal logs give equal states."""

    version: int = 0
    phase: Phase = "unplanned"
    clock: DrillClock = field(default_factory=DrillClock)
    seats: dict[str, str] = field(default_factory=dict)
    stand_ins: set[str] = field(default_factory=set)
    calls: dict[str, Call] = field(default_factory=dict)
    papers: dict[str, Paper] = field(default_factory=dict)
    ids: set[tuple[str, str]] = field(default_factory=set)
    commands: set[str] = field(default_factory=set)
    journal: Journal = field(default_factory=Journal)

    @property
    def started(self) -> bool:
        """STARTEX has been."""
        return self.phase in ("running", "paused", "ended")

    @property
    def ended(self) -> bool:
        """ENDEX has been."""
        return self.phase == "ended"

    @property
    def facts(self) -> set[str]:
        """Facts that the team knows."""
        return set(self.journal.facts)

    @property
    def severity(self) -> int | None:
        """The severity in force."""
        last = self.journal.last("severity_set")
        return last.data["level"] if last else None

    def apply(self, event: Event) -> None:
        """Fold one event. Raises TamperedError when it is not the next one."""
        if event.version != self.version + 1:
            raise TamperedError(f"event {event.version} cannot follow event {self.version}")
        self.version = event.version
        event = current(event)
        self.commands.add(event.command_id)
        self.journal.apply(event)
        self._conduct(event)
        if event.type.startswith("lever_"):
            self._lever(event)
        elif event.type in PAPERWORK:
            self._paper(event)
        elif event.type in NAMED:
            self.ids.add((event.type, event.data[NAMED[event.type]]))

    def _conduct(self, event: Event) -> None:
        wall, data = event.wall_ms, event.data
        match event.type:
            case "drill_planned":
                self.phase, self.clock = "planned", DrillClock(wall_ms=wall)
            case "seat_taken":
                self.seats[data["seat"]] = data["person"]
                (self.stand_ins.add if data["holder"] == "stand-in" else self.stand_ins.discard)(data["seat"])
            case "seat_handed_over":
                self.seats[event.seat] = data["to_person"]
            case "drill_started" | "drill_resumed":
                self.phase, self.clock = "running", self.clock.start(wall)
            case "drill_paused":
                self.phase, self.clock = "paused", self.clock.pause(wall)
            case "speed_changed":
                self.clock = self.clock.speed(wall, data["num"], data["den"])
            case "drill_jumped":
                self.clock = self.clock.jump(wall, data["to_ms"])
            case "drill_ended":
                self.phase, self.clock = "ended", self.clock.pause(wall)

    def _lever(self, event: Event) -> None:
        data = event.data
        name = data["call"]
        known = self.calls.get(name)
        match event.type:
            case "lever_requested":
                self.calls[name] = Call(
                    name, data["kind"], data["scope"], data["arguments"], event.seat, event.drill_ms, data["needs"],
                    record=_record(data),
                )  # fmt: skip
            case "lever_pulled":
                call = known or Call(name, data["kind"], data["scope"], data["arguments"])
                self.calls[name] = replace(
                    call, status="pulled", effective_ms=data["effective_ms"], record=_record(data)
                )
            case "lever_approved" if known:
                self.calls[name] = replace(known, approved_by=(*known.approved_by, event.seat))
            case "lever_refused" if known:
                self.calls[name] = replace(known, status="refused")
            case "lever_took_effect" if known:
                self.calls[name] = replace(known, status="in-effect")
            case "lever_reverted" if known:
                self.calls[name] = replace(known, status="reverted")

    def _paper(self, event: Event) -> None:
        data = event.data
        name = data["draft"]
        known = self.papers.get(name)
        match event.type:
            case "draft_written" if known:
                self.papers[name] = known.rewritten(data, event.seat, event.drill_ms)
            case "draft_written":
                links = tuple(data.get("links", ()))
                self.papers[name] = Paper(
                    name, data["template"], data["variant"], data["text"], event.seat, links=links
                )
            case "draft_linted" if known:
                self.papers[name] = replace(known, problems=tuple((a, b) for a, b in data["problems"]))
            case "review_requested" if known:
                reviewers = tuple(dict.fromkeys((*known.reviewers, *data["reviewers"])))
                self.papers[name] = replace(known, reviewers=reviewers, asked_ms=event.drill_ms)
            case "draft_approved" if known:
                known = replace(known, approved_by=(*known.approved_by, event.seat))
                if data.get("override"):
                    known = replace(known, override=data["override"], overridden_by=event.seat)
                changes = tuple(seat for seat in known.changes_by if seat != event.seat)
                self.papers[name] = replace(known, changes_by=changes)
            case "changes_requested" if known:
                once = tuple(dict.fromkeys((*known.asked_for_changes, event.seat)))
                changes = (*known.changes_by, event.seat)
                self.papers[name] = replace(known, approved_by=(), changes_by=changes, asked_for_changes=once)
            case "update_published" if known:
                self.papers[name] = replace(known, published=True)

    def snapshot(self) -> dict[str, Any]:
        """Everything, comparable with another fold."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def _record(data: Any) -> dict[str, Any]:
    """What a change record holds; records from before it had fields of its own hold the effect alone."""
    return {name: data[name] for name in RECORD if data.get(name)}


RECORD = (*ChangeRecord.model_fields, "contained_ppm", "worse_ppm", "auto_stop")
NAMED = {
    "hypothesis_raised": "hypothesis",
    "decision_recorded": "decision",
    "evidence_collected": "item",
    "snapshot_taken": "item",
    "legal_hold_placed": "hold",
    "inject_delivered": "inject",
    "inject_improvised": "inject",
}
"""Events that bring a new id into the drill, and the field that holds it."""
PAPERWORK = frozenset({
    "draft_written", "draft_linted", "review_requested", "changes_requested", "draft_approved", "update_published",
})  # fmt: skip


def fold(events: Iterable[Event]) -> DrillState:
    """The state after a log."""
    state = DrillState()
    for event in events:
        state.apply(event)
    return state
