"""hotwash draft: check, new."""

from __future__ import annotations

import re
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.markup import escape

from hotwash import bootstrap
from hotwash.cli.options import Json
from hotwash.cli.screen import emit, errors, out, write
from hotwash.comms.facts import Facts
from hotwash.comms.lint.finding import Finding, line_and_column
from hotwash.kernel.clock import MINUTE, SECOND, drill_ms
from hotwash.kernel.errors import ContentError
from hotwash.kit.schema.kit import Kit
from hotwash.kit.schema.wording import Variant

app = typer.Typer(no_args_is_help=True)

VARIANTS = get_args(Variant)
AT = re.compile(r"(?P<record>.+)@T\+(?P<a>\d+)(?::(?P<b>\d{2}))?(?::(?P<c>\d{2}))?")

For = Annotated[str, typer.Option(help=f"Whom it is for: {', '.join(VARIANTS)}.")]
Known = Annotated[Path | None, typer.Option(help="What is known, as a facts file (facts.yaml).", show_default=False)]
AsOf = Annotated[
    str,
    typer.Option(
        help="What was known in a recorded drill at a moment instead: RECORD@T+23, a record's folder and drill time.",
        show_default=False,
    ),
]
OwnKit = Annotated[
    Path | None,
    typer.Option(help="Folder of your own kit; the base kit, or the record's, otherwise.", show_default=False),
]


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="The draft, as text or Markdown; - reads it from standard input.")],
    variant: For,
    facts: Known = None,
    as_of: AsOf = "",
    kit: OwnKit = None,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 for warnings, too.")] = False,
    reader: Annotated[
        str,
        typer.Option(
            help="Also ask a language model: address of a chat completions service, or an endpoint's file. The draft and the facts are sent there; its opinion never stops a draft.",
            show_default=False,
        ),
    ] = "",
    model: Annotated[str, typer.Option(help="Model to name, where the reader is an address.", show_default=False)] = "",
    key_env: Annotated[
        str,
        typer.Option(
            help="Environment variable that holds the key, where the reader is an address.", show_default=False
        ),
    ] = "",
    as_json: Json = False,
) -> None:
    """Find what a draft must not say, cannot know yet or lacks: each with line, reason and what to write. Exit code 1 where something
    stops it. Rules only: a text without findings is not therefore true."""
    with errors(as_json=as_json):
        text = _read(file)
        known, rules = _known(facts, as_of)
        if variant not in VARIANTS:
            raise ContentError.at(
                "--variant", f"there is no variant '{variant}'", f"Write one of: {', '.join(VARIANTS)}."
            )
        chosen = bootstrap.own_kit(kit) if kit or rules is None else rules
        found = bootstrap.check_draft(text, variant, known, chosen)
        if reader:
            found += bootstrap.read_draft(
                text, variant, known, chosen, bootstrap.open_target(reader, model=model, key=key_env)
            )
    stops = [one for one in found if one.blocks or (strict and not one.opinion_of)]
    if as_json:
        emit({"ready": not stops, "findings": [_plain(one, text) for one in found]})
    else:
        _show(file, text, found)
    if stops:
        raise typer.Exit(1)


@app.command()
def new(
    variant: For,
    facts: Known = None,
    as_of: AsOf = "",
    kit: OwnKit = None,
    reference: Annotated[
        str, typer.Option(help="The incident's number, where the template names it.", show_default=False)
    ] = "",
    out_file: Annotated[Path | None, typer.Option("--out", help="Write it to a file that is not there yet.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the text, and each sentence with what it rests on, for machines.")
    ] = False,
) -> None:
    """Compose a draft from what is known and print it: your kit's sentences, what is not known said as not known. Read it before you
    send it; `hotwash draft check` reads it too."""
    with errors(as_json=as_json):
        known, rules = _known(facts, as_of)
        if variant not in VARIANTS:
            raise ContentError.at(
                "--variant", f"there is no variant '{variant}'", f"Write one of: {', '.join(VARIANTS)}."
            )
        chosen = bootstrap.own_kit(kit) if kit or rules is None else rules
        made = bootstrap.new_draft(variant, known, chosen, reference)
        if out_file is not None:
            if out_file.exists():
                raise ContentError.at(
                    out_file, "the file is there already", "Name another one; nothing is overwritten."
                )
            write(out_file, f"{made.text}\n")
    if as_json:
        sentences = [{"text": one.text, "heading": one.heading, "rests_on": one.rests_on} for one in made.sentences]
        emit({"template": made.template, "text": made.text, "sentences": sentences})
    elif out_file is None:
        out.print(escape(made.text), soft_wrap=True, highlight=False)
    else:
        out.print(f"[green]written[/] {escape(str(out_file))}", soft_wrap=True)


def _read(file: Path) -> str:
    if str(file) == "-":
        return sys.stdin.read()
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as wrong:
        raise ContentError.at(
            file, f"it cannot be read: {wrong.strerror}", "Name a text file, or - for standard input."
        ) from wrong
    except UnicodeDecodeError as wrong:
        raise ContentError.at(file, "it is not text in UTF-8", "Save it as UTF-8.") from wrong
    if not text.strip():
        raise ContentError.at(file, "the draft is empty", "Write it, then check it.")
    return text


def _known(facts: Path | None, as_of: str) -> tuple[Facts, Kit | None]:
    if (facts is None) == (not as_of):
        write = "Give one of the two: --facts facts.yaml, or --as-of RECORD@T+23."
        raise ContentError.at(
            "--facts", "nothing says what is known" if facts is None else "two sources say what is known", write
        )
    if facts is not None:
        return bootstrap.facts_from(facts), None
    at = AT.fullmatch(as_of)
    if at is None:
        raise ContentError.at(
            "--as-of", f"'{as_of}' names no moment of a record", "Write RECORD@T+23, or RECORD@T+1:02:05."
        )
    whole = MINUTE if at["b"] is None else SECOND  # the whole last minute or second counts
    return bootstrap.facts_at(Path(at["record"]), drill_ms(*at.group("a", "b", "c")) + whole - 1)


def _plain(one: Finding, text: str) -> dict[str, object]:
    line, column = line_and_column(text, one.start)
    return {**asdict(one), "line": line, "column": column}


def _show(file: Path, text: str, found: tuple[Finding, ...]) -> None:
    for one in found:
        line, column = line_and_column(text, one.start)
        colour, said = ("red", "stops") if one.blocks else ("yellow", "warns")
        words = f" “{' '.join(one.words.split())}”" if one.words else ""
        out.print(
            f"[bold]{escape(str(file))}:{line}:{column}[/] [{colour}]{said}[/] {one.rule}{escape(words)}",
            soft_wrap=True,
        )
        whose = f" (opinion of {one.opinion_of}, not a rule)" if one.opinion_of else ""
        out.print(f"  {escape(one.why)} [dim]{escape(one.write)}{escape(whose)}[/]", soft_wrap=True)
    stops = sum(one.blocks for one in found)
    if stops:
        out.print(f"[bold red]{stops} of {len(found)} findings stop it[/]")
    else:
        out.print(f"[green]nothing stops it[/]{f', {len(found)} warnings' if found else ''}")
