"""Hypotheses, tests, validation and scope."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hotwash.drill import events as e
from hotwash.scoring.case import Case, Entry
from hotwash.scoring.containment import worst_segment
from hotwash.scoring.mark import Mark, Parameters, cite, cite_all, not_evaluated

FIXES = ("rollback", "failover")


def enough_raised(case: Case, p: Parameters) -> Mark:
    """Distinct hypotheses, up to the count asked for."""
    wanted = int(p.get("count", 3))
    raised = case.all(e.HypothesisRaised)
    distinct = {(one.event.component, one.event.mode, one.event.statement) for one in raised}
    return Mark(min(1.0, len(distinct) / wanted), f"{len(distinct)} hypotheses of {wanted} asked for", cite_all(raised))


def tested(case: Case, _: Parameters) -> Mark:
    """Share of hypotheses with a conclusive test that shows something; a fix pulled before any test counts as one
    untested hypothesis."""
    raised = {one.event.hypothesis for one in case.all(e.HypothesisRaised)}
    tests = [one for one in _shown(case) if one.event.result != "inconclusive"]
    fix = case.first(e.LeverPulled, lambda one: one.kind in FIXES)
    blind = fix is not None and not any(one.at_ms <= fix.at_ms for one in tests)
    if not raised and fix is None:
        return Mark(0.0, "nothing was hypothesised or tested")
    done = len({one.event.hypothesis for one in tests} & raised)
    value = done / max(1, len(raised) + blind)
    why = f"{done} of {len(raised)} hypotheses tested" + (", a fix was pulled before any test" if blind else "")
    return Mark(value, why, cite_all(tests) + (cite(fix) if blind else ()))


def cause_found(case: Case, _: Parameters) -> Mark:
    """A test supports the component that the key names, and none supports another afterwards. False alarm: the detector
    that fired was adjusted."""
    key = case.design.secret.key
    if not key.incident:
        fixed = case.all(e.DetectorAdjusted, lambda one: one.alert in key.alarms_false)
        if fixed:
            return Mark(1.0, "the detector that cried wolf was adjusted", cite_all(fixed))
        return Mark(0.0, "the detector that cried wolf was left as it was")
    component = {one.event.hypothesis: one.event.component for one in case.all(e.HypothesisRaised)}
    supported = [one for one in _shown(case) if one.event.result == "supports"]
    if not supported:
        return Mark(0.0, "no test supported a cause")
    last = component.get(supported[-1].event.hypothesis, "")
    if last == key.cause:
        return Mark(1.0, f"a test supports {key.cause}", cite(supported[-1]))
    ever = any(component.get(one.event.hypothesis) == key.cause for one in supported)
    return Mark(
        0.5 if ever else 0.0,
        f"the last supported cause is {last or 'unnamed'}, it was {key.cause}",
        cite_all(supported),
    )


def second_signal(case: Case, _: Parameters) -> Mark:
    """An alert was validated by an independent signal or a read sample before the first lever was pulled."""
    lever = case.first(e.LeverPulled)
    validated = case.all(e.SignalValidated, lambda one: bool(one.second) and one.second != one.alert)
    if not validated:
        return Mark(0.0, "no signal was validated by a second one")
    first = validated[0]
    if lever is not None and lever.at_ms < first.at_ms:
        return Mark(0.3, "validated only after the first lever", cite(first, lever))
    verdicts = {one.event.verdict for one in validated}
    wanted = "confirmed" if case.design.secret.key.incident else "spurious"
    return Mark(1.0 if wanted in verdicts else 0.4, f"validated as {', '.join(sorted(verdicts))}", cite_all(validated))


def segment_check(case: Case, _: Parameters) -> Mark:
    """Overlap (F1 over values of each dimension) of the last scope with the affected slice."""
    key = case.design.secret.key
    if not key.incident or not key.scope:
        return not_evaluated("nothing was affected, so there was no slice to find")
    last = case.last(e.ScopeSet)
    if last is None:
        return Mark(0.0, "no scope was set")
    scores = [_f1(set(last.event.scope.get(dim, ())), set(values)) for dim, values in key.scope.items()]
    extra = sum(dim not in key.scope for dim in last.event.scope)
    value = sum(scores) / (len(scores) + extra)
    why = f"the last scope was {_slice(last.event.scope)}; what was hit was {_slice(key.scope)}"
    return Mark(value, why, cite(last))


def _slice(scope: Mapping[str, Sequence[str]]) -> str:
    """`region eu and tenant t-04, t-08`; all traffic where no dimension is named."""
    named = [f"{dim} {', '.join(sorted(values))}" for dim, values in sorted(scope.items()) if values]
    return " and ".join(named) or "all traffic"


def worst_segment_prevented(case: Case, _: Parameters) -> Mark:
    """Share of the preventable harm that was prevented in the segment that came off worst."""
    worst = worst_segment(case.team, case.nothing, case.best.outcome)
    if worst is None:
        return not_evaluated("no segment had harm that could have been prevented")
    value = min(1.0, max(0.0, worst.prevented))
    return Mark(value, f"{worst.dim} {worst.value}: {100 * worst.prevented:.0f} % of its preventable harm prevented")


def _shown(case: Case) -> list[Entry[e.TestRecorded]]:
    """Tests that rest on something: evidence that they cite, or a suite that was run since the hypothesis was raised.
    A result without either is an assertion."""
    raised = {one.event.hypothesis: one.version for one in reversed(case.all(e.HypothesisRaised))}
    runs = [one.version for one in case.all(e.SuiteRun)]
    return [
        one
        for one in case.all(e.TestRecorded)
        if one.event.evidence or any(raised.get(one.event.hypothesis, 0) < run < one.version for run in runs)
    ]


def _f1(found: set[str], true: set[str]) -> float:
    return 2 * len(found & true) / (len(found) + len(true)) if found else 0.0
