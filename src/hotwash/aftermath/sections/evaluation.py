"""The rubric: every mark, the events that earned or lost it, and what would have earned it."""

from __future__ import annotations

from hotwash.aftermath.blocks import Block, Cell, Prose, Section, Table, Tone
from hotwash.aftermath.names import in_titles, names_of, seat_title
from hotwash.aftermath.sections.words import minutes, percent, tone
from hotwash.drill import events as e
from hotwash.scoring.case import Case
from hotwash.scoring.scorecard import Scorecard

RATINGS = {
    "P": "performed without challenges",
    "S": "with some challenges",
    "M": "with major challenges",
    "U": "unable to be performed",
}


def score_blocks(case: Case, card: Scorecard) -> list[Block]:
    """The dimensions at a glance, then every mark, then the time metrics."""
    overview = Table(
        "Rubric",
        ("Dimension", "Weight", "Score", "Rating"),
        tuple(
            (
                Cell(one.title, strong=True),
                Cell(str(one.weight)),
                Cell("not evaluated" if one.score is None else f"{one.score:.0f}", tone(one.score)),
                Cell(f"{one.rating}: {RATINGS[one.rating]}" if one.rating else "–"),
            )
            for one in card.dimensions
        ),
        numeric=(1,),
    )
    marks = Table(
        "Every computed mark",
        ("Dimension", "Mark", "Found", "What would have earned it"),
        tuple(
            (
                Cell(one.title),
                Cell(percent(mark.score), tone(None if mark.score is None else 100 * mark.score)),
                Cell(mark.why, cites=mark.evidence),
                Cell(mark.earns if mark.score is not None and mark.score < 1 else ""),
            )
            for one in card.dimensions
            for mark in one.marks
        ),
    )
    metrics = {one.id: one for one in case.design.kit.rubric.time_metrics}
    times = Table(
        "Time metrics, minutes",
        ("Metric", "From", "To", "Minutes"),
        tuple(
            (
                Cell(metrics[name].title),
                Cell(f"{metrics[name].start.replace('_', ' ')} {minutes(card.milestones.get(metrics[name].start))}"),
                Cell(f"{metrics[name].stop.replace('_', ' ')} {minutes(card.milestones.get(metrics[name].stop))}"),
                Cell("not reached" if value is None else f"{value:.1f}"),
            )
            for name, value in card.time_metrics.items()
        ),
        numeric=(3,),
    )
    computed = "All marks here are computed from the log; observers' ratings stand beside them, never mixed in."
    return [Section("Score", "score"), Prose(computed), overview, marks, times, *_ratings(case)]


def _ratings(case: Case) -> list[Block]:
    given = case.all(e.ObserverRatingGiven)
    if not given:
        return []
    discounted = {one.event.rating: one for one in case.all(e.RatingDiscounted)}
    rows = tuple(
        (Cell(one.event.objective), Cell(one.event.rating, strong=True), Cell(one.event.note, cites=one.event.about),
         Cell(f"discounted: {gone.event.reason}", cites=(gone.version,)) if gone else Cell("counts"))
        for one in given
        for gone in [discounted.get(one.version)]
    )  # fmt: skip
    return [Table("Observers' ratings", ("Objective", "Rating", "Note", "Standing"), rows)]


def missed_blocks(case: Case, card: Scorecard) -> list[Block]:
    """Expectations and rules that were missed, with what was lacking."""
    expected = [one for dimension in card.dimensions for one in dimension.expectations]
    names = names_of(case)
    lacking = {one.event.expectation: in_titles(one.event.lacking, names) for one in case.all(e.ExpectationMissed)}
    state: dict[str, Tone] = {"met": "good", "missed": "bad", "not evaluated": "plain"}
    expectations = Table(
        "Expectations of the scenario",
        ("Seat", "What was expected", "State", "What was lacking, and what would have earned it"),
        tuple(
            (
                Cell(seat_title(case, one.seat)),
                Cell(one.what),
                Cell(one.state, state[one.state], cites=one.evidence),
                Cell(
                    ". ".join(filter(None, (lacking.get(one.expectation), one.earns))) if one.state == "missed" else ""
                ),
            )
            for one in sorted(expected, key=lambda one: one.state != "missed")
        ),
        empty="The scenario set none.",
    )
    armed = {(one.event.rule, one.event.duty): one for one in case.all(e.RuleArmed)}
    met = {(one.event.rule, one.event.duty): one for one in case.all(e.RuleMet)}
    missed = {(one.event.rule, one.event.duty): one for one in case.all(e.RuleMissed)}
    rules = Table(
        "If/then rules that ran",
        ("Armed", "Duty", "Holder", "State"),
        tuple(
            (
                Cell(minutes(one.at_min), cites=(one.version,)),
                Cell(one.event.what),
                Cell(seat_title(case, one.event.seat)),
                Cell("met", "good", cites=(met[key].event.by,))
                if key in met
                else Cell(f"missed: {in_titles(missed[key].event.lacking, names)}", "bad", cites=(missed[key].version,))
                if key in missed
                else Cell("still running at ENDEX"),
            )
            for key, one in armed.items()
        ),
        empty="None was armed.",
    )
    return [Section("Missed and met", "missed"), expectations, rules]
