"""From rows to the stage, without what people wrote about themselves and others unless it is asked for."""

from __future__ import annotations

import hmac
import json
import secrets
from collections import Counter
from collections.abc import Mapping

from hotwash.adapters import import_cells
from hotwash.adapters.import_units import UNREADABLE, Aside, Made, Tally
from hotwash.adapters.import_writer import Stage
from hotwash.triage.canonical import FIELDS
from hotwash.triage.redact import Redactor
from hotwash.triage.suspects import REDACTED

OURS = frozenset({"id", "source", "kind"})
"""Texts that are no raw texts and hold no words of people: they lead back to the export."""


class Keeper:
    """Stages rows. With `hide`, personal data and secrets are taken out of each row's texts first; a name, user or session that is one
    itself (an address as a user id) becomes a pseudonym that is the same in the whole file and in no other."""

    def __init__(self, stage: Stage, tally: Tally, now_us: int, *, hide: bool) -> None:
        self.stage, self.tally, self._now_us, self._hide = stage, tally, now_us, hide
        self.hidden: Counter[str] = Counter()
        self._key = secrets.token_bytes(32)

    def keep(self, one: Made) -> None:
        """Stage one row, or set it aside with the reason."""
        try:
            cells = import_cells.cells(one.row, self.tally, self._now_us)
            if self._hide:
                cells = self._without(cells)
        except UNREADABLE as broken:
            reason = "nested too deeply" if isinstance(broken, RecursionError) else "a value that no column can hold"
            self.tally.aside(Aside(one.place, reason, one.units))
            return
        if cells.get("id") is None:
            self.tally.aside(Aside(one.place, "a row without an id", one.units))
            return
        self.stage.row(cells, import_cells.writable(one.place, self.tally), one.units)

    def _without(self, cells: Mapping[str, str | None]) -> dict[str, str | None]:
        redactor, made = Redactor(), dict(cells)
        for name, value in cells.items():
            about = FIELDS[name]
            if value is None or name in OURS:
                continue
            if about.raw and about.type == "json":
                made[name] = json.dumps(redactor.value(json.loads(value)), ensure_ascii=False)
            elif about.raw:
                made[name] = redactor.text(value)
            elif about.type == "text" and Redactor().text(value) != value:
                made[name] = self._pseudonym(value)
                self.hidden[f"pseudonym in '{name}'"] += 1
        self.hidden.update(redactor.counts)
        return made

    def _pseudonym(self, value: str) -> str:
        return f"[{REDACTED} {hmac.digest(self._key, value.encode(), 'sha256').hex()[:12]}]"
