"""Everything that is known about one played request, for the rooms that put it into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class RowFacts:
    """One row of the tape after it was played, with names instead of codes.

    `category` is what the delivered or stopped output is (empty: harmless); `status` how the request ended (served,
    off, rate_limited, dropped, blocked, false_block, caught, abandoned, held). `arm` is what generated the output:
    healthy, safe_mode, or the id of the fault. `fate` is the fault whose stretch of probability the request lies in,
    whatever the levers then did about it (empty: none). `source` is the row that filled the cache, when this was a cache hit.
    `retrieved` and `tools_on` say whether the capability ran for this request; `retrieval_empty` that it found nothing.
    `flags` are the names of signals that this request counts in; where somebody looks at it, only those that have shown
    by then. `marks` are all of them at any time, so that texts never hang on the moment of looking. `denied` is for
    scoring systems. `unprompted` says that no instruction led to what a tool did.
    """

    row: int
    seed: int
    system: str
    at_ms: int
    dims: Mapping[str, str]
    user: int
    question: int
    value: int
    adversarial: bool
    category: str
    status: str
    arm: str
    fault_component: str
    fate: str
    source: RowFacts | None
    versions: Mapping[str, str]
    retrieved: bool
    retrieval_empty: bool
    tools_on: bool
    writes: bool
    denied: bool
    flags: tuple[str, ...]
    guardrail_tier: str
    wait_ms: int
    marks: tuple[str, ...] = ()
    unprompted: bool = False
