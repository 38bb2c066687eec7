"""hotwash: a flight simulator for AI incidents."""

from __future__ import annotations

import io
import os
import sys
from typing import Annotated

import typer

from hotwash import __version__
from hotwash.cli.late import Late, with_late

START, OWN, DURING, AFTER, OVER = (
    "Start here", "Your own traces and rules", "While it burns", "What follows a drill", "Over the year",
)  # fmt: skip
COMMANDS = (
    Late("demo", "hotwash.cli.demo:demo", "Open a running drill in the browser, with stand-ins in every seat; take a seat, pull a lever, skip to the end.", START),
    Late("serve", "hotwash.cli.serve:serve", "Serve the war room: plan a drill, invite people by link, run it live, close it with a report.", START),
    Late("drill", "hotwash.cli.drill:app", "Run a drill, look at one, play it back, check its record.", START),
    Late("scenario", "hotwash.cli.scenario:app", "The library of scenarios.", START),
    Late("rehearse", "hotwash.cli.rehearse:rehearse", "Rehearse a kit: which threshold never fires, which rule comes too late, who is waited for, and what a change would buy.", OWN),
    Late("kit", "hotwash.cli.kit:app", "An organisation's own kit: every rule of its exercises as text.", OWN),
    Late("traces", "hotwash.cli.traces:app", "Your own traces: bring them in, say what their columns mean, see what is there.", OWN),
    Late("triage", "hotwash.cli.triage:app", "From traces to who, what, when, where and how bad. Nothing leaves the machine, and no trace is changed.", OWN),
    Late("interchange", "hotwash.cli.interchange:app", "Scenarios, runbooks and records in the formats of others, out and in.", OWN),
    Late("draft", "hotwash.cli.draft:app", "Drafts of updates, messages and notices, judged by what is known.", DURING),
    Late("obligations", "hotwash.cli.obligations:app", "Which duties to notify may exist, from when, until when. Not legal advice, ever.", DURING),
    Late("review", "hotwash.cli.review:app", "Human review: what a queue will be like before you open it, and what its decisions say afterwards.", DURING),
    Late("bundle", "hotwash.cli.bundle:app", "Releases as one thing: what is in a bundle, what differs, what a rollback forgets, what was running.", DURING),
    Late("canary", "hotwash.cli.canary:app", "A candidate on a small share of the traffic, against the contained state: how long, and with what verdict.", DURING),
    Late("suite", "hotwash.cli.suite_formats:app", "Prove a fix on your own service: smoke, replay, leak and bias suites with limits agreed before the run.", DURING),
    Late("evidence", "hotwash.cli.evidence:app", "Evidence of a drill: seal its record into one file, check one, purge what has had its time.", AFTER),
    Late("postmortem", "hotwash.cli.postmortem:app", "The postmortem of a drill: built from its record, edited by you, checked sentence by sentence.", AFTER),
    Late("causes", "hotwash.cli.causes:app", "What led to it: chain, whys, factors, fault tree, each with its evidence.", AFTER),
    Late("meeting", "hotwash.cli.meeting:app", "The formal review: six agenda items, risk register, frameworks, sign-off.", AFTER),
    Late("capa", "hotwash.cli.capa:app", "Corrective actions of a drill: drafted from its record, closed only when their verification runs green.", AFTER),
    Late("controls", "hotwash.cli.controls:app", "Controls: can outputs be tied to what made them, who may change what, how each is operated.", AFTER),
    Late("gate", "hotwash.cli.gate:app", "Release gates made from a drill: they block what would bring the incident back, in CI, with overrides that expire.", AFTER),
    Late("readiness", "hotwash.cli.readiness:app", "How ready you are, over drills and real incidents, with what few of them can and cannot show.", OVER),
)  # fmt: skip
"""Every noun, where it is, what it is for and the heading of `hotwash --help` under which it stands."""

app = typer.Typer(
    cls=with_late(COMMANDS), no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False,
    epilog="The first time: `hotwash demo` shows a drill, `hotwash drill solo cross-tenant-leak` lets you play one, `hotwash serve` is for a team.",
)  # fmt: skip


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"hotwash {__version__}")
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """A flight simulator for AI incidents: a team handles the failure of a simulated AI service whose levers work."""


def main() -> None:
    """Entry point of the `hotwash` command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            speak_anywhere(stream)
    app()


def speak_anywhere(stream: io.TextIOWrapper) -> None:
    """No letter stops a command. A file or a pipe gets UTF-8, as every file here, unless PYTHONIOENCODING asks for something else; a
    terminal shows a question mark for what its encoding does not have."""
    if not stream.isatty() and "PYTHONIOENCODING" not in os.environ:
        stream.reconfigure(encoding="utf-8")
    stream.reconfigure(errors="replace")
