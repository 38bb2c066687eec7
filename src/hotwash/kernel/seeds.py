"""Named random streams: one seed per purpose, so that a new draw in one place never moves another."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def derive(seed: int, *purpose: object) -> int:
    """A 128-bit seed for one purpose of one drill: the first half of SHA-256 over `seed` and the purpose's parts.

    Stable across machines, processes and Python versions. Parts are joined by their `str`, separated by NUL.
    """
    text = "\x00".join(str(part) for part in (seed, *purpose))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], "big")


class Pick:
    """Cheap keyed choices for texts and stand-ins: the same key always makes the same choices, in any process."""

    __slots__ = ("_block", "_key", "_used")

    def __init__(self, *key: object) -> None:
        self._key = repr(key).encode()
        self._block = hashlib.blake2b(self._key, digest_size=64).digest()
        self._used = 0

    def below(self, n: int) -> int:
        """A whole number in [0, n). Raises ValueError unless 1 ≤ n ≤ 2**24, the width of one draw."""
        if not 0 < n <= 1 << 24:
            raise ValueError(f"one draw picks from 1 to {1 << 24} things, not from {n}")
        if self._used > 61:
            self._block = hashlib.blake2b(self._block + self._key, digest_size=64).digest()
            self._used = 0
        value = int.from_bytes(self._block[self._used : self._used + 3], "big")
        self._used += 3
        return value * n >> 24

    def of(self, options: Sequence[T]) -> T:
        """One of the options, all equally likely."""
        return options[self.below(len(options))]

    def chance(self, percent: int) -> bool:
        """True `percent` times out of a hundred."""
        return self.below(10_000) < percent * 100
