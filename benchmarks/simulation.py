"""How fast is the simulated service, against what the machine could do at best and against one process per request?

    python benchmarks/simulation.py [--minutes 90] [--seed 7] [--simpy-minutes 30] [--json]

*Bare pass* reads every column of the tape once (a sum) and writes every column of outcomes once (an add), in NumPy: the
least that any play over these bytes could take. *SimPy* is the same service as a discrete-event simulation on the same
tape and levers (`service_in_simpy.py`). All in one run on one core, best of several. Exit code 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.service_in_simpy import simulate
from hotwash.kernel.clock import MINUTE
from hotwash.kit.load import load_system
from hotwash.kit.schema.system import Fault, World
from hotwash.ports.scope import Scope
from hotwash.ports.system import LeverCall
from hotwash.simulator.levers import LeverLog
from hotwash.simulator.outcomes import Outcomes
from hotwash.simulator.play import Play
from hotwash.simulator.system import SimulatedSystem
from hotwash.simulator.tape import Tape
from hotwash.simulator.telemetry import Cells, Telemetry
from tests.rooms.simulator.packs import HARM, LEVERS, Silent

GOAL_BARE, GOAL_SIMPY, GOAL_DRILL_S, GOAL_REPLAY_MS = 5.0, 100.0, 0.5, 40.0
ENDEX_MIN = 60
WORLD = World(
    faults=[
        Fault(id="leak", category="leaked_record", carried_by="index", rate=0.05, slice={"region": ["eu"]},
              onset_min=12, path="retrieval", note="rows of other tenants in the index"),
    ]
)  # fmt: skip
EU = Scope.of({"region": ["eu"]})


def plan(at_min: int) -> list[LeverCall]:
    """What a good team does: a bridge in the slice, the fix, a flush when it works, the bridge off."""
    at = at_min * MINUTE
    return [
        LeverCall("bridge", "safe_mode", at, EU),
        LeverCall("guard", "guardrail", at, EU, (("tier", "b"),)),
        LeverCall("fix", "rollback", at, arguments=(("component", "index"),)),
        LeverCall("flush", "cache_flush", at + 8 * MINUTE),
        LeverCall("undo", "restore", at + 9 * MINUTE, arguments=(("target", "bridge"),)),
    ]


@dataclass(frozen=True)
class Measured:
    """One line of the table: seconds, rows a second, and times the bare pass."""

    what: str
    seconds: float
    rows_per_s: int
    bare_passes: float


def best(run: Callable[[], Any], repeats: int = 9) -> float:
    """Seconds of the fastest of several runs."""
    found = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        found.append(time.perf_counter() - start)
    return min(found)


def bare_pass(tape: Tape) -> Callable[[], None]:
    """Read what play may read and write what it may write, and nothing else."""
    columns = list(tape.columns().values())
    written = list(vars(Outcomes(len(tape))).values())

    def run() -> None:
        for column in columns:
            column.sum()
        for column in written:
            np.add(column, 1, out=column)

    return run


def build(minutes: int, seed: int) -> SimulatedSystem:
    """The shipped copilot with a leak in it."""
    endex = min(ENDEX_MIN, minutes)
    return SimulatedSystem(
        load_system("support-copilot"), WORLD, LEVERS, HARM, (), endex, minutes - endex, seed, Silent()
    )


def measure(minutes: int, seed: int) -> tuple[list[Measured], SimulatedSystem]:
    """Everything but SimPy."""
    build(minutes, seed)
    one = build(minutes, seed)
    tape, effecter, cells = one.tape, one.what_if.effecter, Cells(one.tape)
    calls = plan(20)

    def ledger_only() -> None:
        Play(tape, effecter, LeverLog(one.catalogue, calls)).advance(tape.end_ms)

    def with_telemetry() -> None:
        log = LeverLog(one.catalogue, calls)
        Play(tape, effecter, log, telemetry=Telemetry(tape, cells)).advance(tape.end_ms)

    def live() -> None:
        one.reset(seed)
        for pulled in calls:
            one.pull(pulled)
        for at in range(0, tape.end_ms + 1, 5000):
            one.advance(at)
        one.frame()

    one.replay([])
    starts = iter(range(1, 100_000))
    rows = len(tape)
    bare = best(bare_pass(tape), 25)
    runs = [
        ("bare pass", bare), ("generate the tape", best(lambda: one.make_tape(with_faults=True))),
        ("play, ledger only", best(ledger_only, 25)), ("play with telemetry", best(with_telemetry)),
        ("replay of a new plan", best(lambda: one.replay(_renamed(calls, next(starts))))),
        ("drill in steps of 5 s, tape included", best(live, 3)),
    ]  # fmt: skip
    return [Measured(what, took, round(rows / took), round(took / bare, 2)) for what, took in runs], one


def _renamed(calls: list[LeverCall], number: int) -> list[LeverCall]:
    """The same plan with another id, so that no remembered outcome answers."""
    return [*calls, LeverCall(f"again{number}", "cache_flush", 40 * MINUTE)]


def against_simpy(minutes: int, seed: int) -> tuple[float, float, int]:
    """Seconds of play and of SimPy on the same tape and levers, and how many requests end differently."""
    one = build(minutes, seed)
    calls = plan(min(20, minutes // 2))
    log = LeverLog(one.catalogue, calls)
    effecter = one.what_if.effecter
    ours = best(lambda: Play(one.tape, effecter, log).advance(one.tape.end_ms), 15)
    start = time.perf_counter()
    reference = simulate(one.tape, log)
    theirs = time.perf_counter() - start
    out = Play(one.tape, effecter, log).advance(one.tape.end_ms).out
    differ = (out.status != reference.status) | (out.harm != reference.harm) | (out.leader != reference.leader)
    return ours, theirs, int(differ.sum())


def main() -> int:
    """Print the table; 1 when a goal is missed."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--minutes", type=int, default=90)
    options.add_argument("--seed", type=int, default=7)
    options.add_argument("--simpy-minutes", type=int, default=30)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    table, one = measure(given.minutes, given.seed)
    by_name = {line.what: line for line in table}
    ours, theirs, differ = against_simpy(given.simpy_minutes, given.seed)
    goals = {
        f"play within {GOAL_BARE:g} bare passes": by_name["play, ledger only"].bare_passes <= GOAL_BARE,
        f"play at least {GOAL_SIMPY:g} times SimPy": theirs / ours >= GOAL_SIMPY,
        "every request ends as in SimPy": differ == 0,
        f"a drill within {GOAL_DRILL_S:g} s": by_name["drill in steps of 5 s, tape included"].seconds <= GOAL_DRILL_S,
        f"a replay within {GOAL_REPLAY_MS:g} ms": by_name["replay of a new plan"].seconds * 1000 <= GOAL_REPLAY_MS,
    }
    report = {
        "rows": len(one.tape), "lines": [asdict(line) for line in table],
        "simpy": {"minutes": given.simpy_minutes, "play_s": ours, "simpy_s": theirs, "ratio": theirs / ours, "differ": differ},
        "goals": goals,
    }  # fmt: skip
    print(json.dumps(report, indent=2) if given.json else _text(report, table))
    return 0 if all(goals.values()) else 1


def _text(report: dict[str, Any], table: list[Measured]) -> str:
    lines = [f"{report['rows']} requests", f"{'':40}{'ms':>9}{'M rows/s':>10}{'bare passes':>13}"]
    lines += [
        f"{line.what:40}{line.seconds * 1000:9.2f}{line.rows_per_s / 1e6:10.2f}{line.bare_passes:13.2f}"
        for line in table
    ]
    simpy = report["simpy"]
    lines.append(
        f"SimPy, {simpy['minutes']} minutes: {simpy['simpy_s']:.2f} s against {simpy['play_s'] * 1000:.2f} ms, "
        f"{simpy['ratio']:.0f} times; {simpy['differ']} requests end differently"
    )
    return "\n".join([*lines, *(f"{'met   ' if met else 'MISSED'} {goal}" for goal, met in report["goals"].items())])


if __name__ == "__main__":
    sys.exit(main())
