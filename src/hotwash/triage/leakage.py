"""Whether data leaked: personal data, secrets and marked content in texts, other tenants' content, the system prompt.

One pass over the texts on the engine finds suspects; these rows alone are read, and a check decides. Nothing found is not nothing
there: the finding says how many were read, what could not be, and how many there may be at most.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotwash.kit.schema.columns import TraceColumns
from hotwash.ports.relation import Relation
from hotwash.triage import patterns, prompts, stats, tenants
from hotwash.triage.ahead import Asked
from hotwash.triage.prompts import Disclosure
from hotwash.triage.scan import MOST_CHARS, Hit, hits
from hotwash.triage.suspects import BUDGET, Drawn, Readable, Share, anytime, draw, readable, share, together
from hotwash.triage.tenants import CrossTenant
from hotwash.triage.timeline import Window

MOST_EXAMPLES = 5


@dataclass(frozen=True)
class Example:
    """Where one was found, and what of it may be shown."""

    id: str
    at_ms: int
    tenant: str
    masked: str


@dataclass(frozen=True)
class KindFound:
    """One kind in one column. `found` counts rows of the incident window with a real value that the user had not written in the
    same request, `baseline` the same before. `echo` rows hold values that the user had written, `synthetic` ones reserved for
    tests and fiction. `p` is two-sided for incident against baseline; None without a baseline."""

    column: str
    kind: str
    group: str
    found: Share
    baseline: Share | None
    difference: tuple[float, float, float] | None
    p: float | None
    echo: int
    synthetic: int
    values: int
    tenants: int
    first_ms: int | None
    last_ms: int | None
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Leakage:
    """What a window's texts hold. `clean` holds kinds looked for and not found, with the bound that can be promised.
    `suspects` and `raw_rows`: what the patterns raised on the engine, and how many rows were read whole because of it.
    `unseen` says what could not be looked at: `no_output_column`, `no_input_column` (echo unknown),
    `no_documents_column`, `no_tenant_column`, `no_system_column`, `texts_missing`, `texts_withheld`, `texts_masked_in_part`,
    `texts_cut` (a suspect text was longer than is read), `payment_cards_not_read` (the budget went on other suspects)."""

    kinds: tuple[KindFound, ...]
    clean: tuple[tuple[str, str], ...]
    clean_at_most: float | None
    cross_tenant: CrossTenant
    disclosure: Disclosure
    readable: tuple[Readable, ...]
    columns_read: tuple[str, ...]
    suspects: int
    raw_rows: int
    drawn_share: float
    unseen: tuple[str, ...]


@dataclass(frozen=True)
class _Row:
    at_ms: int
    period: str
    row: Mapping[str, Any]
    hits: Mapping[str, tuple[Hit, ...]]
    written: frozenset[tuple[str, str]]


def leakage(
    relation: Relation,
    columns: TraceColumns,
    window: Window,
    baseline: Window | None = None,
    *,
    where: Sequence[str] = (),
    read: Sequence[str] = ("output",),
    system: str = "",
    budget: int = BUDGET,
    known: Sequence[Readable] = (),
) -> Leakage:
    """Look through texts for what should not be in them. `read` names roles of columns (output, input, documents, tool_calls);
    roles that the table lacks are said. `system` is the column with the system prompt. At most `budget` rows are read whole.
    `known` says how much of the texts can be read, where that was asked before.
    Raises QueryError when the engine refuses."""
    windows = {"incident": window, **({"baseline": baseline} if baseline else {})}
    texts = [name for role in read if (name := str(getattr(columns, role)))]
    seen = readable(relation, columns, windows, texts, where, known) if texts else ()
    sought = _sought(relation, columns, texts)
    wanted = sought.wanted
    if texts:
        drawn = draw(relation, columns, windows, sought.condition, texts, wanted, where, budget, sought.tier)
    else:
        drawn = Drawn((), 1.0, dict.fromkeys(windows, 0))
    rows = [_looked(columns, texts, one) for one in drawn.rows]
    kinds = tuple(_kinds(columns, texts, rows, drawn, seen, windows))
    there = {(one.column, one.kind) for one in kinds}
    clean = tuple((text, kind.name) for text in texts for kind in patterns.KINDS if (text, kind.name) not in there)
    crossed = tenants.cross_tenant(relation, columns, window, where, budget, [(one.row, one.hits) for one in rows])
    told = prompts.disclosure(relation, columns, window, system, where, budget)
    most = min((one.read for one in seen if one.period == "incident"), default=0) if texts else 0
    named = [
        columns.time,
        *(wanted if texts else []),
        *crossed.columns_read,
        *told.columns_read,
        *([columns.id] if columns.id else []),
    ]
    return Leakage(
        kinds, clean, stats.promise(0, most) if texts else None, crossed, told, seen, tuple(dict.fromkeys(named)),
        sum(drawn.suspects.values()), len(rows) + crossed.raw_rows + told.raw_rows, drawn.chance, _unseen(columns, texts, read, system, seen, drawn),
    )  # fmt: skip


@dataclass(frozen=True)
class _Sought:
    """Rows with a suspect text, the columns of them that are read whole, and how suspect they are: two SQL expressions."""

    condition: str
    tier: str
    wanted: list[str]


def _sought(relation: Relation, columns: TraceColumns, texts: Sequence[str]) -> _Sought:
    ranks = [patterns.suspect(relation.dialect, relation.dialect.name(one)) for one in texts]
    tier = f"CASE WHEN {' OR '.join(f'({one}) = 1' for one in ranks)} THEN 1 ELSE 2 END"
    wanted = [*texts, *(one for one in (columns.input, columns.tenant) if one)]
    return _Sought(" OR ".join(f"({one}) > 0" for one in ranks), tier if len(ranks) != 1 else ranks[0], wanted)


def early(relation: Relation, columns: TraceColumns, where: Sequence[str]) -> list[Asked]:
    """What `leakage` will ask of answers whatever the window is."""
    if not columns.output:
        return []
    sought = _sought(relation, columns, [columns.output])
    return [anytime(relation, columns, sought.condition, [columns.output], sought.wanted, where, tier=sought.tier)]


def _looked(columns: TraceColumns, texts: Sequence[str], row: Mapping[str, Any]) -> _Row:
    found = {one: hits(str(row[one])) for one in texts if row[one] is not None}
    asked = row.get(columns.input) if columns.input else None
    written = (
        found[columns.input]
        if columns.input in found
        else hits(str(asked))
        if asked is not None and any(found.values())
        else ()
    )
    return _Row(int(row["at_ms"]), str(row["period"]), row, found, frozenset((one.kind, one.value) for one in written))


def _kinds(columns: TraceColumns, texts: Sequence[str], rows: Sequence[_Row], drawn: Drawn, seen: Sequence[Readable],
           windows: Mapping[str, Window]) -> list[KindFound]:  # fmt: skip
    told = []
    for text in texts:
        for kind in patterns.KINDS:
            mine = [(one, hit) for one in rows for hit in one.hits.get(text, ()) if hit.kind == kind.name]
            if mine:
                asked = {one.period: one.read for one in seen if one.column == text}
                told.append(_kind(columns, text, kind, mine, drawn, asked, windows))
    return told


def _counted(
    kind: patterns.Kind, real: Sequence[tuple[_Row, Hit]], drawn: Drawn, period: str, asked: Mapping[str, int]
) -> Share:
    """Rows with a value, in all of a period, from the rows that the lot drew of either tier."""
    whole = {id(one): one for one, _ in real if one.period == period}.values()
    parts = []
    for tier, chance in zip((1, 2), drawn.chances, strict=True):
        n, read = sum(one.row["tier"] == tier for one in whole), sum(row["tier"] == tier for row in drawn.rows)
        exact = not read or (tier == 2 and not n and kind.name != patterns.COMMON)
        parts.append(share(n, asked[period]) if exact else share(n, asked[period], chance, read))
    return parts[0] if parts[0].estimated else together(*parts)


def _kind(columns: TraceColumns, text: str, kind: patterns.Kind, mine: Sequence[tuple[_Row, Hit]], drawn: Drawn,
          asked: Mapping[str, int], windows: Mapping[str, Window]) -> KindFound:  # fmt: skip
    def rows(pairs: Sequence[tuple[_Row, Hit]], period: str = "incident") -> int:
        return len({id(one) for one, _ in pairs if one.period == period})

    own = [(one, hit) for one, hit in mine if text != columns.input and (hit.kind, hit.value) in one.written]
    fake = [(one, hit) for one, hit in mine if hit.verdict == "synthetic"]
    aside = {id(hit) for _, hit in (*own, *fake)}
    real = [(one, hit) for one, hit in mine if id(hit) not in aside]
    found = _counted(kind, real, drawn, "incident", asked)
    before = _counted(kind, real, drawn, "baseline", asked) if "baseline" in windows else None
    now = [(one, hit) for one, hit in real if one.period == "incident"]
    gap = None
    if before is not None and asked["incident"] and asked["baseline"] and not found.estimated:
        gap = stats.difference(stats.rate(found.found, found.asked), stats.rate(before.found, before.asked))
    moments = [one.at_ms for one, _ in now]

    def tenant(one: _Row) -> str:
        return str(one.row.get(columns.tenant) or "") if columns.tenant else ""

    examples = tuple(
        Example(str(one.row.get(columns.id, "")) if columns.id else "", one.at_ms, tenant(one), hit.masked)
        for one, hit in sorted(now, key=lambda pair: pair[0].at_ms)[:MOST_EXAMPLES]
    )
    return KindFound(
        text, kind.name, kind.group, found, before, (gap.value, gap.low, gap.high) if gap else None, gap.p if gap else None,
        rows(own), rows(fake), len({hit.value for _, hit in now}), len({tenant(one) for one, _ in now} - {""}),
        min(moments, default=None), max(moments, default=None), examples,
    )  # fmt: skip


def _unseen(columns: TraceColumns, texts: Sequence[str], read: Sequence[str], system: str, seen: Sequence[Readable],
            drawn: Drawn) -> tuple[str, ...]:  # fmt: skip
    roles = dict.fromkeys((*read, "input", "documents", "tenant"))
    lacking = [f"no_{one}_column" for one in roles if not getattr(columns, one)]
    if not system:
        lacking.append("no_system_column")
    for said, found in (
        ("texts_missing", sum(one.missing for one in seen)),
        ("texts_withheld", sum(one.withheld for one in seen)),
        ("texts_masked_in_part", sum(one.masked_in_part for one in seen)),
        ("payment_cards_not_read", not drawn.chances[1]),
        ("texts_cut", sum(len(str(row[text])) > MOST_CHARS for row in drawn.rows for text in texts)),
    ):
        if found:
            lacking.append(said)
    return tuple(lacking)
