"""What every system under drill must do."""

from __future__ import annotations

from hotwash.conformance.system_levers import LeverChecks
from hotwash.conformance.system_looks import LookChecks
from hotwash.conformance.system_requests import RequestChecks
from hotwash.conformance.system_review import ReviewChecks
from hotwash.conformance.system_time import TimeChecks


class SystemConformance(TimeChecks, LeverChecks, LookChecks, RequestChecks, ReviewChecks):
    """Subclass it; `make` says how to build the system and `examples` which call is an example of each lever."""
