"""The first screen: the verdict in one paragraph and six numbers."""

from __future__ import annotations

from hotwash.aftermath.blocks import Block, Callout, Figure, Figures, Prose, Section
from hotwash.aftermath.sections.words import minutes, percent, points, tone
from hotwash.scoring.case import Case
from hotwash.scoring.scorecard import DimensionCard, Scorecard


def blocks(case: Case, card: Scorecard) -> list[Block]:
    """The summary."""
    found: list[Block] = [Section("Summary", "summary"), Prose(_verdict(case, card)), _figures(case, card)]
    found += [Callout(f"Total capped at {cap.cap}: {cap.title}.", cap.why, "bad", cap.evidence) for cap in card.caps]
    ranked = sorted((one for one in card.dimensions if one.score is not None), key=lambda one: one.score or 0.0)
    if ranked:
        found.append(Prose(f"Strongest: {_names(ranked[::-1][:3])}. Weakest: {_names(ranked[:3])}."))
    return found


def _names(dimensions: list[DimensionCard]) -> str:
    return ", ".join(f"{one.title.lower()} ({one.score:.0f})" for one in dimensions)


def _verdict(case: Case, card: Scorecard) -> str:
    contained, reached, key = card.containment, card.milestones, case.design.secret.key
    if not key.incident:
        ended = "said so" if reached["stood_down"] is not None else "did not say so"
        return (
            f"There was no incident: {key.what_happened} The team {ended}. Hands-off was the best that could be done; "
            f"what the team switched off cost {points(contained.collateral)} harm points of refused or degraded service."
        )
    return (
        f"{key.what_happened} Left alone it would have done {points(contained.harm_nothing)} harm points of damage. The "
        f"team kept that to {points(contained.harm)}: {percent(contained.prevented)} of the harm that could have been "
        f"prevented was prevented, at a cost of {points(contained.collateral)} points of service refused or degraded. "
        f"First signal {minutes(reached['first_signal'])}, incident opened {minutes(reached['opened'])}, contained "
        f"{minutes(reached['contained'])}."
    )


def _figures(case: Case, card: Scorecard) -> Figures:
    contained, times = card.containment, card.milestones
    worst = contained.worst_segment
    items = [
        Figure(
            "Total", f"{card.total:.0f} / 100", f"{card.weight_evaluated} of 100 points evaluated", tone(card.total)
        ),
        Figure("Containment", f"{contained.score:.2f}", "0 hands-off, 1 best possible", tone(100 * contained.mark)),
        Figure(
            "Harm",
            points(contained.harm),
            f"of {points(contained.harm_nothing)} hands-off, best {points(contained.harm_best)}",
        ),
        Figure("Collateral", points(contained.collateral), f"best plan {points(contained.collateral_best)}"),
    ]
    if case.design.secret.key.incident:
        items.append(Figure("Contained", minutes(times["contained"]), f"first signal {minutes(times['first_signal'])}"))
    if worst:
        shown = Figure(
            "Worst segment",
            percent(worst.prevented),
            f"prevented in {worst.dim} {worst.value}",
            tone(100 * worst.prevented),
        )
        items.append(shown)
    return Figures(tuple(items))
