"""Request traces as people read them, and recorded runs as adapters deliver them.

Attribute names follow OpenTelemetry's GenAI conventions (snapshot of August 2026, status Development) and
`hotwash.*` for what they lack: tenant, index version, prompt template version, guardrail policy, cache, score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from hotwash.ports.scope import EVERYTHING, Scope


@dataclass(frozen=True)
class Passage:
    """One retrieved document as the model saw it."""

    id: str
    tenant: str
    score: float
    content: str


@dataclass(frozen=True)
class ToolCall:
    """One tool call with its result; `error` is empty when the tool said it worked."""

    name: str
    arguments: Mapping[str, Any]
    result: str
    error: str = ""


@dataclass(frozen=True)
class TraceSummary:
    """One line of a trace list: enough to choose, nothing sensitive."""

    id: str
    at_ms: int
    dims: Mapping[str, str]
    status: str
    flags: tuple[str, ...] = ()
    cached: bool = False


@dataclass(frozen=True)
class Trace:
    """One request from prompt to output. `shows` names facts (kit vocabulary) that a careful reader learns from it;
    it feeds the record of what the team could have known and is never rendered for players."""

    summary: TraceSummary
    prompt: str
    output: str
    passages: tuple[Passage, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)
    sensitive: bool = False
    shows: tuple[str, ...] = ()


@dataclass(frozen=True)
class TraceQuery:
    """Which traces to list: newest first, in [from_ms, to_ms), inside a scope, with a flag (a signal's name)."""

    from_ms: int = 0
    to_ms: int = 1 << 60
    scope: Scope = EVERYTHING
    flag: str = ""
    limit: int = 20


@dataclass(frozen=True)
class RecordedRun:
    """One recorded run of one task by one bundle (a configuration of the system), with what it really did.

    `task` names the request, equal across bundles. `attacked` is True when the run carried an injected instruction.
    `harmed` is what the agent did: True, False, or None when the record cannot tell. `label` is what the source's
    benchmark said, kept apart because it is not the same thing. `deed` names the harmful action as a person would who
    found it in a log; empty where there was none. `ended` is False where the record breaks off before the agent's last word: what
    it would have done next is not known. `at_ms` is when it was run, in ms since 1970, where the record says so.
    """

    bundle: str
    task: str
    dims: Mapping[str, str]
    attacked: bool
    harmed: bool | None
    served: bool | None
    label: bool | None
    reached: bool
    prompt: str
    output: str
    tool_calls: tuple[ToolCall, ...] = ()
    system_prompt: str = ""
    at_ms: int | None = None
    source: str = ""
    deed: str = ""
    ended: bool = True


class Traces(Protocol):
    """A folder, file or service of recorded runs."""

    def scan(self) -> Sequence[RecordedRun]:
        """All runs in a stable order. Raises ContentError with file and line for rows that cannot be read."""
        ...
