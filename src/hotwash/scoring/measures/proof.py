"""Containment, evidence and proof of recovery."""

from __future__ import annotations

from collections.abc import Sequence

from hotwash.drill import events as e
from hotwash.scoring.case import Case, Entry
from hotwash.scoring.containment import contain
from hotwash.scoring.mark import Mark, Parameters, cite, cite_all, not_evaluated, promptness
from hotwash.scoring.milestones import contained_min

LEAST_TRIALS = 20
"""A clean run of fewer trials proves nothing: by the rule of three, 20 bound the failure rate below 15 %, and what a
fix missed fails far more often than that."""


def containment_score(case: Case, _: Parameters) -> Mark:
    """The containment mark of `scoring.containment`."""
    found = contain(case)
    pulls = case.all(e.LeverPulled)
    why = f"S = {found.score:.2f}: {found.harm:.0f} harm points against {found.harm_nothing:.0f} hands-off"
    return Mark(found.mark, f"{why} and {found.harm_best:.0f} for the best plan", cite_all(pulls))


def preserved_before_change(case: Case, _: Parameters) -> Mark:
    """At least one collected trace before the first lever that destroys evidence, and before each such lever a snapshot of what it
    changes: one taken since the one before it. Both halves count the same."""
    pulls = case.all(e.LeverPulled, lambda one: one.destroys_evidence)
    destroying = pulls[0] if pulls else None
    snapshot, trace = case.first(e.SnapshotTaken), case.first(e.EvidenceCollected, lambda one: one.kind == "trace")
    kept = [one for one in (snapshot, trace) if one is not None]
    if destroying is None:
        if not case.design.secret.key.incident:
            return not_evaluated("nothing was destroyed, and nothing needed to be kept")
        return Mark(len(kept) / 2, "nothing was destroyed; kept: " + _names(kept), cite(snapshot, trace))
    first = trace if trace is not None and trace.version < destroying.version else None
    covered, lost = _covered(case, pulls)
    whys = [f"before {destroying.event.kind}, kept: {_names([*covered[:1], *([first] if first else [])])}"]
    if lost and len(pulls) > 1:
        whys.append(f"no snapshot before {', '.join(one.event.kind for one in lost)}")
    share = (len(pulls) - len(lost)) / len(pulls)
    return Mark((share + (first is not None)) / 2, "; ".join(whys), cite(first, *covered, *pulls))


def _covered(
    case: Case, pulls: Sequence[Entry[e.LeverPulled]]
) -> tuple[list[Entry[e.SnapshotTaken]], list[Entry[e.LeverPulled]]]:
    """Snapshots that were taken before each of these pulls and since the one before it; pulls without one."""
    taken, lost, since = list[Entry[e.SnapshotTaken]](), list[Entry[e.LeverPulled]](), 0
    for pull in pulls:
        kept = [one for one in case.all(e.SnapshotTaken) if since < one.version < pull.version]
        taken += kept[-1:]
        lost += [] if kept else [pull]
        since = pull.version
    return taken, lost


def minimum_evidence(case: Case, _: Parameters) -> Mark:
    """One trace, the versions that ran, and a time window: what a declaration needs."""
    trace = case.first(e.EvidenceCollected, lambda one: one.kind == "trace")
    versions = case.first(e.SnapshotTaken)
    window = case.first(e.ScopeSet)
    have = cite(trace, versions, window)
    if not case.design.secret.key.incident:
        read = case.all(e.TraceOpened)
        return Mark(min(1.0, len(read) / 3), f"{len(read)} traces read before the call", cite_all(read[:3]))
    return Mark(len(have) / 3, f"{len(have)} of three: a trace, the versions that ran, a time window", have)


def decisions_with_evidence(case: Case, _: Parameters) -> Mark:
    """Share of decisions with a reason and evidence; no decision at all is nothing to show."""
    decisions = case.all(e.DecisionRecorded)
    if not decisions:
        return Mark(0.0, "no decision was recorded")
    sound = [one for one in decisions if one.event.reason.strip() and one.event.evidence]
    enough = min(1.0, len(decisions) / 3)
    return Mark(
        enough * len(sound) / len(decisions),
        f"{len(sound)} of {len(decisions)} decisions cite evidence",
        cite_all(decisions),
    )


def proof_run(case: Case, _: Parameters) -> Mark:
    """Suites run after the last fix took effect and came back clean of what this incident was about: replay; the cache,
    where there is one; paired probes, where the slice is one that nobody may route by, so a group of people."""
    if not case.design.secret.key.incident:
        return not_evaluated("there was nothing to recover from")
    fixes = case.all(e.LeverTookEffect, lambda one: one.kind in ("rollback", "failover", "cache_flush"))
    after = fixes[-1].at_ms if fixes else (case.ended_ms if not case.all(e.LeverPulled) else 0)
    runs = case.all(e.SuiteRun)
    clean = {one.event.suite for one in runs if one.at_ms >= after and _clean(case, one.event)}
    wanted = {suite for suite in case.design.system.suites if _applies(case, suite)}
    share = len(clean & wanted) / max(1, len(wanted))
    why = f"clean after the last fix: {', '.join(sorted(clean)) or 'nothing'}; needed: {', '.join(sorted(wanted))}"
    return Mark(share, why, cite_all(runs))


def _applies(case: Case, suite: str) -> bool:
    system, key = case.design.system, case.design.secret.key
    people = any(dim not in system.routable for dim in key.scope)
    return suite == "replay" or (suite == "cache" and "cache_flush" in system.levers) or (suite == "bias" and people)


def _clean(case: Case, run: e.SuiteRun) -> bool:
    """Nothing that failed shows a harm of the answer key; a healthy service's own everyday errors do not count."""
    harms = {one.fact for one in case.design.kit.harm.categories.values()}
    true = {one.fact for one in case.design.secret.key.facts} & harms
    return run.trials >= LEAST_TRIALS and (run.failures == 0 or (bool(run.shows) and not true & set(run.shows)))


def honest_end(case: Case, _: Parameters) -> Mark:
    """The state that was declared is the state that was true. A false alarm has nothing to recover from; closing it is
    judged under classification."""
    last = case.last(e.RecoveryDeclared)
    if not case.design.secret.key.incident:
        return Mark(0.0, "recovery from nothing", cite(last)) if last else not_evaluated("nothing to recover from")
    if last is None:
        return Mark(0.0, "no closing state was declared")
    contained = contained_min(case)
    if contained is not None and last.at_min >= contained:
        return Mark(1.0, f"{last.event.state} was declared, and it was so", cite(last))
    early = last.event.state == "recovered"
    return Mark(0.0 if early else 0.4, f"{last.event.state} was declared while harm still went on", cite(last))


def risk_expiry(case: Case, p: Parameters) -> Mark:
    """Residual risk was accepted by somebody and expires within the allowance."""
    if not case.design.secret.key.incident:
        return not_evaluated("there was no residual risk to accept")
    accepted = case.all(e.RiskAccepted)
    if not accepted:
        return Mark(0.0, "no residual risk was accepted")
    allowance = p.get("within_h", 72.0)
    return Mark(
        promptness(min(one.event.expires_h for one in accepted), allowance),
        "accepted, with an expiry",
        cite_all(accepted),
    )


def _names(entries: Sequence[Entry[e.SnapshotTaken] | Entry[e.EvidenceCollected]]) -> str:
    return (
        ", ".join("a snapshot" if isinstance(one.event, e.SnapshotTaken) else "a trace" for one in entries) or "nothing"
    )
