"""The formal review of a drill, its risk register, its controls: drafted, checked, shown, signed."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from hotwash.adapters.clock_wall import WallClock
from hotwash.adapters.improvement_folder import improvement_of, paper, replace_paper
from hotwash.aftermath.blocks import Report
from hotwash.aftermath.causes.noted import Evidence, TeamRecord
from hotwash.aftermath.controls.check import check_controls as controls_problems
from hotwash.aftermath.controls.draft import draft_controls as controls_draft
from hotwash.aftermath.controls.pages import controls_report
from hotwash.aftermath.meeting.check import About, changed_since, check_review, check_risks, check_sign_off
from hotwash.aftermath.meeting.coverage import coverage
from hotwash.aftermath.meeting.draft import Line, draft_review, draft_risks, minutes_of
from hotwash.aftermath.meeting.pages import Review, register_report, review_report
from hotwash.bootstrap.causes import CAUSES, written
from hotwash.bootstrap.records import load_record, rebuild
from hotwash.drill.events import EVENTS
from hotwash.kernel.errors import ContentError, Located, Problem
from hotwash.kernel.event import Event
from hotwash.kit.capa import PAPER as CAPA
from hotwash.kit.capa import load_capa
from hotwash.kit.frameworks import frameworks_checked
from hotwash.kit.papers import Paper, read_paper
from hotwash.kit.schema.capa import CapaAction
from hotwash.kit.schema.causes import CausesPaper
from hotwash.kit.schema.controls import ControlsPaper
from hotwash.kit.schema.frameworks import Framework
from hotwash.kit.schema.meeting import ItemName, ReviewPaper, RiskPaper, Signature, SignOff
from hotwash.kit.writing import words

REVIEW, RISKS, SIGN_OFF, CONTROLS = "review.yaml", "risks.yaml", "sign-off.yaml", "controls.yaml"
SIGNED = (REVIEW, RISKS, CAUSES, CONTROLS)
"""Papers that a signature is about, those that are there."""
START = "hotwash meeting new"
SIGN_HEAD = "# Written by hotwash meeting sign. SHA-256 of each paper as it was when it was signed.\nsignatures:\n"


@dataclass(frozen=True)
class Meeting:
    """A review with everything that it rests on."""

    record: Path
    about: About
    events: tuple[Event, ...]
    review: Paper[ReviewPaper]
    risks: Paper[RiskPaper]
    signed: SignOff
    content: tuple[Problem, ...]
    """What is wrong in the papers, sign-off aside."""
    unsigned: tuple[Problem, ...]
    digests: Mapping[str, str]
    """SHA-256 of every paper that signatures are about, as they were when this was looked at."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that there is to mend."""
        return (*self.content, *self.unsigned)

    def register(self) -> Report:
        """The risk register alone. Raises ContentError while its form is wrong."""
        problems = sum(1 for one in self.content if one.where.file.name == RISKS)
        return register_report(self.risks.whole(), self.events, self.about.kit, self._controls(), problems)

    def lines(self, item: ItemName) -> list[Line]:
        """What record, causes and corrective actions have for an item of the agenda as they are now."""
        team = TeamRecord(self.events, self.about.kit.lever_titles)
        return minutes_of(item, team, self.about.causes, _actions(self.record))

    def stand(self, role: str) -> tuple[Signature | None, list[str]]:
        """The newest signature in a role, and the papers that changed since."""
        newest = next((one for one in reversed(self.signed.signatures) if one.role == role), None)
        return newest, [] if newest is None else changed_since(newest, self.digests)

    def seen(self) -> str:
        """One SHA-256 over all of the digests."""
        return hashlib.sha256(repr(sorted(self.digests.items())).encode()).hexdigest()

    def _controls(self) -> dict[str, str]:
        return {one.id: one.title for one in self.about.causes.controls} if self.about.causes else {}

    def report(self) -> Report:
        """The whole review as a page. Raises ContentError while the form of the minutes is wrong."""
        review = self.review.whole()
        wanted = [one for one in self.about.frameworks if one.id in review.frameworks]
        covered = coverage(wanted, self.events, answers_of(self.record))
        unsigned = [one.found for one in self.unsigned]
        return review_report(Review(review, self.risks.value, covered, wanted, self.signed, unsigned, len(self.problems), self.events, self.about.kit, self._controls()))  # fmt: skip


@dataclass(frozen=True)
class Controls:
    """The paper on controls with what is wrong in it."""

    paper: Paper[ControlsPaper]
    problems: tuple[Problem, ...]

    def report(self) -> Report:
        """The paper as a page. Raises ContentError while its form is wrong."""
        return controls_report(self.paper.whole(), len(self.problems))


def draft_meeting(record: Path, frameworks: Path | None = None) -> dict[str, str]:
    """First minutes and register, by name of the paper."""
    table, events = rebuild(load_record(record))
    team, causes = TeamRecord(events, table.design.kit.lever_titles), _causes(record)
    schemes = [one.id for one in _frameworks(frameworks)]
    seats = [one for one in ("ic", "legal", "privacy", "tech") if one in table.design.kit.roles.seats]
    return {REVIEW: draft_review(team, causes, schemes, seats, _actions(record)), RISKS: draft_risks(team, causes)}


def _actions(record: Path) -> list[CapaAction]:
    """Corrective actions whose form is whole; none where nobody wrote any, or the file cannot be read: `hotwash capa check` says why."""
    file = improvement_of(record) / CAPA
    if not file.is_file():
        return []
    try:
        return list(load_capa(file).plan.actions)
    except ContentError:
        return []


def check_meeting(record: Path, frameworks: Path | None = None, texts: Mapping[str, str] | None = None) -> Meeting:
    """Minutes, register and sign-off of a record, or `texts` in place of some. Raises ContentError where there are no minutes."""
    given, found = texts or {}, digests(record)
    table, events = rebuild(load_record(record))
    home = improvement_of(record)
    about = About(Evidence(events), events[-1].hash, table.design.kit, _frameworks(frameworks), _causes(record))
    review = read_paper(given.get(REVIEW) or written(record, REVIEW, START), home / REVIEW, ReviewPaper)
    risks = read_paper(given.get(RISKS) or written(record, RISKS, START), home / RISKS, RiskPaper)
    held_on = review.value.held_on if review.value else None
    content = (*check_review(review, about), *check_risks(risks, about, held_on))
    signed = _signed(record)
    unsigned = check_sign_off(signed, review.value, found, Located(home / SIGN_OFF), about.kit) if review.value else []
    return Meeting(record, about, tuple(events), review, risks, signed, content, tuple(unsigned), found)


def sign_meeting(record: Path, role: str, name: str, frameworks: Path | None = None, seen: str = "") -> Path:
    """Add a signature over the papers as they are now, or as they were `seen` (see `Meeting.seen`). Raises ContentError while something is
    to be mended, for a role that need not sign, and for papers that are not what was seen."""
    meeting = check_meeting(record, frameworks)
    if seen and seen != meeting.seen():
        raise ContentError.at(SIGN_OFF, "a paper was changed since you saw it", "Read it as it is now, then sign.")
    if not name.strip():
        raise ContentError.at("--name", "nobody is named", "Write the name of the person who signs.")
    if meeting.content or meeting.review.value is None:
        raise ContentError(list(meeting.content))
    if role not in meeting.review.value.sign_off:
        said = f"'{role}' is not among the roles that sign"
        raise ContentError.at("--role", said, f"Write one of: {', '.join(meeting.review.value.sign_off)}.")
    at = datetime.fromtimestamp(WallClock().now() / 1000, UTC).isoformat(timespec="seconds")
    entry = [f"  - role: {role}", f"    name: {words(name)}", f"    at: {words(at)}", "    digests:"]
    entry += [f"      {one}: {digest}" for one, digest in meeting.digests.items()]
    while True:  # until nobody else signed in between
        was = paper(record, SIGN_OFF)
        lines = (was or SIGN_HEAD).rstrip("\n")
        if replace_paper(record, SIGN_OFF, was, "\n".join([lines, *entry, ""])):
            return improvement_of(record) / SIGN_OFF


def digests(record: Path) -> dict[str, str]:
    """SHA-256 of every paper that signatures are about, line ends aside."""
    found = {name: paper(record, name) for name in SIGNED}
    return {
        name: hashlib.sha256(said.replace("\r\n", "\n").encode()).hexdigest()
        for name, said in found.items()
        if said is not None
    }


def draft_controls(record: Path) -> str:
    """A first paper on controls, from what the causes name as missing or failed."""
    _, events = rebuild(load_record(record))
    return controls_draft(TeamRecord(events), _causes(record))


def check_controls(record: Path, text: str | None = None, frameworks: Path | None = None) -> Controls:
    """The paper of a record, or `text` in its place. Raises ContentError where there is none."""
    said = text if text is not None else written(record, CONTROLS, "hotwash controls new")
    found = read_paper(said, improvement_of(record) / CONTROLS, ControlsPaper)
    return Controls(found, tuple(controls_problems(found, _causes(record), _frameworks(frameworks))))


def answers_of(record: Path) -> dict[str, list[str]]:
    """`scheme:id` → titles of the controls that serve it: those that worked in the drill, and those of `controls.yaml`."""
    causes, said = _causes(record), paper(record, CONTROLS)
    controls = read_paper(said, Path(CONTROLS), ControlsPaper).value if said is not None else None
    found: dict[str, list[str]] = {}
    serving = [one for one in causes.controls if one.state == "worked"] if causes else []
    for one in (*serving, *(controls.controls if controls else ())):
        for answer in one.answers:
            found.setdefault(answer, []).append(one.title)
    return found


def _causes(record: Path) -> CausesPaper | None:
    said = paper(record, CAUSES)
    return None if said is None else read_paper(said, improvement_of(record) / CAUSES, CausesPaper).value


def _signed(record: Path) -> SignOff:
    said = paper(record, SIGN_OFF)
    if said is None:
        return SignOff()
    return read_paper(said, improvement_of(record) / SIGN_OFF, SignOff).whole()


def _frameworks(file: Path | None) -> list[Framework]:
    return frameworks_checked(file, frozenset(EVENTS))
