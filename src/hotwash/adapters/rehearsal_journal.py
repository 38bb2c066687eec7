"""The journal of a rehearsal: a head that says of what, then one bout a line, on disk before the next is waited for."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from hotwash.adapters.file_lock import hold
from hotwash.aftermath.rehearsal.rows import BoutRow, from_json, to_json
from hotwash.kernel.errors import ContentError, Located
from hotwash.kernel.event import canonical


class RehearsalJournal:
    """Implements `conductor.rehearse.Journal` on a file of JSON lines, for one process at a time. `head` says what is rehearsed: a file
    of something else is refused. A last line that was being written when a run was killed is dropped."""

    def __init__(self, file: Path, head: dict[str, Any]) -> None:
        self.file, self.earlier = file, dict[str, BoutRow]()
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._out = file.open("a+b")
        except OSError as wrong:
            raise ContentError.at(
                file, f"cannot be used: {wrong.strerror}", "Name another folder with --out."
            ) from wrong
        try:
            hold(
                self._out.fileno(),
                ContentError.at(file, "another rehearsal is writing to it", "Wait for it, or name another folder."),
            )
            self._out.seek(0)
            end = self._read(self._out.read(), head)
            self._out.truncate(end)
            if not end:
                self._write(head)
        except BaseException:  # an interrupt too: raised again, with no file left open
            self._out.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._out.close()

    def note(self, key: str, row: BoutRow) -> None:
        """See the port."""
        self._write({"key": key, "row": to_json(row)})
        self.earlier[key] = row

    def _read(self, raw: bytes, head: dict[str, Any]) -> int:
        """Where the last whole line ends."""
        end = 0
        for number, line in enumerate(raw.splitlines(keepends=True), start=1):
            if not line.endswith(b"\n"):
                break
            try:
                body = json.loads(line)
                if number > 1:
                    self.earlier[body["key"]] = from_json(body["row"])
            except (ValueError, KeyError, TypeError) as wrong:
                raise ContentError.at(Located(self.file, number, 1), "is no line of a rehearsal", "Name another folder with --out.") from wrong  # fmt: skip
            if number == 1 and canonical(body) != canonical(head):
                raise ContentError.at(Located(self.file, 1, 1), "holds another rehearsal, or one by another version of hotwash",
                               "Name another folder with --out, or add --overwrite.")  # fmt: skip
            end += len(line)
        return end

    def _write(self, body: dict[str, Any]) -> None:
        self._out.write(canonical(body) + b"\n")
        self._out.flush()
        os.fsync(self._out.fileno())
