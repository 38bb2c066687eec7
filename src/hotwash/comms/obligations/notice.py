"""A notice as the law wants it: each thing that it must say, from what is known, and what is still missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hotwash.comms.obligations.moments import Moments
from hotwash.kit.schema.duties import Anchor, Notice, Obligation

NOT_ADVICE = "Not legal advice. It counts and lists; whether a duty exists, and what is sent, is decided by people who answer for it."
MISSING = "[missing]"
OF_MOMENTS: Mapping[str, tuple[Anchor, str]] = {
    "started": ("occurred", "The incident began at"), "noticed": ("detected", "It was noticed at"),
    "aware": ("aware", "We became aware at"), "classified": ("classified", "It was classified as major at"),
    "determined": ("determined", "It was determined to be reportable at"),
}  # fmt: skip
"""Names of facts that a moment on record answers, with words to say it in."""


@dataclass(frozen=True)
class Known:
    """Something known for a notice, in words; `rests_on` is the entry of the log it comes from, 0 for a file."""

    text: str
    rests_on: int = 0


@dataclass(frozen=True)
class Line:
    """One thing that the notice must say. `text` is empty where it is missing."""

    asks: str
    basis: str
    text: str = ""
    rests_on: int = 0
    later: bool = False


@dataclass(frozen=True)
class Draft:
    """A notice, prefilled."""

    obligation: str
    title: str
    recipient: str
    lines: tuple[Line, ...]
    source: str

    @property
    def missing(self) -> tuple[Line, ...]:
        """What is still missing, in order."""
        return tuple(one for one in self.lines if not one.text)

    @property
    def text(self) -> str:
        """The notice in words, with a mark in each gap."""
        said = [f"{one.asks}:\n{one.text or self._gap(one)}" for one in self.lines]
        return "\n\n".join((f"{self.title}\nTo: {self.recipient}", *said, NOT_ADVICE))

    @staticmethod
    def _gap(one: Line) -> str:
        return f"{MISSING} It is not known yet and will follow." if one.later else MISSING


def prefilled(
    one: Obligation, notices: Mapping[str, Notice], known: Mapping[str, Known], moments: Moments
) -> Draft | None:
    """The notice under an obligation; None where the kit does not say what it must hold."""
    notice = notices.get(one.notice or "")
    if notice is None:
        return None
    filled = {**_from_moments(moments, one.id), **known}
    lines = []
    for item in notice.items:
        found = filled.get(item.fact or "", Known(""))
        lines.append(Line(item.asks, item.basis, found.text, found.rests_on, item.later))
    return Draft(one.id, notice.title, one.recipient, tuple(lines), notice.source)


def _from_moments(moments: Moments, of: str) -> dict[str, Known]:
    found = {}
    for name, (anchor, words) in OF_MOMENTS.items():
        held = moments.holds(anchor, of)
        if held is not None:
            found[name] = Known(
                f"{words} {held.at:%H:%M} (UTC{held.at:%z}) on {held.at.day} {held.at:%B %Y}.", held.rests_on
            )
    return found
