"""Explanations and the tests that can refute them: the change log against the onset, versions in the traces, and the
mechanism that the traces show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from hotwash.kernel.clock import MINUTE
from hotwash.standins.desk import Desk
from hotwash.standins.fixing import pet_theories
from hotwash.standins.inquiry import Inquiry
from hotwash.standins.playbook import Play, underneath
from hotwash.standins.reading import TraceReading
from hotwash.standins.room import Room
from hotwash.standins.segments import CERTAIN
from hotwash.standins.words import clock, sentence

Result = Literal["supports", "refutes", "inconclusive"]

NEAR_MIN, AFTER_MIN = 4, 2
"""A change up to so many minutes before the onset can be its cause; from so many minutes after it on, it cannot (the
onset is known to about that)."""
AT_LEAST = 3
EVERYDAY = 0.2
"""Share of bad traces that an ordinary day's own mistakes can make up."""
DECISIVE, OUT_OF_REACH = ("empty-retrieval",), 4.0
"""Sights whose mechanism leaves only the suspects of the play: no wording makes a search come back with nothing."""
MECHANISM = {
    "leak": "the stranger's record was already in the documents that the model was given",
    "misuse": "the instruction stood in what was read, and the model followed it",
    "overreach": "no document told it to; the call went through with nobody's confirmation",
    "injection": "the instruction stands in the documents, not in the answer",
    "ungrounded": "the documents were right and the answer was not",
    "refusal": "the question was harmless and was turned away before an answer was made",
    "adverse": "the same case is scored differently than before",
    "wrong": "the score follows from details that are not the applicant's",
    "empty-retrieval": "the search came back with nothing",
}


@dataclass(frozen=True)
class Explanation:
    """A hypothesis and what its first test said."""

    statement: str
    component: str
    method: str
    result: Result
    note: str
    shown: bool = True
    """Whether anything was looked at for the test, so that evidence can be cited."""


@dataclass(frozen=True)
class Candidate:
    """A component, when it changed (None: not on record), from what to what, and how much speaks for it."""

    component: str
    at_ms: int | None
    before: str
    after: str
    rank: int
    score: float


def explanations(reader: Inquiry, desk: Desk, room: Room, play: Play) -> tuple[Explanation, ...]:
    """Explanations in the order in which they should be tried, best first, with one that blames no component."""
    if reader.habits.diagnosis == "fixation":
        return tuple(_believed(one) for one in pet_theories(room, desk.system)[:1])
    bad = [one for one in reader.readings.values() if play.sight in one.sights]
    play = underneath(play, bad)
    ranked = candidates(desk, room, play, bad)
    told = [_tested(one, index == 0, ranked, room, play, bad) for index, one in enumerate(ranked[:AT_LEAST])]
    return (*told, _no_component(room, play, bad, len(reader.readings)))


def candidates(desk: Desk, room: Room, play: Play, bad: list[TraceReading]) -> list[Candidate]:
    """Components that could do this, by mechanism and by how close their last change lies to the onset; last, those
    whose older version made bad traces too."""
    onset = room.extent.since_ms if room.extent else room.now_ms
    changed = {component: (at, before, after) for at, component, before, after, _ in room.changes}
    names = [name for name in dict.fromkeys([*play.suspects, *changed]) if _known(desk, name)]
    found = []
    for name in names:
        at, before, after = changed.get(name, (None, "", desk.system.versions.get(name, "")))
        rank = play.suspects.index(name) if name in play.suspects else len(play.suspects)
        cleared = (play.sight in DECISIVE and name not in play.suspects) or _older(name, before, play, bad) > 0
        excluded = OUT_OF_REACH if cleared else 0.0
        found.append(Candidate(name, at, before, after, rank, _near(at, onset) - 0.3 * rank - excluded))
    return sorted(found, key=lambda one: (-one.score, one.rank))


def _older(component: str, before: str, play: Play, bad: list[TraceReading]) -> int:
    """Bad traces that the version before the change made, 0 while an ordinary day explains them. One is enough for what
    a healthy service never does."""
    if play.sight == "adverse":
        return 0  # no single refusal shows it, so none counts against a version
    old = sum(before != "" and one.versions.get(component) == before for one in bad)
    return old if old > (0 if play.sight in CERTAIN else EVERYDAY * len(bad)) else 0


def _known(desk: Desk, name: str) -> bool:
    system = desk.system
    return name in system.versions or ("failover" in system.levers and name == "retrieval")


def _near(at_ms: int | None, onset_ms: int) -> float:
    if at_ms is None:
        return 0.0
    before = (onset_ms - at_ms) / MINUTE
    if before < -AFTER_MIN:
        return -2.0
    return 3.0 if before <= NEAR_MIN else 1.5 if before <= 3 * NEAR_MIN else 0.8 if before <= 30 else 0.4


def _tested(
    one: Candidate, first: bool, ranked: list[Candidate], room: Room, play: Play, bad: list[TraceReading]
) -> Explanation:
    onset = room.extent.since_ms if room.extent else room.now_ms
    change = (
        f"Component {one.component} was changed from {one.before} to {one.after}"
        if one.before
        else f"Component {one.component} ({one.after}) was changed"
    )
    others = any(other.score > one.score for other in ranked)
    if one.at_ms is None and first and play.sight in DECISIVE:
        statement = f"The {one.component} service has gone wrong without a change of ours, and that is why {play.what}."
        note = f"{len(bad)} of {len(bad)} traces that show it: {MECHANISM[play.sight]}. No version of ours can do that."
        return Explanation(statement, one.component, "mechanism in the traces read", "supports", note)
    if play.sight in DECISIVE and one.component not in play.suspects:
        note = f"{sentence(MECHANISM[play.sight])} Component {one.component} comes after that."
        return Explanation(
            f"{change}, and that is why {play.what}.", one.component, "mechanism in the traces read", "refutes", note
        )
    if one.at_ms is None:
        statement = f"Component {one.component} has gone wrong without a change of ours."
        result: Result = "refutes" if others or not first else "inconclusive"
        note = f"No change on record; {one.after or 'the same version'} answered well before {clock(onset)}."
        return Explanation(statement, one.component, "change log against the onset", result, note)
    statement = f"{change} at {clock(one.at_ms)}, and that is why {play.what}."
    before = (onset - one.at_ms) / MINUTE
    if before < -AFTER_MIN:
        note = f"It went in at {clock(one.at_ms)}; the first bad traces are from {clock(onset)}, before it."
        return Explanation(statement, one.component, "change log against the onset", "refutes", note)
    if old := _older(one.component, one.before, play, bad):
        note = f"{old} of {len(bad)} bad traces were made by {one.before}, before the change."
        return Explanation(statement, one.component, "versions in the bad traces", "refutes", note)
    if first:
        return _supported(one, statement, before, play, bad)
    if one.score < ranked[0].score - 1:
        note = f"It ran from {clock(one.at_ms)} on without a bad trace until {clock(onset)}; {MECHANISM[play.sight]}."
        return Explanation(statement, one.component, "traces between the change and the onset", "refutes", note)
    note = f"Also close to the onset, but {MECHANISM[play.sight]}, which speaks for {ranked[0].component} first."
    return Explanation(statement, one.component, "mechanism in the traces read", "inconclusive", note)


def _supported(one: Candidate, statement: str, before: float, play: Play, bad: list[TraceReading]) -> Explanation:
    new = sum(reading.versions.get(one.component) == one.after for reading in bad)
    seen = f"{new} of {len(bad)} bad traces carry {one.after}; " if new else ""
    note = f"{seen}{_when(before)}, and {MECHANISM[play.sight]}."
    return Explanation(statement, one.component, "versions before and after the onset", "supports", note)


def _when(before: float) -> str:
    return f"it changed {round(before)} min before the onset" if before >= 1 else "it changed right at the onset"


def _no_component(room: Room, play: Play, bad: list[TraceReading], read: int) -> Explanation:
    if play.sight == "adverse":
        run = next((one for one in reversed(room.proofs) if one.suite == "bias"), None)
        differs = run is not None and run.failures > 0
        note = (
            f"{run.failures} of {run.trials} pairs that differ in the group alone came out differently."
            if run and differs
            else "Not settled by the shares alone."
        )
        return Explanation(
            "The mix of applicants has changed and the scoring is as it was.", "", "paired probes",
            "refutes" if differs else "inconclusive", note,
        )  # fmt: skip
    result: Result = "refutes" if bad else "inconclusive"
    note = f"{len(bad)} of {read} traces read show it in the text itself."
    return Explanation("The detector is wrong and the answers are right.", "", "traces read one by one", result, note)


def false_alarm_explanations(reader: Inquiry, desk: Desk, room: Room) -> tuple[Explanation, ...]:
    """What a false alarm could have been: the detector, a real leak, a release, each with what was read."""
    kept = len(room.traces_kept)
    notes = " ".join(sentence(f"{one.alert}: {one.note}") for one in room.findings.values())
    told = [
        Explanation("The detector counts something harmless.", "", "traces read one by one", "supports", notes),
        Explanation(
            "Answers hold data or claims that they must not hold.", "", "traces read one by one", "refutes",
            f"None of the traces read shows it; {kept} of them are in evidence.",
        ),
    ]  # fmt: skip
    recent = [one for one in room.changes if one[0] <= min((alarm.at_ms for alarm in room.alarms), default=room.now_ms)]
    if recent and desk.system.versions:
        at_ms, component, _, after, _ = recent[-1]
        note = f"The answers behind the alerts are right, whichever version made them; {len(reader.readings)} read by this seat."
        told.append(Explanation(
            f"Component {component} ({after}), changed at {clock(at_ms)}, made answers worse.", component,
            "traces made by the new version", "refutes", note,
        ))  # fmt: skip
    else:
        note = "Nothing changed on our side before the first alert."
        told.append(Explanation("Something changed on our side.", "", "change log against the alerts", "refutes", note))
    return tuple(told)


def _believed(component: str) -> Explanation:
    statement = f"It is {component}: that release went out just before, and nothing else comes to mind."
    return Explanation(statement, component, "experience", "supports", "We have seen this before.", shown=False)
