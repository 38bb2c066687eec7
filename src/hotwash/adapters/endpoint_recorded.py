"""Recorded responses in the place of a service: a file of JSON lines, asked like the real thing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hotwash.adapters.chat_format import tokens, tool_use
from hotwash.adapters.json_lines import json_lines
from hotwash.kernel.errors import ContentError, Located, Problem
from hotwash.ports.endpoint import Ask, NoReply, Reply

FORM = '{"case": "...", "trial": 1, "answer": "...", "tool_calls": [{"name": "...", "arguments": {}}]}'
SHOWN = 200


class RecordedEndpoint:
    """Implements `ports.endpoint.Endpoint`. Every line has `case` and `answer`; `trial` is 1 without one; `tool_calls`, `cut`, `declined`,
    `input_tokens` and `output_tokens` may be there. A line without `tool_calls` does not tell of any. Raises ContentError with file and line."""

    def __init__(self, file: Path) -> None:
        self._file, self._known = file, dict[str, Reply]()
        problems: list[Problem] = []
        for line, row in json_lines(file, problems):
            try:
                key = f"{row['case']}#{int(row.get('trial', 1))}"
                reply = _reply(row)
            except (KeyError, TypeError, ValueError, AttributeError) as wrong:
                said = f"is no response: {type(wrong).__name__} {wrong}"[:SHOWN]
                problems.append(Problem(Located(file, line), said, f"Write {FORM}."))
                continue
            if key in self._known:
                problems.append(Problem(Located(file, line), f"'{key}' was answered above", "Number trials from 1: one answer for each."))  # fmt: skip
            self._known[key] = reply
        if problems:
            raise ContentError(problems)

    @property
    def name(self) -> str:
        """The file."""
        return self._file.name

    def ask(self, question: Ask) -> Reply | NoReply:
        """See the port."""
        return self._known.get(question.key) or NoReply(
            "not_recorded", f"{self._file.name} has no answer to {question.key}"
        )

    def close(self) -> None:
        """There is nothing to let go of."""


def _reply(row: Mapping[str, Any]) -> Reply:
    answer = row["answer"]
    if not isinstance(answer, str):
        raise TypeError("answer is no text")
    listed = row.get("tool_calls")
    calls = None if listed is None else tuple(tool_use(one.get("function", one)) for one in listed)
    return Reply(answer, calls, bool(row.get("cut")), bool(row.get("declined")), tokens(row.get("input_tokens")),
                 tokens(row.get("output_tokens")))  # fmt: skip
