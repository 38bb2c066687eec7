"""Scenarios and system packs: listed, shown, started."""

from __future__ import annotations

from pathlib import Path

from hotwash.adapters.scenario_folder import copy_scenario
from hotwash.aftermath.blocks import Report
from hotwash.aftermath.pack_pages import pack_pages
from hotwash.kit.load import list_scenarios, list_systems, load_scenario, load_system, scenario_path
from hotwash.kit.schema.scenario import Scenario


def systems() -> tuple[str, ...]:
    """Names of the packaged systems."""
    return list_systems()


def show_pack(system: str) -> Report:
    """A packaged system, or one in a folder, as pages. Raises ContentError for one that does not exist."""
    return pack_pages(load_system(system))


def scenarios() -> list[Scenario]:
    """The player-safe half of every packaged scenario, in order of their names."""
    return [load_scenario(name)[0] for name in list_scenarios()]


def start_scenario(folder: Path, template: str) -> Scenario:
    """A new scenario from one that ships, with an id of its own. Raises ContentError for a folder that holds something."""
    copy_scenario(folder, scenario_path(template), template)
    return load_scenario(folder)[0]
