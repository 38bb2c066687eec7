"""What a postmortem is made of, from a drill that stand-ins played."""

from functools import cache

from hotwash import bootstrap
from hotwash.aftermath.postmortem.document import document
from hotwash.aftermath.postmortem.sources import sources
from tests.support.played import played_drill


@cache
def material(scenario="cross-tenant-leak", players="slow", seed=1):
    return bootstrap.postmortem_material(played_drill(scenario, players, seed=seed).folder)


@cache
def built(scenario="cross-tenant-leak", players="slow", seed=1) -> str:
    return document(material(scenario, players, seed))


@cache
def known(scenario="cross-tenant-leak", players="slow", seed=1):
    return sources(material(scenario, players, seed))
