"""What was true, what was said, and who did what when."""

from __future__ import annotations

from hotwash.aftermath.blocks import Block, Cell, Lane, Lanes, Section, Table, Tone
from hotwash.aftermath.sections.words import minutes, say, scope_words
from hotwash.drill import events as e
from hotwash.kernel.clock import MINUTE
from hotwash.scoring.case import Case

SHOWN = frozenset({"inject", "alert", "change", "decision", "lever", "effect", "update", "missed"})
LEGEND = (("lever", "lever"), ("decision", "decision"), ("update", "update"), ("look", "look, test or request"))


def truth_blocks(case: Case) -> list[Block]:
    """The answer key beside the team's last word on each question."""
    key = case.design.secret.key
    label, level, scope = case.last(e.Classified), case.last(e.SeveritySet), case.last(e.ScopeSet)
    supported = case.last(e.TestRecorded, lambda one: one.result == "supports")
    names = {one.event.hypothesis: one.event for one in case.all(e.HypothesisRaised)}
    cause = names[supported.event.hypothesis].component if supported and supported.event.hypothesis in names else ""
    declared = case.first(e.MajorIncidentDeclared)
    rows = [
        ("Is there an incident?", "yes" if key.incident else "no", _opened(case), case.first(e.IncidentOpened)),
        ("Primary bucket", key.bucket or "none", label.event.bucket if label else "", label),
        ("Failure mode", key.mode or "none", label.event.mode if label else "", label),
        ("Severity", f"Sev-{key.severity}", f"Sev-{level.event.level}" if level else "", level),
        ("Major incident", "yes" if key.declare else "no", "yes" if declared else "no", declared),
        (
            "Where",
            scope_words(key.scope) if key.scope else "nowhere",
            scope_words(scope.event.scope) if scope else "",
            scope,
        ),
        (
            "Since",
            minutes(key.onset_min) if key.onset_min is not None else "–",
            minutes(scope.event.since_ms / MINUTE) if scope else "",
            scope,
        ),
        ("Cause", key.cause or "none", cause, supported),
    ]
    table = Table(
        "What was true beside what the team said last",
        ("Question", "Answer key", "Team"),
        tuple(
            (
                Cell(question),
                Cell(true),
                Cell(said or "not said", _tone(true, said), cites=(entry.version,) if entry else ()),
            )
            for question, true, said, entry in rows
        ),
    )
    plan = Table(
        "The proportionate response, as the answer key has it", ("Step",), tuple((Cell(step),) for step in key.plan)
    )
    return [Section("What was true", "truth"), table, plan]


def _opened(case: Case) -> str:
    if case.first(e.IncidentStoodDown):
        return "no"
    return "yes" if case.first(e.IncidentOpened) else ""


def _tone(true: str, said: str) -> Tone:
    if not said:
        return "bad" if true not in ("none", "nowhere", "–", "no") else "good"
    return "good" if said == true else "bad"


def timeline_blocks(case: Case) -> list[Block]:
    """A lane a seat, then every decision point in order."""
    seats = case.design.kit.roles.seats
    deeds: dict[str, list[tuple[float, str, str]]] = {seat: [] for seat in seats}
    for entry in case.log:
        kind, line = say(entry)
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
    told = [(entry, *say(entry)) for entry in case.log if entry.at_ms > 0]
    rows = tuple(
        (
            Cell(minutes(entry.at_min), cites=(entry.version,)),
            Cell(kind, "bad" if kind == "missed" else "plain"),
            Cell(seats[entry.seat].title if entry.seat in seats else "–"),
            Cell(line, strong=kind in ("decision", "lever")),
        )
        for entry, kind, line in told
        if kind in SHOWN
    )
    table = Table("Timeline", ("Drill time", "Kind", "Seat", "What"), rows, empty="Nothing happened.")
    return [Section("Timeline", "timeline"), lanes, table]
