"""What happens to the requests of one stretch of time in which no lever changes: in, generated, cached, reviewed, out."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hotwash.simulator.arrays import I32, U8, U16, Bools, Rows
from hotwash.simulator.cache import Cache
from hotwash.simulator.flow import Flow
from hotwash.simulator.layout import ADVERSE, CATEGORIES, MHP, MISUSE, ORDINARY, REFUSAL
from hotwash.simulator.levers import Pull
from hotwash.simulator.outcomes import (
    ABANDONED,
    BLOCK,
    CAUGHT,
    DROP,
    FALSE_BLOCK,
    HELD,
    LOST,
    OFF,
    RATE,
    SERVED,
    Outcomes,
)  # fmt: skip
from hotwash.simulator.stance import Effecter, Stance
from hotwash.simulator.standing import Standing
from hotwash.simulator.tape import Tape

HELD_PERCENT = 15
"""Part of a request's value that is lost when its adverse decision is held back for a person."""
STOPPED_PERCENT = 25
"""The same when harmful output was stopped: the user gets a standard text or a colleague."""


class Cut:
    """Columns of the stretch, shape (n,). `group` is each row's place in `stances`, None when there is only one.
    `alive`, `held`, `safe` are None when they are true of all, none, none."""

    def __init__(
        self, tape: Tape, effecter: Effecter, out: Outcomes, rows: slice, start_ms: int, stop_ms: int,
        standing: Standing,
    ) -> None:  # fmt: skip
        self.tape, self.layout, self.out, self.rows = tape, tape.layout, out, rows
        self.effecter = effecter
        self.unit, self.value = effecter.unit, effecter.value
        self.start_ms, self.stop_ms, self.standing = start_ms, stop_ms, standing
        self.n: int = rows.stop - rows.start
        self.at_ms = tape.at_ms[rows]
        self.group, self.stances = standing.groups(rows)
        self.effects = effecter.of(self.stances)
        self.place: Rows = tape.place[rows]
        if self.group is not None:
            self.place = self.place + self.group * len(tape.kinds.intent)
        # Views: what is decided here is written down at once. Every row is played once, onto zeros.
        self.status: U8 = out.status[rows]
        self.category: U8 = out.category[rows]
        self.expected: I32 = out.expected[rows]
        self.wait: I32 | None = None
        self.alive: Bools | None = None
        self.held: Bools | None = None
        self.denied: Bools | None = None
        self.hits: Rows = np.zeros(0, np.intp)
        self.safe = self.where(lambda stance: stance.safe)

    def play(self, flow: Flow, cache: Cache) -> None:
        """Carry every request of the stretch to its end and write it down."""
        self._admit(flow)
        self._generate()
        if self.tape.keys > 1:
            self._serve_from_cache(cache)
        self._refuse_misuse()
        self._stop()
        self.taken: Bools = np.zeros(self.n, np.bool_)
        for pull in self.standing.kind("review"):
            self._review(pull, flow)
        self.write()

    def write(self) -> None:
        """Harm and cost of how the requests ended."""
        self._write_harm()
        self._write_collateral()

    def where(self, wanted: Callable[[Stance], bool]) -> Bools | None:
        """Rows whose stance has a property; None when no row's has."""
        flags = [wanted(stance) for stance in self.stances]
        if not any(flags):
            return None
        return np.ones(self.n, np.bool_) if self.group is None else np.array(flags)[self.group]

    def _stance_place(self, rows: Rows, code: U8, width: int) -> Rows:
        """Places in a joined table: stance first, then the row's own code."""
        place: Rows = code.astype(np.intp) if self.group is None else self.group[rows] * width + code
        return place

    def _admit(self, flow: Flow) -> None:
        off = self.where(lambda stance: stance.off)
        if off is not None:
            self.status[off] = OFF
        for pull in self.standing.kind("rate_limit"):
            waiting = np.flatnonzero((self.status == SERVED) & self.tape.mask(pull.scope)[self.rows])
            tenants = self.tape.dims[self.layout.tenant][self.rows] if self.layout.tenant >= 0 else self.status * 0
            over = flow.limit(pull).refused(self.at_ms[waiting], tenants[waiting])
            self.status[waiting[over]] = RATE
        for pull in self.standing.kind("queue"):
            waiting = np.flatnonzero((self.status == SERVED) & self.tape.mask(pull.scope)[self.rows])
            admitted, wait = flow.queue(pull).admit(self.at_ms[waiting], self.start_ms, self.stop_ms)
            self.status[waiting[~admitted]] = DROP
            self._delay(waiting, wait)
        if off is not None or self.standing.kind("rate_limit") or self.standing.kind("queue"):
            self.alive = self.status == SERVED

    def _delay(self, rows: Rows, wait: I32) -> None:
        if self.wait is None:
            self.wait = np.zeros(self.n, np.int32)
        self.wait[rows] += wait

    def _generate(self) -> None:
        """The answer if it is generated now: what it does, and whether the guardrail flags it."""
        cause = self.tape.cause[self.rows]
        if self.safe is not None:
            cause = np.where(self.safe, self.tape.safe_cause[self.rows], cause)
        self.cause = cause
        hot = np.flatnonzero(cause)
        self.category[hot] = self.effects.category[self._stance_place(hot, cause[hot], 2 + len(self.tape.faults))]
        bad = hot[self.category[hot] > 0]
        guard = self.tape.latent["guard"][self.rows]
        self.flagged: Bools = guard < self.effects.false_flag[self.place]
        caught = self.effects.caught[self._stance_place(bad, self.category[bad], len(CATEGORIES))]
        self.flagged[bad] = guard[bad] < caught
        np.take(self.effects.expected, self.place, out=self.expected, mode="clip")
        if self.layout.classifier:
            self.denied = self.tape.denied[self.rows].copy()
            self.denied[bad[np.isin(self.category[bad], ADVERSE)]] = True
            hold = self.where(lambda stance: stance.hold)
            self.held = None if hold is None else hold & self.denied & ~self.flagged

    def _serve_from_cache(self, cache: Cache) -> None:
        among = slice(*np.searchsorted(self.tape.keyed, (self.rows.start, self.rows.stop)).tolist())
        key, at_ms, rows = self.tape.keyed_key[among], self.tape.keyed_at_ms[among], self.tape.keyed[among]
        if self.alive is not None or self.safe is not None:
            reading = np.ones(len(rows), np.bool_) if self.alive is None else self.alive[rows - self.rows.start]
            if self.safe is not None:
                reading &= ~self.safe[rows - self.rows.start]
            key, at_ms, rows = key[reading], at_ms[reading], rows[reading]
        if not len(rows):
            return
        readers = rows - self.rows.start
        source, led = cache.resolve(rows, at_ms, key, self._may_be_kept()[readers])
        here = led - self.rows.start
        self.out.plan[led] = self.category[here]
        self.out.stored[led] = self.effects.stored[self.place[here]]
        self.out.misuse[led] = self.effects.misuse[self.place[here]]
        answered = source >= 0
        self.hits, leaders = readers[answered], source[answered]
        self.out.leader[self.rows.start + self.hits] = leaders + 1
        self.category[self.hits] = self.out.plan[leaders]
        self.expected[self.hits] = self.out.stored[leaders]
        self.flagged[self.hits] = False
        if self.held is not None:
            self.held[self.hits] = False
        no_tools = self.where(lambda stance: stance.no_tools)
        if no_tools is not None:
            self.expected[self.hits] -= self.out.misuse[leaders] * no_tools[self.hits]

    def _may_be_kept(self) -> Bools:
        """Answers that the cache keeps: passed, not a person's to release, not of a fault whose output is never kept."""
        keep: Bools = ~self.flagged
        watched = self.where(lambda stance: bool(stance.reviews))
        for mask in (self.held, watched):
            if mask is not None:
                keep &= ~mask
        for index, fault in enumerate(self.tape.faults):
            if not fault.cached:
                keep &= ~((self.cause == 2 + index) & (self.category > 0))
        return keep

    def _refuse_misuse(self) -> None:
        """With write tools cut the executor refuses, whether the plan is fresh or cached."""
        no_tools = self.where(lambda stance: stance.no_tools)
        if no_tools is not None:
            self.category[no_tools & (self.category == MISUSE) & ~self.flagged] = 0

    def _stop(self) -> None:
        if self.alive is not None:
            self.category[~self.alive] = 0
            self.flagged &= self.alive
        stopped = np.flatnonzero(self.flagged)
        self.status[stopped] = np.where(self.category[stopped] > 0, BLOCK, FALSE_BLOCK)
        if self.held is not None:
            self.status[self.held & (self.status == SERVED)] = HELD

    def _review(self, pull: Pull, flow: Flow) -> None:
        """Route to one desk what no earlier desk took; what overflows is abandoned (closed) or goes out (open)."""
        scope = self.where(lambda stance: pull.id in stance.reviews)
        inside: Bools = np.zeros(self.n, np.bool_) if scope is None else scope & ~self.taken
        inside[self.hits] = False
        if self.alive is not None:
            inside &= self.alive
        routed = inside & (self.status == SERVED)
        if pull.arguments.risk:
            routed &= self.risky(pull.arguments.risk)
        if pull.arguments.adverse_only:
            routed &= self.denied if self.denied is not None else False
        self.taken |= routed
        items = np.flatnonzero(routed)
        desk = flow.desk(pull)
        accepted, wait = desk.take(self.at_ms[items], self.start_ms, self.stop_ms, self.standing.reviewers[pull.id])
        desk.keep(items + self.rows.start, self.at_ms[items], accepted, wait)
        self._delay(items, wait)
        overflow, read = items[~accepted], items[accepted]
        inside[overflow] = False
        self.expected[inside] = self.effects.reviewed[self.place[inside]]
        if desk.backlog.terms.gives_up or not pull.arguments.overflow_open:
            self.status[overflow] = ABANDONED
        category = self.category[read]
        draw = self.tape.latent["review"][self.rows][read]
        stops = self.effecter.stops(pull)
        self.status[read[(category > 0) & (draw < stops[category])]] = CAUGHT

    def risky(self, tier: int) -> Bools:
        """What a guardrail of this tier would stop: it passed the tier that stands, and is in the grey zone between the two."""
        guard = self.tape.latent["guard"][self.rows]
        hard = self.tape.kinds.hard[self.tape.place[self.rows]] > 0
        line = np.where(hard, self.layout.false_flag(tier, hard=True), self.layout.false_flag(tier, hard=False)).astype(
            np.int64
        )
        bad = self.category > 0
        line[bad] = self.layout.caught[tier, self.category[bad]]
        risky: Bools = guard < line
        return risky

    def _write_harm(self) -> None:
        out, rows = self.out, self.rows
        if self.alive is not None or self.standing.kind("review"):
            self.expected[
                (self.status == ABANDONED) if self.alive is None else (self.status == ABANDONED) | ~self.alive
            ] = 0
        bad = np.flatnonzero(self.category)
        bad = bad[self.status[bad] == SERVED]
        category, places = self.category[bad], bad + rows.start
        value = self.value[self.tape.kind[places]]
        size = np.where(category == REFUSAL, value * MHP // ORDINARY, self.tape.magnitude[places])
        out.harm[places] = self.layout.weights[category] * size // MHP

    def _write_collateral(self) -> None:
        cost = self._reduction()
        touched = np.flatnonzero(self.status)
        if self.wait is not None:
            touched = np.union1d(touched, np.flatnonzero(self.wait))
        if len(touched):
            cost = np.zeros(self.n, np.int32) if cost is None else cost
            cost[touched] = self._not_served(touched, cost[touched])
        if cost is not None:
            self.out.collateral[self.rows] = cost
        if self.wait is not None:
            self.out.wait_ms[self.rows] = self.wait

    def _reduction(self) -> I32 | None:
        """Cost of being served in a reduced way; cached answers are whole."""
        if not any(one.safe or one.no_tools or one.no_retrieval or one.previous for one in self.stances):
            return None
        reduced = any(one.safe or one.no_tools or one.no_retrieval for one in self.stances)
        cost: I32 = self.effects.reduced[self.place] if reduced else np.zeros(self.n, np.int32)
        if any(one.previous for one in self.stances):
            misses = self.effects.misses[0 if self.group is None else self.group]
            without = np.flatnonzero(self.latent("newer") < misses)
            cost[without] = self.effects.reduced_more[self.place[without]]
        cost[self.hits] = 0
        return cost

    def _not_served(self, touched: Rows, reduction: I32) -> NDArray[np.int64]:
        status = self.status[touched]
        unit = self.unit[self.tape.kind[touched + self.rows.start]]
        percent = np.zeros(len(touched), np.int64)
        percent[LOST[status]] = 100
        percent[(status == BLOCK) | (status == CAUGHT)] = STOPPED_PERCENT
        percent[status == HELD] = HELD_PERCENT
        cost = np.where(status == SERVED, reduction, unit * percent // 100)
        if self.wait is not None:
            cost += np.where(status == SERVED, self.late(touched), 0)
        return cost

    def late(self, rows: Rows) -> NDArray[np.int64]:
        """What waiting costs those who are answered."""
        if self.wait is None:
            return np.zeros(len(rows), np.int64)
        level = self.layout.spec.review.service_level_min * 60_000
        lost: NDArray[np.int64] = (
            self.unit[self.tape.kind[rows + self.rows.start]] * np.minimum(self.wait[rows], level) // (2 * level)
        )
        return lost

    def latent(self, name: str) -> U16:
        """A column of draws."""
        return self.tape.latent[name][self.rows]

    @cached_property
    def delivered(self) -> U8:
        """Category of what people received; 0 for everything that was harmless or did not go out."""
        seen: U8 = np.where(self.status == SERVED, self.category, 0).astype(np.uint8)
        return seen

    @cached_property
    def adversarial(self) -> Bools:
        """People who try what they can get out of the system."""
        flags: Bools = (self.tape.kinds.adversarial > 0)[self.tape.kind[self.rows]]
        return flags

    @cached_property
    def can_write(self) -> Bools:
        """Requests that may end in a write call by a tool."""
        return self._capability("write_tool", lambda stance: stance.no_tools)

    @cached_property
    def retrieved(self) -> Bools:
        """Requests that are answered from documents, and not from the cache."""
        asked = self._capability("retrieval", lambda stance: stance.no_retrieval or stance.safe)
        asked[self.hits] = False
        return asked

    def _capability(self, name: str, cut_off: Callable[[Stance], bool]) -> Bools:
        has = np.array([getattr(one, name) for one in self.layout.intents])[self.tape.kinds.intent]
        able: Bools = has[self.tape.kind[self.rows]]
        without = self.where(cut_off)
        return able if without is None else able & ~without

    @cached_property
    def empty(self) -> U16:
        """Draw threshold of a retrieval that finds nothing."""
        return self.effects.empty[self.place]

    @cached_property
    def missing(self) -> U16:
        """Draw threshold of a missing feature."""
        return self.effects.missing[self.place]

    @cached_property
    def shifted(self) -> U16:
        """Draw threshold of a score outside its usual range."""
        return self.effects.shifted[self.place]
