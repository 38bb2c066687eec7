"""Ed25519 (RFC 8032) signatures, and the one key of one's own: made on first use, readable by its owner alone."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from hotwash.kernel.errors import ContentError

SIGNING, VAULT = "seal.key", "vault.key"
LONGEST_PATH = 4_096
PUBLIC = re.compile(r"[0-9a-f]{64}")
CONTEXT = b"hotwash sealed record 1\n"
"""What every signature covers before the manifest, so that one of another use of the key is none of a record."""


@dataclass(frozen=True)
class OwnKey:
    """Key pair and vault key of one person or installation. `public` is 64 hexadecimal digits."""

    secret: bytes
    public: str
    vault: bytes
    folder: Path

    def sign(self, body: bytes) -> str:
        """The signature as 128 hexadecimal digits."""
        return Ed25519PrivateKey.from_private_bytes(self.secret).sign(CONTEXT + body).hex()


def fits(public: str, signature: str, body: bytes) -> bool:
    """Whether a signature is one of this key over these bytes; False also for what is no key and no signature."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), CONTEXT + body)
    except (InvalidSignature, ValueError):
        return False
    return True


def fingerprint(public: str) -> str:
    """Sixteen hexadecimal digits in groups, for reading out: the start of the SHA-256 of the key."""
    digits = sha256(bytes.fromhex(public)).hexdigest()[:16]
    return " ".join(digits[at : at + 4] for at in range(0, 16, 4))


def key_folder(environment: Mapping[str, str], home: Path) -> Path:
    """Where keys are: HOTWASH_KEYS, or the user's own configuration folder."""
    named = environment.get("HOTWASH_KEYS", "")
    base = environment.get("XDG_CONFIG_HOME", "")
    return Path(named) if named else (Path(base) if base else home / ".config") / "hotwash"


def own_key(folder: Path, *, make: bool = True) -> OwnKey | None:
    """The key of this folder, made on first use; None where there is none and none is to be made.

    Raises ContentError for a folder that cannot be used, and for a key that others may read.
    """
    if not make and not (folder / SIGNING).is_file():
        return None
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        secret, vault = (_read_or_make(folder / name) for name in (SIGNING, VAULT))
    except OSError as broken:
        write = "Name another folder with the environment variable HOTWASH_KEYS."
        raise ContentError.at(folder, f"cannot hold a key: {broken.strerror}", write) from broken
    public = Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw().hex()
    return OwnKey(secret, public, vault, folder)


def _read_or_make(path: Path) -> bytes:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(secrets.token_bytes(32).hex().encode() + b"\n")
    except FileExistsError:
        if os.name != "nt" and path.stat().st_mode & 0o077:
            raise ContentError.at(path, "may be read by others", f"Run: chmod 600 {path}") from None
    text = path.read_text(encoding="ascii", errors="replace").strip()
    if not PUBLIC.fullmatch(text):
        raise ContentError.at(path, "is no key of 64 hexadecimal digits", "Move it away; a new one is made.")
    return bytes.fromhex(text)


def public_key(text: str) -> str:
    """A public key as given: 64 hexadecimal digits, or a file that holds them. Raises ContentError."""
    given = "".join(text.split()).lower()
    if not PUBLIC.fullmatch(given) and len(text) < LONGEST_PATH and Path(text).is_file():
        given = "".join(Path(text).read_text(encoding="utf-8", errors="replace").split()).lower()
    found = PUBLIC.fullmatch(given)
    if found is None:
        write = "Give the 64 hexadecimal digits that `hotwash evidence key` prints, or a file that holds them."
        raise ContentError.at("--key", "is no public key", write)
    return found[0]
