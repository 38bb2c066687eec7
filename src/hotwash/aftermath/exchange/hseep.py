"""The after-action report and improvement plan as HSEEP has them (AAR/IP template, HSEEP-IP01): overview, objectives by capability with
P, S, M or U, analysis, improvement plan. Rows of sheets; people finish the cells that only they can fill.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotwash.aftermath.exchange.account import NOT_REAL, account
from hotwash.aftermath.names import seat_title, titled
from hotwash.aftermath.sections.improvement import WORTH_MENDING, Row, plan_rows
from hotwash.scoring.case import Case
from hotwash.scoring.scorecard import MarkCard, Scorecard

RATINGS = {
    "P": "Performed without Challenges", "S": "Performed with Some Challenges", "M": "Performed with Major Challenges",
    "U": "Unable to be Performed",
}  # fmt: skip
TO_FILL = "(to fill in)"

Value = str | int | float | None


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, rows, widths of columns in characters, and which row holds the headings (0: none)."""

    name: str
    rows: tuple[tuple[Value, ...], ...]
    widths: tuple[int, ...]
    heading: int = 0


def to_hseep(case: Case, card: Scorecard) -> tuple[Sheet, ...]:
    """Overview, ratings, analysis and improvement plan."""
    card = titled(card, case.design.kit.lever_titles)
    return _overview(case, card), _ratings(card), _analysis(card), plan_sheet(case, card)


def _overview(case: Case, card: Scorecard) -> Sheet:
    rows = [("EXERCISE · EXERCISE · EXERCISE", NOT_REAL), *overview_rows(case, card)]
    return Sheet("Overview", tuple(rows), (28, 110))


def overview_rows(case: Case, card: Scorecard) -> list[tuple[Value, ...]]:
    """The fields of HSEEP's exercise overview, each with what the record knows of it."""
    told, scenario = account(case, card), case.design.scenario
    return [
        ("Exercise name", scenario.title),
        ("Exercise dates", f"{told.began:%Y-%m-%d %H:%M} to {told.ended:%H:%M %Z} story time"),
        ("Scope", f"{scenario.endex_min} minutes of drill time; functional exercise on a simulated service"),
        ("Mission areas", "Response, Recovery"),
        ("Core capabilities", ", ".join(one.title for one in card.dimensions)),
        *((f"Objective {number}", text) for number, text in enumerate(scenario.objectives, 1)),
        ("Threat or hazard", told.mode_title if told.incident else "None: a false alarm"),
        ("Scenario", told.what),
        ("Sponsor", TO_FILL),
        ("Participating organisations", TO_FILL),
        ("Seats", ", ".join(f"{seat_title(case, seat)}: {who}" for seat, who in card.players.items())),
        ("Point of contact", TO_FILL),
        ("Log", f"head {card.log_head}"),
    ]


def _ratings(card: Scorecard) -> Sheet:
    head = ("Core capability", "Rating", "In words", "Score", "Weight")
    rows = [
        (
            one.title,
            one.rating or "",
            RATINGS.get(one.rating or "", "Not evaluated"),
            None if one.score is None else round(one.score),
            one.weight,
        )
        for one in card.dimensions
    ]
    return Sheet("Ratings", (head, *rows), (34, 8, 36, 8, 8), 1)


def _analysis(card: Scorecard) -> Sheet:
    head = ("Core capability", "Strength or area for improvement", "Analysis", "Reference")
    rows: list[tuple[Value, ...]] = []
    for one in card.dimensions:
        for mark in one.marks:
            if mark.score is not None:
                kind = "Strength" if is_strength(mark) else "Area for improvement"
                rows.append((one.title, kind, mark.why, events(mark.evidence)))
    return Sheet(
        "Analysis", (head, *sorted(rows, key=lambda row: (str(row[0]), str(row[1]) != "Strength"))), (34, 24, 90, 26), 1
    )


def plan_sheet(case: Case, card: Scorecard) -> Sheet:
    """The improvement plan: one row for each gap, dearest first."""
    head = (
        "Core capability", "Area for improvement", "Corrective action", "Capability element", "Responsible organisation", "POC", "Start date",
        "Completion date", "Reference",
    )  # fmt: skip
    rows = [_plan_row(one, seat_title(case, one.owner)) for one in plan_rows(card)]
    return Sheet("Improvement plan", (head, *rows), (26, 60, 60, 16, 22, 22, 14, 16, 20), 1)


def _plan_row(one: Row, owner: str) -> tuple[Value, ...]:
    return (one.area, one.found, one.action, one.element, TO_FILL, owner, TO_FILL, TO_FILL, events(one.cites))


def is_strength(mark: MarkCard) -> bool:
    """At or above the bound below which the improvement plan has a row."""
    return mark.score is not None and mark.score >= WORTH_MENDING


def events(versions: Sequence[int]) -> str:
    """Versions of the log as the report refers to them."""
    return ", ".join(f"event {one}" for one in versions)
