"""A system pack: what the simulated service is, who uses it, how well its controls work when healthy.

File: `systems/<slug>/system.yaml`. Rates are shares of 1 and are read to four decimals; the simulator turns them into
whole numbers of 1/65536.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from hotwash.kit.schema.base import Content, Dims, Id, Minutes, Share, Text
from hotwash.kit.schema.bundle import BundlePair

Category = Literal[
    "ungrounded_answer", "wrong_decision", "discriminatory_decision", "leaked_record", "tool_misuse", "wrongful_refusal"
]
Component = Literal["model", "prompt", "tools", "decoding", "index", "policy", "features", "data"]
Path = Literal["any", "retrieval", "tools"]
"""The capability that must be on for a fault to do harm."""


class Dimension(Content):
    """One way to cut traffic. Shares sum to 1; `given` makes them depend on another dimension's value."""

    shares: dict[str, Share] = Field(default_factory=dict)
    given: str = ""
    by_value: dict[str, dict[str, Share]] = Field(default_factory=dict)
    zipf: int = Field(0, ge=0, le=200, description="number of values named by `pattern`, with Zipf-like shares")
    pattern: str = ""
    routable: bool = True


class Intent(Content):
    """What people come for. `value` in tenths of an ordinary question; `cacheable` is the share that may be cached."""

    title: Text
    share: Share
    value: int = Field(ge=1, le=100)
    retrieval: bool = False
    write_tool: bool = False
    cacheable: Share = 0.0


class Tier(Content):
    """How well one guardrail tier works: share flagged of each harmful category, and of harmless output."""

    catches: dict[Category, Share] = Field(default_factory=dict)
    false_positive: Share


class Guardrail(Content):
    """The guardrail's tiers. `none` is how it stands with no tier pulled. Outside `main_languages` (and inside
    `hard_groups`, people whose dialect the classifier was not built on) harmless output is flagged `hard_factor`
    times as often."""

    none: Tier
    a: Tier
    b: Tier
    c: Tier
    main_languages: list[str]
    hard_groups: list[str] = Field(default_factory=list)
    hard_factor: float = Field(1.8, ge=1, le=4)


class Review(Content):
    """Human review. `catches` is the share of harmful items that a reviewer stops; bias is hard to see in one case."""

    catches: dict[Category, Share]
    seconds_per_item: int = Field(45, ge=1)
    service_level_min: int = Field(10, ge=1)
    reviewers_available: int = Field(12, ge=0)


class Gateway(Content):
    """The queue in front of the model: patience, and the retries of people who were turned away."""

    patience_s: int = Field(20, ge=1)
    retry_share: Share = 0.35
    retry_after_s: int = Field(15, ge=1)


class Degradation(Content):
    """Percent of a request's value that is lost while it is served in a reduced way."""

    safe_mode: int = Field(25, ge=0, le=100)
    tools_off: int = Field(60, ge=0, le=100)
    retrieval_off: int = Field(50, ge=0, le=100)
    rolled_back: int = Field(20, ge=0, le=100)


class BundleComponent(Content):
    """One part of the release bundle: the version that runs, the one before, and what going back costs.

    `misses_percent` of requests lose what the newer version had. `delay_s` is how long the switch takes.
    """

    current: Text
    previous: Text
    misses_percent: int = Field(5, ge=0, le=100)
    delay_s: int = Field(300, ge=0)


class Healthy(Content):
    """Failures of the healthy service: category and rate, and the same in minimum safe mode."""

    category: Category
    rate: Share
    safe_mode_rate: Share
    denial_rate: Share = 0.0
    """Legitimate adverse decisions (scoring systems only)."""


class SystemSpec(Content):
    """A whole system pack."""

    id: Id
    title: Text
    kind: Literal["copilot", "classifier"]
    purpose: Text
    requests_per_second: float = Field(gt=0, le=200)
    dimensions: dict[Id, Dimension]
    intents: dict[Id, Intent]
    healthy: Healthy
    guardrail: Guardrail
    review: Review
    gateway: Gateway
    degradation: Degradation
    cache_ttl_min: Minutes = 40
    adversarial_share: Share = 0.005
    components: dict[Component, BundleComponent]
    dependencies: dict[Id, Text] = Field(default_factory=dict)
    """Services outside the bundle that can be failed over, id → title."""
    levers: list[Id]
    """Levers of the kit's catalogue that this system has."""
    protected: list[Id] = Field(default_factory=list)
    """Dimensions that stand for a protected attribute: analysed, never routed on."""
    recorded_runs: int | None = Field(None, ge=0)
    """For a system that plays recorded traces: how many runs stand behind it, 0 while it waits for them."""
    card: str = ""
    """`card.md`: the system on two pages, for everybody."""
    bundles: BundlePair | None = Field(None, exclude_if=lambda pair: pair is None)
    """`bundles/current.yaml` and `bundles/last-good.yaml`: the components' versions with every setting, for everybody. A record from
    before there were any is written again as it was."""
    note: str = ""
    """Shown wherever the system is, for instance that its timeline is composed."""


class Fault(Content):
    """Something that is broken, in which part of the traffic, since when.

    `carried_by` is the component (or dependency) that has it: the fault is there while `component` runs at the
    version named by `version`: the current one, or (for a fix that a rollback would lose) the previous one.
    `rate` is the share of requests in the slice that end in `category` once the ramp is over. `unprompted` (tool_misuse
    only) says that the service acts of its own accord; otherwise a hidden instruction leads to it.
    """

    id: Id
    category: Category
    carried_by: Id
    version: Literal["current", "previous"] = "current"
    rate: Share
    slice: Dims = Field(default_factory=dict)
    onset_min: Minutes
    ramp_min: Minutes = 3
    path: Path = "any"
    safe_mode_rate: Share = 0.0
    cached: bool = True
    unprompted: bool = False
    note: Text

    @model_validator(mode="after")
    def _acts(self) -> Self:
        if self.unprompted and self.category != "tool_misuse":
            raise ValueError("'unprompted' is for tool_misuse: leave it out, or change the category")
        return self


class Distractor(Content):
    """True and irrelevant: a signal that fires for a harmless reason."""

    signal: Id
    slice: Dims = Field(default_factory=dict)
    from_min: Minutes
    to_min: Minutes
    rate: Share
    note: Text


class Surge(Content):
    """A harmless surge: traffic of one value of one dimension times `factor`."""

    dim: Id
    value: str
    from_min: Minutes
    to_min: Minutes
    factor: float = Field(gt=1, le=10)


class Unlogged(Content):
    """A part of the traffic whose traces were not kept for a while: counts are there, nothing can be read."""

    slice: Dims = Field(default_factory=dict)
    from_min: Minutes
    to_min: Minutes


class World(Content):
    """What is really the matter in a scenario. Secret: file `scenarios/<slug>/world.yaml`.

    `purge_min` are moments at which the service empties its own cache; `cacheable` overrides intents' cacheable shares.
    """

    faults: list[Fault] = Field(default_factory=list)
    distractors: list[Distractor] = Field(default_factory=list)
    surges: list[Surge] = Field(default_factory=list)
    purge_min: list[Minutes] = Field(default_factory=list)
    cacheable: dict[Id, Share] = Field(default_factory=dict)
    cache_ttl_min: Minutes | None = None
    unlogged: list[Unlogged] = Field(default_factory=list)
