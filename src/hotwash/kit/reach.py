"""Thresholds that no value reaches: minutes after every drill, levels that do not exist, counts that no traffic has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hotwash.kit.names import instead, parts_of
from hotwash.kit.partial import Unread
from hotwash.kit.schema.conditions import At, Between, Condition, Scalar, Seen, SignalAbove, Since
from hotwash.kit.schema.kit import Kit
from hotwash.kit.schema.system import SystemSpec
from hotwash.kit.sources import Findings, Place
from hotwash.kit.values import ARGUMENT_NUMBERS, ARGUMENT_WORDS, FLAGS, MEASURE_PARAMETERS, NUMBERS, WORDS, Ends
from hotwash.kit.vocabulary import EVENT_FIELDS

LONGEST_MIN = 240
"""Minutes of the longest drill that a scenario may ask for."""
MOST_PER_S = 200
"""Requests a second of the busiest system that a pack may describe."""
OFTEN = 100
"""Times that one thing may be asked for before nobody can do it in a drill."""
ONCE = {"drill_planned": 1, "drill_started": 1, "drill_ended": 1}
EACH_ONCE = {"fact_learned": "fact", "obligation_clock_started": "obligation", "inject_delivered": "inject"}
"""Events that come at most once for each value of a field."""


@dataclass(frozen=True)
class Limits:
    """What a drill has at most. `times` event → how often it can be seen."""

    minutes: float = LONGEST_MIN
    times: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, kit: Kit, unread: Unread, minutes: float = LONGEST_MIN, injects: int | None = None) -> Limits:
        """The limits of a kit, or of a scenario with so many minutes and injects."""
        times = dict(ONCE)
        if not unread.touches("taxonomy"):
            times["fact_learned"] = len(kit.taxonomy.facts)
        if not unread.touches("obligations"):
            times["obligation_clock_started"] = len(kit.obligations)
        if injects is not None:
            times["inject_delivered"] = injects
        return cls(minutes, times)


def check_reach(findings: Findings, place: Place, condition: Condition, limits: Limits) -> None:
    """Note every threshold of a condition that nothing in a drill can reach."""
    if isinstance(condition, At):
        _minutes(findings, (*place, "at_min"), condition.at_min, limits)
    elif isinstance(condition, Since):
        _minutes(findings, (*place, "minutes"), condition.minutes, limits)
    elif isinstance(condition, SignalAbove):
        _minutes(findings, (*place, "minutes"), condition.minutes, limits)
        if condition.above >= 1:
            findings.add((*place, "above"), "no share is above 1", "Write a share below 1, such as 0.05.")
        if condition.value and not condition.dim:
            findings.add((*place, "value"), f"'{condition.value}' is a value of no dimension", "Add 'dim:'.")
    elif isinstance(condition, Seen):
        _times(findings, place, condition, limits)
        for path, wanted in condition.where.items():
            _values(findings, (*place, "where", path), condition.event, path, wanted)
    for step, inner in parts_of(condition):
        check_reach(findings, (*place, *step), inner, limits)


def _minutes(findings: Findings, place: Place, minutes: float, limits: Limits) -> None:
    if minutes > limits.minutes:
        found = f"no drill lasts {minutes:g} minutes" if limits.minutes == LONGEST_MIN else (
            f"minute {minutes:g} never comes: the drill has {limits.minutes:g}"
        )  # fmt: skip
        findings.add(place, found, f"Write at most {limits.minutes:g}.")


def _times(findings: Findings, place: Place, seen: Seen, limits: Limits) -> None:
    most = limits.times.get(seen.event, OFTEN)
    each = seen.where.get(EACH_ONCE.get(seen.event, ""))
    if each is not None and not isinstance(each, Between):
        most = min(most, len(each) if isinstance(each, list) else 1)
    if seen.times > most:
        what = "nothing" if most == OFTEN else f"'{seen.event}'"
        findings.add((*place, "times"), f"{what} happens {seen.times} times", f"Write at most {most}.")


def _values(findings: Findings, place: Place, event: str, path: str, wanted: Scalar | list[Scalar] | Between) -> None:
    first, _, rest = path.partition(".")
    if first not in EVENT_FIELDS.get(event, ()):
        return
    if first == "arguments":
        ends, words, flag = ARGUMENT_NUMBERS.get(rest), ARGUMENT_WORDS.get(rest), False
    elif rest:
        return
    else:
        key = f"{event}.{path}"
        ends, words, flag = NUMBERS.get(key), WORDS.get(key), key in FLAGS
    if isinstance(wanted, Between):
        _bounds(findings, place, path, wanted, ends)
        return
    for index, one in enumerate(wanted) if isinstance(wanted, list) else [(None, wanted)]:
        here = place if index is None else (*place, index)
        if ends is not None:
            _number(findings, here, path, one, ends)
        elif flag and not isinstance(one, bool):
            findings.add(here, f"'{path}' is true or false, never {one!r}", "Write true or false.")
        elif words is not None and one not in words:
            findings.add(here, f"there is no {path} {one!r}", instead(str(one), words))
        elif not flag and first != "arguments" and not isinstance(one, str):
            findings.add(
                here, f"'{path}' holds text, never {one!r}", "Write text, in quotes where it looks like a number."
            )


def _number(findings: Findings, place: Place, path: str, one: Scalar, ends: Ends) -> None:
    least, most = ends
    if isinstance(one, bool) or not isinstance(one, int | float):
        findings.add(place, f"'{path}' is a number, never {one!r}", "Write a number, without quotes.")
    elif (least is not None and one < least) or (most is not None and one > most):
        if path == "level":
            findings.add(place, f"there is no severity level {one:g}", "Write one of: 1, 2, 3, 4.")
        else:
            findings.add(place, f"'{path}' is never {one:g}", f"Write {_ends(ends)}.")


def _bounds(findings: Findings, place: Place, path: str, wanted: Between, ends: Ends | None) -> None:
    low, high = wanted.min, wanted.max
    if low is not None and high is not None and low > high:
        findings.add(place, f"no value is at least {low:g} and at most {high:g}", "Write the smaller number as 'min'.")
    elif low is None and high is None:
        return
    elif ends is None:
        findings.add(place, f"'{path}' is no number, so no bounds fit", "Write a value, or {contains: some words}.")
    else:
        least, most = ends
        if low is not None and most is not None and low > most:
            findings.add((*place, "min"), f"'{path}' never reaches {low:g}", f"Write at most {most:g}.")
        if high is not None and least is not None and high < least:
            findings.add((*place, "max"), f"'{path}' is never as little as {high:g}", f"Write at least {least:g}.")


def _ends(ends: Ends) -> str:
    least, most = ends
    both = [f"at least {least:g}"] if least is not None else []
    return " and ".join([*both, *([f"at most {most:g}"] if most is not None else [])])


def check_kit_reach(findings: Findings, kit: Kit, unread: Unread) -> None:
    """Note thresholds of a kit's tables that nothing reaches on any system or in any drill."""
    longest_s = LONGEST_MIN * 60
    if not unread.lacks("levers"):
        for kind, lever in kit.levers.items():
            for name in ("delay_s", "undo_s"):
                if getattr(lever, name) > longest_s:
                    found = f"{getattr(lever, name)} seconds are longer than any drill"
                    findings.add(("levers", kind, name), found, f"Write at most {longest_s}.")
    if not unread.lacks("breaker"):
        breaker = kit.breaker
        if not 1 <= breaker.window_s <= longest_s:
            found = f"no requests are counted in a window of {breaker.window_s} seconds"
            findings.add(("breaker", "window_s"), found, f"Write 1 to {longest_s}.")
        if breaker.threshold >= 1:
            findings.add(("breaker", "threshold"), "no share is above 1", "Write a share below 1, such as 0.02.")
    if not unread.lacks("timeline"):
        for i, move in enumerate(kit.timeline):
            _minutes(findings, ("timeline", i, "by_min"), move.by_min, Limits())
    if not unread.lacks("alerts"):
        check_alerts(findings, kit, MOST_PER_S, "the busiest system")
    if not unread.lacks("rubric"):
        _rubric(findings, kit)


def check_alerts(findings: Findings, kit: Kit, per_s: float, system: str, kinds: Iterable[str] = ()) -> None:
    """Note alerts that cannot fire at a system's traffic: each request counts once at most in a window, and no z-score
    exceeds the count itself (it is largest where the healthy baseline is nil). `kinds` of systems; none stands for all."""
    for i, alert in enumerate(kit.alerts):
        if kinds and not set(kinds) & set(alert.systems):
            continue
        most = per_s * 60 * alert.window_min
        for name in ("min_count", "z_overall", "z_segment"):
            if getattr(alert, name) > most:
                found = f"'{name}' is {getattr(alert, name):g}, and {system} has {most:g} requests in the window"
                findings.add(("alerts", i, name), found, f"Write at most {most:g}, or widen the window.")


def check_system_reach(findings: Findings, kit: Kit, system: SystemSpec, unread: Unread) -> None:
    """Note alerts of a kit that one system can never set off."""
    if not unread.lacks("alerts"):
        check_alerts(findings, kit, system.requests_per_second, f"'{system.id}'", (system.kind,))


def _rubric(findings: Findings, kit: Kit) -> None:
    for i, dimension in enumerate(kit.rubric.dimensions):
        for j, measure in enumerate(dimension.measures):
            known = MEASURE_PARAMETERS.get(measure.measure, {})
            for name, value in measure.parameters.items():
                place: Place = ("rubric", "dimensions", i, "measures", j, "parameters", name)
                if name not in known:
                    found = f"'{measure.measure}' has no parameter '{name}'"
                    findings.add(place, found, instead(name, known), key=True)
                    continue
                least, most = known[name]
                if (least is not None and value < least) or (most is not None and value > most):
                    findings.add(
                        place, f"'{name}' is {value:g}, and nothing is judged by that", f"Write {_ends(known[name])}."
                    )
    for i, item in enumerate(kit.rubric.fail_fast):
        if item.cap >= 100:
            found = f"a cap of {item.cap} takes nothing away"
            findings.add(("rubric", "fail_fast", i, "cap"), found, "Write less than 100.")
