"""The verification of one corrective action, started from a page."""

from __future__ import annotations

from hotwash import bootstrap
from hotwash.warroom.job import Job


class VerifyJob(Job):
    """Asks what the verification asks and notes what came of it. Stopped, it notes nothing. `came` is the id of the action."""

    kept = "Nothing is noted: run it again."

    def __init__(self, desk: bootstrap.CapaDesk, name: str, person: str) -> None:
        """Raises NotConfirmedError for one that would start or send something, ContentError where what it names cannot be used."""
        super().__init__(name, bootstrap.asked_here(desk, name))
        self._desk, self._name, self._person = desk, name, person
        self._stopped = False

    def stop(self) -> None:
        """Ask nothing more."""
        self._stopped = True

    def ask(self) -> None:
        """Ask, and note it."""
        bootstrap.verify_here(self._desk, self._name, self._person, self._answered)
        self.came = self._name

    def _answered(self) -> None:
        self.done += 1
        if self._stopped:
            raise bootstrap.VerificationStoppedError("It was stopped and nothing is noted: run it again.")
