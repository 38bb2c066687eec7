"""Writing drafts from the kit's templates: the slots filled, the instructions to the writer taken out."""

from __future__ import annotations

import re

from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.kit import Kit, MessageTemplate
from hotwash.standins.desk import Desk
from hotwash.standins.letters import presentable
from hotwash.standins.room import Room
from hotwash.standins.story import Story
from hotwash.standins.words import clock, sentence

SLOT = re.compile(r"\{(\w+)\}")
HEADING = re.compile(r"^\*\*[^*]+\*\*")


def write(desk: Desk, room: Room, told: Story, template: MessageTemplate) -> str:
    """The text of a draft. External texts hold no sentence that the kit prohibits."""
    slots = slots_for(desk, room, told, template)
    parts = [_paragraph(one, slots) for one in template.text.strip().split("\n\n")]
    return "\n\n".join(presentable_part(desk.kit, one, external=template.external) for one in parts if one)


def presentable_part(kit: Kit, text: str, *, external: bool) -> str:
    """A paragraph without prohibited sentences; its heading stays."""
    heading = HEADING.match(text)
    body = text[heading.end() :].strip() if heading else text
    kept = presentable(kit, body, external=external)
    return f"{heading[0]} {kept}" if heading else kept


def slots_for(desk: Desk, room: Room, told: Story, template: MessageTemplate) -> dict[str, str]:
    """What each slot of a template says now."""
    outside = template.external
    due = next_update(desk, room)
    return {
        "time": clock(room.now_ms),
        "severity": f"Sev-{room.severity}" if room.severity else "not set",
        "incident": room.incident or "not opened",
        "next_update": clock(due),
        "what_happened": told.outside() if outside else told.happened(),
        "impact": _outside_impact(told) if outside else told.impact(),
        "status": _outside_status(told) if outside else told.status(),
        "next_steps": f"We come back to you by {clock(due)}." if outside else told.next_steps(),
        "asks": _outside_ask(template) if outside else told.ask(template.variant),
    }


def next_update(desk: Desk, room: Room) -> int:
    """When the next update is promised for: one cadence from now."""
    level = desk.kit.severity.levels.get(room.severity) if room.severity else None
    return room.now_ms + int((level.update_every_min if level else 60) * MINUTE)


def _paragraph(text: str, slots: dict[str, str]) -> str:
    """A paragraph with a heading keeps its heading and the sentences that hold a slot: the rest tells the writer what
    to write. Other paragraphs stay as they are."""
    heading = HEADING.match(text)
    if heading is None:
        return _fill(text, slots)
    said = [one for one in re.split(r"(?<=[.!?])\s+", text[heading.end() :].strip()) if SLOT.search(one)]
    return f"{heading[0]} {' '.join(_fill(one, slots) for one in said)}"


def _fill(text: str, slots: dict[str, str]) -> str:
    return SLOT.sub(lambda found: slots.get(found[1], f"{found[1].replace('_', ' ')} not known yet"), text)


def _outside_impact(told: Story) -> str:
    if told.play is None:
        return "Which users it concerns is being established."
    data = (
        "Which data is involved is still under review."
        if told.play.personal
        else "Which cases it concerns is still under review."
    )
    return f"{data} We will write to those concerned."


def _outside_status(told: Story) -> str:
    return (
        "We have limited the service where we see it and are watching it."
        if told.contained
        else "We are limiting the service where we see it."
    )


def _outside_ask(template: MessageTemplate) -> str:
    asks = {
        "customer": "Please pass on time and wording of what you see, without other people's data.",
        "vendor": "Please send your list of changes of the last 24 hours, and keep the logs of this window.",
        "talk-track": "Please take down time and wording, and offer a call back.",
        "status": "If you saw something that was not meant for you, please write to us.",
    }
    return sentence(asks.get(template.variant, "Please direct questions to the contact named here."))
