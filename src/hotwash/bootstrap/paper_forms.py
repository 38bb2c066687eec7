"""Papers of a drill that can be written as forms, each with what its form offers to choose from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from hotwash.aftermath.causes.form import CAUSES_SHAPE
from hotwash.aftermath.causes.noted import Evidence
from hotwash.aftermath.causes.search import Found, in_a_line, search
from hotwash.aftermath.forms.shape import Rows, Shape
from hotwash.aftermath.meeting.form import REVIEW_SHAPE, RISKS_SHAPE
from hotwash.bootstrap.causes import Causes, check_causes, people_of
from hotwash.bootstrap.meetings import REVIEW, RISKS, Meeting, check_meeting
from hotwash.kernel.errors import Problem
from hotwash.kernel.event import Event
from hotwash.kit.frameworks import load_frameworks
from hotwash.kit.papers import Paper, read_paper
from hotwash.kit.schema.causes import CausesPaper
from hotwash.kit.schema.frameworks import Framework
from hotwash.kit.schema.kit import Kit
from hotwash.kit.schema.meeting import ReviewPaper, RiskPaper

T = TypeVar("T")


@dataclass(frozen=True)
class PaperForm(Generic[T]):
    """One paper whose form can be shown: its text, what is wrong in it, and the record that it cites."""

    shape: Shape[T]
    paper: Paper[T]
    kind: type[T]
    problems: tuple[Problem, ...]
    events: tuple[Event, ...]
    kit: Kit
    """What the drill was played by."""
    frameworks: tuple[Framework, ...]

    def search(self, words: str, most: int) -> list[Found]:
        """Events that a paper may cite and that hold all of the words; at most so many."""
        return search(self.events, words, most, self.kit)

    def said(self, cited: Iterable[str]) -> dict[str, str]:
        """Each citation that leads to an event, with what the event says."""
        evidence, told = Evidence(self.events), {one.version: one for one in self.events}
        found = {one: evidence.version_of(one) for one in cited}
        return {one: in_a_line(told[version], self.kit) for one, version in found.items() if version is not None}

    def written(self, rows: Rows) -> str:
        """The text of the paper with the rows of a form in it. Raises ContentError where it cannot be written into."""
        return self.shape.written(self.paper.document.text, self.paper.document.file, rows)

    def read(self, text: str) -> Paper[T]:
        """Another text in the place of this paper, to see whether a form could show it again."""
        return read_paper(text, self.paper.document.file, self.kind)


@dataclass(frozen=True)
class CausesForm(PaperForm[CausesPaper]):
    """`causes.yaml`, with what its page draws."""

    causes: Causes


@dataclass(frozen=True)
class ReviewForm(PaperForm[ReviewPaper]):
    """`review.yaml`, with the whole review and the names of people who held a seat."""

    meeting: Meeting
    people: tuple[str, ...]


@dataclass(frozen=True)
class RisksForm(PaperForm[RiskPaper]):
    """`risks.yaml`, with the whole review and the names of people who held a seat."""

    meeting: Meeting
    people: tuple[str, ...]


def causes_form(record: Path, text: str) -> CausesForm | None:
    """The causes as a form; None where their text cannot be shown as one."""
    found = check_causes(record, text)
    if found.paper.value is None or not CAUSES_SHAPE.shows(found.paper.value):
        return None
    return CausesForm(CAUSES_SHAPE, found.paper, CausesPaper, found.problems, found.events, found.kit, tuple(load_frameworks()), found)  # fmt: skip


def review_form(record: Path, text: str) -> ReviewForm | None:
    """The minutes as a form; None where their text cannot be shown as one."""
    found = check_meeting(record, texts={REVIEW: text})
    if found.review.value is None or not REVIEW_SHAPE.shows(found.review.value):
        return None
    return ReviewForm(
        REVIEW_SHAPE, found.review, ReviewPaper, _of(found, REVIEW), found.events, found.about.kit, tuple(found.about.frameworks),
        found, tuple(people_of(list(found.events))),
    )  # fmt: skip


def risks_form(record: Path, text: str) -> RisksForm | None:
    """The risk register as a form; None where its text cannot be shown as one. Raises ContentError where there are no minutes."""
    found = check_meeting(record, texts={RISKS: text})
    if found.risks.value is None or not RISKS_SHAPE.shows(found.risks.value):
        return None
    return RisksForm(
        RISKS_SHAPE, found.risks, RiskPaper, _of(found, RISKS), found.events, found.about.kit, tuple(found.about.frameworks),
        found, tuple(people_of(list(found.events))),
    )  # fmt: skip


def _of(found: Meeting, name: str) -> tuple[Problem, ...]:
    return tuple(one for one in found.content if one.where.file.name == name)
