"""Causes of a drill: drafted from its record, checked against it, shown, compared with the answer key."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from hotwash.adapters.improvement_folder import improvement_of, paper
from hotwash.aftermath.blocks import Report, Table
from hotwash.aftermath.causes.check import check
from hotwash.aftermath.causes.compare import compare_report
from hotwash.aftermath.causes.draft import draft
from hotwash.aftermath.causes.noted import Evidence, TeamRecord
from hotwash.aftermath.causes.pages import bow_tie_report, causes_report, factor_matrix
from hotwash.bootstrap.records import load_record, rebuild, titles_of
from hotwash.conductor.record import EVENTS, design_of, read_events
from hotwash.kernel.errors import ContentError, Problem
from hotwash.kernel.event import Event
from hotwash.kit.papers import Paper, read_paper
from hotwash.kit.schema.causes import CausesPaper
from hotwash.kit.schema.kit import Kit

CAUSES = "causes.yaml"


@dataclass(frozen=True)
class Causes:
    """A paper on causes with what is wrong in it."""

    paper: Paper[CausesPaper]
    problems: tuple[Problem, ...]
    events: tuple[Event, ...]
    kit: Kit
    """What the drill was played by."""

    def report(self) -> Report:
        """The paper as a page. Raises ContentError while its form is wrong."""
        return causes_report(self.paper.whole(), Evidence(self.events), len(self.problems), self.events, self.kit)

    def bow_tie(self) -> Report:
        """The bow-tie alone. Raises ContentError while the paper's form is wrong."""
        return bow_tie_report(self.paper.whole(), Evidence(self.events), self.events, self.kit)

    def matrix(self) -> Table:
        """The contributing factors by kind and effect. Raises ContentError while the paper's form is wrong."""
        return factor_matrix(self.paper.whole(), Evidence(self.events))

    def compared(self, record: Path) -> Report:
        """The paper beside the answer key. Raises ContentError while its form is wrong."""
        value = self.paper.whole()
        table, events = rebuild(load_record(record))
        return compare_report(value, table.design, events)


def draft_causes(record: Path) -> str:
    """A first paper out of what the team recorded."""
    files = load_record(record)
    return draft(TeamRecord(read_events(files[EVENTS]), titles_of(files)))


def check_causes(record: Path, text: str | None = None) -> Causes:
    """The paper of a record, or `text` in its place, checked. Raises ContentError where there is none."""
    said = text if text is not None else written(record, CAUSES, "hotwash causes new")
    files = load_record(record)
    events = read_events(files[EVENTS])
    found = read_paper(said, improvement_of(record) / CAUSES, CausesPaper)
    return Causes(
        found,
        tuple(check(found, Evidence(events), people_of(events), stood_down=_stood_down(events))),
        tuple(events),
        Kit.model_validate(design_of(files)["kit"]),
    )


def written(record: Path, name: str, starts: str) -> str:
    """The text of a paper. Raises ContentError where nobody wrote it, with the command that starts it."""
    said = paper(record, name)
    if said is None:
        raise ContentError.at(improvement_of(record) / name, "nobody has written it", f"Start with: {starts} {record}")  # fmt: skip
    return said


def people_of(events: list[Event]) -> list[str]:
    """Names of people who held a seat; a stand-in is nobody."""
    return sorted(
        {str(one.data["person"]) for one in events if one.type == "seat_taken" and one.data["holder"] == "person"}
    )


def _stood_down(events: list[Event]) -> bool:
    """The team's own last word was that there was no incident."""
    said = [one.type for one in events if one.type in ("incident_opened", "incident_stood_down")]
    return bool(said) and said[-1] == "incident_stood_down"
