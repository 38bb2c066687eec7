"""Runs of gates, and what changed between two releases, as blocks and as data."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from hotwash.aftermath.blocks import Block, Callout, Cell, Figure, Figures, Prose, Report, Section, Table, Tone
from hotwash.aftermath.triaged.about import legible
from hotwash.conductor.suite_pages import FINDING_HEAD, finding_cells
from hotwash.gates.behaviour import Called, Diff
from hotwash.gates.decide import BLOCKED, PASSED, Decided, Outcome, exit_code
from hotwash.gates.regression import Shift
from hotwash.gates.reports import WORDS
from hotwash.gates.verdict import ORDER, Finding
from hotwash.gates.words import percent, signed
from hotwash.kit.gates import LoadedGates

HANDLING = "INTERNAL: evidence for a release"
TONES: Mapping[Outcome, Tone] = {
    "pass": "good",
    "warning": "warn",
    "overridden": "warn",
    "not_enough": "warn",
    "blocked": "bad",
}
MOST = 30


def gates_report(loaded: LoadedGates, run: str, release: str, decided: Sequence[Decided]) -> Report:
    """A page about one run of all gates. No text of an answer stands in it."""
    found = legible(tuple(decided))
    code = exit_code(found)
    told = "The release may go." if code == PASSED else "Blocked." if code == BLOCKED else "Not enough evidence."
    tone: Tone = "good" if code == PASSED else "bad" if code == BLOCKED else "warn"
    soft = [one.gate.id for one in found if one.outcome in ("warning", "overridden")]
    held = [one.gate.id for one in found if one.outcome in ("blocked", "not_enough")]
    sentence = (
        f"Held by {', '.join(held)}."
        if held
        else f"With warnings or overrides: {', '.join(soft)}."
        if soft
        else "Every gate passed."
    )
    blocks: list[Block] = [
        Callout(told, sentence, tone),
        Figures((
            Figure("Gates", str(len(found)), f"{len(held)} hold it up"),
            Figure("Cases", f"{sum(len(one.cases) for one in found):,}", f"{sum(state == 'failed' for one in found for state in one.cases.values()):,} failed"),
            Figure("Flips", str(sum(len(one.flipped) for one in found)), "cases whose trials disagree"),
            Figure("Overrides", str(sum(one.outcome == "overridden" for one in found)), "in force and used"),
        )),
        Section("Gates", "gates"),
        Table("What each gate says", ("Gate", "Decides", "Outcome", "Failed", "Unknown", "Flips", "Against the last runs", "Why"), tuple(map(_gate, found)), (3, 4, 5), told=True),
        *_limits(found), *_overrides(found), *_failures(found),
        Prose("A gate is judged by its suite: see how a suite decides. Warnings and overrides do not hold a release up; sliding and flipping cases are warnings."),
    ]  # fmt: skip
    facts = [
        ("Gates", loaded.spec.id),
        ("Run", run),
        ("Target", found[0].result.target),
        *([("Release", release)] if release else []),
    ]
    return Report(
        loaded.spec.title, f"run {run} against {found[0].result.target}", HANDLING, facts, blocks, exercise=False
    )


def _gate(one: Decided) -> tuple[Cell, ...]:
    moved = one.trend
    told = (
        f"{signed(moved.change)} points ({signed(moved.low)} to {signed(moved.high)}), {len(moved.shares) - 1} runs"
        if moved
        else "first run"
    )
    states = list(one.cases.values())
    return (
        Cell(one.gate.id, strong=True), Cell(one.gate.decides), Cell("", TONES[one.outcome], word=WORDS[one.outcome]),
        Cell(f"{states.count('failed')} of {len(states)}"), Cell(str(states.count("unknown"))),
        Cell(f"{len(one.flipped)} ({percent(one.flake_rate)})"), Cell(told), Cell("; ".join(one.why)),
    )  # fmt: skip


def _limits(found: Sequence[Decided]) -> list[Block]:
    """What each gate rests on, the worst first: counts, and bounds that no unknown can move."""
    looked = sorted(((one, finding) for one in found for finding in one.result.findings), key=_worst_first)
    rows = tuple((Cell(one.gate.id, strong=True), *finding_cells(finding)) for one, finding in looked[:MOST])
    left = f"; the worst {MOST} of {len(looked)}" if len(looked) > MOST else ""
    head = ("Gate", *FINDING_HEAD)
    return [Section("How sure that is", "limits"), Table(f"Limits with sample size and bounds{left}", head, rows)]


def _worst_first(looked: tuple[Decided, Finding]) -> int:
    return ORDER[looked[1].verdict]


def _overrides(found: Sequence[Decided]) -> list[Block]:
    rows = tuple(
        (
            Cell(one.gate.id, strong=True), Cell("", "warn" if one.standing.holds else "bad", word="holds" if one.standing.holds else "void"),
            Cell(f"{one.standing.override.role} ({one.standing.override.person})"), Cell(one.standing.override.wanted_by),
            Cell(_when(one.standing.override.expires_ms)), Cell(one.standing.override.reason), Cell(one.standing.override.watch), Cell(one.standing.why),
        )
        for one in found if one.standing is not None
    )  # fmt: skip
    if not rows:
        return []
    return [Section("Overrides", "overrides"), Table("Who overrode what, until when", ("Gate", "State", "Granted by", "Wanted by", "Until", "Reason", "Watched by", "Void because"), rows, told=True)]  # fmt: skip


def _failures(found: Sequence[Decided]) -> list[Block]:
    rows = [
        (Cell(f"{one.gate.id}/{trial.case}", "bad", word="failed"), Cell(str(trial.trial)), Cell("; ".join(trial.why)))
        for one in found
        for trial in one.result.failures
        if "failed" in trial.outcomes.values()
    ]
    left = f"; the first {MOST} of {len(rows)}" if len(rows) > MOST else ""
    return [
        Section("What failed", "failures"),
        Table(f"Trials{left}", ("Case", "Trial", "Why"), tuple(rows[:MOST]), (1,), empty="None."),
    ]


def diff_report(found: Diff) -> Report:
    """A page about two releases."""
    said = legible(found)
    sentence = f"{len(said.new_failures)} cases fail that held before, {len(said.fixed)} hold that failed."
    rows = tuple(_shift(name, one.whole) for name, one in said.gates.items())
    worst = [_shift("worst segment", said.worst)] if said.worst is not None else []
    blocks: list[Block] = [
        Callout("Worse for certain." if said.worse else "Not worse for certain.", sentence, "bad" if said.worse else "good"),
        *([Callout("Left out.", f"Only one side ran these, or with another suite: {', '.join(said.left_out)}.", "warn")] if said.left_out else []),
        Table("Share of cases that fail, after less before", ("Gate", "Before", "After", "Change", "Segment", "For certain"), (*rows, *worst), told=True),
        *_list("New failures", said.new_failures), *_list("Fixed", said.fixed),
        *_list("Refused more often", said.refused_now), *_list("Refused less often", said.served_now), *_calls(said.called),
        Prose("Cases are paired. Intervals take every unknown as it would be worst for either side; certainty is McNemar's exact test, corrected for the number of segments (Holm)."),
    ]  # fmt: skip
    return Report(
        "What this release does differently",
        f"{said.after} against {said.before}",
        HANDLING,
        [("Before", said.before), ("After", said.after)],
        blocks,
        exercise=False,
    )


def _shift(name: str, one: Shift) -> tuple[Cell, ...]:
    tone: Mapping[str, Tone] = {"worse": "bad", "better": "good", "not_told": "plain"}
    change = "unknown" if one.value is None else signed(one.value)
    return (
        Cell(name, strong=True), Cell(f"{one.before.failed} of {one.before.asked}"), Cell(f"{one.after.failed} of {one.after.asked}"),
        Cell(f"{change} ({signed(one.bounds.low)} to {signed(one.bounds.high)})"), Cell(one.segment.replace("=", " ")),
        Cell("", tone[one.change], word=one.change.replace("_", " ")),
    )  # fmt: skip


def _list(title: str, cases: Sequence[str]) -> list[Block]:
    left = f"; the first {MOST} of {len(cases)}" if len(cases) > MOST else ""
    return [Table(f"{title}{left}", ("Case",), tuple((Cell(one),) for one in cases[:MOST]), empty="None.")]


def _calls(called: Sequence[Called]) -> list[Block]:
    def told(calls: Mapping[str, int]) -> str:
        return ", ".join(f"{name} x{n}" for name, n in calls.items()) or "none"

    rows = tuple(
        (Cell(f"{one.gate}/{one.case}"), Cell(told(one.before)), Cell(told(one.after))) for one in called[:MOST]
    )
    left = f"; the first {MOST} of {len(called)}" if len(called) > MOST else ""
    return [Table(f"Tool calls that changed{left}", ("Case", "Before", "After"), rows, empty="None.")]


def gates_json(run: str, target: str, release: str, code: int, decided: Sequence[Decided]) -> dict[str, Any]:
    """A run as data, with its exit code."""
    gates = [
        {
            "gate": one.gate.id, "decides": one.gate.decides, "outcome": one.outcome, "why": list(one.why), "digest": one.digest,
            "verdict": one.result.verdict, "cases": len(one.cases), "failed": [case for case, state in one.cases.items() if state == "failed"],
            "unknown": sum(state == "unknown" for state in one.cases.values()), "flipped": list(one.flipped), "flake_rate": one.flake_rate,
            "trend": {**dataclasses.asdict(one.trend), "sliding": one.trend.sliding} if one.trend else None,
            "override": {**one.standing.override.to_json(), "holds": one.standing.holds, "void_because": one.standing.why} if one.standing else None,
        }
        for one in decided
    ]  # fmt: skip
    return {"run": run, "target": target, "release": release, "exit_code": code, "gates": gates}


def diff_json(found: Diff) -> dict[str, Any]:
    """A comparison as data."""
    return {**dataclasses.asdict(found), "worse": found.worse}


def _when(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC"
