"""A release that passes a gate it failed: by whom, why, until when. What is overridden is this gate as it stands now, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from hotwash.kernel.errors import HotwashError
from hotwash.kit.schema.gate import Gate

HOUR_MS = 3_600_000
RIGHT = "accept_risk"
"""The decision right of a kit that an override uses: it accepts a risk."""
SHORTEST_REASON = 20
"""Characters; a shorter reason says nothing to whoever reads it in a year."""


class OverrideError(HotwashError):
    """An override that may not be."""

    code = "override"


@dataclass(frozen=True)
class Override:
    """One on record. `digest` binds it to the gate and its suite; times are ms since 1970; `wanted_by` asked for it and `person` granted it."""

    gate: str
    digest: str
    role: str
    person: str
    wanted_by: str
    reason: str
    watch: str
    at_ms: int
    expires_ms: int

    def to_json(self) -> dict[str, Any]:
        """As its file holds it."""
        return asdict(self)


@dataclass(frozen=True)
class Standing:
    """What an override comes to now: it holds, or why it does not."""

    override: Override
    holds: bool
    why: str = ""


@dataclass(frozen=True)
class Rights:
    """Who may override by the kit: the seats that may accept a risk."""

    may: tuple[str, ...]

    @classmethod
    def of(cls, rights: Mapping[str, Collection[str]], seats: Collection[str]) -> Rights:
        """From a kit's decision rights; a command that is not listed is open to every seat."""
        return cls(tuple(rights.get(RIGHT, seats)))


def grant(gate: Gate, wanted: Override, rights: Rights) -> Override:
    """The override, where it may be. Raises OverrideError: the role must be one that the gate names and that the kit lets accept a risk,
    who wants the release does not grant it, and it ends within the hours of the gate, in the future."""
    if reason := _forbidden(gate, wanted, rights):
        raise OverrideError(reason)
    if wanted.expires_ms <= wanted.at_ms:
        raise OverrideError("it would have expired already: name a moment that is still to come")
    return wanted


def _forbidden(gate: Gate, one: Override, rights: Rights) -> str:
    """Why this gate and this kit do not allow it; empty where they do."""
    allowed = [role for role in gate.override.by if role in rights.may]
    if one.role not in allowed:
        who = " or ".join(allowed) or "nobody: name a role in gate.yaml that the kit lets accept a risk"
        return f"'{one.role}' may not override '{gate.id}': {who} may"
    if not one.person.strip() or one.person.strip().casefold() == one.wanted_by.strip().casefold():
        return "who wants the release does not grant the override: name two people"
    if len(one.reason.strip()) < SHORTEST_REASON:
        return f"the reason has to say something: at least {SHORTEST_REASON} characters"
    if one.expires_ms - one.at_ms > gate.override.hours * HOUR_MS:
        return f"an override of '{gate.id}' lasts {gate.override.hours} hours at most"
    return ""


def standing(gate: Gate, digest: str, known: Sequence[Override], now_ms: int, rights: Rights) -> Standing | None:
    """The last override of a gate, and whether it holds; None where there never was one. A line that was written by hand is held to the
    same rules as one that was granted."""
    mine = [one for one in known if one.gate == gate.id]
    if not mine:
        return None
    last = mine[-1]
    why = (
        "the gate or its suite was changed since" if last.digest != digest
        else "it has expired" if now_ms >= last.expires_ms
        else "it is dated in the future" if last.at_ms > now_ms
        else _forbidden(gate, last, rights)
    )  # fmt: skip
    return Standing(last, not why, why)


def override_of(row: Mapping[str, Any]) -> Override:
    """From its file. Raises OverrideError for a row that is none."""
    try:
        made = Override(**row)
    except TypeError as wrong:
        raise OverrideError("a line of the overrides is none: write them with `hotwash gate override`") from wrong
    times, texts = ("at_ms", "expires_ms"), ("gate", "digest", "role", "person", "wanted_by", "reason", "watch")
    if not all(isinstance(getattr(made, name), int) for name in times) or not all(
        isinstance(getattr(made, name), str) for name in texts
    ):
        raise OverrideError("a line of the overrides is none: write them with `hotwash gate override`")
    return made
