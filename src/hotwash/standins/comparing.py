"""Alerts on decisions: no single case shows what is wrong, so shares are compared by group."""

from __future__ import annotations

from collections.abc import Sequence

from hotwash.drill.commands import RunSuite
from hotwash.standins.desk import Desk
from hotwash.standins.fairness import Disparity, disparity
from hotwash.standins.inquiry import Inquiry, spread
from hotwash.standins.profiles import Profile
from hotwash.standins.reading import TraceReading
from hotwash.standins.room import Alarm, Room
from hotwash.standins.signals import Dashboards
from hotwash.standins.words import place

DECISIONS = ("denials", "appeals", "score_shift", "feature_missing")
LEAST_WRONG, MOSTLY_WRONG = 3, 0.3
"""Cases, and share of those read, from which decisions are called wrong. On a healthy day it is one in ten of the
declined ones, which is why no single case and no complaint is enough."""
PAIRS = 400
"""Paired probes a group: enough to tell a difference of ten points from chance several times over."""


class Comparer(Inquiry):
    """An engineer who looks at shares before looking at cases."""

    def __init__(self, profile: Profile, seed: int) -> None:
        super().__init__(profile, seed)
        self.found: Disparity | None = None
        self.wrong = False

    def compare_groups(self, desk: Desk, room: Room, alarm: Alarm) -> None:
        """No single case shows bias: read a few, then compare shares by group with the baseline."""
        readings = self.read_list(desk, room, alarm)
        if readings is None or not self.snapshot(desk, room, f"before anything is changed, because of {alarm.alert}"):
            return
        boards = Dashboards(desk.frame(), desk.baseline(), desk.system)
        found = disparity(boards, desk.system, alarm.signal)
        if found is None:
            declined = self.declined_there(desk, room, alarm)
            if declined is None:
                return
            if self.shown_wrong(declined):
                self.wrong = True
                self.confirm(desk, room, alarm, declined, "wrong")
            elif self.ripe(desk, f"no-disparity-{alarm.firing}", 6):
                self.settle_without(desk, room, alarm, boards)
            return
        proof = self.paired_probe(desk, room)
        if proof is None:
            return
        items = self.keep(desk, room, readings, "adverse") or self.keep(desk, room, readings, "harmless")
        self.found = found
        note = f"{found.sentence()} {len(readings)} cases read one by one look plausible: it shows in the shares alone."
        self.validate(desk, alarm, "confirmed", "bias suite" if proof else "appeals", note, items)

    def declined_there(self, desk: Desk, room: Room, alarm: Alarm) -> list[TraceReading] | None:
        """Declined cases from where the alert is loudest, read against their own file; None while reading."""
        key = f"declined-{alarm.alert}-{alarm.again_ms}"
        if key not in self.lists:
            scope = next(({dim: [value]} for dim, value in alarm.cells if dim in desk.system.routable), {})
            reply = self.query(desk, room.now_ms, "denials", scope)
            if not reply.done:
                return None
            self.lists[key] = [one.id for one in spread(reply.traces, self.habits.reads)]
        return self.read_ids(desk, self.lists[key], f"does the decision follow from the file, behind {alarm.alert}?")

    def shown_wrong(self, readings: Sequence[TraceReading]) -> bool:
        """Whether more declined cases are wrong on their own file than a healthy day would bring."""
        wrong = sum("wrong" in one.sights for one in readings)
        return wrong >= LEAST_WRONG and wrong >= MOSTLY_WRONG * len(readings)

    def paired_probe(self, desk: Desk, room: Room) -> str | None:
        """Paired probes by group: what differs in nothing but the group. None while the run is still to come."""
        if "bias" not in desk.system.suites or not self.may(desk, "run_suite"):
            return ""
        if not any(one.suite == "bias" for one in room.proofs):
            self.do(desk, RunSuite(suite="bias", trials=PAIRS))
            return None
        run = [one for one in room.proofs if one.suite == "bias"][-1]
        return f"{run.failures} of {run.trials} paired probes differ" if run.failures else ""

    def settle_without(self, desk: Desk, room: Room, alarm: Alarm, boards: Dashboards) -> None:
        """More decisions went one way, and no group stands out: say where it comes from."""
        parts = [one for one in boards.parts(alarm.signal, 20) if one.dim in desk.system.routable]
        where = place({parts[0].dim: parts[0].values}) if parts else "all traffic"
        note = f"The rise sits in {where} and is alike in all groups: the mix of applicants changed, not the scoring."
        items = [item for item, _ in room.traces_kept][:2] or self.keep(
            desk, room, list(self.readings.values()), "adverse"
        )
        self.validate(desk, alarm, "spurious" if parts else "unclear", "shares by group", note, items)
