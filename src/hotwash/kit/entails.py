"""Which conditions go together: one that cannot hold without another, two that exclude each other."""

from __future__ import annotations

import json
from collections.abc import Iterator

from hotwash.kit.schema.conditions import AllOf, AnyOf, Between, Condition, Known, Not, Scalar, Seen, Since

SETTLES = {
    "severity_set": "level", "obligation_assessed": "applies", "signal_validated": "verdict",
    "recovery_declared": "state", "classified": "mode",
}  # fmt: skip
"""Events that settle a question, and the field of the answer: two answers at once contradict each other."""
OPPOSITES = (
    ("major_incident_declared", "incident_stood_down"), ("authority_notified", "no_duty_recorded"),
    ("lever_pulled", "lever_reverted"),
)  # fmt: skip
"""Pairs of events of which one takes the other back, where they name the same thing."""

Settled = tuple[str, str, str, frozenset[str]]
"""Event, field, the rest of what is asked for, and the answers that would do."""


def entails(one: Condition, other: Condition) -> bool:
    """Whether one condition cannot hold unless the other does. True is certain; False may be not known."""
    if one == other:
        return True
    if isinstance(other, AllOf):
        return all(entails(one, part) for part in other.all)
    if isinstance(one, AnyOf):
        return all(entails(way, other) for way in one.any)
    if isinstance(other, AnyOf) and any(entails(one, way) for way in other.any):
        return True
    if isinstance(one, AllOf):
        return any(entails(part, other) for part in one.all)
    if isinstance(one, Since):
        return entails(one.since, other)
    return isinstance(one, Seen) and isinstance(other, Seen) and _narrower(one, other)


def _narrower(one: Seen, other: Seen) -> bool:
    by = not other.by or (bool(one.by) and set(one.by) <= set(other.by))
    where = all(path in one.where and _within(one.where[path], wanted) for path, wanted in other.where.items())
    return one.event == other.event and by and where and one.times >= other.times


def _within(one: Scalar | list[Scalar] | Between, other: Scalar | list[Scalar] | Between) -> bool:
    if isinstance(one, Between) or isinstance(other, Between):
        return one == other
    wanted = other if isinstance(other, list) else [other]
    return all(value in wanted for value in (one if isinstance(one, list) else [one]))


def overlap(one: Condition, other: Condition) -> bool:
    """Whether what brings one condition about brings the other about, in at least one way."""
    return any(entails(a, b) or entails(b, a) for a in _ways(one) for b in _ways(other))


def same_way(one: Condition, other: Condition) -> bool:
    """Whether two conditions have one way to come about in common."""
    return any(a == b for a in _ways(one) for b in _ways(other))


def _ways(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, AnyOf):
        for way in condition.any:
            yield from _ways(way)
    else:
        yield condition


def facts_of(condition: Condition) -> set[str]:
    """Facts that the team knows in at least one way in which a condition comes about."""
    if isinstance(condition, Known):
        return {condition.fact}
    if isinstance(condition, Since):
        return facts_of(condition.since)
    parts = condition.any if isinstance(condition, AnyOf) else condition.all if isinstance(condition, AllOf) else []
    return {fact for part in parts for fact in facts_of(part)}


def settled(meet: Condition) -> Settled | None:
    """The answer that a condition insists on; None where there is another way to meet it."""
    if isinstance(meet, Seen):
        field = SETTLES.get(meet.event, "")
        wanted = meet.where.get(field)
        if wanted is None or isinstance(wanted, Between):
            return None
        rest = {path: _plain(value) for path, value in meet.where.items() if path != field}
        answers = frozenset(map(str, wanted if isinstance(wanted, list) else [wanted]))
        return meet.event, field, json.dumps(rest, sort_keys=True), answers
    if isinstance(meet, AllOf):
        return next((found for part in meet.all if (found := settled(part))), None)
    if isinstance(meet, AnyOf):
        ways = [settled(way) for way in meet.any]
        first = ways[0]
        if first is None or any(way is None or way[:3] != first[:3] for way in ways):
            return None
        return *first[:3], frozenset[str]().union(*(way[3] for way in ways if way))
    return None


def _plain(value: Scalar | list[Scalar] | Between) -> object:
    return value.model_dump() if isinstance(value, Between) else value


def opposed(one: Condition, other: Condition) -> bool:
    """Whether meeting one condition takes what the other asks for away."""
    if any(_needs(one, ban) for ban in _bans(other)) or any(_needs(other, ban) for ban in _bans(one)):
        return True
    return any(_undoes(one, other, *pair) or _undoes(other, one, *pair) for pair in OPPOSITES)


def _bans(meet: Condition) -> Iterator[Condition]:
    """What must not have happened for a condition to be met."""
    if isinstance(meet, Not):
        yield meet.not_
    elif isinstance(meet, AllOf):
        for part in meet.all:
            yield from _bans(part)


def _needs(meet: Condition, event: Condition) -> bool:
    return not isinstance(meet, Not) and entails(meet, event)


def _undoes(one: Condition, other: Condition, done: str, undone: str) -> bool:
    if not (isinstance(one, Seen) and isinstance(other, Seen) and (one.event, other.event) == (done, undone)):
        return False
    shared = set(one.where) & set(other.where)
    return all(one.where[path] == other.where[path] for path in shared) and (
        bool(shared) or not (one.where or other.where)
    )
