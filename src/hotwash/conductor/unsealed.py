"""Whether a sealed record is what was signed, and whether what was signed agrees with itself. Says which file, which event, what."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from pydantic import ValidationError

from hotwash.conductor import sealed as s
from hotwash.conductor.custody import custody
from hotwash.conductor.locker import KEPT
from hotwash.conductor.record import DESIGN, EVENTS, SCORECARD, Files, design_of, digests
from hotwash.conductor.record import MANIFEST as RECORD_MANIFEST
from hotwash.conductor.tombstones import broken_at
from hotwash.conductor.verify import check_log
from hotwash.kernel.errors import TamperedError
from hotwash.kernel.event import Event
from hotwash.kit.schema.kit import Kit

Fits = Callable[[str, str, bytes], bool]
"""Whether a signature is one of a public key over some bytes."""
LISTED = 8
"""Differences that are told; the rest are counted."""


def examine(files: Mapping[str, bytes], fits: Fits, key: str = "", head: str = "") -> s.Opinion:
    """Everything that differs. `key` is the public key that should have signed, `head` the head of the log as noted elsewhere.

    Without a key the signature is held against the key in the file itself: that shows damage, and not who sealed it.
    """
    found = list(_signed(files, fits, key))
    try:
        manifest = _manifest(files)
    except TamperedError as broken:
        return s.Opinion(differences=(*found, str(broken)))
    found += _listed(files, manifest)
    inner = {name.removeprefix(s.RECORD): body for name, body in files.items() if name.startswith(s.RECORD)}
    events: list[Event] = []
    try:
        events, _ = check_log(inner, head)
    except TamperedError as broken:
        found.append(f"{s.RECORD}{EVENTS}: {broken}")
    if events:
        found += _agrees(files, inner, manifest, events)
    signer = _signer(files)
    kept = sum(event.type in KEPT for event in events)
    shown = found if len(found) <= LISTED else [*found[:LISTED], f"and {len(found) - LISTED} more"]
    return s.Opinion(str(manifest["drill"]), len(events), str(manifest["head"]), len(files), kept, signer, tuple(shown))


def record_in(files: Mapping[str, bytes]) -> Files:
    """The record inside, as `hotwash drill verify` checks one."""
    return {name.removeprefix(s.RECORD): body for name, body in files.items() if name.startswith(s.RECORD)}


def _signer(files: Mapping[str, bytes]) -> str:
    try:
        return s.read_signature(files[s.SIGNATURE])[0]
    except (KeyError, TamperedError):
        return ""


def _signed(files: Mapping[str, bytes], fits: Fits, key: str) -> Iterator[str]:
    if s.SIGNATURE not in files:
        yield f"{s.SIGNATURE} is missing: nobody vouches for this file"
        return
    try:
        named, signature = s.read_signature(files[s.SIGNATURE])
    except TamperedError as broken:
        yield str(broken)
        return
    if key and named != key:
        yield f"it is signed with another key ({named[:16]}…) than the one that was given ({key[:16]}…)"
    if not fits(key or named, signature, files.get(s.MANIFEST, b"")):
        yield f"the signature does not fit {s.MANIFEST}: one of them is not what was signed"


def _manifest(files: Mapping[str, bytes]) -> dict[str, Any]:
    try:
        body: dict[str, Any] = json.loads(files[s.MANIFEST])
        if body["format"] != s.FORMAT:
            raise TamperedError(f"{s.MANIFEST} has the format {body['format']!r}; this version reads {s.FORMAT}")
        if body["exercise"] is not True:
            raise TamperedError(f"{s.MANIFEST} does not say that this was an exercise")
        checked = {
            name: (body[name])
            for name in ("drill", "head", "events", "files", "raw_evidence", "scenario_digest", "kit_digest")
        }
        files_said = {str(name): (int(one["bytes"]), str(one["sha256"])) for name, one in checked["files"].items()}
    except KeyError as missing:
        raise TamperedError(f"{s.MANIFEST} is missing or lacks {missing}") from missing
    except (ValueError, TypeError, AttributeError, RecursionError) as broken:
        raise TamperedError(f"{s.MANIFEST} cannot be read: {broken}") from broken
    return {**checked, "files": files_said}


def _listed(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Iterator[str]:
    """Every file is in the manifest with its sum, and every file of the manifest is there."""
    said = manifest["files"]
    for name in sorted({*files} - {*said} - {*s.UNSIGNED}):
        yield f"{name} was added: the manifest does not list it"
    for name in sorted({*said} - {*files}):
        yield f"{name} is missing: the manifest lists it with {said[name][0]} bytes"
    for name in sorted({*said} & {*files}):
        size, sum_ = said[name]
        body = files[name]
        if sha256(body).hexdigest() != sum_:
            how = (
                f"{len(body)} bytes where {size} were signed"
                if len(body) != size
                else "the same number of bytes, and other ones"
            )
            yield f"{name} was changed: {how}"
        elif len(body) != size:
            yield f"the manifest gives {name} {size} bytes where it has {len(body)}"


def _agrees(
    files: Mapping[str, bytes], inner: Files, manifest: Mapping[str, Any], events: list[Event]
) -> Iterator[str]:
    """What a signer would have to have got wrong on purpose: parts that contradict each other."""
    if manifest["head"] != events[-1].hash or manifest["events"] != len(events):
        yield (f"{s.MANIFEST} says {manifest['events']} events with the head {str(manifest['head'])[:16]}…; the log has {len(events)} "
               f"with {events[-1].hash[:16]}…")  # fmt: skip
    try:
        body = design_of(inner)
        yield from _content(body, manifest, events[0])
        yield from _inside(inner, events)
        yield from _evidence(files, Kit.model_validate(body["kit"]), events)
    except TamperedError as broken:
        yield str(broken)
    except (ValidationError, KeyError, ValueError, TypeError, AttributeError) as broken:
        yield f"{s.RECORD}{DESIGN} or what rests on it cannot be read: {type(broken).__name__}"


def _content(body: Mapping[str, Any], manifest: Mapping[str, Any], first: Event) -> Iterator[str]:
    for name, made in digests(body).items():
        if made != first.data[name]:
            yield f"{s.RECORD}{DESIGN} is not the content that the drill was planned with: {name} differs"
        if manifest[name] != first.data[name]:
            yield f"{s.MANIFEST} has another {name} than the first event of the log"
    if manifest["drill"] != first.data["drill"]:
        yield f"{s.MANIFEST} names the drill {manifest['drill']!r}; the log is of {first.data['drill']!r}"


def _inside(inner: Files, events: list[Event]) -> Iterator[str]:
    """The record's own manifest and scorecard."""
    card, listed = json.loads(inner[SCORECARD]), json.loads(inner[RECORD_MANIFEST])
    if card["log_head"] != events[-1].hash:
        yield f"{s.RECORD}{SCORECARD} was computed from another log: its head is {card['log_head'][:16]}…"
    if (listed["head"], listed["events"]) != (events[-1].hash, len(events)):
        yield f"{s.RECORD}{RECORD_MANIFEST} is of another log"
    for name, one in listed["files"].items():
        if name not in inner:
            yield f"{s.RECORD}{name} is missing: {s.RECORD}{RECORD_MANIFEST} lists it"
        elif sha256(inner[name]).hexdigest() != one["sha256"]:
            yield f"{s.RECORD}{name} is not the file that {s.RECORD}{RECORD_MANIFEST} lists"


def _evidence(files: Mapping[str, bytes], kit: Kit, events: list[Event]) -> Iterator[str]:
    """Every form lies under its own sum, custody is what the log says, and what is missing was purged on record."""
    there = {name for name in files if name.startswith("evidence/") and name.count("/") == 2}
    for name in sorted(there):
        if sha256(files[name]).hexdigest() != name.rpartition("/")[2].removesuffix(".json"):
            yield f"{name} does not lie under its own sum"
    claimed = json.loads(files[s.CUSTODY])
    addresses = {one["item"]: one["forms"] for one in claimed["items"]}
    made = custody(events, kit, addresses)
    for have, want in zip(claimed["items"], made["items"], strict=False):
        if have != want:
            wrong = sorted(name for name in {*have, *want} if have.get(name) != want.get(name))
            yield f"{s.CUSTODY}: {want['item']} has another {', '.join(wrong)} than the log says"
    if len(claimed["items"]) != len(made["items"]):
        yield f"{s.CUSTODY} lists {len(claimed['items'])} items; the log has {len(made['items'])}"
    named = {f"evidence/{form}/{one}.json" for forms in addresses.values() for form, one in forms.items()}
    for name in sorted(there - named):
        yield f"{name} belongs to no item of the log"
    for name in sorted(named - there):
        yield f"{name} is missing: {s.CUSTODY} names it"
    yield from _raw(made)
    graves = json.loads(files[s.TOMBSTONES])["tombstones"]
    if broken := broken_at(graves):
        yield f"{s.TOMBSTONES}: {broken}"


def _raw(made: Mapping[str, Any]) -> Iterator[str]:
    for one in made["items"]:
        raw = one["forms"].get("raw")
        if raw is not None and raw != one["sha256"]:
            yield f"evidence/raw/{raw}.json is not what was kept as {one['item']}: the log has {one['sha256'][:16]}…"
