"""Does the score tell good crisis work from bad? Seven stand-ins, every scenario, many seeds.

EXPECTED is the order that an experienced incident commander would give, written down before any score was seen, with
reasons. A level may be shared: nobody should be asked to rank what is equally bad.

    python benchmarks/discrimination.py [--seeds 100] [--jobs 2] [--json]

Prints rank correlation (Kendall tau-b against the order, by scenario and over all), how often neighbours in the order
come out swapped, and in how many seeds the expert comes first. Exit code 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import combinations

from hotwash import bootstrap

PROFILES = (
    "expert", "slow", "over-container", "tunnel-vision", "rollback-without-cache-flush", "under-communicator", "does-nothing",
)  # fmt: skip
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
ORDER = {
    "cross-tenant-leak": INCIDENT,
    "bias-after-refresh": {**INCIDENT, "rollback-without-cache-flush": 1},  # decisions are not cached here
    "order-number-alarm": FALSE_ALARM,
}


def totals(job: tuple[str, int]) -> tuple[str, int, dict[str, float], dict[str, float]]:
    """Totals and containment scores of every profile on one scenario and seed; the counterfactuals are played once."""
    scenario, seed = job
    found = bootstrap.content(scenario)
    par = bootstrap.lay_out(found, seed).par()
    total, contained = {}, {}
    for profile in PROFILES:
        card = bootstrap.run(bootstrap.lay_out(found, seed), profile, par=par).closing.card
        total[profile], contained[profile] = card.total, card.containment.score
    return scenario, seed, total, contained


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


def overlap(order: dict[str, int], seeds: list[dict[str, float]]) -> float:
    """Share of (seed, pair of profiles on different levels) that come out in the wrong order or equal."""
    pairs = [(a, b) if order[a] < order[b] else (b, a) for a, b in combinations(order, 2) if order[a] != order[b]]
    wrong = sum(one[better] <= one[worse] for one in seeds for better, worse in pairs)
    return wrong / (len(pairs) * len(seeds))


def main() -> int:
    """Run, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--first-seed", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    jobs = [(name, given.first_seed + i) for name in ORDER for i in range(given.seeds)]
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in ORDER}
    with ProcessPoolExecutor(given.jobs) as pool:
        for done, (name, _, total, _) in enumerate(pool.map(totals, jobs), start=1):
            runs[name].append(total)
            sys.stderr.write(f"\r{done}/{len(jobs)} ")
    sys.stderr.write("\n")
    result = judge(runs)
    print(json.dumps(result, indent=1) if given.json else table(result, runs))
    return 0 if result["reached"] else 1


def judge(runs: dict[str, list[dict[str, float]]]) -> dict[str, object]:
    """The figures and whether the goals are reached."""
    tau = {name: statistics.mean(tau_b(ORDER[name], one) for one in seeds) for name, seeds in runs.items()}
    first = {name: statistics.mean(_expert_first(ORDER[name], one) for one in seeds) for name, seeds in runs.items()}
    mean, worst = statistics.mean(tau.values()), min(tau.values())
    everywhere = statistics.mean(first.values())
    return {
        "tau": tau,
        "mean": mean,
        "worst": worst,
        "overlap": {name: overlap(ORDER[name], seeds) for name, seeds in runs.items()},
        "expert_first": first,
        "expert_first_mean": everywhere,
        "goals": {"mean": GOAL_MEAN, "worst": GOAL_WORST, "expert_first": GOAL_EXPERT},
        "reached": mean >= GOAL_MEAN and worst >= GOAL_WORST and everywhere >= GOAL_EXPERT,
    }


def _expert_first(order: dict[str, int], scores: dict[str, float]) -> bool:
    """Nobody on a lower level reaches the expert; those on the same level may."""
    return all(scores["expert"] > scores[name] for name, level in order.items() if level > order["expert"])


def table(result: dict[str, object], runs: dict[str, list[dict[str, float]]]) -> str:
    """Means and spread by profile, then the figures."""
    lines = [f"{'mean total (sd)':<32}" + "".join(f"{name:>22}" for name in runs)]
    for profile in PROFILES:
        cells = [[one[profile] for one in seeds] for seeds in runs.values()]
        spread = [f"{statistics.mean(one):.1f} ({statistics.pstdev(one):.1f})" for one in cells]
        lines.append(f"{profile:<32}" + "".join(f"{cell:>22}" for cell in spread))
    for figure in ("tau", "overlap", "expert_first"):
        values: dict[str, float] = result[figure]  # type: ignore[assignment]
        lines.append(f"{figure:<32}" + "".join(f"{values[name]:>22.3f}" for name in runs))
    lines.append(f"mean {result['mean']:.3f} (goal {GOAL_MEAN}), worst {result['worst']:.3f} (goal {GOAL_WORST}), ")
    lines.append(
        f"expert first {result['expert_first_mean']:.3f} (goal {GOAL_EXPERT}): {'reached' if result['reached'] else 'MISSED'}"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
