"""Facts of an organisation's own incident: reading the file, and the names that it uses."""

from __future__ import annotations

from pathlib import Path

from hotwash.kernel.errors import ContentError
from hotwash.kit.duty_refs import zones
from hotwash.kit.load import CONTENT
from hotwash.kit.names import check_name
from hotwash.kit.reader import Reader, raise_all
from hotwash.kit.schema.facts import IncidentFacts
from hotwash.kit.schema.kit import Kit
from hotwash.kit.sources import Findings, Place

PART = "facts"


def load_incident(file: Path, kit: Kit) -> IncidentFacts:
    """Facts of an incident whose names are the kit's. Raises ContentError with every mistake, its line, and what to write."""
    reader = Reader()
    facts: IncidentFacts = reader.done(reader.model(file, (PART,), IncidentFacts))
    findings = Findings(reader.sources)
    _names(findings, facts, kit)
    if facts.day is None and not facts.moments:
        write = "Add a moment with its zone, or 'day: 2026-11-24': it decides which law is in force."
        findings.add((PART,), "there is no moment and no day", write)
    raise_all(findings.problems)
    return facts


def start_incident(file: Path) -> Path:
    """Write the example, to be changed. Raises ContentError where there is a file already or nothing can be written."""
    if file.exists():
        raise ContentError.at(file, "there is something here already", "Name a new file.")
    try:
        file.write_text((CONTENT / "facts.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    except OSError as wrong:
        write = "Name a file in a folder that you can write to."
        raise ContentError.at(file, f"it cannot be written: {wrong.strerror}", write) from wrong
    return file


def _names(findings: Findings, facts: IncidentFacts, kit: Kit) -> None:
    place: Place = (PART,)
    questions, duties = [one.id for one in kit.questions], [one.id for one in kit.obligations]
    calendars = {"weekends", *(one.id for one in kit.calendars)}
    activities = {name for one in kit.obligations for name in one.only_for}
    known = {item.fact for notice in kit.notices.values() for item in notice.items if item.fact}
    if facts.zone:
        check_name(findings, (*place, "zone"), "time zone", facts.zone, zones())
    for i, name in enumerate(facts.activities):
        check_name(findings, (*place, "activities", i), "activity in obligations.yaml", name, activities)
    for name in facts.answers:
        check_name(findings, (*place, "answers", name), "question", name, questions, key=True)
    for i, one in enumerate(facts.moments):
        if one.of is not None:
            check_name(findings, (*place, "moments", i, "of"), "obligation", one.of, duties)
    for name in facts.known:
        check_name(findings, (*place, "known", name), "fact in notices.yaml", name, known, key=True)
    for name in facts.no_duty:
        check_name(findings, (*place, "no_duty", name), "obligation", name, duties, key=True)
    for name, calendar in facts.calendars.items():
        check_name(findings, (*place, "calendars", name), "obligation", name, duties, key=True)
        check_name(findings, (*place, "calendars", name), "calendar", calendar, calendars)
