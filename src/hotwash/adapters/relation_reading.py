"""What every relation does alike: it names its columns and its source, keeps count of what was read, and mixes lots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hotwash.ports.relation import ColumnType, Provenance

LEHMER, PRIME = 48_271, 2_147_483_647
"""Park and Miller's minimal standard generator, as a mixing step: every product fits in 64 bits."""


class Reading:
    """A table's columns, where it comes from, and which columns statements have named so far."""

    any_thread = False
    """Few drivers promise that another thread may use a connection."""

    def __init__(self, columns: Mapping[str, ColumnType], provenance: Provenance) -> None:
        self._columns, self._provenance = columns, provenance
        self._asked: set[str] = set()

    @property
    def columns(self) -> Mapping[str, ColumnType]:
        return self._columns

    @property
    def provenance(self) -> Provenance:
        return self._provenance

    @property
    def asked(self) -> Sequence[str]:
        return [one for one in self._columns if one in self._asked]

    def interrupt(self) -> None:
        """Nothing: one thread alone asks."""

    def note(self, reads: Sequence[str]) -> None:
        """Count columns as read. Raises KeyError for one that is not there."""
        for one in reads:
            if one not in self._columns:
                raise KeyError(one)
        self._asked.update(reads)


def mixed(numbers: Sequence[str], lots: int) -> str:
    """A lot in [0, lots) out of SQL expressions of 32-bit numbers, the same on every engine."""
    made = "1"
    for one in numbers:
        made = f"((({made}) * {LEHMER} + {one}) % {PRIME})"
    return f"(({made} * {LEHMER}) % {PRIME} % {lots})"
