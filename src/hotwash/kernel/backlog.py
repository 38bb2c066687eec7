"""Work that waits for a pool of people: one whole-numbered rule, second by second, for forecasts and for the simulated service alike.

A deterministic fluid: items of one second see the backlog at its start, and the pool works it off at one second of work a second and
person. No chance is in it: below full use it says that nobody waits, which only holds on average (see `triage.reviewing`, Erlang A).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from hotwash.kernel.clock import SECOND

WHOLE = 65_536
"""Shares are in 1/65536, so that nothing is rounded differently on another machine."""


@dataclass(frozen=True)
class Terms:
    """How a pool works. `item_ms` one person's time for one item; `level_ms` the wait that is promised: who would wait longer is not
    let in; `timeout_ms` after how long people give up (0: never). `again` of those who wait longer than `patience_ms` ask once more,
    because nobody told them to wait: their second question is work like any other."""

    item_ms: int
    level_ms: int
    timeout_ms: int = 0
    again: int = 0
    patience_ms: int = 0

    @property
    def longest_ms(self) -> int:
        """The longest wait that an item is let in with."""
        return min(self.level_ms, self.timeout_ms) if self.timeout_ms else self.level_ms

    @property
    def gives_up(self) -> bool:
        """Do people go before the promise is broken?"""
        return 0 < self.timeout_ms <= self.level_ms


class Backlog:
    """Work in ms of one person's time, and second questions that are still to come, by second."""

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.work_ms = 0
        self.coming: dict[int, int] = {}
        self._owed = 0

    def copy(self) -> Backlog:
        """The same state, to be continued apart."""
        other = Backlog(self.terms)
        other.work_ms, other.coming, other._owed = self.work_ms, dict(self.coming), self._owed
        return other

    def lets_in(self, before_ms: int, people: int) -> bool:
        """Is an item let in that finds this much work?"""
        return people > 0 and before_ms <= people * self.terms.longest_ms

    def second(self, number: int, items: int, people: int) -> int:
        """Play one second, `number` of all; returns the work in ms that its items found."""
        terms, before = self.terms, self.work_ms
        asking = items + self.coming.pop(number, 0)
        entering = asking if self.lets_in(before, people) else 0
        if entering and terms.again and before > people * terms.patience_ms:
            back, self._owed = divmod(self._owed + items * terms.again, WHOLE)
            due = number + max(1, terms.patience_ms // SECOND)
            if back:
                self.coming[due] = self.coming.get(due, 0) + back
        self.work_ms = max(0, before + entering * terms.item_ms - people * SECOND)
        return before

    def take_out(self, items: int = 1) -> None:
        """Somebody else did these items."""
        self.work_ms = max(0, self.work_ms - items * self.terms.item_ms)


@dataclass(frozen=True)
class Minute:
    """One minute of a forecast. `waiting` items at its end, `wait_ms` what an item of its last second waits until it is read."""

    arriving: int
    let_in: int
    turned_away: int
    waiting: int
    wait_ms: int
    late: int


@dataclass(frozen=True)
class Foreseen:
    """What a queue will be like. `late` waited longer than promised, from coming to being decided; `turned_away` found no place within the
    promise, or gave up."""

    minutes: tuple[Minute, ...]
    people: int
    terms: Terms

    @property
    def arriving(self) -> int:
        """All items that come."""
        return sum(one.arriving for one in self.minutes)

    @property
    def turned_away(self) -> int:
        """Items that find no place."""
        return sum(one.turned_away for one in self.minutes)

    @property
    def late(self) -> int:
        """Items that are decided later than promised, or not at all."""
        return self.turned_away + sum(one.late for one in self.minutes)

    @property
    def used(self) -> float:
        """Share of the people's time that the work would take, above 1 where it can never be done."""
        can = len(self.minutes) * 60 * SECOND * self.people
        return self.arriving * self.terms.item_ms / can if can else float("inf")


def foresee(arrivals: list[int], people: int, terms: Terms, begin: Backlog | None = None, second: int = 0) -> Foreseen:
    """Play arrivals, items by second (whole minutes), through a pool. `begin` is the backlog now, which is not changed."""
    backlog = Backlog(terms) if begin is None else begin.copy()
    backlog.terms = replace(terms)
    minutes: list[Minute] = []
    for start in range(0, len(arrivals), 60):
        let_in = away = late = 0
        for number, items in enumerate(arrivals[start : start + 60]):
            before = backlog.second(second + start + number, items, people)
            if not backlog.lets_in(before, people):
                away += items
                continue
            let_in += items
            late += items if before // people + terms.item_ms > terms.level_ms else 0
        wait = backlog.work_ms // people if people else 0
        minutes.append(Minute(let_in + away, let_in, away, backlog.work_ms // terms.item_ms, wait, late))
    return Foreseen(tuple(minutes), people, terms)


def evenly(per_minute: int, thousandths: int, minutes: int) -> list[int]:
    """Items by second when `per_minute` + `thousandths`/1000 come a minute, spread as evenly as whole items can be."""
    rate = per_minute * 1000 + thousandths
    return [rate * (one + 1) // 60_000 - rate * one // 60_000 for one in range(minutes * 60)]
