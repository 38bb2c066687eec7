"""Which part of the traffic something is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """A conjunction over dimensions of allowed values, in canonical order; no dimension means everything."""

    dims: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @classmethod
    def of(cls, dims: Mapping[str, Iterable[str]]) -> Scope:
        """A scope from a mapping of dimension to values; a dimension without values is left out."""
        pairs = ((name, tuple(sorted(set(values)))) for name, values in dims.items())
        return cls(tuple(sorted((name, values) for name, values in pairs if values)))

    def to_json(self) -> dict[str, list[str]]:
        """The mapping that `of` reads."""
        return {name: list(values) for name, values in self.dims}

    def values(self, dim: str) -> tuple[str, ...]:
        """The values allowed for a dimension; empty when the scope does not narrow it."""
        return dict(self.dims).get(dim, ())

    def without(self, *dims: str) -> Scope:
        """The same scope with some dimensions no longer narrowed."""
        return Scope(tuple(pair for pair in self.dims if pair[0] not in dims))

    def meets(self, other: Scope) -> bool:
        """Can a request lie in both? Scopes that name different values of one dimension have none in common."""
        there = dict(other.dims)
        return all(name not in there or set(values) & set(there[name]) for name, values in self.dims)

    def __str__(self) -> str:
        return " and ".join(f"{name} {', '.join(values)}" for name, values in self.dims) or "everything"


EVERYTHING = Scope()
