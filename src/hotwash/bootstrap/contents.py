"""What a drill is made of, loaded and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isclose
from pathlib import Path
from typing import Any

from hotwash.adapters.traces_agentdojo import AgentDojoRuns
from hotwash.adapters.traces_agentdojo import looks_like as looks_like_agentdojo
from hotwash.adapters.traces_files import MappedRuns
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.errors import ContentError, NotSupportedError
from hotwash.kit.constrain import constrain
from hotwash.kit.load import (
    list_constraints,
    load_constraint,
    load_kit,
    load_mapping,
    load_phrases,
    load_scenario,
    load_system,
)
from hotwash.kit.schema.kit import Kit
from hotwash.kit.schema.phrases import Phrases
from hotwash.kit.schema.scenario import Scenario
from hotwash.kit.schema.system import SystemSpec
from hotwash.kit.secret import Constraint, ScenarioSecret
from hotwash.ports.traces import RecordedRun, Traces
from hotwash.simulator.recorded.cases import library
from hotwash.simulator.recorded.compose import compose_system, compose_world, composed, judged, template_of
from hotwash.simulator.recorded.words import RecordedWords
from hotwash.simulator.words import Words


@dataclass(frozen=True)
class Content:
    """Everything that a drill is made of, as text in files."""

    kit: Kit
    scenario: Scenario
    secret: ScenarioSecret
    spec: SystemSpec
    phrases: Phrases | None
    """None for a system that plays recorded runs: its words are their transcripts."""

    def to_json(self) -> dict[str, Any]:
        """The content as `design.json` keeps it, so that a record explains itself."""
        parts = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: one and one.model_dump(mode="json", by_alias=True) for name, one in parts.items()}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Content:
        """Read `design.json` back. Raises pydantic's ValidationError for content that does not fit."""
        return cls(
            kit=Kit.model_validate(body["kit"]),
            scenario=Scenario.model_validate(body["scenario"]),
            secret=ScenarioSecret.model_validate(body["secret"]),
            spec=SystemSpec.model_validate(body["spec"]),
            phrases=Phrases.model_validate(body["phrases"]) if body["phrases"] else None,
        )


@dataclass(frozen=True)
class RecordedTraces:
    """Where recorded runs are, how to read them, and which two configurations play; empty names are chosen."""

    path: Path
    mapping: Path | None = None
    running: str = ""
    fallback: str = ""


def content(scenario: str, kit: Path | None = None, cards: Sequence[str] = ()) -> Content:
    """Load and check everything that a scenario needs, with constraint cards on it. Raises ContentError with every
    mistake found."""
    public, secret = load_scenario(scenario)
    spec = load_system(public.system)
    phrases = load_phrases(public.system) if spec.recorded_runs is None else None
    parts = (load_kit(kit), public, secret, spec)
    for card in cards:
        parts = constrain(*parts, load_constraint(card))
    return Content(*parts, phrases)


def constraints() -> list[Constraint]:
    """Every constraint card that ships."""
    return [load_constraint(name) for name in list_constraints()]


def content_recorded(found: Content, traces: RecordedTraces) -> tuple[Content, Words]:
    """Fill a scenario's template with recorded runs. Raises ContentError for traces that cannot be read, and
    NotSupportedError for a scenario without a template or traces without two comparable configurations."""
    if found.spec.recorded_runs is None:
        raise NotSupportedError(f"scenario '{found.scenario.id}' plays a simulated system: leave --traces out")
    runs = library(recorded_runs(traces), traces.running, traces.fallback)
    template = found.secret.world.faults[0]
    secret = found.secret.model_copy(
        update={
            "world": compose_world(found.secret.world, runs),
            "key": found.secret.key.model_copy(
                update={"what_happened": f"{found.secret.key.what_happened} {judged(runs)}"}
            ),
        }
    )
    changes = [
        one.model_copy(update={"from_version": runs.fallback, "to_version": runs.running})
        if one.component == "model"
        else one
        for one in found.scenario.changes
    ]
    scenario = found.scenario.model_copy(update={"changes": changes, "note": composed(runs)})
    filled = Content(found.kit, scenario, secret, compose_system(found.spec, runs), None)
    return filled, RecordedWords(runs, template.rate, round(template.onset_min * MINUTE))


def words_again(filled: Content, traces: RecordedTraces) -> Words:
    """The transcripts of a drill that was played on recorded runs, from the content in its record. Raises ContentError for runs that are
    not the ones it was played on, NotSupportedError for a drill on a simulated system."""
    if not filled.spec.recorded_runs:
        raise NotSupportedError(f"scenario '{filled.scenario.id}' plays a simulated system: leave --traces out")
    model, faults = filled.spec.components["model"], filled.secret.world.faults
    runs = library(recorded_runs(traces), model.current, model.previous or "")
    whole = template_of(faults[0], runs)
    again = compose_world(filled.secret.world.model_copy(update={"faults": [whole]}), runs).faults
    alike = [one.id for one in again] == [one.id for one in faults] and all(
        isclose(one.rate, was.rate) for one, was in zip(again, faults, strict=True)
    )
    if not alike or compose_system(filled.spec, runs) != filled.spec:
        said = "these are not the runs that the drill was played on: their kinds, numbers or outcomes differ"
        raise ContentError.at(traces.path, said, "Name the folder and the mapping that it was run with.")
    return RecordedWords(runs, whole.rate, round(whole.onset_min * MINUTE))


def recorded_runs(traces: RecordedTraces) -> Sequence[RecordedRun]:
    """Every recorded run of a folder or file, by its mapping where there is one."""
    return _reader(traces).scan()


def _reader(traces: RecordedTraces) -> Traces:
    beside = traces.path / "mapping.yaml"
    mapping = traces.mapping or (beside if beside.is_file() else None)
    if mapping is not None:
        return MappedRuns(traces.path, load_mapping(mapping))
    if looks_like_agentdojo(traces.path):
        return AgentDojoRuns(traces.path)
    said = "these traces are not AgentDojo's, and there is no mapping.yaml beside them"
    raise ContentError.at(traces.path, said, "Write one, or name it with --mapping.")
