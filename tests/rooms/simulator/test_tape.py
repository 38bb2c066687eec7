"""The tape: the same on every machine, moved by nothing that should not move it, with the shares that the pack says."""

import numpy as np
import pytest

from hotwash.kernel.errors import NotSupportedError
from hotwash.kit.schema.system import Distractor, Surge
from hotwash.simulator.streams import chance, draws
from hotwash.simulator.tables import exponential, lognormal, lookup, zipf
from tests.rooms.simulator.packs import CLASSIFIER, COPILOT, LEAK, MINUTE, SKEW, call, fault, spec, system, world

# Pinned: another value means that the same seed no longer gives the same drill, and that old records cannot be replayed.
TAPE = "99429a6928d2fe131f7d2b72768fdceadb554523f8349318ab19273ffc2192c1"
OUTCOMES = "8fcaaaf2ccccde8769869a7c2841853560f7fdf48169845afeab162a16445aa4"
SCORED_TAPE = "0c645f23980149859e7eb3e2889d84c0f7a9274da9d02ff6c6596d93f0b8f471"
PLAN = [
    call("guardrail", 8, tier="b"), call("rollback", 9, component="index"), call("cache_flush", 17.1),
    call("review", 10, {"region": ["eu"]}, reviewers=8), call("queue", 12, per_second=9, name="q"),
    call("restore", 15, target="q"),
]  # fmt: skip


def test_a_seed_gives_the_same_tape_and_outcomes_on_every_machine():
    one = system()
    assert one.tape.digest() == TAPE
    assert one.what_if.play(PLAN).out.digest() == OUTCOMES
    assert system(SKEW, spec(CLASSIFIER)).tape.digest() == SCORED_TAPE


def test_another_seed_gives_another_tape():
    assert system(seed=8).tape.digest() != system(seed=7).tape.digest()


def test_nothing_on_the_tape_is_a_float():
    for name, column in system().tape.columns().items():
        assert column.dtype.kind in "iub", name
        assert not column.flags.writeable, name


def test_a_stream_is_known_by_its_purpose_and_grows_at_its_end():
    assert (draws(1, 10, "a") == draws(1, 1000, "a")[:10]).all()
    assert (draws(1, 100, "a") != draws(1, 100, "b")).any()
    assert draws(1, 200_000, "a").mean() == pytest.approx(32767.5, rel=0.01)


def test_tables_have_the_means_they_promise():
    assert exponential(65_536).mean() == pytest.approx(65_536, rel=1e-3)
    assert np.median(exponential(65_536)) == pytest.approx(65_536 * np.log(2), rel=2e-3)
    sizes = lognormal(1000, 80, 50, 20_000)
    assert sizes.mean() == pytest.approx(1000, rel=2e-3)
    assert np.log(sizes[3446] / sizes[2048]) == pytest.approx(0.8, rel=0.01)
    assert (np.bincount(lookup([1, 2, 1])) == [16384, 32768, 16384]).all()
    assert zipf(3, "0.5") == [1_000_000, 707_106, 577_350]


def test_requests_arrive_at_the_rate_of_the_pack_and_are_over_dispersed():
    long = system(minutes=240, coast=0).tape
    by_minute = np.bincount(long.at_ms // MINUTE)
    assert by_minute.mean() == pytest.approx(600, rel=0.02)
    assert by_minute.var() > 1.5 * by_minute.mean()
    assert (np.diff(long.at_ms) >= 0).all()


def test_shares_follow_the_pack_also_where_one_dimension_depends_on_another():
    tape = system(minutes=60).tape
    region, language = (tape.dims[tape.layout.names.index(name)] for name in ("region", "language"))
    german = tape.layout.columns[tape.layout.names.index("language")].code("de")
    assert (region == 1).mean() == pytest.approx(0.4, abs=0.01)
    assert (language[region == 1] == german).mean() == pytest.approx(0.6, abs=0.015)
    assert not (language[region == 0] == german).any()


def test_the_fault_has_its_rate_its_slice_its_onset_and_its_ramp():
    tape = system(world(fault(onset_min=6, ramp_min=4)), minutes=90).tape
    eu = tape.dims[tape.layout.names.index("region")] == 1
    honest = tape.kinds.adversarial[tape.kind] == 0
    hit = tape.cause == 2
    late = tape.at_ms >= 10 * MINUTE
    assert hit[late & eu & honest].mean() == pytest.approx(0.2, abs=0.01)
    assert not hit[~eu].any()
    assert not hit[tape.at_ms < 6 * MINUTE].any()
    ramp = (tape.at_ms >= 6 * MINUTE) & (tape.at_ms < 8 * MINUTE) & eu & honest
    assert 0.02 < hit[ramp].mean() < 0.10


def test_a_second_fault_leaves_the_draws_of_everything_else_alone():
    one = system(LEAK).tape
    two = system(world(fault(), fault(id="more", carried_by="model", category="ungrounded_answer"))).tape
    for name, column in one.columns().items():
        if name not in ("kind", "cause", "safe_cause"):
            assert np.array_equal(column, two.columns()[name]), name
    assert ((one.cause == 2) == (two.cause == 2)).all()


def test_a_surge_adds_requests_of_one_value_and_moves_no_other_row():
    calm = system(LEAK).tape
    surge = Surge(dim="tenant", value="t-02", from_min=10, to_min=15, factor=3)
    busy = system(world(fault(), surges=[surge])).tape
    count = lambda tape: np.bincount(tape.at_ms[tape.dims[0] == 1] // MINUTE, minlength=30)
    inside = slice(10, 15)
    assert count(busy)[inside].sum() == pytest.approx(3 * count(calm)[inside].sum(), rel=0.15)
    assert (np.delete(count(busy), np.r_[inside]) == np.delete(count(calm), np.r_[inside])).all()
    kept = np.isin(busy.at_ms, calm.at_ms)
    other = kept & (busy.dims[0] != 1)
    assert np.array_equal(busy.latent["guard"][other], calm.latent["guard"][calm.dims[0] != 1])


def test_a_distractor_makes_a_signal_fire_on_harmless_requests():
    bump = Distractor(signal="pii_hits", slice={"intent": ["status"]}, from_min=10, to_min=20, rate=0.3, note="numbers")
    one, calm = system(world(distractors=[bump])), system(world())
    one.advance(30 * MINUTE)
    calm.advance(30 * MINUTE)
    assert one.frame().total("pii_hits", 11, 21)[0] > 100 + calm.frame().total("pii_hits", 11, 21)[0]
    assert one.replay([]).loss == 0


def test_probers_of_the_system_have_no_value_and_are_not_cached():
    tape = system(minutes=60).tape
    probing = tape.kinds.adversarial[tape.kind] > 0
    assert probing.mean() == pytest.approx(0.005, abs=0.002)
    assert not tape.key[probing].any()
    assert not tape.cause[probing].any()


def test_names_are_only_names():
    renamed = {
        "tenant": "shop", "region": "area", "language": "tongue", "intent": "wish", "group": "people",
    }  # fmt: skip
    dims = {renamed[name]: one for name, one in COPILOT["dimensions"].items()}
    dims["tongue"] = {**dims["tongue"], "given": "area"}
    dims["tongue"]["by_value"] = {{"us": "u", "eu": "e"}[k]: v for k, v in dims["tongue"]["by_value"].items()}
    dims["area"] = {"shares": {"u": 0.6, "e": 0.4}}
    dims["shop"] = {"zipf": 6, "pattern": "x{:d}"}
    other = system(world(fault(slice={"area": ["e"]})), spec(dimensions=dims, protected=["people"]))
    one = system()
    plan = [
        call("guardrail", 8, tier="b"),
        call("rate_limit", 9, per_minute=40),
        call("feature_off", 10, {"region": ["eu"]}),
    ]
    moved = [*plan[:2], call("feature_off", 10, {"area": ["e"]})]
    assert one.what_if.play(plan).out.digest() == other.what_if.play(moved).out.digest()


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (world(fault(carried_by="engine")), "write one of model, prompt, index, tools, retrieval"),
        (world(fault(slice={"planet": ["mars"]})), "there is no dimension 'planet'"),
        (world(fault(slice={"region": ["mars"]})), "region has no value 'mars'"),
        (world(fault(rate=0.7), fault(id="two", rate=0.5)), "add up to more than 1"),
        (world(distractors=[Distractor(signal="noise", from_min=1, to_min=2, rate=0.1, note="n")]), "names the signal 'noise'"),
    ],
)  # fmt: skip
def test_a_world_that_does_not_fit_the_system_is_refused(what, said):
    with pytest.raises(NotSupportedError) as refused:
        system(what)
    assert said in str(refused.value)


def test_rates_are_read_to_their_last_decimal():
    assert chance(0.0001) == 7
    assert chance(1.0) == 65536
