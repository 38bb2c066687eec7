"""Which rows a scope covers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from hotwash.ports.scope import Scope
from hotwash.simulator.arrays import U8, Bools
from hotwash.simulator.layout import Layout


def inside(layout: Layout, dims: Sequence[U8], scope: Scope) -> Bools:
    """Rows inside a scope."""
    mask: Bools = np.ones(len(dims[0]), np.bool_)
    for name, values in scope.dims:
        index = layout.names.index(name)
        column = layout.columns[index]
        allowed = np.zeros(len(column.values), np.bool_)
        allowed[[column.code(value) for value in values]] = True
        mask &= allowed[dims[index]]
    return mask
