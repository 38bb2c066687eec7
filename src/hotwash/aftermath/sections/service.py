"""What the service did: the harm curve between its two counterfactuals, and the signals that showed it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from hotwash.aftermath.blocks import Block, Cell, Chart, ChartMark, ChartRow, Line, Prose, Role, Section, Table
from hotwash.aftermath.sections.words import minutes, points
from hotwash.drill import events as e
from hotwash.kernel.clock import MINUTE
from hotwash.ports.system import SignalFrame
from hotwash.scoring.case import Case
from hotwash.scoring.containment import MHP
from hotwash.scoring.scorecard import Scorecard, plan_steps

SMOOTH_MIN = 5
"""Signal charts show means over five minutes: what an alert window looks at."""
MOST_CHARTS = 6


def harm_blocks(case: Case, card: Scorecard) -> list[Block]:
    """The harm curve and the ledger behind it."""
    contained = card.containment
    lines = (
        Line("hands-off", _loss(case.nothing.expected_harm, case.nothing.collateral), "bad", dash="7 4"),
        Line("this team", _loss(case.team.expected_harm, case.team.collateral), "team", area=True),
        Line("best plan", _loss(case.best.outcome.expected_harm, case.best.outcome.collateral), "good", dash="2 3"),
    )
    chart = Chart(
        title="Loss so far: harm done plus service refused or degraded",
        summary="Three plays of the same traffic, minute by minute: nobody acts, this team, and the best plan under reaction limits.",
        unit="harm points, cumulative",
        lines=lines,
        marks=_moments(case, card),
        shade_from=case.ended_ms / MINUTE,
    )
    return [
        Section("Harm", "harm"),
        chart,
        _ledger(case, card),
        *_best(case, card),
        Prose(_luck(contained.luck, contained.harm_realised)),
    ]


def _loss(harm: NDArray[np.int64], collateral: NDArray[np.int64]) -> tuple[float, ...]:
    return tuple(float(value) / MHP for value in np.cumsum(harm + collateral))


def _title(case: Case, kind: str) -> str:
    return case.design.kit.levers[kind].title  # type: ignore[index]  # kinds are checked when an event is read


def _moments(case: Case, card: Scorecard) -> tuple[ChartMark, ...]:
    named = (("onset", "onset", "world"), ("first_signal", "first signal", "world"), ("opened", "opened", "team"),
             ("declared", "declared", "team"), ("contained", "contained", "team"), ("stood_down", "stood down", "team"))  # fmt: skip
    marks = [
        ChartMark(at, label, "world" if kind == "world" else "team")
        for milestone, label, kind in named
        if (at := card.milestones.get(milestone)) is not None
    ]
    marks += [ChartMark(one.at_min, _title(case, one.event.kind), "lever") for one in case.all(e.LeverTookEffect)]
    return (*marks, ChartMark(case.ended_ms / MINUTE, "ENDEX", "end"))


def _ledger(case: Case, card: Scorecard) -> Table:
    plays = (("Hands-off", case.nothing), ("This team", case.team), ("Best plan", case.best.outcome))
    end = int(case.ended_ms // MINUTE)
    contained = card.milestones.get("contained")
    after = int(contained) if contained is not None else None
    rows = tuple(
        (
            Cell(name, strong=name == "This team"),
            Cell(points(int(play.expected_harm.sum()) / MHP)),
            Cell(points(int(play.harm.sum()) / MHP)),
            Cell(points(int(play.harm_from_cache.sum()) / MHP)),
            Cell("–" if after is None else points(int(play.expected_harm[after:].sum()) / MHP)),
            Cell(points(int(play.expected_harm[end:].sum()) / MHP)),
            Cell(points(int(play.collateral.sum()) / MHP)),
            Cell(f"{sum(play.delivered.values()):,}"),
            Cell(f"{play.near_misses:,}"),
        )
        for name, play in plays
    )
    head = ("Play", "Harm expected", "Harm that happened", "of it from the cache", "after containment", "after ENDEX",
            "Collateral", "Harmful outcomes", "Near misses")  # fmt: skip
    return Table("The ledger, in harm points", head, rows, numeric=tuple(range(1, 9)))


def _best(case: Case, card: Scorecard) -> list[Block]:
    if not card.best.steps:
        return [Prose("Hands-off is the best plan here: nothing needed to be contained.")]
    rows = tuple((Cell(step),) for step in plan_steps(case.best.plan, case.design.kit.lever_titles))
    caption = (
        f"Best plan found ({card.best.plans_played} plans played; none may start before minute {card.best.starts_min})"
    )
    floor = f"No plan at all could have kept the loss below {points(card.containment.loss_floor)} harm points."
    return [Table(caption, ("Minute and lever",), rows), Prose(floor)]


def _luck(luck: float, realised: float) -> str:
    if abs(luck) < 1:
        return "Luck played no part: what happened is what was to be expected."
    side = "good" if luck > 0 else "bad"
    return (
        f"Luck: {points(realised)} harm points really happened, {points(abs(luck))} "
        f"{'fewer' if luck > 0 else 'more'} than the hazards that the team left open made likely. That is {side} luck and is not in the score."
    )


def signal_blocks(case: Case, frame: SignalFrame) -> list[Block]:
    """Small multiples of the signals that raised an alert, all traffic beside the segments that stood out."""
    fired = case.all(e.AlertFired)
    wanted = list(dict.fromkeys(one.event.signal for one in fired))[:MOST_CHARTS]
    levers = tuple(ChartMark(one.at_min, _title(case, one.event.kind), "lever") for one in case.all(e.LeverTookEffect))
    charts = tuple(_signal(case, frame, signal, levers) for signal in wanted if signal in frame.signals)
    intro = "Share per minute, five-minute means; dotted lines are levers taking effect. Infrastructure stayed green throughout."
    rows = tuple(
        (
            Cell(minutes(one.at_min), cites=(one.version,)),
            Cell(one.event.alert, strong=True),
            Cell(
                ", ".join(f"{dim or 'all traffic'} {value} (z {z / 10:.1f})" for dim, value, z in one.event.cells[:4])
            ),
            Cell(one.event.pages),
        )
        for one in fired
    )
    table = Table("Alerts as they fired", ("When", "Alert", "Where", "Pages"), rows, empty="No alert fired.")
    blocks: list[Block] = [Section("Signals by segment", "signals"), Prose(intro)]
    return [*blocks, ChartRow(charts), table] if charts else [*blocks, table]


def _signal(case: Case, frame: SignalFrame, signal: str, levers: tuple[ChartMark, ...]) -> Chart:
    spec = case.design.system.signals[signal]
    whole = _share(frame, signal, spec.denominator, "", "")
    lines = [Line("all traffic", whole, "quiet", dash="3 3")]
    cells = [
        cell for one in case.all(e.AlertFired) if one.event.signal == signal for cell in one.event.cells if cell[0]
    ]
    strongest = sorted(
        {cell[:2]: cell[2] for cell in sorted(cells, key=lambda cell: cell[2])}.items(), key=lambda item: -item[1]
    )
    roles: tuple[Role, ...] = ("bad", "team")
    for (dim, value), role in zip([cell for cell, _ in strongest[:2]], roles, strict=False):
        lines.append(Line(f"{dim} {value}", _share(frame, signal, spec.denominator, dim, value), role))
    return Chart(
        title=spec.title,
        summary=f"Layer {spec.layer}.",
        unit=f"% of {spec.denominator.replace('_', ' ')}" if spec.denominator else "a minute",
        lines=tuple(lines),
        marks=levers,
        shade_from=case.ended_ms / MINUTE,
        small=True,
    )


def _share(frame: SignalFrame, signal: str, denominator: str, dim: str, value: str) -> tuple[float, ...]:
    top = _smooth(frame.series(signal, dim, value))
    if not denominator:
        return tuple(float(one) / SMOOTH_MIN for one in top)
    under = _smooth(frame.series(denominator, dim, value))
    return tuple(100.0 * float(a) / float(b) if b else 0.0 for a, b in zip(top, under, strict=True))


def _smooth(series: NDArray[np.int32]) -> NDArray[np.int64]:
    total = np.concatenate(([0], np.cumsum(series, dtype=np.int64)))
    stop = np.arange(1, len(total))
    smooth: NDArray[np.int64] = total[stop] - total[np.maximum(0, stop - SMOOTH_MIN)]
    return smooth
