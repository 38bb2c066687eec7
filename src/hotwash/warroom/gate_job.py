"""One run of gates that was started from a page: it goes on beside the server's work, says how far it is, and can be stopped."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

from hotwash import bootstrap
from hotwash.gates.planned import cases_of
from hotwash.kernel.errors import HotwashError
from hotwash.warroom.logs import where

AT_ONCE = 1
"""Questions at once: drills that are in play on this server come first."""
log = logging.getLogger("hotwash.warroom")


class GateJob:
    """Asks every gate of a run, on one thread. What was answered is in the journals of the run: stopped, the same run goes on."""

    def __init__(self, going: bootstrap.GateRun, title: str) -> None:
        self.going, self.title = going, title
        self.total = sum(len(cases_of(one.suite)) * one.suite.trials for one in going.loaded.suites.values())
        self.done, self.gate, self.run, self.wrong = 0, "", "", ""
        self._stop, self._over = threading.Event(), threading.Event()

    @property
    def over(self) -> bool:
        """Whether it has ended: judged, failed or stopped."""
        return self._over.is_set()

    def stop(self) -> None:
        """Ask nothing more."""
        self._stop.set()

    def work(self) -> None:
        """Ask, judge and keep; never raises: what went wrong is said on the page."""
        try:
            if self._ask():
                self.run, _ = self.going.finish()
            else:
                self.wrong = "It was stopped. The same run goes on where it was: start it again."
        except HotwashError as wrong:
            self.wrong = str(wrong)
        except Exception as error:  # noqa: BLE001 the edge of the thread: the page says that it failed, and the log where
            log.error("a run of gates failed\n%s", where(error))  # noqa: TRY400 the same
            self.wrong = "Something is wrong on our side. What was answered is kept: start it again."
        finally:
            self._over.set()

    def _ask(self) -> bool:
        """Whether every question was asked."""
        for name, opened in self.going.steps(self._targets(), AT_ONCE):
            self.gate = name
            self.done += len(opened.run.questions) - opened.left
            for _ in opened.go():
                self.done += 1
                if self._stop.is_set():
                    return False
        return True

    def _targets(self) -> Iterator[bootstrap.Target]:
        while True:
            yield bootstrap.open_target(self.going.target)
