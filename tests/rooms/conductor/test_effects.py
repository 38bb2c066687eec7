"""What a lever did: estimated from signals for players, exact against the same tape without it for the report."""

import pytest

from hotwash.aftermath.aar import Material, after_action_report
from hotwash.aftermath.markdown import to_markdown
from hotwash.aftermath.sections.changes import measured
from hotwash.conductor.close import close
from hotwash.conductor.effects import estimates, recorded
from hotwash.conductor.session import lever_log
from hotwash.drill import commands as c
from hotwash.drill import events as e
from hotwash.drill.views.player import PlayerView
from hotwash.drill.views.project import ViewLog
from hotwash.kernel.audience import player
from tests.rooms.standins.plays import drill as played
from tests.support.drills import bench


def pulled(before, after, **record):
    """A lever on tenant t-04 at minute 15, in effect at 16, with so many hits a minute before and after it."""
    one = bench()
    for minute in range(60):
        one.system.hot(minute, before if minute < 16 else after)
    one.to(15)
    asked = {
        "call": "x",
        "kind": "safe_mode",
        "scope": {"tenant": ["t-04"]},
        "reason": "r",
        "trigger": "pii_hits",
        **record,
    }
    one.do("tech", c.RequestLever.model_validate(asked))
    one.do("ic", c.ApproveLever(call="x"))
    one.do("tech", c.PullLever.model_validate(asked))
    return one


def seen(one):
    log, view = ViewLog(player("tech"), one.session.design), PlayerView("tech")
    for event in one.session.events:
        shown = log.show(event)
        if shown is not None:
            view.apply(shown)
    return estimates(view, one.system)


def test_a_fall_is_estimated_in_the_levers_scope_with_an_interval_that_holds_it():
    one = pulled(10, 2, fall_percent=80)
    one.to(27)
    (found,) = seen(one)
    assert (found.minutes, found.before.found, found.before.asked) == (10, 100, 500)
    assert (found.after.found, found.after.asked) == (20, 500)
    value, low, high = found.fall
    assert value == pytest.approx(0.8)
    assert 0.6 < low < value < high < 0.9
    assert found.expected_percent == 80


def test_a_lever_that_changes_nothing_is_not_said_to_help():
    one = pulled(10, 10)
    one.to(27)
    _, low, high = seen(one)[0].fall
    assert low < 0 < high


def test_a_feature_that_is_off_costs_everything_it_no_longer_serves():
    one = pulled(10, 0)
    for minute in range(16, 60):
        one.system.dark(minute)
    one.to(27)
    value, low, high = seen(one)[0].lost
    assert value == pytest.approx(100)
    assert 98 < low <= high == pytest.approx(100)


def test_fewer_minutes_say_less_and_one_says_nothing():
    one = pulled(10, 2)
    one.to(17.5)
    assert seen(one) == ()
    one.to(19)
    early = seen(one)[0].fall
    one.to(27)
    late = seen(one)[0].fall
    assert early[2] - early[1] > late[2] - late[1]


def test_minutes_after_it_was_taken_back_do_not_count():
    one = pulled(10, 2)
    one.to(19)
    one.do("tech", c.RevertLever(call="x", reason="as planned"))
    one.to(40)
    assert seen(one)[0].minutes == 19 - 16


@pytest.mark.slow
def test_the_report_sets_what_was_expected_beside_what_the_same_tape_shows_without_the_lever():
    drill = played("cross-tenant-leak", "over-container")
    table = drill.table
    closing = close(table.design, drill.events, table.what_if, table.par(), players={})
    case = closing.case
    assert set(case.without) == set(recorded(drill.events)) == {"tech-lever-1", "tech-lever-2"}
    off = case.first(e.LeverPulled, lambda one: one.kind == "feature_off")
    did = measured(case, off.event.call, off.at_ms)
    less = tuple(call for call in lever_log(drill.events) if call.id != off.event.call)
    other = table.what_if.replay(less)
    assert did.avoided * 1000 == pytest.approx(int((other.expected_harm - case.team.expected_harm).sum()))
    assert did.refused > 10_000
    report = to_markdown(after_action_report(Material(case, closing.card, closing.frame)))
    assert "over-containment: it worked, and the best plan costs" in report
    assert "changed nothing" in report, "the tier under a feature that is off"
    assert "left standing past its expiry" in report
    plan = report.split("## Improvement plan")[1]
    assert "Switch the feature off (tech-lever-1) stood past its expiry" in plan


@pytest.mark.slow
def test_an_expert_steps_down_in_time_and_its_lever_pays_for_itself():
    drill = played("cross-tenant-leak", "expert")
    table = drill.table
    case = close(table.design, drill.events, table.what_if, table.par(), players={}).case
    assert not case.all(e.FixExpired)
    bridge = case.first(e.LeverPulled, lambda one: one.kind == "retrieval_off")
    assert bridge.event.step_down
    assert bridge.event.fall_percent is not None
    assert measured(case, bridge.event.call, bridge.at_ms).net > 1_000
    risk = case.first(e.RiskAccepted)
    assert risk.event.tripwires
    assert (risk.event.owner, risk.event.approver) == ("tech", "ic")
