"""Mistakes that every single line can hide: duties nobody may do, bounds no value reaches, rules that contradict each
other, exceptions that have run out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import combinations

from hotwash.kernel.errors import Problem
from hotwash.kit.names import STAFF, parts_of
from hotwash.kit.schema.conditions import AnyOf, At, Between, Condition, Known, Not, Seen, SignalAbove, Since
from hotwash.kit.schema.kit import Duty, Kit, Rule
from hotwash.kit.sources import NOWHERE, Findings, Place, Sources
from hotwash.kit.vocabulary import ACTIONS

LONGEST_MIN = 240
"""Minutes of the longest drill that a scenario may ask for."""
OFTEN = 100
"""Times that one thing may be asked for before nobody can do it in a drill."""


def sense_problems(kit: Kit, sources: Sources = NOWHERE, today: date | None = None) -> list[Problem]:
    """What contradicts itself in a kit whose references hold. Exceptions are looked at where the day is known."""
    findings = Findings(sources)
    for i, rule in enumerate(kit.rules):
        place: Place = ("rules", i)
        _bounds(findings, (*place, "when"), rule.when, kit)
        for j, duty in enumerate(rule.then):
            here: Place = (*place, "then", j)
            _bounds(findings, (*here, "meet"), duty.meet, kit)
            _doable(findings, here, duty, kit)
            _late(findings, here, duty)
    for i, one in enumerate(kit.obligations):
        _bounds(findings, ("obligations", i, "when"), one.when, kit)
        if one.in_force_until and one.in_force_from and one.in_force_until < one.in_force_from:
            found = f"it ends on {one.in_force_until}, before it begins"
            findings.add(("obligations", i, "in_force_until"), found, f"Write a day after {one.in_force_from}.")
    _contradictions(findings, kit)
    if today is not None:
        _exceptions(findings, kit, today)
    return findings.problems


def _doable(findings: Findings, place: Place, duty: Duty, kit: Kit) -> None:
    """A duty that no seat has the right to meet."""
    ways = list(_ways(duty.meet))
    reasons = [why for one in ways if (why := _impossible(one, kit))]
    if ways and len(reasons) == len(ways):
        found = f"nobody may do '{duty.id}': {reasons[0]}"
        findings.add(
            (*place, "meet"), found, "Give a seat the right in roles.yaml or levers.yaml, or ask for something else."
        )


def _ways(meet: Condition) -> Iterator[Seen]:
    """Events of which each alone, or with others, can meet a duty. What must not happen needs nobody."""
    if isinstance(meet, Seen):
        yield meet
    elif not isinstance(meet, (Not, At, Known, SignalAbove)):
        for _, inner in parts_of(meet):
            yield from _ways(inner)


def _impossible(seen: Seen, kit: Kit) -> str:
    """Why no seat can bring an event about; empty when one can."""
    command = ACTIONS.get(seen.event)
    if command is None:
        return ""
    allowed = set(kit.roles.rights.get(command, kit.roles.seats))
    if seen.event == "lever_pulled":
        allowed = _pullers(seen, kit)
    asked = set(seen.by) - STAFF or set(kit.roles.seats)
    if set(seen.by) & STAFF or allowed & asked:
        return ""
    what = command.replace("_", " ")
    if not allowed:
        return f"no seat may {what}"
    return f"{', '.join(sorted(asked))} may not {what}; {', '.join(sorted(allowed))} may"


def _pullers(seen: Seen, kit: Kit) -> set[str]:
    wanted = seen.where.get("kind")
    kinds = {str(one) for one in wanted} if isinstance(wanted, list) else {str(wanted)} if wanted is not None else set()
    found: set[str] = set()
    for kind, lever in kit.levers.items():
        if not kinds or kind in kinds:
            order = lever.rights.standing_order
            found |= {*lever.rights.may_pull, *(order.may_pull if order else ())}
    return found


def _bounds(findings: Findings, place: Place, condition: Condition, kit: Kit) -> None:
    """Numbers that nothing in a drill can reach."""
    if isinstance(condition, At):
        _minutes(findings, (*place, "at_min"), condition.at_min)
    elif isinstance(condition, Since):
        _minutes(findings, (*place, "minutes"), condition.minutes)
        _bounds(findings, (*place, "since"), condition.since, kit)
    elif isinstance(condition, Seen):
        if condition.times > OFTEN:
            findings.add((*place, "times"), f"nothing happens {condition.times} times", f"Write at most {OFTEN}.")
        for path, wanted in condition.where.items():
            _values(findings, (*place, "where", path), path, wanted, kit)
    elif not isinstance(condition, (Known, SignalAbove)):
        for step, inner in parts_of(condition):
            _bounds(findings, (*place, *step), inner, kit)


def _values(findings: Findings, place: Place, path: str, wanted: object, kit: Kit) -> None:
    if isinstance(wanted, Between):
        if wanted.min is not None and wanted.max is not None and wanted.min > wanted.max:
            found = f"no value is at least {wanted.min:g} and at most {wanted.max:g}"
            findings.add(place, found, "Write the smaller number as 'min'.")
    elif path == "level":
        levels = set(kit.severity.levels)
        strange = [one for one in (wanted if isinstance(wanted, list) else [wanted]) if one not in levels]
        if strange:
            found = f"there is no severity level {strange[0]}"
            findings.add(place, found, f"Write one of: {', '.join(map(str, sorted(levels)))}.")


def _minutes(findings: Findings, place: Place, minutes: float) -> None:
    if minutes > LONGEST_MIN:
        findings.add(place, f"no drill lasts {minutes:g} minutes", f"Write at most {LONGEST_MIN}.")


def _late(findings: Findings, place: Place, duty: Duty) -> None:
    if duty.within_min > LONGEST_MIN:
        found = f"'{duty.id}' is never late: no drill lasts {duty.within_min:g} minutes"
        findings.add((*place, "within_min"), found, f"Write at most {LONGEST_MIN}.")


def _contradictions(findings: Findings, kit: Kit) -> None:
    for (_, one), (j, other) in combinations(enumerate(kit.rules), 2):
        if not _together(one, other):
            continue
        for a in one.then:
            for b, duty in enumerate(other.then):
                if found := _contradict(a, duty, one):
                    findings.add(
                        ("rules", j, "then", b),
                        found,
                        "Keep one of the two, or make their conditions exclude each other.",
                    )
    for i, rule in enumerate(kit.rules):
        for j, duty in enumerate(rule.then):
            _too_mild(findings, ("rules", i, "then", j), rule, duty, kit)


def _together(one: Rule, other: Rule) -> bool:
    """Whether two rules are armed by the same thing: the same condition, or a fact that arms each of them alone."""
    return one.when == other.when or bool(_facts(one.when) & _facts(other.when))


def _facts(when: Condition) -> set[str]:
    """Facts of which each alone arms a condition."""
    if isinstance(when, Known):
        return {when.fact}
    return set().union(*(_facts(one) for one in when.any)) if isinstance(when, AnyOf) else set()


def _contradict(a: Duty, b: Duty, rule: Rule) -> str:
    levels = _levels(a), _levels(b)
    if levels[0] and levels[1] and not levels[0] & levels[1]:
        return f"'{b.id}' asks for Sev-{_shown(levels[1])} where '{a.id}' of rule '{rule.id}' asks for Sev-{_shown(levels[0])}"
    if a.seat == b.seat and a.meet == b.meet and a.within_min != b.within_min:
        return f"'{b.id}' allows {b.within_min:g} minutes for what '{a.id}' of rule '{rule.id}' asks for within {a.within_min:g}"
    if _opposed(a.meet, b.meet) or _opposed(b.meet, a.meet):
        return f"'{b.id}' asks for the opposite of '{a.id}' of rule '{rule.id}'"
    return ""


def _opposed(a: Condition, b: Condition) -> bool:
    return isinstance(b, Not) and b.not_ == a


def _levels(duty: Duty) -> set[int]:
    meet = duty.meet
    wanted = meet.where.get("level") if isinstance(meet, Seen) and meet.event == "severity_set" else None
    listed: Iterable[object] = wanted if isinstance(wanted, list) else [wanted]
    return {one for one in listed if isinstance(one, int)}


def _too_mild(findings: Findings, place: Place, rule: Rule, duty: Duty, kit: Kit) -> None:
    levels = _levels(duty)
    for fact in sorted(_facts(rule.when) & set(kit.severity.mandatory)):
        worst = kit.severity.mandatory[fact]
        if levels and min(levels) > worst:
            found = f"'{duty.id}' asks for Sev-{_shown(levels)} where severity.yaml makes Sev-{worst} mandatory for '{fact}'"
            findings.add((*place, "meet"), found, f"Ask for level {worst}, or change 'mandatory'.")


def _shown(levels: set[int]) -> str:
    return " or ".join(map(str, sorted(levels)))


def _exceptions(findings: Findings, kit: Kit, today: date) -> None:
    for i, one in enumerate(kit.engagement.exceptions):
        if one.until < today:
            found = f"the exception '{one.id}' ended on {one.until}"
            write = "Take it out, or have it approved again with a new date."
            findings.add(("engagement", "exceptions", i, "until"), found, write)
