"""Words of drafts: what each variant needs, what outsiders do not understand, and statements as frames of words."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hotwash.kit.schema.base import Content, Id, Minutes, Share, Text

Variant = Literal["executive", "support", "engineering", "customer", "status", "regulator", "vendor", "talk-track"]
Family = Literal[
    "prohibited", "closing", "cause", "blame", "severity", "time", "number", "segment", "hypothesis", "jargon", "heading",
    "guidance", "next-update", "ask",
]  # fmt: skip


class Frame(Content):
    """Words that say something together, in any order, in one clause: one term of each group, at most `within` other words between them.

    A term is a word or several; a `*` at the end of a word stands for any ending, `@component` for every component of the
    service. `denied` asks that a negation covers them, `asserted` that none does. `ordered` keeps the order of the groups.
    """

    words: list[list[Text]] = Field(min_length=1)
    says: Literal["asserted", "denied"] = "asserted"
    within: int = Field(9, ge=0, le=30)
    ordered: bool = False
    starts: bool = False
    """The first group stands at the start of the sentence."""


class Proof(Content):
    """What makes a closing word true: clean runs of those of the `suites` that the service has, since the last change, of
    `least_trials` or more; `declared`: the end was declared; `data_review`: a review found that no data was involved."""

    suites: list[Id] = Field(default_factory=list)
    least_trials: int = Field(20, ge=1)
    declared: bool = False
    data_review: bool = False


class Needs(Content):
    """What drafts of one variant must have, and whether they are in plain words."""

    headings: bool = False
    next_update: bool = False
    ask: bool = False
    guidance: bool = False
    plain: bool = False


class Jargon(Content):
    """A term of the trade, and what to write to people who do not know it."""

    terms: list[Text] = Field(min_length=1)
    write: Text


class Tolerance(Content):
    """How far a text may be from the log: minutes for a time, and for one with "about"; a share for numbers."""

    exact_min: Minutes = 3
    about_min: Minutes = 15
    number: Share = 0.1


class Wording(Content):
    """`wording.yaml`"""

    headings: list[Text] = Field(min_length=1)
    variants: dict[Variant, Needs]
    guidance: list[Frame]
    """What counts as telling people what to do to be safe."""
    asks: list[Frame]
    """What counts as asking something of the reader, or saying that nothing is asked."""
    next_update: list[Frame]
    """What announces the next update; a time has to stand with it."""
    jargon: list[Jargon] = Field(default_factory=list)
    tolerance: Tolerance = Tolerance()
    warns: list[Family] = Field(default_factory=list)
    """Families of findings that warn; all others block."""
    remedies: dict[Family, Text] = Field(default_factory=dict)
    """What to write, by family, where no statement or term says it better."""


def no_needs() -> Wording:
    """The wording of kits in records from before there was one: nothing is asked of any variant."""
    return Wording(headings=["What happened"], variants={}, guidance=[], asks=[], next_update=[])
