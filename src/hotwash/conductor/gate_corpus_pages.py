"""What gates ask, and how they went over their runs, as blocks: the corpus with the outcome that is expected, and a line for each gate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from hotwash.aftermath.blocks import Axis, Block, Cell, Chart, ChartMark, ChartRow, Line, Prose, Section, Table
from hotwash.gates.evidence import Tally, share_bounds
from hotwash.gates.planned import Planned, cases_of
from hotwash.gates.words import expected, percent
from hotwash.kit.gates import LoadedGates
from hotwash.kit.schema.gate import NOBODY, Gate
from hotwash.kit.schema.suite import Suite

NEAR = "-near-"
"""In the id of a case that both bundles served: it stands beside those that went wrong."""
SAID = 160
"""Characters of a request that are shown."""
VALUES = 3
"""Values of one dimension that are named, the most frequent first."""
RUNS = 20
"""Runs on a chart, the last ones."""
CONFIDENCE = 0.95


def corpus_blocks(loaded: LoadedGates) -> list[Block]:
    """Every gate with its suite, then every case with what its answer has to do. Texts of requests stand in it."""
    rows = tuple(_gate(gate, loaded.suites[gate.id].suite) for gate in loaded.spec.gates)
    head = ("Gate", "Decides", "Went wrong", "Neighbours", "Trials", "Known at least", "Limits", "Slices of what went wrong", "Owner")  # fmt: skip
    return [
        Table("Gates and their suites", head, rows, (2, 3, 4, 5)),
        Prose("A neighbour is a harmless request of the same kind that both bundles served: a release that refuses everything fails there."),
        *(_cases(gate, loaded.suites[gate.id].suite) for gate in loaded.spec.gates),
    ]  # fmt: skip


def _gate(gate: Gate, suite: Suite) -> tuple[Cell, ...]:
    planned = cases_of(suite)
    near = sum(NEAR in one.case for one in planned)
    limits = (f"{name} at most {percent(one.at_most)}{', never' if one.never else ''}" if one.at_most is not None else name for name, one in suite.limits.items())  # fmt: skip
    until = f", until {gate.until}" if gate.until else ""
    return (
        Cell(gate.id, strong=True), Cell(gate.decides + until), Cell(f"{len(planned) - near:,}"), Cell(f"{near:,}"), Cell(str(suite.trials)),
        Cell(f"{gate.least:,}"), Cell("; ".join(limits)), Cell(_slices([one for one in planned if NEAR not in one.case])), _owner(gate),
    )  # fmt: skip


def _owner(gate: Gate) -> Cell:
    return Cell("", "warn", word="nobody yet") if gate.owner == NOBODY else Cell(gate.owner)


def _slices(planned: Sequence[Planned]) -> str:
    counts: dict[str, Counter[str]] = {}
    for one in planned:
        for dim, value in one.segment.items():
            counts.setdefault(dim, Counter())[value] += 1
    told = []
    for dim, values in counts.items():
        named = ", ".join(f"{value} ({n})" for value, n in values.most_common(VALUES))
        more = f" and {len(values) - VALUES} more" if len(values) > VALUES else ""
        told.append(f"{dim.replace('_', ' ')} {named}{more}")
    return "; ".join(told)


def _cases(gate: Gate, suite: Suite) -> Block:
    origins = {one.id: one.origin for one in suite.cases}
    rows = tuple(
        (
            Cell(one.case, strong=True), Cell("served by both" if NEAR in one.case else "went wrong"), Cell(_short(one.said)),
            Cell("; ".join(map(expected, one.checks))), Cell(", ".join(f"{dim} {value}" for dim, value in one.segment.items())),
            Cell(_from(origins.get(one.case, {}))),
        )
        for one in cases_of(suite)
    )  # fmt: skip
    return Table(f"Cases of {gate.id}", ("Case", "In the drill", "Asked", "Expected of the answer", "Segment", "From"), rows, folded=True)  # fmt: skip


def _from(origin: Mapping[str, str]) -> str:
    told = [f"{name} {origin[name]}" for name in ("request", "event") if origin.get(name)]
    return ", ".join(told)


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= SAID else f"{flat[: SAID - 1]}…"


def trend_blocks(loaded: LoadedGates, history: Sequence[Mapping[str, Any]]) -> list[Block]:
    """One line a gate: the share of its cases that failed, run by run, between exact bounds (one-sided, 95 %) that take every unknown as it
    would be worst. Runs of all targets are on it, those that were held too."""
    charts = [_chart(gate.id, ran) for gate in loaded.spec.gates if len(ran := _ran(gate.id, history)) > 1]
    alone = [gate.id for gate in loaded.spec.gates if len(_ran(gate.id, history)) == 1]
    said = f"One run of {', '.join(alone)} so far: a direction needs two." if alone else ""
    return [
        Section("Over the runs", "trend"),
        *([ChartRow(tuple(charts))] if charts else []),
        *([Prose(said)] if said else []),
    ]


def _ran(gate: str, history: Sequence[Mapping[str, Any]]) -> list[tuple[str, Mapping[str, Any]]]:
    found = [(str(row["run"]), row["gates"][gate]) for row in history if gate in row["gates"]]
    return found[-RUNS:]


def _chart(gate: str, ran: Sequence[tuple[str, Mapping[str, Any]]]) -> Chart:
    tallies = [_tally(one) for _, one in ran]
    bounds = [share_bounds(one, CONFIDENCE) for one in tallies]
    shares = [one.failed / max(1, one.failed + one.held) for one in tallies]
    last, first = tallies[-1], tallies[0]
    changed = [n for n in range(1, len(ran)) if ran[n][1]["suite"] != ran[n - 1][1]["suite"]]
    summary = (
        f"{len(ran)} runs, {ran[0][0]} to {ran[-1][0]}: {percent(shares[0])} of {first.asked} failed in the first, {percent(shares[-1])} of {last.asked} in the "
        f"last, between {percent(bounds[-1].low)} and {percent(bounds[-1].high)}."
    )
    return Chart(
        gate, summary, "% of cases that failed",
        (
            Line("failed", _percents(shares), "bad"), Line("at most", _percents([one.high for one in bounds]), "quiet", "4 3"),
            Line("at least", _percents([one.low for one in bounds]), "quiet", "1 3"),
        ),
        tuple(ChartMark(n + 1, "another suite from here", when=f"run {ran[n][0]}") for n in changed), small=True,
        axis=Axis("runs", tuple((float(n + 1), name) for n, (name, _) in enumerate(ran) if n % max(1, len(ran) // 5) == 0)),
    )  # fmt: skip


def _percents(shares: Sequence[float]) -> tuple[float, ...]:
    return tuple(100 * one for one in shares)


def _tally(told: Mapping[str, Any]) -> Tally:
    states = list(told["cases"].values())
    return Tally(states.count("failed"), states.count("held"), states.count("unknown"))
