"""From the record of a drill, or a real incident's stamps, to the figures that readiness counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Any

from hotwash.kernel.clock import MINUTE
from hotwash.kernel.event import Event
from hotwash.kit.schema.kit import Kit
from hotwash.kit.schema.programme import RealIncident
from hotwash.kit.schema.scenario import Scenario
from hotwash.kit.secret import AnswerKey, Constraint
from hotwash.readiness.facts import TIMES, AcceptedRisk, DrillFact, IncidentFact, Papers, between
from hotwash.scoring.scorecard import Scorecard


def drill_fact(
    card: Scorecard,
    events: Sequence[Event],
    kit: Kit,
    scenario: Scenario,
    key: AnswerKey,
    system_levers: Iterable[str],
    cards: Sequence[str],
    papers: Papers,
) -> DrillFact:
    """One scored drill. `events` is its whole log, `system_levers` the levers that its system has, `cards` its constraints."""
    began = next(one for one in events if one.type == "drill_started")
    holders = _holders(events)
    mode = key.mode or ""
    guide = kit.taxonomy.modes.get(mode)
    return DrillFact(
        drill=str(events[0].data["drill"]),
        day=datetime.fromtimestamp(began.wall_ms / 1000, UTC).date(),
        scenario=scenario.id,
        title=scenario.title,
        mode=mode,
        mode_title=guide.title if guide else "False alarm",
        cards=tuple(cards),
        people=sum(holder == "person" for holder in holders.values()),
        seats=holders,
        total=card.total,
        contained=card.containment.mark,
        minutes=_minutes(card, events, kit, key),
        marks={mark.measure: mark.score for one in card.dimensions for mark in one.marks if mark.score is not None},
        ratings={one.title: one.rating for one in card.dimensions if one.rating is not None},
        exercised=frozenset(_exercised(events, mode)),
        could=frozenset({*(f"lever {kind}" for kind in system_levers), *([f"runbook {mode}"] if mode else [])}),
        risks=tuple(_risk(one.data, kit) for one in events if one.type == "risk_accepted"),
        papers=papers,
    )


def _risk(said: Mapping[str, Any], kit: Kit) -> AcceptedRisk:
    owner = str(said.get("owner") or "")
    seat = kit.roles.seats.get(owner)
    return AcceptedRisk(
        str(said.get("residual") or "not said"), seat.title if seat else owner or "nobody named", int(said["expires_h"])
    )


def _holders(events: Sequence[Event]) -> dict[str, str]:
    """Seat → `person` where a person ever held it, `stand-in` otherwise."""
    found: dict[str, str] = {}
    for one in events:
        if one.type == "seat_taken":
            seat, holder = str(one.data["seat"]), str(one.data["holder"])
            found[seat] = "person" if "person" in (holder, found.get(seat)) else holder
    return found


def _minutes(card: Scorecard, events: Sequence[Event], kit: Kit, key: AnswerKey) -> dict[str, float]:
    reached: dict[str, float | None] = {**card.milestones, **_more(events, kit)}
    found = {one.id: between(reached, one.begins, one.ends) for one in TIMES if one.begins}
    if not key.incident:
        found = {name: value for name, value in found.items() if name in ("seats", "label", "severity")}
    if not key.declare:
        found.pop("declare", None)
    waits = [
        int(one.data["waited_ms"]) / MINUTE
        for one in events
        if one.type == "lever_pulled" and one.data.get("authority") == "approved"
    ]
    found["authority"] = median(waits) if waits else None
    return {name: value for name, value in found.items() if value is not None}


def _more(events: Sequence[Event], kit: Kit) -> dict[str, float | None]:
    """Moments that the scorecard has no milestone for, in minutes of drill time."""
    personal = {name for name, fact in kit.taxonomy.facts.items() if fact.personal_data}
    first_act: dict[str, float] = {}
    for one in events:
        if one.seat in kit.roles.seats:
            first_act.setdefault(one.seat, one.drill_ms / MINUTE)
    return {
        "isolated": _first(events, "test_recorded", {"result": "supports"}),
        "personal_data": next(
            (
                one.drill_ms / MINUTE
                for one in events
                if one.type == "fact_learned" and one.data.get("fact") in personal
            ),
            None,
        ),
        "staffed": max(first_act.values()) if set(kit.roles.seats) <= set(first_act) else None,
    }


def _first(events: Sequence[Event], kind: str, where: Mapping[str, Any]) -> float | None:
    return next(
        (
            one.drill_ms / MINUTE
            for one in events
            if one.type == kind and all(one.data.get(name) == value for name, value in where.items())
        ),
        None,
    )


def _exercised(events: Sequence[Event], mode: str) -> Iterable[str]:
    """Controls that were used in this drill: levers that took effect, suites that ran, the runbook of its mode."""
    for one in events:
        if one.type == "lever_pulled":
            yield f"lever {one.data['kind']}"
        elif one.type == "suite_run":
            yield f"suite {one.data['suite']}"
    if mode:
        yield f"runbook {mode}"


def incident_fact(one: RealIncident) -> IncidentFact:
    """The times of a real incident. What has no stamp is not counted: nobody knows whether it never came or was not written down."""
    stamps = {
        "onset": one.onset,
        "detected": one.detected,
        "declared": one.declared,
        "isolated": one.isolated,
        "contained": one.contained,
        "recovered": one.recovered,
    }
    minutes = {name: (at - one.onset).total_seconds() / 60 for name, at in stamps.items() if at is not None}
    found = {
        time.id: minutes[time.ends] - minutes[time.begins] for time in TIMES if {time.begins, time.ends} <= set(minutes)
    }
    return IncidentFact(
        one.id, one.onset.date(), one.title, one.mode, {name: max(0.0, value) for name, value in found.items()}
    )


def cards_in(scenario: Scenario, known: Sequence[Constraint]) -> tuple[str, ...]:
    """Constraint cards whose words stand in what the players of this drill read."""
    return tuple(one.id for one in known if f"**{one.title}.** {one.brief}".strip() in scenario.brief)
