"""What a rollback would forget, before it is pulled: from what an audience was shown and from both bundles, never from what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from hotwash.drill.design import DrillDesign
from hotwash.drill.running import WHOLE, running_for
from hotwash.drill.views.fold import Fold
from hotwash.kernel.clock import stamp
from hotwash.kit.bundle import PARTS_OF, changed_parts, parts_of
from hotwash.kit.bundle_check import RollbackPlan, Warned, check_rollback
from hotwash.kit.schema.bundle import Bundle

FLUSH = "cache_flush"


@dataclass(frozen=True)
class Plan:
    """One plan: what runs, what it goes back to, what that forgets. `flush` says that a flush after it is to be had and would help."""

    running: Bundle
    target: Bundle
    parts: tuple[str, ...]
    found: tuple[Warned, ...]
    flush: bool

    @property
    def changes(self) -> bool:
        """Whether anything goes back at all."""
        return bool(set(changed_parts(self.running, self.target)) & set(self.parts))


def plan_of(view: Fold, design: DrillDesign, now_ms: int, component: str, *, flush: bool = False) -> Plan | None:
    """The plan to roll one component, or the whole bundle, back. None for a system without bundles, for a component that it does not
    have, and where a version runs that its pack does not name."""
    components = tuple(design.system.versions)
    rest = running_for(view, design, now_ms).rest
    if design.bundles is None or rest.bundle is None or component not in (*components, WHOLE):
        return None
    going = components if component == WHOLE else (component,)
    tools_off = any(one.kind == "tools_off" for one in rest.levers)
    target, parts = design.bundles.last_good, parts_of(going)
    found = check_rollback(rest.bundle, target, RollbackPlan(parts, flush, tools_off))
    known = [one for one in found if one.code != "fix-lost"]
    lost = [*_taken_back(view, design, rest.bundle, parts), *(one for one in found if one.code == "fix-lost")]
    offered = FLUSH in design.system.levers and any(one.code == "cache-warm" for one in known)
    return Plan(rest.bundle, target, parts, (*known, *lost), offered)


def _taken_back(view: Fold, design: DrillDesign, running: Bundle, parts: tuple[str, ...]) -> Iterator[Warned]:
    """Entries of the change log whose version runs and would go: the log says what they were, not whether they were good."""
    for event in view.of("change_logged"):
        data = event.data
        mine = PARTS_OF.get(data["component"], ())
        runs = any(getattr(getattr(running.parts, part), "version", "") == data["to_version"] for part in mine)
        if runs and set(mine) & set(parts) and design.system.previous_versions[data["component"]] != data["to_version"]:
            said = f"takes {data['to_version']} of {stamp(data['at_ms'])} back: {data['note']}"
            yield Warned("fix-lost", mine[-1], said, "Find out what it put right before you take it back.")
