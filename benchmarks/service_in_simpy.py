"""The simulated service once more, as a discrete-event simulation with one SimPy process for every request.

A reference for two questions: is the columnar play right, and what does it save? It reads the same tape and lever log
and shares no code with `play`. Where the play is a fluid, this is not: reviewers are people who take one item at a
time, the gateway serves one request after another, those who are turned away really come back.
"""

from __future__ import annotations

from dataclasses import dataclass

import simpy

from hotwash.ports.scope import Scope
from hotwash.simulator.layout import CATEGORIES, MISUSE
from hotwash.simulator.levers import LeverLog, Pull
from hotwash.simulator.outcomes import ABANDONED, BLOCK, CAUGHT, DROP, FALSE_BLOCK, OFF, SERVED
from hotwash.simulator.streams import ONE, chance, draws
from hotwash.simulator.tape import Tape


@dataclass
class Answers:
    """What became of every request: status, category, harm in mhp, wait in ms, 1 + leader row."""

    status: list[int]
    category: list[int]
    harm: list[int]
    wait_ms: list[int]
    leader: list[int]


class Service:
    """One run. Knows the levers that have a meaning for a copilot without rate limits and breakers."""

    def __init__(self, tape: Tape, log: LeverLog) -> None:
        self.tape, self.layout, self.spec = tape, tape.layout, tape.layout.spec
        self.env = simpy.Environment()
        self.pulls = [one for one in log.pulls.values() if one.kind not in ("restore", "cache_flush")]
        self.flushes = sorted(log.flushes(0, tape.end_ms), key=lambda one: one[0])
        n = len(tape)
        self.out = Answers([SERVED] * n, [0] * n, [0] * n, [0] * n, [0] * n)
        self.cache: dict[int, tuple[int, float, int]] = {}
        self.at = tape.at_ms.tolist()
        self.columns = {name: column.tolist() for name, column in tape.columns().items()}
        self.names = [dict(zip(self.layout.names, values, strict=True)) for values in self._values()]
        self.desks = {
            one.id: simpy.Resource(self.env, one.arguments.reviewers) for one in self.pulls if one.kind == "review"
        }
        self.gates = {one.id: simpy.Resource(self.env, 1) for one in self.pulls if one.kind == "queue"}
        self.tempers = iter(
            (draws(tape.seed, 20 * n, "simpy retries") < chance(self.spec.gateway.retry_share)).tolist()
        )

    def _values(self) -> list[tuple[str, ...]]:
        columns = [
            [column.values[code] for code in codes.tolist()]
            for column, codes in zip(self.layout.columns, self.tape.dims, strict=True)
        ]
        return list(zip(*columns, strict=True))

    def run(self) -> Answers:
        """Let every request live its life."""
        self.env.process(self._flusher())
        self.env.process(self._arrivals())
        self.env.run()
        return self.out

    def _covers(self, scope: Scope, row: int) -> bool:
        return all(self.names[row][name] in values for name, values in scope.dims)

    def _acting(self, kind: str, row: int, at: float) -> list[Pull]:
        found = [one for one in self.pulls if one.kind == kind and one.start_ms <= at < one.stop_ms]
        return [one for one in found if self._covers(one.scope, row)]

    def _flusher(self):
        for at, scope in self.flushes:
            yield self.env.timeout(at - self.env.now)
            self.cache = {key: kept for key, kept in self.cache.items() if not self._covers(scope, kept[0])}

    def _arrivals(self):
        for row, at in enumerate(self.at):
            if at > self.env.now:
                yield self.env.timeout(at - self.env.now)
            self.env.process(self._request(row, again=False))

    def _request(self, row: int, *, again: bool):
        came = self.env.now
        if self._acting("feature_off", row, came):
            self._note(row, OFF, again=again)
            return
        for pull in self._acting("queue", row, came):
            gate, pace = self.gates[pull.id], pull.arguments.per_second
            if len(gate.queue) + gate.count >= pace * self.spec.gateway.patience_s:
                self._note(row, DROP, again=again)
                if next(self.tempers):
                    self.env.process(self._retry(row))
                return
            with gate.request() as slot:
                yield slot
                yield self.env.timeout(1000 / pace)
        yield from self._answer(row, came, again=again)

    def _retry(self, row: int):
        yield self.env.timeout(self.spec.gateway.retry_after_s * 1000)
        yield from self._request(row, again=True)

    def _answer(self, row: int, came: float, *, again: bool):
        at = self.env.now
        safe, tools_off = bool(self._acting("safe_mode", row, at)), bool(self._acting("tools_off", row, at))
        key = self.columns["key"][row]
        kept = self.cache.get(key)
        if key and not safe and kept and at - kept[1] < self.tape.cache_ms:
            category = 0 if tools_off and kept[2] == MISUSE else kept[2]
            self._note(row, SERVED, category, at - came, kept[0] + 1, again=again)
            return
        category = self._generate(row, at, safe=safe, tools_off=tools_off)
        plan = category
        status = self._guardrail(row, at, category)
        desks = self._acting("review", row, at)
        if status == SERVED and desks:
            status = yield from self._review(row, desks[0], category)
        if status == SERVED and key and not safe and not desks:
            self.cache[key] = (row, at, plan)
        if tools_off and category == MISUSE and status == SERVED:
            category = 0
        self._note(row, status, category, self.env.now - came, 0, again=again)

    def _generate(self, row: int, at: float, *, safe: bool, tools_off: bool) -> int:
        cause = self.columns["safe_cause" if safe else "cause"][row]
        if cause < 2:
            return cause * self.layout.base
        fault = self.tape.faults[cause - 2]
        if safe:
            return fault.category
        old = False
        for pull in self._acting("rollback", row, at):
            canary = pull.arguments.percent * ONE // 100
            if pull.arguments.component in (fault.carrier, "bundle") and fault.in_bundle:
                old |= self.columns["bucket"][row] < canary
        old |= any(pull.arguments.dependency == fault.carrier for pull in self._acting("failover", row, at))
        cut = (fault.path == "tools" and tools_off) or (
            fault.path == "retrieval" and bool(self._acting("retrieval_off", row, at))
        )
        return fault.category if old == fault.on_previous and not cut else 0

    def _guardrail(self, row: int, at: float, category: int) -> int:
        tier = max((pull.arguments.tier for pull in self._acting("guardrail", row, at)), default=0)
        draw = self.columns["guard"][row]
        if category:
            return BLOCK if draw < self.layout.caught[tier, category] else SERVED
        hard = bool(self.tape.kinds.hard[self.columns["kind"][row]])
        return FALSE_BLOCK if draw < self.layout.false_flag(tier, hard=hard) else SERVED

    def _review(self, row: int, pull: Pull, category: int):
        desk, review = self.desks[pull.id], self.spec.review
        item_ms = review.seconds_per_item * 1000
        if len(desk.queue) * item_ms > pull.arguments.reviewers * review.service_level_min * 60_000:
            return SERVED if pull.arguments.overflow_open else ABANDONED
        with desk.request() as turn:
            yield turn
            yield self.env.timeout(item_ms)
        return CAUGHT if category and self.columns["review"][row] < self.layout.reviewed[category] else SERVED

    def _note(self, row: int, status: int, category: int = 0, wait: float = 0, leader: int = 0, *, again: bool) -> None:
        if again:
            return
        out = self.out
        out.status[row], out.category[row], out.wait_ms[row], out.leader[row] = status, category, int(wait), leader
        if status == SERVED and category:
            size = self.columns["magnitude"][row]
            if CATEGORIES[category] == "wrongful_refusal":
                size = self.layout.intents[int(self.tape.kinds.intent[self.columns["kind"][row]])].value * 100
            out.harm[row] = int(self.layout.weights[category]) * size // 1000


def simulate(tape: Tape, log: LeverLog) -> Answers:
    """Play a tape under a lever log, one process a request."""
    return Service(tape, log).run()
