"""What was missing when something that was expected did not happen: which condition, and what came near it."""

from __future__ import annotations

from hotwash.drill.conditions import Grounds, met_since
from hotwash.drill.journal import OCCASIONS, misfit
from hotwash.kernel.clock import stamp
from hotwash.kit.schema.conditions import AllOf, AnyOf, At, Between, Condition, Known, Not, Seen, SignalAbove, Since


def lacking(condition: Condition, grounds: Grounds, from_ms: int, due_ms: int) -> str:
    """In words: what of `condition` did not come to hold between two moments (drill ms)."""
    return f"Between {stamp(from_ms)} and {stamp(due_ms)}: {_missing(condition, grounds, from_ms, due_ms)}."


def _missing(condition: Condition, grounds: Grounds, from_ms: int, due_ms: int) -> str:
    match condition:
        case AllOf():
            open_ones = [one for one in condition.all if met_since(one, grounds, from_ms, due_ms) is None]
            if not open_ones:
                return "each of these held, but never all at once: " + "; ".join(map(words, condition.all))
            return "; and ".join(_missing(one, grounds, from_ms, due_ms) for one in open_ones)
        case AnyOf():
            return "none of these: " + "; ".join(_missing(one, grounds, from_ms, due_ms) for one in condition.any)
        case Seen():
            return f"no {words(condition)}{_nearest(condition, grounds, from_ms, due_ms)}"
        case _:
            return f"not so: {words(condition)}"


def _nearest(wanted: Seen, grounds: Grounds, from_ms: int, due_ms: int) -> str:
    """The last events of that type, and why they were not it."""
    came = [one for one in grounds.journal.of_type(wanted.event) if one.drill_ms <= due_ms]
    fitting = [one for one in came if not misfit(wanted, one)]
    if fitting and len(fitting) >= wanted.times and wanted.event in OCCASIONS:
        return f" (the last one, event {fitting[-1].number}, was before it was asked for)"
    if fitting:
        return f" ({len(fitting)} of {wanted.times} wanted)"
    if came:
        return f" (event {came[-1].number} at {stamp(came[-1].drill_ms)} was not it: {misfit(wanted, came[-1])})"
    return ""


def words(condition: Condition) -> str:
    """A condition as a person would say it."""
    match condition:
        case At():
            return f"minute {condition.at_min:g} has come"
        case Seen():
            by = f" by {' or '.join(condition.by)}" if condition.by else ""
            where = [f"{path} {_value(value)}" for path, value in condition.where.items()]
            times = f", {condition.times} times" if condition.times > 1 else ""
            return condition.event.replace("_", " ") + by + (f" with {', '.join(where)}" if where else "") + times
        case Known():
            return f"{condition.fact} is " + ("known to the team" if condition.of == "team" else "true")
        case SignalAbove():
            where = f" for {condition.dim} {condition.value}" if condition.dim else ""
            return f"{condition.signal} above {condition.above:g} over {condition.minutes} minutes{where}"
        case Since():
            return f"{words(condition.since)}, for {condition.minutes:g} minutes"
        case AllOf():
            return " and ".join(map(words, condition.all))
        case AnyOf():
            return " or ".join(map(words, condition.any))
        case Not():
            return f"not ({words(condition.not_)})"


def _value(value: object) -> str:
    if isinstance(value, Between):
        parts = [f"containing '{value.contains}'"] if value.contains else []
        parts += [f"at least {value.min:g}"] if value.min is not None else []
        parts += [f"at most {value.max:g}"] if value.max is not None else []
        return " and ".join(parts)
    return " or ".join(map(str, value)) if isinstance(value, list) else str(value)
