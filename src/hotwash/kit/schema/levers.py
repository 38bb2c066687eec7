"""The lever catalogue, harm weights and guardrail tiers of a kit."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hotwash.kit.schema.base import Content, Id, Level, Share, Text
from hotwash.kit.schema.system import Category

LeverKind = Literal[
    "feature_off", "safe_mode", "rollback", "failover", "cache_flush", "rate_limit", "queue", "guardrail", "review",
    "hold_adverse", "tools_off", "retrieval_off", "breaker", "restore",
]  # fmt: skip


class StandingOrder(Content):
    """A lever that may be pulled at once, without approval, when a fact is known; the named seats are informed."""

    when_fact: Id
    may_pull: list[Id]
    inform: list[Id]


class Rights(Content):
    """Who may pull a lever, how many approvals it needs and from whom."""

    may_pull: list[Id]
    approvals: int = Field(1, ge=0, le=2)
    approvers: list[Id]
    standing_order: StandingOrder | None = None


class Lever(Content):
    """One containment action. Delays in seconds; `arguments` name → what to write."""

    title: Text
    does: Text
    side_effect: Text
    arguments: dict[Id, Text] = Field(default_factory=dict)
    scoped: bool = True
    delay_s: int = Field(ge=0)
    undo_s: int = Field(ge=0)
    reversible: bool = True
    destroys_evidence: bool = False
    change_record: bool = False
    """Pulling it is a production change, and is refused without a whole change record."""
    destroys: str = ""
    """What can no longer be looked at once it is in effect."""
    rights: Rights


class HarmWeight(Content):
    """What one delivered harmful outcome weighs, in harm points, and the fact that reading one shows."""

    title: Text
    points: float = Field(gt=0)
    fact: Id
    why: Text


class HarmWeights(Content):
    """`harm.yaml`. One harm point is one ordinary misleading answer that somebody acts on.

    `refused_points` is what one ordinary legitimate request costs when it is not served.
    """

    categories: dict[Category, HarmWeight]
    refused_points: float = Field(gt=0)
    refused_why: Text


class TierGuide(Content):
    """What a guardrail tier does and what it costs, for people."""

    severity: Level
    input: Text
    output: Text
    tools: Text
    retrieval: Text
    human: Text
    cost: Text
    expires_h: int = Field(24, ge=1)


class BreakerGuide(Content):
    """A circuit breaker on a harm metric. `threshold` is a share of requests in the window."""

    metric: Text
    window_s: int
    threshold: Share
    action: Text
    half_open: Text
