"""Bundles read: a file of one's own, or those of a system that ships."""

from __future__ import annotations

from pathlib import Path

from hotwash.kernel.errors import ContentError, Located, Problem
from hotwash.kit.bundle import pair_of
from hotwash.kit.load import list_scenarios, list_systems, load_scenario, load_system
from hotwash.kit.reader import Reader
from hotwash.kit.schema.bundle import Bundle, BundlePair
from hotwash.kit.schema.system import SystemSpec

CURRENT, LAST_GOOD = "current", "last-good"
WAYS = (CURRENT, LAST_GOOD)
SUFFIXES = (".yaml", ".yml")


def load_bundle(file: Path) -> Bundle:
    """One bundle. Raises ContentError with every mistake in its form."""
    reader = Reader()
    return reader.done(reader.model(file, ("bundle",), Bundle))


def is_file(name: str) -> bool:
    """Whether a name means a file of one's own."""
    return name.endswith(SUFFIXES)


def named_system(slug: str) -> SystemSpec:
    """A system that ships, by its name or by the name of a scenario that is played on it. Raises ContentError."""
    if slug in list_systems():
        return load_system(slug)
    if slug in list_scenarios():
        return load_system(load_scenario(slug)[0].system)
    write = f"Write a system ({', '.join(list_systems())}), a scenario, or a file (*.yaml)."
    raise ContentError([Problem(Located(Path(slug)), "is no system, scenario or bundle file", write)])


def named_bundle(name: str) -> Bundle:
    """A bundle by the path of its file, or as SYSTEM/current or SYSTEM/last-good; the system alone means current. Raises ContentError."""
    if is_file(name):
        return load_bundle(Path(name))
    slug, _, which = name.partition("/")
    pair = pair_named(slug)
    if which not in ("", *WAYS):
        write = f"Write {slug}/{CURRENT} or {slug}/{LAST_GOOD}."
        raise ContentError([Problem(Located(Path(name)), f"there is no bundle '{which}'", write)])
    return pair.last_good if which == LAST_GOOD else pair.current


def pair_named(slug: str) -> BundlePair:
    """Both bundles of a system that ships. Raises ContentError."""
    pair = pair_of(named_system(slug))
    if pair is None:
        raise ContentError([Problem(Located(Path(slug)), "has no bundles", "Name another system, or a file (*.yaml).")])
    return pair
