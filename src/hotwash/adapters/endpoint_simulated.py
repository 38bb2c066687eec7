"""A service of this process in the place of one behind an address: a bundle of the simulator."""

from __future__ import annotations

from collections.abc import Callable

from hotwash.ports.endpoint import Ask, NoReply, Reply


class SimulatedEndpoint:
    """Implements `ports.endpoint.Endpoint` over anything that answers a question. It must answer the same question the same way, from
    any thread; a question of which it knows nothing is None."""

    def __init__(self, name: str, answer: Callable[[Ask], Reply | None]) -> None:
        self._name, self._answer = name, answer

    @property
    def name(self) -> str:
        """The bundle, with its content id: a journal belongs to one content."""
        return self._name

    def ask(self, question: Ask) -> Reply | NoReply:
        """See the port."""
        return self._answer(question) or NoReply("not_recorded", f"{self._name} has no answer to {question.key}")

    def close(self) -> None:
        """There is nothing to let go of."""
