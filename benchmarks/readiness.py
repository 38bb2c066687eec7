"""What few drills can show: our trend beside the line that people draw through all of them, on years in which nothing changed and years in which people learned.

A year is 12 drills of three scenarios whose times to contain differ by a factor of four, each time lognormal. Three kinds, from one seed:

- still, scenarios in any order;
- still, hard scenarios first, as a programme that eases up, or a new kit, makes it;
- learning: each drill takes 10, 15 or 20 % less than the one before it, scenarios in any order.

Ours is `hotwash.readiness.trend`; the peer is an ordinary least-squares line of all times over all days, called a trend at p <= 0.05. Printed are the shares of
years that are called better or worse, with 95 % Wilson intervals, and the coverage of the median's interval. It is a curve of power and not one number: 12 drills of three
scenarios see a fast learner and miss a slow one.

Run `python benchmarks/readiness.py [--years N] [--json]`. Exit code 1 when a goal is missed: false trends of ours at most 5 % in both kinds of still years, power no
less than the line's wherever people learn, median intervals that cover at least 95 % (each with its interval).
"""

import argparse
import json
import sys

import numpy as np
from scipy import stats

from hotwash.kernel.seeds import derive
from hotwash.readiness.intervals import median_of
from hotwash.readiness.trend import Point, trend_of
from hotwash.triage.stats import rate

SCENARIOS, EACH, SPREAD, LEVEL = (60.0, 30.0, 15.0), 4, 0.35, 0.05
KINDS = {"still": 0.0, "still, hard first": 0.0, "learning 10 %": 0.10, "learning 15 %": 0.15, "learning 20 %": 0.20}
"""Kind of year → share by which each drill is shorter than the one before."""


def year(kind: str, g: np.random.Generator) -> list[Point]:
    """Twelve drills, one a month."""
    order = np.repeat(np.arange(len(SCENARIOS)), EACH)
    if kind != "still, hard first":
        order = g.permutation(order)
    gain = 1 - KINDS[kind]
    return [
        Point(30 * at, str(scenario), float(SCENARIOS[scenario] * gain**at * g.lognormal(0, SPREAD)))
        for at, scenario in enumerate(order)
    ]


def line(points: list[Point]) -> bool:
    """The peer calls a trend."""
    return bool(stats.linregress([one.day for one in points], [one.value for one in points]).pvalue <= LEVEL)


def measure(years: int) -> dict:
    found: dict[str, dict[str, int]] = {}
    for kind in KINDS:
        g = np.random.default_rng(derive(1, "readiness benchmark", kind))
        drawn = [year(kind, g) for _ in range(years)]
        ours = [trend_of(one).direction for one in drawn]
        found[kind] = {"ours": sum(one in ("falling", "rising") for one in ours), "line": sum(map(line, drawn))}
    g = np.random.default_rng(derive(1, "readiness benchmark", "median"))
    inside = 0
    for one in g.lognormal(3, 0.8, (years, 9)).tolist():
        interval = median_of(one)
        inside += interval.low <= np.exp(3) <= interval.high
    return {"years": years, "called a trend": found, "median of 9 covered": inside}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--years", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = measure(asked.years)
    rates = {
        (kind, who): rate(count, asked.years)
        for kind, both in found["called a trend"].items()
        for who, count in both.items()
    }
    covered = rate(found["median of 9 covered"], asked.years)
    goals = {
        "false trends, still": rates["still", "ours"].low <= LEVEL,
        "false trends, hard first": rates["still, hard first", "ours"].low <= LEVEL,
        **{
            f"power, {kind}": rates[kind, "ours"].high >= rates[kind, "line"].share
            for kind, gain in KINDS.items()
            if gain
        },
        "median covered": covered.high >= 0.95,
    }
    if asked.json:
        print(json.dumps({**found, "goals": goals}, indent=1))
    else:
        for (kind, who), one in rates.items():
            print(f"{kind:20} {who:5} called a trend in {one.share:6.1%} of years ({one.low:.1%} to {one.high:.1%})")
        ratio = rates["still, hard first", "line"].share / max(
            rates["still, hard first", "ours"].share, 1 / asked.years
        )
        print(f"hard first, nothing changed: the line calls a trend {ratio:.0f} times as often as ours")
        print(f"median of 9: interval covers {covered.share:.1%} ({covered.low:.1%} to {covered.high:.1%})")
        for goal, reached in goals.items():
            print(f"{'reached' if reached else 'MISSED '}  {goal}")
    return 0 if all(goals.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
