"""When things first happened, in minutes of drill time, and the time metrics as differences between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from hotwash.drill import events as e
from hotwash.kernel.clock import MINUTE
from hotwash.scoring.case import Case, Entry, P

CONTAINED_SHARE = 0.10
"""Contained from the minute after which at most this share of the hands-off harm still happens. A tenth, so that the
healthy residue of a safe mode or a review queue does not count as 'not contained'."""

Milestones = dict[str, float | None]


def milestones(case: Case) -> Milestones:
    """Every milestone by id; None for what never happened. `onset`, `first_signal` and `contained` are the truth's,
    the others the log's. In an incident they are about that incident: what a team did about a false alarm that it closed
    before does not count, and nothing is detected before it began."""
    key = case.design.secret.key
    return {
        "onset": key.onset_min,
        "first_signal": None if case.first_signal_min is None else float(case.first_signal_min),
        "detected": detected(case),
        "opened": _first(case, e.IncidentOpened),
        "validated": _first(case, e.SignalValidated),
        "classified": _first(case, e.Classified),
        "severity_set": _first(case, e.SeveritySet),
        "declared": _first(case, e.MajorIncidentDeclared),
        "scoped": _first(case, e.ScopeSet),
        "first_lever": _at(case.first(e.LeverPulled)),
        "contained": contained_min(case),
        "privacy_told": privacy_told(case),
        "first_update": _first(case, e.UpdatePublished),
        "stood_down": _first(case, e.IncidentStoodDown),
        "recovered": _first(case, e.RecoveryDeclared, lambda one: one.state == "recovered"),
        "ended": case.ended_ms / MINUTE,
    }


def detected(case: Case) -> float | None:
    """When the team first held something to be wrong that was: an alert not waved off, or an open incident, from the onset
    on. In a false alarm, the first verdict."""
    key = case.design.secret.key
    if not key.incident:
        return _at(case.first(e.SignalValidated))
    onset = float(key.onset_min or 0)
    validated = [one for one in _since_reopened(case, e.SignalValidated) if one.event.verdict != "spurious"]
    opened = _first(case, e.IncidentOpened)
    return _earliest(
        next((_at(one) for one in validated if one.at_min >= onset), None),
        None if opened is None else max(onset, opened),
    )


def reopened(case: Case) -> int:
    """Version of the event with which an incident began that had been taken for a false alarm and stood down: an alert
    not waved off, or an opening. 0 when there was no such mistake, or it was never seen."""
    down = case.all(e.IncidentStoodDown)
    if not down or not case.design.secret.key.incident:
        return 0
    real = [one.version for one in case.all(e.SignalValidated, lambda one: one.verdict != "spurious")]
    real += [one.version for one in case.all(e.IncidentOpened)]
    starts = [min((version for version in real if version > stood.version), default=0) for stood in down]
    return max(starts)


def _since_reopened(case: Case, kind: type[P]) -> list[Entry[P]]:
    start = reopened(case)
    return [one for one in case.all(kind) if one.version >= start]


def _first(case: Case, kind: type[P], where: Callable[[P], bool] = lambda _: True) -> float | None:
    return next((_at(one) for one in _since_reopened(case, kind) if where(one.event)), None)


def time_metrics(case: Case, reached: Milestones) -> dict[str, float | None]:
    """The kit's time metrics in minutes; None when one end is missing or they lie the wrong way round."""
    found: dict[str, float | None] = {}
    for metric in case.design.kit.rubric.time_metrics:
        start, stop = reached.get(metric.start), reached.get(metric.stop)
        known = start is not None and stop is not None and stop >= start
        found[metric.id] = round(stop - start, 2) if known and stop is not None and start is not None else None
    return found


def contained_min(case: Case) -> float | None:
    """The first minute, after a lever took effect, from which on at most a tenth of the hands-off harm still happens;
    None if that is never so."""
    effect = case.first(e.LeverTookEffect)
    if not case.design.secret.key.incident or effect is None:
        return None
    team = np.cumsum(case.team.expected_harm[::-1])[::-1]
    nothing = np.cumsum(case.nothing.expected_harm[::-1])[::-1]
    start = max(int(case.start_min), int(-(-effect.at_ms // MINUTE)))
    left = np.flatnonzero((nothing > 0) & (team > CONTAINED_SHARE * nothing))
    minute = max(start, int(left[-1]) + 1 if len(left) else start)
    return float(minute) if minute * MINUTE < case.ended_ms else None


def privacy_told(case: Case) -> float | None:
    """When the privacy seat was first told or acted: a message to it once personal data was known of, or an assessment
    or notification by it. A word to the whole room counts once something was held to be wrong; before, it is chatter."""
    personal, real = personal_data_known(case), detected(case)
    known = float("inf") if personal is None else personal
    chatter = float("inf") if real is None else real
    written = [one for one in _since_reopened(case, e.MessageSent) if one.at_min >= known]
    told = next(
        (
            one.at_min
            for one in written
            if "privacy" in one.event.to or ("all" in one.event.to and one.at_min >= chatter)
        ),
        None,
    )
    acted = [
        _at(next((entry for entry in _since_reopened(case, kind) if entry.seat == "privacy"), None))
        for kind in (e.ObligationAssessed, e.AuthorityNotified, e.NoDutyRecorded, e.ImpactAssessed)
    ]
    return _earliest(told, *acted)


def personal_data_known(case: Case) -> float | None:
    """When the team first knew a fact that the taxonomy marks as personal data."""
    facts = {fact for fact, guide in case.design.kit.taxonomy.facts.items() if guide.personal_data}
    return _at(case.first(e.FactLearned, lambda one: one.fact in facts))


def _at(entry: Entry[Any] | None) -> float | None:
    return None if entry is None else round(entry.at_min, 3)


def _earliest(*minutes: float | None) -> float | None:
    return min((one for one in minutes if one is not None), default=None)
