"""An object as a key: the same object, not an equal one. Content of a kit cannot be hashed, and never changes once it is loaded."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Same(Generic[T]):
    """Stands for one object in the key of a cache, which holds on to it, so that no other object takes its identity."""

    __slots__ = ("it",)

    def __init__(self, it: T) -> None:
        self.it = it

    def __hash__(self) -> int:
        return id(self.it)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.it is other.it
