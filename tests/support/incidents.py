"""Incidents with a known truth: traces in our own schema as arrays, one incident planted in one segment, or none.

    data, truth = make(Spec(rows=100_000, mode="hallucination", effect=12), seed=7)
    for number, spec in enumerate(specs(300, seed=1)): ...

Pure numpy, a named stream for every purpose: the same spec and seed give the same bytes. What is always there, as in real
traffic: skewed and correlated dimensions, a day and a night, segments that are always worse, signals that only part of the
requests can be asked about, labels that arrive late.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from hotwash.kit.schema.columns import SignalColumn, Test, TraceColumns
from hotwash.triage.canonical import columns_of
from tests.support.incident_rows import Canvas, written
from tests.support.incident_traffic import (
    MINUTE,
    SIZES,
    START_MS,
    Codes,
    Rollout,
    Surge,
    Traffic,
    dimensions,
    lay,
    moments,
    release,
    stream,
)

Mode = Literal[
    "drift", "hallucination", "bias-spike", "leakage", "injection", "refusal-regression", "agent-action", "clean"
]
Shape = Literal["step", "ramp", "ends"]
MODES: Mapping[str, tuple[str, ...]] = {
    "drift": ("handovers", "downvotes"),
    "hallucination": ("ungrounded", "downvotes"),
    "bias-spike": ("declined", "appeals"),
    "leakage": ("leaks", "downvotes"),
    "injection": ("attacks", "blocked"),
    "refusal-regression": ("refusals", "downvotes"),
    "agent-action": ("unapproved", "tool_errors"),
}
"""Mode → the signals that it moves, the one it moves most first. All others are distractors: they do not move."""
SIGNALS: Mapping[str, tuple[float, float, str]] = {
    "errors": (0.002, 0.02, "all"), "truncated": (0.002, 0.02, "all"), "tool_errors": (0.005, 0.05, "tools"),
    "refusals": (0.005, 0.04, "all"), "ungrounded": (0.01, 0.05, "judged"), "downvotes": (0.02, 0.05, "voted"),
    "empty_retrievals": (0.005, 0.04, "searched"), "blocked": (0.002, 0.02, "all"), "declined": (0.02, 0.05, "decided"),
    "appeals": (0.002, 0.02, "decided"), "leaks": (0.002, 0.01, "all"), "attacks": (0.002, 0.02, "all"),
    "unapproved": (0.002, 0.02, "tools"), "handovers": (0.01, 0.05, "all"),
}  # fmt: skip
"""Signal → range of its usual rate, and which requests can be asked."""
COVER: Mapping[str, float] = {"tools": 0.35, "judged": 0.7, "voted": 0.15, "searched": 0.6, "decided": 0.5}
MOODS: Mapping[str, float] = {"tenant": 0.25, "language": 0.15, "intent": 0.3, "region": 0.1, "channel": 0.1}
"""How much rates differ between values of a dimension at all times: the spread of a log-normal factor."""
GROUPS = ("a", "b", "c", "d")
GROUP_SHARES = (0.55, 0.3, 0.13, 0.02)
GROUP_GAP = (1.0, 1.2, 1.1, 1.3)
"""A standing gap: how much more often each group is declined, at all times."""
FEATURES = tuple(f"x{number}" for number in range(1, 13))
SHIFTED, SHIFT = "x7", 1.2
"""In a drift, this feature moves by so many standard deviations."""
PILOT = 40_000


@dataclass(frozen=True)
class Spec:
    """What to make. `share` is the slice's part of all traffic, `effect` the expected excess of the main signal's events while
    the incident lasts, over the noise expected of them (square root of the usual number, at least 1). `onset` is a part of
    the window. `slice` names the segment instead of drawing one; `shifted` one in which a feature moves in
    whatever mode; `fresh` names a dimension of which a new value arrives everywhere at the onset, in the place of `taken` of the most frequent one: it goes
    wrong only in the slice, and only where the new value is; `base` sets usual rates. `text` adds input and output."""

    rows: int = 100_000
    hours: int = 24
    mode: Mode = "hallucination"
    attributes: int = 2
    share: float = 0.02
    effect: float = 16.0
    onset: float = 0.5
    shape: Shape = "step"
    rollout: bool = False
    surge: bool = False
    redundant: bool = False
    missing: bool = False
    standing: bool = True
    text: bool = False
    slice: tuple[tuple[str, str], ...] = ()
    shifted: tuple[tuple[str, str], ...] = ()
    base: Mapping[str, float] = field(default_factory=dict)
    fresh: str = ""
    taken: float = 0.5


@dataclass(frozen=True)
class Truth:
    """What is really the case. Moments are ms since 1970 UTC. `moved` gives for each moved signal the events that would not
    have been without the incident; `asked` and `usual` how many of the slice's requests in the incident could be asked about
    the main signal and how many events they would have had; `expected` is the excess that chance alone decides upon,
    `effect` what came of it over the square root of `usual` (at least 1). `full_ms` is when a ramp is complete (the onset itself for a
    step), `end_ms` when the incident ends, if it does within the window. `feature` moves in the segment `shifted`. `fresh` is the value
    of a new release, of which there is nothing before the onset: it belongs to the slice. `twin` is a dimension's value that nearly coincides
    with the slice; `worse` are segments that are worse at all times; `changes` a change log with the cause among them."""

    mode: Mode
    from_ms: int
    to_ms: int
    rows: int
    slice: tuple[tuple[str, str], ...] = ()
    share: float = 0.0
    onset_ms: int | None = None
    full_ms: int | None = None
    end_ms: int | None = None
    moved: Mapping[str, int] = field(default_factory=dict)
    asked: int = 0
    usual: float = 0.0
    expected: float = 0.0
    effect: float = 0.0
    group: str | None = None
    feature: str | None = None
    shifted: tuple[tuple[str, str], ...] = ()
    twin: tuple[str, str] | None = None
    fresh: tuple[str, str] | None = None
    surge: Surge | None = None
    worse: tuple[tuple[str, str], ...] = ()
    changes: tuple[Rollout, ...] = ()
    personal: int = 0


@dataclass(frozen=True)
class World:
    """Everything that does not depend on how many rows are made at once."""

    spec: Spec
    seed: int
    traffic: Traffic
    base: Mapping[str, float]
    moods: Mapping[str, Mapping[str, NDArray[np.float64]]]
    truth: Truth
    rise: Mapping[str, float] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


def make(spec: Spec, seed: int) -> tuple[dict[str, NDArray[Any]], Truth]:
    """All rows at once, in order of time: column → array (texts as objects with None for missing), and the truth."""
    return chunk(plan(spec, seed), spec.rows, (0, 1))


def plan(spec: Spec, seed: int) -> World:
    """Draw mixes, usual rates and distractors, choose the slice, and find how far rates must rise for the wanted effect."""
    rng, end = stream(seed, "plan"), START_MS + spec.hours * 60 * MINUTE
    onset = START_MS + round(spec.onset * spec.hours * 60) * MINUTE
    surge = None
    if spec.surge:
        begin = onset + int(rng.integers(-90, 30)) * MINUTE
        surge = Surge(max(START_MS, begin), min(end, begin + 120 * MINUTE), f"t-{int(rng.integers(0, 12)):03}", 1.4)
    pilot = _sampled(lay(seed, spec.hours, surge=surge), min(spec.rows, PILOT), stream(seed, "pilot"))
    chosen = (
        spec.slice if spec.slice or spec.mode == "clean" else _choose(pilot, spec, stream(seed, "slice"), {spec.fresh})
    )
    rollouts = _rollouts(spec, onset, end, {dim for dim, _ in chosen} | {spec.fresh}, rng)
    if spec.fresh:
        old, new = SIZES[spec.fresh][0].format(0), f"{spec.fresh.split('_')[0]}-fresh"
        rollouts = (*rollouts, Rollout(onset, spec.fresh, old, new, part=spec.taken))
    traffic = lay(seed, spec.hours, surge=surge, rollouts=rollouts)
    base = {
        name: spec.base.get(name, float(np.exp(stream(seed, "base", name).uniform(np.log(low), np.log(high)))))
        for name, (low, high, _) in SIGNALS.items()
    }
    moods, worse = _moods(spec, seed, {dim for dim, _ in chosen})
    truth = Truth(
        spec.mode, START_MS, end, spec.rows, surge=surge, worse=worse, changes=_change_log(spec, onset, rollouts, rng)
    )
    others = sorted(set(SIZES) - {dim for dim, _ in chosen})
    unknown = tuple(str(one) for one in rng.choice(others, 2, replace=False)) if spec.missing else ()
    world = World(spec, seed, traffic, base, moods, truth, unknown=unknown)
    return world if spec.mode == "clean" else _plant(world, chosen, onset, pilot)


def chunk(world: World, rows: int, part: tuple[int, int]) -> tuple[dict[str, NDArray[Any]], Truth]:
    """The i-th of k equal shares of the traffic (`part`), with the truth counted over these rows only: see `together`."""
    spec, traffic, truth = world.spec, world.traffic, world.truth
    rng = stream(world.seed, "rows", *part)
    at_ms = moments(traffic, rows, rng, part)
    dims = dimensions(traffic, at_ms, rng)
    came = _came(world, dims, at_ms, part)
    inside = _inside(traffic, dims, tuple(one for one in truth.slice if one != truth.fresh))
    if truth.fresh is not None:
        inside &= came
    if truth.twin is not None:
        twin = traffic.values["pool"].index(truth.twin[1])
        lot = rng.random(rows)
        stray = (dims["pool"] == twin) & ~inside
        dims["pool"] = np.where(stray, (twin + 1) % SIZES["pool"][1], dims["pool"]).astype(np.int16)
        dims["pool"][inside & (lot < 0.96)] = twin
        dims["pool"][~inside & (lot < 0.04 * truth.share)] = twin
    group = rng.choice(len(GROUPS), size=rows, p=GROUP_SHARES).astype(np.int16)
    active = intensity(truth, at_ms) * inside
    touched = active * (group == GROUPS.index(truth.group)) if truth.group else active
    moves = intensity(truth, at_ms) * _inside(traffic, dims, truth.shifted)
    covers = {name: rng.random(rows) < part_of for name, part_of in COVER.items()}
    found, extra, usual, expected = {}, {}, 0.0, 0.0
    main = MODES[spec.mode][0] if spec.mode != "clean" else ""
    for name, (_, _, cover) in SIGNALS.items():
        chance = _chance(world, name, dims)
        if name == "declined":
            chance = chance * np.take(GROUP_GAP, group)
        asked = covers[cover] if cover in covers else np.ones(rows, dtype=np.bool_)
        if name == "refusals":  # a request that failed was not refused: the two share a column, as in traces
            asked = ~found["errors"]
        lot = rng.random(rows)
        raised = np.minimum(chance + world.rise.get(name, 0.0) * touched, 0.97)
        found[name] = (lot < raised) & asked
        if name in world.rise:
            extra[name] = int(((lot >= chance) & found[name]).sum())
        if name == main:
            counted = asked & (touched > 0)
            usual = float(chance[counted].sum())
            expected = float((raised - chance)[counted].sum())
            truth = replace(truth, usual=usual, asked=int(counted.sum()))
    if truth.fresh is not None:
        dims[truth.fresh[0]] = np.where(
            came, traffic.values[truth.fresh[0]].index(truth.fresh[1]), dims[truth.fresh[0]]
        ).astype(np.int16)
    dims = release(traffic, dims, at_ms, rng)
    canvas = Canvas(at_ms, dims, traffic.values, found, covers, group, GROUPS, part, spec.text)
    columns, personal = written(canvas, FEATURES, (SHIFTED, SHIFT * moves) if truth.feature else None, rng)
    for dim in world.unknown:
        columns[dim][rng.random(rows) < 0.03] = None
    moved = {name: extra[name] for name in world.rise}
    excess = extra.get(main, 0)
    truth = replace(
        truth, rows=rows, moved=moved, expected=expected, effect=excess / max(1.0, usual) ** 0.5, personal=personal
    )
    return columns, replace(truth, share=float(inside.mean())) if truth.slice else truth


def together(truths: list[Truth]) -> Truth:
    """The truth of several chunks of one world."""
    rows = sum(one.rows for one in truths)
    moved = {name: sum(one.moved[name] for one in truths) for name in truths[0].moved}
    usual, main = sum(one.usual for one in truths), next(iter(moved), "")
    return replace(
        truths[0],
        rows=rows,
        moved=moved,
        asked=sum(one.asked for one in truths),
        usual=usual,
        expected=sum(one.expected for one in truths),
        effect=moved.get(main, 0) / max(1.0, usual) ** 0.5,
        share=sum(one.share * one.rows for one in truths) / rows,
        personal=sum(one.personal for one in truths),
    )


def specs(
    count: int, seed: int, *, clean: bool = False, fresh: bool = False, rows: tuple[int, int] = (50_000, 200_000)
) -> list[Spec]:
    """A balanced design: every level of every factor equally often, factors shuffled independently of each other.
    `clean`: nothing is planted, the distractors are there all the same. `fresh`: it goes wrong where a new release meets a slice of one or two
    attributes."""

    def levels(name: str, values: NDArray[Any]) -> list[Any]:
        listed = np.resize(values, count)
        stream(seed, "design", name).shuffle(listed)
        return listed.tolist()

    def spread(name: str, low: float, high: float) -> list[float]:
        """Log-uniform, one from each of `count` equal strata."""
        rng = stream(seed, "design", name)
        ranks = (rng.permutation(count) + rng.random(count)) / max(1, count)
        return np.exp(np.log(low) + ranks * np.log(high / low)).tolist()

    yes = np.array([True, False])
    drawn = {
        "mode": levels("mode", np.array(["clean"] if clean else list(MODES))),
        "attributes": levels("attributes", np.array([1, 2, 3])),
        "shape": levels("shape", np.array(["step", "step", "ramp", "ends"])),
        "hours": levels("hours", np.array([12, 24, 48, 72])),
        "rollout": levels("rollout", yes),
        "surge": levels("surge", yes),
        "redundant": levels("redundant", np.array([True, False, False])),
        "missing": levels("missing", yes),
        "standing": levels("standing", yes),
        "share": spread("share", 0.0005, 0.2),
        "effect": spread("effect", 2.0, 64.0),
        "onset": spread("onset", 0.2, 0.8),
        "rows": [int(one) for one in spread("rows", *rows)],
    }
    if fresh:
        drawn["attributes"] = levels("attributes", np.array([1, 2]))
        drawn["fresh"] = levels("fresh", np.array(["app_version", "prompt_version", "model", "index_version"]))
        drawn["taken"] = spread("taken", 0.2, 0.9)
        drawn["share"] = spread("share", 0.02, 0.4)
    return [Spec(**{name: values[number] for name, values in drawn.items()}) for number in range(count)]


def columns(there: Mapping[str, Any]) -> TraceColumns:
    """What the columns mean: our own schema, plus what the invented service records beyond it."""
    known = columns_of(list(there))
    more = [
        SignalColumn(name="declined", title="Declined", layer="quality", column="decision", equals="decline"),
        SignalColumn(name="appeals", title="Decisions appealed", layer="quality", column="appealed", equals="yes", source="people"),
        SignalColumn(name="leaks", title="Answers with personal data", layer="data-privacy", column="dlp_verdict", equals="hit"),
        SignalColumn(name="attacks", title="Attempts flagged", layer="safety-abuse", column="attack_verdict", equals="flagged"),
        SignalColumn(name="unapproved", title="Actions without approval", layer="safety-abuse", column="approval", equals="missing"),
        SignalColumn(name="handovers", title="Handed to a person", layer="quality", column="handed_over", equals="yes"),
    ]  # fmt: skip
    return known.model_copy(
        update={
            "dimensions": [*known.dimensions, "tier", "pool"],
            "features": list(FEATURES),
            "groups": ["group"],
            "signals": [*known.signals, *more],
            "decision": Test(column="decision", equals="approve"),
        }
    )


def intensity(truth: Truth, at_ms: NDArray[np.int64]) -> NDArray[np.float64]:
    """How much of the incident there is at each moment, 0 to 1."""
    if truth.onset_ms is None or truth.full_ms is None:
        return np.zeros(len(at_ms))
    rise = (at_ms - truth.onset_ms) / max(1, truth.full_ms - truth.onset_ms)
    full = np.clip(rise, 0, 1) if truth.full_ms > truth.onset_ms else (at_ms >= truth.onset_ms).astype(np.float64)
    return full if truth.end_ms is None else full * (at_ms < truth.end_ms)


def _sampled(traffic: Traffic, rows: int, rng: np.random.Generator) -> tuple[NDArray[np.int64], dict[str, Codes]]:
    at_ms = moments(traffic, rows, rng, (0, 1))
    return at_ms, dimensions(traffic, at_ms, rng)


def _came(
    world: World, dims: Mapping[str, Codes], at_ms: NDArray[np.int64], part: tuple[int, int]
) -> NDArray[np.bool_]:
    """Requests that a release which goes wrong took over, shape (rows,)."""
    made = next((one for one in world.traffic.rollouts if one.part is not None), None)
    if made is None:
        return np.zeros(len(at_ms), dtype=np.bool_)
    lot = stream(world.seed, "fresh", *part).random(len(at_ms))
    was = dims[made.dim] == world.traffic.values[made.dim].index(made.old)
    return was & (at_ms >= made.at_ms) & (lot < made.part)


def _inside(traffic: Traffic, dims: Mapping[str, Codes], where: tuple[tuple[str, str], ...]) -> NDArray[np.bool_]:
    found = (
        np.ones(len(next(iter(dims.values()))), dtype=np.bool_) if where else np.zeros(len(dims["tenant"]), np.bool_)
    )
    for dim, value in where:
        found &= dims[dim] == traffic.values[dim].index(value)
    return found


def _choose(
    pilot: tuple[NDArray[np.int64], dict[str, Codes]], spec: Spec, rng: np.random.Generator, besides: set[str]
) -> tuple[tuple[str, str], ...]:
    """A segment of about the wanted share in which every attribute matters: without any one of them it would be at least
    half as large again, so that no shorter description is the same segment."""
    _, dims = pilot
    names = [dim for dim in SIZES if dim not in {"pool", "tier"} | besides]
    best: tuple[float, tuple[tuple[str, str], ...]] = (np.inf, ())
    rows = len(dims["tenant"])
    for _ in range(300):
        chosen = sorted(str(one) for one in rng.choice(names, spec.attributes, replace=False))
        row = int(rng.integers(rows))
        within = [dims[dim] == dims[dim][row] for dim in chosen]
        share = np.logical_and.reduce(within).mean()
        wider = [
            np.logical_and.reduce(within[:at] + within[at + 1 :]).mean() if len(within) > 1 else 1.0
            for at in range(len(within))
        ]
        if min(wider) < 1.5 * share:
            continue
        off = abs(np.log(share / spec.share))
        if off < best[0]:
            best = off, tuple((dim, SIZES[dim][0].format(dims[dim][row])) for dim in chosen)
    return best[1]


def _rollouts(spec: Spec, onset: int, end: int, kept: set[str], rng: np.random.Generator) -> tuple[Rollout, ...]:
    """A harmless release of something that is not in the slice, within two hours of the onset."""
    if not spec.rollout:
        return ()
    dim = str(
        rng.choice([one for one in ("app_version", "prompt_version", "model", "index_version") if one not in kept])
    )
    at = onset + int(rng.integers(-120, 60)) * MINUTE
    return (Rollout(min(max(at, START_MS), end), dim, SIZES[dim][0].format(0), f"{dim.split('_')[0]}-new"),)


def _change_log(spec: Spec, onset: int, rollouts: tuple[Rollout, ...], rng: np.random.Generator) -> tuple[Rollout, ...]:
    """Releases as a change log has them: those in the traffic, some that changed nothing to be seen, and the cause."""
    length = spec.hours * 60
    quiet = [
        Rollout(START_MS + int(rng.integers(length)) * MINUTE, "policy_version", f"g-{number}", f"g-{number + 1}")
        for number in range(4)
    ]
    cause = []
    if spec.mode != "clean":
        cause = [Rollout(onset - int(rng.integers(0, 3)) * MINUTE, "bundle", "b-41", "b-42", cause=True)]
    return tuple(sorted([*quiet, *rollouts, *cause], key=lambda one: one.at_ms))


def _moods(
    spec: Spec, seed: int, kept: set[str]
) -> tuple[dict[str, dict[str, NDArray[np.float64]]], tuple[tuple[str, str], ...]]:
    """Factors on the usual rate, by signal, dimension and code, and the segments that are markedly worse at all times."""
    moods = {
        name: {
            dim: np.exp(stream(seed, "mood", name, dim).normal(0, wide, SIZES[dim][1])) for dim, wide in MOODS.items()
        }
        for name in SIGNALS
    }
    rng, worse = stream(seed, "worse"), []
    for dim in (
        [one for one in ("language", "channel", "intent", "tenant") if one not in kept][:2] if spec.standing else []
    ):
        code = int(rng.integers(1, SIZES[dim][1]))
        worse.append((dim, SIZES[dim][0].format(code)))
        for name in SIGNALS:
            moods[name][dim][code] *= rng.uniform(1.5, 4.0)
    return moods, tuple(worse)


def _chance(world: World, name: str, dims: Mapping[str, Codes]) -> NDArray[np.float64]:
    """Usual chance of a signal, shape (rows,)."""
    chance = np.full(len(dims["tenant"]), world.base[name])
    for dim, factors in world.moods[name].items():
        chance *= factors[dims[dim]]
    return np.minimum(chance, 0.6)


def _plant(
    world: World,
    chosen: tuple[tuple[str, str], ...],
    onset: int,
    pilot: tuple[NDArray[np.int64], dict[str, Codes]],
) -> World:
    """Decide how far each moved signal's rate rises, so that the main one has the wanted effect and the second 0.7 of it."""
    spec, rng = world.spec, stream(world.seed, "plant")
    left = (world.truth.to_ms - onset) // MINUTE
    full = onset + min(int(rng.integers(30, 90)), left // 2) * MINUTE if spec.shape == "ramp" else onset
    end = onset + max(20, int(left * rng.uniform(0.3, 0.6))) * MINUTE if spec.shape == "ends" else None
    _, dims = pilot
    inside, fresh = _inside(world.traffic, dims, chosen), None
    if spec.fresh:
        made = next(one for one in world.traffic.rollouts if one.part is not None)
        inside = inside & (dims[spec.fresh] == world.traffic.values[spec.fresh].index(made.old))
        fresh = (made.dim, made.new)
    truth = replace(
        world.truth,
        slice=tuple(sorted((*chosen, *([fresh] if fresh else [])))),
        fresh=fresh,
        share=float(inside.mean()),
        onset_ms=onset,
        full_ms=full,
        end_ms=end,
        group="b" if spec.mode == "bias-spike" else None,
        feature=SHIFTED if spec.mode == "drift" or spec.shifted else None,
        shifted=spec.shifted or (chosen if spec.mode == "drift" else ()),
        twin=("pool", SIZES["pool"][0].format(0)) if spec.redundant else None,
    )
    # Traffic by minute instead of pilot rows: the slice may hold only a handful of those.
    minutes = START_MS + np.arange(len(world.traffic.load)) * MINUTE
    weight = world.traffic.load / world.traffic.load.sum()
    level = intensity(truth, minutes + MINUTE // 2)
    touched = (
        truth.share
        * spec.rows
        * (spec.taken if fresh else 1.0)
        * (GROUP_SHARES[GROUPS.index(truth.group)] if truth.group else 1.0)
    )
    rise = {}
    for place, name in enumerate(MODES[spec.mode]):
        asked = touched * COVER.get(SIGNALS[name][2], 1.0)
        usual = float(_chance(world, name, dims)[inside].mean()) if inside.any() else world.base[name]
        wanted = spec.effect * (1.0, 0.7)[place] * max(1.0, asked * weight[level > 0].sum() * usual) ** 0.5
        rise[name] = min(0.95, wanted / max(1e-9, asked * float((weight * level).sum())))
    return replace(world, truth=truth, rise=rise)
