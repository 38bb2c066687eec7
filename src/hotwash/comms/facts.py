"""What a team knew at one moment, each fact with the entry of the log that it rests on.

Facts are made from a log (`hotwash.drill.known`) or from a file of an organisation's own (`facts_of_file`), and everything
in this room (what may be said, what must be told to whom, by when) is a function of them. A fact that is None is not
known, which is another thing than no.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Generic, Literal, TypeVar

T = TypeVar("T")

Dims = Mapping[str, tuple[str, ...]]
"""Part of the traffic: dimension → values."""


def dims_of(scope: Mapping[str, Iterable[str]]) -> Dims:
    """A part of the traffic without the dimensions that narrow nothing."""
    return {dim: tuple(values) for dim, values in scope.items() if values}


IdeaState = Literal["open", "supported", "refuted"]
LeverState = Literal["requested", "refused", "pulled", "in-effect", "reverted"]
Closing = Literal["recovered", "contained-monitoring", "false-alarm"]
Verdict = Literal["confirmed", "spurious", "unclear"]


@dataclass(frozen=True)
class Fact(Generic[T]):
    """A value and what it rests on: the version of the entry of the log that said so (0: known from the start, or from a
    file), and the moment of that entry in ms of drill time."""

    value: T
    rests_on: int = 0
    at_ms: int = 0


@dataclass(frozen=True)
class Range:
    """From `low` to `high`, both included; None where that end is not known."""

    low: float | None
    high: float | None

    def holds(self, low: float, high: float) -> bool:
        """Whether another range lies in this one, or touches it where only one end is known."""
        return (self.low is None or high >= self.low) and (self.high is None or low <= self.high)

    def within(self, low: float, high: float) -> bool:
        """Whether every value from `low` to `high` lies in this range."""
        return (self.low is None or low >= self.low) and (self.high is None or high <= self.high)


@dataclass(frozen=True)
class Idea:
    """A hypothesis. `state` follows its last conclusive test; `component` and `mode` are what it blames, if anything."""

    id: str
    statement: str
    component: str = ""
    mode: str = ""
    state: IdeaState = "open"
    rests_on: int = 0
    """The entry that gave it this state: its last conclusive test, or the entry that raised it."""
    at_ms: int = 0


@dataclass(frozen=True)
class Lever:
    """One pull of a containment lever. `since_ms` is when it took effect, or will."""

    call: str
    kind: str
    scope: Dims
    arguments: Mapping[str, int | str]
    state: LeverState
    since_ms: int | None = None
    rests_on: int = 0


@dataclass(frozen=True)
class Proof:
    """One run of a suite. `at_ms` is when it ran."""

    suite: str
    trials: int
    failures: int
    at_ms: int
    scope: Dims = field(default_factory=dict)
    rests_on: int = 0


@dataclass(frozen=True)
class Change:
    """An entry of the service's change log."""

    at_ms: int
    component: str
    from_version: str
    to_version: str
    note: str
    rests_on: int = 0


@dataclass(frozen=True)
class AlertCheck:
    """What was found out about one alert: is it real?"""

    alert: str
    verdict: Verdict
    note: str = ""
    rests_on: int = 0
    at_ms: int = 0


@dataclass(frozen=True)
class Said:
    """An update that was published. `next_due_ms` is what it obliged to."""

    draft: str
    variant: str
    text: str
    at_ms: int
    next_due_ms: int | None = None
    rests_on: int = 0


@dataclass(frozen=True)
class Facts:
    """What was known at `now_ms`. All times are ms of drill time; `at` turns one into story time with its zone.

    `service` is the name of what failed, `seats` who holds which seat. `dimensions` are all parts of the service that
    have a name, so that a part which is named wrongly is seen; `suites` are the proofs that this service and this
    incident can be asked for.
    """

    now_ms: int = 0
    start: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    service: str = ""
    dimensions: Dims = field(default_factory=dict)
    components: tuple[str, ...] = ()
    suites: tuple[str, ...] = ()

    title: Fact[str] | None = None
    statement: Fact[str] | None = None
    severity: Fact[int] | None = None
    severities: tuple[Fact[int], ...] = ()
    """Every severity that was set, oldest first; the last is in force."""
    bucket: Fact[str] | None = None
    mode: Fact[str] | None = None
    major: Fact[tuple[str, ...]] | None = None
    closing: Fact[Closing] | None = None

    onset: Fact[int] | None = None
    """When it began, as far as the team knows."""
    detected: Fact[int] | None = None
    """The first alert or complaint."""
    aware: Fact[int] | None = None
    """The first verdict that something is real."""
    opened: Fact[int] | None = None
    declared: Fact[int] | None = None
    next_update: Fact[int] | None = None
    """When the next update is due, as promised by the last one."""
    cadence_min: Fact[float] | None = None
    """Minutes between updates at the severity in force, by the kit."""

    scope: Fact[Dims] | None = None
    scope_statement: Fact[str] | None = None
    people: Fact[Range] | None = None
    money_usd: Fact[Range] | None = None
    share: Fact[Range] | None = None
    """Percent of the requests in the scope."""
    who: Fact[str] | None = None
    data_involved: Fact[tuple[str, ...]] | None = None
    data_cleared: Fact[str] | None = None
    """The review that found that no data was involved."""
    jurisdictions: Fact[tuple[str, ...]] | None = None
    promises: Fact[str] | None = None
    reversible: Fact[bool] | None = None
    ongoing: Fact[bool] | None = None

    ideas: tuple[Idea, ...] = ()
    levers: tuple[Lever, ...] = ()
    proofs: tuple[Proof, ...] = ()
    changes: tuple[Change, ...] = ()
    checks: tuple[AlertCheck, ...] = ()
    said: tuple[Said, ...] = ()
    lifted: frozenset[str] = frozenset()
    """Prohibited statements that the record makes true after all, by their condition in the kit."""
    no_duty: Mapping[str, Fact[str]] = field(default_factory=dict)
    """Obligation → why there is no duty, where that was put on record."""
    seats: Mapping[str, Fact[str]] = field(default_factory=dict)
    """Seat → who holds it."""
    other_numbers: tuple[Fact[float], ...] = ()
    """Numbers of the log that a text may repeat: counts of alerts, trials, failures and those inside statements."""

    def at(self, ms: int) -> datetime:
        """A moment in story time, with its zone."""
        return self.start + timedelta(milliseconds=ms)

    def ms(self, moment: datetime) -> int:
        """Story time as drill time. Raises TypeError for a time without a zone."""
        return round((moment - self.start) / timedelta(milliseconds=1))

    @property
    def cause(self) -> Idea | None:
        """The explanation that a test supports: the last one, where several are. None: the cause is not confirmed."""
        supported = sorted((one for one in self.ideas if one.state == "supported"), key=lambda one: one.rests_on)
        return supported[-1] if supported else None

    @property
    def in_force(self) -> tuple[Lever, ...]:
        """Levers that have taken effect and were not taken back."""
        return tuple(one for one in self.levers if one.state == "in-effect")

    @property
    def last_change_ms(self) -> int:
        """When something last changed what the service does: proofs from before prove nothing about now."""
        return max((one.since_ms for one in self.levers if one.since_ms is not None), default=-(1 << 60))

    def proved(self, suite: str, least_trials: int) -> Proof | None:
        """The last run of a suite since the last change, if it was clean and large enough."""
        runs = [one for one in self.proofs if one.suite == suite and one.at_ms >= self.last_change_ms]
        last = max(runs, key=lambda one: (one.at_ms, one.rests_on), default=None)
        return last if last and last.failures == 0 and last.trials >= least_trials else None

    @property
    def false_alarm(self) -> bool:
        """The incident was called off, and nothing real was found since."""
        return self.closing is not None and self.closing.value == "false-alarm"
