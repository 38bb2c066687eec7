"""Cross references inside a kit and inside a system pack: every name leads somewhere, every sum is right."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from math import isclose
from typing import get_args

from hotwash.kernel.errors import Problem
from hotwash.kit.comms_refs import check_communication, check_sentences, check_stakeholders
from hotwash.kit.dimensions import dimensions_of
from hotwash.kit.duty_refs import check_duties
from hotwash.kit.names import Names, check_condition, check_name, check_names, check_unique, instead
from hotwash.kit.partial import ALL_READ, Unread
from hotwash.kit.schema.kit import Bucket, Kit
from hotwash.kit.schema.levers import LeverKind
from hotwash.kit.schema.system import Category, SystemSpec
from hotwash.kit.schema.wording import Frame
from hotwash.kit.sources import NOWHERE, Findings, Place, Sources
from hotwash.kit.vocabulary import (
    COMMANDS,
    FAIL_FAST_CHECKS,
    LEVER_ARGUMENTS,
    MEASURES,
    MILESTONES,
    SIGNALS,
    SUITES,
    TEMPLATE_SLOTS,
)

RUNBOOK = (
    "Detection", "Triage", "Containment options", "Escalation and messages", "Recovery proof", "Do not",
)  # fmt: skip
"""Headings of a runbook, in the order in which a responder needs them."""
SOURCED = frozenset(Kit.model_fields) - {"id", "title", "version", "extends", "activities", "provenance"}
"""Parts of a kit that say what they rest on."""
NEWER = frozenset({"questions", "calendars", "notices"})
"""Of them, those that kits from before they existed say nothing about."""
LEVELS = frozenset({1, 2, 3, 4})
PARTS: dict[str, tuple[str, ...]] = {
    "taxonomy": ("taxonomy",), "severity": ("severity",), "declaration": ("declaration",), "rules": ("rules",), "roles": ("roles",), "levers": ("levers",),
    "tiers": ("tiers",), "harm": ("harm",), "alerts": ("alerts",), "messages": ("messages",),
    "prohibited": ("prohibited",), "wording": ("wording", "messages"), "rubric": ("rubric",), "duties": ("obligations",), "asking": ("obligations", "questions", "calendars", "notices"), "timeline": ("timeline",),
    "guides": ("guides",), "stakeholders": ("stakeholders",), "communication": ("communication",), "sentences": ("sentences",),
    "engagement": ("engagement",), "provenance": ("provenance",), "activities": ("activities", "obligations"),
}  # fmt: skip
"""Checks of a kit → its parts that they walk through."""


def kit_problems(kit: Kit, sources: Sources = NOWHERE, unread: Unread = ALL_READ) -> list[Problem]:
    """Every broken reference of a kit. Of `unread` parts only what is there is checked, and any name may be one of theirs,
    so that one broken file does not make every name in the others look wrong."""
    check = _KitCheck(kit, Findings(sources), unread)
    for name, needs in PARTS.items():
        if not unread.lacks(*needs):
            getattr(check, name)()
    return check.findings.problems


def system_problems(system: SystemSpec, sources: Sources = NOWHERE) -> list[Problem]:
    """Every broken reference of a system pack."""
    findings = Findings(sources)
    dims = dimensions_of(system)
    check_names(findings, ("system", "levers"), "lever", system.levers, get_args(LeverKind))
    for lever, without, lacking in (
        ("failover", system.dependencies, "no dependencies to move away from"),
        ("review", system.review.reviewers_available, "no reviewers"),
    ):
        if lever in system.levers and not without:
            place: Place = ("system", "levers", system.levers.index(lever))
            findings.add(
                place, f"'{lever}' can do nothing: the system has {lacking}", "Take the lever out, or add them."
            )
    check_names(findings, ("system", "protected"), "dimension", system.protected, dims)
    for name, dimension in system.dimensions.items():
        place = ("system", "dimensions", name)
        if dimension.given:
            check_name(findings, (*place, "given"), "dimension", dimension.given, dims)
            for value in dims.get(dimension.given, ()):
                if value not in dimension.by_value:
                    findings.add((*place, "by_value"), f"'{value}' is missing", f"Give its shares, as for {name}.")
        tables = dimension.by_value or {"": dimension.shares} if not dimension.zipf else {}
        for value, shares in tables.items():
            here = (*place, "by_value", value) if value else (*place, "shares")
            _check_sum(findings, here, sum(shares.values()), 1)
    _check_sum(findings, ("system", "intents"), sum(intent.share for intent in system.intents.values()), 1)
    for index, language in enumerate(system.guardrail.main_languages):
        place = ("system", "guardrail", "main_languages", index)
        check_name(findings, place, "language", language, dims.get("language", ()))
    check_names(
        findings, ("system", "guardrail", "hard_groups"), "group", system.guardrail.hard_groups, dims.get("group", ())
    )
    return findings.problems


def _check_sum(findings: Findings, place: Place, total: float, wanted: float) -> None:
    if not isclose(total, wanted, abs_tol=1e-6):
        findings.add(place, f"the sum here is {total:g}", f"Make it {wanted:g}.")


class _KitCheck:
    """One pass over a kit, one method for each file."""

    def __init__(self, kit: Kit, findings: Findings, unread: Unread) -> None:
        self.kit, self.findings, self.unread = kit, findings, unread
        self.names = Names.of(kit, None, unread)
        self.seats, self.facts, self.modes = self.names.seats, self.names.facts, self.names.fields["mode"]

    def guides(self) -> None:
        """Guides name modes and seats that exist; runbooks have every heading; each mode has its runbook."""
        check_unique(self.findings, ((("guides", i, "id"), one.id) for i, one in enumerate(self.kit.guides)))
        for i, one in enumerate(self.kit.guides):
            place: Place = ("guides", i)
            check_names(self.findings, (*place, "modes"), "mode", one.modes, self.modes)
            check_names(self.findings, (*place, "seats"), "seat", one.seats, self.seats)
            if one.kind == "runbook":
                lacking = [head for head in RUNBOOK if f"## {head}" not in one.text.splitlines()]
                if lacking:
                    self.findings.add(place, f"runbook '{one.id}' lacks {', '.join(lacking)}", "Add these headings.")
            if one.kind == "checklist" and not one.items:
                self.findings.add(place, f"checklist '{one.id}' has nothing to tick", "List its items.")

    def taxonomy(self) -> None:
        taxonomy = self.kit.taxonomy
        self._complete(("taxonomy", "buckets"), taxonomy.buckets, get_args(Bucket))
        for mode, guide in taxonomy.modes.items():
            place: Place = ("taxonomy", "modes", mode, "crosswalk")
            named = [f"{one.scheme} {one.id}" for one in guide.crosswalk]
            check_unique(self.findings, (((*place, i, "id"), name) for i, name in enumerate(named)))
            for i, one in enumerate(guide.crosswalk):
                check_name(self.findings, (*place, i, "scheme"), "scheme", one.scheme, taxonomy.schemes)

    def severity(self) -> None:
        severity = self.kit.severity
        self._complete(("severity", "levels"), severity.levels, LEVELS)
        for name, dimension in severity.dimensions.items():
            self._complete(("severity", "dimensions", name, "levels"), dimension.levels, LEVELS)
        for level, guide in severity.levels.items():
            place: Place = ("severity", "levels", level, "must_inform")
            check_names(self.findings, place, "seat", guide.must_inform, self.seats)
        for fact in severity.mandatory:
            check_name(self.findings, ("severity", "mandatory", fact), "fact", fact, self.facts, key=True)

    def rules(self) -> None:
        check_unique(self.findings, ((("rules", i, "id"), rule.id) for i, rule in enumerate(self.kit.rules)))
        check_unique(self.findings, self._duty_ids())
        for i, rule in enumerate(self.kit.rules):
            check_condition(self.findings, ("rules", i, "when"), rule.when, self.names)
            for j, duty in enumerate(rule.then):
                place: Place = ("rules", i, "then", j)
                check_name(self.findings, (*place, "seat"), "seat", duty.seat, self.seats)
                check_condition(self.findings, (*place, "meet"), duty.meet, self.names)

    def _duty_ids(self) -> Iterator[tuple[Place, str]]:
        for i, rule in enumerate(self.kit.rules):
            for j, duty in enumerate(rule.then):
                yield ("rules", i, "then", j, "id"), duty.id

    def declaration(self) -> None:
        for form, readers in self.kit.declaration.evidence.readers.items():
            check_names(self.findings, ("declaration", "evidence", "readers", form), "seat", readers, self.seats)

    def roles(self) -> None:
        for seat, guide in self.kit.roles.seats.items():
            place: Place = ("roles", "seats", seat, "deputy")
            check_name(self.findings, place, "seat", guide.deputy, self.seats)
            if guide.deputy == seat:
                self.findings.add(place, f"'{seat}' is its own deputy", "Name another seat.")
        for command, seats in self.kit.roles.rights.items():
            check_name(self.findings, ("roles", "rights", command), "command", command, COMMANDS, key=True)
            able = {*self.seats, "observer"} if command == "decide_case" else self.seats
            check_names(self.findings, ("roles", "rights", command), "seat", seats, able)
        for activity, row in self.kit.roles.raci.items():
            place = ("roles", "raci", activity)
            for seat in row:
                check_name(self.findings, (*place, seat), "seat", seat, self.seats, key=True)
            accountable = [seat for seat, letter in row.items() if "A" in letter.split("/")]
            if len(accountable) != 1:
                found = f"'{activity}' has {len(accountable)} seats with an A"
                self.findings.add(place, found, "Give exactly one seat the A.")

    def levers(self) -> None:
        self._complete(("levers",), self.kit.levers, get_args(LeverKind))
        for kind, lever in self.kit.levers.items():
            place: Place = ("levers", kind)
            for name in lever.arguments:
                allowed = LEVER_ARGUMENTS.get(kind, frozenset())
                check_name(self.findings, (*place, "arguments", name), "argument", name, allowed, key=True)
            rights, here = lever.rights, (*place, "rights")
            check_names(self.findings, (*here, "may_pull"), "seat", rights.may_pull, self.seats)
            check_names(self.findings, (*here, "approvers"), "seat", rights.approvers, self.seats)
            if rights.approvals > len(rights.approvers):
                found = f"{rights.approvals} approvals are asked for, and {len(rights.approvers)} seats may give one"
                self.findings.add((*here, "approvers"), found, "Name more approvers, or ask for fewer.")
            if order := rights.standing_order:
                here = (*here, "standing_order")
                check_name(self.findings, (*here, "when_fact"), "fact", order.when_fact, self.facts)
                check_names(self.findings, (*here, "may_pull"), "seat", order.may_pull, self.seats)
                check_names(self.findings, (*here, "inform"), "seat", order.inform, self.seats)

    def tiers(self) -> None:
        self._complete(("tiers",), self.kit.tiers, ("a", "b", "c"))

    def harm(self) -> None:
        self._complete(("harm", "categories"), self.kit.harm.categories, get_args(Category))
        for category, weight in self.kit.harm.categories.items():
            check_name(self.findings, ("harm", "categories", category, "fact"), "fact", weight.fact, self.facts)

    def alerts(self) -> None:
        every = frozenset().union(*SIGNALS.values())
        for i, alert in enumerate(self.kit.alerts):
            place: Place = ("alerts", i)
            for kind in alert.systems:
                check_name(self.findings, (*place, "signal"), f"signal of a {kind}", alert.signal, SIGNALS[kind])
            check_names(self.findings, (*place, "modes"), "mode", alert.modes, self.modes)
            check_name(self.findings, (*place, "pages"), "seat", alert.pages, self.seats)
            check_names(self.findings, (*place, "confirm_with"), "signal", alert.confirm_with, every)
            if alert.runbook:
                check_name(self.findings, (*place, "runbook"), "guide", alert.runbook, self.names.guides)
            if alert.signal in alert.confirm_with:
                found = f"'{alert.signal}' is to confirm itself"
                self.findings.add((*place, "confirm_with"), found, "Name a signal that is independent of it.")
        pairs = [(i, kind, alert.id) for i, alert in enumerate(self.kit.alerts) for kind in alert.systems]
        check_unique(self.findings, ((("alerts", i, "id"), f"{name} ({kind})") for i, kind, name in pairs))

    def messages(self) -> None:
        check_unique(self.findings, ((("messages", i, "id"), one.id) for i, one in enumerate(self.kit.messages)))
        for i, message in enumerate(self.kit.messages):
            check_names(self.findings, ("messages", i, "approvals"), "seat", message.approvals, self.seats)
            for slot in re.findall(r"\{(\w*)\}", message.text):
                if slot not in TEMPLATE_SLOTS:
                    found, write = f"there is no slot '{slot}'", instead(slot, TEMPLATE_SLOTS)
                    self.findings.add_in_text(("messages", i, "text"), f"{{{slot}}}", found, write)

    def prohibited(self) -> None:
        check_unique(self.findings, ((("prohibited", i, "id"), one.id) for i, one in enumerate(self.kit.prohibited)))
        for i, statement in enumerate(self.kit.prohibited):
            place: Place = ("prohibited", i)
            try:
                re.compile(statement.pattern)
            except re.error as wrong:
                found = f"the pattern is not a regular expression: {wrong}"
                self.findings.add((*place, "pattern"), found, "Mend it, or put a backslash before special signs.")
            if statement.unless:
                check_condition(self.findings, (*place, "unless"), statement.unless, self.names)
            if statement.proof:
                check_names(self.findings, (*place, "proof", "suites"), "suite", statement.proof.suites, SUITES)
            self._frames((*place, "frames"), statement.frames)

    def wording(self) -> None:
        for name in ("guidance", "asks", "next_update"):
            self._frames(("wording", name), getattr(self.kit.wording, name))
        missing = sorted({one.variant for one in self.kit.messages} - set(self.kit.wording.variants))
        if missing and not self.unread.touches("messages"):
            found = f"there are messages of the variant '{missing[0]}', and nothing says what its drafts need"
            self.findings.add(("wording", "variants"), found, f"Add '{missing[0]}: {{}}', or what they need.")

    def _frames(self, place: Place, frames: list[Frame]) -> None:
        """Of words that begin with @ only `@component` stands for something."""
        for i, frame in enumerate(frames):
            for j, group in enumerate(frame.words):
                for k, term in enumerate(group):
                    if term.startswith("@") and term != "@component":
                        found = f"'{term}' stands for nothing"
                        self.findings.add(
                            (*place, i, "words", j, k), found, "Write '@component', or the words themselves."
                        )

    def rubric(self) -> None:
        rubric = self.kit.rubric
        place: Place = ("rubric", "dimensions")
        whole = not self.unread.touches("rubric")
        if whole:
            _check_sum(self.findings, place, sum(dimension.weight for dimension in rubric.dimensions), 100)
        check_unique(self.findings, (((*place, i, "id"), one.id) for i, one in enumerate(rubric.dimensions)))
        for i, dimension in enumerate(rubric.dimensions):
            here: Place = (*place, i, "measures")
            _check_sum(self.findings, here, sum(one.share for one in dimension.measures), 1)
            for j, one in enumerate(dimension.measures):
                check_name(self.findings, (*here, j, "measure"), "measure", one.measure, MEASURES)
        for i, item in enumerate(rubric.fail_fast):
            check_name(self.findings, ("rubric", "fail_fast", i, "check"), "check", item.check, FAIL_FAST_CHECKS)
        for i, metric in enumerate(rubric.time_metrics):
            for end in ("start", "stop"):
                here = ("rubric", "time_metrics", i, end)
                check_name(self.findings, here, "milestone", getattr(metric, end), MILESTONES)
        ratings = [rubric.ratings.get(letter, -1.0) for letter in ("P", "S", "M", "U")]
        if whole and (ratings != sorted(ratings, reverse=True) or -1.0 in ratings):
            self.findings.add(("rubric", "ratings"), "ratings do not fall from P to U", "Write all four, falling.")

    def duties(self) -> None:
        check_unique(self.findings, ((("obligations", i, "id"), one.id) for i, one in enumerate(self.kit.obligations)))
        for i, one in enumerate(self.kit.obligations):
            check_condition(self.findings, ("obligations", i, "when"), one.when, self.names)

    def asking(self) -> None:
        """Questions, calendars and notices that obligations name exist, and questions follow from earlier ones."""
        check_duties(self.findings, self.kit, self.unread, self.names.facts)

    def stakeholders(self) -> None:
        """The map names seats and templates that exist, and each template has a reader."""
        check_stakeholders(self.findings, self.kit, self.names, self.unread)

    def communication(self) -> None:
        """Reminders, reviews and readers name what exists."""
        check_communication(self.findings, self.kit, self.names, self.unread)

    def sentences(self) -> None:
        """Wordings name states, slots and modes that exist."""
        check_sentences(self.findings, self.kit, self.modes)

    def activities(self) -> None:
        """What the organisation does is a word that an obligation knows."""
        if self.unread.touches("obligations"):
            return
        known = {name for one in self.kit.obligations for name in one.only_for}
        for index, name in enumerate(self.kit.activities):
            check_name(self.findings, ("kit", "activities", index), "activity in obligations.yaml", name, known)

    def engagement(self) -> None:
        """Exceptions to the kit's own rules are approved by a seat that exists."""
        exceptions = self.kit.engagement.exceptions
        check_unique(
            self.findings, ((("engagement", "exceptions", i, "id"), one.id) for i, one in enumerate(exceptions))
        )
        for i, one in enumerate(exceptions):
            place: Place = ("engagement", "exceptions", i, "approved_by")
            check_name(self.findings, place, "seat", one.approved_by, self.seats)

    def provenance(self) -> None:
        """Every part of the kit says what it rests on, and nothing else does."""
        told = self.kit.provenance
        for name in told:
            check_name(self.findings, ("provenance", name), "part", name, SOURCED, key=True)
        self._complete(("provenance",), [name for name in told if name in SOURCED], SOURCED - NEWER)

    def timeline(self) -> None:
        """Moves follow each other."""
        ends = [move.by_min for move in self.kit.timeline]
        for i in range(1, len(ends)):
            if ends[i] < ends[i - 1]:
                found = f"this move ends at minute {ends[i]:g}, before the one above it"
                self.findings.add(("timeline", i, "by_min"), found, "Put the moves in order.")

    def _complete(self, place: Place, found: Iterable[object], wanted: Iterable[object]) -> None:
        if self.unread.touches(str(place[0])):
            return
        missing = sorted(map(str, set(wanted) - set(found)))
        if missing:
            self.findings.add(place, f"{', '.join(missing)} missing", "Write all of them; none may be left out.")
