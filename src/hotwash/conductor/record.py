"""The record of a drill as files: everything that somebody who trusts nobody needs to check it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from hotwash.aftermath.aar import Material, after_action_report
from hotwash.aftermath.html import to_html
from hotwash.aftermath.markdown import to_markdown
from hotwash.conductor.close import Closing
from hotwash.kernel.errors import TamperedError
from hotwash.kernel.event import Event, canonical, digest, from_json
from hotwash.kernel.readable import readable
from hotwash.scoring.scorecard import to_json

EVENTS, SCORECARD, REPORT_HTML, REPORT_MD = "events.jsonl", "scorecard.json", "report.html", "report.md"
DESIGN, MANIFEST = "design.json", "manifest.json"
PARTS = ("scenario", "secret", "spec", "phrases")
"""Parts of the design that the scenario's digest covers; the kit has its own."""
FORMAT = 1

Files = dict[str, bytes]


def record(closing: Closing, events: Sequence[Event], design: Mapping[str, Any]) -> Files:
    """All files of the out folder by name. Deterministic: the same drill gives the same bytes."""
    report = after_action_report(Material(closing.case, closing.card, closing.frame, closing.review))
    files: Files = {
        EVENTS: b"".join(canonical(event.to_json()) + b"\n" for event in events),
        SCORECARD: readable(to_json(closing.card)).encode(),
        REPORT_HTML: to_html(report).encode(),
        REPORT_MD: to_markdown(report).encode(),
        # In the order of the content's own files: the tape is drawn from dimensions and intents in that order.
        DESIGN: readable(design, sort=False).encode(),
    }
    return {**files, MANIFEST: manifest(files, events)}


def manifest(files: Mapping[str, bytes], events: Sequence[Event]) -> bytes:
    """Names, sizes and SHA-256 of all other files, with the head of the log and its length."""
    listed = {name: {"bytes": len(body), "sha256": sha256(body).hexdigest()} for name, body in sorted(files.items())}
    body = {"format": FORMAT, "exercise": True, "head": events[-1].hash, "events": len(events), "files": listed}
    return readable(body).encode()


def read_events(body: bytes) -> list[Event]:
    """The events of `events.jsonl`. Raises TamperedError naming the first line that is not an event."""
    events = []
    for number, line in enumerate(body.splitlines(), start=1):
        try:
            events.append(from_json(json.loads(line), position=number))
        except (ValueError, UnicodeDecodeError) as broken:
            raise TamperedError(f"{EVENTS} line {number} is not JSON: {broken}") from broken
        if canonical(events[-1].to_json()) != line:
            raise TamperedError(f"{EVENTS} line {number} is not in canonical form: it was edited after it was written")
    if not events:
        raise TamperedError(f"{EVENTS} holds no event")
    return events


def digests(body: Mapping[str, Any]) -> dict[str, str]:
    """The digests of a drill's content, as its first event has them. Raises TamperedError when parts are missing, or there are others that
    no digest covers."""
    if others := sorted(set(body) - {*PARTS, "kit"}):
        raise TamperedError(f"{DESIGN} holds {', '.join(others)}, which no digest in the log covers")
    try:
        return {
            "scenario_digest": digest({name: body[name] for name in PARTS}),
            "kit_digest": digest(body["kit"]),
        }
    except KeyError as missing:
        raise TamperedError(f"{DESIGN} lacks {missing}") from missing


def design_of(found: Files) -> Mapping[str, Any]:
    """The content that a drill was played on. Raises TamperedError when it is missing or cannot be read."""
    try:
        body: Mapping[str, Any] = json.loads(found[DESIGN])
    except (KeyError, ValueError) as broken:
        raise TamperedError(f"{DESIGN} is missing or is not JSON: {broken}") from broken
    if not isinstance(body, dict):
        raise TamperedError(f"{DESIGN} is not a JSON object")
    return body
