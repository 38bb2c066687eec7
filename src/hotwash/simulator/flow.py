"""The parts of the state that belong to one pulled lever each: queues, review desks, rate limits."""

from __future__ import annotations

from hotwash.simulator.gateway import Queue
from hotwash.simulator.levers import Pull
from hotwash.simulator.limits import RateLimit
from hotwash.simulator.review import Desk, terms_of
from hotwash.simulator.tape import Tape


class Flow:
    """State by lever id, made when the lever first acts."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape
        self.queues: dict[str, Queue] = {}
        self.desks: dict[str, Desk] = {}
        self.limits: dict[str, RateLimit] = {}
        self.decided: dict[int, tuple[int, str]] = {}
        """Rows that a person at the table decided: when in ms, and what."""

    def copy(self) -> Flow:
        """The same state, to be continued apart."""
        other = Flow(self.tape)
        other.queues = {name: one.copy() for name, one in self.queues.items()}
        other.desks = {name: one.copy() for name, one in self.desks.items()}
        other.limits = {name: one.copy() for name, one in self.limits.items()}
        other.decided = dict(self.decided)
        return other

    def queue(self, pull: Pull) -> Queue:
        """The queue of a pull."""
        fresh = Queue(pull.arguments.per_second, self.tape.layout.spec.gateway)
        return self.queues.setdefault(pull.id, fresh)

    def desk(self, pull: Pull) -> Desk:
        """The review desk of a pull."""
        known = self.desks.get(pull.id)
        if known is None:
            spec = self.tape.layout.spec
            known = self.desks[pull.id] = Desk(terms_of(pull.arguments, spec.review, spec.gateway))
        return known

    def limit(self, pull: Pull) -> RateLimit:
        """The rate limit of a pull."""
        tenant = self.tape.layout.tenant
        tenants = len(self.tape.layout.columns[tenant].values) if tenant >= 0 else 1
        return self.limits.setdefault(pull.id, RateLimit(pull.start_ms, pull.arguments.per_minute, tenants))
