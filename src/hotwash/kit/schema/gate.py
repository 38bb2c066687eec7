"""Gates of one release: which suite decides what, who may override it and for how long. File: `gate.yaml`.

Limits stand in the suites, where they are part of what was agreed; here stands what a release does with the verdict.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from hotwash.kit.schema.base import Content, Id, Share, Text

NOBODY = "write a person here"
"""The owner of a gate that was made of a drill, until somebody is named."""


class OverrideTerms(Content):
    """Who may let a release pass all the same: seats by role, each of which the kit has to let accept a risk, for `hours` at most (72:
    practice, as in the guide on release gates)."""

    by: list[Id] = Field(min_length=1)
    hours: int = Field(72, ge=1, le=168)


class Gate(Content):
    """One gate. `suite` is a file beside this one. `least` is how many cases must have a known outcome. `flake_at_most` is the share of
    cases that may change their outcome between trials. `stops` is the failure mode, `because` the drill, incident or finding that made it. A
    warning has a `reader` and a date `until` which it blocks or goes."""

    id: Id
    title: Text
    suite: Text
    decides: Literal["blocking", "warning"] = "blocking"
    owner: Text
    stops: Id
    because: Text
    least: int = Field(1, ge=1)
    flake_at_most: Share = 0.02
    override: OverrideTerms
    reader: Text | None = None
    until: date | None = None

    @model_validator(mode="after")
    def _is_read(self) -> Self:
        if self.decides == "warning" and (self.reader is None or self.until is None):
            raise ValueError("a warning has a reader, and 'until' when it blocks or goes")
        return self


class GateFile(Content):
    """All gates of one release. `drill` and `record` name what they were made from. `trend_over` is how many earlier runs a run is held
    against."""

    id: Id
    title: Text
    drill: str = ""
    record: str = ""
    trend_over: int = Field(10, ge=2, le=100)
    gates: list[Gate] = Field(min_length=1)
