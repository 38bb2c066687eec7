"""What the system suite asks of whoever runs it, and how it plays."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hotwash.kernel.clock import MINUTE
from hotwash.ports.scope import Scope
from hotwash.ports.system import LeverCall, SystemDescription, SystemUnderDrill

RESTORE = "restore"


class SystemPlay(ABC):
    """`half_ms` is a moment with traffic and complaints behind it, a whole minute; most checks play to twice of it."""

    seed = 7
    other_seed = 8
    half_ms = 10 * MINUTE

    @abstractmethod
    def make(self) -> SystemUnderDrill:
        """A system that nobody else uses; the suite resets it."""

    @abstractmethod
    def examples(self, description: SystemDescription) -> Sequence[LeverCall]:
        """One acceptable call of every declared lever but `restore`; id and time are set by the suite."""

    def standing(self, configuration: Mapping[str, Any]) -> object:
        """The part of the configuration that must be as before once all levers are restored; all of it, if need be
        without what moves by itself, such as the time or the number of cached answers."""
        return configuration

    def fresh(self, seed: int | None = None) -> SystemUnderDrill:
        """A system at its start."""
        system = self.make()
        system.reset(self.seed if seed is None else seed)
        return system

    def calls(self, system: SystemUnderDrill, at_ms: int) -> list[LeverCall]:
        """The examples, all at one moment."""
        examples = self.examples(system.describe())
        return [replace(call, id=f"conformance-{n}", at_ms=at_ms) for n, call in enumerate(examples)]

    def play(self, system: SystemUnderDrill, to_ms: int, calls: Sequence[LeverCall], cuts: Sequence[int] = ()) -> None:
        """Advance by cuts and pull every call when its time has come."""
        for moment in sorted({*cuts, *(call.at_ms for call in calls), to_ms}):
            system.advance(moment)
            for call in calls:
                if call.at_ms == moment:
                    system.pull(call)


def restore(target: str, at_ms: int) -> LeverCall:
    """The call that undoes another."""
    return LeverCall(f"undo-{target}", RESTORE, at_ms, Scope(), (("target", target),))
