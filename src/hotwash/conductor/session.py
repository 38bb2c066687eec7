"""One drill being played: the only place where engine, system, store and clock meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from hotwash.conductor.canaries import canary_looks
from hotwash.conductor.given import decision, fetch
from hotwash.drill import commands as c
from hotwash.drill import events as e
from hotwash.drill.decide import decide
from hotwash.drill.design import DrillDesign
from hotwash.drill.facts import consequences
from hotwash.drill.moment import Given, Moment
from hotwash.drill.payloads import Payload
from hotwash.drill.read import schema_of
from hotwash.drill.refusal import RefusedError
from hotwash.drill.state import DrillState, fold
from hotwash.drill.views.project import ViewLog
from hotwash.drill.watch import Observation, next_due, tick
from hotwash.kernel.audience import player
from hotwash.kernel.event import Draft, Event
from hotwash.ports.clock import Clock
from hotwash.ports.scope import Scope
from hotwash.ports.store import EventStore
from hotwash.ports.system import LeverCall, SystemUnderDrill

CONTROL = "control"
"""The seat and person of what the engine itself records: injects, alerts, deadlines."""

SAME_MOMENT_MS = 1_000
"""Drill time within which a second look finds nothing new unless something happened or falls due: many commands at once cost
one look. What arrives unannounced (a complaint) is put on record that much later at most."""


@dataclass(frozen=True)
class Done:
    """What a command led to: its events, and what the system answered."""

    events: tuple[Event, ...]
    given: Given


class Session:
    """A drill in progress. Not safe for threads: one session has one caller at a time.

    The log is the truth: everything here can be thrown away and rebuilt by `resume`.
    """

    def __init__(
        self, stream: str, design: DrillDesign, store: EventStore, system: SystemUnderDrill, clock: Clock
    ) -> None:
        self.stream, self.design = stream, design
        self.store, self.system, self.clock = store, system, clock
        self.events: list[Event] = store.read(stream)
        self.state: DrillState = fold(self.events)
        self._ticked_ms = self.events[-1].drill_ms if self.state.started else 0
        self._ticked_version, self._due_ms = 0, 0
        self._vault = b""
        self._shown: dict[str, tuple[ViewLog, int]] = {}
        self._replay_levers()

    def plan(self, planned: e.DrillPlanned) -> list[Event]:
        """Write the first event. Raises StaleVersionError when the stream already holds a drill."""
        return self._append([planned], CONTROL, CONTROL, "plan", self._now())

    def act(self, command: c.Command, *, settle: bool = True) -> Done:
        """Carry out one command. Raises RefusedError, and changes nothing, when it may not be done.

        Without `settle`, what follows by the kit's rules from earlier commands of the same moment is left to the next `tick`, so that
        many commands cost one; what has fallen due by the clock comes first all the same.
        """
        at = self._now()
        if settle or self._overdue(at):
            self.tick()
            at = self._now()
        given = self._given(command, at.drill_ms)
        try:
            payloads = decide(self.state, self.design, command, at, given)
        except RefusedError as refused:
            if refused.on_record is not None and (attempt := f"{command.id}-refused") not in self.state.commands:
                self._append([refused.on_record], command.seat, command.person, attempt, at)
            raise
        events = self._append(payloads, command.seat, command.person, command.id, at)
        return Done(tuple(events), given)

    def _given(self, command: c.Command, now_ms: int) -> Given:
        """What the system says, and for sentences that cite entries by position, which entries those are."""
        endex_ms = self.design.endex_ms
        key = self._vault_key() if isinstance(command.action, c.AccessEvidence) else b""
        given = fetch(self.system, command.action, now_ms, self.state.journal, key, endex_ms)
        if not isinstance(command.action, c.WriteDraft) or not command.action.links:
            return given
        return replace(given, versions=self._shown_to(command.seat).versions)

    def _shown_to(self, seat: str) -> ViewLog:
        """What a seat was shown, up to the newest event."""
        shown, read = self._shown.get(seat) or (ViewLog(player(seat), self.design), 0)
        for event in self.events[read:]:
            shown.show(event)
        self._shown[seat] = shown, len(self.events)
        return shown

    def tick(self) -> list[Event]:
        """Bring system, injects, alerts and deadlines up to the present moment."""
        at = self._now()
        if not self.state.started or self.state.ended or at.drill_ms < self._ticked_ms:
            return []
        if self.state.version == self._ticked_version and not self._overdue(at):
            return []
        self.system.advance(at.drill_ms)
        observation = Observation(
            frame=self.system.frame(),
            baseline=self.system.baseline(),
            since_ms=self._ticked_ms,
            since_version=self._ticked_version,
            complaints=tuple(self.system.complaints(self._ticked_ms, at.drill_ms)),
            canaries=canary_looks(self.system, self.state, at.drill_ms),
        )
        self._ticked_ms = at.drill_ms
        payloads = tick(self.state, self.design, at, observation)
        events = self._append(payloads, CONTROL, CONTROL, f"tick-{self.state.version + 1}", at) if payloads else []
        self._ticked_version, self._due_ms = self.state.version, self.next_due_ms() or 0
        return events

    def next_due_ms(self) -> int | None:
        """The next moment of drill time at which `tick` has something to do."""
        at_ms = self._now().drill_ms
        if self.state.version == self._ticked_version and at_ms < self._due_ms:
            return self._due_ms
        return next_due(self.state, self.design, at_ms)

    def _vault_key(self) -> bytes:
        """What the keyed hashes of this drill's evidence are made with: the same after a restart, and known to no player, as no view
        shows an event's hash."""
        if not self._vault and self.events:
            self._vault = sha256(f"vault {self.events[0].hash}".encode()).digest()
        return self._vault

    def _overdue(self, at: Moment) -> bool:
        """Time alone asks for a look."""
        return at.drill_ms >= min(self._due_ms, self._ticked_ms + SAME_MOMENT_MS)

    def _now(self) -> Moment:
        wall = self.clock.now()
        return Moment(self.state.clock.at(wall), wall)

    def _append(self, payloads: Sequence[Payload], seat: str, person: str, command_id: str, at: Moment) -> list[Event]:
        followed = [*payloads, *consequences(self.state, self.design, payloads, seat)]
        drafts = [_draft(one, seat, person, at) for one in followed]
        events = self.store.append(self.stream, self.state.version, drafts, command_id)
        for event in events:
            if event.version <= self.state.version:
                continue
            self.state.apply(event)
            self.events.append(event)
            self._work_levers(event)
        return events

    def _work_levers(self, event: Event) -> None:
        call = lever_call(event)
        if call is not None:
            self.system.pull(call)

    def _replay_levers(self) -> None:
        """After a restart: give the system the levers of the log, then play it to where it was."""
        for event in self.events:
            call = lever_call(event)
            if call is not None:
                self.system.advance(call.at_ms)
                self.system.pull(call)
        if self.state.started:
            self.system.advance(self._ticked_ms)


def lever_call(event: Event) -> LeverCall | None:
    """The lever call that an event of the log stands for, if it is one."""
    data = event.data
    if event.type == "lever_pulled":
        arguments = tuple(sorted(data["arguments"].items()))
        return LeverCall(data["call"], data["kind"], event.drill_ms, Scope.of(data["scope"]), arguments)
    if event.type == "lever_reverted":
        target = (("target", str(data["call"])),)
        return LeverCall(f"undo-{data['call']}", "restore", event.drill_ms, Scope(), target)
    if event.type == "case_decided":
        return decision(data["case"], data["action"], event.drill_ms)
    return None


def lever_log(events: Sequence[Event]) -> tuple[LeverCall, ...]:
    """Everything that a log's team did to the system: the plan that its outcome is replayed from."""
    return tuple(call for call in map(lever_call, events) if call is not None)


def _draft(payload: Payload, seat: str, person: str, at: Moment) -> Draft:
    data = payload.model_dump(mode="json", exclude={"type"})
    kind = str(getattr(payload, "type"))  # noqa: B009 set per model
    return Draft(kind, data, at.drill_ms, at.wall_ms, seat, person, schema_of(kind))
