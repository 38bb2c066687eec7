"""A kit and a system with one thing otherwise: what would it buy?"""

from __future__ import annotations

from math import ceil

from hotwash.kit.schema.kit import Alert, Kit
from hotwash.kit.schema.rehearsal import Variation
from hotwash.kit.schema.system import SystemSpec


def vary(kit: Kit, spec: SystemSpec, tried: Variation) -> tuple[Kit, SystemSpec]:
    """Kit and system with the reviewers and thresholds of a variation; its cards are another matter. Nothing is changed in place."""
    review = spec.review.model_copy(
        update={"reviewers_available": max(0, spec.review.reviewers_available + tried.reviewers)}
    )
    alerts = [_asking(one, tried.thresholds) if _meant(one, tried) else one for one in kit.alerts]
    return kit.model_copy(update={"alerts": alerts}), spec.model_copy(update={"review": review})


def _meant(alert: Alert, tried: Variation) -> bool:
    return not tried.alerts or alert.id in tried.alerts


def _asking(alert: Alert, times: float) -> Alert:
    """The alert with thresholds that many times as high; a count stays whole, and one at least."""
    return alert.model_copy(
        update={
            "z_overall": alert.z_overall * times,
            "z_segment": alert.z_segment * times,
            "min_count": max(1, ceil(alert.min_count * times)),
        }
    )
