"""Which files there are, which kind of export each is, and the importer that reads it."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotwash.adapters import import_chat, import_files, import_inspect, import_langfuse, import_otlp
from hotwash.adapters.import_span import Span
from hotwash.adapters.import_units import Aside, Found, Made, Tally
from hotwash.kernel.errors import ContentError

ENDINGS = (".json", ".jsonl", ".ndjson", ".eval", ".json.gz", ".jsonl.gz", ".ndjson.gz")
"""Files of a folder that are read."""
LOOKED_AT = 20
"""Values at the beginning of a file by which its kind is told."""
PAGE = {"data", "meta", "next_cursor", "object", "has_more", "total"}
"""What a page of Phoenix's or Langfuse's web interface holds."""
NOT_KNOWN = "no kind of export that we know"
Importer = Callable[[Iterator[Found | Aside], Tally], Iterator[Made | tuple[str, Span] | Aside]]


@dataclass(frozen=True)
class Form:
    """A kind of export: what it covers, how a value of it is told, and what reads it."""

    covers: str
    told: Callable[[Any], bool]
    read: Importer


FORMS: dict[str, Form] = {
    "langfuse": Form("trace exports of Langfuse", import_langfuse.is_export, import_langfuse.made),
    "inspect": Form("logs of Inspect, JSON or .eval", import_inspect.is_export, import_inspect.made),
    "agentdojo": Form("runs of AgentDojo", import_chat.is_agentdojo, import_chat.agentdojo),
    "tau-bench": Form("conversations of tau-bench", import_chat.is_taubench, import_chat.taubench),
    "otlp": Form(
        "OTLP JSON, span lists of SDKs, Phoenix, attribute maps; GenAI and OpenInference names",
        import_otlp.is_export,
        import_otlp.spans,
    ),
    "rows": Form("JSON objects with our own columns' names", import_chat.is_own, import_chat.own),
}
"""Name for `--from` → the kind of export, in the order in which they are tried."""


def files(source: Path, tally: Tally) -> Iterator[Path]:
    """The file, or every file of a folder that may be an export. Links that lead out of the folder are set aside. Raises
    ContentError where there is none."""
    if source.is_file():
        yield source
        return
    found = sorted(one for one in source.rglob("*") if one.name.endswith(ENDINGS)) if source.is_dir() else []
    if not found:
        said = "no export here" if source.is_dir() else "no such file or folder"
        raise ContentError.at(source, said, f"Name a file, or a folder of {', '.join(ENDINGS)}.")
    inside = source.resolve()
    for one in found:
        if not one.resolve().is_relative_to(inside):
            tally.saw()
            tally.aside(Aside(one.name, "a link that leads out of the folder"))
        elif one.is_file():
            yield one


def units(
    file: Path, shown: str, form: str, tally: Tally, formats: Counter[str]
) -> Iterator[Made | tuple[str, Span] | Aside]:
    """Rows, spans and what was set aside of one file, which places call `shown`. Raises ContentError for a file that cannot be
    read."""
    try:
        with file.open("rb") as opened:
            begin = opened.read(4)
    except OSError as broken:
        said = f"cannot be opened: {broken.strerror or broken}"
        raise ContentError.at(file, said, "Name a file that can be read.") from broken
    if form in ("", "inspect") and import_inspect.is_archive(begin):
        formats["inspect"] += 1
        yield from import_inspect.archived(file, shown, tally)
        return
    found = _unwrapped(import_files.values(file, shown, tally))
    looked = list(itertools.islice(found, LOOKED_AT))
    kind = form or next(
        (name for name, one in FORMS.items() if any(one.told(v.value) for v in looked if isinstance(v, Found))), ""
    )
    every = itertools.chain(looked, found)
    if kind:
        formats[kind] += 1
        yield from FORMS[kind].read(every, tally)
        return
    for one in every:
        tally.saw()
        yield one if isinstance(one, Aside) else Aside(one.place, NOT_KNOWN)


def _unwrapped(values: Iterator[Found | Aside]) -> Iterator[Found | Aside]:
    """Items of the pages that web interfaces give: an object whose `data` is a list, with little beside it."""
    for one in values:
        page = one.value if isinstance(one, Found) else None
        if isinstance(page, dict) and isinstance(page.get("data"), list) and set(page) <= PAGE and page["data"]:
            yield from (Found(f"{one.place}, item {n}", item) for n, item in enumerate(page["data"], start=1))
        else:
            yield one
