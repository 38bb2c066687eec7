"""A drill that people play as time goes by, with stand-ins beside them, and through restarts."""

import pytest

from hotwash import bootstrap
from hotwash.adapters.clock_manual import ManualClock
from hotwash.conductor.plan import PERSON, DrillPlan, PlanError
from hotwash.conductor.run import STEP_MS
from hotwash.drill import commands as c
from hotwash.drill.refusal import RefusedError
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.errors import ContentError

START = 1_800_000_000_000


@pytest.fixture
def clock():
    return ManualClock(START)


@pytest.fixture
def house(tmp_path, clock):
    return bootstrap.House(tmp_path, clock)


def plan(house, name="first", players="expert", **changes):
    seats = dict.fromkeys(house.kit.roles.seats, players) | changes.pop("seats", {})
    made = DrillPlan(drill=name, title=name, scenario="cross-tenant-leak", seats=seats, **changes)
    house.plan(made)
    return house.open(name)


def act(live, action, seat="facilitator", person="Fay"):
    return live.act(c.Command(id=f"{seat}-{live.session.state.version}", seat=seat, person=person, action=action))


def play(live, clock, minutes):
    while live.now_ms < minutes * MINUTE and not live.session.state.ended:
        clock.set(max(clock.now(), live.wake_ms()))
        live.step()


def test_stand_ins_sit_down_when_it_is_planned_and_nothing_runs_before_startex(house, clock):
    live = plan(house).live
    assert set(live.stand_ins()) == set(house.kit.roles.seats)
    assert live.wake_ms() is None
    clock.advance(MINUTE)
    live.step()
    assert live.session.state.phase == "planned"
    assert live.now_ms == 0


def test_it_wakes_when_a_stand_in_looks_up_and_not_later(house, clock):
    live = plan(house).live
    act(live, c.StartDrill())
    assert live.wake_ms() <= START + STEP_MS
    act(live, c.PauseDrill(reason="coffee"))
    assert live.wake_ms() is None
    act(live, c.ResumeDrill())
    act(live, c.ChangeSpeed(num=10))
    assert live.wake_ms() <= clock.now() + STEP_MS // 10


def test_a_restart_in_mid_drill_changes_nothing_that_was_known_and_play_goes_on(house, clock):
    opened = plan(house)
    live = opened.live
    act(live, c.StartDrill())
    play(live, clock, 26)
    before = {who: live.view(who).events for who in live.everybody}
    frame = live.session.system.frame().counts[:, :26].tolist()
    live.session.store.close()
    again = house.open("first").live
    assert {who: again.view(who).events for who in again.everybody} == before
    assert again.session.system.frame().counts[:, :26].tolist() == frame
    play(again, clock, 90)
    assert again.session.state.ended
    ids = [event.command_id for event in again.session.events]
    assert len({(one.command_id, one.version) for one in again.session.events}) == len(ids)
    closing = house.close(house.open("first"), opened.mirror.par())
    assert closing.card.total > 80, "stand-ins that look around anew still play well"
    assert bootstrap.verify(bootstrap.load_record(house.record_of("first"))).sound


def test_a_person_takes_over_from_a_stand_in_and_gives_the_seat_back(house, clock):
    live = plan(house).live
    act(live, c.StartDrill())
    play(live, clock, 5)
    act(live, c.TakeSeat(seat="tech", person="Tom", holder="person"))
    assert "tech" not in live.stand_ins()
    seen = live.session.state.version
    play(live, clock, 25)
    by_tech = [event for event in live.session.events if event.version > seen and event.seat == "tech"]
    assert by_tech == [], "a seat that a person holds is not moved by anybody else"
    act(live, c.SendMessage(channel="war-room", text="I am here."), "tech", "Tom")
    act(live, c.TakeSeat(seat="tech", person="stand-in tech", holder="stand-in", profile="slow"))
    assert live.stand_ins()["tech"] == "slow"
    with pytest.raises(RefusedError, match="held by stand-in tech"):
        act(live, c.SendMessage(channel="war-room", text="Still me."), "tech", "Tom")


def test_people_alone_are_never_moved(house, clock):
    live = plan(house, players=PERSON).live
    for seat in house.kit.roles.seats:
        act(live, c.TakeSeat(seat=seat, person=seat, holder="person"), seat, seat)
    act(live, c.StartDrill())
    play(live, clock, 30)
    assert {event.seat for event in live.session.events if event.drill_ms > 0} == {"control"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"minutes": 20}, "needs at least 32 minutes"),
        ({"scenario": "no-such-scenario"}, "no-such-scenario"),
        ({"seats": {"ic": "wizard"}}, "wizard"),
        ({"cards": ("no-such-card",)}, "no-such-card"),
    ],
)
def test_what_cannot_be_played_is_not_planned(house, changes, said):
    with pytest.raises(Exception, match=said):
        seats = dict.fromkeys(house.kit.roles.seats, "expert") | changes.pop("seats", {})
        house.plan(
            DrillPlan(**{"drill": "first", "title": "x", "scenario": "cross-tenant-leak", "seats": seats, **changes})
        )
    assert house.drills() == []


def test_a_seat_that_nobody_is_named_for_is_refused(house):
    with pytest.raises(PlanError, match="privacy"):
        house.plan(DrillPlan(drill="first", title="x", scenario="cross-tenant-leak", seats={"ic": "expert"}))


def test_a_name_is_given_once_and_other_drills_do_not_exist(house):
    plan(house)
    with pytest.raises(ContentError, match="another drill"):
        plan(house)
    with pytest.raises(ContentError, match="no drill"):
        house.open("second")
    with pytest.raises(ContentError):
        house.record_of("../first")


def test_length_and_cards_are_part_of_what_the_record_seals(house):
    first = plan(house, "short", minutes=40, cards=("logs-missing",))
    assert first.table.design.endex_ms == 40 * MINUTE
    second = plan(house, "long")
    digests = [one.live.session.events[0].data["scenario_digest"] for one in (first, second)]
    assert digests[0] != digests[1]


def test_a_file_is_no_house(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ContentError, match="--data"):
        bootstrap.House(tmp_path / "file")


def test_commands_of_one_moment_cost_one_look_and_their_rules_run_from_the_event(house, clock):
    live = plan(house, players="does-nothing").live
    act(live, c.TakeSeat(seat="ic", person="Ann", holder="person"))
    act(live, c.StartDrill())
    live.step()

    def say(action):
        command = c.Command(id=f"v{live.session.state.version}", seat="ic", person="Ann", action=action)
        return live.act(command, settle=False)

    before = len(live.session.state.journal.of("rule_armed"))
    clock.advance(500)
    opened = live.now_ms
    say(c.OpenIncident(title="Leak", observation="A stranger's order in an answer."))
    say(c.SetSeverity(level=1, reason="Personal data of others."))
    say(c.SendMessage(text="All hands.", channel="war-room"))
    assert len(live.session.state.journal.of("rule_armed")) == before, "left to the next look"
    clock.advance(100)
    live.step()
    armed = live.session.state.journal.of("rule_armed")[before:]
    assert armed
    duties = {duty.id: duty for _, duty in live.design.duties}
    for line in armed:
        assert line.data["due_ms"] == opened + round(duties[line.data["duty"]].within_min * MINUTE)


def test_what_has_fallen_due_by_the_clock_comes_before_a_command(house, clock):
    live = plan(house, players="does-nothing").live
    act(live, c.TakeSeat(seat="tech", person="Tom", holder="person"))
    act(live, c.StartDrill())
    clock.advance(17 * MINUTE)
    answer = c.SendMessage(text="Send me the trace.", channel="war-room", in_reply_to="support-first-odd-answer")
    live.act(c.Command(id="reply", seat="tech", person="Tom", action=answer), settle=False)
    types = [event.type for event in live.session.events]
    assert types.index("inject_delivered") < types.index("message_sent")
