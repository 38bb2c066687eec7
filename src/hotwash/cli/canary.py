"""hotwash canary: plan, watch."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import numpy as np
import typer
from rich.markup import escape
from rich.table import Table

from hotwash.cli.moments import traffic_of
from hotwash.cli.options import Json
from hotwash.cli.screen import emit, errors, out
from hotwash.kernel.errors import ContentError, Located
from hotwash.triage.canary import Look, Promise, Verdict, promise, steps, watch

STOPPED, UNDECIDED = 1, 5
COLUMNS = ("contained_requests", "contained_harmful", "canary_requests", "canary_harmful")
COLOURS = {"stop": "bold red", "clear": "green", "not enough evidence": "yellow"}
app = typer.Typer(no_args_is_help=True)

Metrics = Annotated[
    list[str] | None,
    typer.Option(
        "--metric",
        help="Harm metric with its rate in the contained state and the rate that must not pass: leaks=0.1%:0.3%.",
        show_default=False,
    ),
]
Share = Annotated[str, typer.Option(help="The canary's part of the traffic, 1% to 5%.")]
Level = Annotated[str, typer.Option(help="Chance of a wrong verdict that is accepted, over all metrics together.")]
Power = Annotated[str, typer.Option(help="Chance of a verdict by the promised number of requests.")]


@app.command()
def plan(
    metric: Metrics = None,
    traffic: Annotated[
        str,
        typer.Option(
            help="Requests, both arms together: 400/min, 7/s or 24000/h; a bare number is a minute.", show_default=False
        ),
    ] = "",
    share: Share = "5%",
    level: Level = "5%",
    power: Power = "80%",
    as_json: Json = False,
) -> None:
    """Say how many requests a canary takes before it runs, and the steps from its share to all traffic.

    The answer holds however often somebody looks. A metric needs a rate above zero in the contained state: take the upper bound that your last suite promised."""
    with errors(as_json=as_json):
        promised = _promised(metric, share, level, power)
        a_minute = traffic_of(traffic) if traffic else 0.0
        longest = max(promised.values(), key=lambda one: one.requests)
        way = steps(longest, a_minute) if a_minute else []
    if as_json:
        metrics = {name: dataclasses.asdict(one) | {"requests": one.requests} for name, one in promised.items()}
        emit({"metrics": metrics, "steps": [dataclasses.asdict(one) for one in way]})
        return
    for name, one in promised.items():
        long = f", at {a_minute:g} a minute {_long(one.requests / a_minute)}" if a_minute else ""
        out.print(
            f"[bold]{escape(name)}[/]: {_percent(one.contained)} against {_percent(one.worse)} needs {one.requests:,} requests in both arms{long}"
        )
        out.print(
            f"  a canary at {_percent(one.worse)} is stopped by {one.to_stop:,}, one at {_percent(one.contained)} is cleared by {one.to_clear:,}, "
            f"each with a chance of {_percent(one.power)}; a wrong verdict has at most {_percent(one.level)}, however often you look"
        )
    if not way:
        out.print("[dim]--traffic gives the time it takes, and the steps to all traffic[/]")
        return
    table = Table(box=None, pad_edge=False)
    for head in ("share", "requests", "time"):
        table.add_column(head, justify="right")
    for step in way:
        table.add_row(
            _percent(step.share),
            f"{step.requests:,}" if step.requests else "",
            _long(step.minutes) if step.requests else "until closed",
        )
    out.print(table)


@app.command("watch")
def watch_file(
    looks: Annotated[
        Path, typer.Argument(help="CSV with what was new at each look; - reads a pipe as it comes.", show_default=False)
    ],
    metric: Metrics = None,
    share: Share = "5%",
    level: Level = "5%",
    power: Power = "80%",
    as_json: Json = False,
) -> None:
    """Judge a canary after every look; ends at once when it has to be stopped.

    Columns: contained_requests, contained_harmful, canary_requests, canary_harmful, and metric where there are several. Exit code 0 when every metric is clear, 1
    when the canary has to be stopped, 5 when there is not enough evidence."""
    with errors(as_json=as_json):
        promised = _promised(metric, share, level, power)
        last: dict[str, Look] = {}
        if not as_json:
            decides = 1 / next(iter(promised.values())).level
            out.print(
                f"[dim]against it: evidence that the canary is worse; for it: that it is not; {decides:g} decides[/]"
            )
        for name, look in _judged(looks, promised):
            last[name] = look
            if not as_json:
                said = f"{escape(name)}: contained {look.found_contained}, canary {look.found_canary}; against it {look.e_worse:.3g}, for it {look.e_clear:.3g}"
                out.print(f"{look.asked:>9,} requests  {said}  [{COLOURS[look.verdict]}]{look.verdict}[/]")
            if look.verdict == "stop":
                break
    found = _together(last, promised)
    if as_json:
        emit({"verdict": found, "metrics": {name: dataclasses.asdict(one) for name, one in last.items()}})
    else:
        out.print(f"[{COLOURS[found]}]{found}[/]" + _next(found, last, promised))
    if found != "clear":
        raise typer.Exit(STOPPED if found == "stop" else UNDECIDED)


def _together(last: dict[str, Look], promised: dict[str, Promise]) -> Verdict:
    """One harm too many stops the canary; it is clear when nothing is left open."""
    if any(one.verdict == "stop" for one in last.values()):
        return "stop"
    return (
        "clear" if all(name in last and last[name].verdict == "clear" for name in promised) else "not enough evidence"
    )


def _next(found: Verdict, last: dict[str, Look], promised: dict[str, Promise]) -> str:
    if found == "stop":
        return ": take the canary back now, and keep its traces"
    if found == "clear":
        return ": go to the next step"
    missing = max(one.requests - (last[name].asked if name in last else 0) for name, one in promised.items())
    return (
        f": {missing:,} requests until an answer is to be expected"
        if missing > 0
        else ": more than was promised was asked; go on, or take it back"
    )


def _judged(file: Path, promised: dict[str, Promise]) -> Iterator[tuple[str, Look]]:
    seen: dict[str, list[tuple[int, int, int, int]]] = {name: [] for name in promised}
    with _lines(file) as lines:
        for number, name, row in _rows(file, lines, promised):
            seen[name].append(row)
            asked, found, asked_canary, found_canary = (
                np.array(one, np.int64) for one in zip(*seen[name], strict=True)
            )
            if found[-1] > asked[-1] or found_canary[-1] > asked_canary[-1]:
                raise ContentError.at(
                    Located(file, number), "more harmful answers than requests", "Write what was new at this look."
                )
            yield name, watch(promised[name], found, asked, found_canary, asked_canary)[-1]


def _rows(
    file: Path, lines: TextIO, promised: dict[str, Promise]
) -> Iterator[tuple[int, str, tuple[int, int, int, int]]]:
    reader = csv.DictReader(lines)
    needed = [*COLUMNS, *(["metric"] if len(promised) > 1 else [])]
    if missing := [one for one in needed if one not in (reader.fieldnames or ())]:
        raise ContentError.at(
            Located(file, 1),
            f"there is no column {', '.join(missing)}",
            f"Write a first line with {', '.join(needed)}.",
        )
    for row in reader:
        name = row.get("metric") or next(iter(promised))
        if name not in promised:
            raise ContentError.at(
                Located(file, reader.line_num), f"there is no metric '{name}'", f"Write one of {', '.join(promised)}."
            )
        try:
            one, two, three, four = (int(row[column] or "") for column in COLUMNS)
        except ValueError:
            raise ContentError.at(
                Located(file, reader.line_num), "a count is not a whole number", "Write whole numbers from 0."
            ) from None
        if min(one, two, three, four) < 0:
            raise ContentError.at(Located(file, reader.line_num), "a count is below 0", "Write whole numbers from 0.")
        yield reader.line_num, name, (one, two, three, four)


@contextmanager
def _lines(file: Path) -> Iterator[TextIO]:
    if str(file) == "-":
        yield sys.stdin
        return
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as broken:
        raise ContentError.at(file, "cannot be read as text", "Name a CSV file, or - for a pipe.") from broken
    yield io.StringIO(text)


def _promised(metrics: list[str] | None, share: str, level: str, power: str) -> dict[str, Promise]:
    """A promise for each metric; the accepted chance of a wrong verdict is shared out evenly between them."""
    if not metrics:
        raise ContentError.at(
            "--metric",
            "a canary is watched for a harm",
            "Write --metric leaks=0.1%:0.3% (contained rate, rate that must not pass).",
        )
    part = _share("--share", share)
    if not 0.01 <= part <= 0.05:
        raise ContentError.at(
            "--share", f"{share} is no canary", "Write 1% to 5%: below it sees too little, above it harms too many."
        )
    wrong, sure = _share("--level", level) / len(metrics), _share("--power", power)
    made: dict[str, Promise] = {}
    for one in metrics:
        fits = re.fullmatch(r"(?:([\w. -]+)=)?([^:=]+):([^:=]+)", one)
        if fits is None:
            raise ContentError.at("--metric", f"'{one}' is no metric", "Write name=rate:rate, such as leaks=0.1%:0.3%.")
        name = fits[1] or "harmful answers"
        if name in made:
            raise ContentError.at("--metric", f"'{name}' is there twice", "Give each metric a name of its own.")
        try:
            made[name] = promise(_share("--metric", fits[2]), _share("--metric", fits[3]), part, wrong, sure)
        except ValueError as said:
            raise ContentError.at(
                "--metric", f"'{one}': {said}", "Write the contained rate first, above 0, then the larger one."
            ) from said
    return made


def _share(option: str, text: str) -> float:
    fits = re.fullmatch(r"\s*(\d*\.?\d+)\s*(%?)\s*", text)
    value = float(fits[1]) / (100 if fits[2] else 1) if fits else -1.0
    if not 0 < value < 1:
        raise ContentError.at(
            option, f"'{text}' is no share", "Write a per cent value such as 5%, or a number between 0 and 1."
        )
    return value


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _long(minutes: float) -> str:
    hours, rest = divmod(round(minutes), 60)
    days, hours = divmod(hours, 24)
    return " ".join(f"{n} {unit}" for n, unit in ((days, "d"), (hours, "h"), (rest, "min")) if n) or "under 1 min"
