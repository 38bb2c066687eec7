"""Whether the stakeholder map and the rules of communication lead somewhere: seats, templates, audiences, patterns."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import pairwise

from hotwash.kit.names import Names, check_condition, check_name, check_names, check_unique, instead
from hotwash.kit.partial import Unread
from hotwash.kit.schema.comms import Reminder, Stakeholder
from hotwash.kit.schema.kit import Kit
from hotwash.kit.sources import Findings, Place
from hotwash.kit.vocabulary import FACT_SLOTS, FACT_STATES, READER_SLOTS

WITHOUT_SEAT = frozenset({"update-due", "review-waiting", "fix-expiring"})
"""Kinds of reminders that are owed by the audience's owner, or by the reviewer."""
RHYTHM = ("first_min", "every_min")


def check_stakeholders(findings: Findings, kit: Kit, names: Names, unread: Unread) -> None:
    """Note rows that lead nowhere, and templates that nobody on the map reads."""
    check_unique(findings, ((("stakeholders", i, "id"), one.id) for i, one in enumerate(kit.stakeholders)))
    for i, one in enumerate(kit.stakeholders):
        place: Place = ("stakeholders", i)
        for name in ("owner", "deputy"):
            check_name(findings, (*place, name), "seat", getattr(one, name), names.seats)
        if one.owner == one.deputy:
            findings.add((*place, "deputy"), f"'{one.owner}' is its own deputy", "Name another seat.")
        check_names(findings, (*place, "templates"), "message template", one.templates, names.fields["template"])
        if one.when is not None:
            check_condition(findings, (*place, "when"), one.when, names)
        _rhythm(findings, place, one)
    if not unread.lacks("messages", "stakeholders") and not unread.touches("stakeholders") and kit.stakeholders:
        read = {template for one in kit.stakeholders for template in one.templates}
        for i, message in enumerate(kit.messages):
            if message.id not in read:
                found = f"nobody on the stakeholder map reads '{message.id}'"
                findings.add(("messages", i, "id"), found, "Name it under 'templates:' of an audience.")


def _rhythm(findings: Findings, place: Place, one: Stakeholder) -> None:
    """Owed updates can be counted, and a severer level is never slower than a milder one."""
    if one.rhythm and not one.templates:
        found = f"'{one.id}' is owed updates, and no template is written for it"
        findings.add((*place, "rhythm"), found, "Name its templates, or say in 'otherwise' what sets the frequency.")
    if not one.rhythm and not one.otherwise:
        found = f"nothing says how often '{one.id}' hears"
        findings.add(place, found, "Add 'rhythm:' by severity, or 'otherwise:' with what sets it.")
    for (severe, ours), (mild, theirs) in pairwise(sorted(one.rhythm.items())):
        for name in RHYTHM:
            less, more = getattr(theirs, name), getattr(ours, name)
            if less is not None and (more is None or less < more):
                said = "only one update" if more is None else f"{more:g}"
                found = f"Sev-{mild} has {less:g} and the severer Sev-{severe} has {said}"
                write = f"Write at most {less:g} for Sev-{severe}, or more for Sev-{mild}."
                findings.add((*place, "rhythm", mild, name), found, write)


def check_communication(findings: Findings, kit: Kit, names: Names, unread: Unread) -> None:
    """Note reminders, reviews and readers that name what does not exist, or that can never speak."""
    ours = kit.communication
    check_names(findings, ("communication", "override"), "seat", ours.override, names.seats)
    for part in ("reminders", "reviews", "readers"):
        ids = [one.id for one in getattr(ours, part)]
        check_unique(findings, ((("communication", part, i, "id"), name) for i, name in enumerate(ids)))
    for i, reminder in enumerate(ours.reminders):
        _reminder(findings, ("communication", "reminders", i), reminder, names)
    approvers = kit.roles.rights.get("approve_draft") if not unread.touches("roles") else None
    for i, review in enumerate(ours.reviews):
        place: Place = ("communication", "reviews", i)
        check_name(findings, (*place, "seat"), "seat", review.seat, names.seats)
        if approvers is not None and review.seat in names.seats and review.seat not in approvers:
            found = f"'{review.seat}' is to review and may not approve draft"
            findings.add((*place, "seat"), found, "Name a seat that 'approve_draft' in roles.yaml names.")
        if not review.mentions and not review.variants:
            found = f"'{review.id}' asks for a review of every text"
            findings.add(place, found, "Say of which 'variants:', or what they must mention.")
    for place, pattern in _patterns(kit):
        try:
            re.compile(pattern)
        except re.error as wrong:
            found = f"the pattern is not a regular expression: {wrong}"
            findings.add(place, found, "Mend it, or put a backslash before special signs.")
    if not unread.touches("stakeholders"):
        _readers(findings, kit, names)


def _reminder(findings: Findings, place: Place, one: Reminder, names: Names) -> None:
    if one.on in WITHOUT_SEAT:
        if one.seat is not None:
            who = "the owner of the audience" if one.on == "update-due" else "the reviewer"
            findings.add((*place, "seat"), f"'{one.id}' is owed by {who}", "Take 'seat:' out.")
    elif one.seat is None:
        findings.add(place, f"nobody owes '{one.id}'", "Add 'seat:' with the seat that is reminded.")
    else:
        check_name(findings, (*place, "seat"), "seat", one.seat, names.seats)


def _patterns(kit: Kit) -> Iterator[tuple[Place, str]]:
    for i, review in enumerate(kit.communication.reviews):
        yield ("communication", "reviews", i, "mentions"), review.mentions
    for i, reader in enumerate(kit.communication.readers):
        yield ("communication", "readers", i, "says"), reader.says
        yield ("communication", "readers", i, "lacks"), reader.lacks


def _readers(findings: Findings, kit: Kit, names: Names) -> None:
    audiences = {one.id: one for one in kit.stakeholders}
    for i, one in enumerate(kit.communication.readers):
        place: Place = ("communication", "readers", i)
        check_name(findings, (*place, "audience"), "audience in stakeholders.yaml", one.audience, audiences)
        check_names(findings, (*place, "to"), "seat", one.to, names.seats)
        asks = (one.says, one.lacks, one.problem, one.late_min is not None, one.silent_min is not None)
        if not any(asks):
            found = f"'{one.id}' reacts to nothing"
            findings.add(place, found, "Add one of: says, lacks, problem, late_min, silent_min.")
        if one.silent_min is not None and sum(map(bool, asks)) > 1:
            found = f"'{one.id}' reacts to silence and to words"
            findings.add((*place, "silent_min"), found, "Make two readers of it.")
        if one.silent_min is not None and one.audience in audiences and not audiences[one.audience].rhythm:
            found = f"'{one.audience}' is owed no updates, so its silence is none"
            findings.add((*place, "audience"), found, "Name an audience with a rhythm.")
        for field in ("subject", "body"):
            for slot in re.findall(r"\{(\w*)\}", getattr(one, field)):
                if slot not in READER_SLOTS:
                    found, write = f"there is no slot '{slot}'", instead(slot, READER_SLOTS)
                    findings.add_in_text((*place, field), f"{{{slot}}}", found, write)


def check_sentences(findings: Findings, kit: Kit, modes: Collection[str]) -> None:
    """Note wordings that ask for what does not exist, and those that are never reached: after one that always fits."""
    check_unique(findings, ((("sentences", i, "id"), one.id) for i, one in enumerate(kit.sentences)))
    states = FACT_STATES | {f"no-{name}" for name in FACT_STATES}
    for i, point in enumerate(kit.sentences):
        always: int | None = None
        for j, one in enumerate(point.say):
            place: Place = ("sentences", i, "say", j)
            check_names(findings, (*place, "when"), "state", one.when, states)
            check_names(findings, (*place, "modes"), "mode", one.modes, modes)
            slots = re.findall(r"\{(\w*)\}", one.text)
            for slot in slots:
                if slot not in FACT_SLOTS:
                    found, write = f"there is no slot '{slot}'", instead(slot, FACT_SLOTS)
                    findings.add_in_text((*place, "text"), f"{{{slot}}}", found, write)
            if always is not None:
                found = f"this wording is never said: the one above it ({always + 1}) always fits"
                findings.add(place, found, "Put it before that one, or give that one a condition.")
            if not one.when and not one.modes and not slots and always is None:
                always = j
