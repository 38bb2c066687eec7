"""Duties of if/then rules and expectations: armed by a condition, met by another before their deadline, or missed."""

from __future__ import annotations

from collections.abc import Iterator

from hotwash.drill.conditions import Held, World, held, lacking
from hotwash.drill.design import DrillDesign
from hotwash.drill.events import ExpectationArmed, ExpectationMet, ExpectationMissed, RuleArmed, RuleMet, RuleMissed
from hotwash.drill.payloads import Payload
from hotwash.drill.state import DrillState
from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.conditions import AllOf, AnyOf, Condition, Expectation, Known, Not, Since


def rules(state: DrillState, design: DrillDesign, world: World) -> Iterator[Payload]:
    """Arm, meet and miss the duties of the kit's rules. What was *done* ahead of the rule counts; words said before it do not."""
    armed = {(line.data["rule"], line.data["duty"]): line for line in state.journal.of("rule_armed")}
    settled = _settled(state, "rule_met", "rule_missed", "duty")
    for rule, duty in design.duties:
        key = (rule.id, duty.id)
        if key not in armed:
            start = held(rule.when, world)
            if start is not None:
                yield RuleArmed(
                    rule=rule.id, duty=duty.id, seat=duty.seat, what=duty.what, because=start.version,
                    due_ms=start.since_ms + round(duty.within_min * MINUTE), knowable=_knowable(rule.when),
                )  # fmt: skip
        elif duty.id not in settled:
            due_ms = armed[key].data["due_ms"]
            done = held(duty.meet, world, due_ms - round(duty.within_min * MINUTE), talk_only=True)
            if done is not None and done.since_ms <= due_ms:
                yield RuleMet(rule=rule.id, duty=duty.id, seat=duty.seat, by=done.version)
            elif world.now_ms > due_ms:
                yield RuleMissed(rule=rule.id, duty=duty.id, seat=duty.seat, lacking=lacking(duty.meet))


def expectations(state: DrillState, design: DrillDesign, world: World) -> Iterator[Payload]:
    """Arm, meet and miss expectations; one that belongs to an inject is armed by its delivery."""
    armed = {line.data["expectation"]: line for line in state.journal.of("expectation_armed")}
    settled = _settled(state, "expectation_met", "expectation_missed", "expectation")
    for one, inject in design.expectations.values():
        if one.id not in armed:
            start = _start(one, inject, state, world)
            if start is not None:
                due_ms = start.since_ms + round(one.within_min * MINUTE)
                yield ExpectationArmed(expectation=one.id, seat=one.seat, because=start.version, due_ms=due_ms)
        elif one.id not in settled:
            line = armed[one.id]
            due_ms = line.data["due_ms"]
            done = held(one.meet, world, due_ms - round(one.within_min * MINUTE))
            if done is not None and done.since_ms <= due_ms:
                yield ExpectationMet(expectation=one.id, seat=one.seat, by=done.version)
            elif world.now_ms > due_ms:
                yield ExpectationMissed(expectation=one.id, seat=one.seat, lacking=lacking(one.meet))


def timed(state: DrillState) -> list[int]:
    """The first moments at which a running deadline has passed."""
    moments = []
    for armed, met, missed, name in (
        ("rule_armed", "rule_met", "rule_missed", "duty"),
        ("expectation_armed", "expectation_met", "expectation_missed", "expectation"),
    ):
        settled = _settled(state, met, missed, name)
        moments += [line.data["due_ms"] + 1 for line in state.journal.of(armed) if line.data[name] not in settled]
    return moments


def _settled(state: DrillState, met: str, missed: str, name: str) -> set[str]:
    return {line.data[name] for kind in (met, missed) for line in state.journal.of(kind)}


def _start(one: Expectation, inject: str, state: DrillState, world: World) -> Held | None:
    delivered = state.journal.last("inject_delivered", inject=inject) if inject else None
    if inject and delivered is None:
        return None
    if one.when is not None:
        return held(one.when, world, delivered.at_ms if delivered else 0)
    return Held(delivered.at_ms, delivered.version) if delivered else Held(0, 0)


def _knowable(condition: Condition) -> bool:
    match condition:
        case Known(of=of):
            return of == "team"
        case AllOf(all=parts):
            return all(map(_knowable, parts))
        case AnyOf(any=parts):
            return any(map(_knowable, parts))
        case Not(not_=inner) | Since(since=inner):
            return _knowable(inner)
        case _:
            return True
