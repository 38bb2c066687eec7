"""All drills of a house: opened when somebody comes, closed with the server."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request

from hotwash.bootstrap import House, Opened
from hotwash.warroom.door import Door
from hotwash.warroom.render import Pages
from hotwash.warroom.stage import Stage


class Hall:
    """What every handler works with."""

    def __init__(self, house: House, door: Door, pages: Pages) -> None:
        self.house, self.door, self.pages = house, door, pages
        self._stages: dict[str, Stage] = {}
        self._opening = asyncio.Lock()

    async def stage(self, drill: str) -> Stage:
        """A drill's stage, opened if it is not yet. Raises ContentError when there is no such drill."""
        async with self._opening:
            if drill not in self._stages:
                opened = await asyncio.to_thread(self._open, drill)
                self._stages[drill] = Stage(self.house, opened, self.pages.update)
            return self._stages[drill]

    def _open(self, drill: str) -> Opened:
        """With the rates of an ordinary day counted, which takes a third of a second: the first look at what is due would wait for them,
        and everybody's first messages with it."""
        opened = self.house.open(drill)
        if not opened.live.session.state.ended:
            opened.live.session.system.baseline()
        return opened

    async def phase(self, drill: str) -> str:
        """How far a drill is; one that nobody has opened yet is planned."""
        stage = self._stages.get(drill)
        return await stage.read(lambda live: live.session.state.phase) if stage else "planned"

    async def resume(self) -> None:
        """Open every drill that was in play: its clock runs on through a restart."""
        for plan in self.house.drills():
            if self.house.record_of(plan.drill) is None:
                await self.stage(plan.drill)

    async def close(self) -> None:
        """Stop everything."""
        for stage in self._stages.values():
            await stage.stop()

    def let_go(self) -> None:
        """End every stream; pages come back by themselves when there is a server again."""
        for stage in self._stages.values():
            stage.channel.end()

    def turn_out(self, link: str) -> None:
        """Revoke a link, and end the streams that rest on it."""
        self.house.access.revoke(link, self.door.now_ms)
        for stage in self._stages.values():
            stage.channel.end(link)


def hall(request: Request) -> Hall:
    """The hall of the application that a request came to."""
    app: Starlette = request.app
    found: Hall = app.state.hall
    return found


def free_id(title: str, taken: Callable[[str], bool]) -> str:
    """An id from a title: `Leak drill, May` → `leak-drill-may`, with a number where that is taken."""
    name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:48] or "drill"
    name = name if len(name) >= 3 else f"{name}-drill"
    number, found = 1, name
    while taken(found):
        number += 1
        found = f"{name}-{number}"
    return found


def is_taken(house: House) -> Callable[[str], bool]:
    """Whether a drill of this id exists."""
    drills = {plan.drill for plan in house.drills()}
    return lambda name: name in drills
