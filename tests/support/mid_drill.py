"""A drill that stand-ins played to some minute, in a house that can be served."""

import shutil
import time

from hotwash import bootstrap
from hotwash.adapters.clock_manual import ManualClock
from hotwash.conductor.plan import DrillPlan
from hotwash.drill import commands as c
from hotwash.kernel.clock import MINUTE
from tests.support.kept import kept


def played_to(folder, minute, *, pause=True, players="expert", scenario="cross-tenant-leak", **seats):
    """A house with the drill `mid`, played to a minute and paused there. Wall time of play lies in the past.

    Played once in a run of the tests for each of its kind; everybody gets a copy of their own.
    """
    played = kept(_play, minute, pause, players, scenario, tuple(sorted(seats.items())))
    shutil.copytree(played, folder, dirs_exist_ok=True)
    return bootstrap.House(folder)


def _play(folder, minute, pause, players, scenario, seats):
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


def act(live, action, seat="facilitator", person="Fay"):
    live.act(c.Command(id=f"{seat}-{live.session.state.version}", seat=seat, person=person, action=action))
