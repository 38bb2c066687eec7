"""hotwash evidence: seal, verify, key, purge."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated, cast

import typer

from hotwash import bootstrap
from hotwash.cli.options import Json
from hotwash.cli.screen import emit, err, errors, out, say, write
from hotwash.conductor.locker import FORMS, Form
from hotwash.conductor.sealed import HANDLING
from hotwash.conductor.vault import Asked, Plan
from hotwash.kernel.errors import ContentError

app = typer.Typer(no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(help="Folder of a drill's record, as `hotwash drill run --out` writes it.")]


@app.command()
def seal(
    folder: Folder,
    target: Annotated[
        Path | None,
        typer.Option("--out", help="File to write; EXERCISE-<folder>.zip beside it otherwise.", show_default=False),
    ] = None,
    with_raw: Annotated[
        str,
        typer.Option(
            "--with-raw", help="Put raw texts in, for this reason; the manifest carries it.", show_default=False
        ),
    ] = "",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there.")] = False,
    as_json: Json = False,
) -> None:
    """Seal a record into one signed file: log, evidence (redacted), kit and scenario as used, scorecard, report.

    It holds the answer key: not for players before the hot wash. The same record and key give the same bytes."""
    with errors(as_json=as_json):
        file = target or folder.with_name(f"EXERCISE-{folder.resolve().name}.zip")
        key, size = bootstrap.seal(folder, file, raw_reason=with_raw, overwrite=overwrite)
    if as_json:
        emit({"file": str(file), "bytes": size, "key": key.public, "fingerprint": key.fingerprint, "raw": with_raw})
        return
    out.print(f"[bold white on red] EXERCISE [/] {size:,} bytes")
    say(f"sealed  {file}")
    out.print(
        f"key     {key.fingerprint}  (hotwash evidence key shows it whole; give it to readers by another way)",
        markup=False,
    )
    out.print(HANDLING, markup=False, style="dim")


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="File that `hotwash evidence seal` wrote.")],
    key: Annotated[
        str,
        typer.Option(
            help="Public key of whoever sealed it, or a file with it; your own otherwise.", show_default=False
        ),
    ] = "",
    head: Annotated[str, typer.Option(help="Head of the log that you noted elsewhere.", show_default=False)] = "",
    replay: Annotated[
        bool, typer.Option("--replay", help="Also play the log again and recompute score and report.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Check a sealed record: every byte, signature, log, evidence. Needs the file and a public key, nothing else."""
    with errors(as_json=as_json):
        found = bootstrap.check_sealed(file, key, head, replay=replay)
    told = found.opinion
    differences = [
        *told.differences,
        *([found.replayed.difference] if found.replayed and not found.replayed.sound else []),
    ]
    if as_json:
        emit(
            {
                "sound": found.sound, "drill": told.drill, "events": told.events, "head": told.head, "files": told.files,
                "items": told.items, "signer": told.signer, "vouched": found.vouched, "differences": differences,
                "replayed": found.replayed.sound if found.replayed else None,
            }
        )  # fmt: skip
    elif differences:
        for one in differences:
            err.print("[bold red]changed[/] ", end="")
            err.print(one, markup=False, soft_wrap=True)
    else:
        whole = "; played again, every byte recomputed" if found.replayed else ""
        out.print(
            f"{'[green]sound[/]' if found.sound else 'intact'}  {told.drill}: {told.events} events, {told.items} evidence items, {told.files} files{whole}"
        )
        out.print(f"head   {told.head}", markup=False)
        say(f"signer {told.signer} ({found.fingerprint})")
        if not found.vouched:
            err.print(
                "[bold yellow]unknown signer[/] anybody could have made and signed this file: give the key that you got from its sealer with --key"
            )
    if not found.sound:
        raise typer.Exit(1)


@app.command()
def key(
    target: Annotated[
        Path | None, typer.Option("--out", help="File to write the public key to.", show_default=False)
    ] = None,
    as_json: Json = False,
) -> None:
    """Show the public key that your records are sealed with; it is made on first use and kept in your own folder."""
    with errors(as_json=as_json):
        mine = bootstrap.own_key()
        assert mine is not None
        if target is not None:
            write(target, f"{mine.public}\n")
    if as_json:
        emit({"key": mine.public, "fingerprint": mine.fingerprint, "folder": str(mine.folder)})
        return
    say(mine.public)
    err.print(
        f"fingerprint {mine.fingerprint}; secret half in {mine.folder}, which nobody else needs",
        style="dim",
        soft_wrap=True,
    )


@app.command()
def purge(
    folder: Folder,
    item: Annotated[
        list[str] | None, typer.Option(help="Item; may be given again. All otherwise.", show_default=False)
    ] = None,
    form: Annotated[
        list[str] | None,
        typer.Option(help=f"Form: {', '.join(FORMS)}; may be given again. raw otherwise.", show_default=False),
    ] = None,
    expired: Annotated[bool, typer.Option("--expired", help="Only what the kit's retention has run out for.")] = False,
    reason: Annotated[str, typer.Option(help="Why; the tombstone carries it.", show_default=False)] = "",
    by: Annotated[str, typer.Option(help="Who lets it go; your login name otherwise.", show_default=False)] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and leave everything.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Purge evidence of a drill. Legal holds are honoured; a tombstone with the hash stands for whatever goes, so that the log still verifies."""
    with errors(as_json=as_json):
        asked = Asked(tuple(item or ()), _forms(form or ["raw"]), expired)
        if not dry_run and not reason.strip():
            raise ContentError.at("--reason", "is missing", "Say why it goes: the tombstone carries it.")
        who = by or getpass.getuser()
        plan = bootstrap.purge(folder, asked, by=who, reason=reason, dry=True)
        if not as_json:
            _tell(plan)
        if plan.goes and not dry_run:
            if not yes:
                typer.confirm(f"Purge {len(plan.goes)} for good?", abort=True, err=True)
            bootstrap.purge(folder, asked, by=who, reason=reason, dry=False)
    if as_json:
        done = not dry_run and bool(plan.goes)
        emit(
            {
                "purged": [*map(list, plan.goes)],
                "held": [*map(list, plan.held)],
                "early": [*map(list, plan.early)],
                "done": done,
            }
        )
    elif plan.goes:
        out.print("dry run: nothing was changed" if dry_run else f"purged {len(plan.goes)}; tombstones stand for them")
    if plan.held and not plan.goes:
        raise typer.Exit(1)


def _forms(names: list[str]) -> tuple[Form, ...]:
    if unknown := [one for one in names if one not in FORMS]:
        said = f"there is no form '{unknown[0]}'"
        raise ContentError.at("--form", said, f"Write one of: {', '.join(FORMS)}.")
    return tuple(cast("Form", one) for one in names)


def _tell(plan: Plan) -> None:
    for item, form in plan.goes:
        out.print(f"goes   {item} {form}", markup=False)
    for item, form, hold in plan.held:
        out.print(f"held   {item} {form}: legal hold {hold}", markup=False, style="yellow")
    for item, form, _ in plan.early:
        out.print(f"kept   {item} {form}: its time has not run out", markup=False, style="dim")
    if not (plan.goes or plan.held or plan.early):
        out.print("there is nothing of that to purge")
