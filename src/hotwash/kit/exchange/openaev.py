"""Scenario exports of OpenAEV and OpenBAS (export version 1): their injects as a draft MSEL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hotwash.kernel.errors import ContentError
from hotwash.kit.exchange.given import GivenInjects, items, read_object, slug, words
from hotwash.kit.secret import Inject

KEYS = ("export_version", "scenario_information", "scenario_injects")
TAG = re.compile(r"<[^>]{0,500}>")


def from_openaev(text: str, file: Path) -> GivenInjects:
    """Injects of a scenario export. Raises ContentError for a file that is none, or of a version that is not known."""
    body = read_object(text, file)
    missing = [key for key in KEYS if key not in body]
    if missing:
        said = f"lacks {', '.join(missing)}: it is no scenario export"
        raise ContentError.at(file, said, "Name the JSON file inside the exported archive.")
    if body["export_version"] != 1:
        said = f"has export version {body['export_version']}; version 1 is known"
        raise ContentError.at(file, said, "Export the scenario as version 1.")
    teams = {words(one.get("team_id")): words(one.get("team_name")) for one in items(body.get("scenario_teams"))}
    taken: set[str] = set()
    lost: list[str] = []
    found: list[Inject] = []
    for one in items(body["scenario_injects"]):
        title = words(one.get("inject_title")) or "untitled"
        made = slug(title, taken)
        content = one.get("inject_content")
        found.append(_drafted(made, title, one, content if isinstance(content, dict) else {}))
        lost += _lost(made, one, teams)
    return GivenInjects(tuple(found), tuple(lost))


def _drafted(made: str, title: str, one: Mapping[str, Any], content: Mapping[str, Any]) -> Inject:
    said = words(content.get("body")) or words(content.get("message")) or words(one.get("inject_description"))
    late = one.get("inject_depends_duration")
    return Inject(
        id=made,
        kind="contextual",
        at_min=late / 60 if isinstance(late, int | float) and late >= 0 else 0,
        sender="exercise control",
        channel="e-mail",
        to=["ic"],
        subject=words(content.get("subject")) or title,
        body=TAG.sub("", said).strip() or "EXERCISE. (The export holds no text for this inject.)",
        evaluator="Look at what the team does with it.",
    )


def _lost(made: str, one: Mapping[str, Any], teams: Mapping[str, str]) -> list[str]:
    found = []
    contract = one.get("inject_injector_contract")
    if isinstance(contract, dict) and contract.get("injector_contract_payload"):
        found.append(f"{made}: a technical payload is not run here; write what players see of it")
    if one.get("inject_enabled") is False:
        found.append(f"{made}: was switched off in the export; delete it if it should stay so")
    names = [teams.get(team, team) for team in one.get("inject_teams") or [] if isinstance(team, str)]
    found.append(f"{made}: sent to {', '.join(names) or 'no team'} there, to the seat ic here; choose the seats")
    if one.get("inject_depends_on"):
        found.append(f"{made}: depends on another inject; write the condition")
    return found
