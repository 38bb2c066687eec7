"""Play a card on a scenario: the same incident, harder in one way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from hotwash.kit.dimensions import dimensions_of
from hotwash.kit.schema.base import Dims
from hotwash.kit.schema.kit import Kit
from hotwash.kit.schema.scenario import Scenario
from hotwash.kit.schema.system import Distractor, SystemSpec, Unlogged
from hotwash.kit.secret import Constraint, ScenarioSecret
from hotwash.kit.vocabulary import SIGNALS

T = TypeVar("T", Distractor, Unlogged)


def constrain(
    kit: Kit, scenario: Scenario, secret: ScenarioSecret, spec: SystemSpec, card: Constraint
) -> tuple[Kit, Scenario, ScenarioSecret, SystemSpec]:
    """Kit, both halves of the scenario and system with the card on them. Nothing is changed in place."""
    dims = dimensions_of(spec)
    review = spec.review.model_copy(
        update={"reviewers_available": max(1, round(spec.review.reviewers_available * card.reviewers_share))}
    )
    levers = {
        kind: lever.model_copy(
            update=_delays(card.slower * card.slower_levers.get(kind, 1.0), lever.delay_s, lever.undo_s)
        )
        for kind, lever in kit.levers.items()
    }
    parts = {
        name: part.model_copy(
            update={"delay_s": round(part.delay_s * card.slower * card.slower_levers.get("rollback", 1.0))}
        )
        for name, part in spec.components.items()
    }
    world = secret.world.model_copy(
        update={
            "unlogged": [*secret.world.unlogged, *_fitting(card.unlogged, dims)],
            "distractors": [
                *secret.world.distractors,
                *(one for one in _fitting(card.distractors, dims) if one.signal in SIGNALS[spec.kind]),
            ],
        }
    )
    return (
        kit.model_copy(update={"levers": levers}),
        scenario.model_copy(update={"brief": f"{scenario.brief}\n\n**{card.title}.** {card.brief}"}),
        secret.model_copy(update={"world": world, "msel": [*secret.msel, *card.injects]}),
        spec.model_copy(
            update={
                "review": review,
                "components": parts,
                "levers": [kind for kind in spec.levers if kind not in card.withdraws],
            }
        ),
    )


def _delays(times: float, delay_s: int, undo_s: int) -> dict[str, int]:
    return {"delay_s": round(delay_s * times), "undo_s": round(undo_s * times)}


def _fitting(items: Iterable[T], dims: Mapping[str, tuple[str, ...]]) -> list[T]:
    """Those whose slice the system has."""
    return [one for one in items if _fits(one.slice, dims)]


def _fits(wanted: Dims, dims: Mapping[str, tuple[str, ...]]) -> bool:
    return all(name in dims and set(values) <= set(dims[name]) for name, values in wanted.items())
