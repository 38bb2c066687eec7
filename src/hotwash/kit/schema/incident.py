"""What a facts file says with who and why: answers, moments, duties that do not exist."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import AwareDatetime, field_validator, model_validator

from hotwash.kit.schema.base import Content, Id, Text
from hotwash.kit.schema.duties import Anchor

Said = Literal["yes", "no", "unknown"]


class SaidAnswer(Content):
    """An answer, with who gave it and why."""

    answer: Said
    who: str = ""
    why: str = ""


class SaidMoment(Content):
    """A moment that a clock may run from, with its zone. A later entry for the same moment corrects the earlier one, and
    both are shown. `earliest` and `latest` are what can be argued where it is open when the moment was."""

    moment: Anchor
    of: Id | None = None
    """The obligation that it is about, where it is not about the whole incident: a notice under it was submitted."""
    at: AwareDatetime
    earliest: AwareDatetime | None = None
    latest: AwareDatetime | None = None
    who: Text
    why: Text

    @field_validator("at", "earliest", "latest", mode="before")
    @classmethod
    def _a_time_of_day(cls, value: Any) -> Any:
        """A date or a number alone would pass as midnight or as seconds since 1970."""
        if isinstance(value, str) and "T" not in value.upper() and " " not in value.strip():
            raise ValueError("write date, time and zone, such as 2026-11-24T10:20+01:00")
        if isinstance(value, int | float):
            raise ValueError("write date, time and zone, such as 2026-11-24T10:20+01:00")  # noqa: TRY004  # pydantic reports ValueError
        return value

    @model_validator(mode="after")
    def _in_order(self) -> SaidMoment:
        if (self.earliest and self.earliest > self.at) or (self.latest and self.latest < self.at):
            raise ValueError("'at' lies between 'earliest' and 'latest'")
        return self


class SaidNoDuty(Content):
    """That no duty exists, and why."""

    reason: Text
    who: Text
    at: AwareDatetime | None = None
