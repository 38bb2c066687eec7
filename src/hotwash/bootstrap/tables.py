"""A drill laid out: content, the system under drill and the first event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from hotwash import __version__
from hotwash.bootstrap.contents import Content, RecordedTraces, content_recorded, words_again
from hotwash.conductor.close import Par, par_for
from hotwash.conductor.record import digests
from hotwash.drill.design import DrillDesign
from hotwash.drill.events import DrillPlanned
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.errors import NotSupportedError
from hotwash.kit.bundle import pair_of
from hotwash.ports.outcome import Counterfactuals
from hotwash.ports.system import Baseline, SystemUnderDrill
from hotwash.simulator.recorded.words import NoWords
from hotwash.simulator.system import SimulatedSystem
from hotwash.simulator.texts.phrasebook import Phrasebook
from hotwash.simulator.words import Words


@dataclass(frozen=True)
class Table:
    """A drill laid out on the table: content, system, its counterfactuals, and the first event."""

    content: Mapping[str, Any]
    design: DrillDesign
    system: SystemUnderDrill
    what_if: Counterfactuals
    planned: DrillPlanned

    def par(self) -> Par:
        """Hands-off, best plan and first signal of this tape."""
        return par_for(self.design, self.what_if, self.system.baseline())


def lay_out(
    found: Content, seed: int, drill: str = "", words: Words | None = None, baseline: Baseline | None = None
) -> Table:
    """Build the system under drill and the plan of a drill on it. `baseline` are the healthy rates of a table of the same content,
    whatever its seed, if there was one. Raises NotSupportedError for a template of recorded runs that nobody filled."""
    if found.spec.recorded_runs == 0:
        raise NotSupportedError(f"scenario '{found.scenario.id}' plays recorded traces: add --traces FOLDER")
    system = SimulatedSystem(
        spec=found.spec,
        world=found.secret.world,
        levers={str(kind): lever for kind, lever in found.kit.levers.items()},
        harm=found.kit.harm,
        changes=found.scenario.changes,
        minutes=found.scenario.endex_min,
        coast_minutes=found.scenario.coast_min,
        seed=seed,
        words=words or _words(found),
        baseline=baseline,
    )
    design = DrillDesign(
        kit=found.kit,
        scenario=found.scenario,
        secret=found.secret,
        system=system.describe(),
        bundles=pair_of(found.spec),
    )
    body = found.to_json()
    return Table(body, design, system, system, _planned(found, body, seed, drill))


def lay_out_again(body: Mapping[str, Any], seed: int, drill: str, traces: RecordedTraces | None = None) -> Table:
    """As `lay_out`, from a `design.json` as it was written, which stays the table's content: the digests in the log are of that form, and
    another version may write another. `traces` are the recorded runs that it was played on, where their transcripts are wanted. Raises
    pydantic's ValidationError for content that this version does not read."""
    found = Content.from_json(body)
    table = lay_out(found, seed, drill, words_again(found, traces) if traces else None)
    return replace(table, content=body, planned=table.planned.model_copy(update=digests(body)))


def lay_out_recorded(found: Content, traces: RecordedTraces, seed: int, drill: str = "") -> Table:
    """As `lay_out`, on recorded runs."""
    filled, words = content_recorded(found, traces)
    return lay_out(filled, seed, drill, words)


def _words(found: Content) -> Words:
    if found.phrases is None:
        return NoWords()
    return Phrasebook(found.spec, found.phrases, {name: one.fact for name, one in found.kit.harm.categories.items()})


def _planned(found: Content, body: Mapping[str, Any], seed: int, drill: str) -> DrillPlanned:
    sealed = digests(body)
    return DrillPlanned(
        drill=drill or f"{found.scenario.id}-{seed}",
        scenario=found.scenario.id,
        kit=f"{found.kit.id} {found.kit.version}",
        scenario_digest=sealed["scenario_digest"],
        kit_digest=sealed["kit_digest"],
        system=found.spec.id,
        seed=seed,
        endex_ms=found.scenario.endex_min * MINUTE,
        coast_ms=found.scenario.coast_min * MINUTE,
        story_start=found.scenario.story_start.isoformat(),
        engine=f"hotwash {__version__}",
        note=found.scenario.note,
    )
