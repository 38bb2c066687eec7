"""Duties of if/then rules and expectations: armed by a condition, met by another before their deadline, or missed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property, partial
from typing import Any, NamedTuple

from hotwash.drill.conditions import Held, World, held, lacking
from hotwash.drill.design import DrillDesign
from hotwash.drill.events import ExpectationArmed, ExpectationMet, ExpectationMissed, RuleArmed, RuleMet, RuleMissed
from hotwash.drill.payloads import Payload
from hotwash.drill.quiet import NEVER, found, silent, turns, until
from hotwash.drill.state import DrillState
from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.conditions import Expectation
from hotwash.kit.schema.kit import Duty, Rule


def rules(state: DrillState, design: DrillDesign, world: World) -> list[Payload]:
    """What there is to say of the duties of the kit's rules. Most of what comes in none of them reads: then none is asked."""
    asked = state.journal.kept.get("rules asked", ("rule_armed",), lambda: _asked(state, design))
    return found(
        asked.name,
        asked.types,
        world,
        partial(_rules, asked, state, design, world),
        lambda: min((until(name, types, world) for _, name, types in asked.each), default=NEVER),
    )


def _rules(asked: _Asked, state: DrillState, design: DrillDesign, world: World) -> Iterator[Payload]:
    for rule, name, types in asked.each:
        if not silent(name, types, world):
            look = partial(_rule, rule, state, design, world)
            yield from found(name, types, world, look, partial(_again_rule, rule, state, design, world))


class _Asked(NamedTuple):
    """What all rules together read while just these are armed, under a name of its own; and what each reads, under another."""

    name: str
    types: frozenset[str]
    each: tuple[tuple[Rule, str, frozenset[str]], ...]


def _asked(state: DrillState, design: DrillDesign) -> _Asked:
    each = tuple((one, *_question(one, state, design)) for one in design.kit.rules)
    types = frozenset[str]().union(*(types for _, _, types in each))
    return _Asked(f"rules with {', '.join(sorted(_armed(state)))} armed", types, each)


def _question(rule: Rule, state: DrillState, design: DrillDesign) -> tuple[str, frozenset[str]]:
    """What a rule reads, under a name of its own: until it is armed its condition alone, then what meets its duties too."""
    if rule.id in _armed(state):
        return f"rule {rule.id}, armed", design.rules_read[rule.id]
    return f"rule {rule.id}", design.starts_read[rule.id]


def expectations(state: DrillState, design: DrillDesign, world: World) -> list[Payload]:
    """What there is to say of expectations."""
    return found(
        "expectations",
        design.expectations_read,
        world,
        partial(_expectations, state, design, world),
        lambda: min((until(name, types, world) for name, _, _, types in design.awaited), default=NEVER),
    )


def _expectations(state: DrillState, design: DrillDesign, world: World) -> Iterator[Payload]:
    for name, one, inject, types in design.awaited:
        if not silent(name, types, world):
            asked = (one, inject, state, design, world)
            yield from found(name, types, world, partial(_expectation, *asked), partial(_again_expectation, *asked))


def _rule(rule: Rule, state: DrillState, design: DrillDesign, world: World) -> Iterator[Payload]:
    """Arm, meet and miss the duties of one rule.

    What was *done* ahead of the rule counts; words said before it do not. A rule that rests on something true that the team
    cannot know yet is armed for exercise control alone; it is armed again, and judged, once the team knows.
    """
    armed = _armed(state).get(rule.id, {})
    settled = _settled(state, "rule_met", "rule_missed", "duty")
    starts = _Starts(rule, design, world)
    for duty in rule.then:
        known = armed.get(duty.id)
        if known is None and not starts.any:
            continue
        if known is None or not known["knowable"]:
            now_armed = _arm(rule, duty, starts, again=known is not None)
            if now_armed is None:
                continue
            yield now_armed
            known = now_armed.model_dump()
        if known["knowable"] and duty.id not in settled:
            due_ms = known["due_ms"]
            since_ms = due_ms - round(duty.within_min * MINUTE)
            done = held(duty.meet, world, since_ms, talk_only=True)
            if done is not None and done.since_ms <= due_ms:
                yield RuleMet(rule=rule.id, duty=duty.id, seat=duty.seat, by=done.version)
            elif _past(due_ms, design, world):
                why = lacking(duty.meet, world.journal, since_ms)
                yield RuleMissed(rule=rule.id, duty=duty.id, seat=duty.seat, lacking=why)


def _expectation(
    one: Expectation, inject: str, state: DrillState, design: DrillDesign, world: World
) -> Iterator[Payload]:
    """Arm, meet and miss an expectation; one that belongs to an inject is armed by its delivery."""
    due_ms = _expected(state).get(one.id)
    if due_ms is None:
        start = _start(one, inject, state, world)
        if start is None:
            return
        due_ms = start.since_ms + round(one.within_min * MINUTE)
        yield ExpectationArmed(expectation=one.id, seat=one.seat, because=start.version, due_ms=due_ms)
    if one.id not in _settled(state, "expectation_met", "expectation_missed", "expectation"):
        since_ms = due_ms - round(one.within_min * MINUTE)
        done = held(one.meet, world, since_ms)
        if done is not None and done.since_ms <= due_ms:
            yield ExpectationMet(expectation=one.id, seat=one.seat, by=done.version)
        elif _past(due_ms, design, world):
            why = lacking(one.meet, world.journal, since_ms)
            yield ExpectationMissed(expectation=one.id, seat=one.seat, lacking=why)


RUNNING = ("rule_armed", "rule_met", "rule_missed", "expectation_armed", "expectation_met", "expectation_missed")
"""Types that start and end deadlines."""


def timed(state: DrillState) -> list[int]:
    """The first moments at which a running deadline has passed."""
    return state.journal.kept.get("deadlines", RUNNING, lambda: _timed(state))


def _timed(state: DrillState) -> list[int]:
    moments = []
    for armed, met, missed, name in (
        ("rule_armed", "rule_met", "rule_missed", "duty"),
        ("expectation_armed", "expectation_met", "expectation_missed", "expectation"),
    ):
        settled = _settled(state, met, missed, name)
        judged = [line for line in state.journal.of(armed) if line.data.get("knowable", True)]
        moments += [line.data["due_ms"] + 1 for line in judged if line.data[name] not in settled]
    return moments


def _again_rule(rule: Rule, state: DrillState, design: DrillDesign, world: World) -> int:
    """When a rule may be armed, met or missed though nothing that it reads came in."""
    moments = [turns(one, world) for one in design.timed_rules.get(rule.id, ())]
    settled = _settled(state, "rule_met", "rule_missed", "duty")
    armed = _armed(state).get(rule.id, {})
    for duty in rule.then:
        if duty.id in armed and armed[duty.id]["knowable"] and duty.id not in settled:
            due_ms = armed[duty.id]["due_ms"]
            since_ms = due_ms - round(duty.within_min * MINUTE)
            moments += [_overdue(due_ms, design, world), turns(duty.meet, world, since_ms, talk_only=True)]
    return min(moments, default=NEVER)


def _again_expectation(one: Expectation, inject: str, state: DrillState, design: DrillDesign, world: World) -> int:
    """When an expectation may be armed, met or missed though nothing that it reads came in."""
    due_ms = _expected(state).get(one.id)
    if due_ms is None:
        delivered = state.journal.last("inject_delivered", inject=inject) if inject else None
        return NEVER if one.when is None else turns(one.when, world, delivered.at_ms if delivered else 0)
    if one.id in _settled(state, "expectation_met", "expectation_missed", "expectation"):
        return NEVER
    since_ms = due_ms - round(one.within_min * MINUTE)
    return min(_overdue(due_ms, design, world), turns(one.meet, world, since_ms))


def _overdue(due_ms: int, design: DrillDesign, world: World) -> int:
    """When a deadline that is still open will have passed."""
    return due_ms if world.now_ms < due_ms == design.endex_ms else due_ms + 1


class _Starts:
    """Since when a rule's condition holds, for the team and in truth; looked for once for all its duties, where it is asked."""

    def __init__(self, rule: Rule, design: DrillDesign, world: World) -> None:
        self._rule, self._design, self._world = rule, design, world

    @property
    def any(self) -> bool:
        """Either way."""
        return self.known is not None or self.true is not None

    @cached_property
    def known(self) -> Held | None:
        """By what the team knows."""
        return held(self._design.knowable[self._rule.id], self._world)

    @cached_property
    def true(self) -> Held | None:
        """By what is so."""
        return held(self._rule.when, self._world)


def _arm(rule: Rule, duty: Duty, starts: _Starts, *, again: bool) -> RuleArmed | None:
    """The duty as it is armed now: by what the team knows, else (once) by what is true."""
    start, knowable = starts.known, True
    if start is None and not again:
        start, knowable = starts.true, False
    if start is None:
        return None
    return RuleArmed(
        rule=rule.id, duty=duty.id, seat=duty.seat, what=duty.what, because=start.version,
        due_ms=start.since_ms + round(duty.within_min * MINUTE), knowable=knowable,
    )  # fmt: skip


def _past(due_ms: int, design: DrillDesign, world: World) -> bool:
    """A deadline has passed when nothing can be done in time any more; at ENDEX nothing can be done at all."""
    return world.now_ms > due_ms or world.now_ms >= design.endex_ms == due_ms


def _armed(state: DrillState) -> dict[str, dict[str, Mapping[str, Any]]]:
    """Rule → duty → the entry that armed it last."""

    def read() -> dict[str, dict[str, Mapping[str, Any]]]:
        found: dict[str, dict[str, Mapping[str, Any]]] = {}
        for line in state.journal.of("rule_armed"):
            found.setdefault(line.data["rule"], {})[line.data["duty"]] = line.data
        return found

    return state.journal.kept.get("armed", ("rule_armed",), read)


def _expected(state: DrillState) -> dict[str, int]:
    """Armed expectation → when it is due."""

    def read() -> dict[str, int]:
        return {line.data["expectation"]: line.data["due_ms"] for line in state.journal.of("expectation_armed")}

    return state.journal.kept.get("expected", ("expectation_armed",), read)


def _settled(state: DrillState, met: str, missed: str, name: str) -> set[str]:
    def read() -> set[str]:
        return {line.data[name] for kind in (met, missed) for line in state.journal.of(kind)}

    return state.journal.kept.get(f"settled {name}", (met, missed), read)


def _start(one: Expectation, inject: str, state: DrillState, world: World) -> Held | None:
    delivered = state.journal.last("inject_delivered", inject=inject) if inject else None
    if inject and delivered is None:
        return None
    if one.when is not None:
        return held(one.when, world, delivered.at_ms if delivered else 0)
    return Held(delivered.at_ms, delivered.version) if delivered else Held(0, 0)
