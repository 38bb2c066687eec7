"""What a fault does to signals besides the harm: retrievals that find nothing, missing features, odd scores."""

from __future__ import annotations

from hotwash.simulator.faults import Break
from hotwash.simulator.layout import CATEGORIES
from hotwash.simulator.streams import threshold

EMPTY, MISSING, SHIFTED = threshold(0.01), threshold(0.005), threshold(0.05)
"""How often each happens on an ordinary day."""
OUTAGE, THIN_INDEX = threshold(0.95), threshold(0.30)
NO_FEATURES, STALE_DATA = threshold(0.80), threshold(0.40)
ODD_SCORES = threshold(0.35)
UNGROUNDED = CATEGORIES.index("ungrounded_answer")


def empty_retrieval(fault: Break) -> int:
    """A retrieval service that is down finds next to nothing, a bad index misses some; in draws."""
    if fault.path != "retrieval" or fault.category != UNGROUNDED:
        return 0
    return THIN_INDEX if fault.in_bundle else OUTAGE


def missing_feature(fault: Break) -> int:
    """A broken feature pipeline or data source leaves gaps; in draws."""
    if fault.carrier == "features":
        return NO_FEATURES
    return STALE_DATA if fault.carrier == "data" or not fault.in_bundle else 0


def shifted_score(fault: Break) -> int:
    """Whatever the score is computed from moves it; in draws."""
    return ODD_SCORES if fault.carrier in ("model", "features", "data") or not fault.in_bundle else 0
