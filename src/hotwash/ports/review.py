"""Human review as data: cases that wait, cases that were decided, and what a queue would be like.

Nothing here tells which case is truly harmful: a decision is somebody's reading, not the truth.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from hotwash.kernel.backlog import Foreseen

Action = Literal["approve", "edit", "refuse", "escalate"]
Reader = Literal["pool", "table"]
"""The service's own reviewers, or a person who plays."""


@dataclass(frozen=True)
class Case:
    """One request that a reviewer reads, or read. Times in ms of drill time.

    `due_ms` is when the pool decides it, `decided_ms` when it was decided (None: it waits), `by` whom. `second` is what a second reader of
    the pool made of it without seeing the first decision; empty where nobody else read it. `call` is the lever that sent it.
    """

    trace: str
    call: str
    at_ms: int
    due_ms: int
    dims: Mapping[str, str]
    decided_ms: int | None = None
    action: Action | None = None
    by: Reader | None = None
    second: Action | None = None

    def waited_ms(self, now_ms: int) -> int:
        """Its age: until it was decided, or until now."""
        return (now_ms if self.decided_ms is None else self.decided_ms) - self.at_ms


@dataclass(frozen=True)
class Desk:
    """One queue in force or ended: capacity and promise, as its lever was pulled. `reviewers` are those who sit there now, `people`
    those who were asked for; fewer come where two queues share them."""

    call: str
    people: int
    reviewers: int
    seconds_per_case: int
    level_ms: int
    timeout_ms: int
    overflow: Literal["open", "closed"]
    on: bool


@dataclass(frozen=True)
class ReviewQueue:
    """All cases so far, oldest first, and by whole minute how many found no place. `minutes` is the length of the series: items that wait
    at the end of each minute, and the age in ms of the oldest of them."""

    now_ms: int
    desks: tuple[Desk, ...]
    cases: tuple[Case, ...]
    away: tuple[int, ...]
    waiting: tuple[int, ...]
    oldest_ms: tuple[int, ...]


@dataclass(frozen=True)
class ReviewForecast:
    """What a review would be like if the last `seen_min` minutes came again. `came` are requests of that time in its scope, `routed` those
    that the triggers would send to reviewers."""

    seen_min: int
    came: int
    routed: int
    reviewers: int
    overflow: Literal["open", "closed"]
    foreseen: Foreseen
