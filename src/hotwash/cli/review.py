"""hotwash review: plan, report."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from hotwash import bootstrap
from hotwash.cli.moments import traffic_of
from hotwash.cli.options import Json
from hotwash.cli.screen import emit, errors, out
from hotwash.conductor.session import lever_log
from hotwash.kernel.backlog import WHOLE, Foreseen, Terms, evenly, foresee
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.errors import ContentError
from hotwash.kernel.readable import without_nan
from hotwash.triage.queueing import Steady, erlang_a
from hotwash.triage.reviewing import agreed, reviewed

BAR = 40
STEP_MIN = 5
app = typer.Typer(no_args_is_help=True)
Traffic = Annotated[
    str, typer.Option(help="Requests: 400/min, 7/s or 24000/h; a bare number is a minute.", show_default=False)
]


@app.command()
def plan(
    traffic: Traffic,
    share: Annotated[float, typer.Option(help="Percent of requests that go to reviewers.")] = 20.0,
    reviewers: Annotated[int, typer.Option(min=1, help="People who review at the same time.")] = 4,
    minutes_per_case: Annotated[float, typer.Option(help="One person's time for one case.")] = 3.0,
    service_level: Annotated[
        float, typer.Option(help="Minutes that you promise; who would wait longer overflows.")
    ] = 10.0,
    timeout: Annotated[float, typer.Option(help="Minutes after which people give up; 0 is never.")] = 0.0,
    retry: Annotated[
        float,
        typer.Option(
            help="Percent of those who wait longer than a minute who ask again; 0 when they are told to wait."
        ),
    ] = 0.0,
    overflow: Annotated[
        str, typer.Option(help="open lets through unread what finds no place, closed holds it back.")
    ] = "closed",
    minutes: Annotated[int, typer.Option(min=5, max=1440, help="How far to look ahead.")] = 30,
    as_json: Json = False,
) -> None:
    """Say what routing a share of the traffic to reviewers will do, before it is done.

    Minute by minute: a deterministic fluid in whole items, the rule that the simulated service plays by; no chance is in it. In the long run: Erlang A (arrivals
    by chance, patience exponential with the shorter of promise and timeout as its mean), which shows the waits that chance adds below full use."""
    with errors(as_json=as_json):
        a_minute = traffic_of(traffic) * _within("--share", share, 0.01, 100) / 100
        _within("--minutes-per-case", minutes_per_case, 0.05, 480)
        _within("--service-level", service_level, 0.1, 1440)
        _within("--timeout", timeout, 0, 1440)
        _within("--retry", retry, 0, 95)
        if overflow not in ("open", "closed"):
            raise ContentError.at("--overflow", f"'{overflow}' is no way to overflow", "Write open or closed.")
        terms = Terms(
            round(minutes_per_case * MINUTE),
            round(service_level * MINUTE),
            round(timeout * MINUTE),
            round(retry * WHOLE / 100),
            MINUTE,
        )
        thousandths = round(a_minute * 1000)
        found = foresee(evenly(thousandths // 1000, thousandths % 1000, minutes), reviewers, terms)
        patience = min(service_level, timeout) if timeout else service_level
        steady = erlang_a(a_minute, 1 / minutes_per_case, reviewers, patience)
    if as_json:
        emit(_as_json(found, steady, a_minute, overflow))
    else:
        _say(found, steady, a_minute, overflow)


@app.command()
def report(
    record: Annotated[Path, typer.Argument(help="Record of a drill, or a drill's folder.", show_default=False)],
    as_json: Json = False,
) -> None:
    """Say what a drill's review queue did: ages, breached promises, overrides, agreement, repeated failures, and what was missed.

    For those who run or evaluate a drill: what reviewers missed is the truth, which players do not see during play."""
    with errors(as_json=as_json):
        table, events = bootstrap.rebuild(bootstrap.load_record(bootstrap.find_record(record)))
        until = min(events[-1].drill_ms, table.design.endex_ms)
        found = table.what_if.replay_review(lever_log(events), until)
        told = reviewed(found.queue)
    if as_json:
        emit({**without_nan(dataclasses.asdict(told)), "missed": len(found.missed), "spared": found.spared})
        return
    out.print("[bold white on red] EXERCISE [/]")
    if not told.cases and not told.away:
        out.print("Nothing was sent to reviewers.")
        return
    out.print(
        f"{told.cases:,} cases: {told.decided:,} decided ({told.by_table} at the table), {told.waiting:,} waiting; {told.away:,} found no place"
    )
    out.print(
        f"age when decided: median {_long(told.median_ms)}, nine in ten within {_long(told.slow_ms)}; {told.late:,} later than promised"
    )
    if told.waiting:
        out.print(f"oldest that waits: {_long(told.oldest_ms)}")
    over = told.override
    if told.decided:
        out.print(
            f"override rate {over.share:.1%} ({over.low:.1%} to {over.high:.1%}): "
            + ", ".join(f"{n} {what}" for what, n in sorted(told.actions.items()))
        )
    out.print(f"agreement of two reviewers: {agreed(told.pool, told.pool_alpha)}")
    out.print(f"agreement of the table with reviewers: {agreed(told.table, told.table_alpha)}")
    for one in told.repeats:
        where = ", ".join(f"{dim} {value}" for dim, value in one.dims.items())
        out.print(
            f"again and again: {where}: {one.stopped} stopped, {one.here.share:.0%} of its cases against {one.elsewhere.share:.1%} elsewhere",
            markup=False,
        )
    out.print(
        f"harmful cases that were read: {found.spared + len(found.missed):,}; stopped {found.spared:,}, [bold]missed {len(found.missed):,}[/]"
    )


def _say(found: Foreseen, steady: Steady, a_minute: float, overflow: str) -> None:
    able, terms = found.people * MINUTE / found.terms.item_ms, found.terms
    out.print(
        f"{a_minute:g} cases a minute come, {able:.3g} can be read: the work takes {found.used:,.0%} of {found.people} people's time"
    )
    table = Table(box=None, pad_edge=False)
    for head in ("minute", "waiting", "wait", "let in", "turned away", ""):
        table.add_column(head, justify="left" if not head else "right")
    most = max((one.waiting for one in found.minutes), default=0) or 1
    for number in range(STEP_MIN, len(found.minutes) + 1, STEP_MIN):
        part, last = found.minutes[number - STEP_MIN : number], found.minutes[number - 1]
        table.add_row(
            str(number), f"{last.waiting:,}", _long(last.wait_ms), f"{sum(one.let_in for one in part):,}",
            f"{sum(one.turned_away for one in part):,}", "█" * (last.waiting * BAR // most),
        )  # fmt: skip
    out.print(table)
    last = found.minutes[-1]
    out.print(f"after {len(found.minutes)} min: {last.waiting:,} wait, a new case {_long(last.wait_ms)}")
    out.print(f"later than promised or never: {found.late / max(1, found.arriving):.1%}")
    went = (
        "gave up" if terms.gives_up else "went out unread" if overflow == "open" else "were held back without an answer"
    )
    out.print(f"{found.turned_away:,} of {found.arriving:,} {went}")
    out.print(
        f"[dim]in the long run, with chance (Erlang A): {steady.waits:.0%} wait, on average {_long(round(steady.wait * MINUTE))}, {steady.gives_up:.1%} give up "
        f"or overflow; people are busy {steady.busy:.0%} of the time[/]"
    )


def _as_json(found: Foreseen, steady: Steady, a_minute: float, overflow: str) -> dict[str, Any]:
    last = found.minutes[-1]
    return {
        "model": "deterministic fluid in whole items, by second", "long_run_model": "Erlang A (M/M/n+M)",
        "cases_a_minute": a_minute, "can_be_read_a_minute": found.people * MINUTE / found.terms.item_ms, "used": found.used,
        "arriving": found.arriving, "waiting_at_end": last.waiting, "wait_at_end_s": last.wait_ms // 1000, "turned_away": found.turned_away,
        "late_share": found.late / max(1, found.arriving), "gives_up": found.terms.gives_up, "overflow": overflow,
        "minutes": [dataclasses.asdict(one) for one in found.minutes], "long_run": dataclasses.asdict(steady),
    }  # fmt: skip


def _long(ms: int) -> str:
    return f"{ms / MINUTE:.1f} min" if ms >= MINUTE else f"{ms // 1000} s"


def _within(option: str, value: float, low: float, high: float) -> float:
    if not low <= value <= high:
        raise ContentError.at(option, f"{value:g} is out of range", f"Write a number from {low:g} to {high:g}.")
    return value
