"""Answering what arrives: executives, journalists, regulators, support and vendors each get their kind of answer."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from hotwash.comms.lint.check import check_sentences
from hotwash.comms.lint.text import read
from hotwash.drill.commands import SendMessage
from hotwash.standins import answers
from hotwash.standins.desk import Desk, known
from hotwash.standins.room import Letter, Room
from hotwash.standins.seat import SeatPolicy
from hotwash.standins.story import story

Writer = Literal["press", "regulator", "executive", "customer", "vendor", "colleague", "machine"]

WRITERS: tuple[tuple[Writer, str], ...] = (
    ("press", r"journalist|reporter|newspaper|editor|magazine|\bnews\b"),
    ("regulator", r"regulator|authority|commissioner|ombuds|supervis|ministry|police|prosecut"),
    ("executive", r"\bC[A-Z]O\b|chief|executive|president|\bboard\b"),
    ("vendor", r"vendor|provider|supplier|customer success|status desk|^\w+ support$"),
    ("customer", r"customer|tenant|partner|client|account manager|municipal|\([a-z]-\d+\)"),
    ("executive", r"head of|\bVP\b|director"),
)
ASKS = re.compile(
    r"\?|please|need|want|confirm|tell (?:me|us)|can you|call (?:me )?back|deadline|expect|waiting", re.IGNORECASE
)
OWNERS: dict[Writer, tuple[str, ...]] = {
    "press": ("comms", "legal"), "regulator": ("legal", "privacy", "comms"), "vendor": ("tech", "ml", "comms"),
    "executive": ("ic", "comms"), "customer": ("comms", "legal"), "colleague": ("comms", "tech", "ml", "ic"), "machine": (),
}  # fmt: skip
"""Who answers whom, first choice first; the others step in when nothing comes."""
STEP_IN_MIN = 5.0


class Correspondent(SeatPolicy):
    """A seat that answers its post."""

    def answer_letters(self, desk: Desk, room: Room) -> None:
        """Answer each letter that asks for something, once per letter and room."""
        for letter in room.inbox:
            if letter.inject in room.answered or letter.channel == "alert":
                continue
            writer = writer_of(letter)
            if writer == "machine" or not self.ripe(desk, f"letter-{letter.inject}", self._delay(writer, letter)):
                continue
            if writer == "press" and not self.cleared(desk, room, letter):
                continue
            inside = writer in ("executive", "colleague")
            text = presentable(desk, self.reply(desk, room, letter, writer), "engineering" if inside else "regulator")
            self.do(desk, SendMessage(channel=letter.channel, to=(), text=text, in_reply_to=letter.inject))

    def cleared(self, desk: Desk, room: Room, letter: Letter) -> bool:
        """Legal counsel hears what a journalist will be told before the journalist does."""
        if self.habits.thin:
            return True
        text = f"Legal: {letter.sender} asks ({letter.subject}). I answer with the holding line in two minutes unless you stop me."
        return self.say_once(desk, room, text, ("legal", "ic")) and self.ripe(desk, f"cleared-{letter.inject}", 2)

    def _delay(self, writer: Writer, letter: Letter) -> float:
        first = next((seat for seat in OWNERS[writer] if seat in letter.to), letter.to[0] if letter.to else self.seat)
        late = self.habits.duty_delay_min / 4 if self.habits.thin else 0.0
        return (1.5 if self.seat == first else STEP_IN_MIN) + late

    def reply(self, desk: Desk, room: Room, letter: Letter, writer: Writer) -> str:
        """An answer with what is known now."""
        if self.habits.thin:
            return "Seen, we are on it."
        told = story(desk, room)
        match writer:
            case "press":
                return answers.to_press(told)
            case "regulator":
                return answers.to_authority(told)
            case "executive":
                return answers.to_executive(told, letter)
            case "vendor":
                return answers.to_vendor(told, letter)
            case "customer":
                return answers.to_customer(told)
            case _ if self.seat in ("privacy", "legal"):
                return answers.to_asker(told)
            case _:
                return answers.to_colleague(told, letter)

    def say(self, desk: Desk, text: str, to: tuple[str, ...] = ("all",)) -> bool:
        """Say something in the room."""
        return self.do(desk, SendMessage(channel="room", to=to, text=text)).done

    def say_once(self, desk: Desk, room: Room, text: str, to: tuple[str, ...] = ("all",)) -> bool:
        """Say something unless this seat said it already; True when it is said."""
        if any(seat == self.seat and said == text for seat, _, said in room.said):
            return True
        return self.say(desk, text, to)


@lru_cache(512)
def writer_of(letter: Letter) -> Writer:
    """Who writes, judged by sender and channel."""
    if letter.channel == "press":
        return "press"
    if letter.channel == "portal":
        return "regulator"
    for writer, words in WRITERS:
        if re.search(words, letter.sender, re.IGNORECASE):
            return writer
    return "colleague" if ASKS.search(f"{letter.subject} {letter.body}") else "machine"


def presentable(desk: Desk, text: str, variant: str) -> str:
    """The text without sentences that draft lint stops."""
    stopped = {one.sentence for one in check_sentences(text, variant, known(desk), desk.kit) if one.blocks}
    sentences = [one for one in read(text).sentences if one.plain not in stopped]
    if not stopped:
        return text
    return (
        " ".join(text[one.start : one.end] for one in sentences)
        or "We are looking into it and will come back to you today."
    )
