"""Writing drafts: the kit's sentences over what this seat knows, each with the entries that it rests on."""

from __future__ import annotations

from dataclasses import dataclass

from hotwash.comms.approvals import needs
from hotwash.comms.updates.compose import compose
from hotwash.drill.payloads import Link
from hotwash.kit.schema.kit import Kit, MessageTemplate
from hotwash.standins.desk import Desk, known
from hotwash.standins.room import Paper


@dataclass(frozen=True)
class Written:
    """A text and its links, by this seat's own positions."""

    text: str
    links: tuple[Link, ...]


def write(desk: Desk, template: MessageTemplate) -> Written:
    """The text of a draft as the drafts pane prefills it."""
    made = compose(known(desk), desk.kit, template)
    links = tuple(Link(sentence=one.text, events=one.rests_on) for one in made.sentences if one.rests_on)
    return Written(made.text, links)


def readers_of(kit: Kit, template: MessageTemplate, paper: Paper) -> tuple[str, ...]:
    """Seats whose agreement a draft needs, by its template and by what it says."""
    found = needs(kit.communication.reviews, template, paper.text, paper.by, paper.asked_for_changes)
    return tuple(one.seat for one in found)
