"""What readiness takes from one drill or one incident: a few figures each, with their day."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from hotwash.aftermath.meeting.risks import Band

NEVER = math.inf
"""A time that had not ended when play ended. It is longer than any that did: it counts in medians and trends, never in means."""


@dataclass(frozen=True)
class Action:
    """One corrective action as the papers of a drill have it. `brings` is what it moves forward: a control, a runbook, or neither."""

    id: str
    what: str
    brings: str
    state: str
    due: date | None
    verified: bool
    open: bool


@dataclass(frozen=True)
class RegisteredRisk:
    """One line of a drill's risk register. `points` of 16, None while somebody still has to say how likely or how bad; `band` is the register's
    word for them; `until` is the day on which an acceptance ends, or it is looked at again."""

    what: str
    band: Band
    points: int | None
    owner: str
    treatment: str
    until: date | None


@dataclass(frozen=True)
class Papers:
    """What was written after a drill. `actions` is None where nobody wrote any; `controls` are new controls with an operating
    instruction; `risks` the lines of the register; `unread` says which papers could not be read, and why."""

    postmortem: bool = False
    actions: tuple[Action, ...] | None = None
    controls: int = 0
    risks: tuple[RegisteredRisk, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True)
class AcceptedRisk:
    """What a team went on with: what remains, who watches it (a seat's title), for how many hours."""

    what: str
    owner: str
    hours: int


@dataclass(frozen=True)
class DrillFact:
    """One drill. `minutes` has a time by id: `NEVER` where it did not end, no entry where it did not apply. `marks` has each mark
    in [0, 1] by its measure; `contained` is the containment mark, held against the best plan of its own tape."""

    drill: str
    day: date
    scenario: str
    title: str
    mode: str
    mode_title: str
    cards: tuple[str, ...]
    people: int
    seats: Mapping[str, str]
    total: float
    contained: float
    minutes: Mapping[str, float]
    marks: Mapping[str, float]
    ratings: Mapping[str, str]
    exercised: frozenset[str]
    could: frozenset[str]
    """Controls that the system under drill had, whether exercised or not."""
    risks: tuple[AcceptedRisk, ...] = ()
    papers: Papers = field(default_factory=Papers)


@dataclass(frozen=True)
class IncidentFact:
    """One real incident, with the same times as a drill."""

    incident: str
    day: date
    title: str
    mode: str
    minutes: Mapping[str, float]


@dataclass(frozen=True)
class Time:
    """A time that is measured: from one milestone to another. `short` is its name where people have one (MTTD)."""

    id: str
    title: str
    begins: str
    ends: str
    short: str = ""


TIMES = (
    Time("detect", "Onset to detection", "onset", "detected", "MTTD"),
    Time("isolate", "Detection to a hypothesis that a test supports", "detected", "isolated", "MTTI"),
    Time("contain", "Detection to containment", "detected", "contained", "MTTC"),
    Time("recover", "Containment to recovery", "contained", "recovered"),
    Time("declare", "Detection to declaration", "detected", "declared"),
    Time("seats", "First signal to every seat at work", "first_signal", "staffed"),
    Time("label", "First signal to a first label", "first_signal", "classified"),
    Time("severity", "First signal to a severity", "first_signal", "severity_set"),
    Time("privacy", "Personal data known to privacy told", "personal_data", "privacy_told"),
    Time("update", "Incident opened to first update", "opened", "first_update"),
    Time("authority", "Lever asked for to approved, median of a drill", "", ""),
)
"""Facts 4.13, readiness metrics, and the table of the guide readiness-metrics. MTTD, MTTI and MTTC are spoken of as means; medians
are shown, since one drill that never ended would make a mean endless."""


@dataclass(frozen=True)
class Share:
    """A share of drills: those whose mark of this measure is full."""

    measure: str
    title: str


SHARES = (
    Share("level-distance", "Severity right at the end"),
    Share("declared-rightly", "Declared when and only when it was one"),
    Share("mode-correct", "Failure mode right at the end"),
    Share("cadence-kept", "Updates on cadence"),
    Share("no-prohibited", "Nothing said that was not known"),
    Share("minimum-evidence", "Minimum evidence complete"),
    Share("preserved-before-change", "Evidence kept before it was changed"),
    Share("clocks-right", "Each duty assessed as it stands"),
    Share("no-duty-reasoned", "Reason on record where no duty exists"),
    Share("proof-run", "Recovery proved before it was declared"),
)


def between(minutes: Mapping[str, float | None], begins: str, ends: str) -> float | None:
    """A time in minutes: None where its beginning never came, `NEVER` where its end did not. Ends that lie before the beginning
    count as at once."""
    start, stop = minutes.get(begins), minutes.get(ends)
    if start is None:
        return None
    return NEVER if stop is None else max(0.0, stop - start)
