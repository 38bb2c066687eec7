"""When things first happened, in minutes of drill time, and the time metrics as differences between them."""

from __future__ import annotations

import numpy as np

from hotwash.drill import events as e
from hotwash.kernel.clock import MINUTE
from hotwash.scoring.case import Case

CONTAINED_SHARE = 0.10
"""Contained from the minute after which at most this share of the hands-off harm still happens. A tenth, so that the
healthy residue of a safe mode or a review queue does not count as 'not contained'."""

Milestones = dict[str, float | None]


def milestones(case: Case) -> Milestones:
    """Every milestone by id; None for what never happened. `onset`, `first_signal` and `contained` are the truth's,
    the others the log's."""
    key = case.design.secret.key
    return {
        "onset": key.onset_min,
        "first_signal": None if case.first_signal_min is None else float(case.first_signal_min),
        "detected": _earliest(
            _at(case.first(e.SignalValidated, lambda one: one.verdict != "spurious")), _at(case.first(e.IncidentOpened))
        )
        if key.incident
        else _at(case.first(e.SignalValidated)),
        "opened": _at(case.first(e.IncidentOpened)),
        "validated": _at(case.first(e.SignalValidated)),
        "classified": _at(case.first(e.Classified)),
        "severity_set": _at(case.first(e.SeveritySet)),
        "declared": _at(case.first(e.MajorIncidentDeclared)),
        "scoped": _at(case.first(e.ScopeSet)),
        "first_lever": _at(case.first(e.LeverPulled)),
        "contained": contained_min(case),
        "privacy_told": privacy_told(case),
        "first_update": _at(case.first(e.UpdatePublished)),
        "stood_down": _at(case.first(e.IncidentStoodDown)),
        "recovered": _at(case.first(e.RecoveryDeclared)),
        "ended": case.ended_ms / MINUTE,
    }


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
    """When the privacy seat was first told or acted: a message to it, or an assessment or notification by it."""
    told = case.first(e.MessageSent, lambda one: "privacy" in one.to or "all" in one.to)
    acted = [
        _at(next((entry for entry in case.all(kind) if entry.seat == "privacy"), None))
        for kind in (e.ObligationAssessed, e.AuthorityNotified, e.NoDutyRecorded, e.ImpactAssessed)
    ]
    personal = personal_data_known(case)
    after = [] if told is None or personal is None or told.at_min < personal else [told.at_min]
    return _earliest(*after, *acted)


def personal_data_known(case: Case) -> float | None:
    """When the team first knew a fact that the taxonomy marks as personal data."""
    facts = {fact for fact, guide in case.design.kit.taxonomy.facts.items() if guide.personal_data}
    return _at(case.first(e.FactLearned, lambda one: one.fact in facts))


def _at(entry: object) -> float | None:
    return None if entry is None else round(float(entry.at_min), 3)  # type: ignore[attr-defined]


def _earliest(*minutes: float | None) -> float | None:
    return min((one for one in minutes if one is not None), default=None)
