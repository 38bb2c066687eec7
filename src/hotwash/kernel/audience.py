"""Who is looking. Every view is built for one audience; nothing is filtered afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["player", "facilitator", "observer"]


@dataclass(frozen=True)
class Audience:
    """A player in one seat, a facilitator, or an observer."""

    kind: Kind
    seat: str = ""

    def __post_init__(self) -> None:
        if (self.kind == "player") != bool(self.seat):
            raise ValueError("a player has a seat; facilitators and observers have none")

    @property
    def knows_answer_key(self) -> bool:
        """Facilitators and observers see what really happened; players never do."""
        return self.kind != "player"

    def __str__(self) -> str:
        return f"player:{self.seat}" if self.seat else self.kind


FACILITATOR = Audience("facilitator")
OBSERVER = Audience("observer")


def player(seat: str) -> Audience:
    """The audience of one seat."""
    return Audience("player", seat)
