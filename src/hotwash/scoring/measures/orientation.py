"""Classification and severity against the answer key."""

from __future__ import annotations

from typing import Any

from hotwash.drill import events as e
from hotwash.scoring.case import Case, Entry
from hotwash.scoring.mark import Mark, Parameters, cite, not_evaluated, promptness

UNDER, OVER = 0.5, 0.25
"""Cost of each level of distance: calling an incident one level too mild costs twice what one too severe costs, since
under-calling keeps people out of the room (facts: PagerDuty's "treat it as the higher one")."""


def bucket_correct(case: Case, _: Parameters) -> Mark:
    """The last primary bucket is the key's; half for one that the key lists as contributor. False alarm: stood down."""
    key = case.design.secret.key
    if not key.incident:
        return _stood_down(case)
    last = case.last(e.Classified)
    if last is None:
        return Mark(0.0, "no primary bucket was named")
    if last.event.bucket == key.bucket:
        return Mark(1.0, f"primary bucket {last.event.bucket}, as it was", cite(last))
    near = last.event.bucket in key.contributors or key.bucket in last.event.contributors
    return Mark(0.5 if near else 0.0, f"primary bucket {last.event.bucket}, it was {key.bucket}", cite(last))


def mode_correct(case: Case, _: Parameters) -> Mark:
    """The last failure mode is the key's. A false alarm has none: naming one is wrong, leaving it open is no merit."""
    key = case.design.secret.key
    if not key.incident:
        return _none_wanted(case.last(e.Classified), "there was no failure mode to name")
    last = case.last(e.Classified)
    if last is None:
        return Mark(0.0, "no failure mode was named")
    right = last.event.mode == key.mode
    return Mark(
        1.0 if right else 0.0, f"mode {last.event.mode}" + ("" if right else f", it was {key.mode}"), cite(last)
    )


def labelled_in_time(case: Case, p: Parameters) -> Mark:
    """The first label (or the call that there is no incident) came within the allowance of the first signal."""
    allowance = p.get("within_min", 10.0)
    first: Entry[Any] | None = case.first(e.Classified) or (
        None if case.design.secret.key.incident else case.first(e.IncidentStoodDown)
    )
    if first is None:
        return Mark(0.0, "nothing was labelled")
    late = first.at_min - case.start_min
    return Mark(promptness(late, allowance), f"labelled {late:.0f} min after the first signal", cite(first))


def level_distance(case: Case, _: Parameters) -> Mark:
    """Distance of the severity at the end of play from the key, under-calling at double cost. In a false alarm there is
    nothing to size: a level that was set is measured, none is not evaluated."""
    key = case.design.secret.key
    last = case.last(e.SeveritySet)
    if last is None:
        return Mark(0.0, "no severity was set") if key.incident else not_evaluated("there was nothing to size")
    level = last.event.level
    if level in key.severity_accepted or level == key.severity:
        return Mark(1.0, f"Sev-{level}, as the key has it", cite(last))
    cost = (level - key.severity) * UNDER if level > key.severity else (key.severity - level) * OVER
    return Mark(max(0.0, 1 - cost), f"Sev-{level}, the key says Sev-{key.severity}", cite(last))


def set_in_time(case: Case, p: Parameters) -> Mark:
    """A severity (or the stand-down of a false alarm) within the allowance of the first signal."""
    allowance = p.get("within_min", 20.0)
    first: Entry[Any] | None = case.first(e.SeveritySet) or (
        None if case.design.secret.key.incident else case.first(e.IncidentStoodDown)
    )
    if first is None:
        return Mark(0.0, "no severity was set")
    late = first.at_min - case.start_min
    return Mark(promptness(late, allowance), f"set {late:.0f} min after the first signal", cite(first))


def declared_rightly(case: Case, _: Parameters) -> Mark:
    """A major incident was declared exactly when the key says so; in a false alarm not declaring must be a decision."""
    key = case.design.secret.key
    declared = case.first(e.MajorIncidentDeclared)
    if key.declare:
        return Mark(
            1.0 if declared else 0.0,
            "declared" if declared else "not declared, and it should have been",
            cite(declared),
        )
    if declared:
        return Mark(0.0, "declared, and the criteria were not met", cite(declared))
    if key.incident:
        return Mark(1.0, "rightly not declared")
    return _stood_down(case)


def _none_wanted(named: Entry[e.Classified] | None, why: str) -> Mark:
    return not_evaluated(why) if named is None else Mark(0.0, f"mode {named.event.mode}, and {why}", cite(named))


def _stood_down(case: Case) -> Mark:
    """In a false alarm the right label is that there is no incident, said and shown."""
    last = case.last(e.IncidentStoodDown)
    if last is None:
        return Mark(0.0, "nobody said that there was no incident")
    shown = bool(last.event.evidence) or bool(case.all(e.SignalValidated, lambda one: one.verdict == "spurious"))
    return Mark(1.0 if shown else 0.5, "stood down" + ("" if shown else " without showing why"), cite(last))
