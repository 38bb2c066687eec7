"""Kits: started, checked, compared, shown."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from hotwash.adapters.clock_wall import WallClock
from hotwash.adapters.kit_folder import read_base, write_kit
from hotwash.aftermath.blocks import Report
from hotwash.aftermath.kit_pages import kit_pages
from hotwash.aftermath.kit_pages import parts as kit_parts
from hotwash.aftermath.kit_pages import sheets as kit_sheets
from hotwash.kernel.errors import ContentError, Located, Problem
from hotwash.kit.compare import Change, UpgradeStep, changes, upgrade
from hotwash.kit.lint import lint_on
from hotwash.kit.load import base_kit_folder, examine_kit, kit_schemas, load_kit, load_severity
from hotwash.kit.mistakes import in_order
from hotwash.kit.schema.kit import Kit, Severity
from hotwash.ports.clock import Clock


def start_kit(folder: Path, name: str, title: str) -> Kit:
    """Make an organisation's own kit from the base that ships. Raises ContentError for a folder that is not empty."""
    base = load_kit()
    head = {"id": name, "title": title, "version": "1", "extends": f"{base.id} {base.version}"}
    write_kit(folder, base_kit_folder(), base, head, kit_schemas())
    return load_kit(folder)


def own_kit(folder: Path | None) -> Kit:
    """A kit of one's own, or the base. Raises ContentError with every mistake found."""
    return load_kit(folder)


def own_severity(folder: Path | None) -> Severity:
    """The severity matrix of a kit of one's own, or the base's. Raises ContentError with every mistake found in the kit."""
    return load_severity(folder)


def check_kit(
    folder: Path, scenarios: Path | None = None, clock: Clock | None = None
) -> tuple[Kit | None, list[Problem]]:
    """Every mistake of a kit, and of all scenarios below another folder on it; the kit, if it has none. Exceptions that have
    run out by the day that the clock shows are mistakes. Raises ContentError where there is no such folder."""
    now_s = (clock or WallClock()).now() / 1000
    ours, problems = examine_kit(folder, datetime.fromtimestamp(now_s, UTC).date())
    kit = None if problems else ours.kit
    if scenarios is not None:
        found = sorted(one.parent for one in scenarios.rglob("scenario.yaml"))
        if not found:
            write = "Name a folder with scenarios below it."
            problems.append(Problem(Located(scenarios), "there is no scenario.yaml below it", write))
        problems += [one for _, said in lint_on(ours, [f"{one}/" for one in found]) for one in said]
    return kit, in_order(problems)


def compare_kit(folder: Path) -> tuple[list[Change], list[UpgradeStep]]:
    """What a kit changed against the base that it came from, and what the base that ships now would change for it."""
    ours, then = load_kit(folder), read_base(folder)
    return changes(then, ours), upgrade(then, load_kit(), ours)


def show_kit(folder: Path | None, part: str) -> Report:
    """A kit, or one part or page of it, as pages. Raises ContentError for what it does not have."""
    kit = load_kit(folder)
    if part and part not in (*kit_parts(kit), *kit_sheets(kit)):
        write = f"Write one of: {', '.join(kit_parts(kit))}; or a page of its own: {', '.join(kit_sheets(kit))}."
        raise ContentError.at("--part", f"a kit has no part '{part}'", write)
    return kit_pages(kit, part)
