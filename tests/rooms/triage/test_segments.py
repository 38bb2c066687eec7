"""Who: planted slices are named by their simplest description, counted exactly, and nothing is named where nothing happened."""

from itertools import combinations

import numpy as np
import pytest

from hotwash.adapters.relation_duckdb import from_arrays
from hotwash.kit.schema.columns import SignalColumn, TraceColumns
from hotwash.ports.scope import Scope
from hotwash.triage import cells
from hotwash.triage.cells import Table
from hotwash.triage.mixes import against_mix, of_its_kind
from hotwash.triage.partners import partner
from hotwash.triage.sample import LOTS, draw, kept
from hotwash.triage.search import FINE, look
from hotwash.triage.segments import count, excess
from hotwash.triage.shortlist import LEVEL_OF_FALSE_ALARMS, propose
from hotwash.triage.standing import standing
from hotwash.triage.statement import at_once
from hotwash.triage.stats import rate
from hotwash.triage.timeline import MINUTE, extent, timeline
from hotwash.triage.usual import stretches

START = 1_770_000_000_000
SIZES = {"tenant": 60, "region": 5, "language": 8, "device": 4, "channel": 6, "index": 5}
HOURS = 24
COLUMNS = TraceColumns(
    time="at",
    id="id",
    dimensions=["tenant", "region", "language", "device", "channel"],
    versions=["index"],
    signals=[
        SignalColumn(name="wrong", column="wrong", equals=True),
        SignalColumn(name="votes", column="vote", equals="down"),
    ],
)


def traffic(rows, seed):
    made = np.random.default_rng(seed)
    data = {"id": np.array([f"r-{n}" for n in range(rows)], dtype=object)}
    at = np.sort(made.integers(0, HOURS * 60 * MINUTE, rows))
    data["at"] = (START + at).astype("datetime64[ms]")
    for name, size in SIZES.items():
        chance = 1 / np.arange(1, size + 1) ** 0.7
        picked = made.choice(size, rows, p=chance / chance.sum())
        data[name] = np.array([f"{name[0]}-{n}" for n in range(size)], dtype=object)[picked]
    return made, data, at / MINUTE


def inside(data, slice_):
    return np.logical_and.reduce([data[name] == value for name, value in slice_.items()])


def filled(made, data, wrong):
    votes = np.where(
        made.random(len(wrong)) < 0.3, np.where(made.random(len(wrong)) < 0.02 + 0.5 * wrong, "down", "up"), None
    )
    return data | {"wrong": made.random(len(wrong)) < wrong, "vote": votes.astype(object)}


def planted(slice_, *, rows=60_000, seed=1, share=0.3, base=0.01, begins=14 * 60, ends=HOURS * 60):
    made, data, minute = traffic(rows, seed)
    wrong = np.full(rows, base)
    wrong[inside(data, slice_) & (minute >= begins) & (minute < ends)] = share
    return filled(made, data, wrong), minute


def search(data, columns=COLUMNS):
    relation = from_arrays(data)
    known = extent(relation, columns)
    line = timeline(relation, columns, columns.signals, known)
    sample = draw(relation, columns, columns.signals, line)
    proposed = propose(sample, [one.name for one in columns.signals], columns.cuts())
    found = {one.signal: one for one in count(relation, columns, columns.signals, line, sample, proposed)}
    return found, sample, line


@pytest.mark.parametrize(
    "slice_",
    [
        {"region": "r-2", "channel": "c-3", "index": "i-4"},
        {"tenant": "t-7", "language": "l-1"},
        {"tenant": "t-20"},
        {"index": "i-3"},
    ],
    ids=" and ".join,
)
def test_a_slice_is_named_as_it_was_planted_and_counted_exactly(slice_):
    data, minute = planted(slice_)
    found, _, _ = search(data)
    (segment,) = found["wrong"].segments
    assert segment.scope == Scope.of({name: [value] for name, value in slice_.items()})
    assert segment.onset.low_ms - 20 * MINUTE <= START + 14 * 60 * MINUTE <= segment.onset.high_ms + MINUTE
    here = inside(data, slice_) & (START + minute * MINUTE >= segment.window.from_ms)
    # Buckets are minutes, and the beginning may cut one: the counts are those of whole buckets.
    assert segment.rate.asked == pytest.approx(here.sum(), abs=2)
    assert segment.rate.found == pytest.approx((here & data["wrong"]).sum(), abs=2)
    assert segment.excess.low <= segment.rate.found - 0.01 * here.sum() <= segment.excess.high
    assert segment.onset.ended_ms is None
    assert segment.explains > 0.95
    assert segment.p < 1e-4
    assert segment.complement.share == pytest.approx(0.01, abs=0.003)


def test_all_traffic_is_the_description_where_everything_rose():
    data, _ = planted({}, share=0.03)
    found, _, _ = search(data)
    assert found["wrong"].segments[0].scope == Scope()


def test_what_ended_is_said_to_have_ended():
    data, _ = planted({"tenant": "t-3"}, begins=10 * 60, ends=12 * 60, share=0.5)
    found, _, _ = search(data)
    (segment,) = found["wrong"].segments
    assert segment.scope == Scope.of({"tenant": ["t-3"]})
    assert segment.onset.ended_ms == pytest.approx(START + 12 * 60 * MINUTE, abs=10 * MINUTE)


def test_values_that_rose_alike_are_one_description():
    made, data, minute = traffic(60_000, 2)
    wrong = np.full(60_000, 0.01)
    hit = np.isin(data["tenant"].astype(str), ["t-4", "t-9"]) & (data["region"] == "r-0") & (minute >= 14 * 60)
    wrong[hit] = 0.3
    found, _, _ = search(filled(made, data, wrong))
    assert found["wrong"].segments[0].scope == Scope.of({"tenant": ["t-4", "t-9"], "region": ["r-0"]})


def test_two_things_at_once_are_two_segments():
    made, data, minute = traffic(60_000, 3)
    wrong = np.full(60_000, 0.01)
    first, second = {"tenant": "t-5"}, {"language": "l-6", "device": "d-1"}
    wrong[inside(data, first) & (minute >= 8 * 60)] = 0.25
    wrong[inside(data, second) & (minute >= 16 * 60)] = 0.25
    found, _, _ = search(filled(made, data, wrong))
    assert {one.scope for one in found["wrong"].segments} == {
        Scope.of({name: [value] for name, value in one.items()}) for one in (first, second)
    }


def test_a_redundant_name_of_the_same_rows_is_not_listed_beside_it():
    data, _ = planted({"index": "i-3"}, seed=4)
    rng = np.random.default_rng(0)
    data["twin"] = np.where(rng.random(len(data["id"])) < 0.97, data["index"], "i-0").astype(object)
    columns = COLUMNS.model_copy(update={"versions": ["index", "twin"]})
    found, _, _ = search(data, columns)
    assert [one.scope for one in found["wrong"].segments] == [Scope.of({"index": ["i-3"]})]


def test_a_segment_that_is_always_worse_is_standing_and_no_segment():
    made, data, _ = traffic(60_000, 5)
    wrong = np.where(data["language"] == "l-2", 0.08, 0.01)
    found, sample, _ = search(filled(made, data, wrong))
    assert found["wrong"].segments == ()
    (worse, *_) = found["wrong"].standing
    assert worse.scope == Scope.of({"language": ["l-2"]})
    assert worse.rate.share == pytest.approx(0.08, rel=0.2)
    assert standing(sample, {"wrong": "wrong"}, COLUMNS.cuts())["wrong"] == found["wrong"].standing


def test_a_surge_of_what_is_always_worse_is_a_mix_and_no_segment():
    made, data, minute = traffic(80_000, 6)
    worse = data["tenant"] == "t-0"
    # From 15:00 on, only every fourth request of other tenants is left: the share of t-0 rises, nothing gets worse.
    keep = (minute < 15 * 60) | worse | (made.random(80_000) < 0.25)
    wrong = np.where(worse, 0.12, 0.01)
    data = {name: values[keep] for name, values in filled(made, data, wrong).items()}
    found, _, _ = search(data)
    assert found["wrong"].segments == ()
    assert [one.dim for one in found["wrong"].mixes] == ["tenant"]


def test_what_is_the_same_throughout_a_segment_is_no_mix_of_it():
    made, data, minute = traffic(60_000, 7)
    tenant = data["tenant"] == "t-7"
    data["tier"] = np.where(np.isin(data["tenant"].astype(str), ["t-7", "t-8"]), "large", "small").astype(object)
    # Worse than others all the time, and seen for three hours only before it got worse still.
    wrong = np.where(tenant, np.where(minute >= 3 * 60, 0.2, 0.05), 0.01)
    columns = COLUMNS.model_copy(update={"dimensions": ["tenant", "tier"], "versions": []})
    _, sample, _ = search(filled(made, data, wrong), columns)
    table = Table(sample, ["wrong"], columns.cuts())
    one = next(one for one in look(table, LEVEL_OF_FALSE_ALARMS)["wrong"].best if one.where == (("tenant", "t-7"),))
    assert one.found > 2 * one.expected
    assert against_mix(table, "wrong", one).lift == pytest.approx(1)


@pytest.mark.parametrize("dense", [1 << 16, 3_000, 0])
def test_pairs_counted_together_are_those_counted_alone(monkeypatch, dense):
    monkeypatch.setattr(cells, "DENSE", dense)
    data, _ = planted({"tenant": "t-7"}, rows=20_000)
    _, sample, _ = search(data)
    table = Table(sample, ["wrong", "votes"], COLUMNS.cuts(), own={"votes": "language"})
    edges = table.edges(8)
    laid, most = table.binned(edges), len(edges) - 1

    def gathered(several):
        kept = {signal: [] for signal in table.signals}
        for made in several:
            for signal, one in made.items():
                kept[signal] += np.hstack([one.values, one.found, one.asked]).tolist()
        return {signal: sorted(rows) for signal, rows in kept.items()}

    alone = gathered(table.cells(names, laid, most) for names in combinations(table.dims, 2))
    together = gathered(made for place, name in enumerate(table.dims) for made in table.pairs(name, table.dims[place + 1 :], laid, most))  # fmt: skip
    assert alone["wrong"]
    assert together == alone, "to the last bit: the weights of rows are added in one order"


def test_clean_data_names_nothing():
    named = 0
    for seed in range(12):
        data, _ = planted({}, seed=100 + seed, rows=25_000, share=0.01)
        found, _, _ = search(data)
        named += any(one.segments for one in found.values())
    # One in twenty-five is allowed; three of twelve has a chance of one in a hundred then.
    assert named <= 2


def test_the_search_does_not_care_about_the_order_of_rows():
    data, _ = planted({"tenant": "t-7", "language": "l-1"}, rows=30_000)
    shuffled = np.random.default_rng(9).permutation(30_000)
    one, _, _ = search(data)
    other, _, _ = search({name: values[shuffled] for name, values in data.items()})
    assert one == other


def test_a_fair_share_finds_what_all_rows_do():
    data, _ = planted({"region": "r-1", "channel": "c-2"}, rows=60_000, base=0.05, share=0.4)
    relation = from_arrays(data)
    known = extent(relation, COLUMNS)
    line = timeline(relation, COLUMNS, COLUMNS.signals, known)
    sample = draw(relation, COLUMNS, COLUMNS.signals, line, wrong=3_000, right=4_000)
    assert len(sample) < 8_000
    assert sample.weight.sum() == pytest.approx(60_000, rel=0.05)
    proposed = propose(sample, ["wrong", "votes"], COLUMNS.cuts())
    (segment,) = count(relation, COLUMNS, COLUMNS.signals, line, sample, proposed)[0].segments
    assert segment.scope == Scope.of({"region": ["r-1"], "channel": ["c-2"]})
    exact = inside(data, {"region": "r-1", "channel": "c-2"})
    assert segment.rate.asked + segment.usual.asked == exact.sum()


def test_what_a_sample_makes_stand_out_and_all_rows_do_not_is_not_named():
    stood_out = 0
    for seed in range(6):
        data, _ = planted({}, seed=300 + seed, rows=20_000, base=0.02, share=0.02)
        relation = from_arrays(data)
        line = timeline(relation, COLUMNS, COLUMNS.signals, extent(relation, COLUMNS))
        # So few of the rows without a finding tell little of how large a cell is: some seem to hold nothing but findings.
        sample = draw(relation, COLUMNS, COLUMNS.signals, line, right=150)
        proposed = propose(sample, [one.name for one in COLUMNS.signals], COLUMNS.cuts())
        stood_out += sum(one.p < 1e-3 for of in proposed.values() for one in of.candidates)
        for found in count(relation, COLUMNS, COLUMNS.signals, line, sample, proposed):
            assert found.segments == (), found.signal
    assert stood_out > 0


def weakly(seed=10, rows=40_000):
    """Two signals that rise by little in one segment, in requests of their own, and a third that is the first once more."""
    made, data, minute = traffic(rows, seed)
    hit = inside(data, WEAK) & (minute >= 14 * 60)
    wrong = made.random(rows) < np.where(hit, 0.06, 0.01)
    down = made.random(rows) < np.where(hit, 0.09, 0.02)
    return data | {"wrong": wrong, "again": wrong, "vote": np.where(down, "down", "up").astype(object)}


WEAK = {"region": "r-3", "channel": "c-4"}
AGAIN = SignalColumn(name="again", column="again", equals=True)


def test_two_signals_that_rose_together_name_what_neither_does_by_itself():
    data = weakly()
    wrong, votes = COLUMNS.signals
    for alone in (wrong, votes):
        found, _, _ = search(data, COLUMNS.model_copy(update={"signals": [alone]}))
        assert found[alone.name].segments == ()
    found, _, _ = search(data)
    (segment,) = found["wrong"].segments
    assert segment.scope == Scope.of({dim: [value] for dim, value in WEAK.items()})
    assert (segment.together, segment.p < 0.01) == ("votes", True)
    assert "votes rose in the same segment and time" in at_once(segment)


def test_a_signal_that_repeats_another_adds_nothing_to_it():
    found, _, _ = search(weakly(), COLUMNS.model_copy(update={"signals": [COLUMNS.signals[0], AGAIN]}))
    assert [one.segments for one in found.values()] == [(), ()]


def test_what_is_always_worse_in_both_signals_is_no_partner_to_itself():
    made, data, _ = traffic(40_000, 11)
    worse = data["tenant"] == "t-20"
    data |= {"wrong": made.random(40_000) < np.where(worse, 0.1, 0.01)}
    data |= {"vote": np.where(made.random(40_000) < np.where(worse, 0.2, 0.02), "down", "up").astype(object)}
    _, sample, _ = search(data)
    table = Table(sample, ["wrong", "votes"], COLUMNS.cuts())
    edges = table.edges(FINE)
    # All but the first eighth of the traffic: little is left to say that it was no better before.
    numbers = table.numbers((("tenant", "t-20"),))
    assert partner(table, "wrong", {"votes"}, numbers, int(edges[FINE // 8]), int(edges[-1])) is None


def test_a_signal_that_stands_out_by_itself_carries_no_other_over_the_threshold():
    data, made = weakly(), np.random.default_rng(13)
    (quiet,) = search(data)[0]["wrong"].segments
    assert quiet.together
    late = inside(data, WEAK) & (np.arange(len(data["id"])) > len(data["id"]) // 2)
    data["vote"] = np.where(late & (made.random(len(late)) < 0.5), "down", data["vote"]).astype(object)
    found, _, _ = search(data)
    assert found["votes"].segments
    assert found["wrong"].segments == ()


def test_what_always_has_all_of_a_signal_has_not_risen():
    """The status of an answer, as a signal and as a dimension."""
    made, data, _ = traffic(60_000, 15)
    wrong = made.random(60_000) < 0.01
    data |= {"wrong": wrong, "status": np.where(wrong, "error", "fine").astype(object)}
    columns = COLUMNS.model_copy(update={"dimensions": ["status", "channel"], "signals": COLUMNS.signals[:1]})
    found, _, _ = search(data, columns)
    assert found["wrong"].segments == ()


def test_values_that_have_little_in_common_are_not_taken_for_one_another():
    """Two intents of eight write with tools, at all times alike: a quarter of an hour without a write is no past that says otherwise."""
    made, data, minute = traffic(30_000, 14)
    intent = made.integers(0, 8, 30_000)
    data["intent"] = np.char.add("i-", intent.astype(str)).astype(object)
    writes = np.where(intent < 2, 0.05, 0.0001)
    started = np.sort(minute)[3_000]
    wrong = (made.random(30_000) < writes) & ~((minute < started) & (made.random(30_000) < 0.6))
    columns = COLUMNS.model_copy(
        update={"dimensions": ["intent", "channel"], "versions": [], "signals": COLUMNS.signals[:1]}
    )
    found, _, _ = search(data | {"wrong": wrong}, columns)
    assert found["wrong"].segments == ()


def test_a_tenant_is_taken_for_what_its_kind_of_requests_has():
    made, data, minute = traffic(60_000, 12)
    rare = data["tenant"] == "t-30"
    data["channel"] = np.where(rare, "c-1", data["channel"]).astype(object)
    wrong = np.where(data["channel"] == "c-1", 0.1, 0.01)
    _, sample, _ = search(filled(made, data, np.where(rare & (minute >= 12 * 60), 0.3, wrong)))
    table = Table(sample, ["wrong"], COLUMNS.cuts())
    looked = look(table, LEVEL_OF_FALSE_ALARMS)["wrong"]
    one = next(one for one in looked.best if one.where == (("tenant", "t-30"),))
    more = of_its_kind(table, "wrong", one, looked).prior.share / one.prior.share
    assert (more > 2).all()


def test_rare_findings_are_all_kept_and_frequent_ones_share_what_is_left():
    lots = kept({"rare": 900, "common": 50_000, "often": 20_000}, 10_900)
    assert lots["rare"] == LOTS
    assert lots["common"] * 50_000 / LOTS == pytest.approx(5_000, rel=0.01)
    assert lots["often"] * 20_000 / LOTS == pytest.approx(5_000, rel=0.01)
    assert set(kept({"rare": 900, "none": 0}, 10_000).values()) == {LOTS}
    data, _ = planted({}, base=0.2, share=0.2, rows=40_000)
    data["seldom"] = data["id"] == "r-77"
    columns = COLUMNS.model_copy(
        update={"signals": [*COLUMNS.signals, SignalColumn(name="seldom", column="seldom", equals=True)]}
    )
    relation = from_arrays(data)
    line = timeline(relation, columns, columns.signals, extent(relation, columns))
    sample = draw(relation, columns, columns.signals, line, wrong=2_000, right=5_000)
    assert sample.cases["seldom"].sum() == 1
    assert sample.cases["wrong"].sum() < 2_000
    for name in ("wrong", "votes"):
        assert sample.weight[sample.signals[name] == 1].sum() == pytest.approx(line.found[name].sum(), rel=0.1)
        assert sample.weight[sample.signals[name] >= 0].sum() == pytest.approx(line.asked[name].sum(), rel=0.05)


def drawn(data, *, wrong=500):
    relation = from_arrays(data)
    line = timeline(relation, COLUMNS, COLUMNS.signals, extent(relation, COLUMNS))
    sample = draw(relation, COLUMNS, COLUMNS.signals, line, wrong=wrong, right=4_000)
    return sample, "id" in relation.asked


def test_rows_are_drawn_by_their_time_where_it_tells_them_apart_and_by_their_id_where_not():
    data, _ = planted({"region": "r-1"}, base=0.05, rows=60_000)
    sample, by_id = drawn(data)
    assert not by_id
    spread = {name: np.bincount(one.codes, sample.weight, len(one.values)) for name, one in sample.dims.items()}
    whole = np.array([(data["region"] == value).sum() for value in sample.dims["region"].values])
    assert spread["region"] == pytest.approx(whole, rel=0.1)
    at = data["at"].astype(np.int64)
    for times in (at // 1000 * 1000, at // 90_000 * 90_000 + 77):  # whole seconds; batches that came at one moment
        sample, by_id = drawn(data | {"at": times.astype("datetime64[ms]")})
        assert by_id
        assert 3_500 < (sample.signals["wrong"] != 1).sum() < 5_500
        assert sample.weight.sum() == pytest.approx(60_000, rel=0.06)


def test_an_evened_sample_stands_for_the_same_rows():
    data, _ = planted({"region": "r-1"}, base=0.05, rows=60_000)
    sample, _ = drawn(data, wrong=10_000)
    even = sample.evened()
    assert len(even) < len(sample)
    assert even.weight.min() > sample.weight.max() / 4 > sample.weight.min()
    assert even.weight.sum() == pytest.approx(sample.weight.sum(), rel=0.01)
    wrong, fewer = (float(one.weight[one.signals["wrong"] == 1].sum()) for one in (sample, even))
    assert fewer == pytest.approx(wrong, rel=0.1)


def test_cells_count_what_is_there():
    data, _ = planted({"tenant": "t-7"}, rows=20_000)
    _, sample, _ = search(data)
    table = Table(sample, ["wrong"], COLUMNS.cuts())
    edges = table.edges(8)
    cells = table.cells(("region", "device"), table.binned(edges), len(edges) - 1)["wrong"]
    for row, numbers in enumerate(cells.values.tolist()):
        where = table.named(tuple(numbers))
        assert table.numbers(where) == tuple(numbers)
        rows = sample.inside(where)
        assert cells.found[row].sum() == sample.cases["wrong"][rows].sum()
        assert cells.asked[row].sum() == pytest.approx(sample.weight[rows].sum())
    thin = table.thinned(2_000)
    assert thin.step > table.step
    whole = thin.cells((), thin.binned(edges), len(edges) - 1)["wrong"]
    assert whole.asked.sum() == pytest.approx(20_000, rel=0.02)


def test_stretches_reach_every_end_and_never_cover_everything():
    start, stop = stretches(8)
    pairs = set(zip(start.tolist(), stop.tolist(), strict=True))
    assert {(begin, 8) for begin in range(1, 8)} <= pairs
    assert (0, 8) not in pairs
    fine, over = stretches(48)
    assert fine[over == 48].min() == 6
    assert all(0 <= begin < end <= 8 for begin, end in pairs)


def test_the_excess_has_an_interval_that_covers():
    made, held = np.random.default_rng(8), 0
    for _ in range(300):
        before, now = made.binomial(4_000, 0.01), made.binomial(2_000, 0.02)
        over = excess(rate(now, 2_000), rate(before, 4_000))
        assert over.low <= over.value <= over.high
        held += over.low <= 20 + (now - 40) <= over.high
    assert held >= 0.93 * 300
    assert excess(rate(5, 10), rate(0, 0)).low == 0.0


def test_too_little_to_search_is_no_error():
    data, _ = planted({}, rows=30)
    _, sample, _ = search(data)
    table = Table(sample, ["wrong"], COLUMNS.cuts(), np.zeros(len(sample), dtype=np.bool_))
    assert look(table, LEVEL_OF_FALSE_ALARMS)["wrong"].best == ()


def twins(share, strays, *, seed=4):
    """Rows of which `index=i-3` and `pool=p-1` hold nearly the same, and a rise in the former."""
    data, _ = planted({"index": "i-3"}, seed=seed)
    lot = np.random.default_rng(0).random(len(data["id"]))
    inside = data["index"] == "i-3"
    data["pool"] = np.where(inside & (lot < share) | ~inside & (lot < strays * inside.mean()), "p-1", "p-0").astype(
        object
    )
    return data, COLUMNS.model_copy(update={"versions": ["index", "pool"]})


def test_rows_that_only_one_of_two_names_holds_tell_them_apart():
    data, meaning = twins(0.8, 0.04)
    found, _, _ = search(data, meaning)
    (segment,) = found["wrong"].segments
    assert segment.scope == Scope.of({"index": ["i-3"]})
    assert Scope.of({"pool": ["p-1"]}) not in [one.scope for one in segment.alternatives]


def test_what_the_rows_do_not_tell_apart_is_named_beside_it_and_counted_exactly():
    data, meaning = twins(0.999, 0.0)
    found, _, _ = search(data, meaning)
    (segment,) = found["wrong"].segments
    names = {Scope.of({"index": ["i-3"]}), Scope.of({"pool": ["p-1"]})}
    (other,) = (one for one in segment.alternatives if one.scope in names)
    assert {segment.scope, other.scope} == names
    during = data["at"].astype("datetime64[ms]").astype(np.int64) >= segment.window.from_ms
    mine, theirs = ((data["index"] == "i-3") & during, (data["pool"] == "p-1") & during)
    assert other.overlap == pytest.approx((mine & theirs).sum() / (mine | theirs).sum(), abs=0.01)
    pool = theirs if other.scope == Scope.of({"pool": ["p-1"]}) else mine
    assert other.found == pytest.approx((pool & data["wrong"]).sum(), abs=2)
