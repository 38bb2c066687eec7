"""Reviewers' decisions as data: age, breached promise, override rate, agreement, the failure that comes again and again."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from hotwash.ports.review import Case, ReviewQueue
from hotwash.triage.agreement import Agreement, cohen, krippendorff
from hotwash.triage.stats import Rate, difference, rate, stand

LEAST_SEEN = 3
"""The same failure seen fewer times than this is no repetition."""
MOST_GROUPS = 4
OUT, STOPPED = "released", "stopped"


@dataclass(frozen=True)
class Repeat:
    """What stopped cases have in common: more of the cases that share it were stopped than of the others."""

    dims: Mapping[str, str]
    stopped: int
    here: Rate
    elsewhere: Rate
    p: float
    traces: tuple[str, ...]


@dataclass(frozen=True)
class ReviewReport:
    """`away` found no place in a queue. `late` were decided later than promised, or wait longer than that; `override` is the share of
    decided cases that did not go out as the service wrote them. `table` compares people at the table with the pool's reviewers, `pool` two
    readers of the pool; both count released against stopped. Ages in ms."""

    cases: int
    waiting: int
    decided: int
    away: int
    late: int
    median_ms: int
    slow_ms: int
    oldest_ms: int
    actions: Mapping[str, int]
    by_table: int
    override: Rate
    table: Agreement
    table_alpha: Agreement
    pool: Agreement
    pool_alpha: Agreement
    repeats: tuple[Repeat, ...]


def reviewed(queue: ReviewQueue, dims: Collection[str] | None = None) -> ReviewReport:
    """The figures of a queue. `dims` are those in which repetition is looked for; all of them otherwise."""
    promised = {one.call: one.level_ms for one in queue.desks}
    done = [one for one in queue.cases if one.decided_ms is not None]
    waiting = [one for one in queue.cases if one.decided_ms is None]
    ages = sorted(one.waited_ms(queue.now_ms) for one in done)
    table, pool = (_pairs(done, by) for by in ("table", "pool"))
    return ReviewReport(
        cases=len(queue.cases),
        waiting=len(waiting),
        decided=len(done),
        away=sum(queue.away),
        late=sum(one.waited_ms(queue.now_ms) > promised[one.call] for one in queue.cases),
        median_ms=_at(ages, 50),
        slow_ms=_at(ages, 90),
        oldest_ms=max((one.waited_ms(queue.now_ms) for one in waiting), default=0),
        actions=dict(Counter(str(one.action) for one in done)),
        by_table=sum(one.by == "table" for one in done),
        override=rate(sum(one.action != "approve" for one in done), len(done)),
        table=cohen(table), table_alpha=krippendorff(table), pool=cohen(pool), pool_alpha=krippendorff(pool),
        repeats=repeats(done, dims),
    )  # fmt: skip


def agreed(kappa: Agreement, alpha: Agreement) -> str:
    """Agreement of two readers in words."""
    cases = f"{kappa.units} case{'' if kappa.units == 1 else 's'}"
    if not kappa.units:
        return "nothing was read twice yet"
    if math.isnan(kappa.value):
        return f"no coefficient: on {cases} everybody said the same"
    return (
        f"Cohen's kappa {kappa.value:.2f} ({kappa.low:.2f} to {kappa.high:.2f}), Krippendorff's alpha {alpha.value:.2f} "
        f"({alpha.low:.2f} to {alpha.high:.2f}) on {cases}"
    )


def _pairs(done: Iterable[Case], by: str) -> list[tuple[str, str]]:
    return [(_end(one.action), _end(one.second)) for one in done if one.by == by and one.second is not None]


def _end(action: str | None) -> str:
    return OUT if action == "approve" else STOPPED


def _at(ages: Sequence[int], percent: int) -> int:
    return ages[min(len(ages) - 1, len(ages) * percent // 100)] if ages else 0


def repeats(done: Sequence[Case], dims: Collection[str] | None = None) -> tuple[Repeat, ...]:
    """Groups of one or two attributes in which cases are stopped more often than elsewhere, the surest first; those of a group that is
    listed already are left out of what follows. Fisher's exact test, with the false discovery rate held over all groups (`stats.stand`)."""
    stopped = [one for one in done if one.action != "approve"]
    found: list[Repeat] = []
    left = list(stopped)
    while len(found) < MOST_GROUPS and len(left) >= LEAST_SEEN:
        best = _surest(left, [one for one in done if one.action == "approve" or one in left], dims)
        if best is None:
            break
        found.append(best)
        left = [one for one in left if one.trace not in set(best.traces)]
    return tuple(found)


def _surest(stopped: Sequence[Case], done: Sequence[Case], dims: Collection[str] | None) -> Repeat | None:
    counts, all_of = _groups(stopped, dims), _groups(done, dims)
    tried: list[tuple[float, int, tuple[tuple[str, str], ...], Rate, Rate]] = []
    for group, count in counts.items():
        if count < LEAST_SEEN or all_of[group] == len(done):
            continue
        here = rate(count, all_of[group])
        elsewhere = rate(len(stopped) - count, len(done) - all_of[group])
        if here.share > elsewhere.share:
            tried.append((difference(here, elsewhere).p, len(group), group, here, elsewhere))
    if not tried or not any(stand([one[0] for one in tried])):
        return None
    p, _, group, here, elsewhere = min(tried, key=lambda one: one[:3])
    traces = tuple(one.trace for one in stopped if all(one.dims.get(dim) == value for dim, value in group))
    return Repeat(dict(group), len(traces), here, elsewhere, p, traces)


def _groups(cases: Iterable[Case], dims: Collection[str] | None) -> Counter[tuple[tuple[str, str], ...]]:
    counts: Counter[tuple[tuple[str, str], ...]] = Counter()
    for one in cases:
        items = sorted((dim, value) for dim, value in one.dims.items() if dims is None or dim in dims)
        counts.update((item,) for item in items)
        counts.update(combinations(items, 2))
    return counts
