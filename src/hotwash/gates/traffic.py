"""Cases of a replay suite out of traces: drawn by lot in every segment, with personal data and secrets taken out."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hotwash.kernel.errors import NotSupportedError
from hotwash.kit.schema.columns import SignalColumn, TraceColumns
from hotwash.kit.schema.suite import Case
from hotwash.ports.relation import Relation
from hotwash.triage.patterns import KINDS
from hotwash.triage.records import documents_of
from hotwash.triage.requests_drawn import requests_by_lot
from hotwash.triage.scan import plain, spans, withheld
from hotwash.triage.timeline import Window

SPARE = 3
"""Rows drawn for each case that is wanted: some are the same request again, and of some there is no text."""
MOST_CHARS = 8_000
"""Of a request or a document that are kept."""


@dataclass(frozen=True)
class Traffic:
    """Cases, how many values of each kind were taken out, and why rows were left out: `no_text`, `same_again`, `cut` (kept, cut short)."""

    cases: tuple[Case, ...]
    taken_out: Mapping[str, int]
    left_out: Mapping[str, int]
    segments: Mapping[str, int]


def traffic(
    relation: Relation,
    columns: TraceColumns,
    *,
    per: int,
    by: Sequence[str] = (),
    window: Window | None = None,
    signal: SignalColumn | None = None,
    prefix: str = "t",
) -> Traffic:
    """At most `per` cases in every combination of the values of `by`; all of them went wrong by `signal`, where one is given.

    Rows are drawn by a lot that depends on their own values, so that the same traces give the same cases. Names, addresses
    and whatever else has no form stay in: somebody has to read the cases before they are used. Raises NotSupportedError
    without a column of requests, or for a dimension that is not there.
    """
    if not columns.input:
        raise NotSupportedError("these traces name no column of requests: write 'input:' in columns.yaml")
    for dim in by:
        if dim not in relation.columns:
            raise NotSupportedError(f"there is no column '{dim}': there are {', '.join(relation.columns)}")
    rows = requests_by_lot(relation, columns, per * SPARE, by, window, signal)
    cases, taken, left, seen = list[Case](), Counter[str](), Counter[str](), set[tuple[str, ...]]()
    counts = Counter[str]()
    for row in rows:
        segment = {_key(dim): row.dims[number] for number, dim in enumerate(by)}
        where = ", ".join(f"{dim} {value}" for dim, value in segment.items()) or "all"
        text = row.said
        if counts[where] >= per:
            continue
        if text is None or withheld(text) or not text.strip():
            left["no_text"] += 1
            continue
        user = _kept(text, taken, left)
        if (where, user) in seen:
            left["same_again"] += 1
            continue
        seen.add((where, user))
        counts[where] += 1
        documents, _ = documents_of(row.documents)
        sources = [kept for one in documents if (kept := _kept(one, taken, left).strip())]
        cases.append(Case(id=f"{prefix}-{len(cases) + 1:04d}", user=user, sources=sources, segment=segment))
    return Traffic(tuple(cases), dict(taken), dict(left), dict(counts))


def as_lines(cases: Sequence[Case]) -> str:
    """As a file of cases holds them."""
    return "".join(
        json.dumps(one.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False) + "\n" for one in cases
    )


def sanitised(text: str) -> tuple[str, Counter[str]]:
    """A text with every value that has the form of personal data or a secret replaced by its kind in brackets, real or made up."""
    read, found, taken = plain(text), Counter[str](), list[tuple[int, int, str]]()
    for kind in KINDS:
        for start, end in spans(read, kind):
            if kind.verify(read[start:end]) != "no" and not any(
                start < last and first < end for first, last, _ in taken
            ):
                taken.append((start, end, kind.name))
                found[kind.name] += 1
    for start, end, name in sorted(taken, reverse=True):
        read = f"{read[:start]}[{name}]{read[end:]}"
    return read, found


def _kept(text: str, taken: Counter[str], left: Counter[str]) -> str:
    """Cleaned first and cut after: a cut through a value would leave half of it in."""
    clean, found = sanitised(text)
    taken.update(found)
    left["cut"] += len(clean) > MOST_CHARS
    return clean[:MOST_CHARS]


def _key(name: str) -> str:
    """A column's name as a dimension of cases."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "segment"
