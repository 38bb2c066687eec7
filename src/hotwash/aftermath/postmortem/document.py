"""The document: its sections in order, each built part between two marks that carry its id."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hotwash.aftermath.aar import HANDLING
from hotwash.aftermath.markdown import plain
from hotwash.aftermath.postmortem import detection, impact, lookback, opening, response
from hotwash.aftermath.postmortem.marks import closing_mark, opening_mark
from hotwash.aftermath.postmortem.material import Material, Part


@dataclass(frozen=True)
class Chapter:
    """A section that has to be there: its heading, its level, and what builds it."""

    title: str
    level: int
    build: Callable[[Material], list[Part]] | None = None


FORM = (
    Chapter("Summary", 2, opening.summary),
    Chapter("Timeline", 2, opening.timeline),
    Chapter("Negative space", 3, opening.negative),
    Chapter("Impact", 2, impact.impact),
    Chapter("What cannot be quantified", 3, impact.unknown),
    Chapter("Detection and diagnosis", 2, detection.detection),
    Chapter("Response", 2, response.response),
    Chapter("What went well", 2, lookback.well),
    Chapter("What did not go well", 2, lookback.badly),
    Chapter("Where we got lucky", 2, lookback.luck),
    Chapter("Causes and actions", 2, lookback.onward),
)
"""The form of a postmortem, in order."""


def parts(material: Material) -> list[Part]:
    """Every built part, in order."""
    return [part for chapter in FORM if chapter.build for part in chapter.build(material)]


def document(material: Material) -> str:
    """The postmortem as it is built, before anybody edited it. Same material, same text."""
    title = material.case.design.scenario.title
    lines = [f"**{plain(HANDLING)}**", "", f"# Postmortem: {plain(title)}", ""]
    for chapter in FORM:
        lines += [f"{'#' * chapter.level} {chapter.title}", ""]
        for part in chapter.build(material) if chapter.build else []:
            lines += [opening_mark(part.id), *part.lines, closing_mark(part.id), ""]
    return "\n".join(lines).rstrip("\n") + "\n"
