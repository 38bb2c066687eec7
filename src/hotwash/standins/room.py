"""One look at a seat's view, in the terms that stand-ins think in: what fired, what was found, what was done."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

Dims = dict[str, list[str]]
CHANCE = 0.08
"""Share of failures that a healthy service shows in a suite: its own error rate (a few percent in scored decisions), with
room for small numbers. A fix that misses leaves most replayed requests failing."""
SLACK = 2.0
"""Standard deviations (Poisson) of that share that are still chance: in thirty replayed requests it is five."""
QUIET_MS, GROWN = 15 * 60_000, 1.1
"""An alert that fires again this soon after it was waved off is the same alert, unless it counts so many times what it
counted then; later it is looked at anew."""


@dataclass(frozen=True)
class Alarm:
    """An alert. `at_ms` is when it first fired, `again_ms` when it last did; `cells` are (dimension, value), strongest
    first; an empty dimension is all traffic."""

    alert: str
    signal: str
    pages: str
    at_ms: int
    again_ms: int
    cells: tuple[tuple[str, str], ...]
    count: int
    turn: int = 0

    @property
    def firing(self) -> str:
        """A key for work that is done anew when an alert comes back after a verdict; `turn` counts the verdicts."""
        return f"{self.alert}-{self.turn}"


@dataclass(frozen=True)
class Letter:
    """Something that arrived at this seat: an inject."""

    inject: str
    sender: str
    channel: str
    to: tuple[str, ...]
    subject: str
    body: str
    at_ms: int


@dataclass(frozen=True)
class Idea:
    """A hypothesis with the results of its tests, oldest first."""

    id: str
    statement: str
    component: str
    mode: str
    results: tuple[str, ...] = ()

    @property
    def refuted(self) -> bool:
        """The last test that said anything speaks against it."""
        told = [one for one in self.results if one != "inconclusive"]
        return bool(told) and told[-1] == "refutes"

    @property
    def backing(self) -> str:
        """How well it was tested, in words."""
        told = self.results.count("supports")
        if len(self.results) == 1:
            return "The test speaks for it" if told else "The test does not settle it"
        return f"{told} of {len(self.results)} tests speak for it" if self.results else "Not tested yet"

    @property
    def supported(self) -> bool:
        """The last test that said anything speaks for it."""
        told = [one for one in self.results if one != "inconclusive"]
        return bool(told) and told[-1] == "supports"


@dataclass(frozen=True)
class Pull:
    """A lever call and how far it got: requested, approved, refused, pulled, effective or reverted."""

    call: str
    kind: str
    scope: Dims
    arguments: Mapping[str, int | str]
    seat: str
    state: str
    asked_ms: int
    reason: str = ""
    needs: int = 0
    approvers: tuple[str, ...] = ()
    approved_by: tuple[str, ...] = ()
    pulled_ms: int | None = None
    effective_ms: int | None = None
    reverted_ms: int | None = None
    destroys_evidence: bool = False

    def as_approved(self) -> Pull:
        """The same call with nothing missing any more."""
        return replace(self, state="approved")

    @property
    def on(self) -> bool:
        """Pulled and not taken back."""
        return self.state in ("pulled", "effective")


@dataclass(frozen=True)
class Proof:
    """One run of a suite."""

    suite: str
    scope: Dims
    trials: int
    failures: int
    at_ms: int
    worst: str = ""

    @property
    def sound(self) -> bool:
        """No more failures than chance gives a healthy service. The cache must be clean; paired probes may fail alike in
        all groups, so there the worst group is compared with the best."""
        if self.suite == "bias" and (told := re.search(r"(\d+) of \d+, best group (\d+)", self.worst)):
            worst, best = int(told[1]), int(told[2])
            return (worst - best) ** 2 <= 9 * (best + 1) or worst <= best
        usual = CHANCE * self.trials
        return self.failures <= (0 if self.suite == "cache" else usual + SLACK * usual**0.5)


@dataclass(frozen=True)
class Paper:
    """A draft on its way: written, in review, changes wanted, or published."""

    draft: str
    template: str
    variant: str
    text: str
    by: str
    at_ms: int
    problems: tuple[tuple[str, str], ...] = ()
    reviewers: tuple[str, ...] = ()
    approved_by: tuple[str, ...] = ()
    changes_by: tuple[str, ...] = ()
    asked_for_changes: tuple[str, ...] = ()
    """Seats that wanted a change in any version."""
    published_ms: int | None = None


@dataclass(frozen=True)
class Finding:
    """The newest verdict on an alert."""

    alert: str
    verdict: str
    second: str
    note: str
    evidence: tuple[str, ...]
    at_ms: int
    by: str = ""
    count: int = 0
    """What the alert counted when it was judged."""


@dataclass(frozen=True)
class Extent:
    """The scope that the team set. Shares in percent of requests in the scope."""

    scope: Dims
    since_ms: int
    statement: str
    share_low: float | None
    share_high: float | None


@dataclass(frozen=True)
class Room:
    """Everything that this seat knows from the room. Empty strings, zero and None mean: not yet."""

    seat: str
    now_ms: int
    alarms: tuple[Alarm, ...] = ()
    findings: Mapping[str, Finding] = field(default_factory=dict)
    incident: str = ""
    stood_down: bool = False
    closed: str = ""
    over_ms: int = 0
    statement: str = ""
    bucket: str = ""
    mode: str = ""
    severity: int = 0
    major: bool = False
    impact: bool = False
    extent: Extent | None = None
    ideas: tuple[Idea, ...] = ()
    decisions: Mapping[str, str] = field(default_factory=dict)
    """Decision id → kind."""
    evidence: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Item id → kind and reference."""
    pulls: tuple[Pull, ...] = ()
    proofs: tuple[Proof, ...] = ()
    changes: tuple[tuple[int, str, str, str, str], ...] = ()
    """(at_ms, component, from version, to version, note)."""
    inbox: tuple[Letter, ...] = ()
    answered: frozenset[str] = frozenset()
    papers: tuple[Paper, ...] = ()
    duties: Mapping[str, str] = field(default_factory=dict)
    """Obligation → applies: yes, no, unclear."""
    no_duty: frozenset[str] = frozenset()
    notified: frozenset[str] = frozenset()
    adjusted: frozenset[str] = frozenset()
    risk_accepted: bool = False
    complaints: tuple[str, ...] = ()
    """Traces that people complained about, oldest first."""
    said: tuple[tuple[str, tuple[str, ...], str], ...] = ()
    """Chat: (seat, to, text)."""

    @property
    def first_alarm(self) -> Alarm | None:
        """The oldest alert that was found to be real; the oldest of all while none was."""
        real = {one.alert for one in self.confirmed}
        return next(iter([*(one for one in self.alarms if one.alert in real), *self.alarms]), None)

    @property
    def unread(self) -> tuple[Alarm, ...]:
        """Alerts that nobody has ever put a verdict on."""
        return tuple(one for one in self.alarms if one.alert not in self.findings)

    @property
    def confirmed(self) -> tuple[Finding, ...]:
        """Verdicts that say: this is real."""
        return tuple(one for one in self.findings.values() if one.verdict == "confirmed")

    @property
    def open_alarms(self) -> tuple[Alarm, ...]:
        """Alerts without a verdict, and those that fired again after they had been waved off."""
        return tuple(one for one in self.alarms if self._open(one))

    def _open(self, alarm: Alarm) -> bool:
        found = self.findings.get(alarm.alert)
        if found is None:
            return True
        later = alarm.again_ms > found.at_ms
        grown = later and alarm.count >= GROWN * max(1, found.count)
        return found.verdict != "confirmed" and (grown or alarm.again_ms > found.at_ms + QUIET_MS)

    def waved_off(self, alarm: Alarm) -> bool:
        """Whether an alert was found to be spurious and has not come back stronger since."""
        found = self.findings.get(alarm.alert)
        return found is not None and found.verdict == "spurious" and not self._open(alarm)

    @property
    def false_alarm(self) -> bool:
        """Everything that fired was looked at, and all of it was found to be spurious."""
        spurious = all(one.verdict == "spurious" for one in self.findings.values())
        return bool(self.findings) and spurious and not self.open_alarms

    @property
    def active(self) -> tuple[Pull, ...]:
        """Levers that are on."""
        return tuple(one for one in self.pulls if one.on)

    @property
    def fixes(self) -> tuple[Pull, ...]:
        """Rollbacks and failovers that are on."""
        return tuple(one for one in self.active if one.kind in ("rollback", "failover"))

    @property
    def bridges(self) -> tuple[Pull, ...]:
        """Levers that are on and were meant to be temporary."""
        return tuple(one for one in self.active if one.kind not in ("rollback", "failover", "cache_flush"))

    @property
    def stepped_back(self) -> bool:
        """A bridge was taken back under the fix that is on now: users have the service again."""
        since = self.fixes[-1].pulled_ms if self.fixes else None
        back = [one.reverted_ms for one in self.pulls if one.kind not in ("rollback", "failover")]
        return since is not None and any(one is not None and one >= since for one in back)

    @property
    def traces_kept(self) -> tuple[tuple[str, str], ...]:
        """(item, trace id) of collected traces."""
        return tuple((item, ref) for item, (kind, ref) in self.evidence.items() if kind == "trace")

    @property
    def over(self) -> bool:
        """Stood down, or declared recovered or contained."""
        return self.stood_down or bool(self.closed)

    def proven(self, suite: str, after_ms: int) -> bool | None:
        """The newest run of a suite after a moment: sound, not sound, or None when there was none."""
        runs = [one for one in self.proofs if one.suite == suite and one.at_ms >= after_ms]
        return runs[-1].sound if runs else None
