"""Scoring of the risk register with the kit's own severity matrix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from hotwash.kit.schema.meeting import Likelihood, Risk

STEPS: Mapping[Likelihood, int] = {"rare": 1, "unlikely": 2, "possible": 3, "likely": 4}
HIGH, MEDIUM = 12, 6
Band = Literal["high", "medium", "low", "open"]


def severity_of(risk: Risk) -> int | None:
    """The kit's rule: the highest level reached on any dimension counts (1 is the worst)."""
    return min(risk.impact.values(), default=None)


def points(likelihood: str, levels: Iterable[int]) -> int | None:
    """1 to 16: how bad (5 less the severity level) times how likely (1 to 4). It ranks and measures nothing: both are ordinal.
    None while one of them is open."""
    severity, likely = (
        min(levels, default=None),
        next((step for name, step in STEPS.items() if name == likelihood), None),
    )
    return None if severity is None or likely is None else (5 - severity) * likely


def score(risk: Risk) -> int | None:
    """The points of a risk."""
    return points(risk.likelihood, risk.impact.values())


def band_of(found: int | None) -> Band:
    """High from 12 (Sev-1 that is possible, Sev-2 that is likely), medium from 6."""
    return "open" if found is None else "high" if found >= HIGH else "medium" if found >= MEDIUM else "low"


def band(risk: Risk) -> Band:
    """The band of a risk."""
    return band_of(score(risk))
