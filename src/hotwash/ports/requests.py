"""Requests of the system under drill as a table: what trace explorers and dashboards show, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.int8]


@dataclass(frozen=True)
class RequestTable:
    """One row a kept trace, oldest first; arrays have shape (rows,), texts are objects. For players: nothing here tells a fault from
    a healthy failure.

    `at_ms` is drill time, int64. `dims`, `versions` and `status` hold what a trace list and a trace say of the request; `versions` are
    those that it ran on. `signals` are the dashboards' signals: 1 counted by now, 0 not counted, -1 where it could not be asked, because
    the request is not among the signal's denominator or is so new that the signal cannot have shown yet. `decision` is approved or
    declined where the system scores and a decision went out, else None.
    """

    at_ms: NDArray[np.int64]
    dims: Mapping[str, NDArray[np.object_]]
    versions: Mapping[str, NDArray[np.object_]]
    status: NDArray[np.object_]
    cached: NDArray[np.bool_]
    signals: Mapping[str, Flags]
    decision: NDArray[np.object_] | None = None

    def __len__(self) -> int:
        return len(self.at_ms)
