"""Puts played requests into words: the simulator's `Words` over the phrases of a system pack."""

from __future__ import annotations

from collections.abc import Mapping

from hotwash.kit.schema.phrases import Phrases, Voice
from hotwash.kit.schema.system import SystemSpec
from hotwash.ports.traces import Trace, TraceSummary
from hotwash.simulator.ids import trace_id
from hotwash.simulator.rows import RowFacts
from hotwash.simulator.texts import attributes
from hotwash.simulator.texts.answer import LEAK_CATEGORY, PAYLOAD_CATEGORY, UNASKED, WITHHELD, Answer, false_hit
from hotwash.simulator.texts.check import check_phrases
from hotwash.simulator.texts.copilot import Copilot
from hotwash.simulator.texts.decisions import Decisions
from hotwash.simulator.texts.fill import fill
from hotwash.simulator.texts.prompts import prompt_of
from hotwash.simulator.texts.scene import Scene, Scenes

GRUMBLE = "grumble"


class Phrasebook:
    """Words for one system. The same facts always read the same, in any process.

    `facts` gives the kit's fact by harm category: what a careful reader of such a request learns. Raises ContentError
    when the phrases do not fit the system, or a template has a slot that nothing fills.
    """

    def __init__(self, spec: SystemSpec, phrases: Phrases, facts: Mapping[str, str]) -> None:
        check_phrases(spec, phrases)
        self.spec, self.phrases, self.fact_of = spec, phrases, dict(facts)
        self.scenes = Scenes(spec, phrases)
        self.classifier = spec.kind == "classifier"
        self.writer: Copilot | Decisions = (
            Decisions(phrases, self.scenes) if self.classifier else Copilot(spec, phrases, self.scenes)
        )

    def trace(self, facts: RowFacts) -> Trace:
        """One request from prompt to output. For a cache hit the output is, word for word, that of `facts.source`."""
        scene = self.scenes.of(facts)
        words = scene if facts.source is None else self.scenes.of(facts.source)
        prompt = prompt_of(scene)
        answer = Answer("") if facts.status in UNASKED else self.writer.answer(scene, words)
        output = scene.voice.seen.get(facts.status, answer.text)
        leaked = words.facts.category == LEAK_CATEGORY and bool(answer.text)
        record = next((one.content for one in answer.passages), "") if leaked else ""
        details = attributes.common(scene, trace_id(words.facts.row))
        number = self.writer.mishaps.own_number(scene)[1]
        details |= attributes.withheld(facts, answer) | attributes.detector(facts, output, record, number)
        details |= answer.decision
        if not self.classifier:
            details |= attributes.genai(scene, self.phrases, prompt, answer, output)
        return Trace(
            summary=_summary(facts),
            prompt=prompt,
            output=output,
            passages=answer.passages,
            tool_calls=answer.tool_calls,
            versions=dict(facts.versions),
            attributes=details,
            sensitive=self._personal(scene, prompt, answer, output) or leaked,
            shows=self._shows(facts, words.facts),
        )

    def complaint(self, facts: RowFacts) -> str:
        """What the person wrote who complained, in their own language."""
        scene = self.scenes.of(facts)
        words = scene if facts.source is None else self.scenes.of(facts.source)
        pick = scene.pick("complaint")
        about = scene.voice.slots.get(f"about_{facts.dims['intent']}", [""])
        values = {
            **scene.values, **self.scenes.other(words), **self.scenes.theft(words, scene.language),
            "claimed": self.scenes.wrong_claim(words)[1] or scene.values["amount"],
            "about": fill(pick.of(about), scene.values, {}, pick),
            "years": str(2 + pick.below(7)),
        }  # fmt: skip
        if isinstance(self.writer, Decisions):
            values["reasons"] = self.writer.reasons(words)
        return fill(pick.of(self._complaints(facts, words.facts, scene.voice)), values, scene.voice.slots, pick)

    def _complaints(self, facts: RowFacts, words: RowFacts, voice: Voice) -> list[str]:
        options = {str(kind): texts for kind, texts in voice.complaints.items()}
        if facts.status in UNASKED:
            return options.get("unserved", options[GRUMBLE])
        if facts.status in WITHHELD:
            return options.get("waiting", options[GRUMBLE])
        kind = "overreach" if words.category == PAYLOAD_CATEGORY and words.unprompted else words.category
        return options.get(kind, options[GRUMBLE])

    def _personal(self, scene: Scene, prompt: str, answer: Answer, output: str) -> bool:
        if self.classifier:
            return True
        seen = " ".join((prompt, output, answer.text, *(one.result for one in answer.tool_calls)))
        seen += " ".join(str(value) for one in answer.tool_calls for value in one.arguments.values())
        return any(scene.values[name].casefold() in seen.casefold() for name in ("name", "mail", "card"))

    def _shows(self, facts: RowFacts, words: RowFacts) -> tuple[str, ...]:
        if facts.status in UNASKED:
            return ()
        category = facts.category if facts.category == PAYLOAD_CATEGORY else words.category
        category = "" if category == PAYLOAD_CATEGORY and not facts.category else category
        shown = [self.fact_of[category]] if category in self.fact_of else []
        if category and facts.source is not None:
            shown.append("cached_answer")
        if false_hit(facts):
            shown.append("detector_false_positive")
        if facts.retrieval_empty:
            shown.append("retrieval_empty")
        return tuple(shown)


def _summary(facts: RowFacts) -> TraceSummary:
    return TraceSummary(
        id=trace_id(facts.row),
        at_ms=facts.at_ms,
        dims=dict(facts.dims),
        status=facts.status,
        flags=facts.flags,
        cached=facts.source is not None,
    )
