"""Bundles as reports: one of them, two held against each other, a check, and what was running."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hotwash.aftermath.blocks import Block, Callout, Cell, Prose, Report, Section, Table
from hotwash.drill.running import Arm, Running
from hotwash.kernel.clock import stamp
from hotwash.kit.bundle import PART_NAMES, Difference, content, content_id, diff, flat, lost_fixes, short_id
from hotwash.kit.bundle_check import Warned
from hotwash.kit.schema.bundle import Bundle
from hotwash.ports.scope import Scope

OWN, EXERCISE = (
    "internal · for the people who release and roll back",
    "EXERCISE · an invented system · players may read this",
)
LONG = 90
"""Characters of a value that a table shows; the rest is in the file and in --json."""


def show_page(bundle: Bundle) -> Report:
    """Every part with every setting."""
    settings = flat(content(bundle))
    blocks: list[Block] = []
    for part in PART_NAMES:
        found = [(path, value) for path, value in settings.items() if path[:2] == ("parts", part)]
        rows = tuple((Cell(".".join(path[2:]) or part), Cell(_value(value))) for path, value in found)
        if rows:
            blocks.append(Table(part.replace("_", " "), ("setting", "value"), rows))
    if bundle.without:
        rows = tuple((Cell(part), Cell(why)) for part, why in bundle.without.items())
        blocks.append(Table("Parts that it does not have", ("part", "why"), rows))
    if bundle.fixes:
        rows = tuple((Cell(one.part), Cell(one.what)) for one in bundle.fixes)
        blocks.append(Table("What it put right", ("part", "what"), rows))
    return _report(bundle.title, "Bundle", _facts(bundle), blocks, bundle.system)


def diff_page(running: Bundle, target: Bundle) -> Report:
    """What differs, part by part, and what a rollback from the first to the second takes back."""
    found = diff(running, target)
    blocks: list[Block] = []
    if not found:
        blocks.append(Callout("The same bundle", f"Both have the content id {short_id(running)}.", "good"))
    for part in dict.fromkeys(one.part for one in found):
        rows = tuple(_row(one) for one in found if one.part == part)
        blocks.append(Table(part.replace("_", " "), ("setting", running.id, target.id), rows))
    lost = lost_fixes(running, target)
    rows = tuple(
        (Cell(one.part), Cell(f"loses the fix of {one.part}: {one.what}", "warn", word="lost")) for one in lost
    )
    blocks.append(Table(f"What a rollback to {target.id} also takes back", ("part", "what"), rows, empty="Nothing that is on record."))  # fmt: skip
    facts = [("Running", f"{running.id} {short_id(running)}"), ("Target", f"{target.id} {short_id(target)}")]
    return _report(f"{running.id} → {target.id}", "Two bundles", facts, blocks, running.system or target.system)


def check_page(bundle: Bundle, found: Sequence[Warned], plan: str) -> Report:
    """Mistakes and warnings."""
    blocks: list[Block] = []
    for said, tone, some in (("Mistakes", "bad", True), ("Warnings", "warn", False)):
        rows = tuple(
            (Cell(one.code), Cell(one.part), Cell(one.found, "bad" if some else "warn", word=tone), Cell(one.write))
            for one in found
            if one.mistake == some
        )
        if rows:
            blocks.append(Table(said, ("rule", "part", "found", "what to do"), rows))
    if not found:
        blocks.append(Callout("Nothing found", "Every part is there, and they belong together.", "good"))
    if plan:
        blocks.insert(0, Prose(plan))
    return _report(bundle.title, "Bundle check", _facts(bundle), blocks, bundle.system)


def running_page(found: Running, drill: str, counts: Mapping[int, int], roster: str) -> Report:
    """What ran at a moment, one part of the traffic after the other. `counts` are requests of the last minutes by arm."""
    blocks: list[Block] = []
    total = sum(counts.values())
    for number, arm in enumerate(found.arms):
        share = f", {counts.get(number, 0):,} of {total:,} requests" if total else ""
        blocks.append(Section(f"{where(arm, found)}{share}", f"arm-{number}"))
        name = f"{arm.bundle.title}, {short_id(arm.bundle)}" if arm.bundle else "no bundle of the pack"
        blocks.append(Prose(f"Bundle: {name}. Levers: {', '.join(one.since.said for one in arm.levers) or 'none'}."))
        rows = tuple(
            (
                Cell(component),
                Cell(version),
                Cell(arm.because[component].said, cites=(arm.because[component].version,) if arm.because[component].version else ()),
                Cell(stamp(arm.because[component].at_ms)),
            )
            for component, version in arm.versions.items()
        )  # fmt: skip
        blocks.append(Table("Versions", ("component", "runs", "because", "since"), rows))
    if found.warm_until_ms is not None:
        blocks.append(Callout("Cache still warm", f"Until {stamp(found.warm_until_ms)} stored answers of what ran before may be served.", "warn"))  # fmt: skip
    facts = [("Drill", drill), ("Moment", stamp(found.at_ms)), ("Entries", roster)]
    return Report(
        f"What was running at {stamp(found.at_ms)}", drill, "EXERCISE · from the record of a drill", facts, blocks
    )


def where(arm: Arm, found: Running) -> str:
    """The part of the traffic that an arm is, in words."""
    part = " and ".join(scope_words(one) for one in arm.scopes)
    if not part:
        part = "everything else" if any(one.scopes for one in found.arms) else "all traffic"
    return part if arm.percent == 100 else f"{arm.percent} % of {part}"


def scope_words(scope: Scope) -> str:
    """`tenant t-04 or t-08, language en`."""
    return ", ".join(f"{name} {' or '.join(values)}" for name, values in scope.dims)


def running_json(found: Running, counts: Mapping[int, int]) -> dict[str, Any]:
    """The same for machines."""
    arms = [
        {
            "where": where(arm, found), "scopes": [one.to_json() for one in arm.scopes], "percent": arm.percent,
            "requests": counts.get(number, 0), "versions": dict(arm.versions),
            "bundle": {"id": arm.bundle.id, "content_id": content_id(arm.bundle), "short_id": short_id(arm.bundle)} if arm.bundle else None,
            "because": {name: {"event": one.version, "at_ms": one.at_ms, "said": one.said} for name, one in arm.because.items()},
            "levers": [{"call": one.call, "kind": one.kind, "event": one.since.version, "at_ms": one.since.at_ms, "arguments": dict(one.arguments)} for one in arm.levers],
        }
        for number, arm in enumerate(found.arms)
    ]  # fmt: skip
    return {"at_ms": found.at_ms, "arms": arms, "cache_warm_until_ms": found.warm_until_ms}


def _facts(bundle: Bundle) -> list[tuple[str, str]]:
    return [
        ("Bundle", bundle.id),
        ("Content id", short_id(bundle)),
        ("SHA-256", content_id(bundle)),
        ("Kind", bundle.kind),
    ]


def _row(found: Difference) -> tuple[Cell, ...]:
    """Long texts are cut to where they begin to differ, with a few words before it."""
    before, after = _text(found.before), _text(found.after)
    same = next((n for n, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), 0)
    start = max(0, same - LONG // 3) if max(len(before), len(after)) > LONG else 0
    return (Cell(found.name), Cell(_clipped(before, start)), Cell(_clipped(after, start)))


def _value(value: Any) -> str:
    return _clipped(_text(value))


def _text(value: Any) -> str:
    if value is None:
        return "not there"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _clipped(text: str, start: int = 0) -> str:
    shown = f"…{text[start + 1 :]}" if start else text
    return shown if len(shown) <= LONG else f"{shown[: LONG - 1]}…"


def _report(title: str, subtitle: str, facts: list[tuple[str, str]], blocks: list[Block], system: str | None) -> Report:
    return Report(title, subtitle, EXERCISE if system else OWN, facts, blocks, exercise=system is not None)
