"""What was running at a moment, by part of the traffic, with the entry that made it so.

Read from the entries that every player has been shown: the change log, and levers pulled, in effect, taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from hotwash.drill.design import DrillDesign
from hotwash.drill.duty_facts import of_view
from hotwash.drill.journal import Of
from hotwash.drill.views.fold import Fold
from hotwash.kernel.clock import MINUTE
from hotwash.kit.bundle import bundle_with
from hotwash.kit.schema.bundle import Bundle
from hotwash.ports.scope import Scope

WHOLE = "bundle"


@dataclass(frozen=True)
class Cause:
    """Why something runs: the entry by its number, when it took effect, and what it was. Number 0: so it was at STARTEX."""

    version: int
    at_ms: int
    said: str


@dataclass(frozen=True)
class Standing:
    """A lever in effect. `percent` is its share of the traffic in its scope."""

    call: str
    kind: str
    scope: Scope
    arguments: Mapping[str, int | str]
    since: Cause

    @property
    def percent(self) -> int:
        """100 for everything but a canary."""
        return int(self.arguments.get("percent", 100)) if self.kind == "rollback" else 100


@dataclass(frozen=True)
class Arm:
    """A part of the traffic on which one bundle runs. `scopes` are those that it lies in, none for the rest; `percent` is its share of
    that. `versions` and `because` are by component. `bundle` is None where the pack has no bundles, or a version that they do not name."""

    scopes: tuple[Scope, ...]
    percent: int
    versions: Mapping[str, str]
    because: Mapping[str, Cause]
    levers: tuple[Standing, ...]
    bundle: Bundle | None


@dataclass(frozen=True)
class Running:
    """What runs at a moment. `warm_until_ms`: until then the cache may serve answers of what ran before; None when it cannot."""

    at_ms: int
    arms: tuple[Arm, ...]
    warm_until_ms: int | None

    @property
    def rest(self) -> Arm:
        """What runs where no lever is narrowed to: nearly everything, as a rule."""
        return next(one for one in self.arms if not one.scopes)


def running_for(view: Fold, design: DrillDesign, at_ms: int) -> Running:
    """The same from what one audience was shown; causes are positions in its view."""
    return running_at(of_view(view), design, at_ms)


def running_at(of: Of, design: DrillDesign, at_ms: int) -> Running:
    """What runs at a moment of drill time. `of` gives the entries of a type, oldest first."""
    base, because = _released(of, design, at_ms)
    levers = [*_levers(of, at_ms)]
    scopes = tuple(dict.fromkeys(one.scope for one in levers if one.scope.dims))
    cuts = sorted({one.percent for one in levers} | {100})
    arms: list[Arm] = []
    for inside in _together(scopes):
        shares: dict[tuple[str, ...], int] = {}
        for low, high in zip([0, *cuts], cuts, strict=False):
            acting = tuple(one for one in levers if one.percent >= high and (not one.scope.dims or one.scope in inside))
            names = tuple(one.call for one in acting)
            shares[names] = shares.get(names, 0) + high - low
        for names, percent in shares.items():
            acting = tuple(one for one in levers if one.call in names)
            arms.append(_arm(inside, percent, acting, base, because, design))
    return Running(at_ms, tuple(arms), _warm_until(arms, of, at_ms))


def _released(of: Of, design: DrillDesign, at_ms: int) -> tuple[dict[str, str], dict[str, Cause]]:
    """Versions by component before any lever, and the change that brought each."""
    versions, because = (
        dict(design.system.versions),
        dict.fromkeys(design.system.versions, Cause(0, 0, "ran at STARTEX")),
    )
    for change in sorted(design.scenario.changes, key=lambda one: -one.at_min):
        if change.at_min * MINUTE > at_ms and change.from_version and change.component in versions:
            versions[change.component] = change.from_version
    for line in of("change_logged"):
        if line.data["at_ms"] <= at_ms and line.data["component"] in because:
            because[line.data["component"]] = Cause(line.version, line.data["at_ms"], str(line.data["note"]))
    return versions, because


def _levers(of: Of, at_ms: int) -> Iterator[Standing]:
    """Levers in effect, in the order in which they were pulled."""
    ended = {line.data["call"]: line.data["effective_ms"] for line in of("lever_reverted")}
    effect = {line.data["call"]: line.version for line in of("lever_took_effect") if line.at_ms <= at_ms}
    for line in of("lever_pulled"):
        data = line.data
        if data["kind"] in ("cache_flush", "restore") or not data["effective_ms"] <= at_ms < ended.get(
            data["call"], at_ms + 1
        ):
            continue
        words = " ".join(
            str(data["arguments"][name]) for name in ("component", "dependency", "tier") if name in data["arguments"]
        )
        cause = Cause(effect.get(data["call"], line.version), data["effective_ms"], f"{data['kind']} {words}".strip())
        yield Standing(data["call"], data["kind"], Scope.of(data["scope"]), data["arguments"], cause)


def _together(scopes: tuple[Scope, ...]) -> Iterator[tuple[Scope, ...]]:
    """Sets of scopes that one request can lie in, the rest of the traffic first."""
    for size in range(len(scopes) + 1):
        for some in combinations(scopes, size):
            if all(one.meets(other) for one, other in combinations(some, 2)):
                yield some


def _arm(
    inside: tuple[Scope, ...], percent: int, acting: tuple[Standing, ...], base: Mapping[str, str], because: Mapping[str, Cause],
    design: DrillDesign,
) -> Arm:  # fmt: skip
    versions, why = dict(base), dict(because)
    for one in acting:
        named = one.arguments.get("component")
        for component in versions if one.kind == "rollback" else ():
            earlier = design.system.previous_versions[component]
            if named in (component, WHOLE) and versions[component] != earlier:
                versions[component], why[component] = earlier, one.since
    return Arm(inside, percent, versions, why, acting, bundle_of(versions, design))


def bundle_of(versions: Mapping[str, str], design: DrillDesign) -> Bundle | None:
    """The bundle of these versions; None where the pack does not know one of them."""
    system = design.system
    if design.bundles is None:
        return None
    earlier = frozenset(name for name, version in versions.items() if version == system.previous_versions[name])
    if any(versions[name] != system.versions[name] for name in versions if name not in earlier):
        return None
    if earlier not in design.mixtures:
        design.mixtures[earlier] = bundle_with(design.bundles, earlier)
    return design.mixtures[earlier]


def _warm_until(arms: Sequence[Arm], of: Of, at_ms: int) -> int | None:
    """Until when the cache may hold answers of what ran before the newest switch; a flush after it, of everything, ends that."""
    bundle = next((one.bundle for one in arms if one.bundle is not None), None)
    cache = bundle.parts.cache if bundle else None
    switched = [cause.at_ms for one in arms for cause in one.because.values() if cause.version]
    if cache is None or not cache.minutes or not switched:
        return None
    flushed = [
        line.data["effective_ms"]
        for line in of("lever_pulled")
        if line.data["kind"] == "cache_flush" and not line.data["scope"]
    ]
    until = max(switched) + cache.minutes * MINUTE
    emptied = any(max(switched) <= one <= at_ms for one in flushed)
    return None if emptied or until <= at_ms else until
