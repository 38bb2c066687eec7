"""A tracker of work: where an organisation keeps what is to be done. Each action has one ticket there, found again by a marker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from hotwash.kernel.errors import HotwashError

Fault = Literal[
    "not_signed_in", "not_allowed", "not_there", "refused", "rate_limited", "timeout", "unreachable", "server", "malformed", "changed",
    "redirected",
]  # fmt: skip
LATER: frozenset[Fault] = frozenset(("rate_limited", "timeout", "unreachable", "server", "malformed", "changed"))


class TrackerError(HotwashError):
    """A tracker that did not do what it was asked to. The message is for people, says what to do, and holds no secret. `permanent` as in
    every error of ours: whether trying again can help. `unknown` says that the request may have been carried out all the same."""

    code = "tracker"

    def __init__(self, fault: Fault, message: str, *, wait_ms: int | None = None, unknown: bool = False) -> None:
        super().__init__(message)
        self.fault, self.wait_ms, self.unknown = fault, wait_ms, unknown
        self.permanent = fault not in LATER


@dataclass(frozen=True)
class Ticket:
    """What a ticket is to be. `marker` is on one line, without white space, and no two actions have the same; `text` is Markdown and contains
    the marker. Trackers give a text back without white space at its end."""

    marker: str
    title: str
    text: str
    closed: bool = False


@dataclass(frozen=True)
class Held:
    """A ticket as the tracker has it. `ref` names it for people and for the tracker (`#12`, `KEY-3`, a file's name); `version` changes with
    every change, whoever made it."""

    ref: str
    title: str
    text: str
    closed: bool
    version: str
    url: str = ""


class Tracker(Protocol):
    """Somewhere tickets are. Every call raises TrackerError for what goes wrong on the way."""

    @property
    def name(self) -> str:
        """What the journal calls it, such as `github:owner/repo`. Never a secret."""
        ...

    def find(self, markers: Sequence[str], known: Mapping[str, str]) -> dict[str, Held]:
        """The tickets that have these markers, open or closed. `known` maps a marker to the ref under which its ticket was made: a ticket
        that lost what it is searched by is found all the same. Of two tickets with one marker, the older."""
        ...

    def create(self, ticket: Ticket) -> Held:
        """A new ticket. If it cannot be known whether it was made, what is there is looked at before it is made again."""
        ...

    def update(self, held: Held, ticket: Ticket, why: str = "") -> Held:
        """Make a ticket what it is to be. `why` is said in a comment, where there is something to say. Raises a TrackerError with the fault
        `changed`, and changes nothing, if it is no longer as it was `held`."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
