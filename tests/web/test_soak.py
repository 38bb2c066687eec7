"""Ninety minutes of drill, fifty windows that come and go: at the end each shows what a fresh page shows."""

import os
import random
import re
import threading

import pytest

from hotwash import bootstrap
from hotwash.conductor.plan import DrillPlan
from hotwash.warroom.door import Door
from tests.support.patience import PATIENCE_S, until
from tests.support.serving import Visit
from tests.support.streams import LINE, Listening, Process

pytestmark = pytest.mark.slow
SPEED = int(os.environ.get("HOTWASH_SOAK_SPEED", "300"))
"""Drill seconds a second; 10 is the long soak of nine minutes."""
CLIENTS, MINUTES = 50, 90


def inside(page, panel):
    """What stands in an element of a page; elements of its kind may stand in it."""
    start = re.search(rf'<div id="{panel}"[^>]*>', page)
    if start is None:
        return None
    depth, at = 1, start.end()
    for found in re.finditer(r"<(/?)div\b", page[at:]):
        depth += -1 if found[1] else 1
        if depth == 0:
            return page[at : at + found.start()]
    raise AssertionError(f"{panel} is not closed")


def settled(visit, base, windows):
    """A page drawn now, once every window has come to where it is: what the end brings may still be on its way."""
    pages = []

    def arrived():
        pages.append(visit.get(base)[1])
        newest = int(LINE.search(pages[-1])[1])
        return all(one.position == newest for one in windows)

    until(arrived, what=f"the last position of {base}")
    return pages[-1]


def plain(html):
    return re.sub(r"\s+", " ", re.sub(r">\s+|\s+<", lambda found: found[0].strip(), html)).strip()


@pytest.mark.timeout(900)
def test_every_window_ends_as_a_fresh_page(tmp_path):
    house = bootstrap.House(tmp_path)
    seats = dict.fromkeys(house.kit.roles.seats, "expert")
    house.plan(DrillPlan(drill="soak", title="Soak", scenario="cross-tenant-leak", seats=seats, minutes=MINUTES))
    process, door, chance = Process(tmp_path), Door(house), random.Random(4)
    ways = []
    for who in (*seats, "facilitator", "observer"):
        visit = Visit(process.port)
        assert visit.post(f"/join/{door.invite('soak', who, many=True)}", {"person": who})[0] == 303
        ways.append((f"/drills/soak/as/{who}", visit))
    control = next(visit for base, visit in ways if base.endswith("facilitator"))
    windows = [
        Listening(process.port, base, visit.cookie) for base, visit in (ways[n % len(ways)] for n in range(CLIENTS))
    ]
    for one in windows:
        one.start()
    for form in ({"do": "change_speed", "num": str(SPEED), "den": "1"}, {"do": "start_drill"}):
        assert control.post("/drills/soak/as/facilitator/act", form, accept="application/json")[0] == 200
    over = threading.Event()

    def tunnels():
        while not over.wait(0.05 * 180 / SPEED):
            chance.choice(windows).cut()

    dropping = threading.Thread(target=tunnels)
    dropping.start()
    until(
        lambda: all(one.phase == "ended" for one in windows),
        2.0 * MINUTES * 60 / SPEED + 3 * PATIENCE_S,
        "ENDEX at each window",
    )
    over.set()
    dropping.join()
    for base, visit in ways:
        mine = [one for one in windows if one.base == base]
        page = settled(visit, base, mine)
        newest = [int(one) for one in LINE.findall(page)]
        for one in mine:
            assert one.lines == list(range(1, newest[0] + 1))
            assert one.lines[::-1][: len(newest)] == newest
            assert one.panels
            for panel, shown in one.panels.items():
                fresh = inside(page, panel)
                assert fresh is not None, panel
                assert plain(shown) == plain(fresh), f"{panel} of {base}"
    assert sum(one.reconnects for one in windows) > CLIENTS
    for one in windows:
        one.stop()
    process.kill()
