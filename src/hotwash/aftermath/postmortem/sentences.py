"""Sentences of a text, as draft lint cuts them: by stop, aware of abbreviations and initials."""

from __future__ import annotations

from hotwash.comms.lint.text import read


def sentences(text: str) -> list[str]:
    """Each as it was written, without the white space around it."""
    return [text[one.start : one.end].strip() for one in read(text).sentences]
