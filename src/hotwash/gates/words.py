"""Verdicts and findings in words, the same on a terminal, in a page and in JUnit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hotwash.gates.verdict import Finding, Verdict
from hotwash.kit.schema.suite import WHOLE, Check
from hotwash.triage.words import share

VERDICTS: Mapping[Verdict, str] = {"pass": "pass", "fail": "fail", "not_enough": "not enough evidence"}


def where(one: Finding) -> str:
    """The segment, as a reader says it."""
    return "all cases" if one.segment == WHOLE else one.segment.replace("=", " ")


def agreed(one: Finding) -> str:
    """The limit in words."""
    most = percent(one.limit)
    return {"share": f"at most {most} fail", "gap": f"within {most} of the reference", "change": f"at most {most} worse"}[one.measure]  # fmt: skip


def measured(one: Finding) -> str:
    """The figure with its bounds and what it rests on."""
    counted = one.counted
    known = f"{counted.failed} of {counted.failed + counted.held} failed"
    missing = f", {counted.unknown} unknown" if counted.unknown else ""
    if one.measure == "share":
        return f"{known}{missing}; between {percent(one.low)} and {percent(one.high)}"
    value = "unknown" if one.value is None else f"{signed(one.value)} points"
    return f"{value} ({signed(one.low)} to {signed(one.high)}); {known}{missing}"


def more(one: Finding) -> str:
    """What would settle it, or why it is as it is."""
    if (
        one.verdict == "not_enough"
        and one.needed is not None
        and one.needed > one.counted.asked
        and one.low <= one.limit
    ):
        told = f"{one.needed} would be needed, if none failed beyond the {one.counted.failed}"
        return f"{one.note}; {told}" if one.note else told
    if one.verdict == "not_enough" and one.low > one.limit and not one.note:
        return "broken if it were the only look; not for certain among all of them"
    if one.verdict == "not_enough" and one.counted.unknown and not one.note:
        return f"{one.counted.unknown} without a known outcome"
    return one.note


def percent(value: float) -> str:
    """A share in per cent."""
    return "0 %" if value == 0 else share(value)


def signed(value: float) -> str:
    """A difference in points of per cent."""
    return f"{round(100 * value, 1) + 0.0:+.1f}"  # the sum makes -0.0 a plain 0


def expected(check: Check) -> str:
    """What an answer has to do to hold a check, in words."""
    match check.test:
        case "exact":
            return f"says exactly “{check.exact}”"
        case "contains":
            return f"says {_quoted(check.contains or [], 'and')}"
        case "any_of":
            return f"says {_quoted(check.any_of or [], 'or')}"
        case "lacks":
            return f"does not say {_quoted(check.lacks or [], 'or')}"
        case "matches":
            return f"has the form {check.matches}"
        case "unmatched":
            return f"has nothing of the form {check.unmatched}"
        case "shape":
            return "is JSON of the agreed shape"
        case "refuses":
            return "refuses" if check.refuses else "serves it"
        case "grounded":
            return f"rests on its sources for {percent(check.grounded or 0)} of its words"
        case "no_canary":
            return "gives away no planted value"
        case "no_personal_data":
            return "holds no personal data"
        case _:
            return _tool_words(check)


def _tool_words(check: Check) -> str:
    if check.no_call is not None:
        return f"calls none of {', '.join(check.no_call)}" if check.no_call else "calls no tool"
    wanted = check.calls or check.lacks_call
    named = f"{wanted.tool}({', '.join(f'{name}={value}' for name, value in wanted.arguments.items())})" if wanted else ""  # fmt: skip
    return f"calls {named}" if check.calls else f"does not call {named}"


def _quoted(texts: Sequence[str], word: str) -> str:
    return f" {word} ".join(f"“{one}”" for one in texts)
