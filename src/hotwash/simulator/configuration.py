"""What runs at a moment and what a lever is, for people and for snapshots."""

from __future__ import annotations

from typing import Any

from hotwash.kit.schema.levers import Lever
from hotwash.kit.schema.system import SystemSpec
from hotwash.ports.system import LeverSpec, Provenance
from hotwash.simulator.arguments import arguments_json, choices
from hotwash.simulator.facts import Facts
from hotwash.simulator.levers import FOREVER, MOMENTARY, Pull
from hotwash.simulator.play import Play
from hotwash.simulator.stance import stance_of
from hotwash.simulator.standing import GATES


def provenance(spec: SystemSpec, kind: str) -> Provenance:
    """Where the effect of a kind of lever comes from: on recorded traces only another recorded version is recorded."""
    if spec.recorded_runs is None:
        return "simulated"
    return "recorded" if kind == "rollback" else "modelled"


def lever_spec(kind: str, lever: Lever, spec: SystemSpec) -> LeverSpec:
    """A lever of the kit's catalogue as the port describes it."""
    return LeverSpec(
        kind=kind,
        title=lever.title,
        arguments=dict(lever.arguments),
        delay_s=lever.delay_s,
        undo_s=lever.undo_s,
        reversible=lever.reversible,
        destroys_evidence=lever.destroys_evidence,
        side_effect=lever.side_effect,
        provenance=provenance(spec, kind),
        choices=choices(kind, spec),
    )


def running(play: Play, facts: Facts) -> dict[str, Any]:
    """Versions outside every scope and canary, levers in effect or on their way, open breakers, size of the cache."""
    now, spec = play.now_ms, play.tape.layout.spec
    pulls = sorted(play.log.pulls.values(), key=lambda one: (one.start_ms, one.at_ms, one.id))
    lasting = [one for one in pulls if one.kind not in MOMENTARY]
    wanted = [one for one in lasting if one.stop_ms > max(now, one.start_ms)]
    everywhere = [one for one in wanted if one.on(now) and not one.scope.dims and one.arguments.percent == 100]
    acting = [one for one in everywhere if one.kind not in GATES]
    return {
        "system": spec.id,
        "at_ms": now,
        "versions": facts.versions(now, stance_of(acting, spec, play.breakers.open)),
        "levers": [_pull_json(one, now) for one in wanted],
        "open_breakers": sorted(play.breakers.open),
        "cached_answers": len(play.cache.live(now)),
    }


def _pull_json(pull: Pull, now_ms: int) -> dict[str, Any]:
    return {
        "id": pull.id,
        "kind": pull.kind,
        "scope": pull.scope.to_json(),
        "arguments": arguments_json(pull.kind, pull.arguments),
        "from_ms": pull.start_ms,
        "until_ms": None if pull.stop_ms == FOREVER else pull.stop_ms,
        "in_effect": pull.on(now_ms),
    }
