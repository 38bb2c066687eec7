"""A condition as people say it: for pages that are printed, and for those who do not read YAML."""

from __future__ import annotations

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
)  # fmt: skip

CONDITIONS = (At, Seen, Known, SignalAbove, Since, AllOf, AnyOf, Not)


def in_words(condition: Condition) -> str:
    """One line. Parts of a whole stand in brackets where they are wholes themselves."""
    match condition:
        case At():
            return f"minute {condition.at_min:g}"
        case Known():
            return f"{condition.fact} is {'known' if condition.of == 'team' else 'true'}"
        case SignalAbove():
            where = f" in {condition.dim} {condition.value}" if condition.dim else ""
            return f"{condition.signal}{where} above {condition.above:g} over {condition.minutes} minutes"
        case Since():
            return f"{condition.minutes:g} minutes after {_inner(condition.since)}"
        case AllOf():
            return " and ".join(map(_inner, condition.all))
        case AnyOf():
            return " or ".join(map(_inner, condition.any))
        case Not():
            return f"not {_inner(condition.not_)}"
        case Seen():
            return _seen(condition)


def _inner(condition: Condition) -> str:
    whole = isinstance(condition, AllOf | AnyOf) or (
        isinstance(condition, Seen) and bool(condition.where or condition.by)
    )
    return f"({in_words(condition)})" if whole else in_words(condition)


def _seen(condition: Seen) -> str:
    said = condition.event.replace("_", " ")
    if condition.times > 1:
        said += f", {condition.times} times"
    if condition.by:
        said += f", by {' or '.join(condition.by)}"
    return said + "".join(f", {_path(path)} {_value(value)}" for path, value in condition.where.items())


def _path(path: str) -> str:
    return path.rsplit(".", 1)[-1].replace("_", " ")


def _value(value: Scalar | list[Scalar] | Between) -> str:
    if isinstance(value, Between):
        ends = [f"at least {value.min:g}"] if value.min is not None else []
        ends += [f"at most {value.max:g}"] if value.max is not None else []
        ends += [f'with "{value.contains}"'] if value.contains else []
        return " and ".join(ends)
    return " or ".join(map(str, value)) if isinstance(value, list) else str(value)
