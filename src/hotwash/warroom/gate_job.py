"""One run of gates that was started from a page."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from hotwash import bootstrap
from hotwash.gates.planned import count_of
from hotwash.warroom.job import Job

AT_ONCE = 1
"""Questions at once: drills that are in play on this server come first."""


class GateJob(Job):
    """Asks every gate of a run. What was answered is in the journals of the run: stopped, the same run goes on. `came` is the run's name."""

    kept = "What was answered is kept: start it again."

    def __init__(self, going: bootstrap.GateRun, title: str) -> None:
        super().__init__(title, sum(count_of(one.suite) for one in going.loaded.suites.values()))
        self.going = going
        self._stop = threading.Event()

    def stop(self) -> None:
        """Ask nothing more."""
        self._stop.set()

    def ask(self) -> None:
        """Ask, judge and keep; stopped, judge nothing."""
        for name, opened in self.going.steps(self._targets(), AT_ONCE):
            self.doing = name
            self.done += len(opened.run.questions) - opened.left
            for _ in opened.go():
                self.done += 1
                if self._stop.is_set():
                    self.wrong = "It was stopped. The same run goes on where it was: start it again."
                    return
        self.came, _ = self.going.finish()

    def _targets(self) -> Iterator[bootstrap.Target]:
        while True:
            yield bootstrap.open_target(self.going.target)
