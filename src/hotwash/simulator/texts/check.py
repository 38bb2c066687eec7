"""Do the phrases fit the system: every intent has words, every slot is filled, every claim can be checked?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from hotwash.kernel.errors import ContentError, Located, Problem
from hotwash.kit.schema.phrases import Phrases, Topic, Voice
from hotwash.kit.schema.system import SystemSpec
from hotwash.simulator.texts.fill import slots_of

PERSONAL = frozenset({"name", "mail", "card", "order", "parcel", "reference", "amount", "amount_plain"})
"""Slots that belong to one person: no place for them in words that a cache shows to others."""
SCENE = PERSONAL | {
    "company", "company_key", "doc", "household", "refund_plain", "income", "costs", "asked", "item", "item_en",
    "item_key",
}  # fmt: skip
STRANGER = frozenset({
    "other_name", "other_mail", "other_card", "other_tenant", "other_company", "other_company_key", "other_order",
    "other_amount_plain",
})  # fmt: skip
THEFT = frozenset({"haul", "mule"})


def check_phrases(spec: SystemSpec, phrases: Phrases) -> None:
    """Raises ContentError with everything that would leave a hole in a text."""
    where = Located(Path("systems") / spec.id / "phrases.yaml")
    problems = [Problem(where, found, write) for found, write in _problems(spec, phrases)]
    if problems:
        raise ContentError(problems)


def _problems(spec: SystemSpec, phrases: Phrases) -> Iterator[tuple[str, str]]:
    for intent, about in spec.intents.items():
        topics = phrases.topics.get(intent, [])
        if not topics:
            yield f"intent '{intent}' has no topic", f"Add topics.{intent}."
        for topic in topics:
            place = f"topics.{intent}, '{topic.id}'"
            yield from _topic(place, topic, phrases, scored=spec.kind == "classifier", cached=about.cacheable > 0)
    for language, voice in phrases.voices.items():
        yield from _voice(language, voice, phrases, scored=spec.kind == "classifier")
    house = SCENE | set(phrases.facts)
    for injection in phrases.injections:
        yield from _unknown(f"injection '{injection.family}'", (injection.document, injection.text), house | THEFT)
    yield from _unknown("record", (phrases.record.document, phrases.record.text), house | STRANGER)
    yield from _unknown("misuse", (*phrases.misuse.arguments.values(), phrases.misuse.result), house | THEFT)


def _topic(place: str, topic: Topic, phrases: Phrases, *, scored: bool, cached: bool) -> Iterator[tuple[str, str]]:
    house = SCENE | set(phrases.facts)
    proofs = [topic.passage, *(tool.result for tool in (topic.read, topic.write) if tool)]
    tools = [text for tool in (topic.read, topic.write) if tool for text in tool.arguments.values()]
    yield from _unknown(place, (*proofs, *tools), house)
    for language, texts in topic.prompts.items():
        yield from _unknown(f"{place}, {language}", texts, house | set(phrases.voices[language].slots))
    if scored:
        return
    if not topic.claim or not topic.answers:
        yield f"{place} has no claim or no answers", "Name the fact that its answers state, and write them."
        return
    if not any(topic.claim in slots_of(proof) for proof in proofs):
        yield f"{place}: no document or tool result holds {{{topic.claim}}}", "Say there what is true."
    for language, texts in topic.answers.items():
        yield from _unknown(f"{place}, answers, {language}", texts, house)
        for text in texts:
            if topic.claim not in slots_of(text):
                yield f"{place}: an answer in {language} does not hold {{{topic.claim}}}", "State the claim in it."
            if cached and (own := slots_of(text) & PERSONAL):
                yield f"{place}: an answer that may be cached holds {sorted(own)}", "Say it without them."


def _voice(language: str, voice: Voice, phrases: Phrases, *, scored: bool) -> Iterator[tuple[str, str]]:
    place = f"voices.{language}"
    known = SCENE | set(phrases.facts) | set(voice.slots)
    yield from _unknown(place, (text for texts in voice.slots.values() for text in texts), known)
    for texts in voice.surfaces.values():
        yield from _unknown(f"{place}, surfaces", texts, known | {"text"})
    plain = (voice.probes, voice.probe_refusals, voice.no_source, voice.handover, voice.done, voice.refusals)
    for texts in (*plain, voice.partial, voice.sure, voice.number):
        yield from _unknown(place, texts, known)
    yield from _unknown(f"{place}, safe", voice.safe, known | {"answer"})
    yield from _unknown(f"{place}, leak", voice.leak, known | STRANGER)
    yield from _unknown(f"{place}, letters", (*voice.approved, *voice.declined), known | {"reasons"})
    for texts in voice.complaints.values():
        yield from _unknown(f"{place}, complaints", texts, known | STRANGER | THEFT | {"claimed"})
    if not voice.complaints.get("grumble"):
        yield f"{place} has no grumble", "Add what people write who were not harmed."
    if scored and not (voice.approved and voice.declined):
        yield f"{place} lacks letters", "Add approved and declined."
    if lacking := {fact.unit for fact in phrases.facts.values()} - set(voice.units):
        yield f"{place}, units lack {', '.join(sorted(lacking))}", "Write how {n} of it reads."


def _unknown(place: str, texts: Iterable[str], known: Iterable[str]) -> Iterator[tuple[str, str]]:
    allowed = frozenset(known)
    for text in texts:
        if wrong := slots_of(text) - allowed:
            yield f"{place}: nothing fills {{{', '.join(sorted(wrong))}}} in '{text[:60]}'", "Use a slot that exists."
