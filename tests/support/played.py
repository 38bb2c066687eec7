"""Drills that stand-ins played from STARTEX to ENDEX: each is played once in a run of the tests."""

import shutil
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from hotwash import bootstrap
from hotwash.conductor.record import EVENTS, Files, read_events
from hotwash.kernel.event import Event
from tests.support.kept import kept


@dataclass(frozen=True)
class Drill:
    """A record as `hotwash drill run --out` writes it, evidence included. Read it here; copy it before changing anything."""

    folder: Path

    @cached_property
    def files(self) -> Files:
        """The files of the record."""
        return bootstrap.load_record(self.folder)

    @property
    def events(self) -> list[Event]:
        """The log."""
        return read_events(self.files[EVENTS])

    def copied(self, to: Path) -> Path:
        """A record of one's own, at a path where nothing is yet."""
        shutil.copytree(self.folder, to)
        return to


@cache
def played_drill(
    scenario: str = "cross-tenant-leak", players: str = "expert", *, seed: int = 1, cards: tuple[str, ...] = ()
) -> Drill:
    """The drill that these words decide."""
    return Drill(kept(_play, scenario, players, seed, cards) / "record")


def _play(home: Path, scenario: str, players: str, seed: int, cards: tuple[str, ...]) -> None:
    table = bootstrap.lay_out(bootstrap.content(scenario, None, cards), seed)
    files = bootstrap.run(table, players).files
    bootstrap.save(files, home / "record")
    bootstrap.keep_evidence(files, home / "record", table.system)
