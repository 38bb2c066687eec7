"""Who may enter: links to seats, and the sessions of browsers that claimed one. Only digests of secrets are kept."""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_SCHEMA = """
CREATE TABLE IF NOT EXISTS link (
    id TEXT PRIMARY KEY, drill TEXT NOT NULL, who TEXT NOT NULL, made_ms INTEGER NOT NULL, expires_ms INTEGER NOT NULL,
    revoked_ms INTEGER, many INTEGER NOT NULL, claims INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS entry (
    session TEXT NOT NULL, link TEXT NOT NULL REFERENCES link (id), person TEXT NOT NULL, since_ms INTEGER NOT NULL,
    PRIMARY KEY (session, link)
) STRICT;
CREATE TABLE IF NOT EXISTS secret (name TEXT PRIMARY KEY, salt BLOB NOT NULL, digest BLOB NOT NULL) STRICT;
"""
LONGEST_MEMORY = 10_000
"""Sessions that are remembered between requests; a change of any link forgets them all."""
_SCRYPT = {"n": 2**14, "r": 8, "p": 1}


@dataclass(frozen=True)
class Link:
    """An invitation. `many` browsers may claim it, or one; `claims` did."""

    id: str
    drill: str
    who: str
    made_ms: int
    expires_ms: int
    revoked_ms: int | None
    many: bool
    claims: int

    def open_at(self, now_ms: int) -> bool:
        """It can still be used."""
        return self.revoked_ms is None and now_ms < self.expires_ms


@dataclass(frozen=True)
class Entry:
    """What a browser may enter, as whom, on the strength of which link."""

    link: str
    drill: str
    who: str
    person: str
    expires_ms: int


class AccessLedger:
    """Links and entries in one SQLite file; safe for threads. Times are wall time in ms."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, tuple[Entry, ...]] = {}
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
        path.chmod(0o600)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.executescript(_SCHEMA)

    def make_link(self, drill: str, who: str, now_ms: int, expires_ms: int, *, many: bool = False) -> Link:
        """A new invitation to a seat, the facilitator's or an observer's place."""
        link = Link(secrets.token_hex(12), drill, who, now_ms, expires_ms, None, many, 0)
        with self._lock:
            self._db.execute(
                "INSERT INTO link (id, drill, who, made_ms, expires_ms, many) VALUES (?, ?, ?, ?, ?, ?)",
                (link.id, drill, who, now_ms, expires_ms, int(many)),
            )
        return link

    def link(self, name: str) -> Link | None:
        """A link by its id."""
        with self._lock:
            row = self._db.execute("SELECT * FROM link WHERE id = ?", (name,)).fetchone()
        return _link(row) if row else None

    def links(self, drill: str) -> list[Link]:
        """All links of a drill that were not revoked, oldest first."""
        with self._lock:
            rows = self._db.execute(
                "SELECT * FROM link WHERE drill = ? AND revoked_ms IS NULL ORDER BY made_ms, rowid", (drill,)
            ).fetchall()
        return [_link(row) for row in rows]

    def revoke(self, name: str, now_ms: int) -> None:
        """Close a link and turn out everybody who came in by it."""
        with self._lock:
            self._known = {}
            self._db.execute("UPDATE link SET revoked_ms = ? WHERE id = ? AND revoked_ms IS NULL", (now_ms, name))

    def allow_many(self, name: str) -> None:
        """Let further browsers in by a link."""
        with self._lock:
            self._db.execute("UPDATE link SET many = 1 WHERE id = ?", (name,))

    def claim(self, name: str, person: str, session: str, now_ms: int) -> str:
        """Enter by a link. `session` is the secret that the browser has already, or empty; returns the secret that it is to
        keep, or an empty one when the link cannot be used (any more, or by this browser)."""
        with self._lock:
            # A secret that we never gave out is not taken on: somebody else might have put it into the browser.
            kept = session if session and self._read(_digest(session)) else secrets.token_urlsafe(32)
            used = self._db.execute(
                """UPDATE link SET claims = claims + 1 WHERE id = ? AND revoked_ms IS NULL AND expires_ms > ?
                   AND (many OR claims = 0)""",
                (name, now_ms),
            ).rowcount
            if not used:
                return ""
            self._known = {}
            self._db.execute(
                "INSERT OR REPLACE INTO entry (session, link, person, since_ms) VALUES (?, ?, ?, ?)",
                (_digest(kept), name, person, now_ms),
            )
        return kept

    def entries(self, session: str, now_ms: int) -> Sequence[Entry]:
        """Everything that a browser with this secret may enter now."""
        if not session:
            return ()
        known = _digest(session)
        with self._lock:
            if known not in self._known:
                self._known = self._known if len(self._known) < LONGEST_MEMORY else {}
                self._known[known] = self._read(known)
            return tuple(one for one in self._known[known] if one.expires_ms > now_ms)

    def _read(self, digest: str) -> tuple[Entry, ...]:
        rows = self._db.execute(
            """SELECT link.id, link.drill, link.who, entry.person, link.expires_ms FROM entry JOIN link ON link.id = entry.link
               WHERE entry.session = ? AND link.revoked_ms IS NULL ORDER BY entry.since_ms DESC""",
            (digest,),
        ).fetchall()
        return tuple(Entry(*row) for row in rows)

    def forget(self, session: str) -> None:
        """A browser signs out: its secret opens nothing any more."""
        with self._lock:
            self._known = {}
            self._db.execute("DELETE FROM entry WHERE session = ?", (_digest(session),))

    def set_password(self, password: str) -> None:
        """The facilitators' password, kept as a salted scrypt digest."""
        salt = secrets.token_bytes(16)
        with self._lock:
            self._db.execute(
                "INSERT OR REPLACE INTO secret VALUES ('password', ?, ?)", (salt, _stretched(password, salt))
            )

    def has_password(self) -> bool:
        """Whether one was ever set."""
        with self._lock:
            return self._db.execute("SELECT 1 FROM secret WHERE name = 'password'").fetchone() is not None

    def password_fits(self, password: str) -> bool:
        """Whether it is the facilitators' password."""
        with self._lock:
            row = self._db.execute("SELECT salt, digest FROM secret WHERE name = 'password'").fetchone()
        return row is not None and secrets.compare_digest(_stretched(password, row[0]), row[1])

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._db.close()


def make_password() -> str:
    """80 random bits in four groups."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def _digest(session: str) -> str:
    return hashlib.sha256(session.encode()).hexdigest()


def _stretched(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, **_SCRYPT)


def _link(row: tuple[str, str, str, int, int, int | None, int, int]) -> Link:
    name, drill, who, made_ms, expires_ms, revoked_ms, many, claims = row
    return Link(name, drill, who, made_ms, expires_ms, revoked_ms, bool(many), claims)
