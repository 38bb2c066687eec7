"""Requests as a person can read them, made only for rows that somebody opens. Implements `simulator.words.Words`."""

from __future__ import annotations

from collections.abc import Mapping

from hotwash.kernel.seeds import Pick
from hotwash.kit.schema.phrases import Phrases, ToolText
from hotwash.kit.schema.system import SystemSpec
from hotwash.ports.traces import Passage, ToolCall, Trace, TraceSummary
from hotwash.simulator.rows import RowFacts
from hotwash.simulator.texts import decision
from hotwash.simulator.texts.attributes import attributes
from hotwash.simulator.texts.grammar import Grammar, typed
from hotwash.simulator.texts.scene import Scene, Stage

SERVED = "served"
SHARED = "shared"
"""Tenant of documents that every tenant reads, such as suppliers' manuals."""
LEAK, UNGROUNDED, MISUSE, REFUSAL = "leaked_record", "ungrounded_answer", "tool_misuse", "wrongful_refusal"


class Phrasebook:
    """The words of one system pack. `facts` gives the kit's fact for each harm category."""

    def __init__(self, spec: SystemSpec, phrases: Phrases, facts: Mapping[str, str]) -> None:
        self.spec, self.phrases, self.facts = spec, phrases, facts
        self.stage = Stage(spec, phrases)

    def trace(self, facts: RowFacts) -> Trace:
        """One request from prompt to output; of a cache hit, the words of the row that filled the cache."""
        made = facts.source or facts
        prompt = self._prompt(facts)
        classifier = self.spec.kind == "classifier"
        passages = () if classifier else self._passages(made)
        calls = () if classifier or facts.source else self._calls(facts)
        output = self._output(facts, made, passages)
        scene = self.stage.scene(made)
        more = decision.attributes(made, self.phrases) if classifier else {}
        return Trace(
            summary=TraceSummary(
                f"r-{facts.row}", facts.at_ms, facts.dims, facts.status, facts.flags, facts.source is not None
            ),
            prompt=prompt,
            output=output,
            passages=passages,
            tool_calls=calls,
            versions=facts.versions,
            attributes={**attributes(facts, prompt, output, passages, calls, self.phrases.provider), **more},
            sensitive=made.category == LEAK or scene.values["mail"] in prompt + output or classifier,
        )

    def complaint(self, facts: RowFacts) -> str:
        """What the person wrote who complained about this request, in their own language."""
        made = facts.source or facts
        scene = self.stage.scene(made)
        texts = scene.voice.complaints
        wanted = texts.get(made.category or "grumble") or texts["grumble"]  # type: ignore[call-overload]
        own = self.stage.scene(facts)
        values = {**scene.values, "order": own.values["order"], "name": own.values["name"], "mail": own.values["mail"]}
        pick = Pick(facts.seed, facts.row, "complaint")
        grammar = Grammar(values, scene.voice.slots, pick)
        return typed(grammar.one(wanted, claimed=self._claimed(made, scene)), facts.dims.get("device", ""), pick)

    def _prompt(self, facts: RowFacts) -> str:
        scene = self.stage.scene(facts)
        pick = Pick(facts.seed, facts.row, "prompt")
        grammar = Grammar(scene.values, scene.voice.slots, pick)
        if facts.adversarial:
            return grammar.one(scene.voice.probes)
        text = typed(grammar.one(scene.topic.prompts[scene.language]), facts.dims.get("device", ""), pick)
        frame = scene.voice.surfaces.get(facts.dims.get("surface", ""))
        return grammar.one(frame, text=text) if frame else text

    def _output(self, facts: RowFacts, made: RowFacts, passages: tuple[Passage, ...]) -> str:
        scene = self.stage.scene(made)
        pick = Pick(made.seed, made.row, "answer")
        grammar = Grammar(scene.values, scene.voice.slots, pick)
        if facts.status != SERVED:
            return grammar.fill(scene.voice.seen.get(facts.status) or scene.voice.seen["blocked"])
        if self.spec.kind == "classifier":
            return decision.letter(made, scene, self.phrases, grammar)
        if made.adversarial:
            return grammar.one(scene.voice.probe_refusals)
        if made.category == REFUSAL:
            return grammar.one(scene.voice.refusals)
        return self._answer(made, scene, grammar, passages)

    def _answer(self, made: RowFacts, scene: Scene, grammar: Grammar, passages: tuple[Passage, ...]) -> str:
        templates = scene.topic.answers[scene.language]
        if made.category == UNGROUNDED and scene.wrong:
            return f"{grammar.one(scene.voice.sure)} {grammar.one(templates, **{scene.topic.claim: scene.wrong})}"
        if scene.topic.passage and not passages and made.arm != "safe_mode":
            return grammar.one(scene.voice.no_source)
        if scene.topic.write and not made.tools_on:
            return grammar.one(scene.voice.handover)
        text = grammar.one(templates)
        if made.category == LEAK:
            return f"{text} {grammar.one(scene.voice.leak)}"
        if made.arm == "safe_mode":
            return grammar.one(scene.voice.safe, answer=text)
        if "pii_hits" in made.flags:
            text = f"{text} {grammar.one(scene.voice.number)}"
        if "refusals" in made.flags:
            text = f"{text} {grammar.one(scene.voice.partial)}"
        return text

    def _passages(self, made: RowFacts) -> tuple[Passage, ...]:
        scene = self.stage.scene(made)
        if made.category == LEAK:
            record, values = self.phrases.record, Grammar(scene.values, {}, Pick("record"))
            own = self._document(made, scene)
            foreign = Passage(values.fill(record.document), scene.other_tenant, 0.87, values.fill(record.text))
            return (foreign, *own)
        if made.category == MISUSE:
            found = Pick(made.seed, made.row, "injection").of(self.phrases.injections)
            values = Grammar(scene.values, {}, Pick("injection"))
            return (
                *self._document(made, scene),
                Passage(values.fill(found.document), SHARED, 0.79, values.fill(found.text)),
            )
        return self._document(made, scene)

    def _document(self, made: RowFacts, scene: Scene) -> tuple[Passage, ...]:
        if not scene.topic.passage or not made.retrieved or made.retrieval_empty or made.status == "off":
            return ()
        score = 71 + Pick(made.seed, made.row, "score").below(24)
        english = self.stage.shop(made.dims.get("tenant", ""), made.dims.get("region", ""), "en")
        text = Grammar({**scene.values, **english}, scene.voice.slots, Pick("passage")).fill(scene.topic.passage)
        return (Passage(scene.values["doc"], made.dims.get("tenant", ""), score / 100, text),)

    def _calls(self, facts: RowFacts) -> tuple[ToolCall, ...]:
        scene, calls = self.stage.scene(facts), []
        if facts.adversarial or facts.status != SERVED or facts.arm == "safe_mode":
            return ()
        if scene.topic.read:
            calls.append(self._call(scene.topic.read, scene))
        if "pii_hits" in facts.flags and facts.category != LEAK and not _holds(calls, scene.values["parcel"]):
            order, parcel = scene.values["order"], scene.values["parcel"]
            calls.append(ToolCall("track_parcel", {"order": order}, f"parcel={parcel}; last_scan=sorting_hub"))
        if facts.category == MISUSE:
            calls.append(self._call(self.phrases.misuse, scene))
        elif scene.topic.write and facts.tools_on and facts.category != REFUSAL:
            calls.append(self._call(scene.topic.write, scene))
        return tuple(calls)

    def _call(self, tool: ToolText, scene: Scene) -> ToolCall:
        values = Grammar(scene.values, scene.voice.slots, Pick("tool"))
        arguments = {name: values.fill(text) for name, text in tool.arguments.items()}
        return ToolCall(tool.name, arguments, values.fill(tool.result))

    def _claimed(self, made: RowFacts, scene: Scene) -> str:
        """The sentence that the person relied on, in quotation marks."""
        if not scene.wrong:
            return f'"{scene.values["amount"]}"'
        grammar = Grammar(scene.values, scene.voice.slots, Pick(made.seed, made.row, "answer"))
        grammar.one(scene.voice.sure)
        text = grammar.one(scene.topic.answers[scene.language], **{scene.topic.claim: scene.wrong})
        sentences = [one.strip() for one in text.replace("。", "。 ").replace(". ", ".\n").splitlines()]
        return f'"{next((one for one in sentences if scene.wrong in one), text).rstrip(".")}"'


def _holds(calls: list[ToolCall], number: str) -> bool:
    return any(number in call.result for call in calls)
