"""Other tenants' content: documents that belong to another tenant than the one who asked, and values of one tenant in answers
to another."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotwash.kit.schema.columns import TraceColumns
from hotwash.ports.relation import Relation
from hotwash.triage.scan import Hit, hits
from hotwash.triage.suspects import Share, draw, readable, share
from hotwash.triage.timeline import Window

SHARED = frozenset({"", "public", "shared", "common", "global", "all", "*"})
"""Names of a document's tenant that mean everybody's."""
MOST_PAIRS = 10


@dataclass(frozen=True)
class CrossTenant:
    """`documents`: requests that were given a document of another tenant (None when tenant or documents are not in the table).
    `shown`: those of them whose answer holds a run of eight words from such a document that none of its own documents has.
    `pairs`: tenant who asked, tenant whose document it was, requests. `values`: answers that hold a value which is known, from
    what was written or retrieved, to be another tenant's alone (None when it could not be compared).
    `unreadable`: rows whose list of documents is no JSON. `untold`: documents of other rows that name no tenant."""

    documents: Share | None
    shown: int
    pairs: tuple[tuple[str, str, int], ...]
    values: int | None
    value_kinds: tuple[str, ...]
    unreadable: int
    columns_read: tuple[str, ...]
    raw_rows: int
    ids: tuple[str, ...] = ()


def cross_tenant(
    relation: Relation,
    columns: TraceColumns,
    window: Window,
    where: Sequence[str],
    budget: int,
    looked: Sequence[tuple[Mapping[str, Any], Mapping[str, tuple[Hit, ...]]]],
) -> CrossTenant:
    """Compare tenants. `looked` are rows read whole, with the values found in their texts."""
    values, kinds = _values(columns, looked)
    if not (columns.tenant and columns.documents):
        return CrossTenant(None, 0, (), values, kinds, 0, (), 0)
    windows = {"incident": window}
    condition = _foreign(relation, columns)
    wanted = [columns.tenant, columns.documents, *([columns.output] if columns.output else [])]
    drawn = draw(relation, columns, windows, condition, [columns.tenant, columns.documents], wanted, where, budget)
    asked = readable(relation, columns, windows, [columns.documents], where)[0].read
    pairs: Counter[tuple[str, str]] = Counter()
    found, shown, unreadable, ids = 0, 0, 0, []
    for row in drawn.rows:
        own = str(row[columns.tenant])
        listed = _listed(str(row[columns.documents]))
        if listed is None:
            unreadable += 1
            continue
        others = [(tenant, text) for tenant, text in listed if tenant != own and tenant.lower() not in SHARED]
        if others:
            found += 1
            ids.append(str(row.get(columns.id, "")))
            pairs.update({(own, tenant) for tenant, _ in others})
            mine = [text for tenant, text in listed if tenant == own]
            shown += (
                _shown(str(row.get(columns.output) or ""), [text for _, text in others], mine) if columns.output else 0
            )
    told = tuple((own, other, n) for (own, other), n in pairs.most_common(MOST_PAIRS))
    return CrossTenant(share(found, asked, drawn.chance, len(drawn.rows)), shown, told, values, kinds, unreadable, tuple(wanted),
                       len(drawn.rows), tuple(ids[:5]))  # fmt: skip


def _foreign(relation: Relation, columns: TraceColumns) -> str:
    """Rows whose documents name a tenant once every mention of their own is taken out, or are no list."""
    dialect = relation.dialect
    documents, tenant = dialect.name(columns.documents), dialect.name(columns.tenant)
    rest = documents
    for key in ('"tenant": "', '"tenant":"'):
        mention = f"CONCAT({dialect.text(key)}, {dialect.as_text(tenant)}, {dialect.text(chr(34))})"
        rest = f"REPLACE({rest}, {mention}, '')"
    named = f"POSITION({dialect.text(chr(34) + 'tenant' + chr(34))} IN {rest}) > 0"
    return f"{tenant} IS NOT NULL AND {documents} IS NOT NULL AND ({named} OR TRIM({documents}) NOT LIKE '[%]')"


def _listed(text: str) -> list[tuple[str, str]] | None:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(parsed, list):
        return None
    return [(str(one.get("tenant") or ""), str(one.get("content") or "")) for one in parsed if isinstance(one, Mapping)]


RUN = 8


def _runs(text: str) -> set[tuple[str, ...]]:
    words = text.lower().split()
    return {tuple(words[one : one + RUN]) for one in range(len(words) - RUN + 1)}


def _shown(answer: str, others: Sequence[str], mine: Sequence[str]) -> bool:
    theirs = set[tuple[str, ...]]().union(*(_runs(one) for one in others)) - set[tuple[str, ...]]().union(
        *(_runs(one) for one in mine)
    )
    return bool(theirs & _runs(answer))


def _values(columns: TraceColumns, looked: Sequence[tuple[Mapping[str, Any], Mapping[str, tuple[Hit, ...]]]]) -> tuple[int | None, tuple[str, ...]]:  # fmt: skip
    """Answers with a value whose only known owner is another tenant. An owner is known when the value was written in one tenant's
    requests or documents; a value that two tenants wrote is nobody's."""
    if not (columns.tenant and columns.output and columns.input):
        return None, ()
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row, found in looked:
        tenant = str(row[columns.tenant])
        written = row.get(columns.input)
        sources = found[columns.input] if columns.input in found else hits(str(written)) if written is not None else ()
        for one in sources:
            owners[one.kind, one.value].add(tenant)
    crossed, kinds = 0, set()
    for row, found in looked:
        tenant = str(row[columns.tenant])
        others = [one.kind for one in found.get(columns.output, ()) if one.verdict == "real"
                  and len(owners.get((one.kind, one.value), ())) == 1 and tenant not in owners[one.kind, one.value]]  # fmt: skip
        crossed += bool(others)
        kinds.update(others)
    return crossed, tuple(sorted(kinds))
