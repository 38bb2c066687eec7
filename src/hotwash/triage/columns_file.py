"""`columns.yaml` as a person finds it: every role with its reason, and what got none, as comments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from hotwash.kit.schema.columns import SignalColumn, Test, TraceColumns
from hotwash.kit.writing import quoted, scalar
from hotwash.triage.canonical import FIELDS
from hotwash.triage.propose import Proposal, Reason

LISTS = ("dimensions", "versions", "features", "groups")
TESTS = ("equals", "among", "above", "below", "contains", "missing")
SINGLE = (
    "time", "id", "tenant", "user", "request", "bundle", "score", "label_time", "input", "output", "documents", "tool_calls",
    "retrieved", "embedding",
)  # fmt: skip
HEAD = """# What the columns of a table of traces mean. Proposed from names, types and counts: read it, correct it, keep it beside the
# data as columns.yaml. Only `time` must be there; a column without a role is not asked about.
"""


def columns_yaml(proposal: Proposal) -> str:
    """YAML that `kit.load.load_columns` reads back to the same columns, with reasons as comments."""
    columns, why = proposal.columns, _Why(proposal.reasons)
    lines = [f"{role}: {quoted(name)}{why.of(name, role)}" for role in SINGLE if (name := getattr(columns, role))]
    for role in LISTS:
        if names := getattr(columns, role):
            lines += [f"{role}:", *(f"  - {quoted(name)}{why.of(name, role)}" for name in names)]
    for role in ("decision", "label"):
        if test := getattr(columns, role):
            lines.append(f"{role}: {_flow(test, ())}{why.of(test.column, role)}")
    if columns.signals:
        lines += [
            "signals:",
            *(f"  - {_signal(one)}{why.of(one.column, f'signal {one.name}')}" for one in columns.signals),
        ]
    return HEAD + "\n".join(lines) + "\n" + "".join(why.without())


def described(columns: TraceColumns, rows: int) -> Proposal:
    """Columns that are known, not proposed, with what our schema says of each as the reason."""
    reasons = [Reason(name, role, FIELDS[name].says if name in FIELDS else "") for name, role in roles_of(columns)]
    return Proposal(columns, tuple(reasons), rows)


def roles_of(columns: TraceColumns) -> list[tuple[str, str]]:
    """Column and role, for every role that some column has."""
    found = [(name, role) for role in SINGLE if (name := getattr(columns, role))]
    found += [(name, role) for role in LISTS for name in getattr(columns, role)]
    found += [(test.column, role) for role in ("decision", "label") if (test := getattr(columns, role))]
    return found + [(one.column, f"signal {one.name}") for one in columns.signals]


class _Why:
    def __init__(self, reasons: Sequence[Reason]) -> None:
        self._by = {(one.column, one.role): one for one in reasons}
        self._rest = [one for one in reasons if not one.role]

    def of(self, column: str, role: str) -> str:
        found = self._by.get((column, role))
        return f"  # {_comment(found.why)}" if found and found.why else ""

    def without(self) -> Iterator[str]:
        if self._rest:
            yield "\n# Without a role:\n"
        for one in self._rest:
            yield f"#   {quoted(one.column)}: {_comment(one.why)}\n"


def _comment(text: str) -> str:
    return "".join(one if one.isprintable() else " " for one in text)


def _signal(one: SignalColumn) -> str:
    return _flow(one, ("name", "title", "layer", "source"))


def _flow(test: Test, also: Sequence[str]) -> str:
    about: dict[str, Any] = {name: value for name in also if (value := getattr(test, name))}
    about["column"] = test.column
    about |= {name: getattr(test, name) for name in TESTS if name in test.model_fields_set}
    return "{" + ", ".join(f"{name}: {scalar(value)}" for name, value in about.items()) + "}"
