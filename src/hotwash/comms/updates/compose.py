"""From facts to a draft: the kit's sentences under the five headings of a template, each with the entries that it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hotwash.comms.facts import Facts
from hotwash.comms.updates import words
from hotwash.comms.updates.known import SLOTS, STATES, Told
from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.comms import Heading, Point, Wording
from hotwash.kit.schema.kit import Kit, MessageTemplate

SLOT = re.compile(r"\{(\w+)\}")
ENDS = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"])")
HEADINGS: tuple[Heading, ...] = ("what_happened", "impact", "status", "next_steps", "asks")
NOT = "no-"
USUAL_MIN = 60.0
"""Minutes until the next update where no severity says anything yet."""


@dataclass(frozen=True)
class Sentence:
    """One sentence of a draft. `rests_on` are entries of the log (versions or positions, as in the facts); empty: it rests on the
    kit's wording alone, or says that something is not known."""

    text: str
    heading: Heading
    rests_on: tuple[int, ...] = ()


@dataclass(frozen=True)
class Composed:
    """A draft as text, and its sentences in order."""

    template: str
    text: str
    sentences: tuple[Sentence, ...]


def compose(facts: Facts, kit: Kit, template: MessageTemplate, reference: str = "") -> Composed:
    """The draft that a template makes of what is known. `reference` is the incident's number; nothing is said that is not known."""
    due = next_update(facts, kit, template)
    found = {heading: tuple(_sentences(facts, kit.sentences, template, heading, due)) for heading in HEADINGS}
    parts: dict[str, str] = {heading: " ".join(one.text for one in said) for heading, said in found.items()}
    opening = {
        "time": words.clock(facts, facts.now_ms),
        "severity": f"Sev-{facts.severity.value}" if facts.severity else "not set yet",
        "incident": reference or f"{facts.at(facts.now_ms):%Y-%m-%d}/1",
        "next_update": due or "none planned",
    }
    text = SLOT.sub(lambda slot: opening.get(slot[1]) or parts.get(slot[1]) or "Not known yet.", template.text.strip())
    return Composed(template.id, text, tuple(one for heading in HEADINGS for one in found[heading]))


def next_update(facts: Facts, kit: Kit, template: MessageTemplate) -> str:
    """When the readers of a template hear again, by the stakeholder map and the severity; empty when it is over."""
    if facts.closing is not None:
        return ""
    level = facts.severity.value if facts.severity else None
    rows = [row for row in kit.stakeholders if template.id in row.templates]
    told = [row.rhythm[level].every_min for row in rows if level in row.rhythm]
    often = [minutes for minutes in told if minutes is not None]
    usual = facts.cadence_min.value if facts.cadence_min else USUAL_MIN
    return words.clock(facts, facts.now_ms + round((min(often) if often else usual) * MINUTE))


def _sentences(
    facts: Facts, points: Sequence[Point], template: MessageTemplate, heading: Heading, due: str
) -> Iterator[Sentence]:
    for point in points:
        if point.heading == heading and template.variant in point.variants:
            told = next((said for one in point.say if (said := _said(facts, one, due)) is not None), None)
            for text in ENDS.split(told.text) if told else ():
                yield Sentence(text, heading, told.rests_on if told else ())


def _said(facts: Facts, one: Wording, due: str) -> Told | None:
    """A wording with its slots filled, or None where it does not fit."""
    if one.modes and (facts.mode is None or facts.mode.value not in one.modes):
        return None
    rests_on: list[int] = [facts.mode.rests_on] if one.modes and facts.mode else []
    for name in one.when:
        held = STATES[name.removeprefix(NOT)](facts)
        if (held is None) != name.startswith(NOT):
            return None
        rests_on += held.rests_on if held else ()
    filled = {"next_update": Told(due)} if due else {}
    for slot in SLOT.findall(one.text):
        if slot not in filled:
            told = SLOTS[slot](facts) if slot in SLOTS else None
            if told is None:
                return None
            filled[slot] = told
            rests_on += told.rests_on
    text = SLOT.sub(lambda slot: filled[slot[1]].text, one.text)
    return Told(text, _clean(rests_on))


def _clean(entries: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted({entry for entry in entries if entry}))
