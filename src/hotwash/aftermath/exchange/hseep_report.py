"""The after-action report and improvement plan of HSEEP as a document: the template's own order (handling, overview, summary of core capability
performance, analysis of each capability, appendix A improvement plan, appendix B participants), from the rows of `hseep`."""

from __future__ import annotations

from collections.abc import Sequence

from hotwash.aftermath.blocks import Block, Callout, Cell, Prose, Report, Section, Table
from hotwash.aftermath.exchange import hseep
from hotwash.aftermath.exchange.account import NOT_REAL
from hotwash.aftermath.names import seat_title, titled
from hotwash.scoring.case import Case
from hotwash.scoring.scorecard import DimensionCard, MarkCard, Scorecard

HANDLING = "EXERCISE · after-action report and improvement plan · holds the answer key: for after the hot wash"
MARKED = "x"


def hseep_report(case: Case, card: Scorecard) -> Report:
    """The whole document. What only people know is marked `(to fill in)`."""
    scenario, card = case.design.scenario, titled(card, case.design.kit.lever_titles)
    blocks: list[Block] = [
        Callout("EXERCISE.", NOT_REAL.removeprefix("EXERCISE. ")),
        *_overview(case, card),
        *_summary(card),
        *(block for number, one in enumerate(card.dimensions, 1) for block in _capability(one, number)),
        *_plan(case, card),
        *_participants(case, card),
    ]
    return Report(
        title=f"After-Action Report/Improvement Plan: {scenario.title}",
        subtitle="In the order of HSEEP's AAR/IP template. A rating covers what the drill could see; observers' notes and the after-action meeting complete it.",
        handling=HANDLING,
        facts=[("Sponsor", hseep.TO_FILL), ("Report date", hseep.TO_FILL), ("Log", f"head {card.log_head}")],
        blocks=blocks,
    )


def _overview(case: Case, card: Scorecard) -> list[Block]:
    rows = hseep.overview_rows(case, card)
    return [
        Section("Exercise overview", "overview"),
        Table("Exercise overview", ("Field", "This exercise"), _told(rows), told=True),
    ]


def _summary(card: Scorecard) -> list[Block]:
    rows = tuple(
        (
            Cell(hseep.TO_FILL),
            Cell(one.title, strong=True),
            *(Cell(MARKED if one.rating == letter else "") for letter in hseep.RATINGS),
        )
        for one in card.dimensions
    )
    left = [one.title for one in card.dimensions if one.rating is None]
    words = [f"{letter}: {said}." for letter, said in hseep.RATINGS.items()]
    unseen = f" Not evaluated in this drill: {', '.join(left)}." if left else ""
    return [
        Section("Analysis of core capabilities", "analysis"),
        Prose(f"Table 1 has one line for each capability with its rating. {' '.join(words)}{unseen}"),
        Table(
            "Table 1. Summary of core capability performance", ("Objective", "Core capability", *hseep.RATINGS), rows
        ),
    ]


def _capability(one: DimensionCard, number: int) -> list[Block]:
    seen = [mark for mark in one.marks if mark.score is not None]
    strong = [mark for mark in seen if hseep.is_strength(mark)]
    weak = [mark for mark in seen if not hseep.is_strength(mark)]
    rating = hseep.RATINGS.get(one.rating or "", "Not evaluated")
    return [
        Section(one.title, f"capability-{number}", 3),
        Prose(f"Rating: {rating}."),
        _marks("Strengths", strong),
        _marks("Areas for improvement", weak),
    ]


def _marks(caption: str, marks: Sequence[MarkCard]) -> Table:
    rows = tuple(
        (Cell(str(number), strong=True), Cell(mark.earns), Cell(mark.why), Cell(hseep.events(mark.evidence)))
        for number, mark in enumerate(marks, 1)
    )
    head = ("No.", "Observation: what was looked for", "Analysis: what was seen", "Reference")
    return Table(caption, head, rows, empty="None on record.")


def _plan(case: Case, card: Scorecard) -> list[Block]:
    """The template has no column for the reference: it follows the area for improvement."""
    (*head, _), *rows = hseep.plan_sheet(case, card).rows
    referred = [
        (area, f"{found} ({reference})" if reference else found, *more) for area, found, *more, reference in rows
    ]
    said = (
        f"Drafted from the record of the exercise {case.design.scenario.title}. Dates and organisations are settled at the after-action meeting; "
        "an action is closed on objective evidence of completion."
    )
    names = tuple(str(one) for one in head)
    return [
        Section("Appendix A: Improvement plan", "improvement-plan", new_page=True),
        Prose(said),
        Table("Improvement plan", names, _told(referred), told=True, empty="No mark fell below three quarters."),
    ]


def _participants(case: Case, card: Scorecard) -> list[Block]:
    rows = [(seat_title(case, seat), who, hseep.TO_FILL) for seat, who in card.players.items()]
    return [
        Section("Appendix B: Exercise participants", "participants"),
        Table("Exercise participants", ("Seat", "Held by", "Organisation"), _told(rows), told=True),
    ]


def _told(rows: Sequence[Sequence[hseep.Value]]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        tuple(Cell("" if one is None else str(one), strong=not column) for column, one in enumerate(row))
        for row in rows
    )
