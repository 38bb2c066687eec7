"""Rehearse a kit: many drills by stand-ins, each scenario and seed once for all teams, whatever was done before left alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from hotwash import __version__
from hotwash.aftermath.rehearsal.rows import BoutRow
from hotwash.kernel.seeds import derive
from hotwash.kit.schema.rehearsal import RehearsalPlan, Team, Variation

ENGINE = f"hotwash {__version__}"
"""What plays here: rows of one engine alone stand side by side."""
AS_IS = Variation.model_construct(id="", reviewers=0, thresholds=1.0, alerts=[], cards=[])
"""The kit as it is: what every variation is compared with."""


@dataclass(frozen=True)
class Bout:
    """One scenario on one seed with one variation, played by every team: what the world decides is computed once for all."""

    scenario: str
    variation: str
    number: int
    seed: int

    @property
    def key(self) -> str:
        """What tells it from the other bouts of its plan."""
        return f"{self.scenario}/{self.variation or 'as-is'}/{self.number}"


@dataclass(frozen=True)
class Order:
    """A bout for a worker that knows nothing else: `content` is JSON, the same bytes for the same scenario and variation."""

    bout: Bout
    content: bytes
    teams: tuple[Team, ...]
    engine: str = ENGINE
    """What wrote it: another one refuses it."""


Work = Callable[[Order], tuple[str, BoutRow]]
"""From an order to its key and row. A module's own function, so that other processes and machines find it."""


class Pool(Protocol):
    """Carries orders out, in any order, and hands over each row when it is there."""

    def each(self, work: Work, orders: Iterable[Order]) -> Iterator[tuple[str, BoutRow]]:
        """Key and row of every order."""
        ...


class Journal(Protocol):
    """What was played already, by key, and where every new row is put down before the next is waited for."""

    @property
    def earlier(self) -> Mapping[str, BoutRow]:
        """Rows of an earlier run of the same plan."""
        ...

    def note(self, key: str, row: BoutRow) -> None:
        """Put down a row, for good."""
        ...


def bouts(plan: RehearsalPlan) -> list[Bout]:
    """Every bout of a plan. A seed hangs on scenario and number alone, so that teams and variations meet the same traffic; it comes from
    a named stream, so that a plan with more scenarios or seeds repeats what a smaller one played."""
    return [
        Bout(scenario, one.id, number, derive(plan.seed, "rehearsal", scenario, number) >> 97)
        for number in range(1, plan.seeds + 1)
        for scenario in plan.scenarios
        for one in (AS_IS, *plan.variations)
    ]


def rehearse(
    orders: Sequence[Order], work: Work, pool: Pool, journal: Journal, told: Callable[[BoutRow], None] = lambda _: None
) -> list[BoutRow]:
    """Play what the journal does not hold yet, and return every row in the order of the plan, whoever played it and when."""
    rows = {one.bout.key: journal.earlier[one.bout.key] for one in orders if one.bout.key in journal.earlier}
    for row in rows.values():
        told(row)
    for key, row in pool.each(work, (one for one in orders if one.bout.key not in rows)):
        journal.note(key, row)
        rows[key] = row
        told(row)
    return [rows[one.bout.key] for one in orders]
