"""What the journal of actions holds: facts that commands record beside `capa.yaml`, in the envelope of the drill's own events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from hotwash.kernel.errors import TamperedError
from hotwash.kernel.event import Draft, Event

STREAM = "capa"


@dataclass(frozen=True)
class Noted:
    """An action as it stood when something was first recorded about it in this form. `deadline` is an ISO day."""

    action: str
    digest: str
    deadline: str
    type: Literal["action_noted"] = "action_noted"


@dataclass(frozen=True)
class Verified:
    """A verification that ran. `exit_code` is None where nothing was run that has one; `output_sha256` is of everything that was printed
    or read; `until` is the day on which it stops counting, or empty."""

    action: str
    digest: str
    kind: str
    green: bool
    said: str
    output_sha256: str
    exit_code: int | None = None
    ran_ms: int = 0
    until: str = ""
    type: Literal["verification_run"] = "verification_run"


@dataclass(frozen=True)
class Closed:
    """An action that was closed. `verification` is the version of the run that it rests on."""

    action: str
    digest: str
    verification: int
    type: Literal["action_closed"] = "action_closed"


@dataclass(frozen=True)
class Rescheduled:
    """A deadline that was moved: days as ISO text."""

    action: str
    was: str
    to: str
    reason: str
    type: Literal["action_rescheduled"] = "action_rescheduled"


@dataclass(frozen=True)
class EffectChecked:
    """Whether it works in practice, and what it broke."""

    action: str
    works: bool
    found: str
    harm: str = ""
    type: Literal["effect_checked"] = "effect_checked"


@dataclass(frozen=True)
class FollowedUp:
    """What was seen of an action 30, 60 or 90 days after the plan was made; who looked is the person of the entry. `works`: whether it is
    still effective, as `yes`, `no` or `unknown`."""

    action: str
    days: int
    works: str
    seen: str
    type: Literal["action_followed_up"] = "action_followed_up"


@dataclass(frozen=True)
class Replaced:
    """An action in whose place another one stands from now on, and why."""

    action: str
    by: str
    reason: str
    type: Literal["action_replaced"] = "action_replaced"


@dataclass(frozen=True)
class Synced:
    """A ticket of this action in a tracker."""

    action: str
    tracker: str
    ref: str
    did: str
    type: Literal["action_synced"] = "action_synced"


Fact = Noted | Verified | Closed | Rescheduled | EffectChecked | FollowedUp | Replaced | Synced
KINDS: dict[str, type[Fact]] = {
    "action_noted": Noted, "verification_run": Verified, "action_closed": Closed, "action_rescheduled": Rescheduled,
    "effect_checked": EffectChecked, "action_synced": Synced, "action_followed_up": FollowedUp, "action_replaced": Replaced,
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One line of the journal: version, wall time in ms, who, what."""

    version: int
    at_ms: int
    person: str
    fact: Fact


def draft_of(fact: Fact, person: str, now_ms: int) -> Draft:
    """The fact as an event that can be sealed. Drill time is over: it is 0."""
    data = {name: value for name, value in asdict(fact).items() if name != "type"}
    return Draft(fact.type, data, 0, now_ms, "", person)


def read(events: Sequence[Event]) -> list[Entry]:
    """Typed entries of a journal whose chain holds. Raises TamperedError for an entry of another form."""
    return [Entry(one.version, one.wall_ms, one.person, _fact(one)) for one in events]


def _fact(event: Event) -> Fact:
    kind, data = KINDS.get(event.type), dict[str, Any](event.data)
    try:
        fact = kind(**data) if kind else None
    except TypeError:
        fact = None
    if fact is None:
        raise TamperedError(f"entry {event.version} of the journal is of no kind that this version knows: {event.type}")
    for name in ("was", "to", "deadline"):
        if name in data:
            _day(event, data[name])
    return fact


def _day(event: Event, text: Any) -> None:
    try:
        date.fromisoformat(text)
    except (TypeError, ValueError) as wrong:
        raise TamperedError(f"entry {event.version} of the journal has a day that is none: {text!r}") from wrong
