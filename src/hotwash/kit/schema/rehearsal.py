"""A plan for rehearsing a kit: which scenarios, how often, with whom, and what is tried otherwise."""

from __future__ import annotations

from pydantic import Field

from hotwash.kit.schema.base import Content, Id, Text


class Team(Content):
    """Who plays. `players` as in `hotwash drill run`; seats in `missing` are held by somebody who answers nothing; `pace` multiplies
    the time that everybody takes for everything."""

    id: Id
    players: Text = "expert"
    missing: list[Id] = Field(default_factory=list)
    pace: float = Field(1.0, gt=0, le=5)


class Variation(Content):
    """What is tried otherwise. `reviewers` come on top of those of the system; `thresholds` multiplies what an alert asks for (scores
    and counts; below 1 it fires sooner), of `alerts`, or of all where none is named; `cards` are constraints."""

    id: Id
    reviewers: int = Field(0, ge=-50, le=50)
    thresholds: float = Field(1.0, gt=0.1, le=10)
    alerts: list[Id] = Field(default_factory=list)
    cards: list[Id] = Field(default_factory=list)


class RehearsalPlan(Content):
    """Every scenario is played `seeds` times by every team, with the kit as it is and with each variation, on the same traffic.

    `seed` starts the named stream that the seeds of the drills come from: the same plan is the same rehearsal on any machine.
    """

    scenarios: list[Text] = Field(min_length=1)
    seeds: int = Field(5, ge=1, le=10_000)
    seed: int = Field(1, ge=0)
    teams: list[Team] = Field(min_length=1)
    variations: list[Variation] = Field(default_factory=list)
