"""The formal review after a drill or an incident. Files in the improvement folder: `review.yaml`, `risks.yaml`, `sign-off.yaml`."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, Field

from hotwash.kit.schema.base import Content, Id, Level, Text

ItemName = Literal[
    "timeline-and-impact", "causes", "control-gaps", "communications", "corrective-actions", "verification"
]
ITEMS: tuple[ItemName, ...] = (
    "timeline-and-impact", "causes", "control-gaps", "communications", "corrective-actions", "verification",
)  # fmt: skip
"""The agenda, in order."""
Likelihood = Literal["open", "rare", "unlikely", "possible", "likely"]
Treatment = Literal["open", "reduce", "accept", "transfer", "avoid"]


class Minute(Content):
    """One line of the minutes. A line about what happened cites it."""

    text: Text
    evidence: list[Text] = Field(default_factory=list)


class AgendaItem(Content):
    """One item: what was said and what was decided."""

    item: ItemName
    minutes: list[Minute] = Field(default_factory=list)
    decided: list[Text] = Field(default_factory=list)


class Attendance(Content):
    """Who was there, in which role."""

    role: Id
    name: Text


class ReviewPaper(Content):
    """`review.yaml`. `sign_off` are the roles that must sign; `frameworks` the schemes that coverage is asked for."""

    exercise: bool = True
    drill: Text
    log_head: str = ""
    held_on: date | None = None
    chair: Text
    attended: list[Attendance]
    agenda: list[AgendaItem]
    sign_off: list[Id] = Field(min_length=1)
    frameworks: list[Id] = Field(default_factory=list)


class Risk(Content):
    """One line of the risk register. `impact` gives the level of the kit's severity matrix by dimension (1 is the worst). `gaps` are
    controls of `causes.yaml`. An accepted risk has who accepted it and until when."""

    id: Id
    title: Text
    mode: Id
    likelihood: Likelihood
    why_likely: Text
    impact: dict[Id, Level]
    gaps: list[Id] = Field(default_factory=list)
    evidence: list[Text] = Field(default_factory=list)
    owner: Text
    treatment: Treatment
    plan: Text
    accepted_by: str = ""
    accepted_until: date | None = None
    review_on: date | None = None


class RiskPaper(Content):
    """`risks.yaml`"""

    exercise: bool = True
    drill: Text
    risks: list[Risk] = Field(min_length=1)


class Signature(Content):
    """Who signed what, in which role, when: SHA-256 of each paper as it was then. Written by `hotwash meeting sign`; it shows that a paper
    changed afterwards, and proves nobody's identity."""

    role: Id
    name: Text
    at: AwareDatetime
    digests: dict[str, str]


class SignOff(Content):
    """`sign-off.yaml`"""

    signatures: list[Signature] = Field(default_factory=list)
