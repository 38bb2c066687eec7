"""A deployed service that answers questions one by one: a staging system, a bundle behind an address, recorded responses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Fault = Literal[
    "timeout", "unreachable", "rate_limited", "server", "rejected", "not_allowed", "redirected", "malformed", "broken_off",
    "too_large", "not_recorded",
]  # fmt: skip
LATER: frozenset[Fault] = frozenset(("timeout", "unreachable", "rate_limited", "server", "broken_off", "malformed"))
"""Faults that another try may mend. The others come from what was asked or how, and asking again is only cost."""


@dataclass(frozen=True)
class Message:
    """One message of the conversation: role (system, user, assistant) and text."""

    role: str
    content: str


@dataclass(frozen=True)
class Ask:
    """One question. `key` names it within a run and is the same when it is asked again; `sources` are already in the messages."""

    key: str
    messages: tuple[Message, ...]
    sources: tuple[str, ...] = ()
    tools: Sequence[Mapping[str, Any]] = ()
    decoding: Mapping[str, float | int] = field(default_factory=dict)


@dataclass(frozen=True)
class ToolUse:
    """A tool call that the answer asks for; `arguments` is None where they are no JSON object."""

    tool: str
    arguments: Mapping[str, Any] | None


@dataclass(frozen=True)
class Reply:
    """An answer. `calls` is None where this endpoint does not tell of tool calls. `cut`: it was ended by a length limit. `declined`: the
    service itself said that it refused or filtered. Tokens are None where it did not count them."""

    text: str
    calls: tuple[ToolUse, ...] | None = None
    cut: bool = False
    declined: bool = False
    input_tokens: int | None = None
    output_tokens: int | None = None


@dataclass(frozen=True)
class NoReply:
    """No answer, and why. `wait_ms` is how long the service asked to be left alone; `said` is for people and holds no secret."""

    fault: Fault
    said: str
    wait_ms: int | None = None

    @property
    def permanent(self) -> bool:
        """Whether asking again cannot help."""
        return self.fault not in LATER


class Endpoint(Protocol):
    """Somewhere to ask. Safe to use from several threads at once."""

    @property
    def name(self) -> str:
        """What a result calls it: an address without its query, a file. Never a secret."""
        ...

    def ask(self, question: Ask) -> Reply | NoReply:
        """Ask once, without trying again. Everything that can go wrong on the way is a NoReply; never raises for it."""
        ...

    def close(self) -> None:
        """Let go of connections. Asking afterwards is a mistake of the caller."""
        ...
