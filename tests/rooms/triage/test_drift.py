"""What moved, and in how small a place."""

import json
from dataclasses import asdict

import duckdb
import numpy as np
import pytest
from scipy import stats as reference

from hotwash.adapters.relation_duckdb import from_arrays
from hotwash.kit.schema.columns import TraceColumns
from hotwash.triage import distance as far
from hotwash.triage.drift import drift
from hotwash.triage.sample import Coded, Sample, draw
from hotwash.triage.timeline import Window, extent, timeline

BEFORE, NOW = Window(0, 700), Window(700, 1000)
LANGUAGES = ("de", "en", "fr")


def traffic(seed, n=60_000, tenants=60, features=4, weighted=True):
    """Traffic of two windows that do not differ, as a sample with two kinds of rows; `change` it before looking."""
    g = np.random.default_rng(seed)
    tenant = g.choice(tenants, n, p=(w := 1 / np.arange(1, tenants + 1) ** 0.7) / w.sum()).astype(np.int32)
    dims = {
        "tenant": Coded(tuple(f"t-{one}" for one in range(tenants)), tenant),
        "language": Coded(LANGUAGES, g.choice(3, n, p=[0.2, 0.5, 0.3]).astype(np.int32)),
        "model": Coded(("m1", "m2"), np.zeros(n, dtype=np.int32)),
    }
    numbers = {f"f{one}": g.normal(size=n) + 0.2 * (tenant % 5) for one in range(features)}
    numbers["retrieved"] = g.poisson(2.0, n).astype(np.float64)
    weight = np.where(g.random(n) < 0.1, 1.0, 6.0) if weighted else np.ones(n)
    return Sample(g.integers(0, 1000, n).astype(np.int64), weight, dims, {}, {}, numbers)


COLUMNS = TraceColumns(time="at", dimensions=["tenant", "language"], versions=["model"])


def look(sample, **wanted):
    return drift(sample, COLUMNS, BEFORE, NOW, **wanted)


def late(sample):
    return sample.at_ms >= 700


def test_one_tenant_of_two_hundred_is_named_alone():
    sample = traffic(1, n=240_000, tenants=200, features=12)
    where = (sample.dims["tenant"].codes == 17) & late(sample)
    sample.numbers["f3"][where] += 1.0
    found = look(sample)
    assert [(one.column, one.where) for one in found.shifts] == [("f3", (("tenant", "t-17"),))]
    shift = found.shifts[0]
    assert shift.median_after - shift.median_before == pytest.approx(1.0, abs=0.15)
    assert shift.size == "large"
    assert shift.rest_psi < 3 * shift.rest_noise
    assert shift.psi > 3 * shift.line > 3 * shift.noise
    json.dumps(asdict(found), allow_nan=False)


def test_what_one_shift_makes_of_other_places_lets_in_no_chance_finds():
    """A drift that many descriptions share must not raise the line for the others: most runs name the tenant and nothing else."""
    alone = 0
    for seed in range(8):
        sample = traffic(5000 + seed, n=60_000, tenants=50, features=3)
        sample.numbers["f2"][(sample.dims["tenant"].codes == seed) & late(sample)] += 1.0
        found = look(sample)
        assert ("f2", (("tenant", f"t-{seed}"),)) in {(one.column, one.where) for one in found.shifts}
        assert all(one.p * found.tests <= 0.05 * len(found.shifts + found.slight) for one in found.shifts)
        alone += len(found.shifts) == 1
    assert alone >= 7


def test_a_shift_of_everyone_is_said_once():
    sample = traffic(2)
    sample.numbers["f1"][late(sample)] += 0.7
    found = look(sample)
    assert [(one.column, one.where) for one in found.shifts] == [("f1", ())]
    assert found.shifts[0].mix is None


def test_two_tenants_are_both_named():
    sample = traffic(3)
    for tenant in (5, 9):
        sample.numbers["f2"][(sample.dims["tenant"].codes == tenant) & late(sample)] += 1.5
    assert {(one.column, one.where) for one in look(sample).shifts} == {
        ("f2", (("tenant", "t-5"),)),
        ("f2", (("tenant", "t-9"),)),
    }


def test_a_place_that_two_dimensions_name_alike_is_named_once_with_its_twin():
    sample = traffic(4)
    tenant = sample.dims["tenant"].codes
    twin = Coded(("other", "partner"), (tenant == 4).astype(np.int32))
    sample = Sample(sample.at_ms, sample.weight, {**sample.dims, "channel": twin}, {}, {}, sample.numbers)
    sample.numbers["f0"][(tenant == 4) & late(sample)] += 1.0
    found = drift(sample, COLUMNS.model_copy(update={"dimensions": ["tenant", "channel"]}), BEFORE, NOW)
    assert len(found.shifts) == 1
    names = {found.shifts[0].where, *found.shifts[0].also}
    assert names == {(("tenant", "t-4"),), (("channel", "partner"),)}


def test_a_roll_out_is_a_mix_of_versions_and_no_drift():
    sample = traffic(5)
    sample.dims["model"].codes[sample.at_ms >= 720] = 1
    found = look(sample)
    assert {"model"}.isdisjoint(one.column for one in found.shifts)
    assert () not in {one.where for one in found.shifts}
    assert [one.column for one in found.versions] == ["model"]
    grown = next(one for one in found.versions[0].values if one.value == "m2")
    assert grown.new
    assert grown.after > 0.9


def test_a_category_that_moved_names_what_grew_and_what_vanished():
    sample = traffic(6)
    language = sample.dims["language"].codes
    language[(language == 2) & late(sample)] = 0
    found = next(one for one in look(sample).shifts if one.column == "language")
    assert found.where == ()
    by_value = {one.value: one for one in found.values}
    assert by_value["fr"].gone
    assert by_value["de"].after == pytest.approx(0.5, abs=0.02)
    assert (found.ks, found.median_after) == (None, None)


def test_a_shift_that_is_a_change_of_mix_says_of_what():
    """One language writes longer; there is more of it now, and inside each language nothing moved."""
    sample = traffic(7)
    language = sample.dims["language"].codes
    g = np.random.default_rng(8)
    language[late(sample) & (language == 1) & (g.random(len(sample)) < 0.8)] = 0
    sample.numbers["f0"][:] = g.normal(size=len(sample)) + 3.0 * (language == 0)
    found = {one.column: one for one in look(sample).shifts if one.where == ()}
    assert found["f0"].mix == "language"


def test_values_that_went_missing_are_a_shift():
    sample = traffic(9)
    g = np.random.default_rng(10)
    sample.numbers["f1"][late(sample) & (g.random(len(sample)) < 0.3)] = np.nan
    found = look(sample).shifts
    assert [(one.column, one.where) for one in found] == [("f1", ())]
    assert found[0].missing_before == 0
    assert found[0].missing_after == pytest.approx(0.3, abs=0.02)
    assert found[0].ks < 0.03


def test_a_small_certain_shift_is_slight():
    sample = traffic(11, n=200_000, weighted=False)
    sample.numbers["f0"][late(sample)] += 0.05
    found = look(sample)
    assert found.shifts == ()
    assert [one.column for one in found.slight] == ["f0"]


def test_too_few_rows_are_said_and_not_judged():
    sample = traffic(12, n=3_000)
    found = look(sample)
    assert dict(found.too_few)["tenant"] > 20
    assert look(traffic(13, n=200)).tests == 0


@pytest.mark.slow
def test_without_drift_one_run_in_twenty_finds_something():
    runs = 200
    found = [look(traffic(seed, n=20_000, tenants=20, features=2)).p_line > 0 for seed in range(100, 100 + runs)]
    assert 1 <= sum(found) <= 19, "P(20 or more of 200 at 5 %) is below 0.5 %; none at all would be a dead test"


@pytest.mark.parametrize("sizes", [(5000, 5000), (4000, 400), (150, 150)])
def test_psi_without_drift_has_the_mean_and_the_line_that_stand_beside_it(sizes):
    g = np.random.default_rng(20)
    trials = 1500
    before, after = (g.multinomial(one, [0.1] * 10, trials).astype(np.float64) for one in sizes)
    empty = np.zeros((trials, 1))
    n, m = (np.full(trials, float(one)) for one in sizes)
    found = far.distance(np.hstack([before, empty]), np.hstack([after, empty]), n, m, ordered=False)
    assert found.psi.mean() == pytest.approx(found.noise[0], rel=0.1)
    assert np.mean(found.psi > found.line) == pytest.approx(0.05, abs=0.02)
    assert np.mean(found.log_p < np.log(0.05)) == pytest.approx(0.05, abs=0.02)


def test_effective_rows_make_up_for_unequal_weights():
    """Rows of weight 1 and 10: with the plain number of rows half of all trials without drift would pass the line."""
    g = np.random.default_rng(21)
    wrong = 0
    for _ in range(300):
        sides, sizes = [], []
        for rows in (3000, 1500):
            weight = np.where(g.random(rows) < 0.5, 1.0, 10.0)
            sides.append(np.bincount(g.integers(0, 10, rows), weights=weight, minlength=11)[None, :])
            sizes.append(far.effective(np.array([weight.sum()]), np.array([(weight**2).sum()])))
        wrong += bool((far.distance(*sides, *sizes, ordered=False).log_p < np.log(0.05))[0])
    assert wrong <= 28, "P(more than 28 of 300 at 5 %) is below 0.2 %"


def test_tails_are_those_of_the_textbook_and_go_on_where_floats_end():
    assert np.exp(far.log_chi_square_tail(np.array([16.9]), np.array([9.0])))[0] == pytest.approx(
        reference.chi2.sf(16.9, 9)
    )
    # With 2 and 4 degrees of freedom the tail is known exactly: e^(-x/2) and e^(-x/2)·(1 + x/2).
    beyond = far.log_chi_square_tail(np.array([5000.0, 5000.0]), np.array([2.0, 4.0]))
    assert beyond == pytest.approx([-2500, -2500 + np.log(2501)])
    g = np.random.default_rng(22)
    one, other = g.normal(size=800), g.normal(0.1, size=500)
    plain = reference.ks_2samp(one, other)
    ours = far.log_ks_tail(np.array([plain.statistic]), np.array([800.0]), np.array([500.0]))
    assert np.exp(ours)[0] == pytest.approx(plain.pvalue, rel=0.1)


def test_the_fine_bins_lose_little_of_the_ks_distance():
    g = np.random.default_rng(23)
    values = np.concatenate([g.normal(size=4000), g.normal(0.4, size=2000)])
    places, bins = far.fine_bins(values)
    before, after = (np.bincount(one, minlength=bins)[None, :].astype(float) for one in (places[:4000], places[4000:]))
    found = far.distance(before, after, np.array([4000.0]), np.array([2000.0]), ordered=True)
    assert found.ks[0] == pytest.approx(reference.ks_2samp(values[:4000], values[4000:]).statistic, abs=0.012)


def test_a_column_without_any_value_and_one_with_one_value_do_not_move():
    sample = traffic(24)
    sample.numbers["f0"][:] = np.nan
    sample.numbers["f1"][:] = 3.0
    found = look(sample)
    assert found.shifts == ()
    json.dumps(asdict(found), allow_nan=False)


def test_two_census_years_do_not_drift(shared):
    """Whole file: the same population a year later, as large as the file is."""
    file = shared / "data" / "acs-employment" / "acs-ma-employment-2015-2016.parquet"
    found = duckdb.sql(
        f"SELECT year, SEX, RAC1P, DIS, MAR, AGEP, prediction, predicted_probability FROM read_parquet('{file}')"
    ).fetchnumpy()
    year = np.asarray(found["year"]).astype(np.int64)
    at = (year - 1970).astype("datetime64[Y]").astype("datetime64[ms]")
    relation = from_arrays({"at": at, **{name: np.asarray(one) for name, one in found.items()}})
    columns = TraceColumns(
        time="at",
        dimensions=["SEX", "RAC1P", "DIS", "MAR"],
        features=["AGEP", "prediction"],
        score="predicted_probability",
    )
    line = timeline(relation, columns, [], extent(relation, columns))
    sample = draw(relation, columns, [], line, right=len(year))
    ends = [int(np.datetime64(str(one), "ms").astype(np.int64)) for one in (2015, 2016, 2017)]
    result = drift(sample, columns, Window(*ends[:2]), Window(*ends[1:]))
    assert result.tests > 60
    assert result.shifts == ()
