"""Corrective actions of a drill: drafted, checked, verified, closed, kept beside its record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from hotwash.adapters.capa_journal import append_journal, read_journal
from hotwash.adapters.clock_wall import WallClock
from hotwash.adapters.improvement_folder import find_record, improvement_of, keep_paper, paper
from hotwash.adapters.record_folder import read_record
from hotwash.aftermath.capa.drafting import Drafted, as_draft, as_file, drafted
from hotwash.aftermath.capa.exports import as_calendar, as_csv, as_oscal
from hotwash.aftermath.capa.facts import (
    STREAM,
    Closed,
    EffectChecked,
    Entry,
    Fact,
    FollowedUp,
    Replaced,
    Rescheduled,
    Verified,
    draft_of,
    read,
)
from hotwash.aftermath.capa.follow import followed_up, replaced, replacements
from hotwash.aftermath.capa.standing import Standing, first_deadlines, may_close, new_notes, standing, standings
from hotwash.bootstrap.records import score_again
from hotwash.bootstrap.verifying import Answered, Confirm, NotConfirmedError, count_asked, runs_here, verify_action
from hotwash.conductor.record import EVENTS, read_events
from hotwash.kernel.errors import ContentError, HotwashError
from hotwash.kernel.readable import readable
from hotwash.kit.capa import PAPER, LoadedCapa, action_digest, as_entry, load_capa, with_entry
from hotwash.kit.schema.capa import CapaAction
from hotwash.ports.clock import Clock


class RescheduleError(HotwashError):
    """A deadline that cannot be moved so."""

    code = "reschedule"
    permanent = False


@dataclass
class CapaDesk:
    """The actions of one record: the file as it was read, the journal as it is, and the day on which they are looked at."""

    record: Path
    loaded: LoadedCapa
    journal: list[Entry]
    today: date
    clock: Clock

    @property
    def folder(self) -> Path:
        """Where `capa.yaml` and what it names stand."""
        return self.loaded.file.parent

    def all(self) -> list[Standing]:
        """Every action whose form is whole, in the order in which to work."""
        return standings(self.loaded.plan, self.journal, self.today)

    def of(self, name: str) -> Standing:
        """One action. Raises ContentError for an id that is not there, or is still a draft."""
        return standing(self.loaded.of(name), self.journal, self.today)

    def note(self, facts: Sequence[Fact], person: str) -> None:
        """Record facts, after a note of every action that was worded anew."""
        now = self.clock.now()
        notes = new_notes(self.loaded.plan, self.journal)
        events = append_journal(self.record, STREAM, [draft_of(one, person, now) for one in (*notes, *facts)])
        self.journal = read(events)

    def verify(self, name: str, person: str, confirm: Confirm, answered: Answered = lambda: None) -> Verified:
        """Run the verification of an action and record what came of it. Raises NotConfirmedError where a command was not confirmed."""
        action = self.loaded.of(name)
        self.whole(name)
        fact = verify_action(action, action_digest(action), self.folder, self.today, confirm, answered)
        self.note([fact], person)
        return fact

    def may_close(self, name: str, person: str) -> int:
        """The version of the run that closing rests on. Raises NotClosableError, and ContentError for an action that is not whole."""
        self.whole(name)
        return may_close(self.of(name), {one.action.id: one for one in self.all()}, person, self.today)

    def close(self, name: str, person: str) -> Standing:
        """Close an action on a green verification. Raises NotClosableError."""
        run = self.may_close(name, person)
        self.note([Closed(name, action_digest(self.loaded.of(name)), run)], person)
        return self.of(name)

    def reschedule(self, name: str, to: date, reason: str, person: str) -> Standing:
        """Move a deadline. Raises RescheduleError without a reason, and for a closed action."""
        now = self.of(name)
        if len(reason.split()) < 3:
            raise RescheduleError("A deadline is moved for a reason: write it in three words or more.")
        if not now.is_open:
            raise RescheduleError(f"'{name}' is {now.state}: it has no deadline to move.")
        if to == now.deadline:
            raise RescheduleError(f"'{name}' is due on {to} already.")
        self.note([Rescheduled(name, now.deadline.isoformat(), to.isoformat(), reason.strip())], person)
        return self.of(name)

    def effect(self, name: str, *, works: bool, found: str, harm: str, person: str) -> Standing:
        """Record whether a closed action works in practice. Raises ContentError for one that planned no such check."""
        now = self.of(name)
        if now.action.effect is None:
            said = f"action '{name}' has no 'effect'"
            raise ContentError.at(self.loaded.file, said, "Add 'effect:' with on, metric and works_if.")
        if now.closed is None:
            raise RescheduleError(f"'{name}' was never closed: its effect cannot be looked for yet.")
        self.note([EffectChecked(name, works, found, harm)], person)
        return self.of(name)

    def follow(self, name: str, days: int, *, works: str, seen: str, person: str) -> Standing:
        """Record what was seen at a follow-up. Raises FollowUpError."""
        now = self.of(name)
        fact = FollowedUp(name, days, works, seen.strip())
        self.note([followed_up(self.loaded.plan, fact, self.today, was_closed=now.closed is not None)], person)
        return self.of(name)

    def replace(self, name: str, by: str, reason: str, person: str) -> Standing:
        """Put another action in the place of this one. Raises FollowUpError."""
        closed = self.of(name).state == "closed"
        fact = replaced(self.loaded.plan, self.journal, Replaced(name, by, reason.strip()), is_open=not closed)
        self.note([fact], person)
        return self.of(name)

    def whole(self, name: str) -> None:
        """Raises ContentError for an id that is not there, and where the action itself is not one that can be proved."""
        number = self.loaded.plan.actions.index(self.loaded.of(name))
        start = self.loaded.sources.where(("capa", "actions", number)).line
        following = [
            self.loaded.sources.where(("capa", "actions", n)).line for n in range(len(self.loaded.plan.actions))
        ]
        end = min((one for one in following if one > start), default=1_000_000)
        if own := [one for one in self.loaded.problems if start <= one.where.line < end]:
            raise ContentError(own)


def open_capa(path: Path, clock: Clock | None = None) -> CapaDesk:
    """The actions of a record. Raises ContentError where there is no record or no `capa.yaml`, TamperedError for a journal that was
    changed."""
    record = find_record(path)
    if paper(record, PAPER) is None:
        said = "nobody has drafted corrective actions yet"
        raise ContentError.at(improvement_of(record) / PAPER, said, f"Start with: hotwash capa draft {path}")  # fmt: skip
    time = clock or WallClock()
    journal = read(read_journal(record))
    events = [one.version for one in read_events(read_record(record)[EVENTS])]
    file = improvement_of(record) / PAPER
    loaded = load_capa(file, events=events, moved=first_deadlines(journal), replaced=replacements(journal))
    return CapaDesk(record, loaded, journal, today_of(time), time)


def asked_here(desk: CapaDesk, name: str) -> int:
    """How many questions a verification asks that a page may run. Raises NotConfirmedError for one that would start or send something,
    ContentError where the action or what it names cannot be used."""
    _refuse_elsewhere(desk, name)
    desk.whole(name)
    return count_asked(desk.loaded.of(name), desk.folder)


def verify_here(desk: CapaDesk, name: str, person: str, answered: Answered) -> Verified:
    """Run a verification for a page: see `asked_here`."""
    _refuse_elsewhere(desk, name)
    return desk.verify(name, person, lambda _: False, answered)


def _refuse_elsewhere(desk: CapaDesk, name: str) -> None:
    if not runs_here(desk.loaded.of(name), desk.folder):
        raise NotConfirmedError(f"This one runs where its files are: hotwash capa verify DRILL {name}")


def today_of(clock: Clock) -> date:
    """The day by UTC: two people in two zones read the same list."""
    return datetime.fromtimestamp(clock.now() / 1000, UTC).date()


def draft_capa(path: Path, clock: Clock | None = None) -> tuple[Path, list[Drafted]]:
    """Draft actions from a record into `capa.yaml`; what is there already stays as it is. The file, and what was added.

    Raises ContentError where the file that is there cannot be added to."""
    record = find_record(path)
    files = read_record(record)
    closing = score_again(files)
    found = drafted(closing.case, closing.card)
    before = paper(record, PAPER)
    file = improvement_of(record) / PAPER
    if before is None:
        drill = read_events(files[EVENTS])[0].data["drill"]
        return keep_paper(record, PAPER, as_file(drill, today_of(clock or WallClock()), found)), found
    loaded = load_capa(file)
    known = {one.id for one in loaded.plan.actions} | set(loaded.drafts)
    new = [one for one in found if one.id not in known]
    text = before
    for one in new:
        text = with_entry(text, file, as_draft(one))
    if new:
        keep_paper(record, PAPER, text)
    return file, new


def export_capa(desk: CapaDesk, form: str) -> str:
    """The actions as `oscal`, `csv` or `calendar`. Raises ContentError where the form cannot say nothing."""
    plan, actions = desk.loaded.plan, desk.all()
    if form == "csv":
        return as_csv(plan, actions)
    if form == "calendar":
        return as_calendar(plan, actions, desk.clock.now())
    if not actions:
        said = "there is no whole action, and a plan of action and milestones has at least one item"
        raise ContentError.at(desk.loaded.file, said, "Fill in what is marked OPEN first.")
    return readable(as_oscal(plan, actions, desk.journal, desk.clock.now()), sort=False)


def save_action(
    path: Path, action: CapaAction, person: str, replaces: str = "", clock: Clock | None = None
) -> CapaDesk:
    """Write one action into `capa.yaml`, new or in the place of `replaces`, if it passes every check. Raises ContentError with what is
    wrong with it otherwise, and writes nothing."""
    record = find_record(path)
    file = improvement_of(record) / PAPER
    text = paper(record, PAPER)
    if text is None:
        drill = read_events(read_record(record)[EVENTS])[0].data["drill"]
        text = as_file(drill, today_of(clock or WallClock()), [])
    written = with_entry(text, file, as_entry(action), replaces)
    trial = keep_paper(record, f".new-{PAPER}", written)
    try:
        journal = read(read_journal(record))
        events = [one.version for one in read_events(read_record(record)[EVENTS])]
        loaded = load_capa(trial, events=events, moved=first_deadlines(journal), replaced=replacements(journal))
        time = clock or WallClock()
        CapaDesk(record, loaded, journal, today_of(time), time).whole(action.id)
    finally:
        trial.unlink()
    keep_paper(record, PAPER, written)
    desk = open_capa(path, clock)
    desk.note([], person)
    return desk
