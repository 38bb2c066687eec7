"""Hypotheses, severity, what to test next, and what was read."""

from __future__ import annotations

from hotwash.aftermath.blocks import Block, Cell, Page, Prose, Section, Table
from hotwash.aftermath.triaged.about import About, legible
from hotwash.aftermath.triaged.head import LEVEL_TONES
from hotwash.aftermath.triaged.next_tests import NextTest, next_tests
from hotwash.triage.report import Triage
from hotwash.triage.words import moment

HOW = {
    "file": "by the columns file that was named",
    "beside": "by columns.yaml beside the data",
    "schema": "our own schema",
    "proposal": "a proposal that nobody has confirmed",
}


def hypothesis_blocks(known: Triage) -> list[Block]:
    """All five, side by side."""
    if not known.hypotheses:
        return []
    rows = tuple(
        (
            Cell(one.title, strong=True), Cell("", "warn", word=one.verdict) if one.verdict == "supported" else Cell(one.verdict), Cell(one.result), Cell(one.tested),
            Cell(one.refuted_by),
        )
        for one in known.hypotheses
    )  # fmt: skip
    head = ("Hypothesis", "Verdict", "Result", "Tested", "What would refute it")
    return [
        Section("Hypotheses", "hypotheses"),
        Prose("A verdict is about a test, not about a cause. More than one may be supported."),
        Table("Five hypotheses, tested side by side", head, rows),
    ]


def severity_blocks(known: Triage) -> list[Block]:
    """The matrix's rows that traces speak to, the one that decides, and the questions for people."""
    found = known.severity
    if found is None:
        return []
    told = sorted((one for one in found.rows if one.level is not None), key=lambda one: one.level or 9)
    rows = tuple(
        (
            Cell(one.title, strong=True), Cell("", LEVEL_TONES[one.level or 4], word=f"Sev-{one.level}"), Cell(one.because),
            Cell(one.text), Cell("decides" if one.dimension == found.decided_by else "", strong=True),
        )
        for one in told
    )  # fmt: skip
    asked = [one.title.lower() for one in found.rows if one.level is None]
    blocks: list[Block] = [
        Section("Severity", "severity"),
        Prose(
            f"The mildest that the traces allow: {f'Sev-{found.level}' if found.level else 'none'}. The highest level on any row counts; people decide."
        ),
        Table(
            "Rows of the kit's matrix that traces speak to",
            ("Row", "Level", "Because", "The kit's words", "Says"),
            rows,
            empty="None: traces suggest no level.",
        ),
    ]
    if asked:
        blocks.append(Prose(f"Traces do not say; ask people about: {', '.join(asked)}."))
    return blocks


def next_blocks(known: Triage, about: About) -> list[Block]:
    """What to do now, with the command where there is one."""
    tests = legible(next_tests(known, about))
    if not tests:
        return []
    rows = tuple(_next(number, one) for number, one in enumerate(tests, start=1))
    blocks: list[Block] = [Section("Next tests", "next"), Table("In this order", ("Test", "Do", "It tells"), rows)]
    # Indented lines are code, whatever stands in them: a value has no line break here, and so cannot end it.
    told = [f"Test {n}, in a shell:\n\n    {one.command}" for n, one in enumerate(tests, 1) if one.command]
    return [*blocks, *map(Page, told)]


def _next(number: int, one: NextTest) -> tuple[Cell, ...]:
    return (Cell(str(number)), Cell(one.do, strong=True), Cell(one.tells))


def _from(known: Triage) -> str:
    made = known.provenance
    return f"{made.source} ({made.files:,} files)" if made.files else made.source


def read_blocks(known: Triage, about: About) -> list[Block]:
    """Which columns and rows were read, and what cannot be known."""
    raw = sum(one.raw_rows for one in (known.leakage, known.attacks) if one is not None)
    spare = [name for name in about.types if name not in known.columns_read]
    found = known.extent
    span = f" from {moment(found.first_ms)} to {moment(found.last_ms)} UTC" if found.rows > found.undated and not known.timeless else ""
    rows = [
        ("Rows", f"{found.rows:,}{span}"),
        ("Rows read whole", f"{raw:,}, by the checks for leakage and attacks alone" if raw else "none"),
        ("Columns read", ", ".join(known.columns_read) or "only those of the first steps"),
        ("Columns not read", ", ".join(spare) or "none"),
        ("Meaning of columns", HOW.get(about.how, about.how) or "given"),
        ("From", _from(known)),
    ]
    table = Table("What was read", ("What", "How much"), tuple((Cell(name), Cell(said)) for name, said in rows))
    unknown = tuple((Cell(one),) for one in known.unknown)
    lacking = Table(
        "What cannot be known from these traces", ("What",), unknown, empty="Nothing is known to be lacking."
    )
    return [Section("What was read, and what cannot be known", "read"), table, lacking]
