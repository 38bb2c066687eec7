"""Impact by segment, what cannot be quantified and why."""

from __future__ import annotations

from collections.abc import Iterator

from hotwash.aftermath.postmortem.excess import excess
from hotwash.aftermath.postmortem.figures import segments
from hotwash.aftermath.postmortem.material import Material, Part, item, say, table
from hotwash.aftermath.postmortem.spans import window
from hotwash.aftermath.sections.words import minutes, points
from hotwash.drill import events as e
from hotwash.scoring.containment import MHP


def impact(material: Material) -> list[Part]:
    """In all, by segment, and by signal with an interval."""
    return [_whole(material), _segments(material), _signals(material), _people(material)]


def _whole(material: Material) -> Part:
    found, case = material.card.containment, material.case
    categories = case.design.kit.harm.categories
    lines = [
        item(f"Harm that happened: {points(found.harm_realised)} harm points; expected of the hazards left open: {points(found.harm)}", "fig:harm-realised", "fig:harm-expected"),
        item(f"Harm had nobody acted: {points(found.harm_nothing)}; under the best plan: {points(found.harm_best)}", "fig:harm-nothing", "fig:harm-best"),
        item(f"Broken by us: {points(found.collateral)} harm points of service refused or degraded; the best plan would have cost {points(found.collateral_best)}", "fig:collateral", "fig:collateral-best"),
        item(f"Served from the cache: {points(found.harm_from_cache)} harm points", "fig:harm-cache"),
        *(
            item(f"{categories[name].title if name in categories else name}: {count:,} times", f"fig:harmful-{name.replace('_', '-')}")
            for name, count in sorted(case.team.delivered.items())
        ),
        item(f"Requests while it lasted: {_exposed(material):,} of all traffic", "fig:exposed"),
    ]  # fmt: skip
    level = case.last(e.SeveritySet)
    if level is not None:
        lines.append(item(f"Severity: Sev-{level.event.level}, set at {minutes(level.at_min)}", f"e{level.version}"))
    return Part("impact", tuple(lines))


def _exposed(material: Material) -> int:
    start, stop = window(material.card, material.case)
    return int(material.frame.series("requests")[start:stop].sum())


def _segments(material: Material) -> Part:
    case = material.case
    start, stop = window(material.card, material.case)
    rows = []
    for cell in segments(material):
        team, nothing, best = (play.by_segment[cell] for play in (case.team, case.nothing, case.best.outcome))
        known = cell in material.frame.cells
        count = f"{int(material.frame.series('requests', *cell)[start:stop].sum()):,}" if known else "not counted"
        name = f"{cell[0]} {cell[1]}"
        cells = (
            name,
            count,
            points(team[0] / MHP),
            points(nothing[0] / MHP),
            points(best[0] / MHP),
            points(team[1] / MHP),
        )
        refs = (f"fig:segment-{cell[0]}-{cell[1]}", *([f"fig:exposed-{cell[0]}-{cell[1]}"] if known else []))
        rows.append((cells, refs))
    head = ("Segment", "Requests", "Harm", "Hands-off", "Best plan", "Refused or degraded")
    lines = table(head, rows) if rows else (say("No segment bore a part of the harm", "fig:harm-nothing"),)
    return Part("impact-segments", lines)


def _signals(material: Material) -> Part:
    """What was counted beyond the healthy baseline in the segments that stood out, with its 95 % interval."""
    rows = [
        ((one.title, f"{one.cell[0]} {one.cell[1]}", f"{one.seen:,}", f"{one.usual:.1f}", f"{one.low:.1f} to {one.high:.1f}"),
         (f"fig:{one.id}",))
        for one in excess(material)
    ]  # fmt: skip
    head = ("Signal", "Segment", "Counted", "Healthy baseline", "Excess, 95 % interval")
    return Part(
        "impact-signals",
        table(head, rows)
        if rows
        else (say("No signal that raised an alert stood out of its healthy baseline by then", "fig:exposed"),),
    )


def _people(material: Material) -> Part:
    found = material.case.last(e.ImpactAssessed)
    if found is None:
        return Part("impact-people", (say("Nobody wrote down how many people were hit", material.endex),))
    event, ref = found.event, f"e{found.version}"
    lines = [
        item(f"People hit, as assessed at {minutes(found.at_min)}: {_range(event.people_low, event.people_high)}", ref)
    ]
    if event.data_involved:
        lines.append(item(f"Data involved: {', '.join(event.data_involved)}", ref))
    if event.jurisdictions:
        lines.append(item(f"Places: {', '.join(event.jurisdictions)}", ref))
    if event.promises:
        lines.append(item(f"Policies and contracts touched: {event.promises}", ref))
    if event.money_low_usd is not None or event.money_high_usd is not None:
        lines.append(item(f"Money: {_range(event.money_low_usd, event.money_high_usd)} US dollars", ref))
    return Part("impact-people", tuple(lines))


def _range(low: int | None, high: int | None) -> str:
    if low is None and high is None:
        return "no number was given"
    if low is None or high is None:
        return f"at most {high:,}" if high is not None else f"at least {low:,}"
    return f"{low:,} to {high:,}"


def unknown(material: Material) -> list[Part]:
    """What cannot be quantified, and which data is missing for it."""
    return [Part("not-quantified", tuple(f"- Not known: {one}" for one in _unknown(material)))]


def _unknown(material: Material) -> Iterator[str]:
    case = material.case
    assessed = case.last(e.ImpactAssessed)
    yield "how many different people stand behind the harmful outcomes, because requests are counted and persons are not."
    if assessed is None or (assessed.event.people_low is None and assessed.event.people_high is None):
        yield "a range of people hit, because no impact assessment with numbers was recorded."
    if assessed is None or (assessed.event.money_low_usd is None and assessed.event.money_high_usd is None):
        yield "the cost in money, because no amount was assessed; harm points weigh harm and are no currency."
    for signal in sorted({one.signal for one in case.design.alerts.values()}):
        spec = case.design.system.signals[signal]
        if spec.delay_min:
            yield f"what “{spec.title}” had to show of the last {spec.delay_min} min, because it shows {spec.delay_min} min late."
        if spec.provenance != "simulated":
            yield f"the true course of “{spec.title}”, because it is {spec.provenance}."
    kept = {one.event.before for one in case.all(e.SnapshotTaken)}
    for pull in case.all(e.LeverPulled):
        if pull.event.destroys_evidence and pull.event.call not in kept:
            title = case.design.system.levers[pull.event.kind].title
            yield f"what ran before “{title}” at {minutes(pull.at_min)}, because it destroys evidence and no snapshot was taken for it."
    yield "what trust was lost, because nothing in the record measures whether people came back."
    yield "what happened after the record ends, because play and its coast end there."
