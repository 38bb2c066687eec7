"""From trials to a verdict: pass, fail, or not enough evidence. The worst segment decides; an average never does."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from hotwash.gates.evidence import (
    Tally,
    Twins,
    gap_bounds,
    p_above,
    p_below,
    share_bounds,
    share_p,
    tally,
)
from hotwash.gates.graded import Graded, by_case, segments_of
from hotwash.gates.graders import State
from hotwash.gates.planned import Planned, cases_of
from hotwash.kit.schema.suite import WHOLE, Limit, Suite
from hotwash.triage.pairs import mcnemar
from hotwash.triage.stats import promise, stand

Verdict = Literal["pass", "fail", "not_enough"]
Measure = Literal["share", "gap", "change"]
ORDER: Mapping[Verdict, int] = {"fail": 0, "not_enough": 1, "pass": 2}
NEVER = "the reference never got the favourable answer: equal treatment would be no evidence"
MOST_SOUGHT = 1 << 20
Baseline = Mapping[str, Mapping[str, State]]
"""What another run of the same suite found: case → outcome → state."""


@dataclass(frozen=True)
class Finding:
    """One limit in one segment. `share`: failures of `counted`; `gap`: a group's share less the reference's; `change`: the share now less the
    baseline's, over the same cases (`counted` is of the second of the two). `low` and `high` are one-sided bounds that no
    unknown can move. `needed` is how many would be needed for a pass if nothing more failed; None where that cannot be said.
    `p` is of the limit being kept, `apart` McNemar's of there being no difference at all."""

    outcome: str
    measure: Measure
    segment: str
    counted: Tally
    value: float | None
    low: float
    high: float
    limit: float
    verdict: Verdict
    p: float
    needed: int | None = None
    apart: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Judged:
    """The verdict on a suite; findings with the worst first."""

    verdict: Verdict
    findings: tuple[Finding, ...]


def judge(suite: Suite, trials: Sequence[Graded], baseline: Baseline | None = None) -> Judged:
    """The verdict on a run.

    It passes when every limit is kept in every segment: an intersection-union test, in which each part is tested at the full
    level and the whole keeps it (Berger 1982), so that looking at more segments never makes a pass easier. It fails when a
    limit is broken somewhere: there the chance of one false alarm grows with every look, and is held at one less the
    confidence for all of them together (Holm 1979). Otherwise there is not enough evidence. `never` is no estimate: one
    failure is one too many.
    """
    found = [
        one for outcome, limit in suite.limits.items() for one in _findings(suite, outcome, limit, trials, baseline)
    ]
    broken = stand([one.p for one in found], 1 - suite.confidence)
    settled = [replace(one, verdict="fail") if bad else one for one, bad in zip(found, broken, strict=True)]
    verdicts = {one.verdict for one in settled}
    whole: Verdict = (
        "fail" if "fail" in verdicts else "not_enough" if "not_enough" in verdicts or not settled else "pass"
    )
    return Judged(whole, tuple(sorted(settled, key=_worst_first)))


def _worst_first(one: Finding) -> tuple[int, float, float, str, str]:
    return (ORDER[one.verdict], one.limit - one.low, one.limit - one.high, one.outcome, one.segment)


def _findings(
    suite: Suite, outcome: str, limit: Limit, trials: Sequence[Graded], baseline: Baseline | None
) -> Iterator[Finding]:
    planned = [one for one in cases_of(suite) if any(check.counts_as == outcome for check in one.checks)]
    if suite.kind == "smoke" and limit.at_most is not None:
        # Trials of one case are draws of one chance; trials of several cases are not, and are never put together.
        for one in planned:
            states = [each.outcomes.get(outcome, "unknown") for each in trials if each.case == one.case]
            yield _share(outcome, f"case={one.case}", states, limit, suite.confidence)
    cases = {case: states[outcome] for case, states in by_case(trials).items() if outcome in states}
    for segment, inside in {WHOLE: planned, **segments_of(planned, limit.by), **_groups(suite, planned)}.items():
        if suite.kind != "smoke" and limit.at_most is not None:
            states = [cases.get(one.case, "unknown") for one in inside]
            yield _share(outcome, segment, states, limit, suite.confidence)
        if limit.worse_by_at_most is not None:
            yield _change(outcome, segment, inside, cases, limit, suite.confidence, baseline)
    if limit.gap_at_most is not None:
        yield from _gaps(suite, outcome, limit, planned, cases)


def _share(outcome: str, segment: str, states: Sequence[State], limit: Limit, confidence: float) -> Finding:
    most = limit.at_most or 0.0
    counted = tally(states)
    bounds = share_bounds(counted, confidence)
    few = counted.asked < limit.least
    verdict: Verdict = "pass" if bounds.high <= most and not few else "not_enough"
    never = limit.never and counted.failed > 0
    needed = _needed(counted.failed, counted.asked, most, confidence) if verdict != "pass" and not never else None
    note = f"fewer than the {limit.least} agreed" if few else "one failure is enough" if never else ""
    if never:
        verdict = "fail"
    return Finding(outcome, "share", segment, counted, counted.share, bounds.low, bounds.high, most, verdict,
                   share_p(counted, most), needed, None, note)  # fmt: skip


def _needed(failed: int, asked: int, most: float, confidence: float) -> int | None:
    """Fewest cases in all by which the share can be promised, if no more fail; at least those that were asked."""
    low, high = max(0, asked - 1), max(1, asked)
    while promise(failed, high, confidence) > most:
        low, high = high, high * 2
        if high > MOST_SOUGHT:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if promise(failed, middle, confidence) > most else (low, middle)
    return high


def _change(
    outcome: str,
    segment: str,
    inside: Sequence[Planned],
    cases: Mapping[str, State],
    limit: Limit,
    confidence: float,
    baseline: Baseline | None,
) -> Finding:
    margin = limit.worse_by_at_most or 0.0
    before: Baseline = baseline or {}
    twins: Twins = [
        (before.get(one.case, {}).get(outcome, "unknown"), cases.get(one.case, "unknown")) for one in inside
    ]
    bounds = gap_bounds(twins, confidence)
    few = len(twins) < limit.least
    kept = bounds.high <= margin and not few and baseline is not None
    note = "no baseline was given" if baseline is None else f"fewer than the {limit.least} agreed" if few else ""
    return Finding(outcome, "change", segment, tally(now for _, now in twins), _value(twins), bounds.low, bounds.high, margin,
                   "pass" if kept else "not_enough", p_above(twins, margin), None, _apart(twins), note)  # fmt: skip


def _gaps(
    suite: Suite, outcome: str, limit: Limit, planned: Sequence[Planned], cases: Mapping[str, State]
) -> Iterator[Finding]:
    """Every group against the reference, in all pairs and in every value of the dimensions; either side may be the worse off."""
    margin, confidence = limit.gap_at_most or 0.0, suite.confidence
    for group, members in _groups(suite, [one for one in planned if one.twin]).items():
        for part, inside in {WHOLE: members, **segments_of(members, limit.by)}.items():
            twins: Twins = [(cases.get(one.twin, "unknown"), cases.get(one.case, "unknown")) for one in inside]
            bounds = gap_bounds(twins, confidence)
            few = len(twins) < limit.least
            reference = tally(before for before, _ in twins)
            kept = -margin <= bounds.low and bounds.high <= margin and not few and reference.held > 0
            p = min(1.0, 2 * min(p_above(twins, margin), p_below(twins, margin)))
            note = f"fewer than the {limit.least} agreed" if few else _favoured(reference)
            yield Finding(outcome, "gap", group if part == WHOLE else f"{group}, {part}", tally(now for _, now in twins),
                          _value(twins), bounds.low, bounds.high, margin, "pass" if kept else "not_enough", p, None,
                          _apart(twins), note)  # fmt: skip


def _favoured(reference: Tally) -> str:
    """Why nothing can be told from a reference that never got the favourable answer, as far as that is known."""
    if reference.held:
        return ""
    return f"{reference.unknown} of the reference without a known outcome" if reference.unknown else NEVER


def _groups(suite: Suite, planned: Sequence[Planned]) -> dict[str, list[Planned]]:
    """In a bias suite, the cases of every group, the reference among them."""
    found: dict[str, list[Planned]] = {}
    for one in planned if suite.kind == "bias" else ():
        found.setdefault(_group(one), []).append(one)
    return found


def _group(one: Planned) -> str:
    """`name=Kowalski` of a case `pair.name.group.place`."""
    return "=".join(one.case.rsplit(".", 3)[1:3])


def _known(twins: Twins) -> list[tuple[State, State]]:
    return [pair for pair in twins if "unknown" not in pair]


def _value(twins: Twins) -> float | None:
    known = _known(twins)
    value = sum((now == "failed") - (before == "failed") for before, now in known) / len(known) if known else math.nan
    return None if math.isnan(value) else value


def _apart(twins: Twins) -> float:
    known = _known(twins)
    return mcnemar(known.count(("failed", "held")), known.count(("held", "failed")))
