"""What the levers in effect mean for one request, and what follows for every kind of row.

Rows on which the same levers act share a stance. A stance and a kind of row give everything about a request except its
draws: expected harm, thresholds, cost. These are computed once per tape and looked up while playing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from hotwash.kit.schema.system import SystemSpec
from hotwash.simulator import symptoms
from hotwash.simulator.arguments import WHOLE_BUNDLE
from hotwash.simulator.arrays import I32, I64, U8, U16
from hotwash.simulator.faults import RAMP, Break
from hotwash.simulator.layout import ADVERSE, MHP, MISUSE, ORDINARY, REFUSAL
from hotwash.simulator.levers import Pull
from hotwash.simulator.review import haste
from hotwash.simulator.streams import ONE, chance
from hotwash.simulator.tape import Tape

MOST_LOST_PERCENT = 90
"""A request that is served at all keeps a tenth of its value, however much is switched off."""


@dataclass(frozen=True)
class Stance:
    """How a request is treated. `previous` are the components and dependencies that run their previous version."""

    off: bool = False
    safe: bool = False
    no_tools: bool = False
    no_retrieval: bool = False
    hold: bool = False
    tier: int = 0
    previous: frozenset[str] = frozenset()
    reviews: tuple[str, ...] = ()
    read: tuple[int, int] = (0, ONE)
    """Of the first review: the tier whose grey zone goes to reviewers (0: everything), and what haste leaves of their catches."""

    def exposes(self, fault: Break) -> bool:
        """Can the fault do harm to a request that is generated now, outside safe mode?"""
        cut = (fault.path == "retrieval" and self.no_retrieval) or (fault.path == "tools" and self.no_tools)
        return (fault.carrier in self.previous) == fault.on_previous and not cut


def stance_of(pulls: Iterable[Pull], spec: SystemSpec, tripped: frozenset[str]) -> Stance:
    """The stance of a request on which these pulls act; `tripped` are the breakers that are open."""
    kinds: dict[str, list[Pull]] = {}
    for pull in pulls:
        kinds.setdefault(pull.kind, []).append(pull)
    opened = any(pull.id in tripped for pull in kinds.get("breaker", ()))
    previous: set[str] = {pull.arguments.dependency for pull in kinds.get("failover", ())}
    for pull in kinds.get("rollback", ()):
        component = pull.arguments.component
        previous.update(spec.components if component == WHOLE_BUNDLE else [component])
    return Stance(
        off="feature_off" in kinds,
        safe="safe_mode" in kinds,
        no_tools="tools_off" in kinds or (opened and spec.kind == "copilot"),
        no_retrieval="retrieval_off" in kinds,
        hold="hold_adverse" in kinds or (opened and spec.kind == "classifier"),
        tier=max((pull.arguments.tier for pull in kinds.get("guardrail", ())), default=0),
        previous=frozenset(previous),
        reviews=tuple(pull.id for pull in kinds.get("review", ())),
        read=next(
            ((one.arguments.risk, haste(one.arguments, spec.review)) for one in kinds.get("review", ())), (0, ONE)
        ),
    )


@dataclass(frozen=True)
class Effects:
    """What stances mean, one row of each table a stance. Expected harm in mhp is that of a delivered answer, after the
    guardrail; `stored` what the cache would serve again, `misuse` the part of it that the tool executor would refuse
    once write tools are cut. `reduced` is the cost in mhp of being served in a reduced way, `reduced_more` the same
    when the request also misses what the newer version had (probability `misses`). `category` is by cause. `empty`,
    `missing` and `shifted` are draw thresholds of telemetry: a retrieval that finds nothing, a missing feature, a score
    outside its usual range."""

    expected: I32
    stored: I32
    misuse: I32
    reviewed: I32
    false_flag: U16
    caught: U16
    reduced: I32
    reduced_more: I32
    misses: U16
    category: U8
    empty: U16
    missing: U16
    shifted: U16


class Effecter:
    """Computes and remembers effects on one tape."""

    def __init__(self, tape: Tape) -> None:
        self.tape, self.layout = tape, tape.layout
        kinds = tape.kinds
        self.unit: I64 = self.layout.quantities()[kinds.intent] * (1 - kinds.adversarial)
        self.value: I64 = np.array([one.value for one in self.layout.intents], np.int64)[kinds.intent]
        self._known: dict[tuple[Stance, ...], Effects] = {}

    def of(self, stances: tuple[Stance, ...]) -> Effects:
        """Effects of several stances as joined tables: entry stance·kinds + kind (or + category, + cause)."""
        known = self._known.get(stances)
        if known is None:
            parts = [self._known.get((one,)) or self._one(one) for one in stances]
            for stance, part in zip(stances, parts, strict=True):
                self._known[stance,] = part
            names = Effects.__dataclass_fields__
            known = Effects(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})
            self._known[stances] = known
        return known

    def hazards(self, stance: Stance) -> list[tuple[int, bool, I64]]:
        """What may go wrong: category, whether the cache would keep it, expected harm in mhp by kind (no controls)."""
        kinds, spec = self.tape.kinds, self.layout.spec
        healthy = chance(spec.healthy.safe_mode_rate if stance.safe else spec.healthy.rate)
        found = [(self.layout.base, True, self._harm(self.layout.base, healthy * (1 - kinds.adversarial)))]
        for index, fault in enumerate(self.tape.faults):
            if stance.safe or stance.exposes(fault):
                rate = fault.safe_rate_at if stance.safe else fault.rate_at
                table = np.array([rate(level) for level in range(RAMP + 1)], np.int64)
                found.append((fault.category, fault.cached, self._harm(fault.category, table[kinds.levels[:, index]])))
        return found

    def _harm(self, category: int, rate: I64) -> I64:
        """Probability times weight times mean magnitude; a wrongful refusal weighs by the value of what was refused."""
        size = np.full(len(rate), MHP, np.int64)
        if category == REFUSAL:
            size = self.value * MHP // ORDINARY
        return rate * int(self.layout.weights[category]) * size // (MHP * ONE)

    def _one(self, stance: Stance) -> Effects:
        layout, kinds = self.layout, self.tape.kinds
        expected, stored, misuse, reviewed = (np.zeros(len(kinds.intent), np.int64) for _ in range(4))
        for category, cached, harm in self.hazards(stance):
            passed = harm * (ONE - int(layout.caught[stance.tier, category])) // ONE
            if (stance.hold and category in ADVERSE) or (stance.no_tools and category == MISUSE):
                expected_part = np.zeros_like(passed)
            else:
                expected_part = passed
            expected += expected_part
            reviewed += expected_part * (ONE - self._stopped(stance, category)) // ONE
            if cached:
                stored += passed
                misuse += passed if category == MISUSE else 0
        flags = [layout.false_flag(stance.tier, hard=hard) for hard in (False, True)]
        cost, more = self._reduced(stance)
        return Effects(
            expected=expected.astype(np.int32),
            stored=stored.astype(np.int32),
            misuse=misuse.astype(np.int32),
            reviewed=reviewed.astype(np.int32),
            false_flag=np.array(flags, np.uint16)[kinds.hard],
            caught=layout.caught[stance.tier],
            reduced=cost,
            reduced_more=more,
            misses=np.array([self._misses(stance)], np.uint16),
            category=self._categories(stance),
            empty=self._symptom(stance, symptoms.empty_retrieval, symptoms.EMPTY),
            missing=self._symptom(stance, symptoms.missing_feature, symptoms.MISSING),
            shifted=self._symptom(stance, symptoms.shifted_score, symptoms.SHIFTED),
        )

    def _stopped(self, stance: Stance, category: int) -> int:
        """Share of a category's output, in 1/65536, that passes the guardrail, goes to reviewers and is stopped by them."""
        risk, kept = stance.read
        stops = int(self.layout.reviewed[category]) * kept // ONE
        if not risk:
            return stops
        passed = ONE - int(self.layout.caught[stance.tier, category])
        grey = max(0, int(self.layout.caught[risk, category]) - int(self.layout.caught[stance.tier, category]))
        return stops * grey // passed

    def stops(self, pull: Pull) -> U16:
        """What the reviewers of a pull stop of each category, in draws; uint16 of shape (categories,)."""
        kept = haste(pull.arguments, self.layout.spec.review)
        return (self.layout.reviewed.astype(np.int64) * kept // ONE).astype(np.uint16)

    def _symptom(self, stance: Stance, rate: Callable[[Break], int], usual: int) -> U16:
        """The largest rate of all faults that act on a kind, in proportion to the ramp; at least the usual one."""
        found = np.full(len(self.tape.kinds.intent), usual, np.int64)
        for index, fault in enumerate(self.tape.faults):
            if stance.exposes(fault) and not stance.safe:
                found = np.maximum(found, rate(fault) * self.tape.kinds.levels[:, index] // RAMP)
        return found.astype(np.uint16)

    def _categories(self, stance: Stance) -> U8:
        """Category by cause: harmless, the healthy service's own failure, each fault."""
        faults = [f.category if stance.safe or stance.exposes(f) else 0 for f in self.tape.faults]
        return np.array([0, self.layout.base, *faults], np.uint8)

    def _misses(self, stance: Stance) -> int:
        """Probability that a request misses something that some newer version had (independent by component)."""
        kept = ONE
        for name, part in self.layout.spec.components.items():
            if name in stance.previous:
                kept = kept * (100 - part.misses_percent) // 100
        return min(ONE - 1, ONE - kept)

    def _reduced(self, stance: Stance) -> tuple[I32, I32]:
        lost, intents = self.layout.spec.degradation, self.layout.intents
        by_intent = [
            (lost.safe_mode if stance.safe else 0)
            + (lost.tools_off if stance.no_tools and one.write_tool else 0)
            + (lost.retrieval_off if stance.no_retrieval and one.retrieval else 0)
            for one in intents
        ]
        percent = np.array(by_intent, np.int64)[self.tape.kinds.intent]
        plain = self.unit * np.minimum(percent, MOST_LOST_PERCENT) // 100
        more = self.unit * np.minimum(percent + lost.rolled_back, MOST_LOST_PERCENT) // 100
        return plain.astype(np.int32), more.astype(np.int32)
