"""A drill that stand-ins played to some minute, in a house that can be served."""

import atexit
import shutil
import tempfile
import time
from functools import cache
from pathlib import Path

from hotwash import bootstrap
from hotwash.adapters.clock_manual import ManualClock
from hotwash.conductor.plan import DrillPlan
from hotwash.drill import commands as c
from hotwash.kernel.clock import MINUTE


def played_to(folder, minute, *, pause=True, players="expert", scenario="cross-tenant-leak", **seats):
    """A house with the drill `mid`, played to a minute and paused there. Wall time of play lies in the past.

    Played once a process for each of its kind; everybody gets a copy of their own.
    """
    shutil.copytree(_played(minute, pause, players, scenario, tuple(seats.items())), folder, dirs_exist_ok=True)
    return bootstrap.House(folder)


@cache
def _played(minute, pause, players, scenario, seats):
    folder = Path(tempfile.mkdtemp(prefix="hotwash-mid-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    clock = ManualClock(int(time.time() * 1000) - 3 * 3600_000)
    house = bootstrap.House(folder, clock)
    everybody = dict.fromkeys(house.kit.roles.seats, players) | dict(seats)
    house.plan(DrillPlan(drill="mid", title="Mid-drill", scenario=scenario, seats=everybody))
    live = house.open("mid").live
    act(live, c.StartDrill())
    while live.now_ms < minute * MINUTE and not live.session.state.ended:
        clock.set(max(clock.now(), live.wake_ms()))
        live.step()
    if pause and not live.session.state.ended:
        act(live, c.PauseDrill(reason="a look around"))
    live.session.store.close()
    house.access.close()
    return folder


def act(live, action, seat="facilitator", person="Fay"):
    live.act(c.Command(id=f"{seat}-{live.session.state.version}", seat=seat, person=person, action=action))
