"""Mistakes that no single line shows: rules that contradict each other, the matrix, or what may be said; exceptions that
have run out. What nobody may do and what nothing reaches are noted in `authority` and `reach`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import combinations, pairwise

from hotwash.kernel.errors import Problem
from hotwash.kit.authority import check_duty, check_rights
from hotwash.kit.entails import facts_of, opposed, overlap, same_way, settled
from hotwash.kit.partial import ALL_READ, Unread
from hotwash.kit.reach import LONGEST_MIN, Limits, check_kit_reach, check_reach
from hotwash.kit.schema.kit import Duty, Kit, Rule
from hotwash.kit.sources import NOWHERE, Findings, Place, Sources

LEVEL = "severity_set"
SLOWER = ("declare_within_min", "update_every_min", "inform_within_min", "review_within_days")
"""What a milder level may take longer for, and never the other way round."""

Standing = tuple[Place, Rule, Duty]


def sense_problems(
    kit: Kit, sources: Sources = NOWHERE, today: date | None = None, unread: Unread = ALL_READ
) -> list[Problem]:
    """What contradicts itself in a kit, or asks for what cannot be. Exceptions are looked at where the day is known; parts
    that are `unread` are left alone."""
    findings = Findings(sources)
    check_kit_reach(findings, kit, unread)
    check_rights(findings, kit, unread)
    if not unread.lacks("rules"):
        _rules(findings, kit, unread)
    if not unread.lacks("obligations"):
        _obligations(findings, kit, Limits.of(kit, unread))
    if not unread.lacks("prohibited"):
        for i, one in enumerate(kit.prohibited):
            if one.unless is not None:
                check_reach(findings, ("prohibited", i, "unless"), one.unless, Limits.of(kit, unread))
    if not unread.lacks("stakeholders"):
        for i, row in enumerate(kit.stakeholders):
            if row.when is not None:
                check_reach(findings, ("stakeholders", i, "when"), row.when, Limits.of(kit, unread))
    if not unread.lacks("severity"):
        _levels(findings, kit)
    if not unread.touches("severity", "stakeholders"):
        _cadence(findings, kit)
    if not unread.lacks("messages", "prohibited"):
        _templates(findings, kit)
    if today is not None and not unread.lacks("engagement"):
        _exceptions(findings, kit, today)
    return findings.problems


def _rules(findings: Findings, kit: Kit, unread: Unread) -> None:
    limits = Limits.of(kit, unread)
    for i, rule in enumerate(kit.rules):
        check_reach(findings, ("rules", i, "when"), rule.when, limits)
    for place, _, duty in _standing(kit):
        check_reach(findings, (*place, "meet"), duty.meet, limits)
        if duty.within_min > LONGEST_MIN:
            found = f"'{duty.id}' is never late: no drill lasts {duty.within_min:g} minutes"
            findings.add((*place, "within_min"), found, f"Write at most {LONGEST_MIN}.")
        if not unread.touches("roles", "levers"):
            check_duty(findings, place, duty, kit)
    _contradictions(findings, kit)
    if not unread.lacks("severity"):
        for place, rule, duty in _standing(kit):
            _too_mild(findings, place, rule, duty, kit)


def _standing(kit: Kit) -> Iterator[Standing]:
    for i, rule in enumerate(kit.rules):
        for j, duty in enumerate(rule.then):
            yield ("rules", i, "then", j), rule, duty


def _obligations(findings: Findings, kit: Kit, limits: Limits) -> None:
    for i, one in enumerate(kit.obligations):
        check_reach(findings, ("obligations", i, "when"), one.when, limits)
        if one.in_force_until and one.in_force_from and one.in_force_until < one.in_force_from:
            found = f"it ends on {one.in_force_until}, before it begins"
            findings.add(("obligations", i, "in_force_until"), found, f"Write a day after {one.in_force_from}.")


def _levels(findings: Findings, kit: Kit) -> None:
    """A severer level is never slower than a milder one."""
    levels = sorted(kit.severity.levels.items())
    for (severe, one), (mild, other) in pairwise(levels):
        for name in SLOWER:
            less, more = getattr(other, name), getattr(one, name)
            if less < more:
                found = f"Sev-{mild} has {less:g} and the severer Sev-{severe} has {more:g}"
                findings.add(
                    ("severity", "levels", mild, name), found, f"Write at least {more:g}, or shorten Sev-{severe}."
                )


def _cadence(findings: Findings, kit: Kit) -> None:
    """Somebody inside hears as often as the severity says, so that the rhythm of the room is one that is kept."""
    inside = [one for one in kit.stakeholders if one.side == "inside" and one.when is None]
    for level, guide in sorted(kit.severity.levels.items()):
        told = [one.rhythm[level].every_min for one in inside if level in one.rhythm]
        often = [minutes for minutes in told if minutes is not None]
        if kit.stakeholders and (not often or min(often) > guide.update_every_min):
            found = f"updates are due every {guide.update_every_min:g} minutes, and nobody on the stakeholder map hears so often"
            write = f"Give an audience inside a rhythm of {guide.update_every_min:g} minutes at Sev-{level}, or lengthen this."
            findings.add(("severity", "levels", level, "update_every_min"), found, write)


def _templates(findings: Findings, kit: Kit) -> None:
    """No template says by itself what the kit prohibits."""
    for i, message in enumerate(kit.messages):
        for one in kit.prohibited:
            if one.unless is not None or (one.external_only and not message.external):
                continue
            try:
                said = re.search(one.pattern, message.text, re.IGNORECASE)
            except re.error:  # noted with its place by `refs`
                continue
            if said:
                found = f"'{message.id}' says '{said[0]}', which '{one.id}' prohibits"
                findings.add_in_text(("messages", i, "text"), said[0], found, one.instead)


def _contradictions(findings: Findings, kit: Kit) -> None:
    for one, other in combinations(_standing(kit), 2):
        if found := _contradict(one, other):
            write = "Keep one of the two, or make their conditions exclude each other."
            findings.add((*other[0], "id"), found, write)


def _contradict(one: Standing, other: Standing) -> str:
    # What two rules ask for seldom clashes, and is quick to compare; whether they ever meet is not.
    found = _clash(one, other)
    return found if found and overlap(one[1].when, other[1].when) else ""


def _clash(one: Standing, other: Standing) -> str:
    (_, rule, a), (_, second, b) = one, other
    there = f"'{a.id}' of rule '{rule.id}'"
    ours, theirs = settled(a.meet), settled(b.meet)
    if ours and theirs and ours[:3] == theirs[:3] and not ours[3] & theirs[3]:
        return f"'{b.id}' asks for {_said(ours[0], theirs[3])} where {there} asks for {_said(ours[0], ours[3])}"
    if opposed(a.meet, b.meet):
        return f"'{b.id}' asks for the opposite of {there}"
    if a.seat == b.seat and a.within_min != b.within_min and a.meet == b.meet and same_way(rule.when, second.when):
        return f"'{b.id}' allows {b.within_min:g} minutes for what {there} asks for within {a.within_min:g}"
    return ""


def _said(event: str, values: frozenset[str]) -> str:
    listed = " or ".join(sorted(values))
    return f"Sev-{listed}" if event == LEVEL else f"'{listed}'"


def _too_mild(findings: Findings, place: Place, rule: Rule, duty: Duty, kit: Kit) -> None:
    asked = settled(duty.meet)
    if asked is None or asked[0] != LEVEL:
        return
    mildest = min(int(level) for level in asked[3])
    for fact in sorted(facts_of(rule.when) & set(kit.severity.mandatory)):
        worst = kit.severity.mandatory[fact]
        if mildest > worst:
            found = f"'{duty.id}' asks for {_said(LEVEL, asked[3])} where severity.yaml makes Sev-{worst} mandatory for '{fact}'"
            findings.add((*place, "meet"), found, f"Ask for level {worst}, or change 'mandatory'.")


def _exceptions(findings: Findings, kit: Kit, today: date) -> None:
    for i, one in enumerate(kit.engagement.exceptions):
        if one.until < today:
            found = f"the exception '{one.id}' ended on {one.until}"
            write = "Take it out, or have it approved again with a new date."
            findings.add(("engagement", "exceptions", i, "until"), found, write)
