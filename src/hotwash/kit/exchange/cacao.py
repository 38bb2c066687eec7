"""Runbooks of a kit as CACAO 2.0 playbooks (OASIS, Security Playbooks Version 2.0), and playbooks as draft runbooks.

A section is a stretch of the workflow and each of its items one manual action, in order; whose turn it is (a seat in bold) becomes the
agent. A playbook that breaks the specification is read as far as it goes, and each breach is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt

from hotwash.kernel.errors import ContentError
from hotwash.kit.exchange.given import read_object, slug, stable_uuid, words
from hotwash.kit.schema.kit import Guide

SECTIONS = {
    "Detection": "detection", "Triage": "investigation", "Containment options": "mitigation",
    "Escalation and messages": "notification", "Recovery proof": "remediation",
}  # fmt: skip
"""Sections of a runbook → playbook types of CACAO, section 3.1.1."""
FOREIGN = {
    "detection": "Detection", "analysis": "Triage", "investigation": "Triage", "containment": "Containment options",
    "mitigation": "Containment options", "prevention": "Containment options", "notification": "Escalation and messages",
    "remediation": "Recovery proof", "recovery": "Recovery proof", "configuration": "Recovery proof", "eradication": "Recovery proof",
}  # fmt: skip
"""Words that playbooks of others use for a step's kind → where it stands in a runbook; anything else goes under Triage."""
ACTIVITIES = {
    "detection": "match-indicator", "investigation": "analyze-collected-data", "mitigation": "restrict-access",
    "notification": "deliver-content", "remediation": "restore-capabilities",
}  # fmt: skip
DONT = "Do not"
UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-5][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}"
ID = re.compile(rf"[a-z][a-z0-9-]+[a-z0-9]--{UUID}")
NEXT = (
    "on_completion",
    "on_success",
    "next_step",
    "on_true",
    "on_false",
    "on_failure",
    "next_steps",
    "conditions",
    "cases",
)
SEAT = re.compile(r"\*\*([a-z]+)\*\*")


@dataclass(frozen=True)
class GivenRunbook:
    """A playbook as the text of a draft runbook, and what was lost, broken or guessed."""

    id: str
    markdown: str
    lost: tuple[str, ...]


def sections_of(text: str) -> list[tuple[str, list[str]]]:
    """Headings of the second level with the items of the lists below them, as Markdown; a heading that comes again goes on where it was."""
    found: dict[str, list[str]] = {}
    tokens, at = MarkdownIt().parse(text), ""
    for number, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            at = tokens[number + 1].content
            found.setdefault(at, [])
        elif token.type == "inline" and at and tokens[number - 2].type == "list_item_open":
            found[at].append(" ".join(token.content.split()))
    return list(found.items())


def to_cacao(guide: Guide, when: datetime, organisation: str, seats: Mapping[str, str]) -> dict[str, Any]:
    """One runbook as a playbook. `when` is the time of both `created` and `modified`; `seats` are ids with titles.

    Raises ContentError for a guide that is no runbook or has no step, and where there is no seat.
    """
    sections = [(title, found) for title, found in sections_of(guide.text) if title in SECTIONS and found]
    if guide.kind != "runbook" or not sections:
        said = f"'{guide.id}' is a {guide.kind} without steps under {', '.join(SECTIONS)}"
        raise ContentError.at(Path(f"{guide.id}.md"), said, "Name a runbook of the kit.")
    if not seats:
        raise ContentError.at(Path("roles.yaml"), "has no seat that could act", "Name a seat at least.")
    stamp = when.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    start, end = _id("start", guide.id), _id("end", guide.id)
    steps = [
        (title, text, _id("action", guide.id, title, str(at)))
        for title, found in sections
        for at, text in enumerate(found)
    ]
    following = [*(one for _, _, one in steps[1:]), end]
    agents = {_id("group", seat): {"type": "group", "name": name} for seat, name in seats.items()}
    dont = [item for title, found in sections_of(guide.text) if title == DONT for item in found]
    forbidden = f" Do not: {' '.join(dont)}" if dont else ""
    return {
        "type": "playbook",
        "spec_version": "cacao-2.0",
        "id": _id("playbook", guide.id),
        "name": guide.title,
        "description": f"{guide.text.split('##')[0].strip()}{forbidden}",
        "playbook_types": [SECTIONS[title] for title, _ in sections],
        "playbook_activities": [ACTIVITIES[SECTIONS[title]] for title, _ in sections],
        "created_by": _id("identity", organisation),
        "created": stamp,
        "modified": stamp,
        "labels": ["ai-incident", *guide.modes],
        "external_references": [{"name": one, "source": one} for one in guide.sources or ["hotwash"]],
        "workflow_start": start,
        "workflow": {
            start: {"type": "start", "on_completion": steps[0][2]},
            **{
                one: _action(title, text, after, seats)
                for (title, text, one), after in zip(steps, following, strict=True)
            },
            end: {"type": "end"},
        },
        "agent_definitions": agents,
    }


def _id(kind: str, *parts: str) -> str:
    return f"{kind}--{stable_uuid('cacao', kind, *parts)}"


def _action(title: str, text: str, after: str, seats: Mapping[str, str]) -> dict[str, Any]:
    named = next((seat for seat in SEAT.findall(text) if seat in seats), "")
    command = {"type": "manual", "command": text, "playbook_activity": ACTIVITIES[SECTIONS[title]]}
    agent = named or next(iter(seats))
    return {
        "type": "action", "name": title, "description": text, "on_completion": after, "commands": [command], "agent": _id("group", agent),
    }  # fmt: skip


def from_cacao(text: str, file: Path, modes: Sequence[str] = ()) -> GivenRunbook:
    """A playbook as a draft runbook. Raises ContentError for a file that is no playbook or has no step that can be read."""
    body = read_object(text, file)
    workflow = body.get("workflow")
    if body.get("type") != "playbook" or not isinstance(workflow, dict):
        raise ContentError.at(file, "is no CACAO playbook", "Name a file whose type is 'playbook'.")
    order = list(_walk(workflow, words(body.get("workflow_start"))))
    kept: dict[str, list[str]] = {title: [] for title in SECTIONS}
    for name in order:
        step = workflow[name]
        if said := _said(step):
            kept[_section(step)].append(said)
    if not any(kept.values()):
        raise ContentError.at(file, "has no step with words in it", "Name a playbook with actions.")
    title = words(body.get("name")) or file.stem
    made = f"runbook-{slug(title).removeprefix('runbook-')}"[:60].rstrip("-")
    lines = [
        "---",
        f"id: {made}",
        f'title: "{title.replace(chr(34), chr(39))}"',
        "kind: runbook",
        f"modes: [{', '.join(modes)}]",
        "seats: []",
    ]
    source = words(body.get("id")) or file.name
    lines += [
        "sources:",
        f'  - "CACAO playbook {source.replace(chr(34), chr(39))}"',
        "---",
        words(body.get("description")) or title,
    ]
    for section, found in kept.items():
        lines += (
            ["", f"## {section}", "", *(f"{number}. {one}" for number, one in enumerate(found, 1))] if found else []
        )
    return GivenRunbook(made, "\n".join(lines) + "\n", tuple(_breaches(body, workflow, order)))


def _walk(workflow: Mapping[str, Any], start: str) -> Iterator[str]:
    """Steps in the order in which they are reached, first branch first; what is never reached comes last."""
    waiting, seen = [start], set[str]()
    while waiting:
        name = waiting.pop(0)
        step = workflow.get(name)
        if name in seen or not isinstance(step, dict):
            continue
        seen.add(name)
        yield name
        waiting = [*_after(step), *waiting]
    yield from (name for name, step in workflow.items() if name not in seen and isinstance(step, dict))


def _after(step: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    for key in NEXT:
        value = step.get(key)
        several = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
        found += [one for one in several if isinstance(one, str)]
    return found


def _said(step: Mapping[str, Any]) -> str:
    if step.get("type") in ("start", "end"):
        return ""
    commands = step.get("commands")
    told = (
        [words(one.get("command")) for one in commands if isinstance(one, dict)] if isinstance(commands, list) else []
    )
    said = words(step.get("description")) or "; ".join(one for one in told if one) or words(step.get("condition"))
    name = words(step.get("name"))
    text = name if not said else said if name in ("", *SECTIONS) or name in said else f"{name}: {said}"
    return " ".join(text.split())


def _section(step: Mapping[str, Any]) -> str:
    name = words(step.get("name"))
    return name if name in SECTIONS else FOREIGN.get(words(step.get("action_type")).lower(), "Triage")


def _breaches(body: Mapping[str, Any], workflow: Mapping[str, Any], order: Sequence[str]) -> Iterator[str]:
    if body.get("spec_version") != "cacao-2.0":
        yield f"spec_version is {body.get('spec_version')!r}, not 'cacao-2.0'"
    bad = [one for one in (words(body.get("id")), words(body.get("created_by")), *workflow) if not ID.fullmatch(one)]
    if bad:
        yield f"{len(bad)} ids are no type--UUID: {', '.join(bad[:3])}{' …' if len(bad) > 3 else ''}"  # three are enough to find them
    branches = [one for one in order if workflow[one].get("type") not in ("start", "end", "action")]
    if branches:
        yield f"{len(branches)} branching steps became plain items: {', '.join(branches[:3])}"
    reached = set(_reached(workflow, words(body.get("workflow_start"))))
    if beyond := [one for one in order if one not in reached]:
        yield f"{len(beyond)} steps are never reached: {', '.join(beyond[:3])}"


def _reached(workflow: Mapping[str, Any], start: str) -> Iterator[str]:
    waiting, seen = [start], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen or not isinstance(workflow.get(name), dict):
            continue
        seen.add(name)
        yield name
        waiting += _after(workflow[name])
