"""The readiness report: what is better, what is worse, what is not known; open risk; the tables; what to drill next."""

from __future__ import annotations

import math
from collections.abc import Sequence

from hotwash.aftermath.blocks import (
    Axis,
    Block,
    Callout,
    Cell,
    Chart,
    ChartMark,
    ChartRow,
    Figure,
    Figures,
    Heat,
    HeatMap,
    Line,
    Prose,
    Report,
    Section,
    Table,
    Tone,
)
from hotwash.aftermath.causes.pages import said
from hotwash.aftermath.meeting.pages import BANDS
from hotwash.readiness.counts import NO_CARD, Control, Covered, Fast
from hotwash.readiness.facts import TIMES, DrillFact, RegisteredRisk, Time
from hotwash.readiness.intervals import Median, Part
from hotwash.readiness.state import Readiness
from hotwash.readiness.trend import Trend

HANDLING = (
    "EXERCISE · figures of drills on a simulated service, and of real incidents where they are named so. Internal."
)
SHOWN_NEXT, SHOWN_CONTROLS = 5, 30
NOT_JUDGED = 17
"""Where a risk stands that nobody has judged yet: before the worst."""
SURE, HALF = 0.75, 0.5


def readiness_report(found: Readiness) -> Report:
    """All of it. Same state, same report."""
    facts = [
        ("Day", f"{found.today:%d %B %Y}"),
        ("Drills", f"{len(found.drills)}, by people in at least one seat" if found.apart else str(len(found.drills))),
        ("Real incidents", str(len(found.incidents))),
        ("Half-life of a control", f"{found.programme.half_life_days} days"),
    ]
    if not found.drills:
        return Report("Readiness", "Nothing can be said yet.", HANDLING, facts, tuple(_empty(found)))
    blocks: list[Block] = [
        *_summary(found), *_fast(found), *_well(found), *_coverage(found), *_controls(found), *_next(found), *_yield(found), *_how(found),
    ]  # fmt: skip
    return Report("Readiness", _span(found.drills), HANDLING, facts, tuple(blocks))


def _span(drills: Sequence[DrillFact]) -> str:
    return f"Drills from {drills[0].day:%d %B %Y} to {drills[-1].day:%d %B %Y}."


def _empty(found: Readiness) -> list[Block]:
    if found.apart:
        alone = "1 drill was" if found.apart == 1 else f"{found.apart} drills were"
        said = f"{alone} played by stand-ins alone, which says nothing of your people: play one with somebody in a seat. To look at the figures all the same, count them too: by --stand-ins on the command line, by the link above on the page."
    else:
        said = "No scored drill was found. Run one with people (hotwash serve), close it with a score, and come back."
    return [Callout("No drill with people.", said, "warn"), *_next(found), *_skipped(found)]


def _summary(found: Readiness) -> list[Block]:
    better = [one.time.title for one in found.fast if one.trend.direction == "falling"]
    worse = [one.time.title for one in found.fast if one.trend.direction == "rising"]
    if found.contained.direction == "rising":
        better.append("containment mark")
    if found.contained.direction == "falling":
        worse.append("containment mark")
    open_ = [one.time.title for one in found.fast if one.trend.direction == "cannot be told"]
    never = [found.mode_titles[mode] for mode, one in found.modes.items() if one.confidence == 0]
    unknown = (
        f"{len(open_)} of {len(found.fast)} times have too few comparable drills for any trend"
        if open_
        else "every time has enough comparable drills"
    )
    modes = f"; nothing is known of {', '.join(never)}" if never else ""
    return [
        Section("In three sentences", "summary"),
        Prose(f"Better: {', '.join(better).lower() or 'nothing that chance would not often show'}."),
        Prose(f"Worse: {', '.join(worse).lower() or 'nothing that chance would not often show'}."),
        Prose(f"Not known: {unknown}{modes}."),
        _figures(found),
        *_risks(found),
    ]


def _figures(found: Readiness) -> Figures:
    items = [
        Figure(one.time.short, _minutes(one.drills.middle), f"median, n {one.drills.n}, worst {_minutes(one.drills.worst)}", _kept(one.kept))
        for one in found.fast if one.time.short and one.drills
    ]  # fmt: skip
    sure = sum(one.confidence >= HALF for one in found.controls)
    items.append(
        Figure(
            "Controls",
            f"{sure} of {len(found.controls)}",
            "with at least half the confidence left",
            _tone(sure / max(1, len(found.controls))),
        )
    )
    known = sum(one.confidence > 0 for one in found.modes.values())
    items.append(
        Figure(
            "Failure modes",
            f"{known} of {len(found.modes)}",
            "drilled within the last twelve months",
            _tone(known / max(1, len(found.modes))),
        )
    )
    return Figures(tuple(items))


def _tone(share: float) -> Tone:
    return "good" if share >= SURE else "warn" if share >= HALF else "bad"


def _kept(part: Part | None) -> Tone:
    return "plain" if part is None else _tone(part.found / part.asked)


def _risks(found: Readiness) -> list[Block]:
    actions = [(one, action) for one in found.drills for action in one.papers.actions or () if action.open]
    late = [action for _, action in actions if action.due is not None and action.due < found.today]
    rows = [
        (Cell(one.drill), Cell(risk.what), Cell(risk.owner), Cell(f"{risk.hours} h"))
        for one in found.drills
        for risk in one.risks
    ]
    blocks: list[Block] = []
    if actions:
        blocks.append(Prose(f"Open corrective actions: {len(actions)}, of which {len(late)} past their date."))
    if late:
        listed = tuple(
            (Cell(one.id, strong=True), Cell(one.what), Cell(f"{one.due:%d %B %Y}", "bad", word="late")) for one in late
        )
        blocks.append(Table("Actions past their date", ("Action", "What", "Due"), listed))
    registered = sorted(
        ((one.drill, risk) for one in found.drills for risk in one.papers.risks),
        key=lambda one: -(one[1].points or NOT_JUDGED),
    )
    if registered:
        blocks.append(Table("Risk registers, the worst first", ("Drill", "Risk", "Level, of 16", "Owner", "Treatment", "Until"), tuple(_registered(found, *one) for one in registered)))  # fmt: skip
    if rows:
        blocks.append(
            Table("Risks accepted in drills", ("Drill", "What remains", "Watched by", "Accepted for"), tuple(rows))
        )
    return [
        Section("Open risk", "risk"),
        *(blocks or [Prose("No action is open, no risk is registered, and none was accepted.")]),
    ]


def _registered(found: Readiness, drill: str, risk: RegisteredRisk) -> tuple[Cell, ...]:
    level = "not judged yet" if risk.points is None else f"{risk.points}"
    late = risk.until is not None and risk.until < found.today
    until = "no day" if risk.until is None else f"{risk.until:%d %B %Y}"
    return (
        Cell(drill), Cell(said(risk.what)), Cell(level, BANDS[risk.band], word=risk.band if risk.points is not None else ""),
        Cell(said(risk.owner)), Cell(risk.treatment), Cell(until, "bad" if late else "plain", word="past" if late else ""),
    )  # fmt: skip


def _fast(found: Readiness) -> list[Block]:
    rows = []
    for one in found.fast:
        name = f"{one.time.title} ({one.time.short})" if one.time.short else one.time.title
        rows.append(
            (
                Cell(name, strong=True), Cell(_standard(one)), Cell(str(one.drills.n) if one.drills else "0"), *_median_cells(one.drills),
                Cell(_nof(one.kept)), Cell(_trend_words(one.trend, "min")), Cell(_incidents(one.incidents)),
            )
        )  # fmt: skip
    head = ("Time", "Standard", "n", "Median", "95 % interval", "Worst", "Kept", "Trend a quarter", "Real incidents")
    by_mode = tuple(
        (Cell(mode, strong=True), Cell(one.time.title), Cell(str(value.n)), *_median_cells(value))
        for one in found.fast if one.time.short for mode, value in one.by_mode.items()
    )  # fmt: skip
    return [
        Section("How fast", "fast"),
        Prose("Minutes of drill time. A time that had not ended at ENDEX counts as longer than any that did: 'never'. Incidents stand beside drills and are not mixed with them."),
        *_charts(found.drills),
        Table("Times", head, tuple(rows), numeric=(2,)),
        Table("By failure mode", ("Failure mode", "Time", "n", "Median", "95 % interval", "Worst"), by_mode, numeric=(2,), folded=True),
    ]  # fmt: skip


def _charts(drills: Sequence[DrillFact]) -> list[Block]:
    """MTTD, MTTI and MTTC drill by drill, where at least two drills have them."""
    charts = []
    for time in (one for one in TIMES if one.short):
        having = [one for one in drills if time.id in one.minutes]
        ended = [one.minutes[time.id] for one in having if math.isfinite(one.minutes[time.id])]
        if len(having) > 1 and ended:
            charts.append(_chart(time, having, max(ended)))
    return [ChartRow(tuple(charts))] if charts else []


def _chart(time: Time, having: Sequence[DrillFact], longest: float) -> Chart:
    values = [one.minutes[time.id] for one in having]
    never = tuple(
        ChartMark(at, "never", "world", f"{having[at].day:%d %b %Y}")
        for at, value in enumerate(values)
        if math.isinf(value)
    )
    drawn = tuple(longest * 1.1 if math.isinf(value) else value for value in values)
    every = max(1, len(having) // 4)
    ticks = tuple((float(at), f"{one.day:%b %y}") for at, one in enumerate(having) if at % every == 0)
    summary = f"From {_minutes(values[0])} in the first of {len(having)} drills to {_minutes(values[-1])} in the last; scenarios differ."
    return Chart(
        f"{time.short}: {time.title}",
        summary,
        "minutes",
        (Line("drills", drawn, "team"),),
        never,
        small=True,
        axis=Axis("drills, oldest first", ticks),
    )


def _standard(one: Fast) -> str:
    return f"{one.standard:g} min" if one.standard is not None else "none set"


def _median_cells(value: Median | None) -> tuple[Cell, Cell, Cell]:
    if value is None:
        return Cell("–"), Cell("–"), Cell("–")
    span = f"{_minutes(value.low)} to {_minutes(value.high)}"
    if value.n == 1:
        span = "one value: no interval"
    elif not value.enough:
        span = f"{span}, covers {value.covers:.0%} only"
    return Cell(_minutes(value.middle)), Cell(span), Cell(_minutes(value.worst))


def _minutes(value: float) -> str:
    return (
        "never"
        if math.isinf(value)
        else f"{value:.0f} min"
        if value >= 10 or value == int(value)
        else f"{value:.1f} min"
    )


def _nof(part: Part | None) -> str:
    return "–" if part is None else f"{part.found} of {part.asked}; true share above {part.least:.0%}"


def _trend_words(trend: Trend, unit: str) -> str:
    if trend.direction == "cannot be told":
        why = f"{trend.n} comparable drills" if trend.pairs else "no two drills are comparable"
        return f"cannot be told: {why}"
    size = (
        "" if trend.per_quarter is None else f" {trend.per_quarter:+.1f} {unit} ({trend.low:+.1f} to {trend.high:+.1f})"
    )
    return f"{trend.direction}{size}, p {trend.p:.2f}"


def _incidents(value: Median | None) -> str:
    return "–" if value is None else f"n {value.n}, median {_minutes(value.middle)}, worst {_minutes(value.worst)}"


def _well(found: Readiness) -> list[Block]:
    rows = tuple(
        (Cell(one.share.title, strong=True), Cell(f"{one.part.found} of {one.part.asked}"), Cell(f"above {one.part.least:.0%}"), Cell(f"below {one.part.most:.0%}"))
        for one in found.well
    )  # fmt: skip
    said = f"Containment mark (0 hands-off, 1 best possible): {_trend_words(found.contained, 'of 1')}. Each drill is held against the best plan of its own traffic, so that scenarios can be compared; times cannot."
    return [
        Section("How well", "well"),
        Table("Drills in which it was done in full", ("What", "n of N", "Lower bound", "Upper bound"), rows),
        Prose(said),
    ]


def _coverage(found: Readiness) -> list[Block]:
    columns = tuple("no constraint" if card == NO_CARD else card.replace("-", " ") for card in (NO_CARD, *found.cards))
    rows = tuple((found.scenario_titles[row[0].scenario], tuple(_heat(cell) for cell in row)) for row in found.coverage)
    return [
        Section("What was drilled", "coverage"),
        HeatMap(
            "Scenarios by constraints: times drilled, last total of 100; the darker, the more recent",
            "Scenario",
            columns,
            rows,
        ),
    ]


def _heat(cell: Covered) -> Heat:
    if not cell.n:
        return Heat("never")
    level = 1 + min(3, int(cell.confidence * 4))
    return Heat(f"{cell.n}×, last {cell.last:%d %b %Y}, {cell.total:.0f}", level)


def _controls(found: Readiness) -> list[Block]:
    rows = tuple(_control(one, found) for one in found.controls[:SHOWN_CONTROLS])
    stale = [one for one in found.controls if one.days is None or one.days > found.programme.tested_within_days]
    return [
        Section("Controls that were not tested", "controls"),
        Prose(
            f"{len(stale)} of {len(found.controls)} controls were not exercised within {found.programme.tested_within_days} days. Confidence halves every "
            f"{found.programme.half_life_days} days and is gone after {found.programme.unknown_after_days}: an assumption, said in the programme."
        ),
        Table("Least sure first", ("Control", "Last exercised", "Confidence left"), rows, numeric=(2,)),
    ]


def _control(one: Control, found: Readiness) -> tuple[Cell, ...]:
    when = "never" if one.last is None else f"{one.last:%d %B %Y}, {one.days} days ago"
    late = one.days is None or one.days > found.programme.tested_within_days
    return (
        Cell(found.control_titles.get(one.id, one.id), strong=True),
        Cell(when, "bad" if late else "plain", word="not lately" if late and one.last is not None else ""),
        Cell(f"{one.confidence:.0%}"),
    )


def _next(found: Readiness) -> list[Block]:
    rows = tuple(
        (
            Cell(one.title, strong=True), Cell("none" if one.card == NO_CARD else one.card.replace("-", " ")), Cell(f"{one.points:.1f}"),
            Cell("; ".join(f"{why} ({points:.1f})" for points, why in one.reasons)),
        )
        for one in found.following[:SHOWN_NEXT]
    )  # fmt: skip
    return [
        Section("What to drill next", "next"),
        Table(
            "Most points first; each reason with its points",
            ("Scenario", "Constraint", "Points", "Why"),
            rows,
            numeric=(2,),
        ),
    ]


def _yield(found: Readiness) -> list[Block]:
    rows = tuple(_yielded(one) for one in found.drills)
    return [
        Section("What each drill brought", "yield"),
        Prose("Every drill should move at least one control and one runbook forward, and have its postmortem."),
        Table(
            "Drills, oldest first",
            ("Drill", "Day", "Total", "Postmortem", "Controls", "Runbooks", "Actions verified"),
            rows,
            numeric=(2,),
        ),
    ]


def _yielded(one: DrillFact) -> tuple[Cell, ...]:
    actions = one.papers.actions
    title = f"{one.title} ({one.drill})"
    base = (
        Cell(title, strong=True),
        Cell(f"{one.day:%d %B %Y}"),
        Cell(f"{one.total:.0f}"),
        _there(one.papers.postmortem),
    )
    if actions is None and not one.papers.controls:
        return (*base, Cell("", "bad", word="no actions written"), Cell(""), Cell(""))
    actions = actions or ()
    verified = sum(action.verified for action in actions)
    control = one.papers.controls > 0 or any(action.brings == "control" for action in actions)
    brought = (_there(control), _there(any(action.brings == "runbook" for action in actions)))
    return (*base, *brought, Cell(f"{verified} of {len(actions)}"))


def _there(yes: bool) -> Cell:
    return Cell("", "good", word="yes") if yes else Cell("", "bad", word="missing")


def _how(found: Readiness) -> list[Block]:
    text = (
        "Medians have intervals between order statistics, which hold whatever the distribution; below six drills none covers 95 %. Shares have exact one-sided bounds "
        "(Clopper and Pearson). A trend compares only drills of the same scenario with the same constraints, and is said only where the order of the drills would look so in at "
        "most one case of twenty by chance; with four drills of one scenario no order could show that, with five it can. See docs/explanation/readiness.md."
    )  # fmt: skip
    sources = tuple((Cell(one),) for one in found.programme.sources)
    return [
        Section("How to read this", "how"),
        Prose(text),
        Table("What the programme's numbers rest on", ("Source",), sources),
        *_skipped(found),
    ]


def _skipped(found: Readiness) -> list[Block]:
    unread = [(one.drill, why) for one in found.drills for why in one.papers.unread]
    rows = tuple((Cell(name), Cell(why)) for name, why in (*found.skipped, *unread))
    return [Table("Records and papers that could not be counted", ("Where", "Why"), rows)] if rows else []
