"""From files to typed content. Every mistake is collected and located; players' and secret content stay two objects."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeGuard

from hotwash.kernel.errors import ContentError, Located, Problem
from hotwash.kit import refs, sense
from hotwash.kit.mistakes import in_order
from hotwash.kit.partial import ALL_READ, Unread
from hotwash.kit.reader import Reader, kit_field, raise_all
from hotwash.kit.schema.bundle import Bundle, BundlePair
from hotwash.kit.schema.columns import TraceColumns
from hotwash.kit.schema.facts import FactsFile
from hotwash.kit.schema.kit import Guide, Kit, MessageTemplate, Severity
from hotwash.kit.schema.mapping import TraceMapping
from hotwash.kit.schema.phrases import Phrases
from hotwash.kit.schema.programme import Programme, RealIncident
from hotwash.kit.schema.rehearsal import RehearsalPlan
from hotwash.kit.schema.scenario import Scenario
from hotwash.kit.schema.system import SystemSpec, World
from hotwash.kit.secret import AnswerKey, Constraint, Inject, ScenarioSecret
from hotwash.kit.sources import Sources

CONTENT = Path(str(files("hotwash"))) / "content"
SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
KIT_FILES = {
    "taxonomy": "taxonomy.yaml", "severity": "severity.yaml", "declaration": "declaration.yaml", "rules": "rules.yaml",
    "roles": "roles.yaml", "levers": "levers.yaml", "harm": "harm.yaml", "alerts": "alerts.yaml",
    "prohibited": "prohibited.yaml", "wording": "wording.yaml", "rubric": "rubric.yaml", "timeline": "timeline.yaml",
    "obligations": "obligations.yaml", "questions": "questions.yaml", "calendars": "calendars.yaml", "notices": "notices.yaml",
    "engagement": "rules-of-engagement.yaml", "provenance": "provenance.yaml",
    "stakeholders": "stakeholders.yaml", "communication": "communication.yaml", "sentences": "sentences.yaml",
}  # fmt: skip
"""Field of `Kit` → its file. Besides them: `kit.yaml`, `tiers.yaml` (tiers and breaker), `messages/*.md`, `guides/*.md`."""
FROM_BASE = frozenset({"questions", "calendars", "notices"})
"""Parts that are the base's where a kit has no file for them: kits and records are older than these files."""
TIER_PARTS = ("tiers", "breaker")
"""The top keys of `tiers.yaml`."""


@dataclass(frozen=True)
class LoadedKit:
    """A kit and where its parts stand. Of a kit with mistakes, parts that are `unread` are missing or incomplete."""

    kit: Kit
    sources: Sources
    unread: Unread = ALL_READ


@dataclass(frozen=True)
class LoadedScenario:
    """Both halves of a scenario, still two objects, and where their parts stand. What is `unread` is missing."""

    scenario: Scenario
    secret: ScenarioSecret
    sources: Sources
    unread: Unread = ALL_READ


@dataclass(frozen=True)
class LoadedSystem:
    """A system pack and where its parts stand."""

    system: SystemSpec
    sources: Sources


def load_kit(path: Path | str | None = None, today: date | None = None) -> Kit:
    """The kit in a folder; the base kit that ships without one. With the day, exceptions that have run out are problems
    too. Raises ContentError with every problem found."""
    return _base_kit(CONTENT) if path is None and today is None else read_kit(path, today).kit


def load_severity(path: Path | None = None) -> Severity:
    """The severity matrix of the kit in a folder, all of which must be without mistakes; the base kit's without one. What ships was
    checked before it did: of the base kit one file is read. Raises ContentError with every problem found."""
    return _base_severity(CONTENT) if path is None else load_kit(path).severity


def kit_schemas() -> dict[str, dict[str, Any]]:
    """JSON Schema of every kit file, by the file's stem, for editors."""
    found = {Path(file).stem: kit_field(field)[0].json_schema() for field, file in KIT_FILES.items()}
    tiers = {field: kit_field(field)[0].json_schema() for field in TIER_PARTS}
    found["tiers"] = {"type": "object", "properties": tiers, "required": [*tiers], "additionalProperties": False}
    return found


def base_kit_folder() -> Path:
    """Where the base kit that ships is."""
    return CONTENT / "kits" / "base"


def load_system(name: Path | str) -> SystemSpec:
    """A system pack, by slug or folder. Raises ContentError."""
    return _system(CONTENT, name) if _is_slug(name) else read_system(name).system


def load_phrases(name: Path | str) -> Phrases:
    """The words of a system pack, by slug or folder. Raises ContentError."""
    return _phrases(CONTENT, name) if _is_slug(name) else _read_phrases(name)


def load_scenario(name: Path | str) -> tuple[Scenario, ScenarioSecret]:
    """What players may know of a scenario, and the rest, by slug or folder. Raises ContentError."""
    return _scenario(CONTENT, name) if _is_slug(name) else _read_halves(name)


def load_constraint(name: Path | str) -> Constraint:
    """A constraint card, by slug or file. Raises ContentError."""
    file = Path(name)
    if _is_slug(name):
        file = CONTENT / "constraints" / f"{name}.yaml"
        if not file.is_file():
            write = f"Write one of: {', '.join(list_constraints())}; or the path of a card of your own."
            raise ContentError.at(Path("constraints") / name, "no such card ships", write)
    reader = Reader()
    return reader.done(reader.model(file, ("constraint",), Constraint))


def list_constraints() -> tuple[str, ...]:
    """Slugs of the constraint cards that ship, in alphabetical order."""
    return tuple(sorted(file.stem for file in (CONTENT / "constraints").glob("*.yaml")))


def load_mapping(file: Path) -> TraceMapping:
    """A mapping file for recorded traces. Raises ContentError with every mistake in it."""
    reader = Reader()
    return reader.done(reader.model(file, ("mapping",), TraceMapping))


def load_columns(file: Path) -> TraceColumns:
    """What the columns of a table of traces mean. Raises ContentError with every mistake in it."""
    reader = Reader()
    return reader.done(reader.model(file, ("columns",), TraceColumns))


def load_rehearsal(file: Path | None = None) -> RehearsalPlan:
    """A plan of a rehearsal; the one that ships where no file is named. Raises ContentError with every mistake in it."""
    reader = Reader()
    plan: RehearsalPlan = reader.done(
        reader.model(file or CONTENT / "rehearsals" / "base.yaml", ("rehearsal",), RehearsalPlan)
    )
    for field in ("teams", "variations"):
        ids = [one.id for one in getattr(plan, field)]
        for number, name in enumerate(ids):
            if name in ids[:number]:
                where = reader.sources.where(("rehearsal", field, number, "id"))
                raise ContentError.at(where, f"two of the {field} are called '{name}'", "Give each its own id.")
    return plan


def load_facts(file: Path) -> FactsFile:
    """What an organisation knows about an incident of its own. Raises ContentError with every mistake in the file."""
    reader = Reader()
    return reader.done(reader.model(file, ("facts",), FactsFile))


def load_programme(file: Path | None = None) -> Programme:
    """The year of exercises: an organisation's own, or the one that ships. Raises ContentError with every mistake in it."""
    reader = Reader()
    return reader.done(reader.model(file or CONTENT / "programme.yaml", ("programme",), Programme))


def load_incidents(file: Path) -> list[RealIncident]:
    """Real incidents by their stamps. Raises ContentError with every mistake in the file."""
    reader = Reader()
    return reader.done(reader.model(file, ("incidents",), list[RealIncident]))


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
    loaded, problems = examine_kit(path, today)
    raise_all(problems)
    return loaded


def examine_kit(path: Path | str | None = None, today: date | None = None) -> tuple[LoadedKit, list[Problem]]:
    """What can be read of a kit, and every mistake in it: in the form of its files, in its names, and between them. A file
    that cannot be read hides no mistake elsewhere and makes none up. Raises ContentError where there is no such folder."""
    folder = base_kit_folder() if path is None else _existing(Path(path), "kit.yaml")
    reader = Reader()
    head = reader.document(folder / "kit.yaml", ("kit",))
    values: dict[str, Any] = reader.head(head)
    for field, name in KIT_FILES.items():
        own = field not in FROM_BASE or (folder / name).exists()
        values[field] = reader.field((folder if own else base_kit_folder()) / name, (field,), field)
    tiers = reader.document(folder / "tiers.yaml", ("tiers.yaml",))
    for field in TIER_PARTS:
        values[field] = reader.part(tiers, field)
    reader.no_other_keys(tiers, TIER_PARTS)
    values["messages"] = reader.pages(folder / "messages", MessageTemplate, "messages")
    if not values["messages"] and "messages" not in reader.unread.partly:
        said = Problem(Located(folder / "messages"), "there are no messages", "Add templates as *.md files.")
        reader.missing("messages", said)
    values["guides"] = reader.pages(folder / "guides", Guide, "guides")
    unread, sources = reader.unread, reader.sources
    kit = Kit.model_construct(**{name: value for name, value in values.items() if name not in unread.wholly})
    problems = [*reader.problems, *refs.kit_problems(kit, sources, unread)]
    problems += sense.sense_problems(kit, sources, today, unread)
    return LoadedKit(kit, sources, unread), in_order(problems)


def read_system(name: Path | str) -> LoadedSystem:
    """As `load_system`, with sources."""
    reader, folder = Reader(), _folder("systems", name)
    card = reader.markdown(folder / "card.md", ("card",))
    spec: SystemSpec = reader.model(folder / "system.yaml", ("system",), SystemSpec)
    bundles = _bundles(reader, folder / "bundles")
    system = reader.done(spec).model_copy(update={"card": card.strip(), "bundles": bundles})
    raise_all(refs.system_problems(system, reader.sources))
    return LoadedSystem(system, reader.sources)


def _bundles(reader: Reader, folder: Path) -> BundlePair | None:
    """The bundles of a system pack; a pack from before there were any has none."""
    if not folder.is_dir():
        return None
    current, last_good = (
        reader.model(folder / f"{one}.yaml", ("bundles", one), Bundle) for one in ("current", "last-good")
    )
    return BundlePair.model_construct(current=current, last_good=last_good)


def read_scenario(name: Path | str) -> LoadedScenario:
    """As `load_scenario`, with sources. References to kit and system are checked by `hotwash.kit.lint`."""
    loaded, problems = examine_scenario(name)
    raise_all(problems)
    return loaded


def examine_scenario(name: Path | str) -> tuple[LoadedScenario, list[Problem]]:
    """What can be read of a scenario, and every mistake in the form of its files. Raises ContentError where there is no
    such folder."""
    folder = _folder("scenarios", name)
    reader = Reader()
    brief = reader.markdown(folder / "player-brief.md", ("brief",))
    guide = reader.markdown(folder / "facilitator-guide.md", ("guide",))
    scenario = reader.model(folder / "scenario.yaml", ("scenario",), Scenario)
    world_file = folder / "world.yaml"
    world = reader.model(world_file, ("world",), World) if world_file.exists() else World()
    msel = reader.model(folder / "msel.yaml", ("msel",), list[Inject])
    key = reader.model(folder / "answer-key.yaml", ("key",), AnswerKey)
    unread, sources, problems = reader.unread, reader.sources, reader.problems
    parts = {"world": world, "msel": msel, "key": key}
    read: dict[str, Any] = {part: value for part, value in parts.items() if part not in unread.wholly}
    if unread.lacks("scenario"):
        nothing: dict[str, Any] = {}
        scenario = Scenario.model_construct(**nothing)
    else:
        scenario = scenario.model_copy(update={"brief": brief.strip()})
        read["scenario"] = scenario.id
        if scenario.id != folder.name:
            where, write = sources.where(("scenario", "id")), f"Write the folder's name: {folder.name}."
            problems = [*problems, Problem(where, f"the id is '{scenario.id}'", write)]
    read["facilitator_guide"] = guide.strip()
    secret = ScenarioSecret.model_construct(**read)
    return LoadedScenario(scenario, secret, sources, unread), in_order(problems)


def _read_phrases(name: Path | str) -> Phrases:
    reader = Reader()
    return reader.done(reader.model(_folder("systems", name) / "phrases.yaml", ("phrases",), Phrases))


def _read_halves(name: Path | str) -> tuple[Scenario, ScenarioSecret]:
    loaded = read_scenario(name)
    return loaded.scenario, loaded.secret


# What ships does not change while a process runs, and content is frozen: each part of it is read once.


@cache
def _base_kit(_content: Path) -> Kit:
    return read_kit().kit


@cache
def _base_severity(_content: Path) -> Severity:
    reader = Reader()
    found: Severity = reader.field(base_kit_folder() / KIT_FILES["severity"], ("severity",), "severity")
    return reader.done(found)


@cache
def _system(_content: Path, slug: str) -> SystemSpec:
    return read_system(slug).system


@cache
def _phrases(_content: Path, slug: str) -> Phrases:
    return _read_phrases(slug)


@cache
def _scenario(_content: Path, slug: str) -> tuple[Scenario, ScenarioSecret]:
    return _read_halves(slug)


def _is_slug(name: Path | str) -> TypeGuard[str]:
    """A slug means content that ships, anything with a separator (or a Path) a folder."""
    return isinstance(name, str) and bool(
        SLUG.fullmatch(name) or (SLUG.fullmatch(name.lower()) and not Path(name).is_dir())
    )


def _folder(kind: str, name: Path | str) -> Path:
    if _is_slug(name):
        folder = CONTENT / kind / name
        known = [path.name for path in sorted((CONTENT / kind).glob("*")) if path.is_dir()]
        if name not in known:
            said = "no such content ships"
            near = get_close_matches(name.lower(), known, 1)
            write = f"Write one of: {', '.join(known)}; or the path of a folder of your own."
            write = f"{write} Did you mean {near[0]}?" if near else write
            raise ContentError.at(Path(kind) / name, said, write)
        return folder
    return _existing(Path(name), f"{kind.removesuffix('s')}.yaml")


def _existing(folder: Path, holds: str) -> Path:
    if not folder.is_dir():
        found = "this is a file, not a folder" if folder.is_file() else "there is no such folder"
        raise ContentError.at(folder, found, f"Name a folder that holds {holds}.")
    if (folder / "events.jsonl").is_file():
        raise ContentError.at(folder, "this is the record of a drill", f"Name a folder that holds {holds}.")
    return folder


def _slugs(kind: str, holds: str) -> tuple[str, ...]:
    return tuple(sorted(path.parent.name for path in (CONTENT / kind).glob(f"*/{holds}")))
