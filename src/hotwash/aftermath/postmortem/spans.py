"""The minutes in which an incident lasted."""

from __future__ import annotations

from hotwash.kernel.clock import MINUTE
from hotwash.scoring.case import Case
from hotwash.scoring.scorecard import Scorecard


def window(card: Scorecard, case: Case) -> tuple[int, int]:
    """From the onset to containment, or to ENDEX where it was not contained."""
    end = card.milestones.get("contained")
    return int(card.milestones.get("onset") or 0), int(end if end is not None else case.ended_ms / MINUTE)
