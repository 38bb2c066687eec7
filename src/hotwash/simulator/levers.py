"""The lever log: what was pulled, when it takes effect and when it ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hotwash.kernel.clock import SECOND
from hotwash.kernel.errors import NotSupportedError
from hotwash.kit.schema.levers import Lever
from hotwash.ports.scope import Scope
from hotwash.ports.system import LeverCall, LeverReceipt
from hotwash.simulator.arguments import WHOLE_BUNDLE, Arguments, read_arguments
from hotwash.simulator.layout import Layout

FOREVER = 1 << 60
DECISION = "decide_case"
"""A reviewer's decision about one case: an input like a lever, so that a replay has it at the same moment."""
MOMENTARY = ("restore", "cache_flush", DECISION)
"""What acts once and does not last."""


@dataclass(frozen=True)
class Pull:
    """One pull with its effect: from `start_ms` until `stop_ms`, both on a whole second."""

    id: str
    kind: str
    at_ms: int
    scope: Scope
    arguments: Arguments
    start_ms: int
    stop_ms: int

    def on(self, at_ms: int) -> bool:
        """Is it in effect?"""
        return self.start_ms <= at_ms < self.stop_ms


class Catalogue:
    """The levers that a system has: reads calls and computes delays."""

    def __init__(self, layout: Layout, levers: Mapping[str, Lever]) -> None:
        self.layout = layout
        self.levers = {kind: levers[kind] for kind in layout.spec.levers if kind in levers}

    def rollback_delays(self) -> dict[str, int]:
        """Seconds that going back takes, by component; the bundle as a whole takes as long as its slowest part."""
        delays = {str(name): one.delay_s for name, one in self.layout.spec.components.items()}
        return {**delays, WHOLE_BUNDLE: max(delays.values(), default=0)}

    def read(self, call: LeverCall, known: Mapping[str, Pull]) -> Pull:
        """A call as a pull. Raises NotSupportedError, with what to write instead, for a lever, scope or argument that
        the system does not have."""
        if call.kind == DECISION:
            return Pull(
                call.id, DECISION, call.at_ms, call.scope, read_arguments(call, self.layout.spec), _whole_second(call.at_ms), FOREVER,
            )  # fmt: skip
        if call.kind not in self.levers:
            raise NotSupportedError(f"there is no lever '{call.kind}': write one of {', '.join(self.levers)}")
        lever = self.levers[call.kind]
        if call.scope.dims and not lever.scoped:
            raise NotSupportedError(f"'{call.kind}' acts on everything: leave its scope out")
        self.layout.check(call.scope, to_route=True)
        arguments = read_arguments(call, self.layout.spec)
        if call.kind == "restore":
            self._check_target(arguments.target, known)
        start = _whole_second(call.at_ms + self._delay_s(call.kind, arguments, known) * SECOND)
        return Pull(call.id, call.kind, call.at_ms, call.scope, arguments, start, FOREVER)

    def receipt(self, pull: Pull, known: Mapping[str, Pull]) -> LeverReceipt:
        """What the system answers."""
        undone = known.get(pull.arguments.target, pull) if pull.kind == "restore" else pull
        changes: dict[str, str] = {}
        if undone.kind == "rollback":
            for name, part in self.layout.spec.components.items():
                if undone.arguments.component in (name, WHOLE_BUNDLE):
                    changes[name] = part.current if pull.kind == "restore" else part.previous
        return LeverReceipt(pull.id, pull.start_ms, "simulated", changes)

    def _delay_s(self, kind: str, arguments: Arguments, known: Mapping[str, Pull]) -> int:
        if kind == "restore":
            return self.levers[known[arguments.target].kind].undo_s
        if kind == "rollback":
            return self.rollback_delays()[arguments.component]
        return self.levers[kind].delay_s

    def _check_target(self, target: str, known: Mapping[str, Pull]) -> None:
        undoable = [one.id for one in known.values() if one.kind in self.levers and self.levers[one.kind].reversible]
        undoable = [one for one in undoable if known[one].kind not in MOMENTARY]
        if target not in undoable:
            options = ", ".join(undoable) or "nothing: no lever that can be undone has been pulled"
            raise NotSupportedError(f"'{target}' cannot be undone: write the id of one of {options}")


class LeverLog:
    """All pulls so far, in the order in which they were pulled."""

    def __init__(self, catalogue: Catalogue, calls: Sequence[LeverCall] = ()) -> None:
        self.catalogue = catalogue
        self.pulls: dict[str, Pull] = {}
        for call in sorted(calls, key=lambda one: one.at_ms):
            self.add(call)

    def add(self, call: LeverCall) -> Pull:
        """Enter a call; the same id twice is one pull. Raises NotSupportedError as `Catalogue.read` does."""
        if call.id in self.pulls:
            return self.pulls[call.id]
        pull = self.catalogue.read(call, self.pulls)
        self.pulls[call.id] = pull
        if pull.kind == "restore":
            undone = self.pulls[pull.arguments.target]
            self.pulls[undone.id] = replace(undone, stop_ms=min(undone.stop_ms, pull.start_ms))
        return pull

    def copy(self) -> LeverLog:
        """The same log, to be continued apart."""
        other = LeverLog(self.catalogue)
        other.pulls = dict(self.pulls)
        return other

    def on(self, at_ms: int) -> list[Pull]:
        """Lasting levers in effect at a moment, in a fixed order."""
        found = [one for one in self.pulls.values() if one.kind not in MOMENTARY and one.on(at_ms)]
        return sorted(found, key=lambda one: (one.start_ms, one.at_ms, one.id))

    def flushes(self, after_ms: int, until_ms: int) -> list[tuple[int, Scope]]:
        """Cache flushes that take effect in [after, until)."""
        return [
            (one.start_ms, one.scope)
            for one in self.pulls.values()
            if one.kind == "cache_flush" and after_ms <= one.start_ms < until_ms
        ]

    def decisions(self, at_ms: int) -> list[Pull]:
        """Decisions about cases that take effect at a moment, in the order in which they were made."""
        return [one for one in self.pulls.values() if one.kind == DECISION and one.start_ms == at_ms]

    def boundaries(self) -> set[int]:
        """Every moment at which some lever starts or stops to act."""
        moments: set[int] = set()
        for one in self.pulls.values():
            if one.kind != "restore":
                moments.update((one.start_ms, one.stop_ms))
        return moments


def _whole_second(at_ms: int) -> int:
    return -(-at_ms // SECOND) * SECOND
