"""Which names exist, and whether the names that a condition uses are among them."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import get_args

from hotwash.kit.dimensions import dimensions_of
from hotwash.kit.partial import ALL_READ, ANYTHING, Unread
from hotwash.kit.schema.base import Dims
from hotwash.kit.schema.conditions import (
    AllOf,
    AnyOf,
    At,
    Between,
    Condition,
    Known,
    Not,
    Scalar,
    Seen,
    SignalAbove,
    Since,
)
from hotwash.kit.schema.kit import Bucket, Kit
from hotwash.kit.schema.levers import LeverKind
from hotwash.kit.schema.system import SystemSpec
from hotwash.kit.sources import Findings, Place
from hotwash.kit.vocabulary import EVENT_FIELDS, LEVER_ARGUMENTS, SIGNALS, SUITES

ARGUMENTS = frozenset().union(*LEVER_ARGUMENTS.values())
STAFF = frozenset({"facilitator", "observer"})
"""Seats that are not in a kit's roles but act in the log."""
CALLED = {
    "reveals": "fact", "shows": "fact", "seats": "seat", "pages": "seat", "reviewers": "seat", "criteria": "criterion",
    "template": "message template", "in_reply_to": "inject",
}  # fmt: skip
"""Field of a log entry → what a name in it is a name of, where the field is called otherwise."""


@dataclass(frozen=True)
class Names:
    """What may be named. `dims` is None where no system is at hand, and then says nothing about slices."""

    seats: Collection[str]
    facts: Collection[str]
    signals: Collection[str]
    fields: Mapping[str, Collection[str]]
    dims: Mapping[str, Collection[str]] | None = None
    carriers: Collection[str] = field(default_factory=frozenset)
    guides: Collection[str] = field(default_factory=frozenset)
    rubric: Collection[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, kit: Kit, system: SystemSpec | None = None, unread: Unread = ALL_READ) -> Names:
        """The names of a kit and, where given, of a system. A part that could not be read in full may define any name."""
        of_part = unread.defined
        seats, facts = of_part("roles", lambda: kit.roles.seats), of_part("taxonomy", lambda: kit.taxonomy.facts)
        every = frozenset().union(*SIGNALS.values())
        signals = every if system is None else SIGNALS[system.kind]
        fields: dict[str, Collection[str]] = {
            "fact": facts, "reveals": facts, "shows": facts, "seat": seats, "seats": seats, "pages": seats,
            "reviewers": seats, "signal": signals, "bucket": get_args(Bucket), "suite": SUITES,
            "mode": of_part("taxonomy", lambda: kit.taxonomy.modes),
            "alert": of_part("alerts", lambda: [alert.id for alert in kit.alerts]),
            "obligation": of_part("obligations", lambda: [one.id for one in kit.obligations]),
            "template": of_part("messages", lambda: [message.id for message in kit.messages]),
            "variant": ANYTHING if unread.touches("messages") else {one.variant for one in kit.messages},
            "rule": of_part("rules", lambda: [rule.id for rule in kit.rules]),
            "question": of_part("questions", lambda: [one.id for one in kit.questions]),
            "duty": ANYTHING if unread.touches("rules") else [duty.id for rule in kit.rules for duty in rule.then],
            "criteria": of_part("declaration", lambda: kit.declaration.major_criteria),
        }  # fmt: skip
        guides = of_part("guides", lambda: [guide.id for guide in kit.guides])
        rubric = of_part("rubric", lambda: [dimension.id for dimension in kit.rubric.dimensions])
        if system is None:
            return cls(seats, facts, signals, fields, guides=guides, rubric=rubric)
        carriers: tuple[str, ...] = (*system.components, *system.dependencies)
        return cls(seats, facts, signals, fields, dimensions_of(system), carriers, guides, rubric)


def instead(name: str, allowed: Iterable[str]) -> str:
    """What to write instead of a name that does not exist."""
    known = sorted(allowed)
    near = difflib.get_close_matches(name, known, 1, 0.6)
    if near:
        return f"Write '{near[0]}'."
    return f"Write one of: {', '.join(known)}." if known else "There is none yet that could be named."


def check_name(
    findings: Findings, place: Place, what: str, name: str, allowed: Collection[str], *, key: bool = False
) -> None:
    """Note a name that is not among those allowed; with `key`, it stands as a key."""
    if name not in allowed:
        findings.add(place, f"there is no {what} '{name}'", instead(name, allowed), key=key)


def check_names(findings: Findings, place: Place, what: str, names: Iterable[str], allowed: Collection[str]) -> None:
    """The same for a list."""
    for index, name in enumerate(names):
        check_name(findings, (*place, index), what, name, allowed)


def check_unique(findings: Findings, places: Iterable[tuple[Place, str]]) -> None:
    """Note every id that was used before."""
    seen: set[str] = set()
    for place, name in places:
        if name in seen:
            findings.add(place, f"the id '{name}' is used twice", "Give it a name of its own.")
        seen.add(name)


def check_slice(findings: Findings, place: Place, dims: Dims, names: Names) -> None:
    """Note dimensions and values that the system does not have."""
    if names.dims is None:
        return
    for dim, values in dims.items():
        check_name(findings, (*place, dim), "dimension", dim, names.dims, key=True)
        check_names(findings, (*place, dim), f"value of {dim}", values, names.dims.get(dim, values))


def check_condition(findings: Findings, place: Place, condition: Condition, names: Names) -> None:
    """Note every name in a condition that does not exist."""
    if isinstance(condition, Seen):
        _check_seen(findings, place, condition, names)
    elif isinstance(condition, Known):
        check_name(findings, (*place, "fact"), "fact", condition.fact, names.facts)
    elif isinstance(condition, SignalAbove):
        check_name(findings, (*place, "signal"), "signal", condition.signal, names.signals)
        if condition.dim:
            check_slice(findings, place, {condition.dim: [condition.value]}, names)
    elif not isinstance(condition, At):
        for step, inner in parts_of(condition):
            check_condition(findings, (*place, *step), inner, names)


def parts_of(condition: Condition) -> Iterable[tuple[Place, Condition]]:
    """The conditions inside a condition, with the way to each."""
    if isinstance(condition, AllOf):
        return [(("all", index), one) for index, one in enumerate(condition.all)]
    if isinstance(condition, AnyOf):
        return [(("any", index), one) for index, one in enumerate(condition.any)]
    if isinstance(condition, Not):
        return [(("not",), condition.not_)]
    return [(("since",), condition.since)] if isinstance(condition, Since) else []


def _and(names: Collection[str], *more: str) -> Collection[str]:
    return names if names is ANYTHING else {*names, *more}


def _check_seen(findings: Findings, place: Place, seen: Seen, names: Names) -> None:
    if seen.event not in EVENT_FIELDS:
        findings.add((*place, "event"), f"there is no event '{seen.event}'", instead(seen.event, EVENT_FIELDS))
        return
    check_names(findings, (*place, "by"), "seat", seen.by, _and(names.seats, *STAFF))
    for path, wanted in seen.where.items():
        first, _, rest = path.partition(".")
        here = (*place, "where", path)
        if first not in EVENT_FIELDS[seen.event]:
            fields = EVENT_FIELDS[seen.event]
            findings.add(here, f"'{seen.event}' has no '{first}'", instead(first, fields), key=True)
        elif not isinstance(wanted, Between):
            _check_values(findings, here, seen.event, (first, rest), _texts(wanted), names)


def _texts(wanted: Scalar | list[Scalar]) -> list[str]:
    return [one for one in (wanted if isinstance(wanted, list) else [wanted]) if isinstance(one, str)]


def _check_values(
    findings: Findings, place: Place, event: str, path: tuple[str, str], values: list[str], names: Names
) -> None:
    first, rest = path
    if first == "kind" and event.startswith("lever_"):
        check_names(findings, place, "lever", values, get_args(LeverKind))
    elif first == "to" and event == "message_sent":
        check_names(findings, place, "seat", values, _and(names.seats, *STAFF, "all"))
    elif first == "scope" and rest:
        check_slice(findings, place[:-1], {rest: values}, names)
    elif first == "arguments":
        check_name(findings, place, "argument of a lever", rest, ARGUMENTS, key=True)
        if rest == "component" and names.carriers:
            check_names(findings, place, "component", values, {*names.carriers, "bundle"})
    elif first == "component" and names.carriers:
        check_names(findings, place, "component", values, names.carriers)
    elif first in names.fields and not rest:
        check_names(findings, place, CALLED.get(first, first), values, names.fields[first])
