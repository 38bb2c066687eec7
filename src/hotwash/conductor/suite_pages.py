"""The result of a suite as blocks: verdict first, then the worst segment, then every failure, then what was not looked at."""

from __future__ import annotations

from datetime import UTC, datetime

from hotwash.aftermath.blocks import Block, Callout, Cell, Figure, Figures, Prose, Report, Section, Table, Tone
from hotwash.aftermath.triaged.about import legible
from hotwash.gates.graded import Graded
from hotwash.gates.result import Result, summary
from hotwash.gates.verdict import Finding, Verdict
from hotwash.gates.words import VERDICTS, agreed, measured, more, percent, where

TONES: dict[Verdict, Tone] = {"pass": "good", "fail": "bad", "not_enough": "warn"}
HANDLING = "INTERNAL: evidence for a release"
UNUSED = "no limit compares with it; agree on worse_by_at_most to hold this run against it"
MOST = 40
FINDING_HEAD = ("Outcome", "Segment", "Agreed", "Found", "Verdict", "What would settle it")


def suite_report(found: Result) -> Report:
    """A page about a run. No text of an answer stands in it, and no character that moves a cursor."""
    result = legible(found)
    usage = result.usage
    blocks: list[Block] = [
        Callout(f"{VERDICTS[result.verdict].capitalize()}.", _sentence(result), TONES[result.verdict]),
        *([Callout("Stopped.", f"The run ended at {usage.stopped}. What was not asked is missing evidence.", "warn")] if usage.stopped else []),
        _figures(result),
        Section("Limits, the worst first", "limits"),
        _findings(result),
        Section("What failed or is unknown", "failures"),
        _failures(result),
        Section("What was not looked at", "blind"),
        Table("Limits of the graders", ("Check", "Cannot see"), tuple((Cell(name, strong=True), Cell(said)) for name, said in result.blind_to.items()), told=True),
        Prose(_how(result)),
    ]  # fmt: skip
    facts = [("Suite", f"{result.suite} ({result.kind})"), ("Content id", result.digest[:16]), ("Target", result.target),
             ("Run", f"{datetime.fromtimestamp(result.begun_ms / 1000, UTC):%Y-%m-%d %H:%M} UTC")]  # fmt: skip
    if result.baseline:
        used = any(one.measure == "change" for one in result.findings)
        facts.append(("Baseline", result.baseline if used else f"{result.baseline}: {UNUSED}"))
    return Report(result.title, f"{result.suite} against {result.target}", HANDLING, facts, blocks, exercise=False)


def _sentence(result: Result) -> str:
    one = result.findings[0]
    told = f"{one.outcome} in {where(one)}: {measured(one)}, where {agreed(one)} was agreed"
    if result.verdict == "pass":
        return f"Every limit is kept in every segment. The closest: {told}."
    tail = more(one)
    return f"{told[0].upper()}{told[1:]}{f' ({tail})' if tail else ''}."


def _figures(result: Result) -> Figures:
    usage, cases = result.usage, summary(result)
    silent = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in usage.silent.items()) or "all of them"
    cost = f"cost {usage.cost:.2f}" if usage.cost is not None else "cost not known"
    return Figures(
        (
            Figure("Cases", f"{len(result.cases):,}", f"{cases['failed']} failed, {cases['unknown']} unknown"),
            Figure("Answered", f"{usage.answered:,} of {usage.questions:,}", silent if usage.silent else ""),
            Figure("Requests", f"{usage.requests:,}", cost),
            Figure("Confidence", percent(result.confidence), "each side"),
        )
    )


def _findings(result: Result) -> Table:
    rows = tuple(finding_cells(one) for one in result.findings)
    return Table("Every limit in every segment", FINDING_HEAD, rows, told=True)


def finding_cells(one: Finding) -> tuple[Cell, ...]:
    """One limit in one segment under FINDING_HEAD: what was agreed, and what was found with its bounds and its count."""
    return (
        Cell(one.outcome, strong=True), Cell(where(one)), Cell(agreed(one)), Cell(measured(one)),
        Cell("", TONES[one.verdict], word=VERDICTS[one.verdict]), Cell(more(one)),
    )  # fmt: skip


def _failures(result: Result) -> Table:
    """Failures first; what was never asked is counted above and not listed."""
    asked = [one for one in result.failures if one.why != ("not asked",)]
    ordered = sorted(asked, key=lambda one: ("failed" not in one.outcomes.values(), one.case, one.trial))
    rows = tuple(_failure(one) for one in ordered[:MOST])
    left = f"; the first {MOST} of {len(ordered)}" if len(ordered) > MOST else ""
    return Table(f"Trials{left}", ("Case", "Trial", "Why"), rows, (1,), empty="None.")


def _failure(one: Graded) -> tuple[Cell, ...]:
    bad = "failed" in one.outcomes.values()
    return (Cell(one.case, "bad" if bad else "warn", word="failed" if bad else "unknown"), Cell(str(one.trial)),
            Cell("; ".join(one.why)))  # fmt: skip


def _how(result: Result) -> str:
    unit = "Every trial of a case counts, for that case alone." if result.kind == "smoke" else "A case is as bad as the worst of its trials."  # fmt: skip
    return (
        f"{unit} Bounds are one-sided at {percent(result.confidence)} and take every unknown against the verdict. A pass needs every "
        "limit in every segment; a failure is corrected for the number of looks."
    )
