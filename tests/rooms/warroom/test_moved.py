"""The card of what moved: order, words, and what a button fills in."""

import json

import pytest

from hotwash import bootstrap
from hotwash.conductor.inquiry import Inquiry
from hotwash.kernel.clock import MINUTE
from hotwash.triage.changes import Change
from hotwash.warroom.moved import card


def asked(scenario, minute, changes=()):
    content = bootstrap.content(scenario)
    laid = bootstrap.lay_out(content, 7)
    laid.system.advance(minute * MINUTE)
    start_ms = round(content.scenario.story_start.timestamp() * 1000)
    known = tuple(Change(start_ms + at * MINUTE, what, what.split()[0]) for at, what in changes)
    table, system = laid.system.requests(0, 1 << 60), laid.design.system
    found = Inquiry(table, system, content.kit.severity, start_ms, changes=known).answer(bootstrap.relate)
    return found, card(found, start_ms, system.dimensions)


@pytest.fixture(scope="module")
def biased():
    return asked("bias-after-refresh", 28, [(13, "data reference-2026-11"), (27, "prompt reasons-13")])


def test_the_signal_of_the_statement_comes_first_and_every_segment_is_there(biased):
    found, told = biased
    assert told.parts[0].signal == found.signal.name
    assert told.parts[0].place == "group D"
    assert len(told.parts) == sum(len(one.segments) for one in found.found)
    assert len({one.key for one in told.parts}) == len(told.parts)


def test_a_button_fills_in_flag_scope_and_minute_and_no_end_while_it_goes_on(biased):
    _, told = biased
    fill = json.loads(told.parts[0].fill)
    assert fill["scope"] == {"group": ["D"]}
    assert fill["flag"] == told.parts[0].signal
    assert 13 <= fill["from_ms"] <= 15
    assert fill["to_ms"] == ""
    assert told.parts[0].kept.endswith("goes on.")


def test_an_end_is_filled_in_where_it_ended():
    _, told = asked("invented-policy", 27)
    slow = next(one for one in told.parts if one.signal == "latency_slow")
    fill = json.loads(slow.fill)
    assert fill["from_ms"] < fill["to_ms"] <= 15
    assert "until T+" in slow.when
    assert (told.grouped, told.decides, told.gaps) == (True, False, ())


def test_changes_are_told_with_their_source_and_side(biased):
    _, told = biased
    assert told.changes[0].startswith("data reference-2026-11 (change log): ")
    assert "before it began" in told.changes[0]
    assert any(one.startswith("model ") and "first seen in traces" in one for one in told.changes)
    assert any(one.startswith("prompt reasons-13") and "after it began" in one for one in told.changes)


def test_a_gap_names_both_groups_both_times_and_the_screen(biased):
    _, told = biased
    assert told.decides
    assert told.gaps[0].startswith("group D: ")
    assert "approved against" in told.gaps[0]
    assert ", before " in told.gaps[0]
    assert "four fifths, which is a screen and no verdict" in told.gaps[0]


def test_five_hypotheses_and_the_limits_are_there(biased):
    _, told = biased
    assert [one.id for one in told.hypotheses] == ["data-shift", "labels", "retrieval", "change", "attack"]
    assert told.statement.limits
