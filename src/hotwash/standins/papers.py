"""Writing drafts from the kit's templates."""

from __future__ import annotations

import re

from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.kit import MessageTemplate
from hotwash.standins.desk import Desk
from hotwash.standins.letters import presentable
from hotwash.standins.room import Room
from hotwash.standins.story import Story
from hotwash.standins.words import clock

SLOT = re.compile(r"\{(\w+)\}")
HEADING = re.compile(r"^\*\*[^*]+\*\*")
OUTSIDE_ASKS = {
    "customer": "Please pass on time and wording of what you see, without other people's data.",
    "vendor": "Please send your list of changes of the last 24 hours.",
    "talk-track": "Please take down time and wording, and offer a call back.",
    "status": "If you saw something that was not meant for you, please write to us.",
}
GUIDANCE = {
    "leak": "Please do not use or forward details that are not yours, and delete them.",
    "misuse": "Please check your last orders and refunds, and tell us what you do not recognise.",
    "overreach": "Please check your last orders and refunds, and tell us what you do not recognise.",
    "injection": "Please verify what the assistant did for you today before you rely on it.",
    "ungrounded": "Please do not rely on answers about rules and prices; our pages are what counts.",
    "empty-retrieval": "Please do not rely on answers about rules and prices; our pages are what counts.",
    "refusal": "You do not need to do anything; please ask again later, or call us.",
    "adverse": "Please keep a refusal of today and do not act on it until you hear from us.",
    "wrong": "Please keep a refusal of today and do not act on it until you hear from us.",
}
"""What people outside should do now to be safe, by what goes wrong."""


def write(desk: Desk, room: Room, told: Story, template: MessageTemplate) -> str:
    """The text of a draft, every slot filled. No paragraph keeps a sentence that the kit prohibits."""
    slots = slots_for(desk, room, told, template)
    text = SLOT.sub(lambda found: slots.get(found[1], f"({found[1].replace('_', ' ')}: not known yet)"), template.text)
    return "\n\n".join(_fit(desk, part, template.variant) for part in text.strip().split("\n\n"))


def slots_for(desk: Desk, room: Room, told: Story, template: MessageTemplate) -> dict[str, str]:
    """What each slot of a template says now; people outside get story time and no detail of the inside."""
    outside = template.external
    due = next_update(desk, room)
    return {
        "time": told.at(room.now_ms) if outside else clock(room.now_ms),
        "severity": f"Sev-{room.severity}" if room.severity else "not set",
        "incident": f"{told.start:%Y-%m-%d}/1",
        "next_update": "none planned" if room.over else told.at(due) if outside else clock(due),
        "what_happened": told.outside() if outside else told.happened(),
        "impact": _outside_impact(told) if outside else told.impact(template.variant),
        "status": told.outside_status() if outside else told.status(),
        "next_steps": "We are finding out who is concerned." if outside else told.next_steps(),
        "asks": _outside_asks(told, template.variant) if outside else told.ask(template.variant),
    }


def next_update(desk: Desk, room: Room) -> int:
    """When the next update is promised for: one cadence from now."""
    level = desk.kit.severity.levels.get(room.severity) if room.severity else None
    return room.now_ms + int((level.update_every_min if level else 60) * MINUTE)


def _fit(desk: Desk, text: str, variant: str) -> str:
    heading = HEADING.match(text)
    body = text[heading.end() :].strip() if heading else text
    kept = presentable(desk, body, variant)
    return f"{heading[0]} {kept}" if heading else kept


def _outside_impact(told: Story) -> str:
    if told.play is None:
        return "Which users it concerns is being established."
    what = "data is involved" if told.play.personal else "cases it concerns"
    return f"Which {what} is still under review. We will write to those concerned."


def _outside_asks(told: Story, variant: str) -> str:
    sight = told.play.sight if told.play else ""
    guided = (
        GUIDANCE.get(sight, "Please check answers before you rely on them.")
        if variant in ("customer", "status")
        else ""
    )
    return f"{guided} {OUTSIDE_ASKS.get(variant, '')}".strip()
