"""Everything that a readiness report is made of, worked out once for one day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hotwash.kit.schema.programme import Programme
from hotwash.readiness import counts
from hotwash.readiness.counts import Control, Covered, Fast, Well
from hotwash.readiness.facts import DrillFact, IncidentFact
from hotwash.readiness.following import Next, Playable, what_next
from hotwash.readiness.trend import Trend


@dataclass(frozen=True)
class Readiness:
    """The state of one day. `drills` are those that count, oldest first; `apart` how many were played by stand-ins alone and were left
    out; `skipped` are records that could not be read, with the reason."""

    today: date
    programme: Programme
    drills: tuple[DrillFact, ...]
    apart: int
    skipped: tuple[tuple[str, str], ...]
    incidents: tuple[IncidentFact, ...]
    fast: tuple[Fast, ...]
    well: tuple[Well, ...]
    contained: Trend
    controls: tuple[Control, ...]
    control_titles: Mapping[str, str]
    modes: Mapping[str, Control]
    mode_titles: Mapping[str, str]
    cards: tuple[str, ...]
    scenario_titles: Mapping[str, str]
    coverage: tuple[tuple[Covered, ...], ...]
    following: tuple[Next, ...]


def state_of(
    drills: Sequence[DrillFact],
    incidents: Sequence[IncidentFact],
    playable: Sequence[Playable],
    cards: Sequence[str],
    mode_titles: Mapping[str, str],
    programme: Programme,
    today: date,
    *,
    stand_ins: bool = False,
    skipped: Sequence[tuple[str, str]] = (),
) -> Readiness:
    """Count. Drills in which no person held a seat say nothing of people: they are left out unless `stand_ins`."""
    kept = sorted((one for one in drills if stand_ins or one.people), key=lambda one: (one.day, one.drill))
    held = counts.controls(kept, today, programme)
    modes = counts.modes(kept, mode_titles, today, programme)
    scenarios = [one.scenario for one in playable]
    rows = counts.coverage(kept, scenarios, cards, today, programme)
    return Readiness(
        today, programme, tuple(kept), len(drills) - len(kept), tuple(skipped), tuple(incidents),
        tuple(counts.how_fast(kept, incidents, programme)), tuple(counts.how_well(kept)), counts.containment_trend(kept), tuple(held),
        {name: title for one in playable for name, title in one.has.items()}, modes,
        mode_titles, tuple(cards), {one.scenario: one.title for one in playable}, tuple(tuple(row) for row in rows),
        tuple(what_next(playable, cards, kept, held, modes, today, programme)),
    )  # fmt: skip
