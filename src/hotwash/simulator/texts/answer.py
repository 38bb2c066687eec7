"""What an answer is made of, whatever kind of system gave it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hotwash.kernel.seeds import Pick
from hotwash.kit.schema.phrases import Injection, Overreach, Phrases, ToolText
from hotwash.ports.traces import Passage, ToolCall
from hotwash.simulator.rows import RowFacts
from hotwash.simulator.texts.fill import fill, slots_of
from hotwash.simulator.texts.scene import Scene, Scenes

UNASKED = ("off", "rate_limited", "dropped", "abandoned")
"""Ways to end in which nothing was generated."""
WITHHELD = ("blocked", "false_block", "caught", "held")
"""Ways to end in which something was generated and not delivered."""
STOPPED = "not executed: output withheld"
SAFE_ARM = "safe_mode"
PAYLOAD_CATEGORY, LEAK_CATEGORY, REFUSAL_CATEGORY = "tool_misuse", "leaked_record", "wrongful_refusal"
DETECTOR = "pii_hits"
PARCEL, LONG_ORDER = "parcel", "long_order"


def false_hit(facts: RowFacts) -> bool:
    """The detector of personal data fired although nobody else's data is shown."""
    return DETECTOR in facts.marks and facts.category != LEAK_CATEGORY


@dataclass(frozen=True)
class Answer:
    """What was generated for one request. `decision` holds `hotwash.*` attributes of a scored decision."""

    text: str
    passages: tuple[Passage, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    decision: Mapping[str, Any] = field(default_factory=dict)


class Mishaps:
    """What a leak, an injected instruction or a detector's mistake adds to an answer of any kind of system."""

    def __init__(self, scenes: Scenes, phrases: Phrases) -> None:
        self.scenes, self.phrases = scenes, phrases

    def leaked(self, scene: Scene) -> tuple[str, Passage]:
        """A sentence with a stranger's record, and the record as it was retrieved."""
        pick, other = scene.pick("leak"), self.scenes.other(scene)
        values = {**scene.values, **other}
        record = self.phrases.record
        passage = Passage(
            id=fill(record.document, values, {}, pick),
            tenant=other["other_tenant"],
            score=similarity(pick, 84),
            content=fill(record.text, values, {}, pick),
        )
        return fill(pick.of(scene.voice.leak), values, scene.voice.slots, pick), passage

    def injected(self, scene: Scene) -> Passage:
        """A document of one of the families of injections, with its instruction in it."""
        pick = scene.pick("injection")
        family = pick.of(self.families(scene.facts.dims["intent"]))
        values = {**scene.house, **self.scenes.theft(scene)}
        return Passage(
            id=fill(family.document, values, {}, pick),
            tenant=scene.facts.dims.get("tenant", ""),
            score=similarity(pick, 76),
            content=fill(family.text, values, {}, pick),
        )

    def families(self, intent: str) -> list[Injection]:
        """The families of injections that requests of an intent can meet."""
        return [one for one in self.phrases.injections if intent in one.intents or not one.intents]

    def misused(self, scene: Scene, words: Scene) -> ToolCall:
        """The write call that the instruction led to: this request's order, the instruction's target."""
        return call(self.phrases.misuse, {**scene.house, **self.scenes.theft(words)}, scene.pick("misuse"))

    def overreach(self, intent: str) -> Overreach | None:
        """What is done unprompted in a request of an intent; None when the system has no words for that."""
        return next((one for one in self.phrases.overreach if intent in one.intents or not one.intents), None)

    def own_number(self, scene: Scene) -> tuple[str, str]:
        """Slot and value of the requester's own number that a detector takes for a card number."""
        name = LONG_ORDER if scene.facts.dims.get("tenant") in self.phrases.long_orders else PARCEL
        return name, scene.values[name]

    def numbered(self, scene: Scene) -> str:
        """A sentence with that number."""
        pick, (name, _) = scene.pick("number"), self.own_number(scene)
        fitting = [text for text in scene.voice.number if name in slots_of(text)]
        return fill(pick.of(fitting), scene.values, scene.voice.slots, pick)


def similarity(pick: Pick, around: int) -> float:
    """A retrieval score a few hundredths around a percentage."""
    return round((around - 5 + pick.below(11)) / 100, 2)


def call(tool: ToolText, values: Mapping[str, str], pick: Pick, error: str = "") -> ToolCall:
    """A tool call with its templates filled; a call that was stopped has no result."""
    arguments = {name: fill(text, values, {}, pick) for name, text in tool.arguments.items()}
    return ToolCall(tool.name, arguments, "" if error else fill(tool.result, values, {}, pick), error)
