"""Levers as one audience may know them: what each does and costs, who may pull it, what was pulled, what stands and what runs out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from hotwash.aftermath.names import in_titles
from hotwash.drill.design import DrillDesign
from hotwash.drill.duty_facts import of_view
from hotwash.drill.fixes import Fix, fixes
from hotwash.drill.views.fold import Fold
from hotwash.drill.views.project import ViewEvent
from hotwash.kit.schema.levers import Lever
from hotwash.ports.system import LeverSpec
from hotwash.standins.room import Pull, Room

Hidden = dict[str, str | int | list[str]]
"""Fields of a form that are known: one value, or several under one name."""


@dataclass(frozen=True)
class Levers:
    """What one audience may know of the levers at a moment. `base` is the address of its place."""

    view: Fold
    design: DrillDesign
    who: str
    room: Room
    base: str = ""

    @property
    def offered(self) -> list[tuple[str, LeverSpec, Lever]]:
        """Levers of this system that the kit knows, but the way back, which stands beside each pull."""
        known = {str(kind): one for kind, one in self.design.kit.levers.items()}
        specs = self.design.system.levers
        return [(kind, spec, known[kind]) for kind, spec in specs.items() if kind in known and kind != "restore"]

    def title(self, kind: str) -> str:
        """What a lever is called on every page."""
        return self.design.kit.levers[kind].title  # type: ignore[index]  # kinds are checked on loading

    def called(self, call: str) -> str:
        """A pull by its lever's title and its id."""
        kind = next((one.kind for one in self.room.pulls if one.call == call), "")
        return f"{self.title(kind)} ({call})" if kind else call

    def in_titles(self, note: str) -> str:
        """A note with the levers that it names called by their titles."""
        return in_titles(note, self.design.kit.lever_titles)

    def warning(self, kind: str) -> str:
        """What somebody is told before a lever is pulled: what it does, what it costs, when it acts."""
        lever, spec = self.design.kit.levers[kind], self.design.system.levers[kind]  # type: ignore[index]  # kinds are checked on loading
        back = f"taken back in {spec.undo_s / 60:g} min" if spec.reversible else "cannot be taken back"
        return (
            f"{lever.title}: {lever.does} Price: {lever.side_effect} In effect after {spec.delay_s / 60:g} min, {back}."
        )

    def plan_of(self, kind: str) -> str:
        """Where the dialog reads what a lever would forget at the moment at which it is asked for; empty for most levers."""
        return {"rollback": f"{self.base}/plan", "cache_flush": f"{self.base}/flush"}.get(kind, "")

    def pull_right(self, lever: Lever) -> str:
        """What it takes for this audience to pull a lever: `own`, `standing`, `approval` or `no`."""
        rights, order = lever.rights, lever.rights.standing_order
        if order is not None and self.who in order.may_pull:
            return "standing"
        if self.who in rights.may_pull:
            return "approval" if rights.approvals else "own"
        return "no"

    @cached_property
    def fixes(self) -> tuple[Fix, ...]:
        """Temporary fixes and accepted risks that stand, the one that runs out first on top."""
        return tuple(sorted((one for one in fixes(of_view(self.view)) if one.stands), key=lambda one: one.expires_ms))

    @cached_property
    def tripped(self) -> Mapping[str, str]:
        """Accepted risk → its tripwires that were crossed."""
        found: dict[str, list[str]] = {}
        for event in self.view.of("tripwire_crossed"):
            found.setdefault(event.data["risk"], []).append(event.data["words"])
        return {risk: ", ".join(words) for risk, words in found.items()}

    @property
    def canaries(self) -> list[ViewEvent]:
        """The newest look at each canary."""
        return list({event.data["call"]: event for event in self.view.of("canary_looked")}.values())

    def next_step(self, call: str) -> Hidden:
        """The next step of a canary that was cleared, as the hidden fields of its pull; empty where there is none."""
        pulls = {event.data["call"]: event.data for event in self.view.of("lever_pulled")}
        data = pulls[call]
        steps = [percent for percent, _ in (data.get("promise") or {}).get("steps", ())]
        further = [one for one in steps if one > int(data["arguments"]["percent"])]
        if not further or call not in {one.call for one in self.room.active}:
            return {}
        fields: Hidden = {"kind": "rollback", "reason": f"{call} was cleared at its share: the next step."}
        fields |= {f"arguments.{name}": value for name, value in data["arguments"].items()}
        fields |= _scope_fields(data["scope"])
        fields |= {name: data[name] for name in ("contained_ppm", "worse_ppm")}
        return fields | {"arguments.percent": further[0]} | ({"auto_stop": "1"} if data["auto_stop"] else {})

    def record(self, call: str) -> Mapping[str, Any]:
        """The change record of a lever call, as it was last written; records from before there was one are empty."""
        usual: dict[str, Any] = {"approver": "", "trigger": "", "effect": "", "fall_percent": None, "expires_min": None,
                                 "step_down": "", "promise": None}  # fmt: skip
        lines = [one.data for one in self.view.of("lever_requested", "lever_pulled") if one.data["call"] == call]
        return {**usual, **(lines[-1] if lines else {})}

    def promised(self, record: Mapping[str, Any]) -> str:
        """What a canary can show at this traffic, in words."""
        return promise_words(record["promise"], record["contained_ppm"], record["worse_ppm"])

    def call_fields(self, pull: Pull) -> Hidden:
        """A lever call as the hidden fields that pull just what was asked for."""
        fields: Hidden = {"call": pull.call, "kind": pull.kind, "reason": pull.reason}
        return (
            fields | _scope_fields(pull.scope) | {f"arguments.{name}": value for name, value in pull.arguments.items()}
        )


def _scope_fields(scope: Mapping[str, Sequence[str]]) -> Hidden:
    return {f"scope.{dim}": list(values) for dim, values in scope.items()}


def promise_words(said: Mapping[str, Any], contained_ppm: int, worse_ppm: int) -> str:
    """What a canary can show, said before it runs: requests, time at this traffic, and the steps after it."""
    rates = f"{contained_ppm / 10_000:g} % against {worse_ppm / 10_000:g} %"
    begins = f"Canary of {said['share_percent']} %: {rates}"
    if said["requests"] is None:
        return f"{begins} cannot be told apart by any number of requests here."
    if said["minutes"] is None:
        return f"{begins} needs {said['requests']:,} requests, and there is no traffic here yet."
    hours, minutes = divmod(round(said["minutes"]), 60)
    length = f"{hours} h {minutes} min" if hours else f"{minutes} min"
    steps = ", then ".join(f"{percent} % for {held:g} min" for percent, held in said["steps"][1:-1])
    late = " Too small to see the harm before ENDEX." if not said["before_endex"] else ""
    return f"{begins} needs {said['requests']:,} requests, at this traffic {length}.{late}{f' Steps after it: {steps}, then all traffic.' if steps else ''}"
