"""What a drill is planned from: everything that does not change while it is played."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from hotwash.drill.conditions import of_team
from hotwash.drill.quiet import reads, timed
from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.bundle import Bundle, BundlePair
from hotwash.kit.schema.conditions import Condition, Expectation
from hotwash.kit.schema.kit import Alert, Duty, Kit, MessageTemplate, Obligation, Rule
from hotwash.kit.schema.scenario import Change, Scenario
from hotwash.kit.secret import Inject, ScenarioSecret
from hotwash.ports.system import SystemDescription

FACILITATOR, OBSERVER = "facilitator", "observer"


@dataclass(frozen=True)
class DrillDesign:
    """Kit, scenario (both halves, kept apart) and the system as anybody may know it, with its bundles where the pack has them."""

    kit: Kit
    scenario: Scenario
    secret: ScenarioSecret
    system: SystemDescription
    bundles: BundlePair | None = None

    @cached_property
    def seats(self) -> tuple[str, ...]:
        """Ids of the players' seats."""
        return tuple(self.kit.roles.seats)

    @cached_property
    def alerts(self) -> Mapping[str, Alert]:
        """Alerts of the catalogue whose signal this system has, by id."""
        return {one.id: one for one in self.kit.alerts if one.signal in self.system.signals}

    @cached_property
    def injects(self) -> Mapping[str, Inject]:
        """The MSEL by id."""
        return {one.id: one for one in self.secret.msel}

    @cached_property
    def templates(self) -> Mapping[str, MessageTemplate]:
        """Message templates by id."""
        return {one.id: one for one in self.kit.messages}

    @cached_property
    def obligations(self) -> Mapping[str, Obligation]:
        """Obligations of the kit by id."""
        return {one.id: one for one in self.kit.obligations}

    @cached_property
    def expectations(self) -> Mapping[str, tuple[Expectation, str]]:
        """Expectations by id, each with the inject that carries it (empty: the answer key)."""
        carried = [(one, inject.id) for inject in self.secret.msel for one in inject.expects]
        return {
            one.id: (one, inject) for one, inject in [*((one, "") for one in self.secret.key.expectations), *carried]
        }

    @cached_property
    def knowable(self) -> Mapping[str, Condition]:
        """The condition of each if/then rule where everything true must be known to the team, by rule."""
        return {rule.id: of_team(rule.when) for rule in self.kit.rules}

    @cached_property
    def duties(self) -> tuple[tuple[Rule, Duty], ...]:
        """Every duty of every if/then rule."""
        return tuple((rule, duty) for rule in self.kit.rules for duty in rule.then)

    @cached_property
    def rules_read(self) -> Mapping[str, frozenset[str]]:
        """Types of entries on which it depends what is armed, met and missed of each if/then rule, by rule."""
        own = ("rule_armed", "rule_met", "rule_missed")
        return {one.id: reads([one.when, *(duty.meet for duty in one.then)]).union(own) for one in self.kit.rules}

    @cached_property
    def starts_read(self) -> Mapping[str, frozenset[str]]:
        """The same of rules that are not armed yet."""
        return {one.id: reads([one.when, self.knowable[one.id]]).union({"rule_armed"}) for one in self.kit.rules}

    @cached_property
    def timed_rules(self) -> Mapping[str, tuple[Condition, ...]]:
        """Conditions that time alone may make true, of the team's knowledge and of what is so, by if/then rule."""
        both = {one.id: (self.knowable[one.id], one.when) for one in self.kit.rules}
        return {name: tuple(one for one in pair if timed(one)) for name, pair in both.items()}

    @cached_property
    def awaited(self) -> tuple[tuple[str, Expectation, str, frozenset[str]], ...]:
        """Every expectation under a name of its own, with the inject that carries it and the types on which it depends what is said of it."""
        own = ("expectation_armed", "expectation_met", "expectation_missed", "inject_delivered")

        def read(one: Expectation) -> frozenset[str]:
            return reads([one.meet, *([] if one.when is None else [one.when])]).union(own)

        return tuple((f"expectation {one.id}", one, inject, read(one)) for one, inject in self.expectations.values())

    @cached_property
    def expectations_read(self) -> frozenset[str]:
        """The same types of all expectations."""
        return frozenset[str]().union(*(types for _, _, _, types in self.awaited))

    @cached_property
    def injects_read(self) -> frozenset[str]:
        """The same of injects that are waiting."""
        own = ("inject_delivered", "inject_skipped", "inject_held")
        return reads(one.when for one in self.secret.msel if one.when is not None).union(own)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Entries of the service's change log, in the order in which they come up."""
        return tuple(sorted(self.scenario.changes, key=lambda one: one.at_min))

    @cached_property
    def mixtures(self) -> dict[frozenset[str], Bundle]:
        """Bundles that were asked for, by the components that run the last good version."""
        return {}

    @property
    def endex_ms(self) -> int:
        """Planned end of play in drill time."""
        return self.scenario.endex_min * MINUTE

    def story_time(self, drill_ms: int) -> str:
        """Drill time as the story's date and time, ISO 8601 with its zone."""
        return (self.scenario.story_start + timedelta(milliseconds=drill_ms)).isoformat(timespec="seconds")
