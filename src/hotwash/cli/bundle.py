"""hotwash bundle: show, diff, check, running."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any

import typer

from hotwash import bootstrap
from hotwash.aftermath.bundle_pages import check_page, diff_page, running_json, running_page, show_page
from hotwash.cli.moments import moment_of
from hotwash.cli.options import DrillFolder, Html, Json, Markdown
from hotwash.cli.pages import show_report
from hotwash.cli.screen import emit, errors, out, write_report
from hotwash.kernel.errors import ContentError
from hotwash.kit.bundle import PART_NAMES, PARTS_OF, content, content_id, diff, lost_fixes, parts_of, short_id
from hotwash.kit.bundle_check import RollbackPlan, check_bundle, check_rollback
from hotwash.kit.bundle_files import named_bundle
from hotwash.kit.names import instead
from hotwash.kit.schema.bundle import Bundle

app = typer.Typer(no_args_is_help=True)
NAMES = "A bundle's file (*.yaml), or SYSTEM/current or SYSTEM/last-good of a simulated system or scenario."
Name = Annotated[str, typer.Argument(help=NAMES, show_default=False)]


@app.command()
def show(bundle: Name, html: Html = None, markdown: Markdown = None, as_json: Json = False) -> None:
    """Show a bundle: its content id, and every part with every setting."""
    with errors(as_json=as_json):
        found = named_bundle(bundle)
        made = show_page(found)
        write_report(made, html, markdown)
    if as_json:
        emit({**_named(found), **content(found), "without": dict(found.without), "fixes": [one.model_dump() for one in found.fixes]})  # fmt: skip
    else:
        show_report(out, made)


@app.command("diff")
def diff_(running: Name, target: Name, html: Html = None, markdown: Markdown = None, as_json: Json = False) -> None:
    """Hold two bundles against each other, part by part, and say what a rollback from the first to the second also takes back."""
    with errors(as_json=as_json):
        one, other = named_bundle(running), named_bundle(target)
        made = diff_page(one, other)
        write_report(made, html, markdown)
    if as_json:
        found = [{"part": each.part, "setting": each.name, "before": each.before, "after": each.after} for each in diff(one, other)]  # fmt: skip
        lost = [each.model_dump() for each in lost_fixes(one, other)]
        emit({"running": _named(one), "target": _named(other), "differences": found, "takes_back": lost})
    else:
        show_report(out, made)


@app.command()
def check(
    bundle: Name,
    running: Annotated[str, typer.Option("--from", help=f"What runs now, to check a rollback to BUNDLE. {NAMES}", show_default=False)] = "",
    component: Annotated[list[str] | None, typer.Option(help="Component or part that goes back; may be given again. The whole bundle otherwise.", show_default=False)] = None,
    flush: Annotated[bool, typer.Option("--flush", help="The plan flushes the cache once the rollback is in effect.")] = False,
    tools_off: Annotated[bool, typer.Option("--tools-off", help="Write tools are switched off meanwhile.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail the check too.")] = False,
    html: Html = None,
    markdown: Markdown = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Say what a bundle lacks, and with --from what a whole or partial rollback to it forgets. Exit code 1 for a mistake."""
    with errors(as_json=as_json):
        target = named_bundle(bundle)
        found, plan = check_bundle(target), ""
        if running:
            now, parts = named_bundle(running), _parts(component or [])
            found = [one for one in found if one.part in parts]
            said = {(one.code, one.found) for one in found}
            more = check_rollback(now, target, RollbackPlan(parts, flush, tools_off))
            found += [one for one in more if (one.code, one.found) not in said]
            whole = "the whole bundle" if parts == PART_NAMES else ", ".join(parts)
            plan = f"Plan: from {now.id} back to {target.id}, {whole}{', then a cache flush' if flush else ''}{', write tools off' if tools_off else ''}."
        elif component or flush or tools_off:
            raise ContentError.at("--from", "a plan needs what runs now", "Add --from BUNDLE.")
        made = check_page(target, found, plan)
        write_report(made, html, markdown)
    if as_json:
        emit({**_named(target), "plan": plan, "found": [{**dataclasses.asdict(one), "mistake": one.mistake} for one in found]})  # fmt: skip
    else:
        show_report(out, made)
    if any(one.mistake or strict for one in found):
        raise typer.Exit(1)


@app.command()
def running(
    record: DrillFolder,
    at: Annotated[str, typer.Option(help="Moment of drill time: T+23, T+23:30 or T+1:02:05.", show_default=False)],
    html: Html = None,
    markdown: Markdown = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Say what was running at a moment of a drill, by part of the traffic, with the entry of the log that made it so."""
    with errors(as_json=as_json):
        found = bootstrap.was_running(bootstrap.load_record(bootstrap.find_record(record)), moment_of(at))
        made = running_page(found.found, found.drill, found.counts, f"{found.entries:,} of the log by then")
        write_report(made, html, markdown)
    if as_json:
        emit({"exercise": True, "drill": found.drill, **running_json(found.found, found.counts)})
    else:
        show_report(out, made)


def _parts(names: list[str]) -> tuple[str, ...]:
    for one in names:
        if one not in PARTS_OF and one not in PART_NAMES:
            known = tuple(dict.fromkeys([*PARTS_OF, *PART_NAMES]))
            raise ContentError.at("--component", f"'{one}' is no component or part", instead(one, known))  # fmt: skip
    wanted = {*parts_of(names), *(one for one in names if one in PART_NAMES and one not in PARTS_OF)}
    return tuple(one for one in PART_NAMES if one in wanted) if names else PART_NAMES


def _named(bundle: Bundle) -> dict[str, Any]:
    return {"id": bundle.id, "title": bundle.title, "content_id": content_id(bundle), "short_id": short_id(bundle), "exercise": bundle.system is not None}  # fmt: skip
