"""The best plan that a team could have carried out: the reference of the containment score.

No plan may start before the first observable signal plus a reaction time, so nobody is compared with clairvoyance.
The search is a staged beam over templates that responders use (a fix, a bridge until the fix works, cache flushes,
when the bridge ends), each played exactly on the drill's own tape. `floor` is a loss that no plan at all can beat:
nothing goes wrong any more once the fastest lever could have worked. Best and floor together bound the search's error.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from hotwash.kernel.clock import MINUTE, SECOND
from hotwash.kit.secret import AnswerKey
from hotwash.ports.outcome import Counterfactuals, Outcome
from hotwash.ports.scope import EVERYTHING, Scope
from hotwash.ports.system import LeverCall, SystemDescription

REACTION_MIN = 3
"""Minutes between the first observable signal and the first lever that the reference may pull: one to notice, two to
look at a handful of traces. The fastest documented first moves in incident practice are of this order."""
BEAM = 3

Step = tuple[str, Scope, tuple[tuple[str, int | str], ...]]


@dataclass(frozen=True)
class BestPlan:
    """The best plan found, its exact outcome, the floor in mhp, and how many plans were played."""

    plan: tuple[LeverCall, ...]
    outcome: Outcome
    floor: int
    played: int
    starts_min: int | None


@dataclass(frozen=True)
class Template:
    """A plan before it has times: fix, bridge, where the cache is flushed, whether the bridge stays on."""

    fix: Step | None
    bridge: Step | None
    flush_at_start: bool
    flush_at_fix: bool
    bridge_stays: bool


class Search:
    """One search on one tape."""

    def __init__(self, system: SystemDescription, key: AnswerKey, what_if: Counterfactuals, start_min: int) -> None:
        self.system, self.key, self.what_if = system, key, what_if
        self.start_ms = start_min * MINUTE
        self._seen: dict[tuple[LeverCall, ...], int] = {}

    def run(self, nothing: Outcome) -> BestPlan:
        """Play the stages and return the best plan; hands-off is a candidate too."""
        self._seen[()] = nothing.loss
        fixes = self._best(Template(fix, None, fl, fl, False) for fix in self._fixes() for fl in (True, False))
        bridged = self._best(
            (
                Template(fixed.fix, bridge, True, True, not fixed.fix)
                for fixed, bridge in product(_distinct_fixes(fixes), self._bridges())
            ),
            BEAM,
        )
        for one, at_start, at_fix, stays in product(bridged, (True, False), (True, False), (True, False)):
            self._loss(self.timed(Template(one.fix, one.bridge, at_start, at_fix, stays)), min(self._seen.values()))
        plan = min(self._seen, key=lambda one: (self._seen[one], len(one)))
        outcome = self.what_if.replay(plan)
        return BestPlan(plan, outcome, self._floor(nothing), len(self._seen), self.start_ms // MINUTE)

    def _best(self, templates: Iterator[Template], most: int = 0) -> list[Template]:
        """Templates, the least loss first; the first `most` (0: all). A play that cannot be among them is broken off."""
        ranked: list[tuple[int, int, Template]] = []
        for index, one in enumerate(templates):
            losses = sorted(loss for loss, _, _ in ranked)
            enough = losses[most - 1] if 0 < most <= len(losses) else None
            ranked.append((self._loss(self.timed(one), enough), index, one))
        return [one for _, _, one in sorted(ranked, key=lambda item: item[:2])][: most or None]

    def _loss(self, plan: tuple[LeverCall, ...], enough: int | None = None) -> int:
        """The loss of a plan; of one that loses more than `enough`, some amount above that."""
        if plan not in self._seen:
            self._seen[plan] = self.what_if.loss(plan, enough)
        return self._seen[plan]

    def _fixes(self) -> Iterator[Step | None]:
        yield None
        cause = self.key.cause or ""
        if cause in self.system.versions and "rollback" in self.system.levers:
            yield ("rollback", EVERYTHING, (("component", cause),))
            yield ("rollback", EVERYTHING, (("component", "bundle"),))
        elif cause and "failover" in self.system.levers:
            yield ("failover", EVERYTHING, (("dependency", cause),))

    def _bridges(self) -> Iterator[Step | None]:
        yield None
        for (kind, arguments), scope in product(BRIDGES, self._scopes()):
            adverse_only = ("rule", "adverse") in arguments
            if kind in self.system.levers and (not adverse_only or "hold_adverse" in self.system.levers):
                yield (kind, scope, arguments)

    def _scopes(self) -> list[Scope]:
        slice_ = {dim: values for dim, values in self.key.scope.items() if dim in self.system.routable}
        options = [EVERYTHING, Scope.of(slice_), *(Scope.of({dim: values}) for dim, values in slice_.items())]
        return list(dict.fromkeys(options))

    def timed(self, template: Template) -> tuple[LeverCall, ...]:
        """Give a template its times: everything as early as allowed, flushes to take effect right after the fix."""
        start, calls = self.start_ms, []
        fixed_at = start
        if template.fix:
            fixed_at = start + self._delay(template.fix)
            calls.append(_call("fix", template.fix, start))
        if template.bridge:
            calls.append(_call("bridge", template.bridge, start))
            undo = fixed_at - self.system.levers[template.bridge[0]].undo_s * SECOND
            if not template.bridge_stays and undo > start:
                calls.append(LeverCall("undo", "restore", undo, EVERYTHING, (("target", "bridge"),)))
        if "cache_flush" in self.system.levers:
            delay = self.system.levers["cache_flush"].delay_s * SECOND
            if template.flush_at_start:
                calls.append(LeverCall("flush-start", "cache_flush", start))
            if template.flush_at_fix and template.fix:
                calls.append(LeverCall("flush-fix", "cache_flush", max(start, fixed_at - delay) + SECOND))
        return tuple(sorted(calls, key=lambda call: call.at_ms))

    def _delay(self, step: Step) -> int:
        receipt = self.system.levers[step[0]]
        delays = self.system.rollback_delay_s if step[0] == "rollback" else {}
        return delays.get(str(dict(step[2]).get("component")), receipt.delay_s) * SECOND

    def _floor(self, nothing: Outcome) -> int:
        fastest = min((lever.delay_s for lever in self.system.levers.values()), default=0)
        stop = (self.start_ms + fastest * SECOND) // MINUTE
        return int(nothing.expected_harm[:stop].sum() + nothing.collateral[:stop].sum())


BRIDGES: tuple[tuple[str, tuple[tuple[str, int | str], ...]], ...] = (
    ("retrieval_off", ()),
    ("tools_off", ()),
    ("hold_adverse", ()),
    ("safe_mode", ()),
    ("feature_off", ()),
    ("guardrail", (("tier", "b"),)),
    ("guardrail", (("tier", "c"),)),
    ("review", (("overflow", "closed"), ("reviewers", 12), ("rule", "adverse"))),
    ("review", (("overflow", "closed"), ("reviewers", 12), ("rule", "all"))),
)


def _call(name: str, step: Step, at_ms: int) -> LeverCall:
    kind, scope, arguments = step
    return LeverCall(name, kind, at_ms, scope, arguments)


def _distinct_fixes(ranked: Sequence[Template]) -> list[Template]:
    best: dict[Step | None, Template] = {}
    for one in ranked:
        best.setdefault(one.fix, one)
    return list(best.values())[:2]
