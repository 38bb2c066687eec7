"""What every format asks of a drill, worked out once: what happened, when, to whom, how bad, and what cannot be said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hotwash.drill import events as e
from hotwash.kit.schema.kit import Correspondence
from hotwash.scoring.case import Case
from hotwash.scoring.scorecard import Scorecard

MARK = "EXERCISE"
NOT_REAL = "EXERCISE. A drill on a simulated service: no real person, record or incident."


@dataclass(frozen=True)
class Account:
    """One drill in plain terms. Minutes are of drill time, None for what never happened; harm is in harm points."""

    title: str
    what: str
    scenario: str
    system: str
    mode: str
    mode_title: str
    bucket: str
    incident: bool
    onset: datetime
    began: datetime
    ended: datetime
    severity: int | None
    minutes: dict[str, float | None]
    leaked_records: int
    correspondences: tuple[Correspondence, ...]
    components: tuple[tuple[str, str], ...]
    people: tuple[int | None, int | None]
    """Fewest and most people concerned, as the team assessed it; None for an end that it left open."""
    generates: bool
    """Whether the system writes text; one that scores has a version of its features, and only decides."""
    head: str
    """Hash of the log's last event: no other drill has it."""

    def of_scheme(self, scheme: str) -> list[Correspondence]:
        """Entries of one public scheme that the kit maps the failure mode to."""
        return [one for one in self.correspondences if one.scheme == scheme]


def account(case: Case, card: Scorecard) -> Account:
    """From the case and its card. The answer key is in it: for after ENDEX."""
    key, scenario, kit = case.design.secret.key, case.design.scenario, case.design.kit
    mode = kit.taxonomy.modes.get(key.mode or "")
    impact = case.last(e.ImpactAssessed)
    level = case.last(e.SeveritySet)
    system = case.design.system
    began = scenario.story_start
    return Account(
        title=scenario.title,
        what=key.what_happened,
        scenario=scenario.id,
        system=system.title,
        mode=key.mode or "",
        mode_title=mode.title if mode else "None",
        bucket=key.bucket or "",
        incident=key.incident,
        onset=began + timedelta(minutes=key.onset_min or 0),
        began=began,
        ended=began + timedelta(milliseconds=case.ended_ms),
        severity=level.event.level if level else None,
        minutes=dict(card.milestones),
        leaked_records=int(case.team.delivered.get("leaked_record", 0)),
        correspondences=tuple(mode.crosswalk) if mode else (),
        components=tuple(system.versions.items()),
        people=(impact.event.people_low, impact.event.people_high) if impact else (None, None),
        generates="features" not in system.versions,
        head=card.log_head,
    )
