"""A drill that was played and recorded once a process, with what a postmortem is made of."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from hotwash import bootstrap
from hotwash.aftermath.postmortem.document import document
from hotwash.aftermath.postmortem.sources import sources


@cache
def record(scenario="cross-tenant-leak", players="slow", seed=1) -> Path:
    """The folder of its record; read it, and copy it before writing beside it."""
    home = Path(tempfile.mkdtemp(prefix="hotwash-postmortem-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    table = bootstrap.lay_out(bootstrap.content(scenario), seed)
    bootstrap.save(bootstrap.run(table, players).files, home / "record")
    return home / "record"


def copied(folder: Path) -> Path:
    """A record of one's own."""
    shutil.copytree(record(), folder / "record")
    return folder / "record"


@cache
def material(scenario="cross-tenant-leak", players="slow", seed=1):
    return bootstrap.postmortem_material(record(scenario, players, seed))


@cache
def built(scenario="cross-tenant-leak", players="slow", seed=1) -> str:
    return document(material(scenario, players, seed))


@cache
def known(scenario="cross-tenant-leak", players="slow", seed=1):
    return sources(material(scenario, players, seed))
