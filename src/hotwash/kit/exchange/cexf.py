"""CEXF, the Common Exercise Format of the MISP project (format description of 2024-08-15; `schema_cexf.json` of its SkillAegis editor): four
keys, injects, evaluation rules.

It knows neither seats nor conditions: what it has no place for travels in `meta`, in the parameters of payloads and in our own action, whose
names start with `hotwash`. Of the tools that it knows a webhook is the one that a drill could be.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

from hotwash.kernel.errors import ContentError
from hotwash.kit.exchange.given import GivenInjects, items, read_object, slug, stable_uuid, words
from hotwash.kit.schema.conditions import AllOf, AnyOf, Condition, Known, Not, Seen, Since
from hotwash.kit.schema.scenario import Scenario
from hotwash.kit.secret import Inject

KEYS = ("exercise", "inject_flow", "inject_payloads", "injects")
TOOL, ACTION = "webhook", "hotwash_message_to_seats"
LEVELS = {1: "beginner", 2: "beginner", 3: "advanced", 4: "advanced", 5: "expert"}
"""Difficulty of a scenario → level of an exercise."""
LATEST_S = 366 * 24 * 3600
"""No exercise lasts longer: a later time is none."""
APART_MIN = 10
"""Minutes between injects of a file that gives no times."""


def to_cexf(scenario: Scenario, injects: Sequence[Inject]) -> dict[str, Any]:
    """A scenario's MSEL as CEXF. Ids are digests of ours, so that the same scenario is the same file."""
    return {
        "exercise": {
            "description": f"EXERCISE. {scenario.summary}",
            "expanded": scenario.brief or scenario.summary,
            "meta": {
                "author": "hotwash",
                "level": LEVELS[scenario.difficulty],
                "priority": scenario.difficulty,
                "system": scenario.system,
            },
            "name": f"EXERCISE: {scenario.title}",
            "namespace": "ai-incident",
            "tags": ['exercise:software-scope="hotwash"'],
            "total_duration": str(scenario.endex_min * 60),
            "uuid": str(stable_uuid("cexf", scenario.id)),
            "version": scenario.story_start.astimezone(UTC).strftime("%Y%m%d"),
        },
        "inject_flow": [_flow(scenario, one) for one in injects],
        "inject_payloads": [_payload(scenario, one) for one in injects],
        "injects": [_inject(scenario, one) for one in injects],
    }


def _id(scenario: Scenario, one: Inject, what: str) -> str:
    return str(stable_uuid("cexf", scenario.id, what, one.id))


def _flow(scenario: Scenario, one: Inject) -> dict[str, Any]:
    trigger = ["startex"] if one.at_min == 0 else ["triggered_at"] if one.at_min is not None else ["hotwash-condition"]
    return {
        "description": one.subject,
        "inject_uuid": _id(scenario, one, "inject"),
        "reporting_callback": [],
        "requirements": {},
        "sequence": {"completion_trigger": ["time_expiration", "completion"], "followed_by": [], "trigger": trigger},
        "timing": {"triggered_at": None if one.at_min is None else round(one.at_min * 60), "periodic_run_every": None},
    }


def _payload(scenario: Scenario, one: Inject) -> dict[str, Any]:
    return {
        "name": one.id,
        "parameters": {
            "content": base64.b64encode(one.body.encode()).decode(),
            "content-type": "base64",
            "filename": f"EXERCISE-{one.id}.txt",
            "hotwash": {"channel": one.channel, "from": one.sender, "kind": one.kind, "to": one.to},
        },
        "type": "file",
        "uuid": _id(scenario, one, "payload"),
    }


def _inject(scenario: Scenario, one: Inject) -> dict[str, Any]:
    rules = [
        {
            "parameters": [
                {seen.event: {"comparison": "count", "values": [f">{seen.times - 1}"]}} for seen in _seen(each.meet)
            ],
            "result": f"{each.seat}, within {each.within_min:g} min: {each.what}",
            "evaluation_strategy": "data_filtering",
            "evaluation_context": {},
            "score_range": [0, each.worth],
        }
        for each in one.expects
    ]
    return {
        "action": ACTION,
        "action_payload_resource_uuid": _id(scenario, one, "payload"),
        "inject_evaluation": rules,
        "name": one.subject,
        "target_tool": TOOL,
        "uuid": _id(scenario, one, "inject"),
    }


def _seen(condition: Condition) -> Iterator[Seen]:
    if isinstance(condition, Seen):
        yield condition
    elif isinstance(condition, AllOf | AnyOf):
        for one in condition.all if isinstance(condition, AllOf) else condition.any:
            yield from _seen(one)
    elif isinstance(condition, Since):
        yield from _seen(condition.since)
    elif not isinstance(condition, Not | Known):
        return


def from_cexf(text: str, file: Path) -> GivenInjects:
    """Injects of a CEXF file as a draft MSEL. Raises ContentError for a file that is no CEXF.

    Evaluation rules ask another tool about its state and cannot be asked of a drill: they come back as words in the evaluator's guidance.
    """
    body = read_object(text, file)
    missing = [key for key in KEYS if key not in body]
    if missing:
        said = f"lacks {', '.join(missing)}: CEXF has {', '.join(KEYS)}"
        raise ContentError.at(file, said, "Name a file in the Common Exercise Format.")
    payloads = {words(one.get("uuid")): one for one in items(body["inject_payloads"])}
    flow = {words(one.get("inject_uuid")): one for one in items(body["inject_flow"])}
    taken: set[str] = set()
    lost: list[str] = []
    found: list[Inject] = []
    for number, one in enumerate(items(body["injects"])):
        name = words(one.get("name")) or f"inject {number + 1}"
        made = slug(name, taken)
        payload = payloads.get(words(one.get("action_payload_resource_uuid")), {})
        at = _at(flow.get(words(one.get("uuid")), {}))
        if at is None:
            at = float(APART_MIN * number)
            lost.append(f"{made}: the file gives no time; minute {at:g} is a guess")
        found.append(_drafted(made, name, at, one, _parameters(payload)))
        lost += _notes(made, one, payload)
    return GivenInjects(tuple(found), tuple(lost))


def _parameters(payload: Mapping[str, Any]) -> dict[str, Any]:
    found = payload.get("parameters")
    return found if isinstance(found, dict) else {}


def _at(flow: Mapping[str, Any]) -> float | None:
    timing = flow.get("timing")
    said = timing.get("triggered_at") if isinstance(timing, dict) else None
    if isinstance(said, str) and said.isascii() and said.isdigit():  # as some write it
        said = float(said)
    if isinstance(said, int | float) and not isinstance(said, bool) and 0 <= said <= LATEST_S:
        return said / 60
    sequence = flow.get("sequence")
    trigger = sequence.get("trigger") if isinstance(sequence, dict) else None
    return 0.0 if trigger == "startex" or (isinstance(trigger, list) and "startex" in trigger) else None


def _drafted(made: str, name: str, at: float, one: Mapping[str, Any], given: Mapping[str, Any]) -> Inject:
    ours = given.get("hotwash") if isinstance(given.get("hotwash"), dict) else {}
    assert isinstance(ours, dict)
    rules = [words(each.get("result")) for each in items(one.get("inject_evaluation"))]
    looked = "; ".join(rule for rule in rules if rule)
    return Inject(
        id=made,
        kind=ours.get("kind", "contextual"),
        at_min=at,
        sender=words(ours.get("from")) or "exercise control",
        channel=ours.get("channel", "e-mail"),
        to=ours.get("to") or ["ic"],
        subject=name,
        body=_content(given) or "EXERCISE. (The file holds no text for this inject.)",
        evaluator=f"Look for: {looked}." if looked else "Look at what the team does with it.",
    )


def _content(given: Mapping[str, Any]) -> str:
    said = words(given.get("content"))
    if given.get("content-type") != "base64":
        return said
    try:
        return base64.b64decode(said, validate=True).decode().strip()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _notes(made: str, one: Mapping[str, Any], payload: Mapping[str, Any]) -> Iterator[str]:
    if one.get("action") != ACTION:
        yield f"{made}: {len(items(one.get('inject_evaluation')))} rules ask {words(one.get('target_tool')) or 'a tool'}; kept as words for evaluators"
    if not _content(_parameters(payload)):
        yield f"{made}: a payload of type {words(payload.get('type')) or 'unknown'} holds no text; write the inject's words"
