"""The ML engineer: where it is, since when, which explanations stand, and whether people are treated alike."""

from __future__ import annotations

from typing import ClassVar

from hotwash.drill.commands import RaiseHypothesis, RecordTest, RunSuite, SetScope
from hotwash.standins.desk import Desk
from hotwash.standins.explaining import Explanation, explanations
from hotwash.standins.fairness import Disparity, disparity
from hotwash.standins.inquiry import Inquiry
from hotwash.standins.letters import Correspondent
from hotwash.standins.levers import Approver, LeverHand, Wish
from hotwash.standins.playbook import PLAYS, Play, bridge_for, mode_id
from hotwash.standins.profiles import Profile
from hotwash.standins.room import Alarm, Extent, Room
from hotwash.standins.segments import Segment, find_segment
from hotwash.standins.signals import Dashboards
from hotwash.standins.view import look
from hotwash.standins.words import clock, percent, place

AGAIN_MIN = 6.0
"""Minutes after which the scope is looked at again: more traffic, sharper edges."""
DECISIONS = ("denials", "appeals", "score_shift", "feature_missing")


class MlEngineer(Inquiry, LeverHand, Approver, Correspondent):
    """Segments, explanations, fairness."""

    seat: ClassVar[str] = "ml"
    pages = ("ml",)

    def __init__(self, profile: Profile, seed: int) -> None:
        super().__init__(profile, seed)
        self.found: Disparity | None = None
        self._explained: tuple[Explanation, ...] = ()

    def work(self, desk: Desk) -> None:
        """Verdicts first, then where, then why."""
        room = look(desk)
        self.carry_out(desk, room)
        self.decide_levers(desk, room)
        if self.habits.containment == "everything":
            self.answer_letters(desk, room)
            return
        self.inquire(desk, room)
        play = self.play_now(desk, room)
        if play and room.confirmed and not room.over:
            self.hold_decisions(desk, room, play)
            self.locate(desk, room, play)
            self.explain(desk, room, play)
        self.answer_letters(desk, room)

    def play_now(self, desk: Desk, room: Room) -> Play | None:
        """What it is: from own reading, a measured disparity, or the evidence that others kept."""
        if self.found:
            return PLAYS["adverse"]
        if self.play() is None and room.confirmed and room.traces_kept and self.ripe(desk, "read-evidence", 0.5):
            self.read_ids(desk, [trace for _, trace in room.traces_kept[:6]], "what did the others find?")
        return self.play() or self.gravest(room)

    def gravest(self, room: Room) -> Play | None:
        """What the collected traces show: they were kept because they show it, so one is enough."""
        kept = [self.readings[trace] for _, trace in room.traces_kept if trace in self.readings]
        grave = [one.main for one in kept if one.main in PLAYS and one.main != "adverse"]
        return PLAYS[grave[0]] if grave else None

    def inquire(self, desk: Desk, room: Room) -> None:
        """Alerts on decisions are this seat's own; others after a while, when nobody has looked."""
        for alarm in room.open_alarms:
            if alarm.signal in DECISIONS and self.ripe(desk, f"alarm-{alarm.alert}", 1):
                self.compare_groups(desk, room, alarm)
                return
            if alarm.signal not in DECISIONS and self.mine(desk, alarm):
                readings = self.read_list(desk, room, alarm)
                if readings is not None:
                    self.judge(desk, room, alarm, readings)
                return

    def compare_groups(self, desk: Desk, room: Room, alarm: Alarm) -> None:
        """No single case shows bias: read a few, then compare shares by group with the baseline."""
        readings = self.read_list(desk, room, alarm)
        if readings is None or not self.snapshot(desk, room, f"before anything is changed, because of {alarm.alert}"):
            return
        boards = Dashboards(desk.frame(), desk.baseline(), desk.system)
        found = disparity(boards, desk.system, alarm.signal)
        if found is None:
            if self.ripe(desk, f"no-disparity-{alarm.alert}", 6):
                self.settle_without(desk, room, alarm, boards)
            return
        proof = self.paired_probe(desk, room)
        if proof is None:
            return
        items = self.keep(desk, room, readings, "adverse") or self.keep(desk, room, readings, "harmless")
        self.found = found
        self.validate(
            desk, alarm, "confirmed", "bias suite" if proof else "appeals", found.sentence(len(readings)), items
        )

    def paired_probe(self, desk: Desk, room: Room) -> str | None:
        """Paired probes by group: what differs in nothing but the group. None while the run is still to come."""
        if "bias" not in desk.system.suites or not self.may(desk, "run_suite"):
            return ""
        if not any(one.suite == "bias" for one in room.proofs):
            self.do(desk, RunSuite(suite="bias", trials=400))
            return None
        run = [one for one in room.proofs if one.suite == "bias"][-1]
        return f"{run.failures} of {run.trials} paired probes differ" if run.failures else ""

    def settle_without(self, desk: Desk, room: Room, alarm: Alarm, boards: Dashboards) -> None:
        """More decisions went one way, and no group stands out: say where it comes from."""
        parts = [one for one in boards.parts(alarm.signal, 20) if one.dim not in ("group",)]
        where = place({parts[0].dim: parts[0].values}) if parts else "all traffic"
        note = f"The rise sits in {where} and is alike in all groups: the mix of applicants changed, not the scoring."
        items = [item for item, _ in room.traces_kept][:2] or self.keep(
            desk, room, list(self.readings.values()), "adverse"
        )
        self.validate(desk, alarm, "spurious" if parts else "unclear", "shares by group", note, items)

    def hold_decisions(self, desk: Desk, room: Room, play: Play) -> None:
        """A standing order of this seat: no refusal leaves the house while groups are treated unlike."""
        if play.sight != "adverse" or self.habits.diagnosis == "none" or room.bridges or room.fixes:
            return
        bridge = bridge_for(play, desk.system, {})
        if bridge and self.ripe(desk, "hold", 0.5):
            lever, scope = bridge
            effect = "adverse decisions wait for a person; approvals go on"
            self.want(
                desk,
                room,
                Wish(lever.kind, scope, dict(lever.arguments), f"{play.what}: {play.safe}.", effect),
                play.facts,
            )

    def locate(self, desk: Desk, room: Room, play: Play) -> None:
        """Who, since when, where: as one sentence, sharpened when there is more traffic."""
        matter = f"locate-{'again' if room.extent else 'first'}"
        if not self.ripe(desk, matter, AGAIN_MIN if room.extent else 1.5):
            return
        alarm = next((one for one in room.alarms if one.alert in {f.alert for f in room.confirmed}), None)
        if alarm is None:
            return
        segment = find_segment(self, desk, room, alarm, play)
        if segment is None:
            return
        self.forget(matter)
        if room.extent and not _sharper(room.extent, segment):
            return
        self.set_scope(desk, play, segment)

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
        if room.extent is None or not self.ripe(desk, "explain", 1.5):
            return
        if not self._explained:
            self._explained = explanations(self, desk, room, play)
        for one in self._explained:
            known = next((idea for idea in room.ideas if idea.statement == one.statement), None)
            if known is None:
                name = self.name("idea", {idea.id for idea in room.ideas})
                action = RaiseHypothesis(
                    hypothesis=name, statement=one.statement, component=one.component, mode=mode_id(desk.kit, play)
                )
                self.do(desk, action)
            elif not known.results and self.ripe(desk, f"test-{known.id}", 1.0):
                body = {"hypothesis": known.id, "method": one.method, "result": one.result, "note": one.note}
                evidence = tuple(item for item, _ in room.traces_kept)[:2]
                self.do(desk, RecordTest.model_validate({**body, "evidence": evidence}))


def _sharper(extent: Extent, segment: Segment) -> bool:
    """Is the new picture another one? Times alone are no reason to say it again."""
    before = {dim: sorted(values) for dim, values in extent.scope.items()}
    return before != {dim: sorted(values) for dim, values in segment.scope.items()}
