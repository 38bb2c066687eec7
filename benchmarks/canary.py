"""What peeking does to a canary: our verdict, looked at after every batch, beside the z-test that people run the same way.

Canaries are drawn from one seed: half as harmless as the contained state (0.1 % of answers harmful), half three times as harmful. Both methods see the same
batches, up to the number of requests that `hotwash canary plan` promises. Three shares are printed, with their 95 % Wilson intervals:

- false alarms: harmless canaries that are stopped (nominal level 5 %);
- wrong clearances: harmful canaries that are cleared (the same level; the z-test clears when the difference is not significant at the end);
- power: harmful canaries that are stopped, harmless ones that are cleared.

The z-test is the pooled two-proportion test, one-sided at 5 %: once at the end, as it is meant, and after every look, as it is used.

Run `python benchmarks/canary.py [--canaries N] [--looks N] [--json]`. Exit code 1 when a goal is missed: false alarms and wrong clearances at most at
their nominal level (its interval's lower end not above it) and power at least 0.8 (upper end not below it).
"""

import argparse
import json
import sys

import numpy as np
from scipy import stats

from hotwash.kernel.seeds import derive
from hotwash.triage.canary import promise, watch
from hotwash.triage.stats import rate as measured

CONTAINED, WORSE, SHARE, LEVEL, POWER = 0.001, 0.003, 0.05, 0.05, 0.8


def drawn(rate: float, canaries: int, looks: int, requests: int, purpose: str) -> tuple[np.ndarray, ...]:
    """New events and requests at each look: contained and canary, each of shape (canaries, looks)."""
    g = np.random.default_rng(derive(1, purpose))
    each = requests // looks
    inside = g.binomial(each, SHARE, (canaries, looks))
    outside = each - inside
    return g.binomial(outside, CONTAINED), outside, g.binomial(inside, rate), inside


def z(found: np.ndarray, asked: np.ndarray, found_canary: np.ndarray, asked_canary: np.ndarray) -> np.ndarray:
    """Statistic of the pooled test after each look, from totals."""
    x, m, y, n = (np.cumsum(one, axis=1) for one in (found, asked, found_canary, asked_canary))
    pooled = (x + y) / (m + n)
    error = np.sqrt(pooled * (1 - pooled) * (1 / m + 1 / n))
    return np.divide(y / n - x / m, error, out=np.zeros_like(error), where=error > 0)


def measure(canaries: int, looks: int) -> dict:
    promised = promise(CONTAINED, WORSE, SHARE, LEVEL, POWER)
    critical = stats.norm.ppf(1 - LEVEL)
    counts: dict[str, int] = {}
    for name, rate in (("harmless", CONTAINED), ("harmful", WORSE)):
        rows = drawn(rate, canaries, looks, promised.requests, name)
        verdicts = [watch(promised, *(one[index] for one in rows))[-1].verdict for index in range(canaries)]
        over = z(*rows) > critical
        counts |= {
            f"{name}: ours stops": verdicts.count("stop"), f"{name}: ours clears": verdicts.count("clear"),
            f"{name}: z-test at the end stops": int(over[:, -1].sum()), f"{name}: z-test at every look stops": int(over.any(axis=1).sum()),
        }  # fmt: skip
    return {"canaries": canaries, "looks": looks, "requests": promised.requests, "counts": counts}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--canaries", type=int, default=2000, help="of each kind (2000)")
    parser.add_argument("--looks", type=int, default=200, help="at each canary (200)")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    found = measure(chosen.canaries, chosen.looks)
    n, counts = found["canaries"], found["counts"]
    limits = {name: measured(count, n) for name, count in counts.items()}
    goals = {
        "false alarms at most 5 %": limits["harmless: ours stops"].low <= LEVEL,
        "wrong clearances at most 5 %": limits["harmful: ours clears"].low <= LEVEL,
        "harmful canaries stopped, at least 80 %": limits["harmful: ours stops"].high >= POWER,
        "harmless canaries cleared, at least 80 %": limits["harmless: ours clears"].high >= POWER,
    }
    ratio = counts["harmless: z-test at every look stops"] / max(1, counts["harmless: ours stops"])
    if chosen.json:
        print(json.dumps(found | {"goals": goals, "false alarms, z-test at every look / ours": ratio}, indent=2))
    else:
        print(f"{n} canaries of each kind, {found['looks']} looks, {found['requests']:,} requests promised")
        for name, count in counts.items():
            low, high = limits[name].low, limits[name].high
            print(f"  {name:<42}{100 * count / n:6.1f} %  [{100 * low:.1f} to {100 * high:.1f}]")
        print(f"false alarms, z-test at every look / ours: {ratio:.1f}")
        for goal, reached in goals.items():
            print(f"{'reached' if reached else 'MISSED '}  {goal}")
    return 0 if all(goals.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
