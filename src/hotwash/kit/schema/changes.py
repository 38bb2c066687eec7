"""A change log of one's own. File: a list of changes as YAML, JSON, JSON lines or CSV, given with `--changes`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from hotwash.kit.schema.base import Content, Dims, Text


def _listed(given: Any) -> Any:
    """One value stands for a list of one; a CSV's cell says `tenant=t-17; region=eu`."""
    if isinstance(given, str):
        pairs = [one.partition("=") for one in given.split(";") if one.strip()]
        return {name.strip(): [value.strip()] for name, sign, value in pairs if sign} if all(sign for _, sign, _ in pairs) else given  # fmt: skip
    if isinstance(given, dict):
        return {name: one if isinstance(one, list) else [str(one)] for name, one in given.items()}
    return given


class LoggedChange(Content):
    """Something that was changed: when (UTC where no zone is given), what, which component (model, prompt, index, data, flag, vendor ...),
    and which part of the traffic it touched, as far as known."""

    at: datetime
    what: Text
    component: str = ""
    scope: Annotated[Dims, BeforeValidator(_listed)] = Field(default_factory=dict)

    @property
    def at_ms(self) -> int:
        """When, in ms since 1970 UTC."""
        at = self.at if self.at.tzinfo else self.at.replace(tzinfo=UTC)
        return round(at.timestamp() * 1000)
