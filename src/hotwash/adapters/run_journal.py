"""The journal of a run: what was begun, then one answer a line, each on disk before the next is asked for."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from hotwash.adapters.file_lock import hold
from hotwash.gates.running import Answered, Begun
from hotwash.kernel.errors import ContentError, Located
from hotwash.ports.endpoint import NoReply, Reply, ToolUse

FORMAT = 1
BINARY = getattr(os, "O_BINARY", 0)
"""Windows would write two bytes for a line break otherwise."""


class RunJournal:
    """Implements `gates.running.Journal` on a file of JSON lines, for one process at a time. `earlier` is what it held when it was
    opened. A last line that was being written when the run was killed is dropped. The file holds answers: it is made
    readable by its owner alone."""

    def __init__(self, file: Path, begun: Begun) -> None:
        self.file, self.earlier = file, dict[str, Answered]()
        self.requests = 0
        self._out: IO[bytes] | None = None
        self.begun = self._opened(begun)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._out is not None:
            self._out.close()
            self._out = None

    def note(self, answered: Answered) -> None:
        """See the port."""
        reply = answered.reply
        body = {"key": answered.key, "requests": answered.requests, "at_ms": answered.at_ms,
                "reply" if isinstance(reply, Reply) else "no_reply": dataclasses.asdict(reply)}  # fmt: skip
        self._write(body)

    def _opened(self, begun: Begun) -> Begun:
        try:
            self._out = os.fdopen(os.open(self.file, os.O_RDWR | os.O_CREAT | BINARY, 0o600), "r+b")
        except OSError as wrong:
            raise ContentError.at(
                self.file, f"cannot be used: {wrong.strerror}", "Name another file with --journal."
            ) from wrong
        try:
            instead = "Wait for it, or name another file with --journal."
            hold(self._out.fileno(), ContentError.at(self.file, "another run is writing to it", instead))
            first, end = self._read(self._out.read())
            if first is None:
                first = begun
            first.same_as(begun)
            self._out.seek(end)
            self._out.truncate()
            if not end:
                self._write({"format": FORMAT, **dataclasses.asdict(begun)})
        except BaseException:  # an interrupt too: raised again, with no file left open
            self._out.close()
            raise
        return first

    def _read(self, raw: bytes) -> tuple[Begun | None, int]:
        """What the journal is about, None for an empty one, and where its last whole line ends."""
        begun, end = None, 0
        lines = raw.splitlines(keepends=True)
        for number, line in enumerate(lines, start=1):
            if number == len(lines) and not line.endswith(b"\n"):
                break
            try:
                row = json.loads(line)
                if begun is None:
                    begun = _begun(row)
                else:
                    self._keep(row)
            except (ValueError, KeyError, TypeError) as wrong:
                raise ContentError.at(Located(self.file, number, 1), "is no line of a journal", "Name the journal of this run, or a new file.") from wrong  # fmt: skip
            end += len(line)
        if begun is None and raw and not raw.startswith(b'{"format"'[: len(raw)]):
            raise ContentError.at(
                Located(self.file, 1, 1), "is no journal", "Name the journal of this run, or a new file."
            )
        return begun, end

    def _keep(self, row: dict[str, Any]) -> None:
        if (said := row.get("reply")) is not None:
            calls = said.pop("calls")
            reply: Reply | NoReply = Reply(
                **said, calls=None if calls is None else tuple(ToolUse(**one) for one in calls)
            )
        else:
            reply = NoReply(**row["no_reply"])
        self.earlier[row["key"]] = Answered(row["key"], reply, row["requests"], row["at_ms"])
        self.requests += row["requests"]

    def _write(self, body: dict[str, Any]) -> None:
        assert self._out is not None
        self._out.write(json.dumps(body, ensure_ascii=False).encode() + b"\n")
        self._out.flush()
        os.fsync(self._out.fileno())


def _begun(row: Any) -> Begun:
    if not isinstance(row, dict) or row.pop("format") != FORMAT:
        raise ValueError("another format")
    return Begun(**row)
