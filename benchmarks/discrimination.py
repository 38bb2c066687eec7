"""Does the score tell good crisis work from bad? Seven stand-ins, every simulated scenario, many seeds.

EXPECTED is the order that an experienced incident commander would give, written down with reasons before any score was
seen. A level may be shared: nobody should be asked to rank what is equally bad.

    python benchmarks/discrimination.py [--seeds 100] [--jobs 2] [--first-seed 2000] [--json]

Prints, by scenario and over all, the mean rank correlation of a seed's totals with the order (Kendall's tau-b, the goal,
and Spearman's rho beside it), the overlap (pairs of different levels that come out swapped or equal), the pairs that do
so most often, and in how many seeds the expert comes first. Ties in the order cost tau-b a little even when every pair
is right: the best that can be reached stands beside it. Difficulty as measured (what sound teams leave undone) stands beside
the one that the scenario states. Exit code 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from itertools import combinations

from hotwash import bootstrap
from hotwash.kit.load import load_scenario

PROFILES = (
    "expert", "slow", "over-container", "tunnel-vision", "rollback-without-cache-flush", "under-communicator", "does-nothing",
)  # fmt: skip
SOUND = ("expert", "slow", "rollback-without-cache-flush", "under-communicator")
Runs = dict[str, list[dict[str, float]]]
"""Scenario → the totals of each seed, by profile."""
GOAL_MEAN, GOAL_WORST, GOAL_EXPERT = 0.90, 0.75, 0.95

INCIDENT = {
    "expert": 1,  # validates, narrows, preserves, fixes, flushes, proves, tells everybody in time
    "rollback-without-cache-flush": 2,  # all of that but one blind spot; where nothing is cached it is an expert
    "under-communicator": 3,  # contains well; leaves privacy, executives and support in the dark, which costs trust and clocks
    "slow": 3,  # does the right things late: harm goes on meanwhile, but people are told and evidence is kept
    "over-container": 5,  # stops the harm by stopping the service, blind to scope and cause, no way back
    "tunnel-vision": 6,  # busy, wrong, and ignores what refutes it: harm runs on and evidence is rolled over
    "does-nothing": 7,  # nobody was helped and nobody was told
}
FALSE_ALARM = {
    "expert": 1,  # reads the samples, says so, mends the detector
    "rollback-without-cache-flush": 1,  # there is nothing to roll back: the same team
    "slow": 2,  # the same, later
    "under-communicator": 3,  # right call, but the executive who asked never hears why
    "does-nothing": 5,  # harmless this time; nobody knows, and the detector will cry again
    "tunnel-vision": 5,  # convinced of a cause that is not there; rolls healthy things back
    "over-container": 7,  # switched a healthy service off for everybody
}
EXPECTED = {
    "cross-tenant-leak": INCIDENT,
    "bias-after-refresh": {**INCIDENT, "rollback-without-cache-flush": 1},  # decisions are not cached here
    "invented-policy": INCIDENT,
    "refused-after-upgrade": INCIDENT,
    "worse-since-monday": {**INCIDENT, "rollback-without-cache-flush": 1},  # decisions are not cached here
    "helpful-hands": {**INCIDENT, "rollback-without-cache-flush": 1},  # nothing of it is cached
    "refund-ring": {**INCIDENT, "rollback-without-cache-flush": 1},  # nothing of it is cached
    "hidden-instructions": {**INCIDENT, "rollback-without-cache-flush": 1},  # nothing of it is cached
    "order-number-alarm": FALSE_ALARM,
}


def totals(job: tuple[str, int]) -> tuple[str, int, dict[str, float]]:
    """The total of every profile on one scenario and seed; the counterfactuals are played once for all of them."""
    scenario, seed = job
    found = bootstrap.content(scenario)
    par = bootstrap.lay_out(found, seed).par()
    played = {one: bootstrap.run(bootstrap.lay_out(found, seed), one, par=par) for one in PROFILES}
    return scenario, seed, {profile: one.closing.card.total for profile, one in played.items()}


def tau_b(order: dict[str, int], scores: dict[str, float]) -> float:
    """Kendall's tau-b between a level order (1 is best) and scores (more is better); ties are allowed on both sides."""
    agree = differ = tied_order = tied_score = 0
    for a, b in combinations(order, 2):
        wanted, found = order[b] - order[a], scores[a] - scores[b]
        if wanted == 0 or found == 0:
            tied_order += wanted == 0
            tied_score += found == 0
        elif (wanted > 0) == (found > 0):
            agree += 1
        else:
            differ += 1
    pairs = len(order) * (len(order) - 1) // 2
    below = ((pairs - tied_order) * (pairs - tied_score)) ** 0.5
    return (agree - differ) / below if below else 0.0


def ranks(values: list[float]) -> list[float]:
    """Ranks from 1, the smallest first; ties share their mean rank."""
    ordered = sorted(values)
    return [ordered.index(one) + (ordered.count(one) + 1) / 2 for one in values]


def rho(order: dict[str, int], scores: dict[str, float]) -> float:
    """Spearman's rank correlation of a level order (1 is best) with scores (more is better)."""
    return statistics.correlation(
        ranks([-float(level) for level in order.values()]), ranks([scores[one] for one in order])
    )


def overlap(order: dict[str, int], seeds: list[dict[str, float]]) -> dict[str, float]:
    """By pair of profiles on different levels, the better one first: the share of seeds in which it comes out wrong."""
    pairs = [(a, b) if order[a] < order[b] else (b, a) for a, b in combinations(order, 2) if order[a] != order[b]]
    return {f"{a} > {b}": statistics.mean(one[a] <= one[b] for one in seeds) for a, b in pairs}


def main() -> int:
    """Run, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--first-seed", type=int, default=2000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    jobs = [(name, given.first_seed + i) for name in EXPECTED for i in range(given.seeds)]
    runs: Runs = {name: [] for name in EXPECTED}
    begun = time.perf_counter()
    with ProcessPoolExecutor(given.jobs) as pool:
        for done, (name, _, total) in enumerate(pool.map(totals, jobs), start=1):
            runs[name].append(total)
            sys.stderr.write(f"\r{done * len(PROFILES)} of {len(jobs) * len(PROFILES)} drills, ")
            sys.stderr.write(f"{time.perf_counter() - begun:.0f} s ")
    sys.stderr.write("\n")
    by_scenario = {name: figures(EXPECTED[name], seeds) for name, seeds in runs.items()}
    verdict = judge(by_scenario)
    as_json = {"scenarios": {name: asdict(one) for name, one in by_scenario.items()}, **verdict}
    print(json.dumps(as_json, indent=1) if given.json else table(by_scenario, verdict, runs))
    return 0 if verdict["reached"] else 1


@dataclass(frozen=True)
class Figures:
    """What one scenario came to: means over its seeds. `reachable` is tau-b when no pair is wrong and no two scores are equal."""

    tau: float
    reachable: float
    spearman: float
    overlap: float
    expert_first: float
    swapped: dict[str, float]


def figures(order: dict[str, int], seeds: list[dict[str, float]]) -> Figures:
    """The figures of one scenario."""
    swapped = overlap(order, seeds)
    often = sorted(((pair, share) for pair, share in swapped.items() if share), key=lambda one: -one[1])
    return Figures(
        tau=statistics.mean(tau_b(order, one) for one in seeds),
        reachable=tau_b(order, {name: -level - index / 100 for index, (name, level) in enumerate(order.items())}),
        spearman=statistics.mean(rho(order, one) for one in seeds),
        overlap=statistics.mean(swapped.values()),
        expert_first=statistics.mean(_expert_first(order, one) for one in seeds),
        swapped=dict(often[:3]),
    )


def judge(by_scenario: dict[str, Figures]) -> dict[str, float | bool]:
    """The means over all scenarios, the worst of them, and whether the goals are reached."""
    mean = statistics.mean(one.tau for one in by_scenario.values())
    worst = min(one.tau for one in by_scenario.values())
    first = statistics.mean(one.expert_first for one in by_scenario.values())
    return {
        "mean": mean,
        "worst": worst,
        "expert_first": first,
        "reached": mean >= GOAL_MEAN and worst >= GOAL_WORST and first >= GOAL_EXPERT,
    }


def difficulty(seeds: list[dict[str, float]]) -> float:
    """What sound teams leave undone: 100 less the mean total of those who know their trade, each with a habit of its own."""
    return 100 - statistics.mean(one[profile] for one in seeds for profile in SOUND)


def _expert_first(order: dict[str, int], scores: dict[str, float]) -> bool:
    """Nobody on a lower level reaches the expert; those on the same level may."""
    return all(scores["expert"] > scores[name] for name, level in order.items() if level > order["expert"])


def table(by_scenario: dict[str, Figures], verdict: dict[str, float | bool], runs: Runs) -> str:
    """Means and spread by profile, then the figures."""
    lines = [f"{'mean total (standard deviation)':<32}" + "".join(f"{name:>22}" for name in runs)]
    for profile in PROFILES:
        cells = [[one[profile] for one in seeds] for seeds in runs.values()]
        spread = [f"{statistics.mean(one):.1f} ({statistics.pstdev(one):.1f})" for one in cells]
        lines.append(f"{profile:<32}" + "".join(f"{cell:>22}" for cell in spread))
    for figure in ("tau", "reachable", "spearman", "overlap", "expert_first"):
        lines.append(f"{figure:<32}" + "".join(f"{getattr(one, figure):>22.3f}" for one in by_scenario.values()))
    hard = [difficulty(seeds) for seeds in runs.values()]
    stated = [load_scenario(name)[0].difficulty for name in runs]
    lines.append(f"{'difficulty measured, 0 to 100':<32}" + "".join(f"{one:>22.1f}" for one in hard))
    lines.append(f"{'difficulty stated, 1 to 5':<32}" + "".join(f"{one:>22}" for one in stated))
    for name, one in by_scenario.items():
        said = ", ".join(f"{pair} in {100 * share:.0f} %" for pair, share in one.swapped.items())
        lines.append(f"wrong way round in {name}: {said or 'none'}")
    lines.append(
        f"mean tau {verdict['mean']:.3f} (goal {GOAL_MEAN}), worst {verdict['worst']:.3f} (goal {GOAL_WORST}), expert "
        f"first {verdict['expert_first']:.3f} (goal {GOAL_EXPERT}): {'reached' if verdict['reached'] else 'MISSED'}"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
