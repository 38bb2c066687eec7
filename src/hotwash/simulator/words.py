"""What the simulator asks of whoever puts rows into words."""

from __future__ import annotations

from typing import Protocol

from hotwash.ports.traces import Trace
from hotwash.simulator.rows import RowFacts


class Words(Protocol):
    """Texts for played requests. The same facts always read the same."""

    def trace(self, facts: RowFacts) -> Trace:
        """The request from prompt to output. Id, flags and what it shows are filled in by the simulator."""
        ...

    def complaint(self, facts: RowFacts) -> str:
        """What the person wrote who complained about this request."""
        ...
