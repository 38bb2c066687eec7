"""Drafts: what is known, from a file or from a moment of a record; what is said by it, and what is wrong with a text."""

from __future__ import annotations

from pathlib import Path

from hotwash.bootstrap.records import load_record, rebuild
from hotwash.bootstrap.suites import Target
from hotwash.comms.facts import Facts
from hotwash.comms.facts_file import facts_of_file
from hotwash.comms.lint.check import check
from hotwash.comms.lint.finding import Finding
from hotwash.comms.lint.opinion import opinions, question
from hotwash.comms.updates.compose import Composed, compose
from hotwash.drill.journal import Journal
from hotwash.drill.lint import facts_now
from hotwash.drill.read import current
from hotwash.kernel.errors import ContentError, NotSupportedError
from hotwash.kit.load import load_facts, load_kit
from hotwash.kit.schema.kit import Kit
from hotwash.ports.endpoint import NoReply


def facts_from(file: Path) -> Facts:
    """The facts of a facts file. Raises ContentError with every mistake in it."""
    return facts_of_file(load_facts(file))


def facts_at(record: Path, at_ms: int) -> tuple[Facts, Kit]:
    """What the team of a recorded drill knew at a moment, and the kit that it played with. Raises what reading a record raises."""
    table, events = rebuild(load_record(record))
    journal = Journal()
    for event in events:
        if event.drill_ms <= at_ms:
            journal.apply(current(event))
    return facts_now(journal, table.design, at_ms), table.design.kit


def check_draft(text: str, variant: str, facts: Facts, kit: Kit | None = None) -> tuple[Finding, ...]:
    """Everything that is wrong with a draft; by the base kit without another."""
    return check(text, variant, facts, kit or load_kit())


def read_draft(text: str, variant: str, facts: Facts, kit: Kit | None, reader: Target) -> tuple[Finding, ...]:
    """What a language model objects to in a draft, in its name. The draft and the facts are sent to it. Raises NotSupportedError where it gives no opinion."""
    name = reader.endpoint.name
    try:
        answer = reader.endpoint.ask(question(text, variant, facts))
    finally:
        reader.endpoint.close()
    if isinstance(answer, NoReply):
        raise NotSupportedError(f"{name} gives no opinion: {answer.said}")
    if answer.declined or answer.cut:
        raise NotSupportedError(f"{name} gives no opinion: it {'declined' if answer.declined else 'was cut off'}")
    try:
        return opinions(text, answer.text, name, kit or load_kit())
    except ValueError as wrong:
        raise NotSupportedError(f"{name} gives no opinion that can be read: {wrong}") from wrong


def new_draft(variant: str, facts: Facts, kit: Kit, reference: str = "") -> Composed:
    """A draft for some readers, composed of what is known. Raises ContentError where the kit has no template for them."""
    template = next((one for one in kit.messages if one.variant == variant), None)
    if template is None:
        known = ", ".join(sorted({one.variant for one in kit.messages}))
        found = f"the kit '{kit.id}' has no template for {variant}"
        raise ContentError.at("messages", found, f"Add one, or choose of: {known}.")
    return compose(facts, kit, template, reference)
