"""When something is decided, and what the system said about it beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from hotwash.drill.payloads import Promise
from hotwash.ports.requests import RequestTable
from hotwash.ports.review import Case
from hotwash.ports.system import LeverReceipt, ProbeResult
from hotwash.ports.traces import Trace, TraceSummary


@dataclass(frozen=True)
class Moment:
    """A moment on both clocks, in ms."""

    drill_ms: int
    wall_ms: int


@dataclass(frozen=True)
class Given:
    """What exercise control fetched from the system for one command; the engine itself never asks it."""

    requests: RequestTable | None = None
    found: tuple[TraceSummary, ...] = ()
    trace: Trace | None = None
    shows: tuple[str, ...] = ()
    sha256: str = ""
    configuration: Mapping[str, Any] | None = None
    receipt: LeverReceipt | None = None
    probe: ProbeResult | None = None
    case: Case | None = None
    """The case that is decided, as it waits now."""
    source: str = ""
    method: str = ""
    content: bytes | None = None
    """The raw form of an item that is collected, or the form that is asked for of one that is looked at."""
    promise: Promise | None = None
    """What a canary that is asked for can show at this traffic."""
    verdict: Literal["", "stop", "clear", "not enough evidence"] = ""
    versions: Mapping[int, int] = field(default_factory=dict)
    """Position in what the seat was shown → version of the log."""
