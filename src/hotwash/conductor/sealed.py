"""What lies in a sealed record, and what its manifest says of it. The container and the signature are adapters' work."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from hotwash import __version__
from hotwash.conductor import record
from hotwash.conductor.custody import custody
from hotwash.kernel.errors import TamperedError
from hotwash.kernel.event import Event, canonical
from hotwash.kernel.readable import readable
from hotwash.kit.schema.kit import Kit

FORMAT = 1
ALGORITHM = "Ed25519"
README, MANIFEST, SIGNATURE, CUSTODY, TOMBSTONES = "README.txt", "manifest.json", "signature.json", "evidence/custody.json", "evidence/tombstones.json"  # fmt: skip
RECORD = "record/"
UNSIGNED = (MANIFEST, SIGNATURE)
HANDLING = "Holds the answer key and the log of every seat: for exercise control, observers and auditors; for players after the hot wash."

Contents = Mapping[str, Mapping[str, bytes]]
"""Item → form → its bytes; of an item that was purged, or whose content was never kept, nothing."""


@dataclass(frozen=True)
class Material:
    """What is sealed: the files of a record, its log, the evidence in the forms that may leave, what was purged, and the reason where
    raw texts are among them."""

    files: record.Files
    events: Sequence[Event]
    kit: Kit
    contents: Contents
    tombstones: Sequence[Mapping[str, Any]] = ()
    raw_reason: str = ""


@dataclass(frozen=True)
class Opinion:
    """What was found in a sealed record. `differences` is empty when nothing was changed since it was signed by `signer`."""

    drill: str = ""
    events: int = 0
    head: str = ""
    files: int = 0
    items: int = 0
    signer: str = ""
    differences: tuple[str, ...] = field(default=())


def contents_of(sealed: Material) -> record.Files:
    """Every file of the container but the signature. Deterministic: the same material gives the same bytes."""
    files: record.Files = {RECORD + name: body for name, body in sealed.files.items()}
    kept = {item: dict(by_form) for item, by_form in sealed.contents.items()}
    for by_form in kept.values():
        for form, body in by_form.items():
            files[path_of(form, body)] = body
    addresses = {
        item: {form: sha256(body).hexdigest() for form, body in by_form.items()} for item, by_form in kept.items()
    }
    files[CUSTODY] = readable(custody(sealed.events, sealed.kit, addresses)).encode()
    files[TOMBSTONES] = readable({"tombstones": [dict(one) for one in sealed.tombstones]}).encode()
    files[README] = _readme(sealed).encode()
    return {**files, MANIFEST: _manifest(sealed, files)}


def path_of(form: str, body: bytes) -> str:
    """Where a form of an item lies: under its own SHA-256."""
    return f"evidence/{form}/{sha256(body).hexdigest()}.json"


def _manifest(sealed: Material, files: Mapping[str, bytes]) -> bytes:
    planned, last = sealed.events[0], sealed.events[-1]
    listed = {name: {"bytes": len(body), "sha256": sha256(body).hexdigest()} for name, body in sorted(files.items())}
    versions = {
        "hotwash": __version__,
        "engine": planned.data["engine"],
        "record": record.FORMAT,
        "sealed_record": FORMAT,
    }
    body = {
        "format": FORMAT, "exercise": True, "handling": HANDLING, "drill": planned.data["drill"], "scenario": planned.data["scenario"],
        "kit": planned.data["kit"], "scenario_digest": planned.data["scenario_digest"], "kit_digest": planned.data["kit_digest"],
        "head": last.hash, "events": len(sealed.events), "versions": versions, "raw_evidence": sealed.raw_reason, "files": listed,
    }  # fmt: skip
    return readable(body).encode()


def signature_file(public: str, signature: str) -> bytes:
    """`signature.json`: one algorithm and no other, so that none can be talked down to."""
    return (
        canonical({"algorithm": ALGORITHM, "format": FORMAT, "over": MANIFEST, "key": public, "signature": signature})
        + b"\n"
    )


def read_signature(body: bytes) -> tuple[str, str]:
    """Public key and signature of `signature.json`. Raises TamperedError for one in another form or algorithm."""
    try:
        said = json.loads(body)
        key, signature, algorithm = (str(said[name]) for name in ("key", "signature", "algorithm"))
    except (ValueError, KeyError, TypeError, RecursionError) as broken:
        raise TamperedError(f"{SIGNATURE} cannot be read: {broken}") from broken
    if algorithm != ALGORITHM:
        raise TamperedError(
            f"{SIGNATURE} names the algorithm {algorithm[:40]!r}: a sealed record is signed with {ALGORITHM} and nothing else"
        )
    if signature_file(key, signature) != body:
        raise TamperedError(f"{SIGNATURE} was rewritten: it says the same in other bytes, or more")
    return key, signature


def _readme(sealed: Material) -> str:
    raw = (
        f"Raw evidence is in it, because: {sealed.raw_reason}"
        if sealed.raw_reason
        else "Evidence is redacted; raw texts are not in it."
    )
    return (
        "EXERCISE EXERCISE EXERCISE\n\n"
        f"The sealed record of the drill {sealed.events[0].data['drill']}. Nothing in it happened outside an exercise.\n\n"
        f"{HANDLING}\n{raw}\n\n"
        "record/    log, scorecard, report, and the kit and scenario that it was played with\n"
        "evidence/  what was kept, by SHA-256; custody.json says who kept, looked at and may read it\n\n"
        "To check it: hotwash evidence verify FILE --key PUBLIC-KEY\n"
        "Get the public key from whoever sealed it by another way than this file.\n"
    )
