"""From the results of all gates to what a release does: goes, goes with warnings, waits for evidence, or is blocked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from hotwash.gates.evidence import worst
from hotwash.gates.graders import State
from hotwash.gates.override import Standing
from hotwash.gates.result import Result
from hotwash.gates.trend import Cases, Trend, flips, trend
from hotwash.kit.schema.gate import Gate
from hotwash.kit.schema.suite import Suite

Outcome = Literal["pass", "warning", "not_enough", "blocked", "overridden"]
PASSED, BLOCKED, NOT_ENOUGH = 0, 1, 2
"""Exit codes of `hotwash gate run`."""
WENT = ("pass", "warning", "overridden")


@dataclass(frozen=True)
class Decided:
    """One gate. `why` is for people; `flipped` are cases whose trials disagree; `standing` the last override, whether it holds or not."""

    gate: Gate
    digest: str
    result: Result
    outcome: Outcome
    why: tuple[str, ...]
    cases: Cases
    flipped: tuple[str, ...]
    trend: Trend | None
    standing: Standing | None

    @property
    def flake_rate(self) -> float:
        """Share of cases whose trials disagree."""
        return len(self.flipped) / len(self.cases) if self.cases else 0.0


def decide(
    gate: Gate, digest: str, suite: Suite, result: Result, before: Sequence[Cases], standing: Standing | None
) -> Decided:
    """What a release does with the verdict on one suite. `before` are the cases of earlier runs of the same gate, oldest first."""
    cases: dict[str, State] = {case: worst(list(states.values())) for case, states in result.cases.items()}
    known = sum(state != "unknown" for state in cases.values())
    failed, unknown = Counter[str](), Counter[str]()
    for one in result.failures:
        (failed if "failed" in one.outcomes.values() else unknown)[one.case] += 1
    flipped = flips(suite, failed, unknown)
    moved = trend(cases, before)
    bad = [f"{one.outcome} in {one.segment}" for one in result.findings if one.verdict == "fail"]
    why = [f"fails {', '.join(bad)}"] if bad else []
    short = known < gate.least
    if short:
        why.append(f"{known} cases with a known outcome, {gate.least} agreed")
    if result.verdict == "not_enough":
        why.append("not enough evidence for every limit")
    outcome: Outcome = (
        "blocked" if result.verdict == "fail" else "not_enough" if short or result.verdict == "not_enough" else "pass"
    )
    if outcome != "pass" and gate.decides == "warning":
        outcome = "warning"
    elif outcome != "pass" and standing is not None:
        if standing.holds:
            outcome = "overridden"
        why.append(
            f"override by {standing.override.role} ({standing.override.person}) {'holds' if standing.holds else f'does not hold: {standing.why}'}"
        )
    softer = _softer(gate, suite, flipped, cases, moved)
    return Decided(
        gate,
        digest,
        result,
        "warning" if outcome == "pass" and softer else outcome,
        (*why, *softer),
        cases,
        flipped,
        moved,
        standing,
    )


def _softer(gate: Gate, suite: Suite, flipped: Sequence[str], cases: Cases, moved: Trend | None) -> list[str]:
    """What does not block: trials that disagree, and a share that is getting worse."""
    found = []
    if flipped and len(flipped) > gate.flake_at_most * len(cases):
        found.append(
            f"{len(flipped)} of {len(cases)} cases change between {suite.trials} trials: {', '.join(flipped[:5])}"
        )
    if moved is not None and moved.sliding:
        found.append(
            f"sliding: {100 * moved.shares[-1]:.1f} % fail, {100 * moved.change:+.1f} points against the last {len(moved.shares) - 1} runs "
            f"({100 * moved.low:+.1f} to {100 * moved.high:+.1f}; p of no rise {moved.rising:.3f})"
        )
    return found


def exit_code(decided: Sequence[Decided]) -> int:
    """1 where a gate blocks, 2 where one has not enough evidence, 0 otherwise: warnings and overrides do not block."""
    outcomes = {one.outcome for one in decided}
    return BLOCKED if "blocked" in outcomes else NOT_ENOUGH if "not_enough" in outcomes else PASSED


def to_history(run: str, target: str, release: str, at_ms: int, decided: Sequence[Decided]) -> dict[str, object]:
    """One line of the history: outcomes by case, no text of an answer."""
    gates = {one.gate.id: {"digest": one.digest, "suite": one.result.digest, "outcome": one.outcome, "cases": dict(one.cases), "flipped": list(one.flipped)} for one in decided}  # fmt: skip
    return {"run": run, "target": target, "release": release, "at_ms": at_ms, "gates": gates}


def earlier(history: Sequence[Mapping[str, object]], gate: str, suite_digest: str, last: int) -> list[Cases]:
    """Cases of the last runs of the same suite that a release could go out on, oldest first. A suite that was changed begins anew."""
    found: list[Cases] = []
    for row in history:
        gates = row.get("gates")
        one = gates.get(gate) if isinstance(gates, Mapping) else None
        if not isinstance(one, Mapping) or one.get("outcome") not in WENT:
            continue
        if one.get("suite") == suite_digest and isinstance(cases := one.get("cases"), Mapping):
            found.append(cases)
    return found[-last:]
