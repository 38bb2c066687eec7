"""How a run asks: whether to try again and when, and where it stops."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from hotwash.kernel.seeds import derive
from hotwash.kit.schema.endpoint import Price
from hotwash.kit.schema.suite import Budget
from hotwash.ports.endpoint import NoReply, Reply

FIRST_WAIT_MS, LONGEST_WAIT_MS = 1_000, 60_000


@dataclass(frozen=True)
class Patience:
    """`retries` after the first try; a service that asks for a longer rest than `longest_wait_ms` is not asked again."""

    retries: int = 4
    longest_wait_ms: int = 120_000


def wait_before_next(failure: NoReply, tries: int, patience: Patience, key: str) -> int | None:
    """How long to wait before the next try, in ms; None where there is none.

    What the service asks for (Retry-After) is kept to. Otherwise the wait doubles from one second to a minute, and a part of
    up to a half of it is drawn from the question's key, so that many who failed together do not come back together.
    """
    if failure.permanent or tries > patience.retries:
        return None
    if failure.wait_ms is not None:
        return failure.wait_ms if failure.wait_ms <= patience.longest_wait_ms else None
    most = min(LONGEST_WAIT_MS, FIRST_WAIT_MS << (tries - 1))
    return most // 2 + derive(0, "backoff", key, tries) % (most // 2 + 1)


@dataclass
class Spent:
    """What a run has used so far: requests and tokens over all of its sittings, `ms` in this one. `untold` counts answers that came without a count of tokens."""

    requests: int = 0
    ms: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    untold: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def add(self, requests: int, reply: Reply | NoReply) -> None:
        """Count one question: how many requests it took, and what its answer says it used."""
        with self._lock:
            self.requests += requests
            if isinstance(reply, Reply):
                self.input_tokens += reply.input_tokens or 0
                self.output_tokens += reply.output_tokens or 0
                self.untold += reply.input_tokens is None or reply.output_tokens is None

    def cost(self, price: Price | None) -> float | None:
        """In the price's currency; None without a price, or where answers did not say what they used."""
        if price is None or self.untold:
            return None
        return (self.input_tokens * price.input_per_million + self.output_tokens * price.output_per_million) / 1_000_000


def over(budget: Budget, spent: Spent, price: Price | None) -> str:
    """Which part of a budget is used up; empty while there is some left. Where a cost is limited and an answer does not say what it
    used, the run stops: what cannot be counted cannot be kept to."""
    if budget.requests is not None and spent.requests >= budget.requests:
        return f"the budget of {budget.requests} requests"
    if budget.minutes is not None and spent.ms >= budget.minutes * 60_000:
        return f"the budget of {budget.minutes:g} minutes"
    if budget.cost is not None and price is not None:
        if spent.untold:
            return f"the budget of {budget.cost:g}: an answer did not say how many tokens it used"
        if (spent.cost(price) or 0.0) >= budget.cost:
            return f"the budget of {budget.cost:g}"
    return ""


class Gate:
    """One service, many askers: when it asks one of them to wait, all of them do."""

    def __init__(self) -> None:
        self._open_at, self._lock = 0, threading.Lock()

    def close_until(self, wall_ms: int) -> None:
        """Nobody asks before this moment."""
        with self._lock:
            self._open_at = max(self._open_at, wall_ms)

    @property
    def opens_at(self) -> int:
        """The moment from which one may ask."""
        with self._lock:
            return self._open_at
