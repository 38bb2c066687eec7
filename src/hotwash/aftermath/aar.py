"""The after-action report of a drill, in the order in which people ask: how did it go, what happened, what now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from hotwash.aftermath.blocks import Block, Report
from hotwash.aftermath.names import seat_title, titled
from hotwash.aftermath.sections import changes, evaluation, improvement, record, review, service, summary, timeline
from hotwash.kernel.clock import MINUTE
from hotwash.ports.outcome import Reviewed
from hotwash.ports.system import SignalFrame
from hotwash.scoring.case import Case
from hotwash.scoring.scorecard import Scorecard

HANDLING = "EXERCISE · EXERCISE · EXERCISE: a drill on a simulated service. No real person, record or incident."


@dataclass(frozen=True)
class Material:
    """What a report is made of: the case, its marks, and the dashboards as the team had them."""

    case: Case
    card: Scorecard
    frame: SignalFrame
    review: Reviewed | None = None


def after_action_report(material: Material) -> Report:
    """The report as blocks. Same material, same report."""
    case = material.case
    card = titled(material.card, case.design.kit.lever_titles)
    scenario = case.design.scenario
    ends = scenario.story_start + timedelta(milliseconds=case.ended_ms)
    facts = [
        ("Scenario", scenario.id),
        ("Played", f"{scenario.story_start:%d %B %Y %H:%M} to {ends:%H:%M %Z} story time"),
        ("Length", f"{case.ended_ms / MINUTE:.0f} min of drill time"),
        ("Seed", str(card.seed)),
        ("Seats", ", ".join(f"{seat_title(case, seat)}: {who}" for seat, who in card.players.items())),
        ("System", case.design.system.title),
        ("Engine", card.engine),
    ]
    blocks: list[Block] = [
        *summary.blocks(case, card),
        *service.harm_blocks(case, card),
        *timeline.truth_blocks(case),
        *timeline.timeline_blocks(case),
        *service.signal_blocks(case, material.frame),
        *review.blocks(case, material.review),
        *evaluation.score_blocks(case, card),
        *evaluation.missed_blocks(case, card),
        *changes.blocks(case),
        *improvement.blocks(case, card),
        *record.communication_blocks(case),
        *record.record_blocks(case, card),
    ]
    note = f" {scenario.note}" if scenario.note else ""
    return Report(
        title=f"After-action report: {scenario.title}",
        subtitle=f"{scenario.summary}{note}",
        handling=HANDLING,
        facts=facts,
        blocks=blocks,
    )
