"""A whole drill in which stand-ins sit down as reviewers: their decisions, the report, and the record played again."""

import json
from collections import Counter

import pytest
from typer.testing import CliRunner

from hotwash import bootstrap
from hotwash.adapters.clock_manual import ManualClock
from hotwash.cli.main import app
from hotwash.conductor.plan import DrillPlan
from hotwash.conductor.session import lever_log
from hotwash.drill import commands as c
from hotwash.simulator.ids import row_of
from hotwash.simulator.outcomes import CAUGHT, FALSE_BLOCK, HELD, SERVED
from tests.support.mid_drill import act

pytestmark = pytest.mark.slow
MINUTE = 60_000
REVIEW = c.PullLever(
    call="look", kind="review", scope={"tenant": ["t-04", "t-08", "t-12"], "intent": ["returns_policy", "refund_request", "billing"]}, reason="Foreign order lines.", break_glass=True,
    arguments={"reviewers": 12, "risk": "c", "overflow": "closed", "level_min": 20},
)  # fmt: skip


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    folder = tmp_path_factory.mktemp("review")
    clock = ManualClock(0)
    house = bootstrap.House(folder, clock)
    seats = dict.fromkeys(house.kit.roles.seats, "does-nothing") | {"ml": "expert", "tech": "tunnel-vision"}
    house.plan(DrillPlan(drill="one", title="Review", scenario="cross-tenant-leak", seats=seats))
    opened = house.open("one")
    live = opened.live
    act(live, c.StartDrill())

    def go(minute):
        while live.now_ms < minute * MINUTE and not live.session.state.ended:
            clock.set(max(clock.now(), live.wake_ms()))
            live.step()

    go(12)
    act(live, c.TakeSeat(seat="privacy", person="Pia", holder="person"))
    act(live, REVIEW, seat="privacy", person="Pia")
    go(61)
    if not live.session.state.ended:
        act(live, c.EndDrill(reason="time"))
    closing = house.close(opened, opened.mirror.par())
    return house.record_of("one"), list(live.session.events), closing, live


def test_the_expert_tells_cases_apart_and_who_does_not_test_approves_all(played):
    _, events, _, live = played
    decided = [event for event in events if event.type == "case_decided"]
    by_seat = {seat: Counter(one.data["action"] for one in decided if one.seat == seat) for seat in ("ml", "tech")}
    assert set(by_seat["tech"]) == {"approve"}
    assert set(by_seat["ml"]) > {"approve"}
    assert all(1 < sum(one.values()) <= 12 for one in by_seat.values())
    opened = {(event.seat, event.data["trace"]) for event in events if event.type == "trace_opened"}
    assert {(one.seat, one.data["case"]) for one in decided} <= opened
    out = live.session.system.play.out
    for one in decided:
        row = row_of(one.data["case"])
        harmful = out.category[row] > 0
        ends = {
            "approve": {SERVED},
            "edit": {CAUGHT if harmful else SERVED},
            "refuse": {CAUGHT if harmful else FALSE_BLOCK},
            "escalate": {HELD},
        }
        assert out.status[row] in ends[one.data["action"]]


def test_decisions_move_the_score_and_the_record_plays_again_to_the_same(played):
    record, events, closing, live = played
    plan = lever_log(events)
    without = [call for call in plan if call.kind != "decide_case"]
    assert closing.case.team.harm.sum() != live.session.system.replay(without).harm.sum()
    verdict = bootstrap.verify(bootstrap.load_record(record))
    assert not verdict.difference


def test_the_report_and_the_command_tell_the_same(played):
    record, events, closing, _ = played
    html = (record / "report.html").read_text()
    assert "Human review" in html
    assert "Decided at the table" in html
    told = CliRunner().invoke(app, ["review", "report", str(record), "--json"])
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    assert found["by_table"] == sum(event.type == "case_decided" for event in events)
    assert found["missed"] == len(closing.review.missed)
    assert found["table"]["units"] == found["by_table"]
    said = CliRunner().invoke(app, ["review", "report", str(record)])
    assert "missed" in said.output
    assert "EXERCISE" in said.output
