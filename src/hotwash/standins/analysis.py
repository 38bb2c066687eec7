"""What both engineers can do: find out what it is, stop it, say where it is, and test why. Each is the other's deputy."""

from __future__ import annotations

from hotwash.drill.commands import AdjustDetector, RaiseHypothesis, RecordTest, SetScope
from hotwash.standins.comparing import DECISIONS, Comparer
from hotwash.standins.deciding import cited
from hotwash.standins.desk import Desk
from hotwash.standins.explaining import Explanation, explanations, false_alarm_explanations
from hotwash.standins.levers import LeverHand, Wish, may_pull
from hotwash.standins.playbook import PLAYS, Play, bridge_for, mode_id, told_apart
from hotwash.standins.profiles import Profile
from hotwash.standins.room import Dims, Extent, Pull, Room
from hotwash.standins.segments import CERTAIN, Segment, find_segment, second_dimension, strays
from hotwash.standins.story import what_it_is
from hotwash.standins.words import clock, percent, place, sentence

AGAIN_MIN = 4.0
"""Minutes between two looks at whether it happens outside the scope as well."""
LOOK_ANYWAY_MIN = 8.0
"""How long somebody who believes in a rollback waits for it before reading a trace."""
DEPUTY_MIN = 8.0
"""How long a deputy waits before doing what the other engineer would do first."""


class Analyst(Comparer, LeverHand):
    """An engineer. `first` names the work that this seat does first: bridges, decisions, scope, ideas, detectors."""

    first: frozenset[str] = frozenset()

    def __init__(self, profile: Profile, seed: int) -> None:
        super().__init__(profile, seed)
        self._turn = 1
        self._explained: tuple[Explanation, ...] = ()
        self._explained_play = ""

    def looks(self, desk: Desk, room: Room) -> bool:
        """Whether this seat reads traces yet: fixation acts first, and looks at traces once something was rolled back."""
        if self.habits.diagnosis != "fixation":
            return True
        acted = any(one.kind == "rollback" and one.state not in ("requested", "approved") for one in room.pulls)
        return acted or bool(room.alarms and self.ripe(desk, "look-after-all", LOOK_ANYWAY_MIN))

    def lag(self, work: str) -> float:
        """Minutes that this seat leaves to the other one."""
        return 0.0 if work in self.first else DEPUTY_MIN

    def play_now(self, desk: Desk, room: Room) -> Play | None:
        """What it is: from own reading, a measured disparity, or the evidence that others kept."""
        if self.found:
            return PLAYS["adverse"]
        if self.wrong:
            return PLAYS["wrong"]
        if self.play() is None and room.confirmed and room.traces_kept and self.ripe(desk, "read-evidence", 0.5):
            others = [*(trace for _, trace in room.traces_kept[:4]), *room.complaints[: self.habits.reads]]
            self.read_ids(desk, others, "what did the others find?")
        seen = self.play() or self.gravest(room)
        return (
            told_apart(seen, self.readings.values()) if seen else (what_it_is(desk, room) if room.confirmed else None)
        )

    def gravest(self, room: Room) -> Play | None:
        """What the collected traces show: they were kept because they show it, so one is enough."""
        kept = [self.readings[trace] for _, trace in room.traces_kept if trace in self.readings]
        grave = [one.main for one in kept if one.main in PLAYS and one.main not in ("adverse", "wrong")]
        return PLAYS[grave[0]] if grave else None

    def inquire(self, desk: Desk, room: Room) -> None:
        """Look into open alerts, oldest first; a verdict needs traces that were read."""
        for alarm in room.open_alarms:
            if alarm.signal in DECISIONS:
                if self.ripe(desk, f"alarm-{alarm.firing}", 1 + self.lag("decisions")):
                    self.compare_groups(desk, room, alarm)
                    return
            elif self.mine(desk, alarm):
                readings = self.read_list(desk, room, alarm)
                if readings is not None:
                    self.judge(desk, room, alarm, readings)
                return

    def contain(self, desk: Desk, room: Room, play: Play) -> None:
        """The narrowest reversible lever that stops the harm, as soon as something is confirmed."""
        lag = self.lag("decisions" if play.sight in ("adverse", "wrong") else "bridges")
        if room.stepped_back or not self.ripe(desk, "contain", 0.5 + self.habits.hesitates_min + lag):
            return
        if lag and (room.bridges or any(one.state in ("requested", "approved") for one in room.pulls)):
            return
        bridge = bridge_for(
            play, desk.system, self.scope_now(desk, room, play), lambda kind: may_pull(desk.kit, self.seat, kind)
        )
        if bridge:
            lever, scope = bridge
            reason = f"{sentence(play.what)} Until the cause is out, {play.safe}."
            effect = f"no new case in {place(scope)} within minutes; watch the traces and {room.confirmed[0].alert}"
            pull = self.want(
                desk, room, Wish(lever.kind, scope, dict(lever.arguments), reason, effect), self.facts(play)
            )
            if pull and pull.effective_ms is not None and pull.effective_ms <= room.now_ms:
                self.give_back_the_rest(desk, room, pull)

    def give_back_the_rest(self, desk: Desk, room: Room, pull: Pull) -> None:
        """A lever that works where it is replaces the wider one that was pulled before that was known."""
        for one in room.bridges:
            if one.kind == pull.kind and one.call != pull.call and _wider(one.scope, pull.scope):
                self.take_back(desk, one, f"We know where it is now; {place(pull.scope)} is enough.")

    def facts(self, play: Play) -> tuple[str, ...]:
        """What was read in traces; that some answers came from the cache is a fact of its own."""
        cached = any(one.cached and play.sight in one.sights for one in self.readings.values())
        return (*play.facts, "cached_answer") if cached else play.facts

    def scope_now(self, desk: Desk, room: Room, play: Play) -> dict[str, list[str]]:
        """Where it is: the room's scope. Until somebody has set one: the tenants of the traces that show it, or where the
        alert is loudest if one trace shows nothing."""
        if room.extent:
            return room.extent.scope
        if play.sight not in CERTAIN:
            real = [one for one in room.alarms if one.alert in {found.alert for found in room.confirmed}]
            loudest = next((cell for one in real for cell in one.cells if cell[0] in desk.system.routable), None)
            return {loudest[0]: [loudest[1]]} if loudest and play.sight != "adverse" else {}
        shown = [
            one.dims["tenant"] for one in self.readings.values() if play.sight in one.sights and "tenant" in one.dims
        ]
        return {"tenant": sorted(set(shown))} if shown else {}

    def locate(self, desk: Desk, room: Room, play: Play) -> None:
        """Who, since when, where: as one sentence. Later, whether it happens outside that as well."""
        if room.extent is None:
            segment = (
                find_segment(self, desk, room, play) if self.ripe(desk, "locate", 1.5 + self.lag("scope")) else None
            )
            if segment:
                self.set_scope(desk, play, segment)
        elif self.ripe(desk, f"outside-{self._turn}", AGAIN_MIN + self.lag("scope")):
            wider = strays(self, desk, room, play, room.extent, self._turn)
            also = second_dimension(self, desk, room, play, room.extent)
            if wider is not None and also is not None:
                self._turn += 1
                self.widen_scope(desk, play, room.extent, {**wider, **also})

    def widen_scope(self, desk: Desk, play: Play, before: Extent, wider: dict[str, list[str]]) -> None:
        """Put a larger or a more exact scope on record, if it is one."""
        new = {dim: sorted(set(values) - set(before.scope.get(dim, ()))) for dim, values in wider.items()}
        if any(new.values()):
            added = place({dim: values for dim, values in new.items() if values})
            statement = f"Since about {clock(before.since_ms)}, {play.what}: {place(wider)}. New: {added}, as the traces read show."
            self.do(desk, SetScope(
                scope=wider, since_ms=before.since_ms, share_low=before.share_low, share_high=before.share_high,
                statement=statement,
            ))  # fmt: skip

    def set_scope(self, desk: Desk, play: Play, segment: Segment) -> None:
        """Put the scope on record, with its uncertainty."""
        where = place(segment.scope)
        span = f"between {clock(segment.earliest_ms)} and {clock(segment.latest_ms)}"
        sure = f"these hold {percent(100 * segment.covers)} of the excess" if segment.scope else "no part stands out"
        statement = f"Since about {clock(segment.since_ms)} ({span}), {play.what}: {where}; {sure}."
        action = SetScope(
            scope=segment.scope, since_ms=segment.since_ms, share_low=segment.share_low, share_high=segment.share_high,
            statement=statement,
        )  # fmt: skip
        self.do(desk, action)

    def explain(self, desk: Desk, room: Room, play: Play) -> None:
        """At least three explanations, each with a test that can refute it, before anybody touches the service."""
        mode = mode_id(desk.kit, play)
        others = any(one.mode == mode and not one.refuted for one in room.ideas) and self._explained_play != mode
        if room.extent is None or others or not self.ripe(desk, "explain", 1.5 + self.lag("ideas")):
            return
        if self._explained_play != mode:
            self._explained, self._explained_play = explanations(self, desk, room, play), mode
        self.put_on_record(desk, room, mode)

    def put_on_record(self, desk: Desk, room: Room, mode: str) -> None:
        """Raise what is not raised yet, then add each first test."""
        for one in self._explained:
            known = next((idea for idea in room.ideas if idea.statement == one.statement), None)
            if known is None:
                name = self.name("idea", {idea.id for idea in room.ideas})
                action = RaiseHypothesis(hypothesis=name, statement=one.statement, component=one.component, mode=mode)
                self.do(desk, action)
            elif not known.results and self.ripe(desk, f"test-{known.id}", 1.0):
                body = {"hypothesis": known.id, "method": one.method, "result": one.result, "note": one.note}
                evidence = cited(room)[:2] if one.shown else ()
                self.do(desk, RecordTest.model_validate({**body, "evidence": evidence}))

    def explain_false_alarm(self, desk: Desk, room: Room) -> None:
        """Why it looked like an incident: that it was the detector is an explanation among others, and is tested too."""
        if not room.false_alarm or (room.ideas and not self._explained):
            return
        if not self.ripe(desk, "explain-false", 1.0 + self.lag("ideas")):
            return
        if not self._explained:
            self._explained = false_alarm_explanations(self, desk, room)
        self.put_on_record(desk, room, "")

    def mend_detectors(self, desk: Desk, room: Room) -> None:
        """A spurious alert is closed by fixing what raised it."""
        for one in room.findings.values():
            if one.verdict != "spurious" or one.alert in room.adjusted:
                continue
            if not self.ripe(desk, f"mend-{one.alert}", 2 + self.lag("detectors")):
                continue
            number = "number" in one.note
            detail = (
                "Numbers that stand in the requester's own question or order are not card numbers: take their format out."
                if number
                else f"Page only when a second signal moves with it: {one.note}."
            )
            change = "suppress-pattern" if number else "require-second-signal"
            self.do(desk, AdjustDetector.model_validate({"alert": one.alert, "change": change, "detail": detail}))


def _wider(scope: Dims, than: Dims) -> bool:
    """Does a scope hold all of another one and more?"""
    holds = all(dim in than and set(than[dim]) <= set(values) for dim, values in scope.items())
    return holds and {dim: set(values) for dim, values in scope.items()} != {dim: set(v) for dim, v in than.items()}
