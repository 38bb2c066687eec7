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


def grant(gate: Gate, wanted: Override, rights: Mapping[str, Collection[str]], seats: Collection[str]) -> Override:
    """The override, where it may be. Raises OverrideError: the role must be one that the gate names and that the kit lets accept a risk,
    who wants the release does not grant it, and it ends within the hours of the gate, in the future."""
    allowed = [one for one in gate.override.by if one in rights.get(RIGHT, seats)]
    if wanted.role not in allowed:
        who = " or ".join(allowed) or "nobody: name a role in gate.yaml that the kit lets accept a risk"
        raise OverrideError(f"'{wanted.role}' may not override '{gate.id}': {who} may")
    if not wanted.person.strip() or wanted.person.casefold() == wanted.wanted_by.casefold():
        raise OverrideError("who wants the release does not grant the override: name two people")
    if len(wanted.reason.strip()) < SHORTEST_REASON:
        raise OverrideError(f"the reason has to say something: at least {SHORTEST_REASON} characters")
    if wanted.expires_ms <= wanted.at_ms:
        raise OverrideError("it would have expired already: name a moment that is still to come")
    if wanted.expires_ms - wanted.at_ms > gate.override.hours * HOUR_MS:
        raise OverrideError(f"an override of '{gate.id}' lasts {gate.override.hours} hours at most")
    return wanted


def standing(gate: Gate, digest: str, known: Sequence[Override], now_ms: int) -> Standing | None:
    """The last override of a gate, and whether it holds; None where there never was one."""
    mine = [one for one in known if one.gate == gate.id]
    if not mine:
        return None
    last = mine[-1]
    if last.digest != digest:
        return Standing(last, False, "the gate or its suite was changed since")
    if now_ms >= last.expires_ms:
        return Standing(last, False, "it has expired")
    if last.at_ms > now_ms:
        return Standing(last, False, "it is dated in the future")
    if last.role not in gate.override.by or last.expires_ms - last.at_ms > gate.override.hours * HOUR_MS:
        return Standing(last, False, "the gate does not allow it")
    return Standing(last, True)


def override_of(row: Mapping[str, Any]) -> Override:
    """From its file. Raises OverrideError for a row that is none."""
    try:
        made = Override(**row)
    except TypeError as wrong:
        raise OverrideError("a line of the overrides is none: write them with `hotwash gate override`") from wrong
    if not all(isinstance(getattr(made, name), int) for name in ("at_ms", "expires_ms")):
        raise OverrideError("a line of the overrides has no times: write them with `hotwash gate override`")
    return made
