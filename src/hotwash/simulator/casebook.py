"""The review queues of a play as data, and what another would be like: for players, who are not told what is harmful."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import cast

import numpy as np

from hotwash.kernel.backlog import foresee
from hotwash.kernel.clock import MINUTE, SECOND
from hotwash.kernel.errors import NotSupportedError
from hotwash.ports.outcome import Reviewed
from hotwash.ports.requests import RequestTable
from hotwash.ports.review import Action, Case, Desk, Reader, ReviewForecast, ReviewQueue
from hotwash.simulator.arrays import U16, Rows
from hotwash.simulator.cut import Cut
from hotwash.simulator.decide import still_waits
from hotwash.simulator.facts import Facts
from hotwash.simulator.ids import row_of, trace_id
from hotwash.simulator.layout import CATEGORIES
from hotwash.simulator.levers import DECISION, Pull
from hotwash.simulator.outcomes import CAUGHT, SEEN, SERVED
from hotwash.simulator.review import terms_of
from hotwash.simulator.standing import Standing
from hotwash.simulator.streams import ONE, draws

TWICE = ONE // 20
"""One case in twenty is read by two (kit guide review-queue)."""
SEEN_MIN, AHEAD_MIN = 30, 30
"""A forecast plays the last half hour of traffic again, half an hour ahead."""
IN_REVIEW = "in review"
DECIDED = {"approve": "approved", "edit": "edited", "refuse": "refused", "escalate": "escalated"}
"""How a case that a person decided is shown: as it was decided, not whether that was right."""


class Casebook:
    """Reads the desks of a play up to the moment that it has reached."""

    def __init__(self, facts: Facts) -> None:
        self.facts, self.play, self.tape = facts, facts.play, facts.tape

    def queue(self) -> ReviewQueue:
        """Every case so far."""
        now, cases = self.play.now_ms, self._cases()
        minutes = now // MINUTE
        ends = np.arange(1, minutes + 1, dtype=np.int64) * MINUTE
        came = np.array([one.at_ms for one in cases], np.int64)
        gone = np.array([one.due_ms if one.decided_ms is None else one.decided_ms for one in cases], np.int64)
        there = (came[None, :] < ends[:, None]) & (gone[None, :] > ends[:, None])
        oldest = [int(end - came[row].min()) if row.any() else 0 for end, row in zip(ends, there, strict=True)]
        away = np.zeros(minutes, np.int64)
        for desk in self.play.flow.desks.values():
            for batch in desk.came:
                lost = self.tape.at_ms[batch.away] // MINUTE
                away += np.bincount(lost[lost < minutes], minlength=minutes)[:minutes]
        return ReviewQueue(
            now, self._desks(), tuple(cases), tuple(away.tolist()), tuple(there.sum(axis=1).tolist()), tuple(oldest)
        )

    def status(self, row: int) -> str:
        """How a request ended, as players see it: nothing of a case that waits, and of one that a person decided what they decided."""
        if self.waits(row):
            return IN_REVIEW
        told = self._decided().get(row)
        return SEEN[int(self.play.out.status[row])] if told is None else DECIDED[told[1]]

    def veiled(self, table: RequestTable, rows: Rows) -> RequestTable:
        """The table without what its statuses and decisions would tell of cases that wait."""
        if not self.play.flow.desks:
            return table
        status, decision = table.status.copy(), None if table.decision is None else table.decision.copy()
        for row, told in self._decided().items():
            status[rows == row] = DECIDED[told[1]]
        waiting = np.isin(rows, self._waiting())
        status[waiting] = IN_REVIEW
        if decision is not None:
            decision[waiting] = None
        return replace(table, status=status, decision=decision)

    def _waiting(self) -> Rows:
        now = self.play.now_ms
        there = [one.rows[one.due_ms > now] for desk in self.play.flow.desks.values() for one in desk.came]
        rows = np.concatenate(there) if there else np.zeros(0, np.intp)
        return np.setdiff1d(rows, np.array(list(self._decided()), np.intp))

    def waits(self, row: int) -> bool:
        """Is the row's answer still in a queue?"""
        if row in self._decided():
            return False
        dues = (one.due_ms(row) for one in self.play.flow.desks.values())
        return any(due is not None and due > self.play.now_ms for due in dues)

    def reviewed(self) -> Reviewed:
        """The queue with the truth about what was decided: not for players."""
        out, queue = self.play.out, self.queue()
        harmful = [row for one in queue.cases if one.decided_ms is not None and out.category[row := row_of(one.trace)]]
        missed = [row for row in harmful if out.status[row] == SERVED]
        told = tuple((trace_id(row), CATEGORIES[int(out.category[row])]) for row in missed)
        return Reviewed(queue, told, len(harmful) - len(missed))

    def forecast(self, pull: Pull) -> ReviewForecast:
        """What a pull would bring if the last half hour came again. Raises NotSupportedError while nothing has been seen."""
        now = self.play.now_ms // MINUTE * MINUTE
        seen = min(SEEN_MIN, now // MINUTE)
        if not seen:
            raise NotSupportedError("nothing has been seen of the traffic yet: ask again in a minute")
        rows, came = self._would_go(pull, now - seen * MINUTE, now)
        spec = self.tape.layout.spec
        others = [one for one in self.play.log.on(now) if one.kind == "review" and one.id != pull.id]
        free = max(0, spec.review.reviewers_available - sum(one.arguments.reviewers for one in others))
        people = min(pull.arguments.reviewers, free)
        second = (self.tape.at_ms[rows].astype(np.int64) - (now - seen * MINUTE)) // SECOND
        once = np.bincount(second, minlength=seen * 60)[: seen * 60]
        ahead = np.resize(once, AHEAD_MIN * 60).tolist()
        found = foresee(ahead, people, terms_of(pull.arguments, spec.review, spec.gateway))
        return ReviewForecast(
            seen, came, len(rows), people, "open" if pull.arguments.overflow_open else "closed", found
        )

    def _would_go(self, pull: Pull, from_ms: int, to_ms: int) -> tuple[Rows, int]:
        """Rows of a time that has been that the triggers of a pull hit, and how many lay in its scope: what went out, its decision and
        the classifier's score are in everybody's log."""
        first, last = self.tape.row_at(from_ms), self.tape.row_at(to_ms)
        share = pull.arguments.percent * ONE // 100
        inside = self.tape.mask(pull.scope, share)[first:last]
        whole = int(np.count_nonzero(self.tape.mask(pull.scope)[first:last]))
        out = self.play.out
        status = out.status[first:last]
        hit = inside & ((status == SERVED) | (status == CAUGHT)) & (out.leader[first:last] == 0)
        cut = Cut(
            self.tape, self.play.effecter, out, slice(first, last), from_ms, to_ms, Standing(self.tape, (), frozenset())
        )
        if pull.arguments.risk:
            hit &= cut.risky(pull.arguments.risk)
        if pull.arguments.adverse_only:
            hit &= self.facts.declined(slice(first, last))
        return first + np.flatnonzero(hit), whole

    def _desks(self) -> tuple[Desk, ...]:
        now, log = self.play.now_ms, self.play.log
        standing = Standing(self.tape, log.on(now), frozenset())
        found = []
        for name, desk in self.play.flow.desks.items():
            asked, terms = log.pulls[name].arguments, desk.backlog.terms
            found.append(Desk(
                name, asked.reviewers, standing.reviewers.get(name, 0), terms.item_ms // SECOND, terms.level_ms, terms.timeout_ms,
                "open" if asked.overflow_open else "closed", log.pulls[name].on(now),
            ))  # fmt: skip
        return tuple(found)

    def _cases(self) -> list[Case]:
        found: list[Case] = []
        decided = self._decided()
        for name, desk in self.play.flow.desks.items():
            pull = self.play.log.pulls[name]
            for batch in desk.came:
                found += [
                    self._case(row, due, pull, decided.get(row))
                    for row, due in zip(batch.rows.tolist(), batch.due_ms.tolist(), strict=True)
                ]
        return sorted(found, key=lambda one: one.trace)

    def _decided(self) -> dict[int, tuple[int, str]]:
        """What people at the table decided, also what acts on the next second."""
        found = dict(self.play.flow.decided)
        for one in self.play.log.pulls.values():
            if one.kind == DECISION and one.start_ms >= self.play.now_ms:
                row = row_of(one.arguments.target)
                if still_waits(self.play.flow, row, one.start_ms):
                    found.setdefault(row, (one.start_ms, one.arguments.action))
        return found

    def _case(self, row: int, due_ms: int, pull: Pull, told: tuple[int, str] | None) -> Case:
        now, at_ms = self.play.now_ms, int(self.tape.at_ms[row])
        decided_ms: int | None = None
        action: Action | None = None
        second: Action | None = None
        by: Reader | None = None
        if told is not None:
            decided_ms = told[0]
            action, by, second = cast("Action", told[1]), "table", self._reads(row, pull, self._first)
        elif due_ms <= now:
            decided_ms, by, action = due_ms, "pool", self._reads(row, pull, self._first)
            if int(self._both[row]) < TWICE:
                second = self._reads(row, pull, self._again)
        return Case(trace_id(row), pull.id, at_ms, due_ms, self.facts.dims(row), decided_ms, action, by, second)

    def _reads(self, row: int, pull: Pull, draw: U16) -> Action:
        """What a reviewer of the pool makes of a case."""
        category = int(self.play.out.category[row])
        stops = self.play.effecter.stops(pull)
        return "refuse" if category and int(draw[row]) < int(stops[category]) else "approve"

    @cached_property
    def _first(self) -> U16:
        return self.tape.latent["review"]

    @cached_property
    def _again(self) -> U16:
        return draws(self.tape.seed, len(self.tape), "review", "second reader")

    @cached_property
    def _both(self) -> U16:
        return draws(self.tape.seed, len(self.tape), "review", "read twice")
