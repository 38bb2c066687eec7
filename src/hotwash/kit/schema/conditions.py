"""One small language for "when": inject triggers, if/then rules, expectations and fail-fast items all use it.

A condition is read from the log of a drill, never from a flag set elsewhere. `first_time` semantics: a condition *holds
from* the moment at which it first became true, which is what deadlines count from.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hotwash.kit.schema.base import Content, Id, Minutes, Share

Scalar = str | int | float | bool


class Between(Content):
    """A bound on a number (either end may be open), or text that must occur, ignoring case."""

    min: float | None = None
    max: float | None = None
    contains: str = ""


class At(Content):
    """From this minute of drill time."""

    at_min: Minutes


class Seen(Content):
    """An event is in the log: of this type, by one of these seats, with these data.

    `where` maps a dotted path in the event's data to one value, a list of allowed values, or bounds. For a list in the
    data, one member that fits is enough.
    """

    event: str
    by: list[Id] = Field(default_factory=list)
    where: dict[str, Scalar | list[Scalar] | Between] = Field(default_factory=dict)
    times: int = Field(1, ge=1)


class Known(Content):
    """A fact is known to the team, or (`of: world`) is true whether anybody knows it or not."""

    fact: Id
    of: Literal["team", "world"] = "team"


class SignalAbove(Content):
    """A signal's share of its denominator over the last minutes is above a share, in all traffic or one cell."""

    signal: Id
    above: Share
    minutes: int = Field(5, ge=1)
    dim: str = ""
    value: str = ""


class Since(Content):
    """Another condition has held for so many minutes."""

    since: Condition
    minutes: Minutes


class AllOf(Content):
    """Every one of these."""

    all: list[Condition] = Field(min_length=1)


class AnyOf(Content):
    """At least one of these."""

    any: list[Condition] = Field(min_length=1)


class Not(Content):
    """The contrary; holds from the start of play until the inner condition holds."""

    not_: Condition = Field(alias="not")


Condition = At | Seen | Known | SignalAbove | Since | AllOf | AnyOf | Not
for _model in (Since, AllOf, AnyOf, Not):
    _model.model_rebuild()


class Expectation(Content):
    """What a seat should do, by when, worth how much.

    Armed when `when` first holds (in an inject the default is its delivery), met by `meet` at or after that moment and
    within `within_min`; otherwise missed. Never armed is not evaluated. `earns` says what would have earned the mark.
    """

    id: Id
    seat: Id
    what: str
    when: Condition | None = None
    meet: Condition
    within_min: Minutes
    worth: int = Field(1, ge=1, le=10)
    dimension: Id
    earns: str
