"""What a facilitator decides before a drill: which scenario, how hard, how long, who sits where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from hotwash.kernel.errors import HotwashError

PERSON = "person"
ROOM_TO_PLAY_MIN = 20
"""Minutes that a team needs after the onset to notice, contain and say so; a drill is not cut shorter than that."""


class PlanError(HotwashError):
    """A plan that cannot be played; the message says what to change."""

    code = "plan"


class DrillPlan(BaseModel):
    """A planned drill. `seats` is seat → `person`, or the profile of a stand-in; `minutes` shortens or lengthens play; `rules` adds
    to the kit's rules of engagement; `when` is the wall time at which people meet, ISO 8601, for the calendar."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    drill: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{2,60}$")
    title: str
    scenario: str
    cards: tuple[str, ...] = ()
    seed: int = Field(1, ge=0, le=2**31)
    minutes: int | None = Field(None, ge=10, le=240)
    seats: dict[str, str]
    rules: str = ""
    when: str = ""
    purpose: Literal["exercise"] = "exercise"


def alone(drill: str, title: str, scenario: str, seat: str, profiles: Mapping[str, str], seed: int = 1) -> DrillPlan:
    """A drill for one person in one seat. `profiles` is seat → profile of the stand-in that holds it, for every seat; the person's is
    left out. Raises PlanError for a seat that is none."""
    if seat not in profiles:
        raise PlanError(f"there is no seat '{seat}': take one of {', '.join(profiles)}")
    return DrillPlan(drill=drill, title=title, scenario=scenario, seats={**profiles, seat: PERSON}, seed=seed)
