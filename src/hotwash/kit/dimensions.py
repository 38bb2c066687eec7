"""The values that each dimension of a system pack has, in the order in which they are written."""

from __future__ import annotations

from itertools import product

from hotwash.kit.schema.base import Dims
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


def without_traffic(wanted: Dims, system: SystemSpec) -> str:
    """What keeps every request out of a slice: a value, or two together, that have no share. Empty where some get in.

    Values that the system does not have are left out: they are another mistake.
    """
    for name, values in wanted.items():
        dimension = system.dimensions.get(name)
        known = [value for value in values if dimension is not None and value in values_of(dimension)]
        if dimension is None or not known or dimension.zipf:
            continue
        if not dimension.given:
            if not any(dimension.shares.get(value) for value in known):
                return f"{name} {' or '.join(known)}"
            continue
        over = wanted.get(dimension.given) or list(dimension.by_value)
        if not any(dimension.by_value.get(other, {}).get(value) for other, value in product(over, known)):
            together = f" with {dimension.given} {' or '.join(over)}" if dimension.given in wanted else ""
            return f"{name} {' or '.join(known)}{together}"
    return ""
