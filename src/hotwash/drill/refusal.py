"""Why a command was not carried out."""

from __future__ import annotations

from hotwash.drill.payloads import Payload
from hotwash.kernel.errors import HotwashError


class RefusedError(HotwashError):
    """A command that may not be done now, or not by this seat. `rule` names what refused it, `who` could do it."""

    code = "refused"

    def __init__(self, rule: str, message: str, who: tuple[str, ...] = (), *, permanent: bool = True) -> None:
        could = f". It could be done by: {', '.join(who)}." if who else ""
        super().__init__(message + could)
        self.rule, self.who, self.permanent = rule, who, permanent
        self.on_record: Payload | None = None
        """What the log keeps of the attempt, where an attempt is itself a fact."""
