"""A sealed record for tests, and the tools of somebody who tampers with one: every kind has a name, a deed and what must be said of it."""

import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hotwash.adapters import sealed_zip as z
from hotwash.adapters.signing import CONTEXT
from hotwash.conductor import sealed as s
from hotwash.kernel.event import GENESIS, canonical, digest
from hotwash.kernel.readable import readable

OWNER, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([one]) * 32) for one in (7, 9))
LOG = "record/events.jsonl"


def public(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes_raw().hex()


def resign(
    files: dict[str, bytes], key: Ed25519PrivateKey, *, listed: bool = True, **changed: object
) -> dict[str, bytes]:
    """The files with a manifest that fits them, signed with a key: what somebody does who knows the format."""
    manifest = json.loads(files[s.MANIFEST])
    if listed:
        manifest["files"] = {
            name: {"bytes": len(body), "sha256": sha256(body).hexdigest()}
            for name, body in sorted(files.items())
            if name not in s.UNSIGNED
        }
    body = readable({**manifest, **changed}).encode()
    signature = s.signature_file(public(key), key.sign(CONTEXT + body).hex())
    return {**files, s.MANIFEST: body, s.SIGNATURE: signature}


def rechained(lines: list[dict]) -> list[bytes]:
    """Events with versions, previous hashes and hashes made again: a chain that fits itself."""
    previous, made = GENESIS, []
    for version, one in enumerate(lines, start=1):
        body = {name: value for name, value in one.items() if name != "hash"} | {
            "version": version,
            "previous": previous,
        }
        previous = digest(body)
        made.append(canonical({**body, "hash": previous}))
    return made


def events(files: dict[str, bytes]) -> list[dict]:
    return [json.loads(line) for line in files[LOG].splitlines()]


def log(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def other(body: bytes, at: int = -20) -> bytes:
    """The same bytes but one."""
    return body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :] if at + 1 else body[:at] + bytes([body[at] ^ 1])


@dataclass(frozen=True)
class Place:
    """Where one entry stands: its local header, its bytes, its line of the directory."""

    local: int
    body: int
    size: int
    central: int


def places(found: bytes) -> dict[str, Place]:
    at, seen = 0, []
    while found[at : at + 4] == b"PK\x03\x04":
        size, length = struct.unpack_from("<I", found, at + 22)[0], struct.unpack_from("<H", found, at + 26)[0]
        seen.append((found[at + 30 : at + 30 + length].decode(), at, at + 30 + length, size))
        at += 30 + length + size
    known = {}
    for name, local, body, size in seen:
        known[name] = Place(local, body, size, at)
        at += 46 + len(name)
    return known


def poke(found: bytes, at: int, value: bytes) -> bytes:
    return found[:at] + value + found[at + len(value) :]


def loosely(entries: list[tuple[str, bytes]], **odd: object) -> bytes:
    """A container as another tool might write it: any names in any order."""
    local, central, at = [], [], 0
    for name, body in entries:
        raw = name.encode()
        head = list(z._local(name, body))
        head[9] = len(raw)
        one = z.LOCAL.pack(*head) + raw + body
        line = list(z._central(name, body, at))
        line[10] = len(raw)
        central.append(z.CENTRAL.pack(*line) + raw)
        local.append(one)
        at += len(one)
    listed = b"".join(central)
    return b"".join((*local, listed, z.END.pack(b"PK\x05\x06", 0, 0, len(entries), len(entries), len(listed), at, 0)))


def deflated(files: dict[str, bytes], name: str, body: bytes) -> bytes:
    """A container of one file that unpacks to far more than it weighs."""
    press = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = press.compress(body) + press.flush()
    head = z.LOCAL.pack(b"PK\x03\x04", 20, 0, 8, 0, z.DAY, zlib.crc32(body), len(packed), len(body), len(name), 0)
    line = z.CENTRAL.pack(b"PK\x01\x02", z.MADE_BY, 20, 0, 8, 0, z.DAY, zlib.crc32(body), len(packed), len(body), len(name), 0, 0, 0, 0,
                          z.REGULAR, 0)  # fmt: skip
    first = head + name.encode() + packed
    listed = line + name.encode()
    return first + listed + z.END.pack(b"PK\x05\x06", 0, 0, 1, 1, len(listed), len(first), 0)


Tamper = Callable[[bytes, dict[str, bytes]], bytes]


def _container(change: Callable[[dict[str, bytes]], dict[str, bytes]]) -> Tamper:
    return lambda _found, files: z.pack(change(dict(files)))


def _edit(name: str, edit: Callable[[bytes], bytes]) -> Tamper:
    return _container(lambda files: {**files, name: edit(files[name])})


def _insider(name: str, edit: Callable[[dict[str, bytes]], bytes], **changed: object) -> Tamper:
    """Somebody with the right key edits one file and signs again."""
    return _container(lambda files: resign({**files, name: edit(files)}, OWNER, **changed))


def _at(name: str, offset: int, value: bytes, where: str = "local") -> Tamper:
    return lambda found, _files: poke(found, getattr(places(found)[name], where) + offset, value)


def first(files: dict[str, bytes], prefix: str) -> str:
    return next(name for name in sorted(files) if name.startswith(prefix))


def _log(change: Callable[[list[dict]], list[bytes]]) -> Callable[[dict[str, bytes]], bytes]:
    return lambda files: log(change(events(files)))


def _plain(change: Callable[[list[dict]], list[dict]]) -> Callable[[bytes], bytes]:
    return lambda body: log([canonical(one) for one in change([json.loads(line) for line in body.splitlines()])])


def _said(lines: list[dict], number: int, word: str) -> list[dict]:
    lines[number - 1]["person"] = word
    return lines


def _swapped(lines: list[dict]) -> list[dict]:
    lines[20], lines[21] = lines[21], lines[20]
    return lines


def _insider_json(name: str, edit: Callable[[dict], None]) -> Tamper:
    def edited(files: dict[str, bytes]) -> bytes:
        body = json.loads(files[name])
        edit(body)
        return readable(body).encode()

    return _insider(name, edited)


def _own_hash(lines: list[dict]) -> list[dict]:
    one = {**lines[9], "person": "somebody else"}
    one["hash"] = digest({name: value for name, value in one.items() if name != "hash"})
    return [*lines[:9], one, *lines[10:]]


def _forged(key: Ed25519PrivateKey) -> Tamper:
    """Events in another order, the chain made again, then manifest and signature."""
    return _container(
        lambda files: resign(
            {**files, LOG: log(rechained(_swapped(events(files))))},
            key,
            head=json.loads(rechained(_swapped(events(files)))[-1])["hash"],
        )
    )


KINDS: dict[str, tuple[Tamper, str]] = {
    # the container
    "bytes after the end": (lambda found, _: found + b"more", "4 bytes stand after the end"),
    "bytes before the start": (lambda found, _: b"#!/bin/sh\n" + found, "10 bytes stand before the first file"),
    "a comment on the container": (lambda found, _: found[:-2] + b"\x05\x00hello", "a comment of 5 bytes"),
    "a comment on a file": (_at("README.txt", 32, b"\x01\x00", "central"), "the directory has a comment of 1 bytes on README.txt"),
    "a file twice": (lambda _, files: loosely([*sorted(files.items()), sorted(files.items())[-1]]), "is there twice"),
    "a way out of the folder": (lambda _, files: loosely([("../../evil.sh", b"x"), *sorted(files.items())]), "leads out of the folder"),
    "an absolute name": (lambda _, files: loosely([("/etc/evil", b"x"), *sorted(files.items())]), "leads out of the folder"),
    "a drive in a name": (lambda _, files: loosely([("C:evil", b"x"), *sorted(files.items())]), "leads out of the folder"),
    "a hidden name": (lambda _, files: loosely([(".evil", b"x"), *sorted(files.items())]), "is none that a sealed record has"),
    "a name with a line in it": (lambda _, files: loosely([("A\nB", b"x"), *sorted(files.items())]), "is none that a sealed record has"),
    "a twin in capitals": (lambda _, files: loosely([("MANIFEST.json", b"x"), *sorted(files.items())]), "are one file on some machines"),
    "files in another order": (lambda _, files: loosely([*sorted(files.items())[::-1]]), "the order of files was changed"),
    "a symbolic link": (_at("README.txt", 38, struct.pack("<I", 0o120777 << 16), "central"), "README.txt is a symbolic link"),
    "other rights": (_at("README.txt", 38, struct.pack("<I", 0o104755 << 16), "central"), "says other things about README.txt"),
    "a bomb": (lambda _, files: deflated(files, "README.txt", b"\0" * 50_000_000), "README.txt is compressed (method 8"),
    "a size beyond the end": (_at("README.txt", 18, struct.pack("<II", 2**31, 2**31)), "bytes after the end of the file"),
    "encryption": (_at("README.txt", 6, b"\x01\x00"), "README.txt is encrypted"),
    "a size after the bytes": (_at("README.txt", 6, b"\x08\x00"), "where tools disagree about its end"),
    "an extra field": (_at("README.txt", 28, b"\x04\x00"), "carries 4 extra bytes"),
    "a date": (_at("README.txt", 10, b"\x01\x00"), "the header of README.txt was changed"),
    "another name in the directory": (_at("README.txt", 46, b"READMI", "central"), "the directory lists 'READMI.txt'"),
    "a file that the directory hides": (
        lambda found, _: (lambda p: found[: p.central] + found[p.central + 46 + len("README.txt") :])(places(found)["README.txt"]),
        "the directory lists 'evidence/custody.json' where the file holds README.txt",
    ),
    "a directory line twice": (
        lambda found, _: (lambda p: found[: len(found) - 22] + found[p.central : p.central + 56] + found[-22:])(places(found)["README.txt"]),
        "lists a file that is not there, or one twice",
    ),
    "another size in the directory": (_at("README.txt", 24, b"\x01\x00\x00\x00", "central"), "says other things about README.txt"),
    "bytes before the directory": (
        lambda found, files: (lambda p: found[: p.central] + b"hidden" + found[p.central :])(places(found)["README.txt"]),
        "neither file nor directory begins",
    ),
    "other counts at the end": (lambda found, _: poke(found, len(found) - 12, b"\x01"), "the end record does not fit the files"),
    "cut off in a file": (lambda found, _: found[: len(found) // 2], "it was cut off"),
    "cut off in the directory": (lambda found, _: found[:-300], "is in the file and not in its directory"),
    "cut off in the end record": (lambda found, _: found[:-3], "the end record is missing"),
    "nothing left": (lambda _found, _files: b"", "this is no sealed record"),
    "a checksum of a file": (_at("README.txt", 14, b"\0\0\0\0"), "the checksum of README.txt in the container"),
    "a checksum in the directory": (_at("README.txt", 16, b"\0\0\0\0", "central"), "the directory of the container has another checksum"),
    # what was signed
    "a byte of the report": (_edit("record/report.html", other), "record/report.html was changed: the same number of bytes"),
    "a byte without its checksum": (
        lambda found, _: (lambda p: poke(found, p.body + p.size - 9, b"\x01"))(places(found)["record/report.md"]),
        "record/report.md was changed",
    ),
    "more in the report": (_edit("record/report.md", lambda body: body + b"and more"), "record/report.md was changed: "),
    "a mark of the scorecard": (_edit("record/scorecard.json", lambda body: body.replace(b'"total": ', b'"total": 1')), "record/scorecard.json was changed"),
    "the kit": (_edit("record/design.json", lambda body: body.replace(b"Base kit", b"Best kit")), "record/design.json was changed"),
    "a word of an event": (_edit(LOG, _plain(lambda lines: _said(lines, 10, "mallory"))), "event 10 (seat_taken) was changed after it was written"),
    "an event with its own hash": (_edit(LOG, _plain(_own_hash)), "event 11 (comms_checked) does not follow the event before it"),
    "an event less": (_edit(LOG, _plain(lambda lines: [*lines[:30], *lines[31:]])), "event 31 is missing: the log goes on with event 32"),
    "an event twice": (_edit(LOG, _plain(lambda lines: [*lines[:30], lines[29], *lines[30:]])), "comes again where event 31 is due"),
    "events in another order": (_edit(LOG, _plain(_swapped)), "event 21 is missing: the log goes on with event 22"),
    "a line that is no event": (_edit(LOG, lambda body: body + b"{}\n"), "has other fields than an event"),
    "an event in another form": (_edit(LOG, lambda body: body.replace(b'{"command_id"', b'{ "command_id"', 1)), "is not in canonical form"),
    "a shorter log": (_edit(LOG, lambda body: b"".join(body.splitlines(keepends=True)[:200])), "before ENDEX: its tail was cut off"),
    "an order with the chain made again": (_edit(LOG, lambda body: log(rechained(_swapped([json.loads(line) for line in body.splitlines()])))), " events with the head "),
    "a manifest made again": (_container(lambda files: {**resign(files, STRANGER, drill="another"), s.SIGNATURE: files[s.SIGNATURE]}), "the signature does not fit manifest.json"),
    "all made again by a stranger": (_forged(STRANGER), "it is signed with another key"),
    "a stranger's key and the old signature": (
        _edit(s.SIGNATURE, lambda body: body.replace(public(OWNER).encode(), public(STRANGER).encode())),
        "it is signed with another key",
    ),
    "the signature of something else": (
        _container(lambda files: {**files, s.SIGNATURE: s.signature_file(public(OWNER), OWNER.sign(files[s.MANIFEST]).hex())}),
        "the signature does not fit manifest.json",
    ),
    "a weaker algorithm": (_edit(s.SIGNATURE, lambda body: body.replace(b"Ed25519", b"none")), "names the algorithm 'none'"),
    "a signature file with more in it": (_edit(s.SIGNATURE, lambda body: body.replace(b"{", b'{"x":1,', 1)), "signature.json was rewritten"),
    "a signature file that is no JSON": (_edit(s.SIGNATURE, lambda _: b"[" * 100_000), "signature.json cannot be read"),
    "no signature": (_container(lambda files: {k: v for k, v in files.items() if k != s.SIGNATURE}), "signature.json is missing"),
    "no manifest": (_container(lambda files: {k: v for k, v in files.items() if k != s.MANIFEST}), "manifest.json is missing"),
    "a manifest that is no JSON": (_edit(s.MANIFEST, lambda _: b"\xff\xfe"), "manifest.json cannot be read"),
    "evidence changed": (
        _container(lambda files: {**files, (name := first(files, "evidence/redacted/")): other(files[name])}),
        "evidence/redacted/",
    ),
    "evidence missing": (
        _container(lambda files: {k: v for k, v in files.items() if k != first(files, "evidence/redacted/")}),
        "is missing: the manifest lists it",
    ),
    "evidence added": (_container(lambda files: {**files, "evidence/raw/0.json": b"{}"}), "evidence/raw/0.json was added"),
    "evidence under another's name": (
        _container(lambda files: {**files, first(files, "evidence/hash/"): files[first(files, "evidence/redacted/")]}),
        "does not lie under its own sum",
    ),
    # by somebody with the right key, whose story no longer holds together
    "a look taken out of custody": (
        _insider_json(s.CUSTODY, lambda body: body["items"][0].update(collected_by="mallory")),
        "has another collected_by than the log says",
    ),
    "an item taken out of custody": (_insider_json(s.CUSTODY, lambda body: body["items"].pop()), "items; the log has"),
    "a scorecard of another log": (
        _insider_json("record/scorecard.json", lambda body: body.update(log_head="0" * 64)),
        "was computed from another log",
    ),
    "content of another kit": (
        _insider("record/design.json", lambda files: files["record/design.json"].replace(b"Base kit", b"Best kit")),
        "is not the content that the drill was planned with: kit_digest differs",
    ),
    "an order signed by the owner": (_forged(OWNER), "record/scorecard.json was computed from another log"),
    "not an exercise": (_container(lambda files: resign(files, OWNER, exercise=False)), "does not say that this was an exercise"),
    "a later format": (_container(lambda files: resign(files, OWNER, format=2)), "has the format 2"),
    "a tombstone that nobody set": (
        _insider_json(s.TOMBSTONES, lambda body: body["tombstones"].append({"item": "x"})),
        "tombstone 1 has other fields",
    ),
    "raw evidence that is not what was kept": (
        _container(
            lambda files: resign(
                {
                    **files,
                    f"evidence/raw/{sha256(b'[]').hexdigest()}.json": b"[]",
                    s.CUSTODY: readable(
                        (lambda body: (body["items"][0]["forms"].update(raw=sha256(b"[]").hexdigest()), body)[1])(json.loads(files[s.CUSTODY]))
                    ).encode(),
                },
                OWNER,
            )
        ),
        "is not what was kept as",
    ),
}  # fmt: skip
"""Name → (what is done, what must be said)."""
