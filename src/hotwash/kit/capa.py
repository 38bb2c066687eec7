"""Reads `capa.yaml` and says what in it cannot be closed by anybody."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from hotwash.kernel.errors import ContentError, Problem
from hotwash.kit.digest import content_digest
from hotwash.kit.mistakes import in_order
from hotwash.kit.names import instead
from hotwash.kit.reader import Reader
from hotwash.kit.schema.capa import CapaAction, CapaFile
from hotwash.kit.sources import NOWHERE, Findings, Place, Sources
from hotwash.kit.statement import weaknesses
from hotwash.kit.text import Document, parse_yaml
from hotwash.kit.writing import scalar

PAPER = "capa.yaml"
PART = "capa"
TEAMS = re.compile(r"\b(?:teams?|squad|group|department|dept|everyone|everybody|engineering|operations|security|legal|tbd|n/?a|unknown|somebody|someone|open)\b", re.IGNORECASE)  # fmt: skip
"""An owner is a person: a name of these is nobody's."""


@dataclass(frozen=True)
class LoadedCapa:
    """The file with every problem in it. `plan` has the actions whose form is whole; `drafts` maps the id of each other one to what it lacks."""

    file: Path
    plan: CapaFile
    problems: tuple[Problem, ...]
    drafts: Mapping[str, tuple[str, ...]]
    sources: Sources = NOWHERE
    entries: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Every entry as it stands in the file, by its id; drafts too."""

    def of(self, name: str) -> CapaAction:
        """An action whose form is whole. Raises ContentError for another id."""
        for one in self.plan.actions:
            if one.id == name:
                return one
        if name in self.drafts:
            said = f"action '{name}' is still a draft: {', '.join(self.drafts[name])} missing"
            raise ContentError.at(self.file, said, "Fill it in, then: hotwash capa check.")
        known = [*(one.id for one in self.plan.actions), *self.drafts]
        raise ContentError.at(self.file, f"there is no action '{name}'", instead(name, known))

    def done(self) -> CapaFile:
        """The plan, when nothing is wrong. Raises ContentError with everything that is."""
        if self.problems:
            raise ContentError(list(self.problems))
        return self.plan


def action_digest(action: CapaAction) -> str:
    """What a verification was of: any change of the action, even of a word, gives another."""
    return content_digest(action)


def load_capa(file: Path, *, events: Collection[int] = (), moved: Mapping[str, date] | None = None, replaced: Mapping[str, str] | None = None) -> LoadedCapa:  # fmt: skip
    """Read and check. `events` are the versions that a citation may name (none: not checked); `moved` maps an action to the deadline that was
    first noted for it, `replaced` to the one that stands in its place. Raises ContentError where the file cannot be read at all."""
    reader = Reader()
    document = reader.document(file, (PART,))
    if document is None:
        raise ContentError(reader.problems)
    reader = Reader()
    plan: CapaFile | None = reader.model(file, (PART,), CapaFile)
    if plan is None:
        raise ContentError(in_order(reader.problems))
    findings = Findings(reader.sources)
    _check(findings, plan, set(_ids(document)), events, moved or {})
    _check_replaced(findings, plan, set(_ids(document)), replaced or {})
    whole = {one.id for one in plan.actions}
    entries = {str(one["id"]): one for one in _entries(document) if isinstance(one.get("id"), str)}
    drafts = {name: lacks for name, lacks in _drafts(document) if name not in whole}
    problems = tuple(in_order([*_gathered(reader.problems), *findings.problems]))
    return LoadedCapa(file, plan, problems, drafts, reader.sources, entries)


def _check(
    findings: Findings, plan: CapaFile, ids: set[str], events: Collection[int], moved: Mapping[str, date]
) -> None:
    seen: set[str] = set()
    for number, one in enumerate(plan.actions):
        place: Place = (PART, "actions", number)
        if one.id in seen:
            findings.add((*place, "id"), f"'{one.id}' is there twice", "Give every action an id of its own.")
        seen.add(one.id)
        for inside, found, write in mistakes_in(one, ids, events, moved.get(one.id)):
            findings.add((*place, *inside), found, write)
    for name, around in cycles(plan):
        number = [one.id for one in plan.actions].index(name)
        said = f"'{name}' waits for itself: {' → '.join(around)}"
        findings.add((PART, "actions", number, "depends_on"), said, "Take one of these away.")


def _check_replaced(findings: Findings, plan: CapaFile, ids: set[str], replaced: Mapping[str, str]) -> None:
    """What stands in the place of another has to stand somewhere."""
    for number, one in enumerate(plan.actions):
        by = replaced.get(one.id)
        if by is not None and by not in ids:
            said, write = f"'{one.id}' was replaced by '{by}', which is not there", f"Put '{by}' back, or: hotwash capa replace DRILL {one.id} --with ANOTHER --reason '...'."  # fmt: skip
            findings.add((PART, "actions", number, "id"), said, write)


def mistakes_in(
    one: CapaAction, ids: Collection[str], events: Collection[int], first: date | None
) -> Iterator[tuple[Place, str, str]]:
    """What keeps one action from being proved: the place in it, what was found, what to write. `ids` are all actions that there are, `first`
    the deadline that was noted first."""
    yield from mistakes_in_words(one.action, one.owner)
    attested = one.verification.attestation
    if attested is not None and attested.by.casefold() == one.owner.casefold():
        where = ("verification", "attestation", "by")
        yield where, "the owner attests the own action", "Let somebody else look and say so."
    for which, version in enumerate(one.cites):
        if events and version not in events:
            yield ("cites", which), f"the record has no event {version}", "Cite events of this drill."
    if first is not None and first != one.deadline:
        write = f"Write {first} again, then: hotwash capa reschedule DRILL {one.id} --to {one.deadline} --reason '...'."
        yield ("deadline",), f"the deadline was {first} and was moved without a reason", write
    if one.effect is not None and one.effect.on < one.deadline:
        yield ("effect", "on"), "the effect is looked for before the action is due", "Name a day after the deadline."
    if one.decision is not None and one.decision.due > one.deadline:
        yield ("decision", "due"), "the decision comes after the deadline", "Ask for it earlier, or move the deadline."
    for which, other in enumerate(one.depends_on):
        if other not in ids:
            yield ("depends_on", which), f"there is no action '{other}'", instead(other, sorted(ids))


def mistakes_in_words(action: str, owner: str) -> Iterator[tuple[Place, str, str]]:
    """What is wrong with the statement and with the owner's name, whatever else there is; empty ones are somebody else's to tell."""
    for weak in weaknesses(action) if action else ():
        yield ("action",), f"'{_short(action)}' cannot be shown to be false: {weak.found}", weak.write
    if TEAMS.search(owner):
        yield ("owner",), f"'{owner}' is no person", "Name one person; a team owns nothing."


def cycles(plan: CapaFile) -> Iterator[tuple[str, list[str]]]:
    """Every circle of dependencies, once: its first action by id, and the way around."""
    waits = {one.id: one.depends_on for one in plan.actions}
    told: set[frozenset[str]] = set()
    for start in sorted(waits):
        way = _way_back(start, waits)
        if way and frozenset(way) not in told:
            told.add(frozenset(way))
            yield start, way


def _way_back(start: str, waits: Mapping[str, list[str]]) -> list[str]:
    ways, seen = [[start, one] for one in waits[start]], set[str]()
    while ways:
        way = ways.pop()
        if way[-1] == start:
            return way
        if way[-1] not in seen:
            seen.add(way[-1])
            ways += [[*way, one] for one in waits.get(way[-1], ())]
    return []


def _gathered(problems: list[Problem]) -> list[Problem]:
    """What is missing at one place, as one problem: a draft lacks seven things, and one line says it better than seven."""
    lacks: dict[str, list[Problem]] = {}
    for one in problems:
        if one.found.endswith(" is missing"):
            lacks.setdefault(str(one.where), []).append(one)
    several = {name: ones for name, ones in lacks.items() if len(ones) > 1}
    joined = [
        Problem(ones[0].where, f"{', '.join(one.found.removesuffix(' is missing') for one in ones)} are missing", "Fill in what is marked OPEN, or delete the action.")
        for ones in several.values()
    ]  # fmt: skip
    gone = {id(one) for ones in several.values() for one in ones}
    return [*(one for one in problems if id(one) not in gone), *joined]


def _ids(document: Document) -> Iterator[str]:
    for one in _entries(document):
        if isinstance(one.get("id"), str):
            yield one["id"]


def _drafts(document: Document) -> Iterator[tuple[str, tuple[str, ...]]]:
    needed = [name for name, field in CapaAction.model_fields.items() if field.is_required()]
    for one in _entries(document):
        if isinstance(one.get("id"), str):
            yield one["id"], tuple(name for name in needed if one.get(name) is None) or ("something in it is",)


def _entries(document: Document) -> list[dict[str, Any]]:
    data = document.data.get("actions") if isinstance(document.data, dict) else None
    return [one for one in data or () if isinstance(one, dict)] if isinstance(data, list) else []


def _short(text: str) -> str:
    return text if len(text) < 60 else text[:57] + "..."


# Writing: text alone, so that comments and order of everything else stay.


def as_entry(action: CapaAction) -> str:
    """One action as an entry of the list `actions`, ending with a line break."""
    lines: list[str] = []
    for name, value in action.model_dump(exclude_defaults=True).items():
        lines += _lines(name, value, 0)
    return "".join(f"  {'- ' if n == 0 else '  '}{line}\n" for n, line in enumerate(lines))


def _lines(name: str, value: Any, depth: int) -> list[str]:
    indent = "  " * depth
    if isinstance(value, dict):
        inner = [line for key, one in value.items() if one is not None for line in _lines(key, one, depth + 1)]
        return [f"{indent}{name}:", *inner]
    return [f"{indent}{name}: {scalar(value)}"]


def with_entry(text: str, file: Path, entry: str, replaces: str = "") -> str:
    """The file's text with an entry in the place of the action called `replaces`, or at its end. Raises ContentError where the file has no
    block list `actions` to write into."""
    lines = text.splitlines(keepends=True)
    document = parse_yaml(text, file)
    entries = document.data.get("actions") if isinstance(document.data, dict) else None
    starts = [document.where(("actions", n)).line - 1 for n in range(len(entries or ()))]
    if replaces:
        which = next(n for n, one in enumerate(entries or ()) if isinstance(one, dict) and one.get("id") == replaces)
        end = starts[which + 1] if which + 1 < len(starts) else len(lines)
        while end > starts[which] + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
            end -= 1  # what stands above the next entry belongs to it
        new = [*lines[: starts[which]], entry, *lines[end:]]
    else:
        head = re.sub(r"^actions:[ \t]*(?:\[\s*\]|null|~)?[ \t]*$", "actions:", text, flags=re.MULTILINE)
        new = [head.rstrip("\n") + "\n", *([] if "actions:" in head else ["actions:\n"]), entry]
    written = "".join(new)
    again = parse_yaml(written, file)
    expected = len(entries or ()) + (0 if replaces else 1)
    if not isinstance(again.data, dict) or len(again.data.get("actions") or ()) != expected:
        raise ContentError.at(file, "the list 'actions' cannot be written into", "Write it as a list, one '- id:' for each action, at the end of the file.")  # fmt: skip
    return written
