"""Drills and years for tests of readiness, without playing any."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hotwash.kit.load import load_programme
from hotwash.readiness.facts import DrillFact, IncidentFact, Papers
from hotwash.readiness.following import Playable
from hotwash.readiness.state import Readiness, state_of

TODAY = date(2026, 11, 28)
MODES = {"drift": "Drift", "data-leakage": "Data leakage"}
PLAYABLE = (
    Playable("leak", "The leak", "data-leakage", "Data leakage", {"lever rollback": "Roll back", "lever queue": "Review queue", "runbook data-leakage": "runbook for data leakage"}),
    Playable("slide", "The slide", "drift", "Drift", {"lever rollback": "Roll back", "runbook drift": "runbook for drift"}),
    Playable("noise", "The noise", "", "False alarm", {"lever rollback": "Roll back"}),
)  # fmt: skip
CARDS = ("logs-missing", "holiday-staffing")


def drill(days_ago: int, name: str = "", **changes) -> DrillFact:
    """A drill of the leak by people, so many days before the day."""
    base = DrillFact(
        drill=name or f"d{days_ago}", day=TODAY - timedelta(days=days_ago), scenario="leak", title="The leak", mode="data-leakage",
        mode_title="Data leakage", cards=(), people=2, seats={"ic": "person"}, total=70.0, contained=0.6,
        minutes={"detect": 9.0, "contain": 20.0}, marks={"level-distance": 1.0, "cadence-kept": 0.5}, ratings={"Severity": "P", "Recovery": "U"},
        exercised=frozenset({"lever rollback", "runbook data-leakage"}),
        could={"lever rollback": "Roll back", "lever queue": "Review queue", "runbook data-leakage": "runbook for data leakage"}, papers=Papers(),
    )  # fmt: skip
    return replace(base, **changes)


def state(drills=(), incidents: tuple[IncidentFact, ...] = (), **more) -> Readiness:
    """The state of the day over these drills."""
    return state_of(list(drills), list(incidents), PLAYABLE, CARDS, MODES, load_programme(), TODAY, **more)
