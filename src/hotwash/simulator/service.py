"""The simulated service asked one question at a time, on a bundle of somebody's choice: what suites are run against.

Nothing is played: there is no traffic, no lever and no cache. What goes wrong is drawn from the question's key and one seed, and is held
against the same thresholds as in a drill whose faults have ramped up; so two bundles that are asked the same question draw the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from hotwash.kernel.seeds import derive
from hotwash.kit.dimensions import dimensions_of
from hotwash.kit.schema.phrases import Phrases
from hotwash.kit.schema.system import Fault, SystemSpec
from hotwash.ports.endpoint import Ask, Reply, ToolUse
from hotwash.ports.scope import Scope
from hotwash.ports.traces import Trace
from hotwash.simulator.rows import RowFacts
from hotwash.simulator.streams import ONE, chance
from hotwash.simulator.words import Words

SOURCES = re.compile(r"^\[\d+\] (.*)$", re.MULTILINE)
OF_TENANT = re.compile(r"^\((t-[a-z0-9]+|[a-z]+-\d+)\) ")
"""A source that says whose it is: `(t-09) text`. Without it, a source belongs to whoever asks."""
SLOT = re.compile(r"\{[^}]*\}")
SURE = 0.6
"""Part of a known question's wording that has to be in what was asked."""
ROWS = 1 << 31
LEAK, REFUSAL = "leaked_record", "wrongful_refusal"


@dataclass(frozen=True)
class Understood:
    """What a question was taken for. `intent` is empty for one of which the service knows nothing."""

    intent: str
    topic: int
    language: str
    adversarial: bool


class Service:
    """One bundle of one system, with the faults of a world. `previous` are the components that run the last good bundle's version."""

    def __init__(
        self, spec: SystemSpec, phrases: Phrases, words: Words, faults: Sequence[Fault], previous: Collection[str], seed: int
    ) -> None:  # fmt: skip
        self.spec, self.phrases, self.words, self.seed = spec, phrases, words, seed
        self.faults, self.previous = tuple(faults), frozenset(previous)
        self.dims = dimensions_of(spec)

    def answer(self, question: Ask) -> Reply:
        """The answer to a question: who asks stands in a system message as `tenant: t-04`, and so on for any dimension."""
        told = self._told(question)
        asked = question.messages[-1].content
        meant = self.understand(asked, told.get("language", ""))
        dims = {name: values[0] for name, values in self.dims.items()} | {"language": meant.language} | told
        dims["intent"] = meant.intent or next(iter(self.phrases.topics))
        facts = self._facts(question.key, meant, dims)
        if not meant.intent and not meant.adversarial:
            return Reply(self.phrases.voices[meant.language].no_source[0], ())
        trace = self.words.trace(facts)
        return self._reply(trace, facts, self._foreign(question, dims.get("tenant", "")))

    def _told(self, question: Ask) -> dict[str, str]:
        """Values of dimensions that system messages name."""
        text = "\n".join(one.content for one in question.messages if one.role == "system")
        found = {name: re.search(rf"\b{name}: ?([\w-]+)", text) for name in self.dims}
        return {name: hit[1] for name, hit in found.items() if hit is not None and hit[1] in self.dims[name]}

    def understand(self, text: str, language: str = "") -> Understood:
        """The question of the pack that a text is closest to, in one language or in any."""
        grams = _grams(text)
        best, sure = Understood("", 0, language or next(iter(self.phrases.voices)), adversarial=False), SURE
        for meant, known in self._known:
            fits = len(known & grams) / max(1, len(known))
            if fits >= sure and language in ("", meant.language) and (fits > sure or not best.intent):
                best, sure = meant, fits
        return best

    @cached_property
    def _known(self) -> list[tuple[Understood, frozenset[str]]]:
        found = [
            (Understood(intent, number, language, adversarial=False), _grams(SLOT.sub(" ", prompt)))
            for intent, topics in self.phrases.topics.items()
            for number, topic in enumerate(topics)
            for language, prompts in topic.prompts.items()
            for prompt in prompts
        ]
        return found + [
            (Understood("", 0, language, adversarial=True), _grams(SLOT.sub(" ", probe)))
            for language, voice in self.phrases.voices.items()
            for probe in voice.probes
        ]

    def _facts(self, key: str, meant: Understood, dims: Mapping[str, str]) -> RowFacts:
        intent = self.spec.intents[dims["intent"]]
        fault = None if meant.adversarial else self._fault(key, dims)
        base = not fault and not meant.adversarial and self._draw(key, "healthy") < chance(self.spec.healthy.rate)
        category = str(fault.category) if fault else str(self.spec.healthy.category) if base else ""
        draw = derive(self.seed, key, "row")
        return RowFacts(
            row=draw % ROWS, seed=self.seed, system=self.spec.id, at_ms=0, dims=dims, user=draw % 9_000, question=meant.topic,
            value=intent.value, adversarial=meant.adversarial, category=category, status="served",
            arm=fault.id if fault else "healthy", fault_component=fault.carried_by if fault else "", fate=fault.id if fault else "",
            source=None, versions=self.versions, retrieved=intent.retrieval, retrieval_empty=False, tools_on=True,
            writes=intent.write_tool, denied=False, flags=(), guardrail_tier="none", wait_ms=0,
            unprompted=fault is not None and fault.unprompted,
        )  # fmt: skip

    @property
    def versions(self) -> dict[str, str]:
        """The version of every component."""
        return {
            str(name): part.previous if name in self.previous else part.current
            for name, part in self.spec.components.items()
        }

    def _fault(self, key: str, dims: Mapping[str, str]) -> Fault | None:
        """The fault in whose stretch of probability the question lies, if this bundle has it: stretches stand side by side in the
        world's order, as on the tape of a drill."""
        draw, low = self._draw(key, "fate"), 0
        for fault in self.faults:
            if all(dims.get(name) in values for name, values in Scope.of(fault.slice).dims):
                high = low + chance(fault.rate)
                if low <= draw < high:
                    return fault if self._has(fault) else None
                low = high
        return None

    def _has(self, fault: Fault) -> bool:
        return (fault.carried_by in self.previous) == (fault.version == "previous")

    def _draw(self, key: str, purpose: str) -> int:
        return derive(self.seed, key, purpose) % ONE

    def _foreign(self, question: Ask, tenant: str) -> list[str]:
        """Sources of other tenants: what a filter by tenant has to keep out."""
        text = "\n".join(one.content for one in question.messages if one.role == "system")
        owned = [(OF_TENANT.match(one), one) for one in SOURCES.findall(text)]
        return [one[hit.end() :] for hit, one in owned if hit is not None and hit[1] != tenant]

    def _reply(self, trace: Trace, facts: RowFacts, foreign: Sequence[str]) -> Reply:
        """The trace's output; where records leak through retrieval, what leaks is the planted source of another tenant."""
        by_retrieval = any(one.id == facts.fate and one.path == "retrieval" for one in self.faults)
        leaks = facts.category == LEAK and by_retrieval
        text = f"{trace.output} {' '.join(foreign)}".strip() if leaks else trace.output
        counted = [trace.attributes.get(f"gen_ai.usage.{one}_tokens") for one in ("input", "output")]
        calls = tuple(ToolUse(one.name, dict(one.arguments)) for one in trace.tool_calls)
        return Reply(text, calls, input_tokens=counted[0], output_tokens=counted[1])


def _grams(text: str) -> frozenset[str]:
    """Three letters each, so that a language without spaces has them too."""
    plain = re.sub(r"[\W_]+", " ", text.casefold()).strip()
    return frozenset(plain[at : at + 3] for at in range(len(plain) - 2))
