"""Planted incidents are what their truth says."""

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from tests.support.incidents import (
    FEATURES,
    MODES,
    SIGNALS,
    SIZES,
    Spec,
    Truth,
    chunk,
    columns,
    intensity,
    make,
    plan,
    specs,
    together,
)

SMALL = Spec(rows=20_000, share=0.05, effect=30)


def inside(data: dict[str, np.ndarray], truth: Truth) -> np.ndarray:
    return np.logical_and.reduce([data[dim] == value for dim, value in truth.slice])


def rates(data: dict[str, np.ndarray], where: np.ndarray) -> dict[str, float]:
    found = {}
    for one in columns(data).signals:
        column = data[one.column][where]
        if column.dtype == object:
            found[one.name] = float(np.mean([value == one.equals for value in column if value is not None]))
        else:
            told = column[~np.isnan(column)]
            found[one.name] = float((told > one.above if one.above is not None else told < one.below).mean())
    return found


def test_the_same_seed_makes_the_same_traces_and_another_one_others():
    one, other, different = make(SMALL, 1), make(SMALL, 1), make(SMALL, 2)
    assert one[1] == other[1]
    assert all(
        np.array_equal(one[0][name], other[0][name], equal_nan=one[0][name].dtype.kind in "fM") for name in one[0]
    )
    assert one[1].slice != different[1].slice


@pytest.mark.parametrize("mode", MODES)
def test_in_the_slice_and_after_the_onset_the_moved_signals_rise_and_no_other(mode: str):
    data, truth = make(replace(SMALL, mode=mode, standing=False, rows=40_000), 3)
    during = intensity(truth, data["at"].astype(np.int64)) > 0
    within = inside(data, truth)
    now, before = rates(data, within & during), rates(data, within & ~during)
    elsewhere, earlier = rates(data, ~within & during), rates(data, ~within & ~during)
    main = MODES[mode][0]
    assert now[main] > 2 * before[main]
    still = set(SIGNALS) - set(MODES[mode])
    asked = int((within & during).sum())
    assert max(now[name] - before[name] for name in still) < 5 * (0.1 / (0.15 * asked)) ** 0.5
    assert max(abs(elsewhere[name] - earlier[name]) for name in SIGNALS) < 0.03


def test_the_truth_counts_what_would_not_have_been():
    data, truth = make(replace(SMALL, effect=60), 5)
    assert data["at"].min().astype(np.int64) >= truth.from_ms
    during = inside(data, truth) & (intensity(truth, data["at"].astype(np.int64)) > 0)
    failed = int((data["groundedness"][during] == "fail").sum())
    assert failed - truth.moved["ungrounded"] == pytest.approx(truth.usual, abs=4 * truth.usual**0.5 + 3)
    assert int(np.sum([value is not None for value in data["groundedness"][during]])) == truth.asked
    assert truth.effect == pytest.approx(60, rel=0.3)
    assert next(iter(truth.moved)) == "ungrounded"
    assert truth.expected == pytest.approx(truth.moved["ungrounded"], abs=5 * truth.expected**0.5)


def test_every_attribute_of_a_slice_matters():
    data, truth = make(replace(SMALL, attributes=3, share=0.03), 6)
    assert len(truth.slice) == 3
    assert float(inside(data, truth).mean()) == truth.share
    for left_out in truth.slice:
        rest = replace(truth, slice=tuple(one for one in truth.slice if one != left_out))
        assert inside(data, rest).mean() > 1.3 * truth.share


def test_clean_traces_hold_distractors_and_nothing_else():
    data, truth = make(Spec(rows=30_000, mode="clean", rollout=True, surge=True, missing=True), 4)
    assert (truth.slice, truth.onset_ms, truth.moved) == ((), None, {})
    assert truth.surge is not None
    during = (data["at"].astype(np.int64) >= truth.surge.from_ms) & (data["at"].astype(np.int64) < truth.surge.to_ms)
    tenant = data["tenant"] == truth.surge.tenant
    assert tenant[during].mean() > 2 * tenant[~during].mean()
    released = next(one for one in truth.changes if one.dim != "policy_version")
    new = data[released.dim] == released.new
    assert not new[data["at"].astype(np.int64) < released.at_ms].any()
    assert new[data["at"].astype(np.int64) >= released.at_ms].mean() > 0.1
    assert sum(any(value is None for value in data[dim]) for dim in SIZES) == 2


def test_a_redundant_attribute_nearly_coincides_with_the_slice():
    data, truth = make(replace(SMALL, redundant=True), 8)
    assert truth.twin is not None
    twin, within = data[truth.twin[0]] == truth.twin[1], inside(data, truth)
    assert 0.75 < (twin & within).sum() / (twin | within).sum() < 1


def test_a_drift_moves_one_feature_of_the_slice():
    data, truth = make(replace(SMALL, mode="drift"), 9)
    during = inside(data, truth) & (intensity(truth, data["at"].astype(np.int64)) > 0)
    shift = {name: abs(data[name][during].mean() - data[name][~during].mean()) / data[name].std() for name in FEATURES}
    assert max(shift, key=shift.__getitem__) == truth.feature
    assert shift[truth.feature] > 0.8


def test_a_feature_may_move_for_a_tenant_beside_another_incident():
    data, truth = make(replace(SMALL, shifted=(("tenant", "t-003"),)), 11)
    after = data["at"].astype(np.int64) >= truth.onset_ms
    there = data["tenant"] == "t-003"
    assert truth.feature is not None
    moved = data[truth.feature]
    assert moved[there & after].mean() - moved[there & ~after].mean() > 0.8
    assert abs(moved[~there & after].mean() - moved[~there & ~after].mean()) < 0.1


def test_planted_personal_data_is_well_formed():
    world = plan(replace(SMALL, text=True, rows=40_000), 12)
    texts = " ".join(text for text in chunk(world, 40_000, (0, 1))[0]["output"] if " Please contact " in text)
    cards, ibans = re.findall(r"card (\d{16})", texts), re.findall(r"IBAN DE(\d{2})(\d{18})", texts)
    assert cards
    assert ibans
    for number in cards:
        doubled = [int(one) * (2 - place % 2) for place, one in enumerate(number)]
        assert sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0
    assert all(int(f"{account}1314{check}") % 97 == 1 for check, account in ibans)


def test_parts_of_one_world_follow_each_other_and_add_up():
    world = plan(replace(SMALL, text=True, rows=40_000), 10)
    parts = [chunk(world, 10_000, (number, 4)) for number in range(4)]
    assert all(one[0]["at"].max() <= two[0]["at"].min() for one, two in pairwise(parts))
    assert len(np.unique(np.concatenate([data["id"] for data, _ in parts]))) == 40_000
    truth = together([one for _, one in parts])
    assert truth.rows == 40_000
    assert truth.effect == pytest.approx(world.spec.effect, rel=0.4)
    assert truth.personal == sum(" Please contact " in text for data, _ in parts for text in data["output"]) > 0


def test_the_design_is_balanced():
    drawn = specs(84, 1)
    assert set(Counter(one.mode for one in drawn).values()) == {12}
    assert set(Counter(one.attributes for one in drawn).values()) == {28}
    for low, high in ((0.0005, 0.00368), (0.00368, 0.0271), (0.0271, 0.2)):
        assert abs(sum(low <= one.share < high for one in drawn) - 28) <= 2
    assert {one.mode for one in specs(10, 1, clean=True)} == {"clean"}
