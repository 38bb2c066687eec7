"""Who is told what, how often, by whom, after whose review: `stakeholders.yaml` and `communication.yaml`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hotwash.kit.schema.base import Content, Id, Level, Minutes, Text
from hotwash.kit.schema.conditions import Condition

Variant = Literal["executive", "support", "engineering", "customer", "status", "regulator", "vendor", "talk-track"]
Heading = Literal["what_happened", "impact", "status", "next_steps", "asks"]
ReminderKind = Literal["no-update", "severity-changed", "seat-free", "update-due", "review-waiting", "fix-expiring"]


class Rhythm(Content):
    """How soon an audience hears first, and how often from then on; without `every_min` once is enough."""

    first_min: Minutes
    every_min: Minutes | None = None


class Stakeholder(Content):
    """One row of the stakeholder map.

    An audience is owed updates from the first severity on, or from the moment at which `when` holds too. An update counts for
    it when it is made from one of its `templates`. `otherwise` says what sets the frequency where severity does not.
    """

    id: Id
    title: Text
    side: Literal["inside", "outside"]
    decides: Text
    needs: Text
    channel: Text
    templates: list[Id] = Field(default_factory=list)
    owner: Id
    deputy: Id
    when: Condition | None = None
    rhythm: dict[Level, Rhythm] = Field(default_factory=dict)
    otherwise: str = ""


class Reminder(Content):
    """Something that a seat is reminded of by itself. What `minutes` are depends on the kind: without an update, since the
    severity changed, since a seat that must be there is held by nobody, before an update falls due, since a review was asked for, before
    a temporary fix runs out.

    `seat` owes it; for `update-due` the audience's owner does, for `review-waiting` the reviewer, for `fix-expiring` the fix's owner.
    """

    id: Id
    title: Text
    on: ReminderKind
    minutes: Minutes
    levels: list[Level] = Field(default_factory=list)
    """Severities at which it counts; empty: all."""
    seat: Id | None = None
    says: Text


class ReviewRule(Content):
    """Whose agreement a text needs because of what it is or says, besides the approvals of its template.

    It applies to texts of these variants (empty: all) that leave the organisation (`external_only`) and, with `mentions`,
    hold words that the pattern finds, ignoring case.
    """

    id: Id
    seat: Id
    variants: list[Variant] = Field(default_factory=list)
    external_only: bool = False
    mentions: str = ""
    why: Text


class Reader(Content):
    """A simulated reader of what is published. The reaction is an inject, delivered `after_min` minutes after publication.

    One reaction is given when all that is set holds: the text `says` a pattern, does not say another (`lacks`), was found to
    break a rule (`problem`, an id of the draft check), or came `late_min` minutes after it was due. A reader with `silent_min`
    reacts to silence instead: nothing of these variants for so long while the audience is owed updates. Each reacts once.
    Slots: those of injects, and `{quote}`, the words found.
    """

    id: Id
    title: Text
    audience: Id
    variants: list[Variant] = Field(min_length=1)
    severities: list[Level] = Field(default_factory=list)
    after_min: Minutes = 3
    says: str = ""
    lacks: str = ""
    problem: list[Id] = Field(default_factory=list)
    late_min: Minutes | None = None
    silent_min: Minutes | None = None
    sender: Text
    channel: Literal["chat", "e-mail", "phone", "ticket", "press", "portal"]
    to: list[Id] = Field(min_length=1)
    subject: Text
    body: Text


class Communication(Content):
    """`communication.yaml`: reminders, reviews by content, who may publish against the draft check, corrections, readers."""

    correct_within_min: Minutes = 30
    """A published statement that was wrong is corrected within so many minutes of its publication."""
    snooze_at_most_min: Minutes = 15
    override: list[Id] = Field(default_factory=list)
    """Seats that may let a text go out although the draft check blocks it, with a reason on record."""
    reminders: list[Reminder] = Field(default_factory=list)
    reviews: list[ReviewRule] = Field(default_factory=list)
    readers: list[Reader] = Field(default_factory=list)


class Wording(Content):
    """One way to make a point. It fits when each state of `when` holds (`no-…`: does not), the label is one of `modes` (empty: any),
    and every slot of the text is known: nothing is said that is not known."""

    when: list[Id] = Field(default_factory=list)
    modes: list[Id] = Field(default_factory=list)
    text: Text


class Point(Content):
    """One thing that an update says under a heading: the first of its wordings that fits; nothing where none does. A wording without
    conditions says that it is not known."""

    id: Id
    heading: Heading
    variants: list[Variant] = Field(min_length=1)
    say: list[Wording] = Field(min_length=1)
