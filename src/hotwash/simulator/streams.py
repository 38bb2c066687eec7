"""Named streams of 16-bit draws.

Draws are the raw output of a bit generator, whose stream numpy promises not to change (NEP 19); numpy's distributions
carry no such promise and are not used. A draw `u` stands for an event of probability q/65536 when `u < q`.
"""

from __future__ import annotations

import numpy as np

from hotwash.kernel.seeds import derive
from hotwash.simulator.arrays import U16

ONE = 65536
"""Probability 1 in draws."""


def draws(seed: int, n: int, *purpose: object) -> U16:
    """`n` uniform draws of one purpose, uint16 of shape (n,). The first n of a longer stream are the same n."""
    words = np.random.SFC64(derive(seed, *purpose)).random_raw(-(-n // 4))
    halves: U16 = np.asarray(words, dtype="<u8").view("<u2")[:n].astype(np.uint16, copy=False)
    return halves


def chance(share: float) -> int:
    """A share of 1 as a number of 1/65536."""
    return min(ONE, max(0, round(share * ONE)))


def threshold(share: float) -> int:
    """The same for comparison with a uint16 draw: certainty becomes 65535/65536."""
    return min(ONE - 1, chance(share))
