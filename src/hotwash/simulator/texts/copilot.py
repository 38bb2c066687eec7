"""Answers of a copilot: grounded in the shop's documents, or not."""

from __future__ import annotations

from dataclasses import replace

from hotwash.kit.schema.phrases import Overreach, Phrases, ToolText
from hotwash.kit.schema.system import SystemSpec
from hotwash.ports.traces import Passage, ToolCall
from hotwash.simulator.texts.answer import (
    LEAK_CATEGORY,
    LONG_ORDER,
    PARCEL,
    PAYLOAD_CATEGORY,
    REFUSAL_CATEGORY,
    SAFE_ARM,
    STOPPED,
    WITHHELD,
    Answer,
    Mishaps,
    call,
    false_hit,
    similarity,
)
from hotwash.simulator.texts.fill import fill, slots_of
from hotwash.simulator.texts.scene import Scene, Scenes

GETS_WRONG = ("ungrounded_answer", "wrong_decision", "discriminatory_decision")
"""Categories in which a copilot states something that its sources contradict or do not hold."""
CITATION = " [{doc}]"
NUMBER_FIELDS = {PARCEL: "parcel", LONG_ORDER: "order_number"}


class Copilot:
    """Writes what the assistant said, what it had retrieved, and which tools it called."""

    def __init__(self, spec: SystemSpec, phrases: Phrases, scenes: Scenes) -> None:
        self.spec, self.phrases, self.scenes = spec, phrases, scenes
        self.mishaps = Mishaps(scenes, phrases)

    def answer(self, scene: Scene, words: Scene) -> Answer:
        """The answer of a request. `words` is the scene whose words it shows: another row's for a cache hit."""
        passages = self._passages(words)
        text = self._text(words, bool(passages))
        category = words.facts.category
        if category == LEAK_CATEGORY:
            sentence, record = self.mishaps.leaked(words)
            text, passages = f"{text} {sentence}", (record, *passages)
        unasked = self._unasked(words)
        if unasked:
            pick = words.pick("unasked")
            said = fill(pick.of(unasked.says[words.language]), words.values, words.voice.slots, pick)
            text = f"{text}{_glue(words)}{said}"
        elif category == PAYLOAD_CATEGORY:
            passages = (*passages, self.mishaps.injected(words))
        return Answer(text, passages, self._calls(scene, words))

    def _unasked(self, scene: Scene) -> Overreach | None:
        """What a request of this kind has done to it of the service's own accord, if that is what went wrong."""
        own = scene.facts.category == PAYLOAD_CATEGORY and scene.facts.unprompted
        return self.mishaps.overreach(scene.facts.dims["intent"]) if own else None

    def _passages(self, scene: Scene) -> tuple[Passage, ...]:
        facts, topic = scene.facts, scene.topic
        if not facts.retrieved or facts.retrieval_empty or not topic.passage or facts.adversarial:
            return ()
        pick, tenant = scene.pick("passages"), facts.dims.get("tenant", "")
        doc = scene.house["doc"]
        found = [Passage(doc, tenant, similarity(pick, 86), fill(topic.passage, scene.house, {}, pick))]
        others = [one for one in self.phrases.topics[facts.dims["intent"]] if one.passage and one.id != topic.id]
        if others and pick.chance(60):
            near = pick.of(others)
            name = doc[: -len(topic.id)] + near.id
            found.append(Passage(name, tenant, similarity(pick, 70), fill(near.passage, scene.house, {}, pick)))
        return tuple(found)

    def _text(self, scene: Scene, sourced: bool) -> str:
        facts, voice, pick = scene.facts, scene.voice, scene.pick("answer")
        values = dict(scene.values)
        wrong = facts.category in GETS_WRONG
        if facts.adversarial:
            return fill(pick.of(voice.probe_refusals), values, voice.slots, pick)
        if facts.category == REFUSAL_CATEGORY:
            return fill(pick.of(voice.refusals), values, voice.slots, pick)
        if not facts.category and scene.topic.write and not facts.tools_on:
            return fill(pick.of(voice.handover), values, voice.slots, pick)
        safe = facts.arm == SAFE_ARM
        if not facts.category and scene.topic.passage and not sourced and not safe:
            return fill(pick.of(voice.no_source), values, voice.slots, pick)
        if wrong and scene.topic.claim:
            values[scene.topic.claim] = self.scenes.wrong_claim(scene)[0]
        template = pick.of(scene.topic.answers[scene.language])
        text = fill(template if sourced else template.replace(CITATION, "").replace("[{doc}]", ""), values, {}, pick)
        if safe:
            return fill(pick.of(voice.safe), {**values, "answer": text}, voice.slots, pick)
        # Nobody opens an apology with good news.
        return self._with_asides(text, scene, eager=wrong and "name" not in slots_of(template))

    def _with_asides(self, text: str, scene: Scene, *, eager: bool) -> str:
        facts, voice, pick = scene.facts, scene.voice, scene.pick("asides")
        glue = _glue(scene)
        if eager and pick.chance(45):
            text = pick.of(voice.sure) + glue + text
        if self._writes(scene) and not self._cacheable(scene) and facts.category != PAYLOAD_CATEGORY:
            text += glue + pick.of(voice.done)
        if false_hit(facts) and _about_an_order(scene.topic.read) and not self._cacheable(scene):
            text += glue + self.mishaps.numbered(scene)
        if "refusals" in facts.marks and facts.status == "served" and not facts.category:
            text += glue + pick.of(voice.partial)
        return text

    def _writes(self, scene: Scene) -> bool:
        facts = scene.facts
        return bool(scene.topic.write) and facts.writes and facts.tools_on and not facts.adversarial

    def _cacheable(self, scene: Scene) -> bool:
        """Whether others may be shown these words: then nothing personal belongs in them."""
        return self.spec.intents[scene.facts.dims["intent"]].cacheable > 0

    def _calls(self, scene: Scene, words: Scene) -> tuple[ToolCall, ...]:
        facts, topic = scene.facts, scene.topic
        refused = facts.adversarial or words.facts.category == REFUSAL_CATEGORY
        reads: tuple[ToolCall, ...] = ()
        # For a stored answer nothing is looked up again; what it does is still done.
        if topic.read and not refused and facts.source is None:
            reads = (call(topic.read, scene.house, scene.pick("read")),)
        if false_hit(facts):
            reads = self._with_number(reads, scene)
        writes: tuple[ToolCall, ...] = ()
        if facts.category == PAYLOAD_CATEGORY:
            unasked = self._unasked(words)
            values = {**scene.house, "refund_plain": scene.house["amount"]}
            writes = (
                call(unasked.tool, values, scene.pick("misuse")) if unasked else self.mishaps.misused(scene, words),
            )
        elif topic.write and self._writes(scene):
            writes = (call(topic.write, {**scene.house, "refund_plain": scene.house["amount"]}, scene.pick("write")),)
        if facts.status in WITHHELD:
            writes = tuple(replace(one, result="", error=STOPPED) for one in writes)
        return reads + writes

    def _with_number(self, reads: tuple[ToolCall, ...], scene: Scene) -> tuple[ToolCall, ...]:
        """The lookups with the requester's own long number in a result; without one, the lookup that shows it."""
        name, number = self.mishaps.own_number(scene)
        entry = f"{NUMBER_FIELDS[name]}={number}"
        if reads and _about_an_order(scene.topic.read):
            known = (one if entry in one.result else replace(one, result=f"{one.result}; {entry}") for one in reads)
            return tuple(known)
        result = f"status=shipped; total={scene.house['amount']}; {entry}"
        return (*reads, ToolCall("get_order", {"order": scene.house["order"]}, result))


def _glue(scene: Scene) -> str:
    return "" if scene.language == "ja" else " "


def _about_an_order(tool: ToolText | None) -> bool:
    return tool is not None and "order" in tool.arguments
