"""How many drills an hour does a rehearsal play, and how far is that from what the service alone would take?

    python benchmarks/rehearse.py [--seeds 1] [--scenarios ID ...] [--json]

Every simulated scenario is played by four teams of stand-ins in every seat and scored, exactly as `hotwash rehearse` does it:
one table and one par for all teams of a seed. The limit beside it is the bare service: the same tape with the levers that the
team pulled, played once from start to end with all dashboards counted, and nobody there. Both in the same process, in turns, in
seconds of one core (so that other work on the machine counts little). Goal: 10,000 drills an hour on two cores, which is 0.72
seconds of one core a drill. Exit code 1 when it is missed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from statistics import fmean
from typing import Any

from hotwash import bootstrap
from hotwash.bootstrap.rehearsals import play_bout
from hotwash.conductor.session import lever_log
from hotwash.kernel.event import canonical
from hotwash.kit.schema.rehearsal import RehearsalPlan, Team

GOAL_AN_HOUR, CORES = 10_000, 2
TEAMS = ("expert", "slow", "tunnel-vision", "mixed")


def core_seconds(run: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of one core that a call took, and what it returned."""
    begun = time.process_time()
    result = run()
    return time.process_time() - begun, result


def bare(table: bootstrap.Table, events: list[Any]) -> float:
    """Seconds of the service alone under the levers of a log, the best of three."""

    def play() -> None:
        table.system.reset(table.planned.seed)
        for call in lever_log(events):
            table.system.advance(call.at_ms)
            table.system.pull(call)
        table.system.advance(table.what_if.end_ms)
        table.system.frame()

    return min(core_seconds(play)[0] for _ in range(3))


def measured(order: Any) -> dict[str, float]:
    """One bout: seconds a drill, whole and of its parts, and the bare service on the same tapes."""
    found = bootstrap.content(order.bout.scenario)
    table = bootstrap.lay_out(found, order.bout.seed)
    par = table.par()
    played, alone = [], []
    for team in order.teams:
        table.system.reset(order.bout.seed)
        seconds, drill = core_seconds(lambda team=team: bootstrap.run(table, team.players, par=par))
        played.append(seconds)
        alone.append(bare(table, drill.events))
    whole, _ = core_seconds(lambda: play_bout(order))
    return {"drill_s": whole / len(order.teams), "play_and_score_s": fmean(played), "bare_s": fmean(alone)}


def main() -> int:
    """Measure, print, and say by the exit code whether the goal was met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    simulated = [one.id for one in bootstrap.scenarios() if one.system != "recorded-agent"]
    parser.add_argument("--scenarios", nargs="+", default=simulated)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    teams = [Team(id=one, players=one) for one in TEAMS]
    plan = RehearsalPlan(scenarios=asked.scenarios, seeds=asked.seeds, teams=teams)
    orders = bootstrap.Rehearsal(plan).orders
    play_bout(orders[0])  # what is loaded and compiled once is no part of a drill
    rows = {one.bout.key: measured(one) for one in orders}
    mean = {name: fmean(one[name] for one in rows.values()) for name in next(iter(rows.values()))}
    hourly = CORES * 3600 / mean["drill_s"]
    report = {"bouts": rows, "mean": mean, "drills_an_hour": hourly, "of_bare": mean["drill_s"] / mean["bare_s"],
              "goal_an_hour": GOAL_AN_HOUR, "met": hourly >= GOAL_AN_HOUR}  # fmt: skip
    print(canonical(report).decode() if asked.json else text(report))
    return 0 if report["met"] else 1


def text(report: dict[str, Any]) -> str:
    """The figures for people."""
    lines = [
        f"{key}: {one['drill_s']:.2f} s of one core a drill (play and score {one['play_and_score_s']:.2f}), the bare service "
        f"{one['bare_s']:.3f} s: {one['drill_s'] / one['bare_s']:.0f} times"
        for key, one in report["bouts"].items()
    ]
    verdict = "met" if report["met"] else "MISSED"
    lines.append(
        f"{report['drills_an_hour']:,.0f} drills an hour on {CORES} cores, {report['of_bare']:.0f} times the bare service; goal "
        f"{report['goal_an_hour']:,}: {verdict}"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
