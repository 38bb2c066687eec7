"""Is a scenario ready to be played: solvable, free of contradictions and spoilers, with nothing earned by doing nothing?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

from hotwash.kernel.errors import ContentError, Problem
from hotwash.kit.authority import check_duty
from hotwash.kit.dimensions import without_traffic
from hotwash.kit.load import LoadedKit, LoadedScenario, LoadedSystem, examine_scenario, read_kit, read_system
from hotwash.kit.mistakes import in_order
from hotwash.kit.partial import ALL_READ, Unread
from hotwash.kit.reach import Limits, check_reach, check_system_reach
from hotwash.kit.refs import kit_problems, system_problems
from hotwash.kit.scenario_refs import expectations_of, scenario_problems
from hotwash.kit.schema.base import Dims
from hotwash.kit.schema.conditions import AllOf, AnyOf, At, Condition, Known, Not, SignalAbove, Since
from hotwash.kit.schema.kit import Kit
from hotwash.kit.schema.scenario import Scenario
from hotwash.kit.schema.system import Category, SystemSpec, World
from hotwash.kit.secret import AnswerKey, Clue, ScenarioSecret
from hotwash.kit.sources import NOWHERE, Findings, Place, Sources
from hotwash.kit.spoilers import check_spoilers

STEPS = get_args(Clue.model_fields["step"].annotation)
SHOWN_BY_SIGNAL = {
    "pii_hits": "detector_false_positive", "feature_missing": "feature_missing", "retrieval_empty": "retrieval_empty",
    "injection_suspected": "injected_instruction",
}  # fmt: skip
"""What reading the traces behind a distractor's signal shows."""


def lint(
    kit: Kit, scenario: Scenario, secret: ScenarioSecret, system: SystemSpec | None, sources: Sources = NOWHERE
) -> list[Problem]:
    """Every problem of a scenario on its kit and system: broken references first, then what would go wrong on stage.

    `system` is None for a scenario on recorded traces. `sources` (from `read_kit`, `read_scenario`) locates problems.
    """
    broken = kit_problems(kit, sources) + (system_problems(system, sources) if system else [])
    return broken + _lint(kit, LoadedScenario(scenario, secret, sources), system, ALL_READ)


def lint_scenario(name: str, kit: str | None = None) -> list[Problem]:
    """Load a scenario (slug or folder) with its system and a kit (folder; None: the base kit) and lint it.

    Files that cannot be read as what they should be are problems as well, except the kit's, which raise ContentError.
    """
    return next(lint_library([name], kit))[1]


def lint_library(names: Iterable[str], kit: str | Path | None = None) -> Iterator[tuple[str, list[Problem]]]:
    """Lint many scenarios on one kit; the kit and each system are read once. What cannot be read is a problem too, except
    in the kit, which raises ContentError."""
    return lint_on(read_kit(kit), names)


def lint_on(ours: LoadedKit, names: Iterable[str]) -> Iterator[tuple[str, list[Problem]]]:
    """Lint many scenarios on a kit that was read, or examined: nothing is concluded from what could not be read of it."""
    systems: dict[str, tuple[LoadedSystem | None, list[Problem]]] = {}
    for name in names:
        try:
            loaded, problems = examine_scenario(name)
        except ContentError as wrong:
            yield name, wrong.problems
            continue
        system = None
        slug = _system_named(loaded)
        if slug:
            if slug not in systems:
                systems[slug] = _examine_system(slug)
            system, broken = systems[slug]
            problems = [*problems, *broken]
        documents = ours.sources.joined(system.sources) if system else ours.sources
        whole = replace(loaded, sources=documents.joined(loaded.sources), unread=ours.unread.joined(loaded.unread))
        yield name, in_order(problems + _lint(ours.kit, whole, system.system if system else None, whole.unread))


def _system_named(loaded: LoadedScenario) -> str:
    """The system that a scenario is about, even where something else in its file cannot be read."""
    document = loaded.sources.documents.get(("scenario",))
    named = document.data.get("system", "") if document and isinstance(document.data, dict) else ""
    return named if isinstance(named, str) else ""


def _examine_system(name: str) -> tuple[LoadedSystem | None, list[Problem]]:
    try:
        return read_system(name), []
    except ContentError as wrong:
        return None, wrong.problems


def _lint(kit: Kit, loaded: LoadedScenario, system: SystemSpec | None, unread: Unread) -> list[Problem]:
    """Without a system nothing is said about components, slices and signals."""
    broken = scenario_problems(kit, loaded.scenario, loaded.secret, system, loaded.sources, unread)
    check = _Lint(kit, loaded.scenario, loaded.secret, system, Findings(loaded.sources), unread)
    check.run()
    return broken + check.findings.problems


def holds_at_startex(condition: Condition, key: AnswerKey, system: SystemSpec | None) -> bool:
    """Whether a condition is true on an empty log at minute 0, with the service healthy."""
    if isinstance(condition, At):
        return condition.at_min == 0
    if isinstance(condition, Known):
        return condition.of == "world" and any(one.fact == condition.fact and one.from_min == 0 for one in key.facts)
    if isinstance(condition, SignalAbove):
        return condition.above < _healthy_share(condition.signal, system)
    if isinstance(condition, Since):
        return condition.minutes == 0 and holds_at_startex(condition.since, key, system)
    if isinstance(condition, AllOf):
        return all(holds_at_startex(one, key, system) for one in condition.all)
    if isinstance(condition, AnyOf):
        return any(holds_at_startex(one, key, system) for one in condition.any)
    if isinstance(condition, Not):
        return not holds_at_startex(condition.not_, key, system)
    return False


def _healthy_share(signal: str, system: SystemSpec | None) -> float:
    """The least share that a signal has in a healthy service, from the pack; 0 where the pack does not say."""
    if system is None:
        return 0.0
    return {"denials": system.healthy.denial_rate}.get(signal, 0.0)


NEEDS: dict[str, tuple[str, ...]] = {
    "injects": ("msel", "scenario"), "nothing_for_free": ("key", "scenario"), "answer_key": ("key", "severity", "taxonomy"),
    "true_or_false": ("key", "world", "scenario"), "traffic": ("world",),
    "solvable": ("key", "world", "msel", "scenario", "harm", "taxonomy"), "spoilers": ("scenario", "key", "world", "msel"),
    "reach": ("scenario",), "system_reach": (),
}  # fmt: skip
"""Checks of a scenario → the parts without which they say nothing."""
WHOLE = {
    "true_or_false": ("key", "world"),
    "solvable": ("key", "world", "msel", "harm", "taxonomy"),
    "answer_key": ("severity",),
}
"""Checks → parts of which not even an entry may be missing, or they would miss it."""


class _Lint:
    def __init__(
        self,
        kit: Kit,
        scenario: Scenario,
        secret: ScenarioSecret,
        system: SystemSpec | None,
        findings: Findings,
        unread: Unread,
    ) -> None:
        self.kit, self.scenario, self.secret, self.system = kit, scenario, secret, system
        self.findings, self.unread = findings, unread

    def run(self) -> None:
        for name, parts in NEEDS.items():
            if not self.unread.lacks(*parts) and not self.unread.touches(*WHOLE.get(name, ())):
                getattr(self, name)()

    def true_or_false(self) -> None:
        """A true incident and a false alarm are checked apart."""
        self.incident() if self.key.incident else self.false_alarm()

    def spoilers(self) -> None:
        """Players read nothing of the secret half."""
        check_spoilers(self.scenario, self.secret, self.findings)

    def system_reach(self) -> None:
        """Every alert can fire on this system."""
        if self.system is not None:
            check_system_reach(self.findings, self.kit, self.system, self.unread)

    def reach(self) -> None:
        """Nothing is asked for that this drill cannot have, or of a seat that may not do it."""
        injects = None if self.unread.touches("msel") else len(self.secret.msel)
        limits = Limits.of(self.kit, self.unread, self.scenario.endex_min, injects)
        for i, inject in enumerate([] if self.unread.lacks("msel") else self.secret.msel):
            if inject.when is not None:
                check_reach(self.findings, ("msel", i, "when"), inject.when, limits)
        for place, one in expectations_of(self.secret, self.unread):
            check_reach(self.findings, (*place, "meet"), one.meet, limits)
            if one.when is not None:
                check_reach(self.findings, (*place, "when"), one.when, limits)
            if not self.unread.touches("roles", "levers"):
                check_duty(self.findings, place, one, self.kit)

    def traffic(self) -> None:
        """Faults and distractors meet requests, and do something to them."""
        world, add = self.secret.world, self.findings.add
        slices: list[tuple[Place, Dims]] = []
        for i, fault in enumerate(world.faults):
            slices.append((("world", "faults", i, "slice"), fault.slice))
            if fault.rate == 0:
                add(("world", "faults", i, "rate"), "a rate of 0 does nothing", "Write above 0, or take it out.")
        for i, distractor in enumerate(world.distractors):
            slices.append((("world", "distractors", i, "slice"), distractor.slice))
            if distractor.rate == 0:
                add(("world", "distractors", i, "rate"), "a rate of 0 does nothing", "Write above 0, or take it out.")
        for i, surge in enumerate(world.surges):
            slices.append((("world", "surges", i, "value"), {surge.dim: [surge.value]}))
        for place, wanted in slices:
            if self.system is not None and (empty := without_traffic(wanted, self.system)):
                add(place, f"no request has {empty}", "Name values that occur together.")

    def injects(self) -> None:
        """Each has one way to come, comes during play, and asks for something if that is its kind."""
        add, endex = self.findings.add, self.scenario.endex_min
        for i, inject in enumerate(self.secret.msel):
            place: Place = ("msel", i)
            if (inject.at_min is None) == (inject.when is None):
                add(place, f"'{inject.id}' has both or neither of at_min and when", "Write exactly one of them.")
            if inject.at_min is not None and inject.at_min >= endex:
                add((*place, "at_min"), f"'{inject.id}' would come after ENDEX", f"Write less than {endex}.")
            if inject.kind == "expected-action" and not inject.expects:
                add(
                    place,
                    f"'{inject.id}' asks for an action and expects none",
                    "Add 'expects:', or make it contextual.",
                )
            if inject.kind == "contingency" and inject.when is None:
                found = f"'{inject.id}' is a contingency that comes whatever players do"
                add(place, found, "Give it a 'when:' with what players have not done.")

    @property
    def key(self) -> AnswerKey:
        return self.secret.key

    @property
    def world(self) -> World:
        return self.secret.world

    def nothing_for_free(self) -> None:
        """No expectation is met by doing nothing, and each can be met before ENDEX."""
        for place, one in expectations_of(self.secret, self.unread):
            if holds_at_startex(one.meet, self.key, self.system):
                found = f"'{one.id}' is met before anybody does anything"
                self.findings.add((*place, "meet"), found, "Write what the seat does, as an event.")
            if one.within_min == 0:
                found = f"'{one.id}' must be met in the moment in which it is armed"
                self.findings.add((*place, "within_min"), found, "Give the seat some minutes.")
            if isinstance(one.when, At) and one.when.at_min >= self.scenario.endex_min:
                found = f"'{one.id}' is armed after ENDEX"
                self.findings.add((*place, "when"), found, f"Write less than {self.scenario.endex_min}.")

    def answer_key(self) -> None:
        """The key agrees with itself and with the kit's floors."""
        key, add = self.key, self.findings.add
        if key.severity not in key.severity_accepted:
            add(("key", "severity_accepted"), f"Sev-{key.severity} is not accepted", "Add it to the list.")
        for fact in key.facts if key.incident else ():
            floor = self.kit.severity.mandatory.get(fact.fact)
            if floor is not None and key.severity > floor:
                found = f"'{fact.fact}' is true, and the kit wants at least Sev-{floor}"
                add(("key", "severity"), found, f"Write {floor}, or drop the fact.")
        for one in self.kit.taxonomy.facts:
            if [fact.fact for fact in key.facts].count(one) > 1:
                add(("key", "facts"), f"'{one}' stands there twice", "Keep the earlier one.")

    def incident(self) -> None:
        """A true incident names everything that a team is marked on, as the world has it."""
        key, add = self.key, self.findings.add
        for name in ("bucket", "mode", "cause", "onset_min"):
            if getattr(key, name) is None:
                add(("key", name), f"the incident has no {name}", f"Write the {name}.")
        if self.system is None:
            return
        faults = [one for one in self.world.faults if one.version == "current"]
        if not faults:
            add(("world",), "there is an incident and no fault", "Add one under 'faults:', or write 'incident: false'.")
            return
        if key.cause is not None and key.cause not in {one.carried_by for one in faults}:
            found = f"the cause is '{key.cause}', and no fault is carried by it"
            add(("key", "cause"), found, f"Write '{faults[0].carried_by}'.")
        if key.onset_min is not None and key.onset_min != min(one.onset_min for one in faults):
            first = min(one.onset_min for one in faults)
            add(("key", "onset_min"), f"the onset is {key.onset_min:g}, and the first fault starts at {first:g}",
                f"Write {first:g}.")  # fmt: skip
        slices = [{dim: sorted(values) for dim, values in one.slice.items()} for one in faults]
        if {dim: sorted(values) for dim, values in key.scope.items()} not in slices:
            add(("key", "scope"), "the scope is not the slice of a fault", f"Write {slices[0]}.")
        for i, one in enumerate(self.world.faults):
            if one.onset_min >= self.scenario.endex_min:
                found = f"the fault starts at {one.onset_min:g}, after ENDEX"
                add(("world", "faults", i, "onset_min"), found, f"Write less than {self.scenario.endex_min}.")

    def false_alarm(self) -> None:
        """Nothing is broken, nothing is to be declared, and something cries wolf."""
        key, add = self.key, self.findings.add
        if self.world.faults:
            add(("world", "faults"), "the key says that there is no incident", "Remove the faults, or mend the key.")
        for name in ("bucket", "mode", "cause", "onset_min"):
            if getattr(key, name) is not None:
                add(("key", name), f"a false alarm has a {name}", "Write null.")
        if key.declare:
            add(("key", "declare"), "a false alarm is to be declared", "Write false.")
        if not key.alarms_false:
            add(("key", "alarms_false"), "no alert is named that fires for a harmless reason", "Name it.")

    def solvable(self) -> None:
        """Each step has a clue, and each fact of the key can be learned from something."""
        steps = {clue.step for clue in self.key.clues}
        for step in STEPS:
            if step not in steps:
                self.findings.add(("key", "clues"), f"nothing helps players to {step}", f"Add a clue for '{step}'.")
        shown = self.shown()
        if not shown <= set(self.kit.taxonomy.facts):
            return  # a fact is misspelled where it is revealed, and that is the mistake
        for i, one in enumerate(self.key.facts):
            if one.fact not in shown:
                found = f"players cannot learn '{one.fact}': no trace shows it, no inject reveals it"
                self.findings.add(("key", "facts", i), found, "Let an inject reveal it.")

    def shown(self) -> set[str]:
        """Facts that an inject reveals or that reading traces, the change log or a suite shows."""
        shown = {fact for inject in self.secret.msel for fact in inject.reveals}
        shown |= _shown_by_traces(self.world, self.kit)
        if self.scenario.changes:
            shown.add("change_suspected")
        if self.system is None:
            shown |= {weight.fact for weight in self.kit.harm.categories.values()} | {"injected_instruction"}
        elif "cache_flush" in self.system.levers and any(one.cached for one in self.world.faults):
            shown.add("cached_answer")
        return shown


def _shown_by_traces(world: World, kit: Kit) -> set[str]:
    shown = {SHOWN_BY_SIGNAL[one.signal] for one in world.distractors if one.signal in SHOWN_BY_SIGNAL}
    for fault in world.faults:
        category: Category = fault.category
        shown.add(kit.harm.categories[category].fact)
        if category == "leaked_record":
            shown.add("personal_data_exposed")
        if category == "tool_misuse" and not fault.unprompted:
            shown.add("injected_instruction")
        if fault.path == "retrieval" and category == "ungrounded_answer":
            shown.add("retrieval_empty")
        if fault.carried_by == "features":
            shown.add("feature_missing")
    return shown
