"""Do the phrases fit the system: every intent has words, every slot is filled, every claim can be checked?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from hotwash.kernel.errors import ContentError, Located, Problem
from hotwash.kit.dimensions import dimensions_of
from hotwash.kit.schema.phrases import Phrases, Topic, Voice
from hotwash.kit.schema.system import SystemSpec
from hotwash.simulator.texts.fill import slots_of

PERSONAL = frozenset({"name", "mail", "card", "order", "parcel", "long_order", "reference", "amount", "amount_plain"})
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
COMPLAINT = frozenset({"claimed", "about", "years"})
FEATURES = ("payments_on_time", "income", "residence")
"""Features of a scored decision; each has a reason code."""


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
        if not any(intent in one.intents or not one.intents for one in phrases.injections):
            yield f"no injection is met by intent '{intent}'", "Add it to the intents of a family, or leave them out."
    for language, voice in phrases.voices.items():
        yield from _voice(language, voice, phrases, scored=spec.kind == "classifier")
        yield from _about(language, voice, spec)
    yield from _numbers(spec, phrases)
    house = SCENE | set(phrases.facts)
    for injection in phrases.injections:
        yield from _unknown(f"injection '{injection.family}'", (injection.document, injection.text), house | THEFT)
    yield from _unknown("record", (phrases.record.document, phrases.record.text), house | STRANGER)
    for one in phrases.overreach:
        place = f"overreach, '{one.tool.name}'"
        yield from _unknown(place, (*one.tool.arguments.values(), one.tool.result), house)
        for language, texts in one.says.items():
            yield from _unknown(f"{place}, {language}", texts, house)
        if lacking := set(phrases.voices) - set(one.says):
            yield f"{place} lacks {', '.join(sorted(lacking))}", "Say it in every language."
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
        extra = COMPLAINT | {"reasons"} if scored else COMPLAINT
        yield from _unknown(f"{place}, complaints", texts, known | STRANGER | THEFT | extra)
    if not voice.complaints.get("grumble"):
        yield f"{place} has no grumble", "Add what people write who were not harmed."
    if scored and not (voice.approved and voice.declined):
        yield f"{place} lacks letters", "Add approved and declined."
    if lacking := {fact.unit for fact in phrases.facts.values()} - set(voice.units):
        yield f"{place}, units lack {', '.join(sorted(lacking))}", "Write how {n} of it reads."


def _about(language: str, voice: Voice, spec: SystemSpec) -> Iterator[tuple[str, str]]:
    if not any("about" in slots_of(text) for texts in voice.complaints.values() for text in texts):
        return
    for intent in spec.intents:
        if not voice.slots.get(f"about_{intent}"):
            yield f"voices.{language}: complaints say {{about}}, but slots lack about_{intent}", "Say what it is about."


def _numbers(spec: SystemSpec, phrases: Phrases) -> Iterator[tuple[str, str]]:
    """Whoever has a number that a detector trips over has a sentence with it, and every feature has a reason."""
    tenants = dimensions_of(spec).get("tenant", ())
    for tenant in phrases.long_orders:
        if tenant not in tenants:
            yield f"long_orders names '{tenant}', which is no tenant", f"Write one of {', '.join(tenants)}."
    for language, voice in phrases.voices.items():
        for slot in ("parcel", "long_order") if phrases.long_orders else ("parcel",):
            if not any(slot in slots_of(text) for text in voice.number):
                yield f"voices.{language}, number: no sentence holds {{{slot}}}", "Add one that does."
        if unknown := set(voice.reasons) - set(phrases.reasons):
            yield f"voices.{language}, reasons: no code {', '.join(sorted(unknown))}", "Use the codes of `reasons`."
    named = {one.feature for one in phrases.reasons.values()}
    if spec.kind == "classifier" and (lacking := set(FEATURES) - named):
        yield f"reasons: no code for {', '.join(sorted(lacking))}", "Give each feature a code."


def _unknown(place: str, texts: Iterable[str], known: Iterable[str]) -> Iterator[tuple[str, str]]:
    allowed = frozenset(known)
    for text in texts:
        if wrong := slots_of(text) - allowed:
            yield f"{place}: nothing fills {{{', '.join(sorted(wrong))}}} in '{text[:60]}'", "Use a slot that exists."
