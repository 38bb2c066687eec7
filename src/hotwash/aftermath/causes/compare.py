"""What the team holds to be the cause, beside the answer key. For facilitators and observers, and for all after ENDEX."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from hotwash.aftermath.blocks import Block, Callout, Cell, Figure, Figures, Report, Section, Table, Tone
from hotwash.aftermath.causes.pages import HANDLING
from hotwash.aftermath.cited import cited_blocks
from hotwash.drill.design import DrillDesign
from hotwash.kernel.clock import MINUTE, stamp
from hotwash.kernel.event import Event
from hotwash.kit.schema.causes import Cause, CausesPaper

NEAR_MIN, PARTLY_MIN = 5, 15
"""As in the after-action report: within five minutes of the true onset is found, within fifteen partly."""
Verdict = Literal["found", "partly", "missed", "wrong"]
TONES: dict[Verdict, Tone] = {"found": "good", "partly": "warn", "missed": "bad", "wrong": "bad"}
LINES = 4


@dataclass(frozen=True)
class Compared:
    """One question: what the answer key has, what the team's paper says, and what in the record could have shown it (events and words)."""

    question: str
    true: str
    said: str
    verdict: Verdict
    shown_by: str = ""
    cites: tuple[int, ...] = ()


def compare(paper: CausesPaper, design: DrillDesign, events: Sequence[Event]) -> list[Compared]:
    """Root fault, mode, onset, slice by dimension, contributing buckets, and every change that the world logged."""
    return [
        *_root(paper, design, events),
        *_onset(paper, design, events),
        *_slice(paper, design, events),
        *_changes(paper, design, events),
    ]


def compare_report(paper: CausesPaper, design: DrillDesign, events: Sequence[Event]) -> Report:
    """The comparison as a page."""
    found = compare(paper, design, events)
    counted = {verdict: sum(1 for one in found if one.verdict == verdict) for verdict in TONES}
    key = design.secret.key
    blocks: list[Block] = [
        Figures(tuple(Figure(verdict, str(n), f"of {len(found)} questions", TONES[verdict] if n else "plain") for verdict, n in counted.items())),
        Callout("What happened.", key.what_happened),
        Section("Beside the answer key", "compared"),
        Table(
            "What the paper says of each question",
            ("Question", "Verdict", "Answer key", "The team's paper", "What in the record could have shown it"),
            tuple(
                (Cell(one.question, strong=True), Cell("", TONES[one.verdict], word=one.verdict), Cell(one.true), Cell(one.said or "not said"), Cell(one.shown_by, cites=one.cites))
                for one in found
            ),
            told=True,
        ),
    ]  # fmt: skip
    blocks += cited_blocks(blocks, events, design.kit)
    facts = [("Drill", paper.drill), ("Scenario", design.scenario.title)]
    said = "Holds the answer key. Read it after your own chain is written: it is a mirror, not a template."
    return Report("Causes beside the answer key", said, HANDLING, facts, blocks, exercise=True)


def _root(paper: CausesPaper, design: DrillDesign, events: Sequence[Event]) -> Iterator[Compared]:
    key, said = design.secret.key, paper.conclusion
    ways = [one for one in key.clues if one.step == "locate"]
    about = [
        one.version
        for one in events
        if one.type in ("change_logged", "hypothesis_raised") and one.data["component"] == key.cause
    ]
    shown = " ".join(f"{one.clue} ({one.found_in})" for one in ways)
    yield _one("Root fault: component", key.cause or "none", said.component, shown, about)
    detect = " ".join(f"{one.clue} ({one.found_in})" for one in key.clues if one.step == "detect")
    facts = {one.fact for one in key.facts}
    read = [one.version for one in events if one.type == "trace_opened" and facts & set(one.data["shows"])]
    yield _one("Failure mode", key.mode or "none", said.mode, detect, read)
    yield _one("Primary bucket", key.bucket or "none", said.bucket or "", "", ())
    yield _of_set("Contributing buckets", key.contributors, said.contributors, "", ())


def _one(question: str, true: str, said: str, shown_by: str, cites: Iterable[int]) -> Compared:
    verdict: Verdict = "found" if said == true or (not said and true == "none") else "wrong" if said else "missed"
    helps = verdict != "found"
    return Compared(question, true, said, verdict, shown_by if helps else "", tuple(cites)[:LINES] if helps else ())


def _of_set(question: str, true: Iterable[str], said: Iterable[str], shown_by: str, cites: Iterable[int]) -> Compared:
    """All found; some (partly, whether too few or too many); none said (missed); said, and all of it wrong."""
    right, given = set(true), set(said)
    verdict: Verdict
    if right == given:
        verdict = "found"
    elif right & given:
        verdict = "partly"
    else:
        verdict = "wrong" if given else "missed"
    helps = verdict != "found"
    return Compared(
        question, ", ".join(sorted(right)) or "none", ", ".join(sorted(given)), verdict, shown_by if helps else "",
        tuple(cites)[:LINES] if helps else (),
    )  # fmt: skip


def _onset(paper: CausesPaper, design: DrillDesign, events: Sequence[Event]) -> Iterator[Compared]:
    true, said = design.secret.key.onset_min, paper.conclusion.since_min
    if true is None:
        yield _one("Onset", "none", "" if said is None else stamp(int(said * MINUTE)), "", ())
        return
    away = None if said is None else abs(said - true)
    verdict: Verdict = (
        "missed" if away is None else "found" if away <= NEAR_MIN else "partly" if away <= PARTLY_MIN else "wrong"
    )
    near = [
        one
        for one in events
        if one.type == "change_logged" and abs(one.data["at_ms"] - true * MINUTE) <= NEAR_MIN * MINUTE
    ]
    alarm = [one for one in events if one.type == "alert_fired" and one.drill_ms >= true * MINUTE][:1]
    shown = "The change log holds a change within five minutes of it." if near else "The first signals after it."
    cites = tuple(one.version for one in (*near, *alarm))
    given = "" if said is None else stamp(int(said * MINUTE))
    yield Compared("Onset", stamp(int(true * MINUTE)), given, verdict, "" if verdict == "found" else shown, () if verdict == "found" else cites)  # fmt: skip


def _slice(paper: CausesPaper, design: DrillDesign, events: Sequence[Event]) -> Iterator[Compared]:
    key, said = design.secret.key, paper.conclusion.scope
    for dim in sorted({*key.scope, *said}):
        true = key.scope.get(dim, [])
        hit = [
            one.version for one in events
            if one.type == "complaint_received" and one.data["dims"].get(dim) in true and one.drill_ms >= (key.onset_min or 0) * MINUTE
        ]  # fmt: skip
        shown = f"Complaints and signals by {dim}." if true else f"The fault does not follow {dim}."
        yield _of_set(f"Slice: {dim}", true, said.get(dim, []), shown, hit)


def _changes(paper: CausesPaper, design: DrillDesign, events: Sequence[Event]) -> Iterator[Compared]:
    """Every change that the world logged: the one that carried a fault, and those that only came at the same time."""
    held = {one.component for one in paper.chain if one.state == "broke"} | {paper.conclusion.component}
    refuted = " ".join(one.cause.lower() for one in _all(paper.tree) if one.verdict == "ruled-out")
    faulty = {one.carried_by for one in design.secret.world.faults if one.version == "current"} | {
        design.secret.key.cause
    }
    seen: set[str] = set()
    for one in events:
        if one.type != "change_logged" or one.data["component"] in seen:
            continue
        part = str(one.data["component"])
        seen.add(part)
        question = f"Change of {part} at {stamp(one.data['at_ms'])}"
        true = "carried the fault" if part in faulty else "a coincidence"
        said = (
            "carried the fault"
            if part in held
            else "ruled out"
            if re.search(rf"\b{re.escape(part)}\b", refuted)
            else ""
        )
        if part in faulty:
            verdict: Verdict = "found" if part in held else "wrong" if said else "missed"
        else:
            verdict = "wrong" if part in held else "found" if said else "missed"
        shown = (
            ""
            if verdict == "found"
            else "Compare its moment with the first bad trace, and replay on the version before it."
        )
        yield Compared(question, true, said, verdict, shown, (one.version,))


def _all(causes: Iterable[Cause]) -> Iterator[Cause]:
    for one in causes:
        yield one
        yield from _all(one.causes)
