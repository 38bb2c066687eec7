"""Answering what arrives: executives, journalists, regulators, support and vendors each get their kind of answer."""

from __future__ import annotations

import re
from typing import Literal

from hotwash.drill.commands import SendMessage
from hotwash.kit.schema.kit import Kit
from hotwash.standins.desk import Desk
from hotwash.standins.room import Letter, Room
from hotwash.standins.seat import SeatPolicy
from hotwash.standins.story import Story, story

Writer = Literal["press", "regulator", "executive", "customer", "vendor", "colleague", "machine"]

WRITERS: tuple[tuple[Writer, str], ...] = (
    ("press", r"journalist|reporter|newspaper|editor|magazine|\bnews\b"),
    ("regulator", r"regulator|authority|commissioner|ombuds|supervis|ministry"),
    ("executive", r"\bC[A-Z]O\b|chief|executive|president|\bboard\b"),
    ("vendor", r"vendor|provider|supplier"),
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
            text = presentable(desk.kit, self.reply(desk, room, letter, writer), external=writer != "colleague")
            self.do(desk, SendMessage(channel=letter.channel, to=(), text=text, in_reply_to=letter.inject))

    def _delay(self, writer: Writer, letter: Letter) -> float:
        first = next((seat for seat in OWNERS[writer] if seat in letter.to), letter.to[0] if letter.to else self.seat)
        late = self.habits.duty_delay_min / 4 if self.habits.thin else 0.0
        return (1.5 if self.seat == first else STEP_IN_MIN) + late

    def reply(self, desk: Desk, room: Room, letter: Letter, writer: Writer) -> str:
        """An answer with what is known now."""
        told = story(desk, room)
        if self.habits.thin:
            return "Seen, we are on it."
        if writer == "press":
            return holding_line(told)
        if writer == "regulator":
            return to_regulator(told)
        if writer == "executive":
            return to_executive(told, letter)
        if writer == "vendor":
            return to_vendor(told)
        if writer == "customer":
            return to_customer(told)
        return f"Thank you. {told.happened()} {told.status()} {told.ask('support')}"

    def say(self, desk: Desk, text: str, to: tuple[str, ...] = ("all",)) -> bool:
        """Say something in the room."""
        return self.do(desk, SendMessage(channel="room", to=to, text=text)).done

    def say_once(self, desk: Desk, room: Room, text: str, to: tuple[str, ...] = ("all",)) -> bool:
        """Say something unless this seat said it already; True when it is said."""
        if any(seat == self.seat and said == text for seat, _, said in room.said):
            return True
        return self.say(desk, text, to)


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


def holding_line(told: Story) -> str:
    """To a journalist: what is true, nothing that may turn out wrong, and when there will be more."""
    if told.room.false_alarm:
        return "Thank you for asking. We looked into an automatic alert this morning. We found no fault in the answers of the service."
    return (
        f"Thank you for asking. {told.outside()} We are looking into it and have taken steps to protect users. "
        "We will say more when the facts are confirmed. A named contact will come back to you today."
    )


def to_regulator(told: Story) -> str:
    """To an authority: receipt, contact, no speculation."""
    if told.play is None:
        return "We confirm receipt. We are establishing the facts; our legal counsel is your contact and will write to you today."
    return (
        f"We confirm receipt. We have been aware since {told.since}. {told.outside()} We are establishing whose data "
        "and how many people it concerns. Legal counsel and privacy lead are your contacts; a first written account follows."
    )


def to_executive(told: Story, letter: Letter) -> str:
    """To an executive: the answer to the question, the reason, when there is more."""
    wants_off = re.search(
        r"switch(?:ed)? off|turn(?:ed)? off|shut (?:it )?down|disable|pull the plug|take it down",
        letter.body,
        re.IGNORECASE,
    )
    keeps_on = re.search(
        r"keep (?:it )?(?:on|running|up)|not (?:be )?(?:switch|turn|take)|stay(?:s)? (?:on|up)",
        letter.body,
        re.IGNORECASE,
    )
    if told.room.false_alarm:
        return (
            f"{told.happened()} The feature stays on: nobody is harmed, and switching it off would turn away every "
            "customer for an error of a detector. The detector is being corrected; you can read our reasons in the decision log."
        )
    if wants_off and not keeps_on:
        narrow = (
            f"We stop it where it happens ({told.where})"
            if told.room.extent
            else "We will stop it where it happens as soon as we know where"
        )
        return f"{told.happened()} {narrow}; everything else stays on unless that does not hold. {told.status()}"
    if keeps_on:
        return f"{told.happened()} We switch off as little as possible and not less than is safe. {told.status()} {told.impact()}"
    return f"{told.happened()} {told.impact()} {told.status()} {told.next_steps()}"


def to_vendor(told: Story) -> str:
    """To a vendor: what we see, what we need; nothing about customers."""
    return (
        f"Thank you. We see unusual behaviour since {told.since}. Please send us the list of your changes of the last 24 hours "
        "and the response ids that you logged. We do not wait for your answer to contain it on our side."
    )


def to_customer(told: Story) -> str:
    """To a customer or partner: what they can rely on and what not."""
    if told.room.false_alarm:
        return f"Thank you for telling us. {told.happened()} You need not change anything on your side."
    return (
        f"Thank you for telling us. {told.outside()} We have limited the service where we see it and keep looking. "
        "Please send us time and case number, no screenshots with other people's data by chat. We come back to you today."
    )


def presentable(kit: Kit, text: str, *, external: bool = True) -> str:
    """The text without sentences that the kit prohibits."""
    rules = [rule for rule in kit.prohibited if external or not rule.external_only]
    sentences = re.split(r"(?<=[.!?])\s+", text)
    fit = [one for one in sentences if not any(re.search(rule.pattern, one, re.IGNORECASE) for rule in rules)]
    return " ".join(fit) or "We are looking into it and will come back to you today."
