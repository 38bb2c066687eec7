"""A system pack in whole numbers: dimensions as columns, values as codes, rates as 1/65536."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import get_args

import numpy as np

from hotwash.kernel.errors import NotSupportedError
from hotwash.kit.dimensions import values_of
from hotwash.kit.schema.levers import HarmWeights
from hotwash.kit.schema.system import Category, Dimension, SystemSpec, Tier
from hotwash.ports.scope import Scope
from hotwash.simulator.arrays import I64, U8, U16
from hotwash.simulator.streams import ONE, chance, threshold
from hotwash.simulator.tables import lookup, shares, zipf

CATEGORIES: tuple[str, ...] = ("", *get_args(Category))
"""Harm categories by code; 0 is harmless."""
REFUSAL = CATEGORIES.index("wrongful_refusal")
MISUSE = CATEGORIES.index("tool_misuse")
ADVERSE = (CATEGORIES.index("wrong_decision"), CATEGORIES.index("discriminatory_decision"))
TIERS = ("none", "a", "b", "c")
TENANT_EXPONENT = "0.8"
MHP = 1000
ORDINARY = 10
"""Value of an ordinary request, in tenths."""


@dataclass(frozen=True)
class Column:
    """One dimension: its values by code, the column that it depends on (-1: none), and the table from draw to value by
    the parent's code, uint8 of shape (parents, 65536)."""

    name: str
    values: tuple[str, ...]
    parent: int
    table: U8

    def code(self, value: str) -> int:
        """The code of a value. Raises NotSupportedError for one that does not exist."""
        if value not in self.values:
            raise NotSupportedError(f"{self.name} has no value '{value}': write one of {', '.join(self.values)}")
        return self.values.index(value)


class Layout:
    """Everything about a system that does not depend on a scenario or a seed."""

    def __init__(self, spec: SystemSpec, harm: HarmWeights) -> None:
        self.spec = spec
        self.classifier = spec.kind == "classifier"
        self.columns = _columns(spec)
        self.names = tuple(column.name for column in self.columns)
        self.intents = tuple(spec.intents.values())
        self.intent = self._role("intent", spec.intents)
        self.tenant = self._tenants()
        self.language = self._role("language", spec.guardrail.main_languages)
        self.group = self._role("group", spec.guardrail.hard_groups)
        self.base = CATEGORIES.index(spec.healthy.category)
        self.weights = np.array([0, *(_mhp(harm, name) for name in CATEGORIES[1:])], np.int64)
        self.refused = round(harm.refused_points * MHP)
        self.routable = tuple(
            name
            for name in self.names
            if name not in spec.protected and (name not in spec.dimensions or spec.dimensions[name].routable)
        )

    @cached_property
    def cells(self) -> tuple[tuple[str, str], ...]:
        """Every way to cut a chart: all traffic, then each value of each dimension."""
        return (("", ""), *((column.name, value) for column in self.columns for value in column.values))

    @cached_property
    def offsets(self) -> tuple[int, ...]:
        """Where each dimension's values start in `cells`."""
        sizes = [len(column.values) for column in self.columns]
        return tuple(1 + sum(sizes[:index]) for index in range(len(sizes)))

    @cached_property
    def hard_languages(self) -> U8:
        """By language code: 1 outside the guardrail's main languages."""
        return self._marks(self.language, self.spec.guardrail.main_languages, marked=0)

    @cached_property
    def hard_groups(self) -> U8:
        """By group code: 1 for people whose dialect the guardrail was not built on."""
        return self._marks(self.group, self.spec.guardrail.hard_groups, marked=1)

    @cached_property
    def tiers(self) -> tuple[Tier, ...]:
        """Guardrail tiers by code."""
        guardrail = self.spec.guardrail
        return (guardrail.none, guardrail.a, guardrail.b, guardrail.c)

    @cached_property
    def caught(self) -> U16:
        """Share that a tier flags of each harmful category, in draws; uint16 of shape (tiers, categories)."""
        rates = [[0, *(threshold(_rate(tier.catches, name)) for name in CATEGORIES[1:])] for tier in self.tiers]
        return np.array(rates, np.uint16)

    @cached_property
    def reviewed(self) -> U16:
        """Share that a reviewer stops of each harmful category, in draws; uint16 of shape (categories,)."""
        return np.array([0, *(threshold(_rate(self.spec.review.catches, name)) for name in CATEGORIES[1:])], np.uint16)

    def false_flag(self, tier: int, *, hard: bool) -> int:
        """Share of harmless output that a tier flags, in draws."""
        rate = chance(self.tiers[tier].false_positive)
        factor = round(self.spec.guardrail.hard_factor * 100) if hard else 100
        return min(ONE - 1, rate * factor // 100)

    def unit(self, intent: int) -> int:
        """What it costs, in mhp, not to serve one legitimate request of an intent."""
        return self.intents[intent].value * self.refused // ORDINARY

    def check(self, scope: Scope, *, to_route: bool) -> None:
        """Raise NotSupportedError for a dimension or value that does not exist, or that must not be routed on."""
        for name, values in scope.dims:
            allowed = self.routable if to_route else self.names
            if name not in self.names:
                raise NotSupportedError(f"there is no dimension '{name}': write one of {', '.join(allowed)}")
            if name not in allowed:
                raise NotSupportedError(
                    f"'{name}' stands for a protected attribute: it may be analysed, never routed on. "
                    f"Write one of {', '.join(allowed)}"
                )
            for value in values:
                self.columns[self.names.index(name)].code(value)

    def _role(self, name: str, values: Iterable[str]) -> int:
        """The column that plays a part: the one with that name, else the one that holds all the values, else -1."""
        if name in self.names:
            return self.names.index(name)
        wanted = set(values)
        holders = [index for index, column in enumerate(self.columns) if wanted and wanted <= set(column.values)]
        return holders[0] if holders else -1

    def _tenants(self) -> int:
        """The column of customers: by name, else the first with values by the number."""
        if "tenant" in self.names:
            return self.names.index("tenant")
        numbered = [self.names.index(name) for name, one in self.spec.dimensions.items() if one.zipf]
        return numbered[0] if numbered else -1

    def _marks(self, column: int, values: Iterable[str], marked: int) -> U8:
        if column < 0:
            return np.zeros(1, np.uint8)
        named = set(values)
        return np.array([marked if value in named else 1 - marked for value in self.columns[column].values], np.uint8)

    def quantities(self) -> I64:
        """Cost in mhp of not serving, by intent; int64 of shape (intents,)."""
        return np.array([self.unit(index) for index in range(len(self.intents))], np.int64)


def _rate(rates: Mapping[Category, float], name: str) -> float:
    return next((rate for category, rate in rates.items() if category == name), 0.0)


def _mhp(harm: HarmWeights, name: str) -> int:
    return next((round(weight.points * MHP) for cat, weight in harm.categories.items() if cat == name), 0)


def _columns(spec: SystemSpec) -> tuple[Column, ...]:
    """Columns with parents before children; intents become a dimension when the pack has none for them."""
    dimensions = dict(spec.dimensions)
    if not any(set(spec.intents) <= set(values_of(one)) for one in dimensions.values()):
        dimensions["intent"] = Dimension(shares={name: intent.share for name, intent in spec.intents.items()})
    ordered: list[Column] = []
    waiting = dict(dimensions)
    while waiting:
        placed = {column.name for column in ordered}
        ready = [name for name, one in waiting.items() if not one.given or one.given in placed]
        if not ready:
            raise NotSupportedError(f"dimensions {', '.join(waiting)} depend on each other or on one that is missing")
        for name in ready:
            ordered.append(_intents_in_order(_column(name, waiting.pop(name), ordered), spec))
    return tuple(ordered)


def _intents_in_order(column: Column, spec: SystemSpec) -> Column:
    """The intent column lists its values in the order of `spec.intents`, so that codes agree."""
    if set(column.values) != set(spec.intents) or column.values == tuple(spec.intents):
        return column
    order = {name: index for index, name in enumerate(spec.intents)}
    recode = np.array([order[value] for value in column.values], np.uint8)
    return Column(column.name, tuple(spec.intents), column.parent, recode[column.table])


def _column(name: str, one: Dimension, before: list[Column]) -> Column:
    values = values_of(one)
    if one.zipf:
        return Column(name, values, -1, lookup(zipf(one.zipf, TENANT_EXPONENT))[None, :])
    if not one.given:
        return Column(name, values, -1, lookup(shares(list(one.shares.values())))[None, :])
    parent = next(index for index, column in enumerate(before) if column.name == one.given)
    table = [lookup(shares([one.by_value[value].get(v, 0.0) for v in values])) for value in before[parent].values]
    return Column(name, values, parent, np.stack(table))
