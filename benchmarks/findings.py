"""Does triage find what is there, and nothing where nothing is? Hundreds of generated incidents, and clean data.

    python benchmarks/findings.py [--count 300] [--clean 100] [--jobs 2] [--seed 1] [--no-peers] [--svg out/triage/findings.svg]
    python benchmarks/findings.py --fresh --count 60 --clean 0 --no-peers   # a new release goes wrong in a part of traffic
    python benchmarks/findings.py --peer-memory 3000 --peer-seconds 120 --minutes 60 --json out/triage/findings.json

Every incident (tests/support/incidents.py) has a known segment, onset and size. Hotwash is told nothing: it searches all signals
over all time. The baselines, pandas (group by every combination, sort) and pysubgroup, are told the signal and the window. Each has so much
memory and processor time for an answer; one without an answer within them is counted apart, and compared where it answers.
Size is the expected excess of the main signal's events over the noise expected of them (square root of the usual number, at least 1);
power is shown by size, since one number says more about the mix of incidents than about the method.

A segment is `exact` when its attributes and values are those that were planted (`or beside` adds those that Hotwash names
beside another as what the traces do not tell from it; it counts for no goal), `near` when the rows overlap by half or more
(intersection over union), else `wrong`; `none` when nothing was named. An onset is right within two minutes, or when its interval
holds it (for a ramp: any moment between begin and full height). Exit code 1 when a goal is missed: false alarms on clean data
<= 5 %, and, where the excess is at least 16 times the noise, exact more often than either baseline.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import triage_search  # noqa: E402  # the path is set above

from hotwash.adapters.relation_duckdb import from_arrays  # noqa: E402  # the path is set above
from hotwash.triage.sql import NONE  # noqa: E402  # the path is set above
from tests.support.incidents import MINUTE, MODES, SIZES, Spec, Truth, columns, intensity, make, specs  # noqa: E402  # the path is set above
from tools.bootstrap import PEERS_PYTHON  # noqa: E402  # the path is set above

GOAL_FALSE = 0.05
LOUD = 16.0
SIZES_OF_EFFECT = (0, 2, 4, 8, 16, 32, 1000)
NEAR = 0.5
PEERS = ("pandas", "pysubgroup")
Segment = list[list[str]]


@dataclass(frozen=True)
class Outcome:
    """What came of one incident. Grades by method; `others` counts segments named for signals that did not move,
    `named_beside` tells whether the planted segment is among the `alternatives` that Hotwash names beside what it chose."""

    number: int
    mode: str
    attributes: int
    shape: str
    share: float
    size: float
    grades: dict[str, str]
    onset: str
    off_min: float | None
    others: int
    named: int
    seconds: float
    said: str
    named_beside: bool
    alternatives: int


def mask(data: dict[str, Any], scope: list[tuple[str, tuple[str, ...]]]) -> np.ndarray:
    found = np.ones(len(data["at"]), dtype=bool)
    for dim, values in scope:
        wanted = {None if one == NONE else one for one in values}
        found &= np.fromiter((one in wanted for one in data[dim].tolist()), dtype=bool, count=len(found))
    return found


def grade(data: dict[str, Any], truth: Truth, scope: list[tuple[str, tuple[str, ...]]]) -> str:
    if not scope:
        return "wrong"
    if same(scope, truth):
        return "exact"
    real = mask(data, [(dim, (value,)) for dim, value in truth.slice])
    said = mask(data, scope)
    return "near" if (real & said).sum() >= NEAR * (real | said).sum() else "wrong"


@dataclass(frozen=True)
class Limits:
    """What a peer may use for one answer."""

    memory_mb: int
    seconds: float


def same(scope: list[tuple[str, tuple[str, ...]]], truth: Truth) -> bool:
    return sorted(scope) == sorted((dim, (value,)) for dim, value in truth.slice)


def examine(job: tuple[int, Spec, int, Limits | None]) -> Outcome:
    """One incident through every method; without limits no peer is asked."""
    number, spec, seed, limits = job
    data, truth = make(spec, seed)
    meant = columns(data).model_copy(update={"features": [], "score": ""})
    needed = {"id", "at", *meant.cuts(), *(one.column for one in meant.signals)}
    relation = from_arrays({name: array for name, array in data.items() if name in needed})
    began = time.perf_counter()
    found = triage_search.findings(relation, meant)
    seconds = time.perf_counter() - began
    relation.close()
    moved = MODES.get(spec.mode, ())
    grades, onset, off, told, alternatives = {"hotwash": "none"}, "", None, False, 0
    if found:
        best = next((one for one in found if one[0] in moved), found[0])[1]
        grades["hotwash"] = grade(data, truth, list(best.scope.dims)) if truth.slice else "wrong"
        alternatives = len(best.alternatives)
        told = bool(truth.slice) and any(same(list(one.scope.dims), truth) for one in best.alternatives)
        if truth.slice and grades["hotwash"] != "wrong":
            onset, off = judged(best.onset, truth)
    if truth.slice and limits:
        grades |= {
            name: f"no answer: {said}" if isinstance(said, str) else grade(data, truth, [(dim, (value,)) for dim, value in said])
            for name, said in baselines(data, truth, limits).items()
        }  # fmt: skip
    said = "; ".join(f"{name}: {one.scope} p={one.p:.1g}" for name, one in found[:3])
    size = truth.expected / max(1.0, truth.usual) ** 0.5
    others = sum(name not in moved for name, _ in found)
    return Outcome(
        number, spec.mode, spec.attributes, spec.shape, truth.share, size, grades, onset, off, others, len(found), seconds, said, told, alternatives,
    )  # fmt: skip


def judged(onset: Any, truth: Truth) -> tuple[str, float | None]:
    if onset is None or truth.onset_ms is None or truth.full_ms is None:
        return "none", None
    begin, full, slack = truth.onset_ms, truth.full_ms, 2 * MINUTE
    off = 0.0 if begin <= onset.at_ms <= full else min(onset.at_ms - begin, onset.at_ms - full, key=abs) / MINUTE
    if begin - slack <= onset.at_ms <= full + slack:
        return "within 2 min", off
    return ("in interval" if onset.low_ms <= full and onset.high_ms >= begin else "missed"), off


@cache
def peer_processes() -> dict[str, subprocess.Popen[str]]:
    """The processes that this worker asks; they end when their input does."""
    return {}


def told(peer: str, path: Path, limits: Limits) -> Segment | str:
    """What a peer names, or what it ran out of. One that ran out is started afresh: what it held on to is not the next one's trouble."""
    running = peer_processes()
    if peer not in running:
        script = str(ROOT / "benchmarks" / "peers_findings.py")
        running[peer] = subprocess.Popen(
            [str(PEERS_PYTHON), script, str(limits.memory_mb), str(limits.seconds)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
        )  # fmt: skip
    process = running[peer]
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps({"path": str(path), "peers": [peer]}) + "\n")
    process.stdin.flush()
    line = process.stdout.readline()
    said: Segment | str = json.loads(line)[peer] if line else "memory"
    if isinstance(said, str):
        process.kill()
        code = process.wait()
        if not line and code > 0:
            raise RuntimeError(f"{peer} broke with exit code {code}")
        del running[peer]
    return said


def baselines(data: dict[str, Any], truth: Truth, limits: Limits) -> dict[str, Segment | str]:
    """What pandas and pysubgroup name, for the signal and the window that they are told."""
    signal = next(one for one in columns(data).signals if one.name == MODES[truth.mode][0])
    at = data["at"].astype(np.int64)
    column = data[signal.column]
    asked = np.array([one is not None for one in column]) & (intensity(truth, at) > 0)
    laid: dict[str, Any] = {"failed": (column == signal.equals)[asked]}
    for dim in SIZES:
        values, codes = np.unique([NONE if one is None else one for one in data[dim][asked]], return_inverse=True)
        laid |= {f"d:{dim}": codes.astype(np.int32), f"v:{dim}": values}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "asked.npz")
        np.savez(path, **laid)
        return {peer: told(peer, path, limits) for peer in PEERS}


def run(
    jobs: list[tuple[int, Spec, int, Limits | None]], processes: int, what: str, minutes: float | None
) -> list[Outcome]:
    """Examine them all, or as many as begin within a time."""
    began, done = time.monotonic(), []
    with ProcessPoolExecutor(processes) as pool:
        waiting = [pool.submit(examine, job) for job in jobs]
        for one in as_completed(waiting):
            if one.cancelled():
                continue
            done.append(one.result())
            if minutes is not None and time.monotonic() - began > 60 * minutes:
                for other in waiting:
                    other.cancel()
            if len(done) % 10 == 0 or len(done) == len(jobs):
                print(
                    f"  {what}: {len(done)} of {len(jobs)}, {time.monotonic() - began:.0f} s",
                    file=sys.stderr,
                    flush=True,
                )
    return sorted(done, key=lambda one: one.number)


def share_of(outcomes: list[Outcome], method: str, *grades: str) -> float | None:
    graded = [one.grades[method] for one in outcomes if method in one.grades]
    return sum(one in grades for one in graded) / len(graded) if graded else None


def shown(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def curve(outcomes: list[Outcome]) -> list[tuple[str, float, list[Outcome]]]:
    """(label, middle, incidents) by size of effect."""
    found = []
    for low, high in pairwise(SIZES_OF_EFFECT):
        held = [one for one in outcomes if low <= one.size < high]
        if held:
            label = f"{low}–{high}" if high < 1000 else f"{low} and more"
            found.append((label, float(np.median([one.size for one in held])), held))
    return found


def table(title: str, rows: list[tuple[str, list[Outcome]]], methods: list[str]) -> None:
    print(
        f"\n{title}\n  {'':22}{'n':>5}"
        + "".join(f"{f'{one} exact':>19}{'or near':>9}" for one in methods)
        + f"{'onset':>8}{'or beside':>11}"
    )
    for label, held in rows:
        cells = "".join(
            f"{shown(share_of(held, one, 'exact')):>19}{shown(share_of(held, one, 'exact', 'near')):>9}"
            for one in methods
        )
        print(f"  {label:22}{len(held):5}{cells}{shown(onsets(held)):>8}{shown(beside(held)):>11}")


def beside(held: list[Outcome]) -> float | None:
    """Exact, or named beside the segment as what the traces do not tell from it."""
    return sum(one.grades["hotwash"] == "exact" or one.named_beside for one in held) / len(held) if held else None


def unanswered(one: Outcome, peer: str) -> bool:
    return one.grades.get(peer, "no answer").startswith("no answer")


def ahead(loud: list[Outcome], peer: str) -> bool:
    """Whether Hotwash names at least as many exactly as a peer, of those incidents for which the peer has an answer."""
    both = [one for one in loud if not unanswered(one, peer)]
    ours, theirs = (share_of(both, one, "exact") or 0.0 for one in ("hotwash", peer))
    print(
        f"Size {LOUD:.0f} and more, where {peer} answers ({len(both)} of {len(loud)}): hotwash {shown(ours)} exact, {peer} {shown(theirs)}"
    )
    return ours >= theirs


def onsets(held: list[Outcome]) -> float | None:
    told = [one.onset for one in held if one.onset]
    return sum(one in {"within 2 min", "in interval"} for one in told) / len(told) if told else None


def picture(rows: list[tuple[str, float, list[Outcome]]], methods: list[str]) -> str:
    """Share found exactly by size of effect, as SVG. Methods differ by dash as well as by colour."""
    left, top, wide, high = 60, 20, 460, 240
    first, last = np.log2(rows[0][1]), np.log2(rows[-1][1])

    def x(size: float) -> float:
        return left + wide * float((np.log2(size) - first) / max(1e-9, last - first))

    def y(share: float) -> float:
        return top + high * (1 - share)

    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 660 320" font-family="sans-serif" font-size="12">',
        "<title>Segments found exactly, by size of effect</title>",
        f'<path d="M{left} {top}V{top + high}H{left + wide}" fill="none" stroke="#555"/>',
    ]
    parts += [
        f'<text x="{left - 8}" y="{y(one) + 4:.0f}" text-anchor="end">{100 * one:.0f} %</text>' for one in (0, 0.5, 1)
    ]
    parts += [
        f'<text x="{x(size):.0f}" y="{top + high + 18}" text-anchor="middle">{size:.0f}</text>' for _, size, _ in rows
    ]
    parts.append(
        f'<text x="{left + wide / 2}" y="{top + high + 40}" text-anchor="middle">expected excess / noise</text>'
    )
    looks = (("#0b5fa5", ""), ("#b8500a", "6 4"), ("#4d7a00", "2 4"))
    for place, (method, (colour, dash)) in enumerate(zip(methods, looks, strict=False)):
        points = [
            (x(size), y(share)) for _, size, held in rows if (share := share_of(held, method, "exact")) is not None
        ]
        line = " ".join(f"{one:.1f},{two:.1f}" for one, two in points)
        parts.append(
            f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>'
        )
        parts.append(f'<text x="{left + wide + 14}" y="{top + 20 + 20 * place}" fill="{colour}">{method}</text>')
    return "\n".join([*parts, "</svg>\n"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--clean", type=int, default=100)
    parser.add_argument(
        "--fresh",
        action="store_true",
        help="incidents of one more kind: a new release that goes wrong in a part of traffic",
    )
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--minutes", type=float, help="begin no incident after so long; what is done is told, and how many that is"
    )
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--peer-memory", type=int, default=3000, help="address space of a peer, MB")
    parser.add_argument("--peer-seconds", type=float, default=120, help="processor time of a peer for one answer")
    parser.add_argument("--svg", type=Path)
    parser.add_argument("--json", type=Path, help="write every outcome here")
    arguments = parser.parse_args()
    peers = not arguments.no_peers
    limits = Limits(arguments.peer_memory, arguments.peer_seconds) if peers else None
    if peers:
        subprocess.run([sys.executable, str(ROOT / "tools" / "bootstrap.py"), "peers"], check=True)
    base = arguments.seed * 100_000
    planted = [
        (place, one, base + place, limits)
        for place, one in enumerate(specs(arguments.count, arguments.seed, fresh=arguments.fresh))
    ]
    nothing = specs(arguments.clean, arguments.seed + 1, clean=True)
    clean = run(
        [(place, one, base + 50_000 + place, None) for place, one in enumerate(nothing)], arguments.jobs, "clean", None
    )
    outcomes = run(planted, arguments.jobs, "incidents", arguments.minutes)
    print(f"{len(outcomes)} of {len(planted)} incidents, {len(clean)} clean sets")
    methods = ["hotwash", *(PEERS if peers else ())]
    rows = curve(outcomes)
    table("By size (expected excess / noise)", [(label, held) for label, _, held in rows], methods)
    table("By mode", [(mode, [one for one in outcomes if one.mode == mode]) for mode in MODES], methods)
    table("By attributes", [(str(n), [one for one in outcomes if one.attributes == n]) for n in (1, 2, 3)], methods)
    table("By shape", [(s, [one for one in outcomes if one.shape == s]) for s in ("step", "ramp", "ends")], methods)
    table("All", [("", outcomes)], methods)
    for peer in methods[1:]:
        lost = Counter(one.grades[peer] for one in outcomes if peer in one.grades and unanswered(one, peer))
        print(
            f"{peer}: {', '.join(f'{many} {said}' for said, many in sorted(lost.items())) or 'an answer for every incident'}"
        )
    others = sum(one.others > 0 for one in outcomes) / max(1, len(outcomes))
    false = sum(one.named > 0 for one in clean) / max(1, len(clean))
    print(f"\nA signal that did not move was named as well in {shown(others)} of incidents.")
    print(
        f"Clean data: something named in {sum(one.named > 0 for one in clean)} of {len(clean)} (goal at most {shown(GOAL_FALSE)})."
    )
    for one in clean:
        if one.named:
            print(f"  clean {one.number}: {one.said}")
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(one) for one in [*outcomes, *clean]], indent=1))
    if arguments.svg:
        arguments.svg.parent.mkdir(parents=True, exist_ok=True)
        arguments.svg.write_text(picture(rows, methods))
    loud = [one for one in outcomes if one.size >= LOUD]
    missed = [] if false <= GOAL_FALSE else ["false alarms"]
    missed += [f"{peer} finds more" for peer in methods[1:] if not ahead(loud, peer)]
    print("goals: " + ("met" if not missed else "missed: " + ", ".join(missed)))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
