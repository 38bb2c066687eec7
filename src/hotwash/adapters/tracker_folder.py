"""Tickets as files of Markdown in a folder: one each, which people read, edit and close by changing one word."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from hotwash.kernel.errors import ContentError
from hotwash.ports.tracker import Held, Ticket, TrackerError

_FORM = re.compile(r"state: (open|closed)[ \t]*\r?\n\r?\n# ([^\r\n]*)\r?\n\r?\n(.*)\Z", re.DOTALL)
LARGEST = 1024 * 1024


class FolderTracker:
    """Implements `ports.tracker.Tracker`. A file is `state: open`, an empty line, `# title`, an empty line, the text. Raises ContentError for
    a place where no folder can be."""

    def __init__(self, folder: Path) -> None:
        if folder.exists() and not folder.is_dir():
            raise ContentError.at(folder, "is no folder", "Name a folder for the tickets.")
        self._folder = folder

    @property
    def name(self) -> str:
        """See the port."""
        return f"folder:{self._folder}"

    def find(self, markers: Sequence[str], known: Mapping[str, str]) -> dict[str, Held]:
        """See the port."""
        found: dict[str, Held] = {}
        for path in sorted(self._folder.glob("*.md")):
            held = self._read(path)
            if held is None:
                continue
            for marker in markers:
                if marker in held.text or known.get(marker) == held.ref:
                    found.setdefault(marker, held)
        return found

    def create(self, ticket: Ticket) -> Held:
        """See the port."""
        base = re.sub(r"[^a-z0-9]+", "-", ticket.title.lower()).strip("-")[:60] or "ticket"
        number = 1
        while (path := self._folder / f"{base}{f'-{number}' if number > 1 else ''}.md").exists():
            number += 1
        return self._write(path, ticket)

    def update(self, held: Held, ticket: Ticket, why: str = "") -> Held:
        """See the port. A comment is a line at the end."""
        path = self._folder / held.ref
        now = self._read(path) if path.exists() else None
        if now is None or now.version != held.version:
            raise TrackerError("changed", f"{path} was changed meanwhile, or is gone.")
        text = f"{ticket.text}\n\n> {' '.join(why.split())}" if why else ticket.text
        return self._write(path, Ticket(ticket.marker, ticket.title, text, ticket.closed))

    def close(self) -> None:
        """See the port."""

    def _read(self, path: Path) -> Held | None:
        try:
            if path.stat().st_size > LARGEST:
                return None
            raw = path.read_bytes()
        except OSError as wrong:
            raise TrackerError("unreachable", f"{path} cannot be read: {wrong.strerror}.") from wrong
        form = _FORM.match(raw.decode("utf-8", "replace"))
        if form is None:
            return None
        return Held(path.name, form[2], form[3].rstrip(), form[1] == "closed", hashlib.sha256(raw).hexdigest())

    def _write(self, path: Path, ticket: Ticket) -> Held:
        title = " ".join(ticket.title.split())
        state = "closed" if ticket.closed else "open"
        raw = f"state: {state}\n\n# {title}\n\n{ticket.text.rstrip()}\n".encode()
        part = path.with_name(f".{path.name}.part")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as out:
                out.write(raw)
                out.flush()
                os.fsync(out.fileno())
            part.replace(path)
        except OSError as wrong:
            raise TrackerError("unreachable", f"{path} cannot be written: {wrong.strerror}.") from wrong
        return Held(path.name, title, ticket.text.rstrip(), ticket.closed, hashlib.sha256(raw).hexdigest())
