"""Names for the array types of this room. Everything that decides an outcome is a whole number."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
U8 = NDArray[np.uint8]
U16 = NDArray[np.uint16]
U32 = NDArray[np.uint32]
I32 = NDArray[np.int32]
I64 = NDArray[np.int64]
Rows = NDArray[np.intp]
"""Row numbers, as numpy's searches return them."""
