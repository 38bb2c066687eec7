"""Work that was started from a page: it goes on beside the server's work, says how far it is, and can be stopped."""

from __future__ import annotations

import logging
import threading
from abc import ABC, abstractmethod

from hotwash.kernel.errors import HotwashError
from hotwash.warroom.logs import where

log = logging.getLogger("hotwash.warroom")


class Job(ABC):
    """Asks questions on one thread. `title` is what is asked, `doing` the part that is asked now, `came` what came of it, `wrong` why nothing did."""

    kept = ""
    """What is said of the part that was done, where it ended before its end."""

    def __init__(self, title: str, total: int) -> None:
        self.title, self.total, self.done = title, total, 0
        self.doing = self.came = self.wrong = ""
        self._over = threading.Event()

    @property
    def over(self) -> bool:
        """Whether it has ended: judged, failed or stopped."""
        return self._over.is_set()

    @abstractmethod
    def stop(self) -> None:
        """Ask nothing more."""

    @abstractmethod
    def ask(self) -> None:
        """Ask everything and keep what came of it. Raises HotwashError with why that cannot be."""

    def work(self) -> None:
        """Do it; never raises: what went wrong is said on the page."""
        try:
            self.ask()
        except HotwashError as wrong:
            self.wrong = str(wrong)
        except Exception as error:  # noqa: BLE001 the edge of the thread: the page says that it failed, and the log where
            log.error("work that a page started failed\n%s", where(error))  # noqa: TRY400 the same
            self.wrong = f"Something is wrong on our side. {self.kept}"
        finally:
            self._over.set()
