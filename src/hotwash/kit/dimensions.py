"""The values that each dimension of a system pack has, in the order in which they are written."""

from __future__ import annotations

from hotwash.kit.schema.system import Dimension, SystemSpec


def values_of(dimension: Dimension) -> tuple[str, ...]:
    """All values of one dimension; numbered values count from 1."""
    if dimension.zipf:
        return tuple(dimension.pattern.format(number) for number in range(1, dimension.zipf + 1))
    if dimension.given:
        return tuple(dict.fromkeys(value for row in dimension.by_value.values() for value in row))
    return tuple(dimension.shares)


def dimensions_of(system: SystemSpec) -> dict[str, tuple[str, ...]]:
    """Dimension → values; intents are a dimension even where the pack does not list them as one."""
    found = {name: values_of(dimension) for name, dimension in system.dimensions.items()}
    return {"intent": tuple(system.intents), **found}
