"""What the room knows, put into sentences for people inside and outside it. All of it was shown to the seat that writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hotwash.drill.commands import AssessImpact
from hotwash.drill.known import seat_people
from hotwash.kernel.clock import MINUTE
from hotwash.standins.desk import Desk
from hotwash.standins.playbook import Play, mode_id, play_for_mode, play_in
from hotwash.standins.room import Pull, Room
from hotwash.standins.signals import Dashboards
from hotwash.standins.words import clock, joined, lever_words, people, percent, place, sentence

OUTSIDE_WORDS = {
    "leak": "some answers contained information that did not belong to the person who asked",
    "misuse": "the assistant carried out steps that had not been asked for",
    "overreach": "the assistant took steps on some accounts and orders that it should have left to a colleague",
    "injection": "documents that the assistant reads contained text meant to mislead it",
    "ungrounded": "some answers stated rules that our pages do not contain",
    "refusal": "some ordinary questions were not answered",
    "adverse": "some applications may have been declined that should not have been",
    "wrong": "some applications were declined that should not have been",
    "empty-retrieval": "some answers were given without looking anything up",
}
ASKS_OF = {
    "executive": "No decision is needed from you now. Please send questions to the incident commander, and make no statement.",
    "support": "Pass each case to the scribe with its time and case number.",
    "engineering": "Deployments to this service are frozen. Whoever changed anything since this morning, please tell the technical lead.",
}


@dataclass(frozen=True)
class Story:
    """The state of play in sentences. `system` is the service's name; `start` the story time of STARTEX."""

    room: Room
    play: Play | None
    system: str
    start: datetime
    people_low: int | None
    people_high: int | None
    counted: bool = True
    """The number of people stands in the log; an estimate of this seat alone is told to nobody."""

    def at(self, ms: int) -> str:
        """A moment as people outside the exercise room would say it: 09:43 UTC."""
        return f"{self.start + timedelta(milliseconds=ms):%H:%M %Z}".strip()

    @property
    def aware_ms(self) -> int:
        """When the team became aware: the first verdict that something is real."""
        return min([one.at_ms for one in self.room.confirmed] or [self.room.now_ms])

    @property
    def where(self) -> str:
        """The part of the service, for people inside."""
        if self.room.extent:
            return place(self.room.extent.scope)
        cut = next((one for one in self.room.bridges if one.scope), None)
        return f"{place(cut.scope)} as far as we have read" if cut else "a part that we are still narrowing down"

    @property
    def since(self) -> str:
        """Since when, or from the first alert on."""
        if self.room.extent:
            return f"about {clock(self.room.extent.since_ms)}"
        first = self.room.first_alarm
        return f"{clock(first.at_ms)} or earlier" if first else "a time not known yet"

    @property
    def contained(self) -> bool:
        """A bridge or a fix is working now."""
        return any(one.effective_ms is not None and one.effective_ms <= self.room.now_ms for one in self.room.active)

    @property
    def proven(self) -> bool:
        """A proof was run after the last fix and was sound."""
        fixes = [one.effective_ms for one in self.room.fixes if one.effective_ms is not None]
        return bool(fixes) and self.room.proven("replay", max(fixes)) is True

    def happened(self) -> str:
        """What happened, as we know it."""
        if self.room.false_alarm:
            notes = " ".join(sentence(f"{one.alert}: {one.note}") for one in self.room.findings.values())
            return f"A false alarm, no incident. {notes}"
        if self.play is None:
            alerts = joined(one.alert for one in self.room.alarms)
            return f"{alerts or 'Reports'} came in, and we are reading traces to find out whether it is real."
        return f"Since {self.since}, {self.play.what}, in {self.where}."

    def impact(self, variant: str = "") -> str:
        """Whom it touches, in ranges; for support, what people see."""
        if self.room.false_alarm:
            return (
                "Nothing out of the ordinary."
                if variant == "support"
                else "Users got the answers that they should get."
            )
        if self.play is None:
            return "Not known yet."
        if variant == "support":
            return sentence(self.play.seen)
        said = [sentence(self.play.harm)]
        extent = self.room.extent
        if extent and extent.share_low is not None and extent.share_high is not None:
            said.append(f"We see it in {percent(extent.share_low)} to {percent(extent.share_high)} of requests there.")
        if not self.counted:
            said.append("How many people it touches is being counted.")
        elif self.people_low is not None and self.people_high is not None:
            said.append(f"Our estimate so far: {self.people_low} to {self.people_high} people. We are still counting.")
        return " ".join(said)

    def status(self) -> str:
        """What is being done and whether it works."""
        if self.room.false_alarm:
            return "Nothing is switched off. The detector is being corrected."
        done = [f"{lever_words(one.kind, one.scope, one.arguments)} {self._when(one)}" for one in self.room.active]
        if not done:
            return "Nothing is contained yet; we are choosing the narrowest lever that stops it."
        said = [sentence("; ".join(done))]
        if self.proven:
            said.append("Replayed requests come back clean.")
        elif self.room.fixes:
            said.append("Whether that takes it out for good is being tested.")
        else:
            said.append("What brings it about is still being looked for.")
        return " ".join(said)

    def next_steps(self) -> str:
        """What comes next."""
        if self.room.false_alarm:
            return "We correct the detector, close the alert and look again tomorrow."
        if self.room.closed:
            return "We go on watching; the review follows."
        if self.proven:
            return "We give back what was switched off, prove it again without it, and then decide on recovery."
        if self.room.fixes:
            return "We prove the fix with replayed requests, from fresh answers and from the cache."
        if self.room.ideas:
            return f"We test {len(self.room.ideas)} explanations against traces and versions, then take out what is behind it."
        return "We find out what changed, and where it stops."

    def ask(self, variant: str) -> str:
        """What we need from the readers."""
        if self.room.false_alarm:
            return "Please do not switch anything off because of this alert."
        return ASKS_OF.get(variant, "Please send what you see to the incident room.")

    def outside(self) -> str:
        """What happened, for people outside: nothing about causes, places inside or numbers that may change."""
        if self.room.false_alarm:
            return "An automatic alert fired today. We read the answers behind it, and they are right."
        if self.play is None:
            return "We are looking into reports about some answers."
        when = f"Since about {self.at(self.room.extent.since_ms)}" if self.room.extent else "Today"
        return f"{when}, {OUTSIDE_WORDS[self.play.sight]}."

    def outside_status(self) -> str:
        """What is being done, for people outside."""
        if self.contained:
            return "We have limited the service where we see it and are watching it."
        return "We are limiting the service where we see it."

    def _when(self, one: Pull) -> str:
        moment = one.effective_ms or 0
        return f"since {clock(moment)}" if moment <= self.room.now_ms else f"from {clock(moment)} on"


def story(desk: Desk, room: Room) -> Story:
    """The story as this seat can tell it now. How many people it touches is what the room wrote down, once it has."""
    told = seat_people(desk.view, desk.now_ms)
    low, high = (_whole(told.value.low), _whole(told.value.high)) if told else estimate(desk, room)
    title = desk.system.title.split(",")[0]
    return Story(room, what_it_is(desk, room), title, desk.scenario.story_start, low, high, counted=told is not None)


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def what_it_is(desk: Desk, room: Room) -> Play | None:
    """What the room takes it for: what a test supports, else its label, its hypotheses, what the newest verdicts say."""
    tested = [one.mode for one in room.ideas if one.supported]
    labels = [*tested, room.mode, *(one.mode for one in room.ideas if not one.refuted and one.mode)]
    newest = sorted(room.confirmed, key=lambda one: -one.at_ms)
    noted = next((found for one in newest if (found := play_in(one.note))), None)
    for mode in labels:
        if mode and (found := play_for_mode(desk.kit, mode)):
            return noted if noted and mode_id(desk.kit, noted) == mode else found
    return noted


def estimate(desk: Desk, room: Room) -> tuple[int | None, int | None]:
    """People touched so far: requests in the scope from the onset until something worked, times the share measured."""
    extent = room.extent
    if extent is None or extent.share_low is None or extent.share_high is None:
        return None, None
    boards = Dashboards(desk.frame(), desk.baseline(), desk.system)
    works = [one.effective_ms for one in room.pulls if one.effective_ms is not None and one.kind != "cache_flush"]
    start, stop = extent.since_ms // MINUTE, min([*works, room.now_ms]) // MINUTE
    touched = boards.requests_in(extent.scope, start, max(start + 1, min(boards.minute, stop)))
    low, _ = people(touched * extent.share_low / 100)
    _, high = people(touched * extent.share_high / 100)
    return low, high


def impact_assessment(desk: Desk, room: Room, told: Story) -> AssessImpact:
    """The five-minute checklist from what the room knows."""
    play = told.play
    regions = (room.extent.scope.get("region") if room.extent else None) or desk.system.dimensions.get("region", ())
    return AssessImpact(
        who=f"People who use {told.system} in {told.where}",
        people_low=told.people_low, people_high=told.people_high,
        data_involved=play.data if play else (), jurisdictions=tuple(regions),
        promises="Terms of service, and the contracts with the organisations concerned.",
        reversible=False if play and play.sight in ("leak", "misuse", "overreach") else None,
        ongoing=not told.contained,
    )  # fmt: skip
