"""Take the pictures of the docs anew: python tools/screenshots.py (needs what `make test` sets up).

A drill is played by stand-ins to minute 35, so that the same code gives the same pictures but for the clock of the browser's fonts.
"""

import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from playwright.sync_api import sync_playwright

from hotwash import bootstrap
from hotwash.adapters.clock_manual import ManualClock
from hotwash.conductor.plan import DrillPlan
from hotwash.drill import commands as c
from hotwash.drill.design import FACILITATOR
from hotwash.kernel.clock import MINUTE
from hotwash.warroom.app import make_app, server
from hotwash.warroom.door import Door
from tools import browser

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
UNTIL_MIN = 35
PERSON = "Fay"
PICTURES: tuple[tuple[str, str, Literal["light", "dark"], tuple[int, int], str], ...] = (
    ("war-room-player", "as/tech", "light", (1440, 900), ""),
    ("war-room-console", "as/facilitator", "light", (1600, 1000), ""),
    ("war-room-dark", "as/ml", "dark", (1440, 900), "#tab-levers"),
    ("war-room-phone", "as/ic", "dark", (390, 844), ""),
)
"""Name, place, colour scheme, size, tab."""


def played(folder: Path) -> bootstrap.House:
    """A drill that stands at minute 35, paused."""
    clock = ManualClock(int(time.time() * 1000) - 2 * 3600 * 1000)
    house = bootstrap.House(folder, clock)
    seats = dict.fromkeys(house.kit.roles.seats, "expert")
    house.plan(DrillPlan(drill="pictures", title="Monday drill", scenario="cross-tenant-leak", seats=seats))
    live = house.open("pictures").live

    def control(action: c.Action) -> None:
        name = f"picture-{live.session.state.version}"
        live.act(c.Command(id=name, seat=FACILITATOR, person="Fay", action=action))

    control(c.StartDrill())
    while live.now_ms < UNTIL_MIN * MINUTE:
        clock.set(max(clock.now(), live.wake_ms() or 0))
        live.step()
    control(c.PauseDrill(reason="for the pictures"))
    for seat in ("tech", "ml", "ic"):  # somebody sits there, so that the pictures show the room as its player has it
        control(c.TakeSeat(seat=seat, person=PERSON, holder="person"))
    live.session.store.close()
    return bootstrap.House(folder)


@contextmanager
def served(house: bootstrap.House) -> Iterator[tuple[str, Door]]:
    """(address, the door that makes links)"""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = server(make_app(house), "127.0.0.1", port)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        time.sleep(0.05)
    address = f"http://127.0.0.1:{port}"
    yield address, Door(house)
    running.should_exit = True
    thread.join(10)


def main() -> None:
    """Write every picture."""
    with (
        tempfile.TemporaryDirectory() as folder,
        served(played(Path(folder))) as (address, door),
        sync_playwright() as driver,
    ):
        chromium = driver.chromium.launch(executable_path=browser.find(), args=browser.flags())
        for name, place, scheme, (width, height), tab in PICTURES:
            context = chromium.new_context(
                viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
            )
            page = context.new_page()
            who = place.rpartition("/")[2]
            page.goto(f"{address}/join/{door.invite('pictures', who)}")
            page.get_by_label("Your name").fill(PERSON)
            page.get_by_role("button", name="Take this place").click()
            page.goto(f"{address}/drills/pictures/{place}")
            if tab:
                page.locator(tab).click()
            page.wait_for_function("() => document.querySelector('#link').textContent === 'live'")
            if place.endswith(FACILITATOR):
                page.wait_for_selector("#truth svg", timeout=90_000)
            page.wait_for_timeout(1500)
            page.screenshot(path=IMAGES / f"{name}.png")
            print(IMAGES / f"{name}.png")
            context.close()
        chromium.close()


if __name__ == "__main__":
    main()
