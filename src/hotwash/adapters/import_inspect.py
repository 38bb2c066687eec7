"""Logs of Inspect: one JSON object, or a `.eval` archive with one member a sample. Archives are read, never unpacked to disk."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hotwash.adapters import import_files, import_findings
from hotwash.adapters.import_cells import moment, number, whole
from hotwash.adapters.import_messages import calls, first_said, last_said, messages
from hotwash.adapters.import_units import UNREADABLE, Aside, Found, Made, Row, Tally, each, first, obj, seq, word
from hotwash.kernel.errors import ContentError

ZIP = b"PK\x03\x04"
MOST_MEMBERS = 1_000_000
UNPACKED = 8 << 30
"""Bytes of all samples of one archive, unpacked; what comes behind is set aside."""
ATTACHED = "attachment://"


def made(values: Iterator[Found | Aside], tally: Tally) -> Iterator[Made | Aside]:
    """A row of every sample of every log."""
    for one in values:
        if isinstance(one, Aside):
            tally.saw(one.units)
            yield one
            continue
        samples = obj(one.value).get("samples")
        if not isinstance(samples, list) or not samples:
            tally.saw()
            yield Aside(one.place, "a log without samples")
            continue
        for n, sample in enumerate(samples, start=1):
            tally.saw()
            yield _made(f"{one.place}, sample {n}", sample, obj(one.value), tally)


def archived(file: Path, shown: str, tally: Tally) -> Iterator[Made | Aside]:
    """A row of every sample of an archive. Raises ContentError for a file that is no archive."""
    try:
        with zipfile.ZipFile(file) as archive:
            yield from _members(archive, shown, tally)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError) as broken:
        said = f"no archive that can be read: {type(broken).__name__}"
        raise ContentError.at(file, said, "Export the log again.") from broken


def is_archive(begin: bytes) -> bool:
    """Whether a file begins as an archive does."""
    return begin.startswith(ZIP)


def is_export(value: Any) -> bool:
    """Whether a value is a log of Inspect."""
    return isinstance(value, Mapping) and isinstance(value.get("eval"), Mapping) and "samples" in value


def _members(archive: zipfile.ZipFile, shown: str, tally: Tally) -> Iterator[Made | Aside]:
    names = [one for one in archive.infolist() if _is_sample(one.filename)][:MOST_MEMBERS]
    log = _head(archive, tally)
    left = UNPACKED
    if not names:
        tally.saw()
        yield Aside(shown, "a log without samples")
    for member in sorted(names, key=lambda one: _number(one.filename)):
        tally.saw()
        place = f"{shown}, {member.filename[:200]}"
        left -= member.file_size
        sample = import_files.BOMB if left < 0 else _member(archive, member, tally)
        yield Aside(place, sample) if isinstance(sample, str) else _made(place, sample, log, tally)


def _is_sample(name: str) -> bool:
    return name.startswith("samples/") and name.endswith(".json")


def _number(name: str) -> tuple[int, str]:
    digits = name.removeprefix("samples/").split("_", 1)[0]
    return (int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 10 else 1 << 40, name)


def _head(archive: zipfile.ZipFile, tally: Tally) -> Mapping[str, Any]:
    for name in ("header.json", "_journal/start.json"):
        if name in archive.namelist() and isinstance(found := _member(archive, archive.getinfo(name), tally), Mapping):
            return found
    return {}


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, tally: Tally) -> Any:
    """A member's value, or the reason why there is none. What an archive says of sizes is not trusted: reading stops."""
    try:
        with archive.open(member) as opened:
            raw = opened.read(import_files.LARGEST + 1)
        if len(raw) > import_files.LARGEST:
            return import_files.TOO_LARGE
        value = import_files.loads(raw, tally)
    except RecursionError:
        return import_files.TOO_DEEP
    except ValueError:
        return import_files.NO_JSON
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError):
        return "a damaged or encrypted member"
    return value if isinstance(value, Mapping) else "not an object"


def _made(place: str, sample: Any, log: Mapping[str, Any], tally: Tally) -> Made | Aside:
    try:
        return each(Found(place, sample), lambda found: _row(found, log, tally))
    except UNREADABLE:
        return Aside(place, import_files.TOO_DEEP)


def _row(found: Found, log: Mapping[str, Any], tally: Tally) -> Row | str:
    if not isinstance(found.value, Mapping):
        return "not an object"
    sample, about = found.value, obj(log.get("eval"))
    attached = obj(sample.get("attachments"))
    output = obj(sample.get("output"))
    conversation = messages(_attach(sample.get("messages"), attached, 0))
    asked = _attach(sample.get("input"), attached, 0)
    request = asked if isinstance(asked, str) else last_said(messages(asked), "user")
    answer = last_said(messages(output.get("choices")), "assistant") or last_said(conversation, "assistant")
    acted = calls(conversation)
    start, latency = _times(sample, about, tally)
    choice = obj(next(iter(seq(output.get("choices"))), None))
    failed = sample.get("error")
    ended = import_findings.reason(choice.get("stop_reason"))
    judged = _scores(sample)
    return {
        "id": first(sample.get("uuid"), _name(about, sample)),
        "at": start,
        "latency_ms": latency,
        "source": found.place,
        "kind": "agent" if acted else "llm",
        "operation": "chat",
        "provider": (word(about.get("model")) or "").partition("/")[0] if "/" in (word(about.get("model")) or "") else None,
        "model_requested": (word(about.get("model")) or "").rpartition("/")[2] or None,
        "model": output.get("model"),
        "app_version": obj(about.get("revision")).get("commit"),
        "task": f"{about.get('task')}/{sample.get('id')}/{sample.get('epoch')}",
        "status": import_findings.status(failed=bool(failed), ended=ended),
        "error": first(obj(failed).get("type"), "error") if failed else None,
        "finish_reason": ended,
        **_tokens(sample, output, word(about.get("model"))),
        "input": request,
        "output": answer,
        "system": first_said(conversation, "system"),
        "input_chars": len(request),
        "output_chars": len(answer),
        "tool_calls": [one.shown() for one in acted] or None,
        "tool_count": len(acted),
        "tool_errors": sum(one.error is not None for one in acted),
        **import_findings.judgements(judged),
        "attributes": {
            "eval": {name: about.get(name) for name in ("eval_id", "run_id", "created", "task", "task_id", "model")},
            **{name: sample.get(name) for name in ("id", "epoch", "target", "metadata", "scores", "model_usage", "error")},
        },
    }  # fmt: skip


def _name(about: Mapping[str, Any], sample: Mapping[str, Any]) -> str:
    """Logs before samples had an id of their own: run, sample and epoch."""
    run = first(about.get("run_id"), about.get("eval_id"), about.get("task_id"), "")
    return f"{run}/{sample.get('id')}/{sample.get('epoch')}"


def _times(sample: Mapping[str, Any], about: Mapping[str, Any], tally: Tally) -> tuple[Any, float | None]:
    events = [obj(one) for one in seq(sample.get("events"))]
    stamps = [at for one in (events[:1] + events[-1:]) if (at := moment(one.get("timestamp"), tally)) is not None]
    said = number(sample.get("total_time"))
    took = said * 1000 if said is not None else (stamps[-1] - stamps[0]) / 1000 if len(stamps) == 2 else None
    return first(stamps[0] if stamps else None, sample.get("started_at"), about.get("created")), took


def _tokens(sample: Mapping[str, Any], output: Mapping[str, Any], model: str | None) -> Row:
    """What the model under test used, summed over its turns. A sample's own total also has what graders used: it counts only
    where events do not tell."""
    turns = [obj(obj(one.get("output")).get("usage")) for one in _before_grading(sample) if one.get("event") == "model"]
    total, last = obj(obj(sample.get("model_usage")).get(model or "")), obj(output.get("usage"))
    made: Row = {}
    for name in ("input_tokens", "output_tokens"):
        counted = [n for one in turns if (n := whole(one.get(name))) is not None]
        otherwise = (whole(one.get(name)) for one in (total, last))
        made[name] = sum(counted) if counted else next((n for n in otherwise if n is not None), None)
    return made


def _before_grading(sample: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for one in map(obj, seq(sample.get("events"))):
        if (word(one.get("type")) or "").startswith("scorer") or one.get("event") == "score":
            return
        yield one


def _scores(sample: Mapping[str, Any]) -> list[Row]:
    found = []
    for name, score in obj(sample.get("scores")).items():
        about = obj(score)
        value = about.get("value")
        label = value if isinstance(value, str) else None
        found.append(import_findings.evaluation(name, value, label, None, about.get("explanation")))
    return found


def _attach(value: Any, attached: Mapping[str, Any], depth: int) -> Any:
    """Long texts stand apart and are named where they belong."""
    if isinstance(value, str):
        return attached.get(value.removeprefix(ATTACHED), value) if value.startswith(ATTACHED) else value
    if depth > 30 or not attached:
        return value
    if isinstance(value, list):
        return [_attach(one, attached, depth + 1) for one in value]
    if isinstance(value, Mapping):
        return {name: _attach(one, attached, depth + 1) for name, one in value.items()}
    return value
