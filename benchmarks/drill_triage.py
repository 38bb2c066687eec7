"""Whether the trace explorer's question, what moved, finds the slice that the answer key names, and when.

Each scenario of the simulated service is played without a team. Some minutes after the onset the question is asked twice: of all signals at
once, and of each signal alone, as a team does that follows an alert. A scenario without an incident is taken at minute 12 as its onset.

- statement: the sentence on top names the slice: a segment of dimensions of the key alone, with values of the key alone.
- found: some signal's segment in the answer does.
- alone: the answer about one signal does, for some signal.
- reach: the share of the key's requests in the window that lie in the segments found, and the share of those segments that are the key's.
- others: segments that are not the slice but that a distractor of the scenario was planted in; then those that are neither.

Run `python benchmarks/drill_triage.py [--after 5 10 15 25] [--seeds 7 8 9] [--scenarios NAME ...] [--json]`. The answer key is read here and
by nothing that a player reaches.
"""

import argparse
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from hotwash import bootstrap
from hotwash.conductor.inquiry import Inquiry
from hotwash.kernel.clock import MINUTE
from hotwash.ports.requests import RequestTable
from hotwash.ports.scope import Scope
from hotwash.triage.report import Triage
from hotwash.triage.segments import Segment

EVER = 1 << 60
NO_INCIDENT_MIN = 12


@dataclass
class Line:
    """One scenario, seed and moment."""

    scenario: str
    seed: int
    after_min: float
    rows: int
    seconds: float
    statement: bool
    found: bool
    alone: bool
    recall: float
    precision: float
    distractors: int
    neither: int
    verdict: str
    sentence: str


def inside(segment: Scope, key: Mapping[str, Sequence[str]]) -> bool:
    """Whether a segment is described by the key's dimensions and values alone."""
    return bool(segment.dims) and all(dim in key and set(values) <= set(key[dim]) for dim, values in segment.dims)


def touches(segment: Scope, planted: Mapping[str, Sequence[str]]) -> bool:
    """Whether a segment shares a dimension's value with something that was planted."""
    return any(set(values) & set(planted.get(dim, ())) for dim, values in segment.dims)


def rows_of(table: RequestTable, scope: Mapping[str, Sequence[str]]) -> np.ndarray:
    """Rows inside a scope of dimensions; a version is none."""
    found = np.ones(len(table), np.bool_)
    for dim, values in scope.items():
        if dim in table.dims:
            found &= np.isin(table.dims[dim].astype(str), list(values))
    return found


def reach(
    table: RequestTable, segments: Sequence[Segment], key: Mapping[str, Sequence[str]], onset_ms: int
) -> tuple[float, float]:
    """Share of the key's requests since the onset that some segment holds, and share of the segments' requests that are the key's."""
    since = table.at_ms >= onset_ms
    wanted = rows_of(table, key) & since
    held = np.zeros(len(table), np.bool_)
    for one in segments:
        held |= rows_of(table, dict(one.scope.dims)) & since
    both = int((wanted & held).sum())
    return both / max(1, int(wanted.sum())), both / max(1, int(held.sum()))


def segments_of(found: Triage) -> list[Segment]:
    """Every segment of every signal."""
    return [segment for one in found.found for segment in one.segments]


def measure(scenario: str, seed: int, after_min: float) -> Line:
    """Play and ask."""
    content = bootstrap.content(scenario)
    table, key = bootstrap.lay_out(content, seed), content.secret.key
    onset = key.onset_min if key.onset_min is not None else NO_INCIDENT_MIN
    table.system.advance(round((onset + after_min) * MINUTE))
    requests, start_ms = table.system.requests(0, EVER), round(content.scenario.story_start.timestamp() * 1000)

    def ask(signal: str = "") -> Triage:
        return Inquiry(requests, table.design.system, content.kit.severity, start_ms, signal).answer(bootstrap.relate)

    begin = time.perf_counter()
    whole = ask()
    seconds = time.perf_counter() - begin
    alone = [one for found in whole.found for one in segments_of(ask(found.signal))]
    every = segments_of(whole)
    named = [one for one in every if inside(one.scope, key.scope)]
    others = [one for one in every if one not in named]
    planted = [one.slice for one in content.secret.world.distractors]
    by_chance = [one for one in others if not any(touches(one.scope, slice_) for slice_ in planted)]
    recall, precision = reach(requests, named, key.scope, round(onset * MINUTE)) if key.scope else (0.0, 0.0)
    first = whole.main.segments[0].scope if whole.main else Scope()
    return Line(
        scenario, seed, after_min, len(requests), seconds,
        inside(first, key.scope), bool(named), any(inside(one.scope, key.scope) for one in alone), recall, precision,
        len(others) - len(by_chance), len(by_chance), whole.validity.verdict if whole.validity else "nothing found",
        whole.statement.sentence if whole.statement else "",
    )  # fmt: skip


def main() -> None:
    """Print one line a case, then a line of totals for each moment."""
    shipped = [one.id for one in bootstrap.scenarios() if bootstrap.content(one.id).spec.recorded_runs is None]
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--after", type=float, nargs="+", default=[5, 10, 15, 25])
    given.add_argument("--seeds", type=int, nargs="+", default=[7, 8, 9])
    given.add_argument("--scenarios", nargs="+", default=shipped)
    given.add_argument("--json", action="store_true")
    asked = given.parse_args()
    lines = []
    for after in asked.after:
        for scenario in asked.scenarios:
            for seed in asked.seeds:
                lines.append(one := measure(scenario, seed, after))
                if not asked.json:
                    print(
                        f"{one.scenario:24} seed {seed} +{after:<4g} statement {one.statement:d} found {one.found:d} alone {one.alone:d} recall "
                        f"{one.recall:4.0%} precision {one.precision:4.0%} distractors {one.distractors} neither {one.neither} {one.seconds:.1f} s {one.verdict}",
                        flush=True,
                    )
    if asked.json:
        print(json.dumps([asdict(one) for one in lines], indent=1))
        return
    for after in asked.after:
        here = [one for one in lines if one.after_min == after and bootstrap.content(one.scenario).secret.key.incident]
        told = {name: sum(getattr(one, name) for one in here) for name in ("statement", "found", "alone")}
        print(
            f"onset +{after:g} min: of {len(here)} with an incident: "
            + ", ".join(f"{name} {n}" for name, n in told.items())
        )


if __name__ == "__main__":
    main()
