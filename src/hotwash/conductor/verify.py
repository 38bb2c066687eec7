"""Check a drill's record: play the log again, recompute chain, state, score and report, name the first difference."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from hotwash.conductor.record import EVENTS, MANIFEST, SCORECARD, Files, read_events
from hotwash.kernel.errors import TamperedError
from hotwash.kernel.event import Event, check_chain

DesignIs = Literal["unchanged", "another version", "changed"]


@dataclass(frozen=True)
class Verdict:
    """`difference` is empty when everything agrees. `design` says how the content stands to the log: `unchanged`; `another version`, true
    to its digests and in a form that this version does not write, `form` naming where; `changed`, or not looked at since the log is
    broken. `engine` is who wrote the log, as its first event has it."""

    events: int
    head: str
    checked: tuple[str, ...]
    difference: str = ""
    design: DesignIs = "unchanged"
    form: str = ""
    engine: str = ""

    @property
    def sound(self) -> bool:
        """Nothing was found to differ."""
        return not self.difference


def check_log(found: Files, head: str = "") -> tuple[list[Event], str]:
    """Chain and head of the log in a record. Raises TamperedError naming what does not fit.

    `head` is a hash noted elsewhere; without it a log that was cut off at its end and re-manifested looks whole.
    """
    for name in (EVENTS, MANIFEST):
        if name not in found:
            raise TamperedError(f"{name} is missing from the record")
    events = read_events(found[EVENTS])
    chain = check_chain(events)
    if events[-1].type != "drill_ended" and not any(one.type == "drill_ended" for one in events):
        raise TamperedError(
            f"the log stops at event {len(events)} ({events[-1].type}) before ENDEX: its tail was cut off"
        )
    if head and chain != head:
        raise TamperedError(f"the head of the log is {chain}, not the {head} that was noted")
    return events, chain


def other_form(found: Mapping[str, Any], written: Mapping[str, Any]) -> str:
    """Where content as a record has it is in another form than the same content as this version writes it; empty when in none."""
    if json.dumps(found) == json.dumps(written):
        return ""
    place = _first(found, written, "")
    return place.replace(": removed", ": not in it").replace(": added", ": only in it") or "another order of keys"


def compare(found: Files, made: Files) -> str:
    """The first difference between a record and the one recomputed from its log, in words; empty when there is none."""
    for name in made:
        if name not in found:
            return f"{name} is missing from the record"
    for name in sorted(made, key=lambda one: (one == MANIFEST, one != EVENTS, one != SCORECARD, one)):
        if found[name] != made[name]:
            return f"{name}: {_where(name, found[name], made[name])}"
    extra = sorted(set(found) - set(made))
    return f"{extra[0]} does not belong to the record" if extra else ""


def _where(name: str, found: bytes, made: bytes) -> str:
    if name.endswith(".json"):
        try:
            path = _first(json.loads(found), json.loads(made), "")
        except (ValueError, UnicodeDecodeError):
            path = ""
        if path:
            return path
    for number, (here, there) in enumerate(zip(found.splitlines(), made.splitlines(), strict=False), start=1):
        if here != there:
            at = next(
                (i for i, (a, b) in enumerate(zip(here, there, strict=False)) if a != b), min(len(here), len(there))
            )
            return f"line {number}, byte {at + 1}: found {_show(here, at)}, recomputed {_show(there, at)}"
    return f"{len(found)} bytes found, {len(made)} recomputed"


def _first(found: Any, made: Any, path: str) -> str:
    if isinstance(found, Mapping) and isinstance(made, Mapping):
        for key in sorted({*found, *made}):
            if key not in found or key not in made:
                return f"{path}{key}: {'added' if key in found else 'removed'}"
            inner = _first(found[key], made[key], f"{path}{key}.")
            if inner:
                return inner
        return ""
    if isinstance(found, list) and isinstance(made, list) and len(found) == len(made):
        return next(
            (inner for i, (a, b) in enumerate(zip(found, made, strict=True)) if (inner := _first(a, b, f"{path}{i}."))),
            "",
        )
    return "" if found == made else f"{path.rstrip('.')}: found {_short(found)}, recomputed {_short(made)}"


def _show(line: bytes, at: int) -> str:
    return repr(line[max(0, at - 12) : at + 24].decode(errors="replace"))


def _short(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 80 else text[:77] + "..."
