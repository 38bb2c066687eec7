"""What a form of `causes.yaml` holds in one row, and is more in the file: the fault tree, the conclusion, a sentence; there and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

Row = dict[str, Any]
NODE = ("cause", "verdict", "evidence", "controls", "gate")


def flat(causes: Sequence[Mapping[str, Any]], depth: int = 0) -> Iterator[Row]:
    """A tree as rows, each cause right before those below it, with how far down it stands."""
    for one in causes:
        yield {name: one[name] for name in NODE} | {"depth": depth}
        yield from flat(one["causes"], depth + 1)


def nested(rows: Iterable[Row]) -> list[Row]:
    """The tree of these rows. One that stands further down than below the row before it stands right below that one."""
    top: list[Row] = []
    lists = [top]
    for row in rows:
        depth = min(row["depth"], len(lists) - 1)
        del lists[depth + 1 :]
        node = {name: row[name] for name in NODE if name != "gate" or row[name] != "any"} | {"causes": []}
        lists[depth].append(node)
        lists.append(node["causes"])
    return top


def paths(causes: Sequence[Mapping[str, Any]], at: tuple[str | int, ...] = ("tree",)) -> Iterator[tuple[str | int, ...]]:  # fmt: skip
    """Where each row of `flat` stands in the file."""
    for n, one in enumerate(causes):
        yield (*at, n)
        yield from paths(one.get("causes") or (), (*at, n, "causes"))


def concluded(row: Row) -> Row:
    """A conclusion as the file has it: an empty field says nothing, a scope is `dimension: value, value; dimension: value`."""
    since = row["since_min"].strip()
    number = float(since) if since.replace(".", "", 1).isdigit() else since or None
    told = [one.partition(":") for one in row["scope"].split(";") if one.strip()]
    return {
        "component": row["component"], "mode": row["mode"], "bucket": row["bucket"] or None, "contributors": row["contributors"],
        "since_min": int(number) if isinstance(number, float) and number.is_integer() else number,
        "scope": {dim.strip(): [one.strip() for one in values.split(",") if one.strip()] for dim, _, values in told},
    }  # fmt: skip


def conclusion_row(body: Mapping[str, Any]) -> Row:
    """The row that `concluded` reads."""
    since = body["since_min"]
    return {
        "component": body["component"], "mode": body["mode"], "bucket": body["bucket"] or "", "contributors": list(body["contributors"]),
        "since_min": "" if since is None else f"{since:g}",
        "scope": "; ".join(f"{dim}: {', '.join(values)}" for dim, values in body["scope"].items()),
    }  # fmt: skip
