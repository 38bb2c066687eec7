"""Anybody's traces, by a mapping file: JSONL (also gzipped) or Parquet, one run a row."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hotwash.adapters.json_lines import json_lines
from hotwash.kernel.errors import ContentError, Located, Problem
from hotwash.kit.schema.mapping import Deed, Rule, TraceMapping
from hotwash.ports.traces import RecordedRun, ToolCall

ENDINGS = (".jsonl", ".jsonl.gz", ".parquet")
MOST_PROBLEMS = 20
"""Rows that are named before reading stops: a wrong path makes every row wrong in the same way."""
MISSING = object()
LATEST_S = 1 << 33
"""The year 2242 in seconds since 1970; a larger number is meant in milliseconds."""


class MappedRuns:
    """A file, or all files of a folder, read by one mapping. Implements `ports.traces.Traces`."""

    def __init__(self, path: Path, mapping: TraceMapping) -> None:
        self._path, self._mapping = path, mapping

    def scan(self) -> Sequence[RecordedRun]:
        """Every run, by file and row. Raises ContentError naming rows that lack what the mapping asks for, and runs
        that are there twice."""
        found: list[RecordedRun] = []
        problems: list[Problem] = []
        first: dict[tuple[str, str, bool], str] = {}
        for file in _files(self._path):
            for number, row in _rows(file, problems):
                run = _read(self._mapping, Located(file, number), row, problems)
                if run is not None:
                    key = (run.bundle, run.task, run.attacked)
                    if key in first:
                        said = f"task '{run.task}' of '{run.bundle}' was already on {first[key]}"
                        problems.append(
                            Problem(Located(file, number), said, "Keep one run of each, or name them apart.")
                        )
                    first.setdefault(key, f"{file.name}, row {number}")
                    found.append(run)
                if len(problems) >= MOST_PROBLEMS:
                    raise ContentError(problems)
        if problems:
            raise ContentError(problems)
        return found


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    found = sorted(one for one in path.iterdir() if one.name.endswith(ENDINGS)) if path.is_dir() else []
    if not found:
        raise ContentError.at(path, f"no {', '.join(ENDINGS)} here", "Name a file or folder of runs.")
    return found


def _rows(file: Path, problems: list[Problem]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    if file.suffix == ".parquet":
        yield from _parquet(file, problems)
        return
    for number, row in json_lines(file, problems):
        if isinstance(row, dict):
            yield number, row
        else:
            problems.append(Problem(Located(file, number), "not an object", "Write one JSON object a line."))


def _parquet(file: Path, problems: list[Problem]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    # Half a second to import, and most drills never need it.
    import duckdb

    try:
        with duckdb.connect(":memory:") as database:
            found = database.execute("SELECT * FROM read_parquet(?)", [str(file)])
            names = [column[0] for column in found.description or ()]
            for number, row in enumerate(found.fetchall(), start=1):
                yield number, dict(zip(names, row, strict=True))
    except duckdb.Error as broken:
        problems.append(Problem(Located(file), f"not a Parquet file: {broken}", "Write the traces again as Parquet."))


def _read(mapping: TraceMapping, where: Located, row: Mapping[str, Any], problems: list[Problem]) -> RecordedRun | None:
    lacking = [
        Problem(where, f"nothing at '{path}' ({name})", f"Correct '{name}' in the mapping, or this row.")
        for name in ("bundle", "task", "group", "time", "messages", "prompt", "output")
        if (path := getattr(mapping, name)) and at(row, path) in (MISSING, None)
    ]
    attacked = judge(mapping.attacked, row)
    if attacked is None:
        said = f"nothing at '{mapping.attacked.path}' (attacked)"
        lacking.append(Problem(where, said, "Say by 'present' whether the field being there means an attack."))
    at_ms = moment(at(row, mapping.time)) if mapping.time else None
    if mapping.time and at_ms is None and not lacking:
        said = f"no moment at '{mapping.time}' (time)"
        lacking.append(Problem(where, said, "Write ISO 8601, or seconds or milliseconds since 1970."))
    if lacking:
        problems += lacking
        return None
    talk = at(row, mapping.messages) if mapping.messages else []
    if not isinstance(talk, list):
        problems.append(Problem(where, f"'{mapping.messages}' is no list", "Name the list of messages."))
        return None
    told = [one for one in talk if isinstance(one, Mapping)]
    calls = _calls(at(row, mapping.tool_calls)) if mapping.tool_calls else _called(told)
    deed = _deed(mapping.harmed, calls) if isinstance(mapping.harmed, Deed) else ""
    harmed = bool(deed) if isinstance(mapping.harmed, Deed) else judge(mapping.harmed, row)
    return RecordedRun(
        bundle=str(at(row, mapping.bundle)),
        task=str(at(row, mapping.task)),
        dims={"suite": str(at(row, mapping.group))} if mapping.group else {},
        attacked=bool(attacked),
        harmed=harmed,
        served=judge(mapping.served, row) if mapping.served else None,
        label=judge(mapping.label, row) if mapping.label else None,
        reached=bool(judge(mapping.reached, row)) if mapping.reached else bool(attacked),
        prompt=_text(row, mapping.prompt) or _said(told, "user"),
        output=_text(row, mapping.output) or _said(told[::-1], "assistant"),
        tool_calls=calls,
        system_prompt=_said(told, "system"),
        at_ms=at_ms,
        source=f"{where.file.name}:{where.line}",
        deed=deed,
    )


def at(row: Any, path: str) -> Any:
    """The value at a dotted path, or MISSING."""
    for step in path.split("."):
        if isinstance(row, Mapping) and step in row:
            row = row[step]
        elif isinstance(row, list) and step.isdecimal() and int(step) < len(row):
            row = row[int(step)]
        else:
            return MISSING
    return row


def moment(value: Any) -> int | None:
    """A moment in ms since 1970, from ISO 8601, a date of Parquet, or a number; None where it is none of them."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        value = (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < LATEST_S * 1000:
        return None
    return round(value if value >= LATEST_S else value * 1000)


def judge(rule: Rule, row: Mapping[str, Any]) -> bool | None:
    """What a rule says of a row; None where the row does not say."""
    value = at(row, rule.path)
    if rule.present is not None:
        return (value is not MISSING and value is not None) == rule.present
    if value is MISSING or value is None:
        return None
    if rule.contains is not None:
        return rule.contains in (
            value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        )
    return bool(value == rule.equals)


def _text(row: Mapping[str, Any], path: str) -> str:
    value = at(row, path) if path else ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _said(messages: Sequence[Mapping[str, Any]], role: str) -> str:
    return next((str(one["content"]) for one in messages if one.get("role") == role and one.get("content")), "")


def _called(messages: Sequence[Mapping[str, Any]]) -> tuple[ToolCall, ...]:
    """The calls of a conversation, each with the tool message that answers it by id."""
    answers = {one.get("tool_call_id"): one for one in messages if one.get("role") == "tool"}
    found = []
    for message in messages:
        for call in message.get("tool_calls") or ():
            function = call.get("function") or {}
            answer = answers.get(call.get("id"), {})
            made = ToolCall(
                str(function.get("name", "")),
                _arguments(function.get("arguments")),
                str(answer.get("content") or ""),
                str(answer.get("error") or ""),
            )
            found.append(made)
    return tuple(found)


def _calls(value: Any) -> tuple[ToolCall, ...]:
    listed = json.loads(value) if isinstance(value, str) and value.startswith("[") else value
    return tuple(
        ToolCall(
            str(one.get("name", "")),
            _arguments(one.get("arguments")),
            str(one.get("result") or ""),
            str(one.get("error") or ""),
        )
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, Mapping)
    )


def _arguments(value: Any) -> Mapping[str, Any]:
    """Arguments as an object; chat interfaces write them as text."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {"text": value}
    return value if isinstance(value, Mapping) else {}


def _deed(rule: Deed, calls: Sequence[ToolCall]) -> str:
    done = (
        f"{one.name} {json.dumps(dict(one.arguments), sort_keys=True, ensure_ascii=False, default=str)}"
        for one in calls
        if one.name in rule.tools and not one.error
    )
    return "; ".join(one for one in done if rule.contains in one)
