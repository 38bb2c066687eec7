"""The player-safe half of a scenario. The other half is `hotwash.kit.secret`, a separate object."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from hotwash.kit.schema.base import Content, Id, Minutes, Text


class Change(Content):
    """One entry of the system's change log, as everybody can read it once it has happened."""

    at_min: Minutes
    component: Id
    from_version: str = ""
    to_version: str = ""
    note: Text


class Scenario(Content):
    """`scenario.yaml` plus `player-brief.md`: what players may know before STARTEX.

    `story_start` is the story time of STARTEX, with a time zone: obligation clocks count in it. `endex_min` ends play; the service is
    then played on, hands off, for `coast_min`, so that harm left running is counted.
    """

    id: Id
    title: Text
    summary: Text
    """One line for the library; gives nothing away."""
    system: Id
    story_start: datetime
    endex_min: int = Field(60, ge=10, le=240)
    coast_min: int = Field(30, ge=0, le=240)
    objectives: list[Text] = Field(min_length=1)
    difficulty: int = Field(ge=1, le=5)
    changes: list[Change] = Field(default_factory=list)
    """Visible from the minute in which they happened; one of them may be the cause."""
    regions: list[str] = Field(default_factory=list)
    brief: str = ""
    note: str = ""
    """Said wherever the drill is shown, for example that a timeline is composed."""
