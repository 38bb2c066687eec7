"""Bundles read: a file of one's own, or those of a system that ships."""

from __future__ import annotations

from pathlib import Path

from hotwash.kernel.errors import ContentError
from hotwash.kit.bundle import bundle_with, pair_of
from hotwash.kit.load import list_scenarios, list_systems, load_scenario, load_system
from hotwash.kit.names import instead
from hotwash.kit.reader import Reader
from hotwash.kit.schema.bundle import Bundle, BundlePair
from hotwash.kit.schema.system import SystemSpec
from hotwash.kit.text import read_yaml

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


def is_bundle(file: Path) -> bool:
    """Whether a YAML file means a bundle and not an endpoint: it has parts. Raises ContentError for one that cannot be read."""
    read = read_yaml(file).data
    return isinstance(read, dict) and "parts" in read


def named_system(slug: str) -> SystemSpec:
    """A system that ships, by its name or by the name of a scenario that is played on it. Raises ContentError."""
    if slug in list_systems():
        return load_system(slug)
    if slug in list_scenarios():
        return load_system(load_scenario(slug)[0].system)
    write = f"Write a system ({', '.join(list_systems())}), a scenario, or a file (*.yaml)."
    raise ContentError.at(slug, "is no system, scenario or bundle file", write)


def named_bundle(name: str) -> Bundle:
    """A bundle by the path of its file, or as SYSTEM/current or SYSTEM/last-good; the system alone means current. SYSTEM/last-good:index is
    the current bundle with the last good index alone. Raises ContentError."""
    if is_file(name):
        return load_bundle(Path(name))
    slug, _, which = name.partition("/")
    pair, components = pair_named(slug), named_system(slug).components
    which, _, some = which.partition(":")
    if which not in ("", *WAYS) or (some and which != LAST_GOOD):
        write = f"Write {slug}/{CURRENT}, {slug}/{LAST_GOOD}, or {slug}/{LAST_GOOD}:COMPONENT,COMPONENT."
        raise ContentError.at(name, f"there is no bundle '{which}'", write)
    going = [one.strip() for one in some.split(",") if one.strip()]
    if wrong := [one for one in going if one not in components]:
        raise ContentError.at(name, f"'{wrong[0]}' is no component", instead(wrong[0], components))  # fmt: skip
    if going:
        return bundle_with(pair, going)
    return pair.last_good if which == LAST_GOOD else pair.current


def pair_named(slug: str) -> BundlePair:
    """Both bundles of a system that ships. Raises ContentError."""
    pair = pair_of(named_system(slug))
    if pair is None:
        raise ContentError.at(slug, "has no bundles", "Name another system, or a file (*.yaml).")
    return pair
