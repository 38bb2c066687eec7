"""Readiness over the drills of a house, or over any folders of records."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from hotwash.adapters.clock_wall import WallClock
from hotwash.adapters.house_folder import PLAN
from hotwash.adapters.improvement_folder import find_record
from hotwash.adapters.record_folder import read_record
from hotwash.adapters.report_typst import to_pdf
from hotwash.bootstrap.contents import Content, constraints
from hotwash.bootstrap.house import House
from hotwash.bootstrap.written import papers_of
from hotwash.conductor.record import DESIGN, SCORECARD
from hotwash.conductor.verify import check_log
from hotwash.kernel.errors import ContentError, HotwashError
from hotwash.kit.load import list_scenarios, load_incidents, load_kit, load_programme, load_scenario, load_system
from hotwash.readiness.facts import DrillFact
from hotwash.readiness.following import Playable
from hotwash.readiness.reading import cards_in, drill_fact, incident_fact
from hotwash.readiness.report import readiness_report
from hotwash.readiness.state import Readiness, state_of
from hotwash.scoring.scorecard import Scorecard


def readiness(
    folders: Sequence[Path],
    day: date,
    *,
    incidents: Path | None = None,
    programme: Path | None = None,
    kit: Path | None = None,
    stand_ins: bool = False,
    since: date | None = None,
) -> Readiness:
    """What the drills in these folders say on a `day`. A folder is a house, a record, or holds records.

    Records that cannot be read are left out and named. Raises ContentError for a folder that is not there, and for mistakes in the other files.
    """
    own = load_programme(programme)
    real = [incident_fact(one) for one in load_incidents(incidents)] if incidents else []
    found: list[DrillFact] = []
    skipped: list[tuple[str, str]] = []
    for record in _records(folders):
        try:
            one = _fact(record, day)
            if one.day > day:
                skipped.append((str(record), f"is of {one.day}, after the day that this is told for: name a later one"))
            else:
                found.append(one)
        except HotwashError as broken:
            skipped.append((str(record), str(broken)))
    counted = [one for one in found if since is None or one.day >= since]
    rules = load_kit(kit)
    modes = {name: one.title for name, one in rules.taxonomy.modes.items()}
    cards = [one.id for one in constraints()]
    return state_of(
        counted, real, _playable(rules.lever_titles), cards, modes, own, day, stand_ins=stand_ins, skipped=skipped
    )


def today() -> date:
    """The day that it is, in UTC."""
    return datetime.fromtimestamp(WallClock().now() / 1000, UTC).date()


def metrics_token(house: House) -> str:
    """What a monitoring system shows at /metrics of this house: made from its key, and of use for nothing else."""
    return hmac.new(house.key, b"hotwash readiness metrics", "sha256").hexdigest()


def readiness_pdf(found: Readiness) -> bytes:
    """The report for print."""
    return to_pdf(readiness_report(found))


def _records(folders: Sequence[Path]) -> Iterator[Path]:
    seen = set()
    for folder in folders:
        if not folder.is_dir():
            raise ContentError.at(folder, "is not a folder", "Name a folder that holds drills or records.")
        inside = folder / "drills" if (folder / "drills").is_dir() else folder
        for one in (folder, *sorted(inside.iterdir())):
            if one.is_dir():
                try:
                    record = find_record(one)
                except ContentError:
                    continue  # not a record: a folder may hold anything else beside them
                if record.resolve() not in seen:
                    seen.add(record.resolve())
                    yield record


def _fact(record: Path, day: date) -> DrillFact:
    files = read_record(record)
    events, _ = check_log(files)
    body = Content.from_json(json.loads(files[DESIGN]))
    card = Scorecard.model_validate_json(files[SCORECARD])
    papers = papers_of(record, day)
    return drill_fact(
        card, events, body.kit, body.scenario, body.secret.key, body.spec.levers, _cards(record, body), papers
    )


def _cards(record: Path, body: Content) -> tuple[str, ...]:
    """From the plan, where there is one; from what players read otherwise."""
    plan = record.parent / PLAN
    if plan.is_file():
        return tuple(json.loads(plan.read_text()).get("cards", ()))
    return cards_in(body.scenario, constraints())


def _playable(titles: Mapping[str, str]) -> list[Playable]:
    found = []
    for name in list_scenarios():
        scenario, secret = load_scenario(name)
        spec = load_system(scenario.system)
        if spec.recorded_runs is not None:
            continue
        mode = secret.key.mode or ""
        has = {f"lever {kind}": titles.get(str(kind), str(kind)) for kind in spec.levers}
        has |= {f"runbook {mode}": f"runbook for {mode.replace('-', ' ')}"} if mode else {}
        found.append(
            Playable(scenario.id, scenario.title, mode, mode.replace("-", " ").capitalize() or "False alarm", has)
        )
    return found
