"""Canaries that run: a look each minute, and the plan's automatic stop, which takes the lever back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from hotwash.drill import events as e
from hotwash.drill.moment import Moment
from hotwash.drill.payloads import Payload
from hotwash.drill.state import Call, DrillState
from hotwash.kernel.clock import SECOND
from hotwash.ports.scope import Scope
from hotwash.ports.system import SystemDescription

Verdict = Literal["stop", "clear", "not enough evidence"]


@dataclass(frozen=True)
class Look:
    """What exercise control read off a canary: requests and judged harmful answers in each arm since it took effect, the evidence so far
    (e-values), and the verdict, which stands once it was reached."""

    call: str
    asked_contained: int
    found_contained: int
    asked_canary: int
    found_canary: int
    e_worse: float
    e_clear: float
    verdict: Verdict


def running(state: DrillState) -> tuple[Call, ...]:
    """Rollbacks of a part of the traffic that are in effect, oldest first."""
    return tuple(one for one in state.calls.values() if one.status == "in-effect" and is_canary(one))


def is_canary(call: Call) -> bool:
    """Less than all traffic goes back."""
    return call.kind == "rollback" and int(call.arguments.get("percent", 100)) < 100


def looks(state: DrillState, at: Moment, system: SystemDescription, seen: Sequence[Look]) -> Iterator[Payload]:
    """The looks of this minute; at the first `stop` of one whose plan stops by itself, every step of that canary is taken back."""
    calls = {one.call: one for one in running(state)}
    for one in seen:
        if one.call not in calls:
            continue
        yield e.CanaryLooked(**asdict(one))
        if one.verdict == "stop" and calls[one.call].record.get("auto_stop"):
            yield from _stopped(calls[one.call], tuple(calls.values()), at, system)


def _stopped(bad: Call, steps: tuple[Call, ...], at: Moment, system: SystemDescription) -> Iterator[Payload]:
    after_ms = at.drill_ms + system.levers[bad.kind].undo_s * SECOND
    for one in steps:
        if _what(one) == _what(bad):
            yield e.LeverReverted(
                call=one.call,
                reason=f"Stopped by its plan: {bad.call} does more harm than the contained state.",
                kind=one.kind,
                effective_ms=-(-after_ms // SECOND) * SECOND,
            )


def _what(call: Call) -> tuple[object, Scope]:
    """Steps of one canary send the same component back in the same scope."""
    return call.arguments.get("component"), Scope.of(call.scope)
