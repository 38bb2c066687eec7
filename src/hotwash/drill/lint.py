"""Prohibited statements in drafts, and whether the record makes them true after all."""

from __future__ import annotations

import re

from hotwash.drill.conditions import World, held
from hotwash.drill.design import DrillDesign

Problem = tuple[str, str]


def problems(text: str, *, external: bool, design: DrillDesign, world: World) -> tuple[Problem, ...]:
    """(id of the prohibited statement, the words found), in the order of the kit."""
    found = []
    for one in design.kit.prohibited:
        if one.external_only and not external:
            continue
        hit = re.search(one.pattern, text, re.IGNORECASE)
        if hit and (one.unless is None or held(one.unless, world) is None):
            found.append((one.id, hit.group(0)))
    return tuple(found)
