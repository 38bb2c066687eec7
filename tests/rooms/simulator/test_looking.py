"""What can be seen: signals, complaints, traces, suites, the running configuration. Nothing shows before its time."""

import json

import numpy as np
import pytest

from hotwash.kernel.clock import SECOND
from hotwash.kernel.errors import NotSupportedError
from hotwash.kit.schema.scenario import Change
from hotwash.kit.vocabulary import SIGNALS, SUITES
from hotwash.ports.scope import Scope
from hotwash.ports.traces import TraceQuery
from hotwash.simulator.ids import trace_id
from hotwash.simulator.probe import upper_bound
from hotwash.simulator.signals import bit
from tests.rooms.simulator.packs import CLASSIFIER, MINUTE, SKEW, call, fault, spec, system, world

EU = Scope.of({"region": ["eu"]})


@pytest.fixture
def leak():
    return system()


def played(one, minutes):
    one.advance(minutes * MINUTE)
    return one


def recount(one, name, until_min):
    """Counts of one signal by minute and cell, row by row, from what each row says about itself."""
    frame = one.frame()
    counts = np.zeros((until_min, len(frame.cells)), np.int64)
    number = frame.signals.index(name)
    for row in range(one.play.row):
        if name in one.facts.flags(row):
            minute = one.facts.shows_at(row, number) // MINUTE
            if minute < until_min:
                cells = [("", ""), *one.facts.dims(row).items()]
                for cell in cells:
                    counts[minute, frame.cells.index(cell)] += 1
    return counts


@pytest.mark.parametrize("name", ["requests", "complaints", "pii_hits", "groundedness_failed", "retrieval_empty"])
def test_the_frame_counts_what_the_rows_say(leak, name):
    leak.pull(call("guardrail", 6, tier="b"))
    played(leak, 12)
    frame = leak.frame()
    assert frame.minutes == 12
    assert np.array_equal(frame.counts[frame.signals.index(name)], recount(leak, name, 12))
    assert frame.series(name).sum() > 0


def test_values_of_every_dimension_sum_to_the_whole(leak):
    frame = played(leak, 15).frame()
    for dim in leak.describe().dimensions:
        cells = [index for index, cell in enumerate(frame.cells) if cell[0] == dim]
        assert np.array_equal(frame.counts[:, :, cells].sum(axis=2), frame.counts[:, :, 0])


def test_infrastructure_stays_green_while_people_are_harmed(leak):
    frame, baseline = played(leak, 25).frame(), leak.baseline()
    for name in ("errors", "latency_slow"):
        rate = frame.total(name, 8, 25)[0] / frame.total("requests", 8, 25)[0]
        assert rate == pytest.approx(baseline.rates[baseline.signals.index(name), 0], abs=0.003)
    leaks = frame.total("pii_hits", 8, 25)[0] / frame.total("requests", 8, 25)[0]
    assert leaks > 20 * baseline.rates[baseline.signals.index("pii_hits"), 0]


def test_every_fault_moves_some_signal_of_its_segment():
    for kind, carrier, pack, signal, extra in (
        ("leaked_record", "index", None, "pii_hits", {}),
        ("ungrounded_answer", "retrieval", None, "retrieval_empty", {"path": "retrieval"}),
        ("ungrounded_answer", "model", None, "groundedness_failed", {"path": "any"}),
        ("tool_misuse", "tools", None, "injection_suspected", {"path": "tools"}),
        ("wrongful_refusal", "prompt", None, "refusals", {"path": "any", "cached": False}),
        ("wrong_decision", "features", CLASSIFIER, "feature_missing", {"path": "any"}),
        ("discriminatory_decision", "model", CLASSIFIER, "denials", {"path": "any"}),
        ("wrong_decision", "data", CLASSIFIER, "score_shift", {"path": "any"}),
    ):
        one = system(world(fault(category=kind, carried_by=carrier, **extra)), spec(pack))
        frame, healthy = one.replay_frame([]), one.replay_frame([], healthy=True)
        cell = frame.cells.index(("region", "eu"))
        assert frame.total(signal, 8, 30)[cell] > 1.25 * healthy.total(signal, 8, 30)[cell] + 10, (kind, carrier)


def test_the_healthy_baseline_is_that_of_other_days(leak):
    baseline, healthy = leak.baseline(), leak.replay_frame([], healthy=True)
    assert baseline.rates.shape == (len(baseline.signals), len(baseline.cells))
    for name, spec_ in leak.describe().signals.items():
        whole = healthy.total(spec_.denominator, 0, 30)[0]
        expected = baseline.rates[baseline.signals.index(name), 0] * whole
        assert healthy.total(name, 0, 30)[0] <= expected + 5 * (expected + 1) ** 0.5 + 5
    assert system(world()).baseline() is baseline


def test_complaints_arrive_late_and_once(leak):
    played(leak, 25)
    first, second = leak.complaints(0, 15 * MINUTE), leak.complaints(15 * MINUTE, 40 * MINUTE)
    assert first or second
    for complaint in [*first, *second]:
        assert complaint.at_ms <= 25 * MINUTE
        assert leak.find(TraceQuery(limit=1)) and leak.open(complaint.about).summary.at_ms < complaint.at_ms
    moments = [one.at_ms for one in [*first, *second]]
    assert moments == sorted(moments)
    assert len({one.about for one in [*first, *second]}) == len(moments)
    everyone = leak.complaints(0, 25 * MINUTE)
    assert [one.about for one in everyone] == [one.about for one in [*first, *second]]


def test_complaints_of_a_moment_are_those_that_have_come_in_by_then(leak):
    """Looked up by their moment, they are those that all played requests, one by one, give cause to."""
    played(leak, 25)
    tape, bits = leak.tape, leak.play.out.bits
    wanted = [
        (int(tape.at_ms[row]) + int(tape.complaint_s[row]) * SECOND, trace_id(row))
        for row in range(leak.play.row)
        if bits[row] & bit(leak.layout, "complaints")
    ]
    for after, until in ((0, 25 * MINUTE), (9 * MINUTE, 9 * MINUTE + 30 * SECOND), (24 * MINUTE, 90 * MINUTE)):
        found = [(one.at_ms, one.about) for one in leak.complaints(after, until)]
        assert found == sorted(one for one in wanted if after < one[0] <= min(until, 25 * MINUTE))
    assert leak.complaints(0, 25 * MINUTE)


def test_traces_come_newest_first_inside_window_scope_and_flag(leak):
    played(leak, 20)
    found = leak.find(TraceQuery(10 * MINUTE, 15 * MINUTE, EU, "pii_hits", 8))
    assert len(found) == 8
    assert [one.at_ms for one in found] == sorted((one.at_ms for one in found), reverse=True)
    for one in found:
        assert 10 * MINUTE <= one.at_ms < 15 * MINUTE
        assert one.dims["region"] == "eu"
        assert "pii_hits" in one.flags
        assert leak.open(one.id).summary == one


def test_a_flag_is_not_on_a_trace_before_it_shows(leak):
    played(leak, 12)
    delay = leak.describe().signals["groundedness_failed"].delay_min * MINUTE
    found = leak.find(TraceQuery(flag="groundedness_failed", limit=500))
    assert found
    assert all(one.at_ms + delay <= 12 * MINUTE for one in found)
    young = leak.find(TraceQuery(12 * MINUTE - delay + 1, limit=5000))
    assert not any("groundedness_failed" in one.flags for one in young)


@pytest.mark.parametrize("name", ["r-999999", "r-1", "x", "", "r-00000x", "r--00001"])
def test_a_trace_that_does_not_exist_or_lies_ahead_is_refused(leak, name):
    with pytest.raises(NotSupportedError, match="take an id from a list of traces"):
        played(leak, 1).open(name)


def test_traces_show_what_a_careful_reader_learns(leak):
    played(leak, 22)
    shown = set()
    for one in leak.find(TraceQuery(scope=EU, flag="pii_hits", limit=60)):
        shown |= set(leak.open(one.id).shows)
    assert {"fact_leaked_record", "personal_data_exposed", "cached_answer"} <= shown
    harmless = [one for one in leak.find(TraceQuery(limit=50)) if leak.open(one.id).output == "answer"]
    assert not any("fact_leaked_record" in leak.open(one.id).shows for one in harmless)


def test_facts_of_a_row_agree_with_its_levers_and_versions():
    change = Change(at_min=4, component="index", from_version="index-1b", to_version="index-2", note="rebuilt")
    one = system(changes=[change])
    for pulled in (call("rollback", 8, EU, component="index"), call("guardrail", 9, tier="c"), call("tools_off", 10)):
        one.pull(pulled)
    played(one, 22)
    early, late = one.facts.of(10), one.facts.of(one.play.row - 1)
    assert (early.versions["index"], early.guardrail_tier, early.tools_on) == ("index-1b", "none", True)
    assert late.versions["index"] == ("index-1" if late.dims["region"] == "eu" else "index-2")
    assert (late.guardrail_tier, late.tools_on) == ("c", False)
    followers = [row for row in range(one.play.row) if one.play.out.leader[row]]
    source = one.facts.of(followers[-1]).source
    assert source is not None and source.question == one.facts.of(followers[-1]).question
    harmed = int(np.flatnonzero((one.play.out.category == 4) & (one.play.out.leader == 0))[0])
    assert (one.facts.of(harmed).arm, one.facts.of(harmed).fault_component) == ("leak", "index")


def test_suites_tell_a_broken_service_from_a_fixed_one(leak):
    played(leak, 15)
    broken = {suite: leak.probe(suite) for suite in ("smoke", "replay", "cache")}
    assert broken["smoke"].failures > 5
    assert broken["replay"].failures > 10
    assert broken["cache"].failures > 0
    assert "cached_answer" in broken["cache"].shows
    assert "fact_leaked_record" in broken["replay"].shows
    leak.pull(call("rollback", 15, component="index"))
    played(leak, 24)
    assert leak.probe("replay").failures == 0
    assert leak.probe("replay").upper_rate == 3_000_000 // leak.probe("replay").trials
    assert leak.probe("cache").failures > 0
    leak.pull(call("cache_flush", 24))
    played(leak, 27)
    assert leak.probe("cache", trials=500).failures < broken["cache"].failures
    assert leak.probe("smoke").failures < broken["smoke"].failures


def test_paired_probes_find_the_group_that_is_treated_worse():
    one = played(system(SKEW, spec(CLASSIFIER)), 15)
    found = one.probe("bias", trials=200)
    assert found.worst_cell.startswith("group D: ")
    assert "fact_discriminatory_decision" in found.shows
    one.pull(call("rollback", 15, component="features"))
    fixed = played(one, 21).probe("bias", trials=200)
    assert fixed.failures < found.failures / 2


def test_a_canary_is_compared_with_the_contained_state(leak):
    with pytest.raises(NotSupportedError, match="no canary is running"):
        played(leak, 8).probe("canary")
    leak.pull(call("rollback", 8, component="index", percent=30))
    played(leak, 22)
    found = leak.probe("canary", EU, trials=400)
    assert found.failures < 8
    others = int(found.worst_cell.split("contained state ")[1].split(" of ")[0])
    assert others > 5 * found.failures + 10


def test_the_arms_of_a_canary_are_its_minutes_and_never_change_afterwards(leak):
    leak.pull(call("rollback", 8, component="index", percent=30))
    early = played(leak, 17).probe("canary", EU).arms
    late = played(leak, 22).probe("canary", EU).arms
    assert late[: len(early)] == early
    assert (len(early), len(late)) == (1, 6)
    contained, bad, canary, worse = (sum(one) for one in zip(*late, strict=True))
    assert 0.25 < canary / (canary + contained) < 0.35
    assert bad / contained > 5 * worse / canary
    whole = leak.probe("canary", EU, trials=100_000)
    assert (whole.trials, whole.failures) == (canary, worse)


def test_looking_changes_nothing_and_is_the_same_twice(leak):
    played(leak, 12)
    before = leak.play.out.digest()
    first = [leak.probe(suite) for suite in ("smoke", "replay", "cache", "bias")]
    leak.find(TraceQuery(limit=100))
    assert [leak.probe(suite) for suite in ("smoke", "replay", "cache", "bias")] == first
    assert leak.play.out.digest() == before


@pytest.mark.parametrize("ask", [lambda one: one.probe("luck"), lambda one: one.probe("smoke", trials=0),
                                 lambda one: one.probe("smoke", Scope.of({"planet": ["mars"]})),
                                 lambda one: one.find(TraceQuery(flag="luck"))])  # fmt: skip
def test_what_cannot_be_looked_at_is_refused(leak, ask):
    with pytest.raises(NotSupportedError, match="write"):
        ask(leak)


@pytest.mark.parametrize(
    ("failures", "trials", "limit"),
    [(0, 0, 1_000_000), (0, 300, 10_000), (0, 2, 1_000_000), (5, 100, 111_753), (9, 9, 1_000_000)],
)
def test_upper_bounds_are_the_rule_of_three_and_wilsons(failures, trials, limit):
    assert upper_bound(failures, trials) == pytest.approx(limit, rel=2e-3)


def test_the_configuration_is_json_and_says_what_runs(leak):
    leak.pull(call("rollback", 1, component="model", name="back"))
    leak.pull(call("guardrail", 2, EU, tier="b", name="guard"))
    played(leak, 5)
    early = leak.configuration()
    assert [(one["id"], one["in_effect"]) for one in early["levers"]] == [("guard", True), ("back", False)]
    played(leak, 7)
    late = json.loads(json.dumps(leak.configuration()))
    assert late["versions"] == {"model": "model-1", "prompt": "prompt-2", "index": "index-2", "tools": "tools-2"}
    assert late["levers"][0]["scope"] == {"region": ["eu"]}
    assert late["levers"][0]["arguments"] == {"tier": "b"}


def test_the_description_matches_what_content_may_name(leak):
    scored = system(SKEW, spec(CLASSIFIER))
    for one in (leak, scored):
        told = one.describe()
        assert set(told.signals) == SIGNALS[one.layout.spec.kind]
        assert set(told.suites) == SUITES
        assert "group" in told.dimensions and "group" not in told.routable
        assert set(told.levers) == set(one.layout.spec.levers)
        assert told.rollback_delay_s["bundle"] == max(told.rollback_delay_s.values())
        assert all(signal.denominator in told.signals for signal in told.signals.values())
