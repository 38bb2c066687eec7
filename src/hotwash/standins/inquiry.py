"""Looking into alerts: list the traces behind them, read some, keep what matters, and say what it is.

Shared by the technical lead and the ML engineer; who looks first follows the alert's page.
"""

from __future__ import annotations

from collections.abc import Sequence

from hotwash.drill.commands import CollectEvidence, OpenTrace, RunQuery, TakeSnapshot, ValidateSignal
from hotwash.kernel.clock import MINUTE
from hotwash.ports.traces import TraceSummary
from hotwash.standins.desk import Desk, Reply
from hotwash.standins.playbook import PLAYS, Play, told_apart
from hotwash.standins.profiles import Profile
from hotwash.standins.reading import Sight, TraceReading, read_trace, tally
from hotwash.standins.room import Alarm, Room
from hotwash.standins.seat import SeatPolicy
from hotwash.standins.signals import Dashboards
from hotwash.standins.words import count_of, joined, sentence

PER_LOOK = 3
"""Traces that one person reads in half a minute."""
LIST = 60
"""Lines of a trace list that are asked for, so that a handful can be taken from all over it."""
NEEDED: dict[Sight, int] = {
    "leak": 2, "misuse": 2, "overreach": 2, "injection": 3, "refusal": 3, "ungrounded": 3, "empty-retrieval": 3,
}  # fmt: skip
"""How many traces of one list must show a thing before it is called real: severe things once and reproduced."""
GRAVE: tuple[Sight, ...] = ("leak", "misuse", "overreach")
EVERYDAY = 0.15
"""Share of the traces read below which a thing that is not grave is what an ordinary day shows: people vote down what is wrong."""
TWICE = 2
MOSTLY = 0.6
"""Share of harmless traces from which an alert is called spurious."""
KEPT_FOR = {
    "number-alarm": "the detector's match is the requester's own number",
    "harmless": "an ordinary answer behind the alert",
    "adverse": "a decision that looks plausible by itself",
}
KEPT = 3
"""Traces collected as evidence for one finding."""
PATIENCE_MIN = 6.0
"""How long the other engineer waits before looking into an alert that pages somebody else."""


class Inquiry(SeatPolicy):
    """An engineer who reads traces."""

    pages: tuple[str, ...] = ()

    def __init__(self, profile: Profile, seed: int) -> None:
        super().__init__(profile, seed)
        self.readings: dict[str, TraceReading] = {}
        self.lists: dict[str, list[str]] = {}
        self._rounds: dict[str, int] = {}

    def mine(self, desk: Desk, alarm: Alarm) -> bool:
        """Is it this engineer's turn to look into an alert?"""
        patience = 1.0 if alarm.pages in self.pages else PATIENCE_MIN
        return self.ripe(desk, f"alarm-{alarm.firing}", patience)

    def read_list(self, desk: Desk, room: Room, alarm: Alarm) -> list[TraceReading] | None:
        """Readings of a sample of the traces behind an alert; None while still reading."""
        if alarm.firing not in self.lists:
            listed = self.list_traces(desk, room, alarm)
            if listed is None:
                return None
            self.lists[alarm.firing] = listed
        wanted = self.lists[alarm.firing]
        return self.read_ids(desk, wanted, f"what is behind {alarm.alert}?")

    def list_traces(self, desk: Desk, room: Room, alarm: Alarm) -> list[str] | None:
        """Ids of a sample of the traces that carry the alert's signal: half where it is loudest, half from all over."""
        about = list(room.complaints[-self.habits.reads :])
        if alarm.signal == "complaints":
            return about
        dim, value = next(((dim, value) for dim, value in alarm.cells if dim), ("", ""))
        half = self.habits.reads // 2 if dim else 0
        loudest = self.query(desk, room.now_ms, alarm.signal, {dim: [value]}) if half else Reply()
        anywhere = self.query(desk, room.now_ms, alarm.signal, {})
        if not (loudest.done and anywhere.done):
            return None
        there = [one.id for one in spread(loudest.traces, half)]
        others = [one for one in anywhere.traces if one.id not in there]
        return there + [one.id for one in spread(others, self.habits.reads - len(there))]

    def widen(self, desk: Desk, room: Room, alarm: Alarm) -> None:
        """Another handful behind the same alert, beside those that were read."""
        more = self.list_traces(desk, room, alarm) or []
        self.lists[alarm.firing] = list(dict.fromkeys([*self.lists.get(alarm.firing, ()), *more]))

    def query(
        self, desk: Desk, now_ms: int, flag: str, scope: dict[str, list[str]], back_min: int = 12, limit: int = LIST
    ) -> Reply:
        """Newest traces with a flag inside a scope."""
        start = max(0, now_ms - back_min * MINUTE)
        return self.do(desk, RunQuery(from_ms=start, to_ms=now_ms, scope=scope, flag=flag, limit=limit))

    def read_ids(self, desk: Desk, wanted: Sequence[str], purpose: str) -> list[TraceReading] | None:
        """Open traces that were not read yet, a few at a time; None while some are left."""
        for trace in [one for one in wanted if one not in self.readings][: max(1, round(PER_LOOK / self.habits.pace))]:
            reply = self.do(desk, OpenTrace(trace=trace, purpose=f"triage: {purpose}"))
            if reply.trace is None:
                break
            self.readings[trace] = read_trace(reply.trace)
        known = [self.readings[one] for one in wanted if one in self.readings]
        return known if len(known) == len(wanted) else None

    def play(self) -> Play | None:
        """The gravest thing that was seen often enough, over everything read so far."""
        seen = tally(self.readings.values())
        real = [sight for sight, needed in NEEDED.items() if seen[sight] >= needed]
        return PLAYS[real[0]] if real else None

    def keep(self, desk: Desk, room: Room, readings: Sequence[TraceReading], sight: Sight) -> list[str]:
        """Collect the traces that show a thing, and a snapshot of what runs. Returns the items that there are now."""
        kept = {trace: item for item, trace in room.traces_kept}
        shown = [one for one in readings if sight in one.sights]
        items = [kept[one.trace] for one in shown if one.trace in kept]
        for one in [one for one in shown if one.trace not in kept][: max(0, KEPT - len(items))]:
            item = self.name("trace", room.evidence)
            note = (
                f"{sentence(PLAYS[sight].what)} {sentence(one.excerpt)}"
                if sight in PLAYS and one.excerpt
                else KEPT_FOR.get(one.main, "read, and kept to compare with")
            )
            if self.do(desk, CollectEvidence(item=item, kind="trace", ref=one.trace, note=note)).done:
                items.append(item)
        return items

    def snapshot(self, desk: Desk, room: Room, why: str) -> bool:
        """Keep what runs now: versions, levers, flags. True when there is a snapshot by anybody."""
        if any(kind == "configuration" for kind, _ in room.evidence.values()):
            return True
        return self.do(desk, TakeSnapshot(item=self.name("snapshot", room.evidence), note=why)).done

    def judge(self, desk: Desk, room: Room, alarm: Alarm, readings: list[TraceReading]) -> None:
        """Put a verdict on an alert from what its traces show."""
        seen = tally(readings)
        real = [
            sight
            for sight, needed in NEEDED.items()
            if seen[sight] >= needed and (sight in GRAVE or seen[sight] >= EVERYDAY * len(readings))
        ]
        if real:
            self.confirm(desk, room, alarm, readings, real[0])
        elif readings and not _doubtful(readings) and self._harmless(readings) >= MOSTLY * len(readings):
            self.dismiss(desk, room, alarm, readings)
        elif self._rounds.setdefault(alarm.firing, 0) < 2:
            if self.ripe(desk, f"again-{alarm.alert}", 1 if _doubtful(readings) else 4):
                self._rounds[alarm.firing] += 1
                self.forget(f"again-{alarm.alert}")
                self.widen(desk, room, alarm)
        else:
            note = f"{len(readings)} traces read, {count_of(seen)}: not enough either way, watching it"
            self.validate(desk, alarm, "unclear", self.second_for(desk, alarm), note, [])

    def _harmless(self, readings: list[TraceReading]) -> int:
        return sum(one.main in ("harmless", "number-alarm") for one in readings)

    def confirm(self, desk: Desk, room: Room, alarm: Alarm, readings: list[TraceReading], sight: Sight) -> None:
        """Keep the evidence, then say that the alert is real and what it is."""
        if not self.snapshot(desk, room, f"before anything is changed, because of {alarm.alert}"):
            return
        items = self.keep(desk, room, readings, sight)
        if not items:
            return
        shown = [one for one in readings if sight in one.sights]
        cached = sum(one.cached for one in shown)
        where = joined(sorted({one.dims[dim] for one in shown for dim in ("tenant",) if dim in one.dims}))
        what = told_apart(PLAYS[sight], self.readings.values()).what
        note = f"{len(shown)} of {len(readings)} traces read show it: {what}"
        note += f" ({where})" if where else ""
        note += f"; {cached} of them came from the cache" if cached else ""
        self.validate(desk, alarm, "confirmed", self.second_for(desk, alarm), note, items)

    def dismiss(self, desk: Desk, room: Room, alarm: Alarm, readings: list[TraceReading]) -> None:
        """Say that the alert is spurious, with traces that show why."""
        if self.habits.diagnosis == "fixation":
            note = f"{self._harmless(readings)} of {len(readings)} traces read look ordinary, but the release must have done something"
            self.validate(desk, alarm, "unclear", f"{len(readings)} traces read", note, [])
            return
        numbers = sum("number-alarm" in one.sights for one in readings)
        sight: Sight = "number-alarm" if numbers else "harmless"
        items = self.keep(desk, room, readings, sight)
        if not items:
            return
        note = (
            f"{numbers} of {len(readings)} traces read: the match is the requester's own order or parcel number"
            if numbers
            else f"{self._harmless(readings)} of {len(readings)} traces read are ordinary answers"
        )
        self.validate(desk, alarm, "spurious", f"{len(readings)} traces read", note, items)

    def validate(self, desk: Desk, alarm: Alarm, verdict: str, second: str, note: str, evidence: Sequence[str]) -> None:
        """Record a verdict."""
        action = ValidateSignal.model_validate(
            {"alert": alarm.alert, "second": second, "verdict": verdict, "note": note, "evidence": tuple(evidence)}
        )
        self.do(desk, action)

    def second_for(self, desk: Desk, alarm: Alarm) -> str:
        """An independent signal that says the same, or the traces that were read."""
        guide = next((one for one in desk.kit.alerts if one.id == alarm.alert), None)
        boards = Dashboards(desk.frame(), desk.baseline(), desk.system)
        also = boards.hot(tuple(one for one in (guide.confirm_with if guide else ()) if one != alarm.signal))
        return also[0] if also else f"{len(self.lists.get(alarm.firing, ()))} traces read"


def _doubtful(readings: Sequence[TraceReading]) -> bool:
    """Is there anything among them that must not be waved off: something grave, however rare, or twice the same thing
    that an ordinary day shows in one answer of many hundreds?"""
    seen = tally(readings)
    return any(one.main in GRAVE for one in readings) or any(seen[sight] >= TWICE for sight in NEEDED)


def spread(traces: Sequence[TraceSummary], count: int) -> list[TraceSummary]:
    """A few traces from all over a list, newest first."""
    if count <= 0 or not traces:
        return []
    step = max(1, len(traces) // count)
    return list(traces[::step][:count])
