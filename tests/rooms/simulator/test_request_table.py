"""The table of requests: no more than a log has, and a gap where traces were not kept."""

import numpy as np
import pytest

from hotwash import bootstrap
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.errors import NotSupportedError
from hotwash.ports.scope import Scope
from hotwash.ports.traces import TraceQuery
from hotwash.simulator.outcomes import SEEN, STATUS
from tests.rooms.simulator.packs import CLASSIFIER, SKEW, call, spec, system

EVER = 1 << 60


def test_that_a_guardrail_was_wrong_is_not_said():
    one = system()
    one.pull(call("guardrail", 1, tier="b"))
    one.advance(20 * MINUTE)
    wrong = np.flatnonzero(one.play.out.status[: one.play.row] == STATUS.index("false_block"))
    assert len(wrong)
    assert set(one.requests(0, EVER).status[wrong]) == {"blocked"}
    assert "false_block" not in {trace.status for trace in one.find(TraceQuery(limit=100_000))}
    assert set(SEEN) == set(STATUS) - {"false_block"}


def test_nothing_that_only_the_world_knows_is_in_it():
    one = system()
    one.advance(10 * MINUTE)
    told = one.requests(0, EVER)
    assert set(vars(told)) == {"at_ms", "dims", "versions", "status", "cached", "signals", "decision"}
    described = one.describe()
    assert (set(told.dims), set(told.signals)) == (set(described.dimensions), set(described.signals))
    assert told.decision is None


def test_a_decision_is_told_where_a_letter_went_out():
    one = system(SKEW, spec(CLASSIFIER))
    one.pull(call("hold_adverse", 4))
    one.advance(12 * MINUTE)
    told = one.requests(0, EVER)
    for row in range(0, len(told), 37):
        facts = one.facts.of(row)
        expected = None if facts.status != "served" else "declined" if facts.denied else "approved"
        assert told.decision[row] == expected
    assert set(told.decision) == {"approved", "declined", None}


def test_versions_follow_levers_on_a_part_of_traffic():
    one = system()
    one.pull(call("rollback", 2, scope={"region": ["eu"]}, component="index"))
    one.advance(20 * MINUTE)
    told = one.requests(0, EVER)
    assert len(set(told.versions["index"])) == 2
    for row in range(0, len(told), 97):
        facts = one.facts.of(row)
        assert {name: column[row] for name, column in told.versions.items()} == dict(facts.versions)


def test_traces_that_were_not_kept_are_in_no_row():
    found = bootstrap.content("cross-tenant-leak", cards=["logs-missing"])
    one = bootstrap.lay_out(found, 7).system
    one.advance(32 * MINUTE)
    told = one.requests(0, EVER)
    web = told.dims["device"] == "web"
    gap = (told.at_ms >= 14 * MINUTE) & (told.at_ms < 30 * MINUTE)
    assert not (web & gap).any()
    assert (web & ~gap).any()
    assert (~web & gap).any()
    assert int(one.frame().total("requests", 0, 32)[0]) > len(told)


def test_a_value_that_does_not_exist_is_refused():
    with pytest.raises(NotSupportedError):
        system().requests(0, EVER, Scope.of({"region": ["atlantis"]}))
