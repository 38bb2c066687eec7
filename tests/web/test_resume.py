"""Lost networks, killed servers, late comers, two windows: everybody ends with every event once."""

import json
import re
import threading

import pytest

from hotwash import bootstrap
from hotwash.conductor.plan import PERSON, DrillPlan
from hotwash.drill import commands as c
from hotwash.warroom.door import Door
from tests.support.mid_drill import act
from tests.support.patience import PATIENCE_S, until
from tests.support.serving import Visit
from tests.support.streams import LINE, Listening, Process, Proxy

pytestmark = pytest.mark.slow
CLIENTS = 100


@pytest.fixture
def played(tmp_path):
    """A server process over a drill with people in all seats, in play, and a way in for each of nine audiences."""
    house = bootstrap.House(tmp_path)
    seats = list(house.kit.roles.seats)
    house.plan(
        DrillPlan(drill="first", title="First", scenario="order-number-alarm", seats=dict.fromkeys(seats, PERSON))
    )
    live = house.open("first").live
    for seat in seats:
        act(live, c.TakeSeat(seat=seat, person=seat, holder="person"), seat, seat)
    act(live, c.StartDrill())
    live.session.store.close()
    process, door = Process(tmp_path), Door(house)
    ways = []
    for who in (*seats, "facilitator", "observer"):
        visit = Visit(process.port)
        assert visit.post(f"/join/{door.invite('first', who, many=True)}", {"person": who})[0] == 303
        ways.append((f"/drills/first/as/{who}", visit))
    yield process, ways, house, door
    process.kill()


def listeners(port, ways, count):
    found = [Listening(port, *(lambda way: (way[0], way[1].cookie))(ways[n % len(ways)])) for n in range(count)]
    for one in found:
        one.start()
    return found


def say(visit, base, number, stop=None):
    """Send a message until it is taken; the same one each time."""
    while stop is None or not stop.is_set():
        try:
            form = {"do": "send_message", "text": f"message-{number}-", "command": f"say-{number}"}
            status, text, _ = visit.post(f"{base}/act", form, accept="application/json")
        except OSError:
            threading.Event().wait(0.05)
            continue
        assert status == 200, text
        return


def lines_of(visit, base):
    """Positions in the timeline of a page drawn anew, newest first."""
    return [int(one) for one in LINE.findall(visit.get(base)[1])]


def assert_each_once(found, ways, total):
    """Every line from the first on, in order and once, and every message of the room once.

    One more message ends the row: what is sent to a window comes in order, so whatever came twice came before it. The drill goes
    on meanwhile, and lines of its own may come later.
    """
    say(ways[0][1], ways[0][0], total)
    for base, visit in ways:
        _, text, _ = visit.get(base)
        said = re.findall(r"</b> message-(\d+)-</li>", text)
        assert sorted(map(int, said)) == list(range(max(0, total - 59), total + 1)), base
        newest = int(LINE.search(text)[1])
        mine = [one for one in found if one.base == base]
        until(lambda: all(one.lines and one.lines[-1] >= newest for one in mine), what=f"the last of {base}")  # noqa: B023  # waited for before the loop goes on
    for one in found:
        lines = list(one.lines)
        assert lines == list(range(1, len(lines) + 1)), one.base


def test_a_server_that_is_killed_in_mid_drill_loses_and_doubles_nothing(played):
    process, ways, _, _ = played
    found = listeners(process.port, ways, CLIENTS)
    until(lambda: all(one.position for one in found), what="the first message at each client")
    base, visit = ways[0]
    for number in range(10):
        say(visit, base, number)
    process.kill()
    poster = threading.Thread(target=lambda: [say(visit, base, number) for number in range(10, 20)])
    poster.start()
    process.start()
    poster.join(PATIENCE_S)
    assert not poster.is_alive()
    for number in range(20, 25):
        say(visit, base, number)
    assert_each_once(found, ways, 25)
    assert all(one.reconnects >= 1 for one in found)
    for one in found:
        one.stop()


def test_a_proxy_that_answers_503_for_a_while_loses_and_doubles_nothing(played):
    process, ways, _, _ = played
    proxy = Proxy(process.port)
    proxy.start()
    found = listeners(proxy.port, ways, CLIENTS)
    until(lambda: all(one.position for one in found), what="the first message at each client")
    base, visit = ways[0]
    say(visit, base, 0)
    proxy.go_down()
    for number in range(1, 8):
        say(visit, base, number)
    until(lambda: all(one.reconnects >= 3 for one in found), what="a third try of each client")
    proxy.down = False
    say(visit, base, 8)
    assert_each_once(found, ways, 9)
    for one in found:
        one.stop()
    proxy.close()


def test_a_late_page_goes_on_from_where_it_was_drawn(played):
    process, ways, _, _ = played
    base, visit = ways[3]
    for number in range(5):
        say(ways[0][1], ways[0][0], number)
    _, text, _ = visit.get(base)
    shown = [int(one) for one in LINE.findall(text)]
    after = int(re.search(r"stream\?after=(\d+)", text)[1])
    assert after == max(shown)
    late = Listening(process.port, base, visit.cookie, after)
    late.start()
    for number in range(5, 8):
        say(ways[0][1], ways[0][0], number)
    until(lambda: len(late.lines) >= 3, what="three new lines")
    until(lambda: sorted(shown) + late.lines == sorted(lines_of(visit, base)), what="the lines of a fresh page")
    late.stop()


def test_two_windows_of_one_seat_show_the_same(played):
    process, ways, _, _ = played
    base, visit = ways[1]
    both = [Listening(process.port, base, visit.cookie) for _ in range(2)]
    for one in both:
        one.start()
    for number in range(4):
        say(visit, base, number)
    newest = max(lines_of(visit, base))
    until(lambda: all(one.position >= newest for one in both), what="the last message in both")
    until(lambda: both[0].lines == both[1].lines and both[0].panels == both[1].panels, what="the same in both")
    for one in both:
        one.stop()


def test_a_revoked_link_ends_its_streams_and_no_others(played):
    process, ways, house, door = played
    control = Visit(process.port)
    control.post(f"/join/{door.invite('*', 'facilitator')}", {"person": "Fay"})
    base, visit = ways[5]
    mine, theirs = Listening(process.port, base, visit.cookie), Listening(process.port, ways[6][0], ways[6][1].cookie)
    for one in (mine, theirs):
        one.start()
    until(lambda: mine.position and theirs.position, what="the first messages")
    link = next(one for one in house.access.links("first") if one.who == base.rsplit("/", 1)[1])
    assert control.post("/drills/first/invite", {"deed": "revoke", "link": link.id, "who": link.who})[0] == 303
    until(lambda: mine.reconnects >= 2, what="the end of the stream")
    assert theirs.reconnects == 0
    assert visit.get(f"{base}/stream")[0] == 403
    for one in (mine, theirs):
        one.stop()


def test_the_clock_of_a_running_drill_goes_on_while_the_server_is_away_and_a_paused_one_stands(played):
    process, ways, _, _ = played
    base, visit = ways[7]
    visit.post(f"{base}/act", {"do": "change_speed", "num": "16", "den": "1"}, accept="application/json")
    process.kill()
    threading.Event().wait(1.0)
    process.start()
    one = Listening(process.port, base, visit.cookie)
    one.start()
    until(lambda: one.clock, what="the clock")
    assert int(one.clock.split()[0]) >= 16_000
    assert one.clock.split()[1:3] == ["16000", "running"]
    _, text, _ = visit.post(f"{base}/act", {"do": "pause_drill", "reason": "x"}, accept="application/json")
    assert json.loads(text)["done"]
    until(lambda: one.phase == "paused", what="the pause")
    paused = one.clock.split()[0]
    process.kill()
    process.start()
    until(
        lambda: one.reconnects >= 1 and one.clock.split()[0] == paused and one.phase == "paused",
        what="the same moment",
    )
    one.stop()
