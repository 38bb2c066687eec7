"""Attacks on a model through text: what reached it, and what it then did.

Four states for a request: `not_exposed`, `resisted`, `executed` (an action, never a label), `cannot_be_known`. What an attack wants is
read from its own words, or given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotwash.kit.schema.columns import Test, TraceColumns
from hotwash.ports.relation import Relation
from hotwash.triage import payloads, sql
from hotwash.triage.ahead import Asked
from hotwash.triage.scan import withheld
from hotwash.triage.suspects import BUDGET, REDACTED, Drawn, Readable, Share, anytime, draw, readable, share
from hotwash.triage.timeline import Window
from hotwash.triage.trials import STATES, Case, Transcript, judge

MOST_FAMILIES = 20
MOST_VALUES = 20
MOST_IDS = 5


@dataclass(frozen=True)
class StateShare:
    """How many of the window's requests are in a state."""

    state: str
    share: Share


@dataclass(frozen=True)
class Senders:
    """Who is behind attacks: how many different values a column has among them, and what share the first holds."""

    column: str
    distinct: int
    top: str
    top_count: int
    top_share: float


@dataclass(frozen=True)
class PayloadFamily:
    """Near-duplicates of one payload among the rows read. `states` are pairs of state and count; `wants` the kinds of target
    that it names (email, url, account); `seen` example ids. The text is not here."""

    number: int
    kinds: tuple[str, ...]
    places: tuple[str, ...]
    wants: tuple[str, ...]
    count: int
    states: tuple[tuple[str, int], ...]
    first_ms: int
    last_ms: int
    senders: tuple[Senders, ...]
    seen: tuple[str, ...]


@dataclass(frozen=True)
class SegmentAttacks:
    """One value of one dimension: requests of the rows read that a payload reached, and those in which it was executed."""

    dim: str
    value: str
    reached: int
    executed: Share


@dataclass(frozen=True)
class Attacks:
    """What attacks did in a window. `reached` counts requests with a payload that got to the model, `executed_of_reached` those
    with an action among them. `reasons` say why a state cannot be known; `unseen` what this check cannot look at at all.
    `drawn_share` is 1 unless more rows were suspect than may be read; counts are then estimates and say so."""

    rows: int
    states: tuple[StateShare, ...]
    reached: Share
    executed_of_reached: Share
    reasons: tuple[tuple[str, int], ...]
    places: tuple[tuple[str, int], ...]
    kinds: tuple[tuple[str, int], ...]
    families: tuple[PayloadFamily, ...]
    families_left_off: int
    segments: tuple[SegmentAttacks, ...]
    senders: tuple[Senders, ...]
    first_ms: int | None
    last_ms: int | None
    readable: tuple[Readable, ...]
    columns_read: tuple[str, ...]
    raw_rows: int
    drawn_share: float
    unreadable: int
    unseen: tuple[str, ...]


def attacks(
    relation: Relation,
    columns: TraceColumns,
    window: Window,
    *,
    goals: Sequence[payloads.Goal] = (),
    blocked: Test | None = None,
    where: Sequence[str] = (),
    budget: int = BUDGET,
    known: Sequence[Readable] = (),
) -> Attacks:
    """Look for injected instructions in what the model read (input, documents, results of tools), and at what it did then.

    `goals` are known goals beside those that payloads state. `blocked` is true for requests that a guardrail stopped before
    the model; left out, it is the signal named `blocked`. `known` says how
    much of the texts can be read, where that was asked before. Raises QueryError when the engine refuses."""
    texts = _texts(columns)
    if not texts:
        return _blind(relation, columns, window, where)
    windows = {"incident": window}
    stopped = blocked or _blocked(columns)
    found = readable(relation, columns, windows, texts_of(columns), where, known)
    wanted = _wanted(columns, stopped)
    drawn = draw(relation, columns, windows, _condition(relation, columns), texts, wanted, where, budget)
    cases = [judge(_transcript(columns, row, stopped), goals) for row in drawn.rows]
    return _told(columns, found, drawn, cases, wanted)


def early(relation: Relation, columns: TraceColumns, where: Sequence[str]) -> list[Asked]:
    """What `attacks` will ask whatever the window is."""
    if not (texts := _texts(columns)):
        return []
    wanted = _wanted(columns, _blocked(columns))
    return [anytime(relation, columns, _condition(relation, columns), texts, wanted, where)]


def texts_of(columns: TraceColumns) -> list[str]:
    """Columns of which `attacks` tells how much could be read."""
    return [*_texts(columns), *([columns.output] if columns.output else [])]


def _texts(columns: TraceColumns) -> list[str]:
    return [one for one in (columns.input, columns.documents, columns.tool_calls) if one]


def _blocked(columns: TraceColumns) -> Test | None:
    return next((one for one in columns.signals if one.name == "blocked"), None)


def _wanted(columns: TraceColumns, stopped: Test | None) -> list[str]:
    also = (columns.output, columns.tenant, columns.user)
    found = [*_texts(columns), *(one for one in also if one), *columns.cuts()]
    return [*found, stopped.column] if stopped else found


def _condition(relation: Relation, columns: TraceColumns) -> str:
    """Rows with the wording of an attack, and rows whose record may hide one: lists that are none, and redacted parts."""
    dialect = relation.dialect
    each = []
    for one in (columns.input, columns.documents, columns.tool_calls):
        if not one:
            continue
        name = dialect.name(one)
        each.append(payloads.suspect(dialect, name))
        if one != columns.input:
            each.append(f"POSITION({dialect.text(REDACTED)} IN {name}) > 0")
            each.append(f"TRIM({name}) NOT LIKE '[%'")
            each.append(f"TRIM({name}) NOT LIKE '%]'")
    return (
        f"COALESCE({' OR '.join(each)}, FALSE)"
        if len(each) == 1
        else " OR ".join(f"COALESCE({one}, FALSE)" for one in each)
    )


def _transcript(columns: TraceColumns, row: Mapping[str, Any], stopped: Test | None) -> Transcript:
    def text(name: str) -> str | None:
        value = row.get(name) if name else None
        return None if value is None else str(value)

    return Transcript(
        text(columns.input),
        text(columns.output),
        text(columns.documents),
        text(columns.tool_calls),
        has_input=bool(columns.input),
        has_output=bool(columns.output),
        stopped=stopped is not None and _true(stopped, row.get(stopped.column)),
    )


def _true(test: Test, value: Any) -> bool:
    if test.missing is not None:
        return (value is None) == test.missing
    if value is None:
        return False
    checks: tuple[tuple[Any, Callable[[], bool]], ...] = (
        (test.equals, lambda: bool(value == test.equals)),
        (test.among, lambda: value in (test.among or ())),
        (test.above, lambda: float(value) > float(test.above or 0)),
        (test.below, lambda: float(value) < float(test.below or 0)),
        (test.contains, lambda: str(test.contains).lower() in str(value).lower()),
    )
    return any(asked is not None and check() for asked, check in checks)


def _told(columns: TraceColumns, found: tuple[Readable, ...], drawn: Drawn, cases: Sequence[Case],
          wanted: Sequence[str]) -> Attacks:  # fmt: skip
    rows = found[0].rows
    counted = Counter(one.state for one in cases)
    hidden = _unsuspected(columns, found, drawn)
    reached = [place for place, one in enumerate(cases) if one.reached]
    states = []
    exposed = {one: share(counted[one], rows, drawn.chance, len(cases)) for one in ("resisted", "executed")}
    unknown = share(counted["cannot_be_known"], rows, drawn.chance, len(cases))
    for one in STATES:
        if one == "not_exposed":
            rest = rows - sum(each.found for each in exposed.values()) - unknown.found - hidden
            states.append(StateShare(one, share(max(0, rest), rows)))
        elif one == "cannot_be_known":
            states.append(StateShare(one, unknown if not hidden else share(min(rows, unknown.found + hidden), rows)))
        else:
            states.append(StateShare(one, exposed[one]))
    reasons = Counter(one.reason for one in cases if one.reason)
    if hidden:
        reasons["text_missing"] += hidden
    moments = [drawn.rows[place]["at_ms"] for place in reached]
    families = _families(columns, drawn, cases, reached)
    return Attacks(
        rows,
        tuple(states),
        share(len(reached), rows, drawn.chance, len(cases)),
        share(sum(cases[place].state == "executed" for place in reached), len(reached)),
        tuple(reasons.most_common()),
        tuple(Counter(place for one in cases if one.reached for place in one.places).most_common()),
        tuple(Counter(kind for one in cases if one.reached for kind in one.kinds).most_common()),
        families[:MOST_FAMILIES],
        max(0, len(families) - MOST_FAMILIES),
        _segments(columns, drawn, cases, reached),
        _senders(columns, [drawn.rows[place] for place in reached]),
        min(moments, default=None),
        max(moments, default=None),
        found,
        tuple(dict.fromkeys((columns.time, *wanted, *([columns.id] if columns.id else [])))),
        len(cases),
        drawn.chance,
        sum(one.reason == "record_unreadable" for one in cases),
        tuple(
            f"no_{one}_column" for one in ("input", "output", "documents", "tool_calls") if not getattr(columns, one)
        ),
    )


def _unsuspected(columns: TraceColumns, found: Sequence[Readable], drawn: Drawn) -> int:
    """Rows whose input is missing or withheld and that nothing else made suspect: whether a payload came that way cannot be
    known."""
    lacking = sum(one.missing + one.withheld for one in found if one.column == columns.input)
    among = sum(withheld(row[columns.input]) for row in drawn.rows) if columns.input else 0
    return max(0, lacking - round(among / drawn.chance))


def _families(
    columns: TraceColumns, drawn: Drawn, cases: Sequence[Case], reached: Sequence[int]
) -> tuple[PayloadFamily, ...]:
    numbers = payloads.families([cases[place].shape for place in reached])
    grouped: dict[int, list[int]] = {}
    for number, place in zip(numbers, reached, strict=True):
        grouped.setdefault(number, []).append(place)
    told = []
    for number, places in sorted(grouped.items(), key=lambda one: (-len(one[1]), one[0])):
        mine = [cases[place] for place in places]
        rows = [drawn.rows[place] for place in places]
        told.append(
            PayloadFamily(
                number,
                tuple(dict.fromkeys(kind for one in mine for kind in one.kinds)),
                tuple(dict.fromkeys(where for one in mine for where in one.places)),
                tuple(sorted({kind for one in mine for kind in one.wants})),
                len(mine),
                tuple(Counter(one.state for one in mine).most_common()),
                min(row["at_ms"] for row in rows),
                max(row["at_ms"] for row in rows),
                _senders(columns, rows),
                tuple(str(row[columns.id]) for row in rows[:MOST_IDS]) if columns.id else (),
            )
        )
    return tuple(told)


def _senders(columns: TraceColumns, rows: Sequence[Mapping[str, Any]]) -> tuple[Senders, ...]:
    told = []
    for column in (columns.tenant, columns.user):
        counted = Counter(str(row[column]) for row in rows if row[column] is not None) if column else Counter()
        if counted:
            top, most = min(counted.items(), key=lambda one: (-one[1], one[0]))
            told.append(Senders(column, len(counted), top, most, most / counted.total()))
    return tuple(told)


def _segments(
    columns: TraceColumns, drawn: Drawn, cases: Sequence[Case], reached: Sequence[int]
) -> tuple[SegmentAttacks, ...]:
    told = []
    for dim in columns.cuts():
        counted: Counter[str] = Counter()
        done: Counter[str] = Counter()
        for place in reached:
            value = drawn.rows[place][dim]
            named = sql.NONE if value is None else str(value)
            counted[named] += 1
            done[named] += cases[place].state == "executed"
        told += [SegmentAttacks(dim, value, n, share(done[value], n)) for value, n in counted.most_common(MOST_VALUES)]
    return tuple(told)


def _blind(relation: Relation, columns: TraceColumns, window: Window, where: Sequence[str]) -> Attacks:
    """Nothing that a model read is in the table: every state is unknown."""
    inside = sql.within(relation.dialect, columns.time, window.from_ms, window.to_ms)
    rows = int(relation.ask(sql.select([("n", "COUNT(*)")], [*inside, *where]), [columns.time])["n"][0])
    states = tuple(StateShare(one, share(rows if one == "cannot_be_known" else 0, rows)) for one in STATES)
    none = share(0, 0)
    return Attacks(rows, states, none, none, (("no_text_column", rows),), (), (), (), 0, (), (), None, None, (), (columns.time,),
                   0, 1.0, 0, ("no_input_column", "no_documents_column", "no_tool_calls_column"))  # fmt: skip
