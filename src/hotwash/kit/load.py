"""From files to typed content. Every mistake is collected and located; players' and secret content stay two objects."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from hotwash.kernel.errors import ContentError, Located, Problem
from hotwash.kit import refs, sense
from hotwash.kit.mistakes import problems_of
from hotwash.kit.schema.kit import Guide, Kit, MessageTemplate
from hotwash.kit.schema.mapping import TraceMapping
from hotwash.kit.schema.phrases import Phrases
from hotwash.kit.schema.scenario import Scenario
from hotwash.kit.schema.system import SystemSpec, World
from hotwash.kit.secret import AnswerKey, Constraint, Inject, ScenarioSecret
from hotwash.kit.sources import Place, Sources
from hotwash.kit.text import Document, read_front_matter, read_text, read_yaml

T = TypeVar("T")
CONTENT = Path(str(files("hotwash"))) / "content"
SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
KIT_FILES = {
    "taxonomy": "taxonomy.yaml", "severity": "severity.yaml", "declaration": "declaration.yaml", "rules": "rules.yaml",
    "roles": "roles.yaml", "levers": "levers.yaml", "harm": "harm.yaml", "alerts": "alerts.yaml",
    "prohibited": "prohibited.yaml", "rubric": "rubric.yaml", "timeline": "timeline.yaml",
    "obligations": "obligations.yaml", "engagement": "rules-of-engagement.yaml",
}  # fmt: skip
"""Field of `Kit` → its file. Besides them: `kit.yaml`, `tiers.yaml` (tiers and breaker), `messages/*.md`, `guides/*.md`."""


@dataclass(frozen=True)
class LoadedKit:
    """A kit and where its parts stand."""

    kit: Kit
    sources: Sources


@dataclass(frozen=True)
class LoadedScenario:
    """Both halves of a scenario, still two objects, and where their parts stand."""

    scenario: Scenario
    secret: ScenarioSecret
    sources: Sources


@dataclass(frozen=True)
class LoadedSystem:
    """A system pack and where its parts stand."""

    system: SystemSpec
    sources: Sources


def load_kit(path: Path | str | None = None, today: date | None = None) -> Kit:
    """The kit in a folder; the base kit that ships without one. With the day, exceptions that have run out are problems
    too. Raises ContentError with every problem found."""
    return read_kit(path, today).kit


def kit_schemas() -> dict[str, dict[str, Any]]:
    """JSON Schema of every kit file, by the file's stem, for editors."""
    found = {Path(file).stem: _kit_field(field)[0].json_schema() for field, file in KIT_FILES.items()}
    tiers = {field: _kit_field(field)[0].json_schema() for field in ("tiers", "breaker")}
    found["tiers"] = {"type": "object", "properties": tiers, "required": [*tiers], "additionalProperties": False}
    return found


def base_kit_folder() -> Path:
    """Where the base kit that ships is."""
    return CONTENT / "kits" / "base"


def load_system(name: Path | str) -> SystemSpec:
    """A system pack, by slug or folder. Raises ContentError."""
    return read_system(name).system


def load_phrases(name: Path | str) -> Phrases:
    """The words of a system pack, by slug or folder. Raises ContentError."""
    reader = _Reader()
    phrases = reader.model(_folder("systems", name) / "phrases.yaml", ("phrases",), Phrases)
    return reader.done(phrases)


def load_scenario(name: Path | str) -> tuple[Scenario, ScenarioSecret]:
    """What players may know of a scenario, and the rest, by slug or folder. Raises ContentError."""
    loaded = read_scenario(name)
    return loaded.scenario, loaded.secret


def load_constraint(name: Path | str) -> Constraint:
    """A constraint card, by slug or file. Raises ContentError."""
    file = Path(name)
    if isinstance(name, str) and SLUG.fullmatch(name):
        file = CONTENT / "constraints" / f"{name}.yaml"
        if not file.is_file():
            write = f"Write one of: {', '.join(list_constraints())}; or the path of a card of your own."
            raise ContentError([Problem(Located(Path("constraints") / name), "no such card ships", write)])
    reader = _Reader()
    return reader.done(reader.model(file, ("constraint",), Constraint))


def list_constraints() -> tuple[str, ...]:
    """Slugs of the constraint cards that ship, in alphabetical order."""
    return tuple(sorted(file.stem for file in (CONTENT / "constraints").glob("*.yaml")))


def load_mapping(file: Path) -> TraceMapping:
    """A mapping file for recorded traces. Raises ContentError with every mistake in it."""
    reader = _Reader()
    return reader.done(reader.model(file, ("mapping",), TraceMapping))


def list_scenarios() -> tuple[str, ...]:
    """Slugs of the scenarios that ship, in alphabetical order."""
    return _slugs("scenarios", "scenario.yaml")


def list_systems() -> tuple[str, ...]:
    """Slugs of the system packs that ship, in alphabetical order."""
    return _slugs("systems", "system.yaml")


def scenario_path(slug: str) -> Path:
    """The folder of a scenario that ships. Raises ContentError with the slugs that exist."""
    return _folder("scenarios", slug)


def read_kit(path: Path | str | None = None, today: date | None = None) -> LoadedKit:
    """As `load_kit`, with sources."""
    folder = base_kit_folder() if path is None else _existing(Path(path), "kit.yaml")
    reader = _Reader()
    head = reader.document(folder / "kit.yaml", ("kit",))
    values: dict[str, Any] = reader.head(head)
    for field, name in KIT_FILES.items():
        values[field] = reader.field(folder / name, (field,), field)
    tiers = reader.document(folder / "tiers.yaml", ("tiers.yaml",))
    for field in ("tiers", "breaker"):
        values[field] = reader.part(tiers, field)
    values["messages"] = reader.pages(folder / "messages", MessageTemplate, "messages")
    if not values["messages"]:
        said = Problem(Located(folder / "messages"), "there are no messages", "Add templates as *.md files.")
        reader.problems.append(said)
        values["messages"] = None
    values["guides"] = reader.pages(folder / "guides", Guide, "guides")
    kit, sources = Kit.model_construct(**values), reader.sources
    unread = {name for name, value in values.items() if value is None or (isinstance(value, list) and None in value)}
    problems = [*reader.problems, *refs.kit_problems(kit, sources, unread)]
    _raise(problems or sense.sense_problems(kit, sources, today))
    return LoadedKit(kit, sources)


def read_system(name: Path | str) -> LoadedSystem:
    """As `load_system`, with sources."""
    reader, folder = _Reader(), _folder("systems", name)
    card = reader.markdown(folder / "card.md", ("card",))
    spec: SystemSpec = reader.model(folder / "system.yaml", ("system",), SystemSpec)
    system = reader.done(spec).model_copy(update={"card": card.strip()})
    _raise(refs.system_problems(system, reader.sources))
    return LoadedSystem(system, reader.sources)


def read_scenario(name: Path | str) -> LoadedScenario:
    """As `load_scenario`, with sources. References to kit and system are checked by `hotwash.kit.lint`."""
    folder = _folder("scenarios", name)
    reader = _Reader()
    brief = reader.markdown(folder / "player-brief.md", ("brief",))
    guide = reader.markdown(folder / "facilitator-guide.md", ("guide",))
    scenario = reader.model(folder / "scenario.yaml", ("scenario",), Scenario)
    world_file = folder / "world.yaml"
    world = reader.model(world_file, ("world",), World) if world_file.exists() else World()
    msel = reader.model(folder / "msel.yaml", ("msel",), list[Inject])
    key = reader.model(folder / "answer-key.yaml", ("key",), AnswerKey)
    reader.done(scenario)
    whole = scenario.model_copy(update={"brief": brief.strip()})
    secret = ScenarioSecret(scenario=whole.id, world=world, msel=msel, key=key, facilitator_guide=guide)
    if whole.id != folder.name:
        where = reader.sources.where(("scenario", "id"))
        raise ContentError([Problem(where, f"the id is '{whole.id}'", f"Write the folder's name: {folder.name}.")])
    return LoadedScenario(whole, secret, reader.sources)


def _folder(kind: str, name: Path | str) -> Path:
    """A slug means content that ships, anything with a separator (or a Path) a folder."""
    if isinstance(name, str) and SLUG.fullmatch(name):
        folder = CONTENT / kind / name
        if not folder.is_dir():
            known = ", ".join(path.name for path in sorted((CONTENT / kind).glob("*")) if path.is_dir())
            said = "no such content ships"
            write = f"Write one of: {known}; or the path of a folder of your own."
            raise ContentError([Problem(Located(Path(kind) / name), said, write)])
        return folder
    return _existing(Path(name), f"{kind.removesuffix('s')}.yaml")


def _existing(folder: Path, holds: str) -> Path:
    if not folder.is_dir():
        raise ContentError([Problem(Located(folder), "there is no such folder", f"Name a folder that holds {holds}.")])
    return folder


def _slugs(kind: str, holds: str) -> tuple[str, ...]:
    return tuple(sorted(path.parent.name for path in (CONTENT / kind).glob(f"*/{holds}")))


def _raise(problems: Sequence[Problem]) -> None:
    if problems:
        raise ContentError(list(problems))
