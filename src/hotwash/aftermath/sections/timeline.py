"""What was true, what was said, and who did what when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hotwash.aftermath.blocks import Block, Cell, Lane, Lanes, Section, Table, Tone
from hotwash.aftermath.names import names_of
from hotwash.aftermath.sections.words import minutes, say, scope_words
from hotwash.drill import events as e
from hotwash.kernel.clock import MINUTE
from hotwash.scoring.case import Case, Entry

SHOWN = frozenset({"inject", "alert", "change", "decision", "lever", "effect", "update", "missed"})
NEAR_MIN, PARTLY_MIN = 5, 15
"""Minutes from the true onset within which a stated "since" is right, and partly right."""
LEGEND = (("lever", "lever"), ("decision", "decision"), ("update", "update"), ("look", "look, test or request"))


def truth_blocks(case: Case) -> list[Block]:
    """The answer key beside the team's last word on each question."""
    key = case.design.secret.key
    table = Table(
        "What was true beside what the team said last",
        ("Question", "Answer key", "Team"),
        tuple(
            (Cell(one.question), Cell(one.true), Cell(one.said or "not said", one.tone, cites=one.cites))
            for one in (*_questions(case), *_place(case))
        ),
    )
    plan = Table(
        "The proportionate response, as the answer key has it", ("Step",), tuple((Cell(step),) for step in key.plan)
    )
    return [Section("What was true", "truth"), table, plan]


@dataclass(frozen=True)
class _Answer:
    question: str
    true: str
    said: str
    tone: Tone
    cites: tuple[int, ...]


def _answer(question: str, true: str, said: str, entry: Entry[Any] | None) -> _Answer:
    tone: Tone = "good" if said == true or (not said and true in ("none", "no")) else "bad"
    return _Answer(question, true, said, tone, (entry.version,) if entry else ())


def _questions(case: Case) -> list[_Answer]:
    key = case.design.secret.key
    label, level = case.last(e.Classified), case.last(e.SeveritySet)
    opened, stood_down = case.last(e.IncidentOpened), case.last(e.IncidentStoodDown)
    verdict = max((one for one in (opened, stood_down) if one), key=lambda one: one.version, default=None)
    declared = case.first(e.MajorIncidentDeclared)
    supported = case.last(e.TestRecorded, lambda one: one.result == "supports")
    names = {one.event.hypothesis: one.event.component for one in case.all(e.HypothesisRaised)}
    cause = names.get(supported.event.hypothesis, "") if supported else ""
    return [
        _answer(
            "Is there an incident?",
            "yes" if key.incident else "no",
            "" if verdict is None else "yes" if verdict is opened else "no",
            verdict,
        ),
        _answer("Primary bucket", key.bucket or "none", label.event.bucket if label else "", label),
        _answer("Failure mode", key.mode or "none", label.event.mode if label else "", label),
        _answer("Severity", f"Sev-{key.severity}", f"Sev-{level.event.level}" if level else "", level),
        _answer("Major incident", "yes" if key.declare else "no", "yes" if declared else "no", declared),
        _answer("Cause", key.cause or "none", cause, supported),
    ]


def _place(case: Case) -> list[_Answer]:
    """Where and since when: near is partly right."""
    key, scope = case.design.secret.key, case.last(e.ScopeSet)
    if not key.scope or key.onset_min is None:
        said = scope_words(scope.event.scope) if scope else ""
        return [_answer("Where", "none", said, scope)]
    if scope is None:
        lines = (("Where", scope_words(key.scope)), ("Since", minutes(key.onset_min)))
        return [_answer(question, true, "", None) for question, true in lines]
    true = {(dim, value) for dim, values in key.scope.items() for value in values}
    said_values = {(dim, value) for dim, values in scope.event.scope.items() for value in values}
    off_min = abs(scope.event.since_ms / MINUTE - key.onset_min)
    where: Tone = "good" if said_values == true else "warn" if said_values & true else "bad"
    since: Tone = "good" if off_min <= NEAR_MIN else "warn" if off_min <= PARTLY_MIN else "bad"
    cites = (scope.version,)
    return [
        _Answer("Where", scope_words(key.scope), scope_words(scope.event.scope), where, cites),
        _Answer("Since", minutes(key.onset_min), minutes(scope.event.since_ms / MINUTE), since, cites),
    ]


def timeline_blocks(case: Case) -> list[Block]:
    """A lane a seat, then every decision point in order."""
    seats = case.design.kit.roles.seats
    deeds: dict[str, list[tuple[float, str, str]]] = {seat: [] for seat in seats}
    names = names_of(case)
    for entry in case.log:
        kind, line = say(entry, names)
        if entry.seat in deeds and entry.at_ms > 0:
            drawn = kind if kind in ("lever", "decision", "update") else "look"
            deeds[entry.seat].append((entry.at_min, f"{minutes(entry.at_min)} {line[:120]}", drawn))
    lanes = Lanes(
        title="Who did what, when",
        summary="One lane a seat over minutes of drill time; point at a mark to read it.",
        minutes=case.ended_ms / MINUTE,
        lanes=tuple(Lane(seats[seat].title, tuple(marks)) for seat, marks in deeds.items()),
        legend=LEGEND,
    )
    told = [(entry, *say(entry, names)) for entry in case.log if entry.at_ms > 0]
    rows = tuple(
        (
            Cell(minutes(entry.at_min), cites=(entry.version,)),
            Cell("duty" if kind == "missed" else kind, "bad" if kind == "missed" else "plain"),
            Cell(seats[entry.seat].title if entry.seat in seats else "–"),
            Cell(line, strong=kind in ("decision", "lever")),
        )
        for entry, kind, line in told
        if kind in SHOWN
    )
    table = Table("Timeline", ("Drill time", "Kind", "Seat", "What"), rows, empty="Nothing happened.")
    return [Section("Timeline", "timeline"), lanes, table]
