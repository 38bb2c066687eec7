"""The report of a rehearsal: what the kit does to teams that know it, over many drills."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from hotwash.aftermath.blocks import (
    Block,
    Callout,
    Cell,
    Chart,
    Figure,
    Figures,
    Line,
    Prose,
    Report,
    Role,
    Section,
    Table,
)
from hotwash.aftermath.rehearsal.rows import BoutRow
from hotwash.aftermath.rehearsal.sums import AlertLine, Answers, TrialLine, answers
from hotwash.kernel.readable import without_nan
from hotwash.kit.schema.rehearsal import RehearsalPlan
from hotwash.triage.means import Mean
from hotwash.triage.stats import Rate

HANDLING = "EXERCISE · drills by stand-ins, for those who keep the kit · holds answers of scenarios: not for players"
SMALL, LATE = 0.2, 0.2
"""A part with at most this share of the traffic is small. A duty missed in more than this share of the drills is called late."""
MOST = 12
"""Rows of a table that are shown at once; the rest is folded."""
ROLES: tuple[tuple[Role, str], ...] = (("team", ""), ("bad", "7 4"), ("good", "2 3"), ("quiet", "9 3 2 3"))


def rehearsal_report(plan: RehearsalPlan, rows: Sequence[BoutRow], kit: str) -> Report:
    """The report as blocks; the same rows give the same report, whoever played them and in whatever order."""
    found = answers(rows)
    facts = [
        ("Kit", kit),
        ("Scenarios", ", ".join(plan.scenarios)),
        ("Seeds", f"{plan.seeds} a scenario, from stream {plan.seed}"),
        ("Teams", "; ".join(f"{one.id}: {_who(one.players, one.missing, one.pace)}" for one in plan.teams)),
        ("Tried", "; ".join(one.id for one in plan.variations) or "nothing"),
    ]
    blocks = [
        *_head(found),
        *_teams(found, rows),
        *_alerts(found.alerts),
        *_duties(found),
        *_waits(found),
        *_trials(found.trials),
    ]
    said = "What thresholds, rules and roles do to teams of stand-ins, over many drills."
    return Report("Rehearsal of the kit", said, HANDLING, facts, blocks)


def answers_body(plan: RehearsalPlan, rows: Sequence[BoutRow], kit: str) -> dict[str, Any]:
    """The same for machines. Shares and intervals as numbers, None where there is none."""
    body: dict[str, Any] = without_nan(asdict(answers(rows)))
    return {"exercise": True, "kit": kit, "plan": plan.model_dump(mode="json"), **body}


def _who(players: str, missing: Sequence[str], pace: float) -> str:
    gone = f", without {' and '.join(missing)}" if missing else ""
    return players + gone + (f", {pace:g} times as slow" if pace != 1 else "")


def _head(found: Answers) -> Iterator[Block]:
    blind = [one for one in found.alerts if one.dim and one.traffic <= SMALL and one.fired.found == 0]
    late = [one for one in found.duties if one.missed.low > LATE]
    longest = found.waits[0] if found.waits else None
    yield Figures((
        Figure("drills", f"{found.drills:,}", "stand-ins in every seat"),
        Figure("blind spots", str(len(blind)), "alerts that never see a small part that is hit", "warn" if blind else "good"),
        Figure("late rules", str(len(late)), "duties missed in more than a fifth of drills, for sure", "warn" if late else "good"),
        Figure("most waited for", longest.seat if longest else "nobody", f"{longest.minutes.mean:.0f} min a drill" if longest else ""),
    ))  # fmt: skip
    for trial in found.trials:
        if trial.total.tells:
            better = trial.total.mean > 0
            yield Callout(
                f"{trial.variation} for {trial.team}",
                f"{'Adds' if better else 'Takes'} {_spread(trial.total, 'points of the score', sign=False)} on the same traffic.",
                "good" if better else "bad",
            )


def _teams(found: Answers, rows: Sequence[BoutRow]) -> Iterator[Block]:
    yield Section("How teams do with the kit as it is", "teams")
    head = ("team", "drills", "score", "containment", "detected", "contained", "median minute", "against the first")
    table = tuple(
        (
            Cell(one.team, strong=True),
            Cell(str(one.drills)),
            Cell(_spread(one.total)),
            Cell(f"{one.containment.mean:.2f}"),
            Cell(_share(one.detected)),
            Cell(_share(one.contained)),
            Cell(_minute(one.contained_median_min)),
            Cell("–" if one.against is None else _spread(one.against, signed=True)),
        )
        for one in found.teams
    )
    yield Table("Teams, with 95 % intervals", head, table, numeric=(1, 2, 3, 4, 5, 6, 7), told=True)
    chart = _contained_by(found, rows)
    if chart is not None:
        yield chart


def _contained_by(found: Answers, rows: Sequence[BoutRow]) -> Chart | None:
    """Share of drills on an incident that were contained by each minute, one line a team."""
    bouts = [one for one in rows if not one.variation and one.onset_min is not None]
    if not bouts:
        return None
    minutes = int(max(drill.ended_min for one in bouts for drill in one.drills))
    lines = []
    for team, (role, dash) in zip(found.teams, ROLES, strict=False):
        reached = [drill.contained_min for one in bouts for drill in one.drills if drill.team == team.team]
        shares = tuple(
            100 * sum(one is not None and one <= minute for one in reached) / len(reached)
            for minute in range(minutes + 1)
        )
        lines.append(Line(team.team, shares, role, dash))
    return Chart(
        "Contained by this minute",
        "Share of drills on an incident in which harm was contained.",
        "% of drills",
        tuple(lines),
    )


def _alerts(lines: Sequence[AlertLine]) -> Iterator[Block]:
    yield Section("Which threshold never fires for a part of the traffic", "thresholds")
    yield Prose(
        "While nobody acts: does an alert that the kit names for this failure stand because of it, in all traffic and in each part "
        "that is hit? An interval that begins at 0 % after few seeds does not say never."
    )
    rows = [
        (
            Cell(one.scenario),
            Cell(one.alert, _tone(one), strong=one.fired.found == 0 and bool(one.dim), word=_word(one)),
            Cell(f"{one.dim} {one.value}" if one.dim else "all traffic"),
            Cell(f"{one.traffic:.1%}"),
            Cell(f"{one.harm:.0%}"),
            Cell(_share(one.fired)),
            Cell("–" if one.after_median_min is None else f"{one.after_median_min:.0f}"),
        )
        for one in lines
    ]
    head = ("scenario", "alert", "part", "of requests", "of harm", "fires", "minutes after onset")
    yield from _tables("Alerts while nobody acts", head, rows, (3, 4, 5, 6))


def _tone(one: AlertLine) -> Any:
    return (
        "bad"
        if one.fired.found == 0 and one.dim and one.traffic <= SMALL
        else "warn"
        if one.fired.found == 0
        else "plain"
    )


def _word(one: AlertLine) -> str:
    return "blind here" if _tone(one) == "bad" else "never fired" if one.fired.found == 0 else ""


def _duties(found: Answers) -> Iterator[Block]:
    yield Section("Which rule comes too late", "rules")
    rows = [
        (
            Cell(one.rule),
            Cell(one.duty, "bad" if one.missed.low > LATE else "plain", word="late" if one.missed.low > LATE else ""),
            Cell(one.seat),
            Cell(one.team),
            Cell(f"{one.missed.asked:.0f}"),
            Cell(_share(one.missed)),
            Cell("–" if one.left_median_min is None else f"{one.left_median_min:.0f}"),
        )
        for one in found.duties
    ]
    head = ("rule", "duty", "seat", "team", "judged", "missed", "minutes left when met")
    yield from _tables("Duties of if/then rules, judged when the team could know", head, rows, (4, 5, 6))


def _waits(found: Answers) -> Iterator[Block]:
    yield Section("Who is waited for", "roles")
    rows = [
        (
            Cell(one.seat, strong=True),
            Cell(one.team),
            Cell(_spread(one.minutes)),
            Cell(f"{one.levers:.1f}"),
            Cell(f"{one.drafts:.1f}"),
            Cell(f"{one.times:.1f}"),
            Cell(_share(one.unanswered)),
        )
        for one in found.waits
    ]
    head = ("seat", "team", "minutes a drill", "for levers", "for drafts", "times a drill", "never answered")
    yield from _tables("Minutes in which somebody waited for a seat's word", head, rows, (2, 3, 4, 5, 6))


def _trials(lines: Sequence[TrialLine]) -> Iterator[Block]:
    if not lines:
        return
    yield Section("What it would buy", "buys")
    yield Prose(
        "Each variation against the kit as it is: same scenario, same seed, same team. The mean of the differences with its 95 % interval; "
        "an interval that holds zero shows nothing."
    )
    rows = [
        (
            Cell(one.variation, strong=True),
            Cell(one.team),
            *(
                Cell(_spread(mean, signed=True), _better(mean, more=more))
                for mean, more in (
                    (one.total, True), (one.harm, False), (one.collateral, False), (one.contained_min, False), (one.waited_min, False),
                )
            ),
        )
        for one in lines
    ]  # fmt: skip
    head = ("variation", "team", "score", "harm points", "collateral", "minutes to containment", "minutes of waiting")
    yield Table("Differences to the kit as it is", head, tuple(rows), numeric=(2, 3, 4, 5, 6), told=True)


def _better(mean: Mean, *, more: bool) -> Any:
    if not mean.tells:
        return "plain"
    return "good" if (mean.mean > 0) == more else "bad"


def _tables(
    caption: str, head: tuple[str, ...], rows: Sequence[tuple[Cell, ...]], numeric: tuple[int, ...]
) -> Iterator[Block]:
    yield Table(caption, head, tuple(rows[:MOST]), numeric=numeric, told=True)
    if len(rows) > MOST:
        yield Table(f"{caption}: the other {len(rows) - MOST}", head, tuple(rows[MOST:]), numeric=numeric, folded=True)


def _share(found: Rate) -> str:
    if not found.asked:
        return "–"
    return f"{found.share:.0%} ({found.low:.0%} to {found.high:.0%})"


def _spread(mean: Mean, unit: str = "", *, signed: bool = False, sign: bool = True) -> str:
    if signed and mean.n > 1 and mean.low == mean.high == 0:
        return f"none in {mean.n}"
    form = "+.1f" if signed else ".1f"
    low, middle, high = mean.low, mean.mean, mean.high
    if not sign:
        low, high = (None, None) if low is None or high is None else sorted((abs(low), abs(high)))
        middle = abs(middle)
    said = f"{middle:{form}}" + (f" ({low:{form}} to {high:{form}})" if low is not None and high is not None else "")
    return f"{said} {unit}".strip()


def _minute(value: float | None) -> str:
    return "–" if value is None else f"T+{value:.0f}"
