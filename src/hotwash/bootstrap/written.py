"""What readiness takes from the papers of a drill: postmortem, corrective actions, new controls, risks."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from hotwash.adapters.improvement_folder import improvement_of, paper
from hotwash.aftermath.capa.standing import Standing, standings
from hotwash.aftermath.meeting.risks import band, score
from hotwash.bootstrap.capa import open_capa
from hotwash.bootstrap.meetings import CONTROLS, RISKS
from hotwash.kernel.errors import HotwashError
from hotwash.kit.capa import PAPER
from hotwash.kit.papers import read_paper
from hotwash.kit.schema.controls import ControlsPaper
from hotwash.kit.schema.meeting import Risk, RiskPaper
from hotwash.readiness.facts import Action, Papers, RegisteredRisk

POSTMORTEM = "postmortem.md"
RUNBOOK = "runbook"


def papers_of(record: Path, day: date) -> Papers:
    """The papers beside a record as they stand on a day. One that cannot be read is named and counts as not there."""
    unread: list[str] = []
    actions: tuple[Action, ...] | None = None
    try:
        if paper(record, PAPER) is not None:
            desk = open_capa(record)
            actions = tuple(_action(one) for one in standings(desk.loaded.plan, desk.journal, day))
    except HotwashError as broken:
        unread.append(f"{PAPER}: {broken}")
    controls = 0
    try:
        text = paper(record, CONTROLS)
        found = read_paper(text, Path(CONTROLS), ControlsPaper).value if text is not None else None
        controls = sum(one.operating is not None for one in found.controls) if found is not None else 0
    except HotwashError as broken:
        unread.append(f"{CONTROLS}: {broken}")
    text = paper(record, RISKS)
    register = read_paper(text, Path(RISKS), RiskPaper) if text is not None else None
    if register is not None and register.value is None:
        unread.append(f"{RISKS}: {register.problems[0]}")
    risks = tuple(map(_risk, register.value.risks)) if register is not None and register.value is not None else ()
    postmortem = (improvement_of(record) / POSTMORTEM).is_file()
    return Papers(postmortem, actions, controls, risks, tuple(unread))


def _risk(one: Risk) -> RegisteredRisk:
    return RegisteredRisk(one.title, band(one), score(one), one.owner, one.treatment, one.accepted_until or one.review_on)  # fmt: skip


def _action(one: Standing) -> Action:
    """An action whose words name a runbook moves one forward; a correction mends one case and moves nothing; any other is a control."""
    action = one.action
    brings = RUNBOOK if RUNBOOK in action.action.lower() else "" if action.type == "correction" else "control"
    return Action(
        action.id, action.action, brings, one.state, one.deadline, one.state in ("green", "closed"), one.is_open
    )
