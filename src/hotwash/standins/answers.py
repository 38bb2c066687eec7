"""What to write to whom: journalists, authorities, executives, customers, vendors, colleagues."""

from __future__ import annotations

import re

from hotwash.kernel.clock import MINUTE
from hotwash.standins.room import Letter
from hotwash.standins.story import Story
from hotwash.standins.words import clock, joined

OFF = re.compile(
    r"switch\w* (?:\w+ ){0,2}off|turn\w* (?:\w+ ){0,2}off|shut (?:it )?down|pull the plug|take it down", re.IGNORECASE
)
KEEP = re.compile(
    r"not today|keep (?:it )?(?:on|running|up)|what it costs|put everything back|before you hold", re.IGNORECASE
)
MARK = "EXERCISE. "
"""Stands on everything that could leave the room."""
LATER_MIN = 30
"""Minutes after which somebody outside is promised to hear more: long enough to keep the promise."""


def to_press(told: Story) -> str:
    """To a journalist: what is true, nothing that may turn out wrong, and when there will be more."""
    if told.room.false_alarm:
        return f"{MARK}Thank you for asking. We looked into an automatic alert today, and read the answers behind it: they are right."
    return (
        f"{MARK}Thank you for asking. {told.outside()} We have taken steps to protect the people who use the service, and "
        f"are establishing the facts. You will hear from us again by {_later(told)}."
    )


def to_authority(told: Story) -> str:
    """To an authority: receipt, contact, since when we know, no speculation."""
    if told.room.false_alarm:
        return f"{MARK}We confirm receipt. {told.outside()} Our legal counsel is your contact and will send you our reasons in writing."
    if told.play is None:
        return f"{MARK}We confirm receipt and are establishing the facts. Our legal counsel is your contact and writes to you today."
    return (
        f"{MARK}We confirm receipt. {told.outside()} We became aware at {told.at(told.aware_ms)}. Records are on hold. "
        "Whom it concerns is being established. Our legal counsel and privacy lead are your contacts; a first written "
        "account follows today."
    )


def to_executive(told: Story, letter: Letter) -> str:
    """To an executive: the answer to the question, the reason, when there is more."""
    if told.room.false_alarm:
        return (
            f"{told.happened()} The feature stays on: nobody is harmed, and switching it off would turn every customer away "
            "for an error of a detector. Reasons and traces are in the decision log."
        )
    if told.play is None:
        return f"{told.happened()} Nothing is switched off yet. You hear from me by {clock(told.room.now_ms + 10 * MINUTE)}."
    if OFF.search(letter.body) or KEEP.search(letter.body):
        return (
            f"{told.happened()} {told.impact()} We cut only what carries it, in {told.where}; the rest stays on as long as "
            f"that holds. {told.status()}"
        )
    return f"{told.happened()} {told.impact()} {told.status()} {told.next_steps()} {told.ask('executive')}"


def to_vendor(told: Story, letter: Letter) -> str:
    """To a vendor: what we see, whether their change fits in time, what we need; nothing about customers."""
    fits = about_change(told, letter)
    return (
        f"{MARK}Thank you. {fits or f'We see unusual behaviour since about {told.at(_since(told))}.'} Please leave everything as "
        "it is, keep your logs of this window, and send us the list of your changes of the last 24 hours."
    )


def to_customer(told: Story) -> str:
    """To a customer or partner: what they can rely on, what not, and by when they hear more."""
    if told.room.false_alarm:
        return f"{MARK}Thank you for telling us. {told.outside()} You need not change anything on your side."
    return (
        f"{MARK}Thank you for telling us. {told.outside()} {told.outside_status()} Whether it concerns your customers is what we "
        f"are establishing now. You hear from us in writing by {_later(told)}. If you can, pass on time and case number, "
        "and no screenshots with other people's data."
    )


def to_colleague(told: Story, letter: Letter) -> str:
    """To somebody in the house: where it belongs, what we know, what happens with it."""
    about = joined([about_place(told, letter), about_change(told, letter)], " ")
    if told.play is None and not told.room.false_alarm:
        later = clock(told.room.now_ms + 10 * MINUTE)
        return f"Thank you, this helps. {told.happened()} Please pass further cases to the scribe by trace or case number. More by {later}."
    return f"Thank you. {about} {told.happened()} {told.status()}".replace("  ", " ")


def to_asker(told: Story) -> str:
    """From privacy or legal to somebody in the house who asks what it means: two lines, in writing."""
    if told.room.false_alarm:
        return f"{told.happened()} The traces that we read hold the requesters' own data; the reasons are on record, duty by duty."
    if told.play is None:
        return f"Not known yet whether it is one for us. {told.happened()} I assess it as soon as one trace is read."
    count = (
        f"{told.people_low} to {told.people_high} people, still being counted"
        if told.people_low
        else "number of people not known yet"
    )
    return (
        f"In writing: {told.play.what}, in {told.where}. Kinds of data: {joined(told.play.data) or 'none'}; {count}. We count from "
        f"{told.at(told.aware_ms)}, when the first trace was read. Known so far; the rest is assumption and marked so."
    )


def about_place(told: Story, letter: Letter) -> str:
    """Whether what a letter names lies inside the scope that the room has set."""
    extent = told.room.extent
    if extent is None or "tenant" not in extent.scope:
        return ""
    named = set(re.findall(r"\b[a-z]-\d+\b", f"{letter.sender} {letter.body}"))
    inside, outside = sorted(named & set(extent.scope["tenant"])), sorted(named - set(extent.scope["tenant"]))
    told_in = f"{joined(inside)} {'is' if len(inside) == 1 else 'are'} part of it." if inside else ""
    told_out = (
        f"We read flagged traces from outside as well, {joined(outside)} included: a separate matter as far as we see."
        if outside
        else ""
    )
    return told_in or told_out


def about_change(told: Story, letter: Letter) -> str:
    """Whether a change that a letter names fits the onset in time."""
    if told.room.extent is None:
        return ""
    since = told.room.extent.since_ms
    for at_ms, component, _, after, _ in told.room.changes:
        dated = re.search(r"\d{4}-\d{2}-\d{2}$", after)
        if after and (after in letter.body or (dated and dated[0] in letter.body and component in letter.body.lower())):
            when = f"{component} changed at {told.at(at_ms)}"
            if at_ms > since + MINUTE:
                return f"The first cases are from {told.at(since)} and {when}, after them: that is not where it starts."
            return f"{when}; the first cases are from {told.at(since)}."
    return ""


def _since(told: Story) -> int:
    return told.room.extent.since_ms if told.room.extent else told.room.alarms[0].at_ms if told.room.alarms else 0


def _later(told: Story) -> str:
    return told.at(told.room.now_ms + LATER_MIN * MINUTE)
