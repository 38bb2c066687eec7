"""Evidence items in full: what a reference of the log stands for, in the four forms in which it may be kept or shown.

An item's address is the SHA-256 of its raw form. `raw` is what was there; `redacted` is what may leave the vault; `hash` proves
later that a raw text was this one, to somebody with the vault's key, and tells nobody else; `metadata` says what and how much.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal, get_args

from hotwash.drill.journal import Journal
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.event import canonical
from hotwash.ports.system import SystemUnderDrill
from hotwash.ports.traces import Trace
from hotwash.triage.redact import Redactor

Form = Literal["raw", "redacted", "hash", "metadata"]
FORMS: tuple[Form, ...] = get_args(Form)
KEPT = ("evidence_collected", "snapshot_taken")
"""Events that put an item into the locker."""
LONGEST_ATTRIBUTE = 64
"""Characters; a longer attribute of a trace is a text, and a redacted form says its length alone."""
SETTLED_MS = 1_000
"""A live drill looks at its system at most this long before a command: minutes that were not over by then are not kept."""


@dataclass(frozen=True)
class Item:
    """One item as the log has it. `ref` is empty for a snapshot, whose content the log holds itself."""

    item: str
    kind: str
    ref: str
    note: str
    sha256: str
    version: int
    at_ms: int


def items(journal: Journal) -> Iterator[Item]:
    """Every item of a log, in the order in which they were kept."""
    lines = sorted(((one.version, kind, one) for kind in KEPT for one in journal.of(kind)), key=lambda found: found[0])
    for version, _, line in lines:
        data = line.data
        kind, ref = data.get("kind", "snapshot"), data.get("ref", "")
        yield Item(data["item"], kind, ref, data["note"], data["sha256"], version, line.at_ms)


def value_of(system: SystemUnderDrill, journal: Journal, kind: str, ref: str, at_ms: int) -> Any:
    """What a reference stood for at a moment, as JSON; None for what cannot be looked up.

    Raises NotSupportedError for a trace that does not exist or lies in the future.
    """
    match kind:
        case "trace":
            return trace_value(system.open(ref))
        case "signal":
            frame = system.frame()
            if ref not in frame.signals:
                return None
            whole = max(0, at_ms - SETTLED_MS) // MINUTE
            return {"signal": ref, "counts_by_minute": [int(one) for one in frame.series(ref)[:whole]]}
        case "message":
            found = [
                one for kind in ("inject_delivered", "inject_improvised") for one in journal.where(kind, inject=ref)
            ]
            told = ("sender", "channel", "to", "subject", "body")
            return (
                {"inject": ref, "at_ms": found[0].at_ms, **{one: found[0].data[one] for one in told}} if found else None
            )
        case "suite":
            run = next(
                (one for one in reversed(journal.of("suite_run")) if one.data["suite"] == ref and one.at_ms <= at_ms),
                None,
            )
            return {"at_ms": run.at_ms, **{one: run.data[one] for one in run.data if one != "shows"}} if run else None
        case "configuration":
            versions = system.configuration().get("versions", {})
            return {"component": ref, "version": versions[ref]} if ref in versions else None
        case _:
            return next((dict(one.data["configuration"]) for one in journal.where("snapshot_taken", item=ref)), None)


def trace_value(trace: Trace) -> dict[str, Any]:
    """A trace with everything that a reader sees, as plain JSON."""
    return {
        "trace": trace.summary.id, "at_ms": trace.summary.at_ms, "dims": dict(trace.summary.dims), "status": trace.summary.status,
        "cached": trace.summary.cached, "prompt": trace.prompt, "output": trace.output,
        "passages": [{"id": one.id, "tenant": one.tenant, "content": one.content} for one in trace.passages],
        "tool_calls": [{"name": one.name, "arguments": _plain(one.arguments), "result": one.result, "error": one.error} for one in trace.tool_calls],
        "versions": dict(trace.versions), "attributes": _plain(trace.attributes),
    }  # fmt: skip


def _plain(value: Mapping[str, Any]) -> Any:
    return json.loads(json.dumps(dict(value), default=str))


def raw_form(value: Any) -> bytes:
    """The raw form; its SHA-256 is the item's address."""
    return canonical(value)


def forms(value: Any, key: bytes) -> dict[Form, bytes]:
    """All four forms of a value. `key` is the vault's: without it nobody can try texts against a hash."""
    shown = redacted(value)
    return {
        "raw": raw_form(value),
        "redacted": canonical(shown),
        "hash": canonical({"algorithm": "HMAC-SHA-256", "whole": _keyed(key, value), "parts": _parts(value, key)}),
        "metadata": canonical(_about(value)),
    }


def form(value: Any, wanted: Form, key: bytes) -> bytes:
    """One form of a value."""
    return forms(value, key)[wanted]


def redacted(value: Any) -> Any:
    """A value without personal data and secrets. Of a trace, passages that are another tenant's are withheld whole, and what
    they hold is hidden wherever else it stands."""
    redactor = Redactor()
    if not (isinstance(value, Mapping) and "passages" in value):
        return redactor.value(value)
    own = value["dims"].get("tenant")
    foreign = [one for one in value["passages"] if own is not None and one["tenant"] not in ("", own)]
    for one in foreign:
        redactor.carry(one["content"])
    attributes = {
        name: f"[text, {len(one)} characters]" if isinstance(one, str) and len(one) > LONGEST_ATTRIBUTE else one
        for name, one in value["attributes"].items()
    }
    passages = [
        {**one, "content": f"[withheld: {len(one['content'])} characters of another tenant]"} if one in foreign else one
        for one in value["passages"]
    ]
    kept = {name: value[name] for name in ("at_ms", "dims", "status", "cached", "versions", "trace")}
    texts = {
        "passages": passages,
        "attributes": attributes,
        **{name: value[name] for name in ("prompt", "output", "tool_calls")},
    }
    return {**kept, **redactor.value(texts)}


def _keyed(key: bytes, value: Any) -> str:
    return hmac.new(key, canonical(value), sha256).hexdigest()


def _parts(value: Any, key: bytes) -> dict[str, str]:
    return {str(name): _keyed(key, one) for name, one in value.items()} if isinstance(value, Mapping) else {}


def _about(value: Any) -> Any:
    """What and how much, and no text: of a trace its time, dimensions, versions and counts."""
    if not isinstance(value, Mapping):
        return {"characters": len(canonical(value))}
    if "passages" not in value:
        return {
            str(name): one if isinstance(one, int) else f"{len(canonical(one))} bytes" for name, one in value.items()
        }
    kept = {name: value[name] for name in ("trace", "at_ms", "dims", "status", "cached", "versions")}
    return {
        **kept,
        "prompt_characters": len(value["prompt"]),
        "output_characters": len(value["output"]),
        "passages": [{"tenant": one["tenant"], "characters": len(one["content"])} for one in value["passages"]],
        "tools": [{"name": one["name"], "failed": bool(one["error"])} for one in value["tool_calls"]],
    }
