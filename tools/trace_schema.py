"""Write docs/reference/trace-schema.md anew from the schema and the table of names: python tools/trace_schema.py."""

import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from hotwash.adapters import import_cells, import_files, import_names, import_traces, import_writer
from hotwash.adapters.import_inspect import UNPACKED
from hotwash.adapters.import_sources import FORMS
from hotwash.triage.canonical import DIMENSIONS, FEATURES, FIELDS, VERSIONS, columns_of

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "trace-schema.md"
OPENING = """# The schema of traces

One row a request (of an LLM or an agent) or a scored decision, in Parquet. `hotwash traces import` writes it from the exports below;
[bring your own traces](../how-to/bring-your-own-traces.md) says how. This page is written from the code by `tools/trace_schema.py`.

## Columns

An import leaves out columns that no row fills, except `id`, `at`, `kind` and `source`. Times are UTC. *Raw* columns hold what people
wrote or were told; `--without-text` leaves them out.

"""
KEPT = """
`attributes` keeps the source's own attributes as JSON, under the source's names. Names are mapped when a file is imported: a name that is not
in the table below is kept there and lost to nobody, and when the table learns it, importing the same export again fills the column.

"""
COUNTS = """
Nothing is dropped in silence. What an import read is what stands in rows and what it set aside, and it checks that the two add up. Units are spans (of
which one trace makes one row), samples of Inspect, traces of Langfuse, lines of the others. `<name>.set-aside.jsonl` has place and reason of
everything set aside, and no content. Of rows with one id, and of spans with one id in a trace, the first is kept.

"""


def page() -> str:
    """The whole page."""
    return f"{OPENING}{_columns()}{KEPT}{_roles()}{_forms()}{_names()}\n## Limits\n{COUNTS}{_limits()}"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _columns() -> str:
    rows = [(f"`{name}`", one.type, "raw" if one.raw else "", one.says) for name, one in FIELDS.items()]
    return _table(("column", "type", "", "says"), rows)


def _roles() -> str:
    told = columns_of(FIELDS)
    said = [("segments", DIMENSIONS), ("versions", VERSIONS), ("features", FEATURES)]
    rows = [(what, ", ".join(f"`{name}`" for name in names)) for what, names in said]
    signals = [(f"`{one.name}`", one.title, one.layer, f"`{one.column}`") for one in told.signals]
    return (
        "What triage makes of them, when no `columns.yaml` says otherwise:\n\n" + _table(("role", "columns"), rows)
        + "\n" + _table(("signal", "says", "layer", "column"), signals)
    )  # fmt: skip


def _forms() -> str:
    rows = [(f"`{name}`", one.covers) for name, one in FORMS.items()]
    return "\n## Exports\n\nTold by their first values, or named with `--from`; gzipped or not.\n\n" + _table(
        ("kind", "covers"), rows
    )


def _names() -> str:
    rows = [(f"`{one.name}`", f"`{one.column}`", one.source) for one in import_names.NAMES]
    prefixes = ", ".join(f"`{one}`" for one in import_names.PREFIXES)
    own = ", ".join(f"`{one}`" for one in dict.fromkeys(import_names.OWN))
    return (
        "\n## Names of attributes\n\nOf several names for one column, the first in this table that says something counts.\n\n"
        + _table(("attribute", "column", "whose name"), rows)
        + f"\nBeside these, {prefixes} before the name of one of our columns fills that column, since no convention has a name for most of\n"
        f"them: {own}.\n"
    )


def _limits() -> str:
    mb = 1024 * 1024
    rows = [
        ("a line, an item of a list, a file that is one object, a member of an archive", f"{import_files.LARGEST // mb} MB", "set aside"),
        ("a raw text", f"{import_cells.LONGEST_TEXT:,} characters", "cut; how many characters is said"),
        ("a name, a version, a segment", f"{import_cells.LONGEST_NAME:,} characters", "cut; how many characters is said"),
        ("one text inside a JSON column", f"{import_cells.LONGEST_PART:,} characters", "cut; how many characters is said"),
        ("a JSON column", f"about {import_cells.LARGEST_JSON:,} characters, {import_cells.DEEPEST} levels", "what is behind is left out, and counted"),
        ("spans of one trace", f"{import_traces.MOST_SPANS:,}, or {import_traces.LARGEST_TRACE:,} characters", "the rest is set aside"),
        ("samples of one archive, unpacked", f"{UNPACKED // mb // 1024} GB", "the rest is set aside"),
        ("a packed file that unpacks to more than 1 GB", f"{import_files.FAIR_RATIO} times its size", "reading stops there; the rest is set aside"),
        ("memory of the database behind an import", import_writer.MEMORY.replace("GB", " GB"), "more lies on disk beside the target until it is done"),
    ]  # fmt: skip
    return _table(("what", "limit", "beyond it"), rows)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
