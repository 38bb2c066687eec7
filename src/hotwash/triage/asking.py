"""What a person asks, made into a question that can be answered, or refused with what to write instead, before anything is searched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from hotwash.kernel.errors import ContentError
from hotwash.kit.names import instead
from hotwash.kit.schema.changes import LoggedChange
from hotwash.kit.schema.columns import Test, TraceColumns, Value
from hotwash.ports.relation import ColumnType, Relation
from hotwash.ports.scope import Scope
from hotwash.triage.changes import Change
from hotwash.triage.compare import Arm
from hotwash.triage.report import Question
from hotwash.triage.timeline import Extent, Window, extent

SYSTEM = "system"
"""Our schema's column with the system prompt."""
YES, NO = {"true", "yes", "1"}, {"false", "no", "0"}
NAME_ONE = "Name one: `hotwash traces map` proposes a columns.yaml, with `signals` to fill in."


def question(
    relation: Relation,
    columns: TraceColumns,
    *,
    signal: str = "",
    since: str = "",
    until: str = "",
    changes: Sequence[LoggedChange] = (),
    texts: bool = True,
    all_texts: bool = False,
) -> Question:
    """Check that there is something to ask and put it together. Raises ContentError for a table without rows or times, with nothing that
    could be asked about, for a signal that there is none of, and for times that cannot be read or lie outside the traces."""
    there = extent(relation, columns)
    place = Path(relation.provenance.source)
    _answerable(there, columns, place)
    known = tuple(one.name for one in columns.signals)
    if signal and signal not in known:
        write = instead(signal, known) if known else NAME_ONE
        raise ContentError.at("--signal", f"there is no signal '{signal}'", write)
    logged = tuple(Change(one.at_ms, one.what, one.component, Scope.of(one.scope)) for one in changes)
    system = SYSTEM if relation.columns.get(SYSTEM) == "text" else ""
    return Question(signal, window_of(since, until, there), logged, texts=texts, all_texts=all_texts, system=system)


def _answerable(there: Extent, columns: TraceColumns, place: Path) -> None:
    if not there.rows:
        raise ContentError.at(place, "there are no rows", "Name a file or folder that holds traces.")
    texts = (columns.input, columns.output, columns.documents, columns.tool_calls)
    if not (columns.signals or columns.features or columns.groups or columns.cuts() or any(texts)):
        raise ContentError.at(place, "no signal is named, nor anything else to ask about", NAME_ONE)


def window_of(since: str, until: str, there: Extent) -> Window | None:
    """The window that a person wrote; None without one. Raises ContentError where it holds no traces."""
    if not (since or until):
        return None
    start = moment_of(since, "--from") if since else there.first_ms
    stop = moment_of(until, "--to") if until else there.last_ms + 1
    if start >= stop or stop <= there.first_ms or start > there.last_ms:
        first, last = (datetime.fromtimestamp(one / 1000, UTC).isoformat() for one in (there.first_ms, there.last_ms))
        said = "the window holds no traces" if start < stop else "the window ends before it begins"
        raise ContentError.at("--from", said, f"Traces are there from {first} to {last}.")
    return Window(start, stop)


def moment_of(text: str, option: str) -> int:
    """A moment in ISO 8601 as ms since 1970 UTC; without a zone it is UTC. Raises ContentError for anything else."""
    try:
        at = datetime.fromisoformat(text.strip().removesuffix(" UTC"))
    except ValueError:
        said = f"'{text}' is no moment"
        raise ContentError.at(option, said, "Write one such as 2026-05-05T14:20Z.") from None
    return round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def arm(said: Sequence[str], types: dict[str, ColumnType], option: str) -> Arm:
    """Part of the traffic by `column=value`, every one of which holds. Raises ContentError for a column that is not there, or a value that
    its type cannot be."""
    tests = []
    for one in said:
        column, sign, value = one.partition("=")
        if not sign or column not in types:
            found = f"'{column}' is no column of the table" if sign else f"'{one}' says no value"
            write = instead(column, tuple(types)) if sign else "Write column=value."
            raise ContentError.at(option, found, write)
        tests.append(Test(column=column, equals=_typed(value, types[column], column, option)))
    return Arm(" and ".join(said), tuple(tests))


def _typed(value: str, kind: ColumnType, column: str, option: str) -> Value:
    try:
        if kind == "integer":
            return int(value)
        if kind == "number":
            return float(value)
    except ValueError:
        said = f"'{value}' is no number, and '{column}' holds numbers"
        raise ContentError.at(option, said, "Write a number.") from None
    if kind == "flag" and value.casefold() in YES | NO:
        return value.casefold() in YES
    return value


def halves(moment: str, there: Extent) -> tuple[Arm, Arm]:
    """Before and after a moment. Raises ContentError for one with traces on one side of it alone."""
    at = moment_of(moment, "--at")
    if not there.first_ms < at <= there.last_ms:
        window_of(moment, moment, there)
    return Arm("before", (), Window(there.first_ms, at)), Arm("after", (), Window(at, there.last_ms + 1))
