"""One drill being played, on a thread of its own, in front of everybody who listens."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from hotwash.bootstrap import House, Opened
from hotwash.conductor.close import Closing, Par
from hotwash.conductor.live import LiveDrill
from hotwash.drill.refusal import RefusedError
from hotwash.drill.views.project import ViewEvent
from hotwash.kernel.clock import MINUTE
from hotwash.warroom.channel import HEARTBEAT_S, Channel, Listener, message
from hotwash.warroom.guard import Counts
from hotwash.warroom.job import Job
from hotwash.warroom.logs import where
from hotwash.warroom.telling import Telling
from hotwash.warroom.worker import Worker

T = TypeVar("T")
Updater = Callable[["Stage", str, list[ViewEvent], Telling], bytes]
"""From a stage, an audience and what is new to it, in one round for all, to the message that brings its page up to date."""
QUESTIONS, MOST_WAITING = 6, 3
"""What moved may be asked this often a minute and audience; this many of all audiences may wait for their answer."""
LONGEST_WAIT_S, AGAIN_S = 20.0, 1.0
MOMENT_S = 0.25
"""Commands of one moment share a look at what follows from them by the kit's rules; nobody notices that it came this much later."""
log = logging.getLogger("hotwash.warroom")


class Stage:
    """Everything that touches the drill runs on one thread, in order; listeners live on the event loop.

    A message leaves the thread after the events that it tells of are stored, and a listener is let in on the same thread: so the
    state that a page shows at N and the stream after N never miss or double anything.
    """

    def __init__(self, house: House, opened: Opened, update: Updater) -> None:
        self.house, self.opened, self._update = house, opened, update
        self.channel = Channel()
        self.par: Par | None = None
        self.closing: Closing | None = None
        self.jobs: dict[str, Job] = {}
        """The last one that each page started, by the page."""
        self._loop = asyncio.get_running_loop()
        self._thread = Worker(f"drill-{opened.plan.drill}")
        self._beside = ThreadPoolExecutor(1, thread_name_prefix=f"beside-{opened.plan.drill}")
        self._asking = ThreadPoolExecutor(1, thread_name_prefix=f"asking-{opened.plan.drill}")
        self._waiting, self._questions = 0, Counts()
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._stopped = False
        self.over = asyncio.Event()
        """Set at ENDEX."""
        self._told = {who: self.live.view(who).position for who in self.live.everybody}
        self._told_version = self.live.session.state.version
        self._minute = self._clock = -1
        self._listening: set[str] = set()
        self._scoring: asyncio.Task[Closing] | None = None
        self._working: set[asyncio.Task[None]] = set()
        self._heart = asyncio.create_task(self._beat())
        self._wake_after(0.0)

    @property
    def live(self) -> LiveDrill:
        """The drill. Touch it through `do` alone."""
        return self.opened.live

    async def do(self, work: Callable[[LiveDrill], T]) -> T:
        """Do something with the drill, then tell everybody what came of it."""
        try:
            return await self._thread.do(lambda: self._then_tell(work))
        finally:
            self._wake_after(MOMENT_S)

    async def read(self, work: Callable[[LiveDrill], T]) -> T:
        """Look at the drill and change nothing."""
        return await self._thread.do(lambda: work(self.live))

    async def beside(self, work: Callable[[Opened], T]) -> T:
        """Work on the mirror, beside play."""
        return await self._loop.run_in_executor(self._beside, lambda: work(self.opened))

    @asynccontextmanager
    async def question(self, who: str) -> AsyncIterator[None]:
        """A place in the queue of questions, held until it is answered. Raises RefusedError, with nothing on record, when there is none."""
        if self._waiting >= MOST_WAITING or not self._questions.take(who, QUESTIONS, self.house.clock.now() / 1000):
            raise RefusedError("pace", "several questions are being worked on: ask again in a moment", permanent=False)
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    async def answer(self, work: Callable[[], T]) -> T:
        """Work out an answer from what the question took along: one at a time, beside play."""
        return await self._loop.run_in_executor(self._asking, work)

    def begin(self, page: str, job: Job) -> None:
        """Start what a page asked for, beside everything else. It says itself how far it is, and never raises."""
        self.jobs[page] = job
        task = asyncio.create_task(self.answer(job.work))
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    async def listen(self, listener: Listener, after: int) -> None:
        """Let a browser in that has everything up to its position `after`. It gets what it missed first."""

        def enter() -> None:
            view = self.live.view(listener.who)
            self._listening.add(listener.who)
            missed = view.events[max(0, min(after, view.position)) : self._told[listener.who]]
            first = self._update(self, listener.who, missed, Telling()) if missed else b""
            self._thread.then(self._enter, listener, first + self._clock_message())

        await self._thread.do(enter)

    def leave(self, listener: Listener) -> None:
        """A browser is gone."""
        self.channel.remove(listener)
        self._show_presence()

    async def stop(self) -> None:
        """Close everything; the log is whole at every moment, so nothing needs to be saved."""
        self._stopped = True
        self._heart.cancel()
        for job in self.jobs.values():
            job.stop()
        if self._timer is not None:
            self._timer.cancel()
        self.channel.end()
        self._thread.stop()
        self._beside.shutdown(wait=True, cancel_futures=True)
        self._asking.shutdown(wait=True, cancel_futures=True)
        self.live.session.store.close()

    async def scored(self) -> Closing:
        """The closing of a drill that has ended; computed once, with its record."""
        par = await self.par_of()

        def once(opened: Opened) -> Closing:
            if self.closing is None:
                self.closing = self.house.close(opened, par)
            return self.closing

        return await self.beside(once)

    async def par_of(self) -> Par:
        """What this tape allows; computed once."""

        def once(opened: Opened) -> Par:
            if self.par is None:
                self.par = opened.mirror.par()
            return self.par

        return await self.beside(once)

    def _ended(self) -> None:
        """At ENDEX, or when a drill is opened that ended without a score: score it, so that the library knows."""
        if not self.over.is_set():
            self.over.set()
            self._scoring = asyncio.create_task(self.scored())
            self._scoring.add_done_callback(_complain)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            self.channel.beat(self.house.clock.now())

    def _enter(self, listener: Listener, first: bytes) -> None:
        listener.send(first)
        self.channel.add(listener)
        self._show_presence()

    def _show_presence(self) -> None:
        body = " ".join(f"{who}:{count}" for who, count in sorted(self.channel.present().items()))
        self.channel.tell("facilitator", message(body, event="presence"))

    def _then_tell(self, work: Callable[[LiveDrill], T]) -> T:
        """On the drill's thread. What follows from it by the kit's rules is looked for a moment later, once for all commands."""
        try:
            return work(self.live)
        finally:
            self._tell()

    def _step(self) -> None:
        """On the drill's thread: what has fallen due, then news for everybody, then when to look again."""
        try:
            self.live.step()
            self._tell()
            wait_s = self._wait_s()
        except Exception as error:  # noqa: BLE001 the edge of the drill's thread: it must not stand still, and its words stay out of the log
            log.error("drill %s: a step failed; it is tried again\n%s", self.opened.plan.drill, where(error))  # noqa: TRY400 the same
            wait_s = AGAIN_S
        self._thread.then(self._wake_after, wait_s)

    def _wait_s(self) -> float:
        wake = self.live.wake_ms()
        if wake is None:
            return LONGEST_WAIT_S
        return min(LONGEST_WAIT_S, max(0.0, (wake - self.live.session.clock.now()) / 1000))

    def _wake_after(self, wait_s: float) -> None:
        """On the event loop: look again then, or when it was said before if that is sooner."""
        now = self._loop.time()
        if now < self._due <= now + wait_s:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._due = now + wait_s
        if not self._stopped:
            self._timer = self._loop.call_at(self._due, self._thread.post, self._step)

    def _tell(self) -> None:
        """On the drill's thread: bring every audience that somebody listens as up to date."""
        live, told, telling = self.live, self._told, Telling()
        if live.session.state.version != self._told_version:
            self._told_version = live.session.state.version
            for who in live.everybody:
                events = live.view(who).events
                new = events[told[who] :]
                told[who] = len(events)
                if new and who in self._listening:
                    self._send(who, self._update(self, who, new, telling))
        self._tell_time()

    def _tell_time(self) -> None:
        clock, minute = self._clock_key(), self.live.session.system.now_ms // MINUTE
        if clock != self._clock:
            self._clock = clock
            if self.live.session.state.ended:
                self._thread.then(self._ended)
            self._send_all(self._clock_message())
        if minute != self._minute:
            self._minute = minute
            self._send_all(message(str(minute), event="minute"))

    def _clock_key(self) -> int:
        clock = self.live.session.state.clock
        return hash((clock, self.live.session.state.phase))

    def _clock_message(self) -> bytes:
        """Drill time now, its pace in thousandths, the phase, and the speed that is set: a page counts on from there by itself."""
        state = self.live.session.state
        clock = state.clock
        pace = clock.num * 1000 // clock.den if clock.running else 0
        return message(f"{self.live.now_ms} {pace} {state.phase} {clock.num / clock.den:g}", event="clock")

    def _send_all(self, body: bytes) -> None:
        for who in self._listening:
            self._send(who, body)

    def _send(self, who: str, body: bytes) -> None:
        self._thread.then(self.channel.tell, who, body)


def _complain(task: asyncio.Task[Closing]) -> None:
    """A score that failed is tried again when somebody opens the hot wash; the log says why."""
    error = None if task.cancelled() else task.exception()
    if error is not None:
        log.error("a drill could not be scored\n%s", where(error))
