"""Cross references of a scenario, against the kit and the system that it is played on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from hotwash.kernel.errors import Problem
from hotwash.kit.names import Names, check_condition, check_name, check_names, check_slice, check_unique, instead
from hotwash.kit.partial import ALL_READ, ANYTHING, Unread
from hotwash.kit.schema.conditions import Expectation
from hotwash.kit.schema.kit import Kit
from hotwash.kit.schema.scenario import Scenario
from hotwash.kit.schema.system import SystemSpec
from hotwash.kit.secret import ScenarioSecret
from hotwash.kit.sources import NOWHERE, Findings, Place, Sources
from hotwash.kit.vocabulary import SLOTS


def scenario_problems(
    kit: Kit,
    scenario: Scenario,
    secret: ScenarioSecret,
    system: SystemSpec | None,
    sources: Sources = NOWHERE,
    unread: Unread = ALL_READ,
) -> list[Problem]:
    """Every broken reference of a scenario. Without a system pack (recorded traces), components and slices are free. Of
    `unread` parts only what is there is checked, and any name may be one of theirs."""
    check = _ScenarioCheck(kit, scenario, secret, system, Findings(sources), unread)
    if not unread.lacks("scenario"):
        check.player_half()
    if system is not None and not unread.lacks("world"):
        check.world(system)
    if not unread.lacks("msel"):
        check.msel()
    if not unread.lacks("key"):
        check.key()
    check.expectations()
    return check.findings.problems


def expectations_of(secret: ScenarioSecret, unread: Unread = ALL_READ) -> Iterator[tuple[Place, Expectation]]:
    """Every expectation of a scenario, with its place: the answer key's, then the injects'."""
    for i, one in enumerate([] if unread.lacks("key") else secret.key.expectations):
        yield ("key", "expectations", i), one
    for i, inject in enumerate([] if unread.lacks("msel") else secret.msel):
        for j, one in enumerate(inject.expects):
            yield ("msel", i, "expects", j), one


class _ScenarioCheck:
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
        names = Names.of(kit, system, unread)
        injects = ANYTHING if unread.touches("msel") else [one.id for one in secret.msel]
        owed = [one.id for _, one in expectations_of(secret, unread)]
        expected = ANYTHING if unread.touches("msel", "key") else owed
        self.names = replace(
            names, fields={**names.fields, "inject": injects, "in_reply_to": injects, "expectation": expected}
        )
        self.seats, self.facts = names.seats, names.facts

    def player_half(self) -> None:
        scenario, add = self.scenario, self.findings.add
        if scenario.story_start.tzinfo is None:
            add(("scenario", "story_start"), "the story's start has no time zone", "End it with Z or +01:00.")
        if self.system is None:
            return
        if scenario.system != self.system.id:
            add(("scenario", "system"), f"the system is '{scenario.system}'", f"Write '{self.system.id}'.")
        regions = (self.names.dims or {}).get("region", ())
        check_names(self.findings, ("scenario", "regions"), "region", scenario.regions, regions)
        for i, change in enumerate(scenario.changes):
            place: Place = ("scenario", "changes", i)
            check_name(self.findings, (*place, "component"), "component", change.component, self.names.carriers)
            if change.at_min > scenario.endex_min:
                add((*place, "at_min"), "the change comes after ENDEX", f"Write at most {scenario.endex_min}.")

    def world(self, system: SystemSpec) -> None:
        world, findings = self.secret.world, self.findings
        check_unique(findings, ((("world", "faults", i, "id"), one.id) for i, one in enumerate(world.faults)))
        for i, fault in enumerate(world.faults):
            place: Place = ("world", "faults", i)
            check_name(findings, (*place, "carried_by"), "component", fault.carried_by, self.names.carriers)
            if fault.version == "previous" and fault.carried_by in system.dependencies:
                found = f"'{fault.carried_by}' is a dependency and has no previous version"
                findings.add((*place, "version"), found, "Name a component, or leave the version out.")
            check_slice(findings, (*place, "slice"), fault.slice, self.names)
        for i, distractor in enumerate(world.distractors):
            place = ("world", "distractors", i)
            check_name(findings, (*place, "signal"), "signal", distractor.signal, self.names.signals)
            check_slice(findings, (*place, "slice"), distractor.slice, self.names)
            self._window(place, distractor.from_min, distractor.to_min)
        for i, surge in enumerate(world.surges):
            place = ("world", "surges", i)
            check_slice(findings, place, {surge.dim: [surge.value]}, self.names)
            self._window(place, surge.from_min, surge.to_min)
        for intent in world.cacheable:
            check_name(findings, ("world", "cacheable", intent), "intent", intent, system.intents, key=True)

    def _window(self, place: Place, start: float, stop: float) -> None:
        if stop <= start:
            self.findings.add((*place, "to_min"), f"it ends at {stop:g}, before it starts", f"Write above {start:g}.")

    def msel(self) -> None:
        findings = self.findings
        check_unique(findings, ((("msel", i, "id"), one.id) for i, one in enumerate(self.secret.msel)))
        for i, inject in enumerate(self.secret.msel):
            place: Place = ("msel", i)
            check_names(findings, (*place, "to"), "seat", inject.to, self.seats)
            check_names(findings, (*place, "reveals"), "fact", inject.reveals, self.facts)
            for field, text in (("subject", inject.subject), ("body", inject.body)):
                for slot in re.findall(r"\{(\w*)\}", text):
                    if slot not in SLOTS:
                        found = f"there is no slot '{slot}'"
                        findings.add_in_text((*place, field), f"{{{slot}}}", found, instead(slot, SLOTS))
            if inject.when is not None:
                check_condition(findings, (*place, "when"), inject.when, self.names)

    def key(self) -> None:
        key, findings = self.secret.key, self.findings
        if key.mode is not None:
            check_name(findings, ("key", "mode"), "mode", key.mode, self.names.fields["mode"])
        if key.cause is not None and self.system is not None:
            check_name(findings, ("key", "cause"), "component", key.cause, self.names.carriers)
        check_slice(findings, ("key", "scope"), key.scope, self.names)
        for i, fact in enumerate(key.facts):
            check_name(findings, ("key", "facts", i, "fact"), "fact", fact.fact, self.facts)
        check_names(findings, ("key", "alarms_false"), "alert", key.alarms_false, self.names.fields["alert"])
        duties = self.names.fields["obligation"]
        for i, one in enumerate(key.obligations):
            check_name(findings, ("key", "obligations", i, "obligation"), "obligation", one.obligation, duties)

    def expectations(self) -> None:
        findings = self.findings
        dimensions = self.names.rubric
        every = list(expectations_of(self.secret, self.unread))
        check_unique(findings, (((*place, "id"), one.id) for place, one in every))
        for place, one in every:
            check_name(findings, (*place, "seat"), "seat", one.seat, self.seats)
            check_name(findings, (*place, "dimension"), "dimension of the rubric", one.dimension, dimensions)
            check_condition(findings, (*place, "meet"), one.meet, self.names)
            if one.when is not None:
                check_condition(findings, (*place, "when"), one.when, self.names)
