"""What all content models share: frozen, closed (an unknown key is a mistake), ids in kebab-case."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$", max_length=60)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Minutes = Annotated[float, Field(ge=0)]
Level = Annotated[int, Field(ge=1, le=4)]
"""Severity level: 1 is the worst."""

Dims = dict[str, list[str]]
"""A slice of traffic: dimension → values; empty means everything."""


class Content(BaseModel):
    """Base of every content model."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
