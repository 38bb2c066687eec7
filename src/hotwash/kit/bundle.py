"""Bundles compared: one content id, differences part by part, and what a rollback of some components would leave running."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, get_args

from hotwash.kernel.event import digest
from hotwash.kit.schema.bundle import Bundle, BundlePair, Fix, PartName, Parts, parts_json
from hotwash.kit.schema.system import SystemSpec

SHORT = 12
"""Hexadecimal digits of the id that people read: 48 bits, so that two of a million bundles share them once in 500 tries."""
PART_NAMES: tuple[str, ...] = get_args(PartName)
PARTS_OF: Mapping[str, tuple[str, ...]] = {
    "model": ("model",),
    "prompt": ("prompts",),
    "tools": ("tools",),
    "decoding": ("decoding",),
    "index": ("embedding", "index"),
    "policy": ("policy", "post_processors", "thresholds"),
    "features": ("features",),
    "data": ("data",),
}
"""Component that a lever switches → the parts that go with it. Flags and cache go with none: they stay as they are."""
Path = tuple[str, ...]
Leaf = Any
"""A JSON value below which nothing is compared: text, number, list, or an object with nothing in it."""


@dataclass(frozen=True)
class Difference:
    """One setting that is not the same: `path` from the part down, and its value on both sides; None where it is not there."""

    path: Path
    before: Leaf
    after: Leaf

    @property
    def part(self) -> str:
        """The part that it lies in; `kind` for the kind of service, `parts` where one side has none at all."""
        return self.path[1] if self.path[0] == "parts" and len(self.path) > 1 else self.path[0]

    @property
    def name(self) -> str:
        """What it is called below its part."""
        return ".".join(self.path[2:]) or self.part


def content(bundle: Bundle) -> dict[str, Any]:
    """What the id is over: kind and parts. Names, notes and reasons are about a bundle, not in it."""
    return {"kind": bundle.kind, "parts": _plain(parts_json(bundle.parts))}


def content_id(bundle: Bundle) -> str:
    """SHA-256 over the canonical JSON of the content: 64 hexadecimal digits."""
    return _id_of(_Itself(bundle))


class _Itself:
    """A bundle as a key of a cache: a bundle never changes, so its id is worked out once."""

    def __init__(self, bundle: Bundle) -> None:
        self.bundle = bundle

    def __hash__(self) -> int:
        return id(self.bundle)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Itself) and other.bundle is self.bundle


@lru_cache(256)
def _id_of(one: _Itself) -> str:
    return digest(content(one.bundle))


def short_id(bundle: Bundle) -> str:
    """The id as people read it out."""
    return content_id(bundle)[:SHORT]


def _plain(value: Any) -> Any:
    """The same with whole numbers written as such: 1 and 1.0 are one temperature."""
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _same(one: Leaf, other: Leaf) -> bool:
    """JSON's equality: true is not 1."""
    return bool(one == other) and isinstance(one, bool) == isinstance(other, bool)


def diff(one: Bundle, other: Bundle) -> tuple[Difference, ...]:
    """Every setting that differs, part by part in the order of the schema, then by name."""
    left, right = flat(content(one)), flat(content(other))
    paths = sorted({*left, *right}, key=_order)
    return tuple(
        Difference(path, left.get(path), right.get(path))
        for path in paths
        if not _same(left.get(path), right.get(path))
    )


def apply(differences: Iterable[Difference], bundle: Bundle) -> Bundle:
    """The bundle with each difference's `after` in the place of its `before`. Raises ValueError for one that does not fit."""
    settings = flat(content(bundle))
    for one in differences:
        if not _same(settings.get(one.path), one.before):
            raise ValueError(f"{'.'.join(one.path)} is {settings.get(one.path)!r} here, not {one.before!r}")
        settings.pop(one.path, None)
        if one.after is not None:
            settings[one.path] = one.after
    whole = _whole(settings)
    return bundle.model_copy(
        update={"kind": whole.get("kind", bundle.kind), "parts": Parts.model_validate(whole.get("parts", {}))}
    )


def flat(value: Mapping[str, Any], above: Path = ()) -> dict[Path, Leaf]:
    """Nested objects as paths to leaves."""
    found: dict[Path, Leaf] = {}
    for key, inner in value.items():
        if isinstance(inner, Mapping) and inner:
            found |= flat(inner, (*above, key))
        else:
            found[*above, key] = inner
    return found


def _whole(settings: Mapping[Path, Leaf]) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for path, value in settings.items():
        inner = whole
        for key in path[:-1]:
            inner = inner.setdefault(key, {})
        inner[path[-1]] = value
    return whole


def _order(path: Path) -> tuple[int, Path]:
    part = path[1] if path[0] == "parts" and len(path) > 1 else ""
    return (PART_NAMES.index(part) if part in PART_NAMES else -1, path)


def changed_parts(one: Bundle, other: Bundle) -> tuple[str, ...]:
    """The parts that differ, in the order of the schema."""
    return tuple(part for part in dict.fromkeys(each.part for each in diff(one, other)) if part != "parts")


def lost_fixes(running: Bundle, target: Bundle, parts: Collection[str] = PART_NAMES) -> tuple[Fix, ...]:
    """What the running bundle put right in these parts and the target did not: going back takes it back."""
    return tuple(one for one in running.fixes if one not in target.fixes and one.part in parts)


def parts_of(components: Collection[str]) -> tuple[str, ...]:
    """The parts that go back with some components."""
    return tuple(part for name, parts in PARTS_OF.items() if name in components for part in parts)


def mixed(running: Bundle, target: Bundle, parts: Collection[str]) -> Bundle:
    """The bundle that is there once these parts are the target's and the others are still the running one's."""
    taken = {name: getattr(target.parts, name) for name in parts}
    kept = [one for one in running.fixes if one.part not in parts or one in target.fixes]
    gained = [one for one in target.fixes if one.part in parts and one not in kept]
    return running.model_copy(update={"parts": running.parts.model_copy(update=taken), "fixes": [*kept, *gained]})


def bundle_with(pair: BundlePair, previous: Collection[str]) -> Bundle:
    """What runs when these components are the last good bundle's: itself, the current one, or a mixture under a name of its own."""
    parts = parts_of(previous)
    mixture = mixed(pair.current, pair.last_good, parts)
    for known in (pair.current, pair.last_good):
        if content_id(known) == content_id(mixture):
            return known
    names = ", ".join(sorted(previous))
    return mixture.model_copy(update={"id": "mixture", "title": f"{pair.current.title}, with the earlier {names}"})


def pair_of(spec: SystemSpec) -> BundlePair | None:
    """The bundles of a system pack with the versions that its components name: on recorded runs these are found in the runs."""
    if spec.bundles is None:
        return None
    return BundlePair(
        current=_versioned(spec.bundles.current, {name: one.current for name, one in spec.components.items()}),
        last_good=_versioned(spec.bundles.last_good, {name: one.previous for name, one in spec.components.items()}),
    )


def _versioned(bundle: Bundle, versions: Mapping[Any, str]) -> Bundle:
    update = {}
    for component, version in versions.items():
        part = PARTS_OF[str(component)][-1 if component == "index" else 0]
        known = getattr(bundle.parts, part)
        if known is not None and known.version != version:
            update[part] = known.model_copy(update={"version": version})
    return bundle.model_copy(update={"parts": bundle.parts.model_copy(update=update)}) if update else bundle


def components_at(pair: BundlePair, bundle: Bundle) -> Sequence[str]:
    """The components of a system that run the last good bundle's version in this bundle. Raises ValueError, with the part and what was
    found, for a part that is neither the current bundle's nor the last good one's."""
    previous = []
    for component, parts in PARTS_OF.items():
        for part in parts:
            here, new, old = (getattr(one.parts, part) for one in (bundle, pair.current, pair.last_good))
            if here == new == old:
                continue
            if here == old:
                previous.append(component)
            elif here != new:
                said = getattr(here, "version", "nothing")
                raise ValueError(
                    f"{part} is '{said}', which is neither {pair.current.id}'s nor {pair.last_good.id}'s to the last setting"
                )
    return tuple(dict.fromkeys(previous))
