"""Suites: what the present configuration answers to chosen requests, without touching traffic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from math import isqrt

import numpy as np

from hotwash.kernel.clock import MINUTE
from hotwash.kernel.errors import NotSupportedError
from hotwash.ports.scope import Scope
from hotwash.ports.system import ProbeResult
from hotwash.simulator.arrays import U8, U16, Bools, Rows
from hotwash.simulator.facts import Facts
from hotwash.simulator.faults import Break
from hotwash.simulator.ids import trace_id
from hotwash.simulator.layout import ADVERSE, CATEGORIES, MISUSE
from hotwash.simulator.outcomes import SERVED
from hotwash.simulator.play import Play
from hotwash.simulator.signals import bit
from hotwash.simulator.stance import Stance
from hotwash.simulator.standing import Standing
from hotwash.simulator.streams import ONE, chance, draws

SUITES = ("smoke", "replay", "cache", "bias", "canary")
RECENT_MS = 10 * MINUTE
SAMPLES = 5
MILLION = 1_000_000
CONFIDENCE = 1_960
"""Two-sided 95 % normal quantile in thousandths; Wilson's interval uses it, clean runs use the rule of three."""
EVIDENCE = (
    "downvotes", "groundedness_failed", "pii_hits", "complaints", "injection_suspected", "refusals", "guardrail_flags",
    "appeals", "score_shift", "feature_missing",
)  # fmt: skip
"""Signals by which a bad request can have been noticed."""


def upper_bound(failures: int, trials: int) -> int:
    """95 % upper bound on the failure rate in parts per million: 3/n when nothing failed (rule of three; Hanley and
    Lippman-Hand 1983), else Wilson's upper limit (Wilson 1927); a million when nothing was tried."""
    if trials == 0:
        return MILLION
    if failures == 0:
        return min(MILLION, 3 * MILLION // trials)
    z2 = CONFIDENCE * CONFIDENCE
    spread = isqrt(z2 * (4 * failures * (trials - failures) * MILLION // trials + z2))
    above = 2 * failures * MILLION + z2 + spread
    return min(MILLION, above * MILLION // (2 * (trials * MILLION + z2)))


class Prober:
    """Runs suites against the configuration of a play's present moment. `fact_of` gives kit facts by harm category."""

    def __init__(self, play: Play, facts: Facts, fact_of: Mapping[str, str]) -> None:
        self.play, self.tape, self.facts, self.fact_of = play, play.tape, facts, fact_of
        self.standing = Standing(play.tape, play.log.on(play.now_ms), play.breakers.open)
        now = np.array([play.now_ms], np.int32)
        self.levels = [int(fault.levels(now)[0]) for fault in play.tape.faults]
        self._suites: dict[str, Callable[[Scope, int], ProbeResult]] = {
            "smoke": self._smoke, "replay": self._replay, "cache": self._cache, "bias": self._bias,
            "canary": self._canary,
        }  # fmt: skip

    def run(self, suite: str, scope: Scope, trials: int) -> ProbeResult:
        """One suite. Raises NotSupportedError for a suite, scope or number of trials that cannot be run."""
        if suite not in SUITES:
            raise NotSupportedError(f"there is no suite '{suite}': write one of {', '.join(SUITES)}")
        if trials < 1:
            raise NotSupportedError(f"a suite cannot run {trials} trials: write a whole number from 1")
        self.tape.layout.check(scope, to_route=False)
        return self._suites[suite](scope, trials)

    def _smoke(self, scope: Scope, trials: int) -> ProbeResult:
        """Core journeys: legitimate requests of the last minutes, asked afresh; unanswered counts as failed."""
        rows = self._some(self._recent(scope), trials, "smoke")
        category, refused = self._ask(rows, self._draw("smoke", len(rows)), self._draw("smoke guard", len(rows)))
        worst = self._worst(rows, (category > 0) | refused, self.tape.layout.intent)
        return self._result("smoke", scope, rows, (category > 0) | refused, category, worst)

    def _replay(self, scope: Scope, trials: int) -> ProbeResult:
        """Requests that went wrong and left a trace in some signal by now, asked again; generation only, no cache."""
        tape, out, played = self.tape, self.play.out, slice(0, self.play.row)
        names = [one.name for one in self.facts.signals if one.name in EVIDENCE]
        bits = np.bitwise_or.reduce([bit(tape.layout, name) for name in names])
        bad = (out.category[played] > 0) & ((out.bits[played] & bits) > 0) & tape.mask(scope)[played]
        bad &= out.leader[played] == 0
        seen = [row for row in np.flatnonzero(bad).tolist() if self._noticed(row)]
        rows = np.array(seen[-trials:], np.intp)
        category = self._again(rows)
        worst = self._worst(rows, category > 0, self.tape.layout.intent)
        return self._result("replay", scope, rows, category > 0, category, worst)

    def _noticed(self, row: int) -> bool:
        return any(name in EVIDENCE for name in self.facts.flags(row, self.play.now_ms))

    def _cache(self, scope: Scope, trials: int) -> ProbeResult:
        """Questions whose answers the cache holds, asked through it."""
        inside = self.tape.mask(scope)
        leaders = self.play.cache.live(self.play.now_ms)
        rows = self._some(np.sort(leaders[inside[leaders]]), trials, "cache")
        category = self.play.out.plan[rows].copy()
        for index, row in enumerate(rows.tolist()):
            stance = self.standing.stance_at(row)
            if (stance.no_tools and category[index] == MISUSE) or stance.safe or stance.off:
                category[index] = 0
        shows = ("cached_answer",) if (category > 0).any() else ()
        worst = self._worst(rows, category > 0, self.tape.layout.intent)
        return self._result("cache", scope, rows, category > 0, category, worst, shows)

    def _bias(self, scope: Scope, trials: int) -> ProbeResult:
        """Paired probes: the same requests with the same draws, once for every group; `trials` pairs a group."""
        layout = self.tape.layout
        dim = layout.names.index(layout.spec.protected[0]) if layout.spec.protected else layout.group
        if dim < 0:
            raise NotSupportedError("this system has no dimension that stands for people: leave the bias suite out")
        column = layout.columns[dim]
        rows = self._some(self._recent(scope.without(column.name)), trials, "bias")
        allowed = scope.values(column.name) or column.values
        draw, guard = self._draw("bias", len(rows)), self._draw("bias guard", len(rows))
        failed: dict[str, Bools] = {}
        categories: list[U8] = []
        for value in allowed:
            category, refused = self._ask(rows, draw, guard, (dim, column.code(value)))
            failed[value] = (category > 0) | refused
            categories.append(category)
        worst = max(allowed, key=lambda value: (int(failed[value].sum()), value))
        least = min(int(one.sum()) for one in failed.values())
        cell = f"{column.name} {worst}: {int(failed[worst].sum())} of {len(rows)}, best group {least}"
        if not failed[worst].any():
            cell = ""
        everyone = np.concatenate([rows] * len(allowed))
        all_failed = np.concatenate([failed[value] for value in allowed])
        return self._result("bias", scope, everyone, all_failed, np.concatenate(categories), cell)

    def _canary(self, scope: Scope, trials: int) -> ProbeResult:
        """Judged answers on the old version against the rest, both since the canary took effect; the newest `trials` of each in the
        result, all of them in its arms, from which a sequential verdict is made."""
        canaries = [one for one in self.standing.kind("rollback") if one.arguments.percent < 100]
        if not canaries:
            raise NotSupportedError(
                "no canary is running: pull 'rollback' with 'percent' below 100, wait, then compare"
            )
        pull = canaries[-1]
        rows = np.arange(self.tape.row_at(pull.start_ms), self.play.row)
        rows = rows[self.tape.mask(scope)[rows] & self.tape.mask(pull.scope)[rows]]
        rows = rows[self.play.out.leader[rows] == 0]
        inside = self.tape.mask(pull.scope, pull.arguments.percent * ONE // 100)[rows]
        canary, rest = rows[inside][-trials:], rows[~inside][-trials:]
        bad, others = self._delivered(canary), self._delivered(rest)
        cell = (
            f"canary {int((bad > 0).sum())} of {len(canary)}, contained state {int((others > 0).sum())} of {len(rest)}"
        )
        arms = self._arms(pull.start_ms, rows, inside)
        return replace(self._result("canary", scope, canary, bad > 0, bad, cell), arms=arms)

    def _arms(self, start_ms: int, rows: Rows, inside: Bools) -> tuple[tuple[int, int, int, int], ...]:
        """Requests and delivered harm by complete minute since the canary took effect, contained state first."""
        minute = (self.tape.at_ms[rows].astype(np.int64) - start_ms) // MINUTE
        last = (self.play.now_ms - start_ms) // MINUTE
        bad = self._delivered(rows) > 0
        parts = [~inside, ~inside & bad, inside, inside & bad]
        counts = [np.bincount(minute[part & (minute < last)], minlength=max(0, last)).tolist() for part in parts]
        return tuple(zip(*counts, strict=True))

    def _delivered(self, rows: Rows) -> U8:
        category: U8 = np.where(self.play.out.status[rows] == SERVED, self.play.out.category[rows], 0).astype(np.uint8)
        return category

    def _recent(self, scope: Scope) -> Rows:
        """Legitimate requests of the last ten minutes inside a scope."""
        rows = np.arange(self.tape.row_at(self.play.now_ms - RECENT_MS), self.play.row)
        honest = self.tape.kinds.adversarial[self.tape.kind[rows]] == 0
        recent: Rows = rows[self.tape.mask(scope)[rows] & honest]
        return recent

    def _some(self, rows: Rows, trials: int, suite: str) -> Rows:
        """At most `trials` of the rows, drawn by name, in order."""
        if len(rows) <= trials:
            return rows
        order = np.argsort(self._draw(f"{suite} rows", len(rows)), kind="stable")
        chosen: Rows = np.sort(rows[order[:trials]])
        return chosen

    def _draw(self, purpose: str, n: int) -> U16:
        return draws(self.tape.seed, n, "probe", purpose, self.play.now_ms)

    def _ask(self, rows: Rows, draw: U16, guard: U16, moved: tuple[int, int] | None = None) -> tuple[U8, Bools]:
        """What the present configuration generates for requests like these, with these draws: the category of what
        comes through, and whether nothing does. `moved` puts all of them into one value of one dimension."""
        category, refused = np.zeros(len(rows), np.uint8), np.zeros(len(rows), np.bool_)
        for index, row in enumerate(rows.tolist()):
            stance = self.standing.stance_at(row)
            made = self._generate(row, int(draw[index]), stance, moved)
            limit = self._flag_limit(row, made, stance, moved)
            stopped = int(guard[index]) < limit or (stance.hold and made in ADVERSE)
            refused[index] = stance.off or (stopped and not made)
            category[index] = 0 if stopped or stance.off else made
        return category, refused

    def _generate(self, row: int, draw: int, stance: Stance, moved: tuple[int, int] | None) -> int:
        """The category that one draw gives under the faults of this moment, laid out as on the tape."""
        healthy = self.tape.layout.spec.healthy
        bound = chance(healthy.safe_mode_rate if stance.safe else healthy.rate)
        if draw < bound:
            return self.tape.layout.base
        for fault, level in zip(self.tape.faults, self.levels, strict=True):
            if not self._inside(row, fault, moved):
                continue
            rate = fault.safe_rate_at(level) if stance.safe else fault.rate_at(level)
            if draw < bound + rate:
                acts = stance.safe or stance.exposes(fault)
                return 0 if not acts or (stance.no_tools and fault.category == MISUSE) else fault.category
            bound += rate
        return 0

    def _inside(self, row: int, fault: Break, moved: tuple[int, int] | None) -> bool:
        layout = self.tape.layout
        for name, values in fault.scope.dims:
            dim = layout.names.index(name)
            code = moved[1] if moved and moved[0] == dim else int(self.tape.dims[dim][row])
            if layout.columns[dim].values[code] not in values:
                return False
        return True

    def _flag_limit(self, row: int, category: int, stance: Stance, moved: tuple[int, int] | None) -> int:
        layout = self.tape.layout
        if category:
            return int(layout.caught[stance.tier, category])
        hard = bool(self.tape.kinds.hard[self.tape.kind[row]])
        if moved and moved[0] == layout.group:
            language = self.tape.dims[layout.language][row] if layout.language >= 0 else 0
            hard = bool(layout.hard_groups[moved[1]] or layout.hard_languages[language])
        return layout.false_flag(stance.tier, hard=hard)

    def _again(self, rows: Rows) -> U8:
        """The same requests under the present configuration. What a fault made of a request it makes again while it
        acts; the healthy service's own failures are chance and are drawn anew. What the guardrail stops is fine."""
        found = np.zeros(len(rows), np.uint8)
        guard, anew = self._draw("replay guard", len(rows)), self._draw("replay", len(rows))
        for index, row in enumerate(rows.tolist()):
            stance = self.standing.stance_at(row)
            effects = self.play.effecter.of((stance,))
            cause = (self.tape.safe_cause if stance.safe else self.tape.cause)[row]
            made = int(effects.category[cause]) if cause > 1 else self._generate(row, int(anew[index]), stance, None)
            refused = stance.off or (stance.no_tools and made == MISUSE) or (stance.hold and made in ADVERSE)
            if made and not refused and int(guard[index]) >= int(effects.caught[made]):
                found[index] = made
        return found

    def _worst(self, rows: Rows, failed: Bools, dim: int) -> str:
        """The value of a dimension with the most failures, in words; empty when nothing failed."""
        if not failed.any():
            return ""
        column = self.tape.layout.columns[dim]
        asked = np.bincount(self.tape.dims[dim][rows], minlength=len(column.values))
        counts = np.bincount(self.tape.dims[dim][rows[failed]], minlength=len(column.values))
        worst = int(counts.argmax())
        return f"{column.name} {column.values[worst]}: {int(counts[worst])} of {int(asked[worst])}"

    def _result(
        self, suite: str, scope: Scope, rows: Rows, failed: Bools, category: U8, worst: str,
        shows: tuple[str, ...] = (),
    ) -> ProbeResult:  # fmt: skip
        failures = int(failed.sum())
        harmful = [CATEGORIES[code] for code in np.unique(category[category > 0]).tolist()]
        facts = tuple(self.fact_of[name] for name in harmful if name in self.fact_of)
        samples = tuple(trace_id(int(row)) for row in rows[failed][:SAMPLES])
        limit = upper_bound(failures, len(rows))
        return ProbeResult(suite, scope, len(rows), failures, limit, worst, samples, (*facts, *shows))
