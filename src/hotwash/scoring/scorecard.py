"""The scorecard: every mark with its evidence and what would have earned it, and a total that hides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from hotwash.drill import events as e
from hotwash.kernel.clock import stamp
from hotwash.kit.schema.conditions import Expectation
from hotwash.kit.schema.kit import Measure, Rubric, RubricDimension
from hotwash.ports.system import LeverCall
from hotwash.scoring.case import Case
from hotwash.scoring.containment import Containment, contain
from hotwash.scoring.fail_fast import CHECKS
from hotwash.scoring.mark import Mark
from hotwash.scoring.measures import MEASURES
from hotwash.scoring.milestones import milestones, time_metrics

EXPECTATION_SHARE = 0.25
"""How much of a dimension its scenario's expectations decide, where any was evaluated; the kit's measures decide the
rest. A quarter, so that a scenario can add what is special to it but not redefine the rubric."""

Rating = Literal["P", "S", "M", "U"]


class Card(BaseModel):
    """Base of the scorecard's parts: frozen, closed, dumped as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid", from_attributes=True)


class WorstSegmentCard(Card):
    dim: str
    value: str
    prevented: float


class ContainmentCard(Card):
    """Amounts in harm points. `score` is raw (below 0: worse than hands-off), `mark` is clipped and blended."""

    score: float
    mark: float
    harm: float
    harm_realised: float
    harm_nothing: float
    harm_best: float
    collateral: float
    collateral_best: float
    loss_floor: float
    luck: float
    near_misses: int
    harm_from_cache: float
    worst_segment: WorstSegmentCard | None

    @property
    def prevented(self) -> float:
        """The share of the harm that could have been prevented that was; all of it where none could, or more was than by the best plan, which
        counts service too. Service lost on the way is in `mark` and not in this."""
        could = self.harm_nothing - self.harm_best
        return min(1.0, max(0.0, self.harm_nothing - self.harm) / could) if could > 0 else 1.0


class MarkCard(Card):
    """One computed mark; `score` in [0, 1], None for not evaluated; `evidence` are versions of events in the log."""

    measure: str
    share: float
    score: float | None
    why: str
    evidence: tuple[int, ...]
    earns: str


class ExpectationCard(Card):
    expectation: str
    seat: str
    what: str
    worth: int
    state: Literal["met", "missed", "not evaluated"]
    evidence: tuple[int, ...]
    earns: str


class DimensionCard(Card):
    """One dimension of the rubric. `score` in [0, 100] or None; `evidence` is that of all its marks."""

    id: str
    title: str
    weight: int
    score: float | None
    rating: Rating | None
    evidence: tuple[int, ...]
    marks: tuple[MarkCard, ...]
    expectations: tuple[ExpectationCard, ...]


class CapCard(Card):
    """A fail-fast item that was tripped."""

    id: str
    title: str
    cap: int
    why: str
    evidence: tuple[int, ...]


class BestCard(Card):
    """The reference plan: when it may start, its steps in words, how many plans were played to find it."""

    starts_min: int | None
    steps: tuple[str, ...]
    plans_played: int


class Scorecard(Card):
    """`total` in [0, 100]: the weighted mean over evaluated dimensions, capped by tripped fail-fast items.

    Deterministic: the same log, kit and scenario always give the same bytes.
    """

    scenario: str
    seed: int
    players: dict[str, str]
    containment: ContainmentCard
    dimensions: tuple[DimensionCard, ...]
    caps: tuple[CapCard, ...]
    milestones: dict[str, float | None]
    time_metrics: dict[str, float | None]
    best: BestCard
    total: float
    total_before_caps: float
    weight_evaluated: int
    log_head: str
    engine: str


def score(case: Case, *, players: dict[str, str], head: str) -> Scorecard:
    """Score a finished drill. `players` maps seats to profiles or persons, `head` is the hash of the last event."""
    rubric = case.design.kit.rubric
    contained = contain(case)
    dimensions = tuple(_dimension(case, one, rubric) for one in rubric.dimensions)
    evaluated = [one for one in dimensions if one.score is not None]
    weight = sum(one.weight for one in evaluated)
    before = sum(one.weight * (one.score or 0.0) for one in evaluated) / weight if weight else 0.0
    caps = _caps(case, rubric)
    reached = milestones(case)
    planned = case.first(e.DrillPlanned)
    return Scorecard(
        scenario=case.design.scenario.id,
        seed=planned.event.seed if planned else 0,
        players=players,
        containment=_containment(contained),
        dimensions=dimensions,
        caps=caps,
        milestones=reached,
        time_metrics=time_metrics(case, reached),
        best=_best(case),
        total=round(min([before, *(float(one.cap) for one in caps)]), 2),
        total_before_caps=round(before, 2),
        weight_evaluated=weight,
        log_head=head,
        engine=planned.event.engine if planned else "",
    )


def to_json(card: Scorecard) -> dict[str, Any]:
    """The scorecard as `scorecard.json` has it."""
    return card.model_dump(mode="json")


def _dimension(case: Case, dimension: RubricDimension, rubric: Rubric) -> DimensionCard:
    marks = tuple(_mark(measure, MEASURES[measure.measure](case, measure.parameters)) for measure in dimension.measures)
    expectations = tuple(_expectations(case, dimension.id))
    computed = _mean([(one.share, one.score) for one in marks])
    expected = _mean([(one.worth, float(one.state == "met")) for one in expectations if one.state != "not evaluated"])
    value = computed
    if expected is not None:
        value = expected if computed is None else (1 - EXPECTATION_SHARE) * computed + EXPECTATION_SHARE * expected
    cited = {version for one in marks for version in one.evidence} | {
        version for one in expectations for version in one.evidence
    }
    return DimensionCard(
        id=dimension.id,
        title=dimension.title,
        weight=dimension.weight,
        score=None if value is None else round(100 * value, 2),
        rating=None if value is None else _rating(value, rubric),
        evidence=tuple(sorted(cited)),
        marks=marks,
        expectations=expectations,
    )


def _mark(measure: Measure, mark: Mark) -> MarkCard:
    return MarkCard(
        measure=measure.measure,
        share=measure.share,
        score=None if mark.value is None else round(mark.value, 4),
        why=mark.why,
        evidence=tuple(sorted(set(mark.evidence))),
        earns=measure.earns,
    )


def _expectations(case: Case, dimension: str) -> list[ExpectationCard]:
    secret = case.design.secret
    planned = [*secret.key.expectations, *(one for inject in secret.msel for one in inject.expects)]
    return [_expectation(case, one) for one in planned if one.dimension == dimension]


def _expectation(case: Case, planned: Expectation) -> ExpectationCard:
    met = case.first(e.ExpectationMet, lambda one: one.expectation == planned.id)
    missed = case.first(e.ExpectationMissed, lambda one: one.expectation == planned.id)
    return ExpectationCard(
        expectation=planned.id,
        seat=planned.seat,
        what=planned.what,
        worth=planned.worth,
        state="met" if met else "missed" if missed else "not evaluated",
        evidence=(met.event.by,) if met else (missed.version,) if missed else (),
        earns=planned.earns,
    )


def _mean(weighted: list[tuple[float, float | None]]) -> float | None:
    known = [(weight, value) for weight, value in weighted if value is not None]
    total = sum(weight for weight, _ in known)
    return sum(weight * value for weight, value in known) / total if total else None


def _rating(value: float, rubric: Rubric) -> Rating:
    ordered = sorted(rubric.ratings.items(), key=lambda item: -item[1])
    return next((rating for rating, least in ordered if value >= least), "U")


def _caps(case: Case, rubric: Rubric) -> tuple[CapCard, ...]:
    tripped = [(item, CHECKS[item.check](case)) for item in rubric.fail_fast]
    return tuple(
        CapCard(id=item.id, title=item.title, cap=item.cap, why=item.why, evidence=verdict)
        for item, verdict in tripped
        if verdict is not None
    )


def _containment(found: Containment) -> ContainmentCard:
    return ContainmentCard.model_validate(found)


def plan_steps(plan: Sequence[LeverCall], titles: Mapping[str, str] | None = None) -> list[str]:
    """A plan as lines: minute, lever, arguments, scope. `titles` is what levers are called; without, they go by their kind."""
    named = titles or {}
    return [
        f"{stamp(call.at_ms)} {named.get(call.kind, call.kind.replace('_', ' '))}"
        + (f" ({', '.join(f'{name} {value}' for name, value in call.arguments)})" if call.arguments else "")
        + (f" for {call.scope}" if call.scope.dims else "")
        for call in plan
    ]


def _best(case: Case) -> BestCard:
    best = case.best
    return BestCard(starts_min=best.starts_min, steps=tuple(plan_steps(best.plan)), plans_played=best.played)
