"""The words of a system pack: what its users write, what it answers, what stands in its documents and records.

File: `systems/<slug>/phrases.yaml`. Texts are templates with {slots}. A slot is a value of the scene (an order number, a
fact of the shop) or names a list under a voice's `slots`, from which one entry is taken.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from hotwash.kit.schema.base import Content, Id, Text
from hotwash.kit.schema.system import Category

Language = Id
Alternatives = list[Text]


class ShopFact(Content):
    """A number that differs from tenant to tenant. `wrong` are values that an invented answer would claim instead;
    none of them may be a true value somewhere. `unit` is one of the voices' `units`; values with the unit `money` are
    in dollars and shown in the region's currency."""

    values: list[float] = Field(min_length=1)
    wrong: list[float] = Field(min_length=1)
    unit: Id

    @model_validator(mode="after")
    def _wrong_is_wrong(self) -> Self:
        if both := set(self.values) & set(self.wrong):
            raise ValueError(f"{sorted(both)} is listed as a value and as a wrong value")
        return self


class Currency(Content):
    """How money reads in one region: sign, units to the dollar (roughly), decimals. `comma` and `behind` say whether the
    comma languages write a decimal comma there, and the sign behind the amount."""

    sign: Text
    per_dollar: float = Field(gt=0)
    decimals: int = Field(ge=0, le=2)
    comma: bool = True
    behind: bool = True


class ToolText(Content):
    """A tool call: name, argument templates, result template."""

    name: Id
    arguments: dict[Id, Text]
    result: Text


class Topic(Content):
    """One question that people have, in all languages: an intent has several.

    `claim` names the fact that the answer states, and that an ungrounded answer gets wrong. `passage` is the document
    that settles it, in the language in which the shops keep their documents. `read` and `write` are the tool calls.
    """

    id: Id
    claim: Id = ""
    passage: str = ""
    read: ToolText | None = None
    write: ToolText | None = None
    prompts: dict[Language, Alternatives]
    answers: dict[Language, Alternatives] = Field(default_factory=dict)


class Names(Content):
    """First and last names as `written/latin` (the part after the slash only where e-mail needs it)."""

    first: Alternatives
    last: Alternatives
    full: Text = "{first} {last}"


class Voice(Content):
    """Everything of one language that does not hang on a topic.

    `slots` are small alternatives used inside other texts and may be empty strings. `surfaces` frame a prompt (slot
    {text}); `seen` is what people saw instead of an answer, by how the request ended. `complaints` are by category;
    `grumble` is for harmless answers, `unserved` for people who got none, `waiting` for those whose answer was withheld, `overreach` for those for whom
    something was done that they had not asked for.
    `reasons` are the words of reason codes in letters. `leak` is a sentence that holds another person's record. `number` mentions a
    reference number that looks like a card number. `done` says that a write call was made, `handover` that it cannot be;
    `partial` declines a side question; `sure` opens an invented answer. `units` read {n} as a number with its unit.
    """

    slots: dict[Id, list[str]]
    units: dict[Id, Text]
    names: Names
    items: dict[Id, Text] = Field(default_factory=dict)
    surfaces: dict[Id, Alternatives] = Field(default_factory=dict)
    probes: Alternatives
    probe_refusals: Alternatives
    safe: Alternatives
    no_source: Alternatives
    done: Alternatives
    handover: Alternatives
    refusals: Alternatives
    partial: Alternatives
    sure: Alternatives
    leak: Alternatives
    number: Alternatives
    approved: Alternatives = Field(default_factory=list)
    declined: Alternatives = Field(default_factory=list)
    seen: dict[Id, Text]
    complaints: dict[Category | Literal["grumble", "unserved", "waiting", "overreach"], Alternatives]
    reasons: dict[Id, Text] = Field(default_factory=dict)


class Injection(Content):
    """One family of injected instructions: in which kind of document it hides, and how the document reads with it.
    `intents` are those whose requests meet such a document; none stands for all."""

    family: Id
    intents: list[Id] = Field(default_factory=list)
    document: Text
    text: Text


class Overreach(Content):
    """Something that the service does of its own accord, beyond what it may: for which intents (none stands for all),
    the call, and what it says about it in each language."""

    intents: list[Id] = Field(default_factory=list)
    tool: ToolText
    says: dict[Language, Alternatives]


class Record(Content):
    """How a stored record of a person reads when it is retrieved by mistake."""

    document: Text
    text: Text


class Reason(Content):
    """A reason code of a scored decision: the feature that it is about, and its words."""

    feature: Id
    text: Text


class Phrases(Content):
    """`phrases.yaml` of one system pack."""

    provider: Text
    companies: Alternatives
    currencies: dict[Id, Currency]
    comma_languages: list[Language]
    """Languages that write decimals with a comma, and thousands with a point."""
    space_languages: list[Language] = Field(default_factory=list)
    """Those of them that write thousands with a space."""
    long_orders: list[Id] = Field(default_factory=list)
    """Tenants that also number orders with sixteen digits."""
    facts: dict[Id, ShopFact] = Field(default_factory=dict)
    topics: dict[Id, list[Topic]]
    voices: dict[Language, Voice]
    injections: list[Injection] = Field(min_length=1)
    record: Record
    misuse: ToolText
    """The write call that an injected instruction leads to: slots {mule} and {haul}."""
    overreach: list[Overreach] = Field(default_factory=list)
    """What it may do unprompted; the first that fits an intent is taken."""
    reasons: dict[Id, Reason] = Field(default_factory=dict)
    """Reason codes of scored decisions, by code (written in lower case, shown in capitals)."""

    @model_validator(mode="after")
    def _every_language_everywhere(self) -> Self:
        wanted = set(self.voices)
        for intent, topics in self.topics.items():
            for topic in topics:
                for what, texts in (("prompts", topic.prompts), ("answers", topic.answers)):
                    if texts and (missing := wanted - set(texts)):
                        raise ValueError(f"topics.{intent}: {topic.id}: {what} lack {', '.join(sorted(missing))}")
                if topic.claim and topic.claim not in self.facts:
                    raise ValueError(f"topics.{intent}: {topic.id}: claim {topic.claim!r} is no entry of facts")
        return self
