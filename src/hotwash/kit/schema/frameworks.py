"""Public frameworks as data: ids, short titles, and by what in a log a drill shows an entry in use. File: `frameworks.yaml`."""

from __future__ import annotations

from datetime import date

from pydantic import Field, model_validator

from hotwash.kernel.twice import twice
from hotwash.kit.schema.base import Content, Id, Text


class Sign(Content):
    """An event that shows an entry in use: its type, and for some of its fields the values that count."""

    event: Text
    where: dict[Text, list[Text]] = Field(default_factory=dict)


class Entry(Content):
    """One subcategory, control or mitigation. Without signs a drill cannot show it."""

    id: Text
    title: Text
    shown_by: list[Sign] = Field(default_factory=list)


class Framework(Content):
    """One scheme in one version, with where its ids and titles are from and when that was checked."""

    id: Id
    title: Text
    version: Text
    source: Text
    checked_on: date
    note: str = ""
    entries: list[Entry] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Framework:
        if again := twice(one.id for one in self.entries):
            raise ValueError(f"these ids are there twice: {', '.join(again)}")
        return self
