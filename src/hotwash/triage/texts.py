"""The checks that read text: in all traffic on a fair share of it when there is much, in the segment on all of its rows (or again a fair
share). Texts make a table ten times larger than all else that is asked, so no more of them is read than is needed.
"""

from __future__ import annotations

from collections.abc import Sequence

from hotwash.kit.schema.columns import TraceColumns
from hotwash.ports.relation import Relation
from hotwash.ports.scope import Scope
from hotwash.triage import attack, leakage, sql
from hotwash.triage.ahead import Asked
from hotwash.triage.attack import Attacks
from hotwash.triage.leakage import Leakage
from hotwash.triage.sample import LOTS
from hotwash.triage.suspects import Readable, readable
from hotwash.triage.timeline import Window

MOST_TEXTS = 60_000
"""Rows whose text is read for all traffic: with none found, 95 % sure that no more than 1 in 20,000 holds any."""
PRIME = 1009
"""Milliseconds are spread over so many classes; being prime, it goes with no habit of clocks."""
SMALL = 256 << 20
"""Bytes of a table whose texts are read in less time than it takes to look for the window that they are asked of. Of a larger one no text is
read that lies outside the window."""


class Texts:
    """Which rows are read: conditions for all traffic (`everywhere`) and for a segment (`inside`). `share` is the part of all traffic."""

    def __init__(
        self, relation: Relation, columns: TraceColumns, by_time: bool, rows: int, *, whole: bool, system: str
    ) -> None:
        """`by_time` says that times tell rows apart, of which there are so many; `whole` that every text is read."""
        self._relation, self._columns, self._by_time, self._system = relation, columns, by_time, system
        self._small = relation.any_thread and relation.provenance.size_bytes <= SMALL
        self._rows, self._most = rows, rows if whole else MOST_TEXTS
        self._read: dict[tuple[tuple[str, ...], Window, Window], tuple[Readable, ...]] = {}
        self.share = min(1.0, self._most / max(1, rows))
        self.everywhere: list[str] = self._lot(self.share)

    def inside(self, scope: Scope, share: float) -> list[str]:
        """Rows of a segment that is such a share of all traffic."""
        lot = self._lot(min(1.0, self._most / max(1.0, share * self._rows)))
        return [*sql.scope(self._relation.dialect, scope), *lot]

    def _lot(self, part: float) -> list[str]:
        """A fair share of the rows: by the milliseconds of their time, which costs nothing, or by lot where times tell no rows apart."""
        if part >= 1:
            return []
        dialect, columns = self._relation.dialect, self._columns
        moment = dialect.epoch_ms(columns.time)
        if self._by_time:
            return [f"MOD({moment}, {PRIME}) < {max(1, round(part * PRIME))}"]
        return [f"{dialect.lot([dialect.name(columns.id) if columns.id else moment], LOTS)} < {round(part * LOTS)}"]

    def early(self) -> list[Asked]:
        """What will be asked of all traffic whatever the window is."""
        if not self._small:
            return []
        about = self._relation, self._columns, self.everywhere
        return [*leakage.early(*about), *attack.early(*about)]

    def leakage(self, where: Sequence[str] | None, incident: Window, baseline: Window) -> Leakage | None:
        """Leakage in some of the traffic."""
        if where is None:
            return None
        known = self._readable(where, incident, baseline)
        about = self._relation, self._columns, incident, baseline
        return leakage.leakage(*about, where=where, system=self._system, known=known)

    def attacks(self, where: Sequence[str] | None, incident: Window, baseline: Window) -> Attacks | None:
        """Attacks in some of the traffic."""
        if where is None:
            return None
        known = self._readable(where, incident, baseline)
        return attack.attacks(self._relation, self._columns, incident, where=where, known=known)

    def _readable(self, where: Sequence[str], incident: Window, baseline: Window) -> tuple[Readable, ...]:
        """How much of the texts of both checks can be read: of a small table asked once for the two."""
        if not self._small:
            return ()
        key = (tuple(where), incident, baseline)
        if key not in self._read:
            windows = {"incident": incident, "baseline": baseline}
            texts = attack.texts_of(self._columns)
            self._read[key] = readable(self._relation, self._columns, windows, texts, where)
        return self._read[key]
