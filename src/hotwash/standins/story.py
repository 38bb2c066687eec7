"""What the room knows, put into sentences for people outside it. Everything here was shown to the seat that writes."""

from __future__ import annotations

from dataclasses import dataclass

from hotwash.drill.commands import AssessImpact
from hotwash.kernel.clock import MINUTE
from hotwash.standins.desk import Desk
from hotwash.standins.playbook import Play, play_for_mode
from hotwash.standins.room import Pull, Room
from hotwash.standins.signals import Dashboards
from hotwash.standins.words import clock, joined, people, percent, place, sentence

OUTSIDE_WORDS = {
    "leak": "some answers contained information that did not belong to the person who asked",
    "misuse": "the assistant carried out steps that had not been asked for",
    "injection": "documents that the assistant reads contained text meant to mislead it",
    "ungrounded": "some answers stated rules that our pages do not contain",
    "refusal": "some ordinary questions were not answered",
    "adverse": "some applications may have been declined that should not have been",
    "empty-retrieval": "some answers were given without looking anything up",
}


@dataclass(frozen=True)
class Story:
    """The state of play in sentences. `system` is the service's title."""

    room: Room
    play: Play | None
    system: str
    people_low: int | None
    people_high: int | None

    @property
    def where(self) -> str:
        """The part of the service, for people inside."""
        return place(self.room.extent.scope) if self.room.extent else "a part that we are still narrowing down"

    @property
    def since(self) -> str:
        """Since when, or from the first alert on."""
        if self.room.extent:
            return f"about {clock(self.room.extent.since_ms)}"
        return f"{clock(self.room.alarms[0].at_ms)} or earlier" if self.room.alarms else "a time not known yet"

    @property
    def contained(self) -> bool:
        """A bridge or a fix is working now."""
        return any(one.effective_ms is not None and one.effective_ms <= self.room.now_ms for one in self.room.active)

    @property
    def proven(self) -> bool:
        """A proof was run after the last fix and was clean."""
        fixes = [one.effective_ms for one in self.room.fixes if one.effective_ms is not None]
        return bool(fixes) and self.room.proven("replay", max(fixes)) is True

    def happened(self) -> str:
        """What happened, as we know it."""
        if self.room.false_alarm:
            alerts = joined(one.alert for one in self.room.findings.values())
            return f"{alerts} fired. We read the traces behind it: the answers are right, and the detector is wrong."
        if self.play is None:
            alerts = joined(one.alert for one in self.room.alarms)
            return f"{alerts or 'Reports'} came in and we are reading traces to find out whether it is real."
        return f"Since {self.since}, {self.play.what}, in {self.where}."

    def impact(self) -> str:
        """Whom it touches, in ranges."""
        if self.room.false_alarm:
            return "No user is affected."
        if self.play is None:
            return "Not known yet."
        said = [sentence(self.play.harm)]
        extent = self.room.extent
        if extent and extent.share_low is not None and extent.share_high is not None:
            said.append(f"We see it in {percent(extent.share_low)} to {percent(extent.share_high)} of requests there.")
        if self.people_low is not None and self.people_high is not None:
            said.append(
                f"Our estimate so far is {self.people_low} to {self.people_high} people; we are still counting."
            )
        return " ".join(said)

    def status(self) -> str:
        """What is being done and whether it works."""
        if self.room.false_alarm:
            return "Nothing is switched off. The detector is being corrected."
        done = [self._lever(one) for one in self.room.active]
        if not done:
            return "Nothing is contained yet; the narrowest lever that stops it is on its way."
        said = [sentence(joined(done))]
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
            return "Correct the detector, close the alert, look again tomorrow."
        if self.proven:
            return "Watch for a while, give back what was switched off, then decide on recovery."
        if self.room.fixes:
            return "Prove the fix with replayed requests, with and without the cache."
        if self.room.ideas:
            return f"Test {len(self.room.ideas)} explanations against traces and versions, then take the cause out."
        return "Find out what changed, and where it stops."

    def ask(self, variant: str) -> str:
        """What we need from the readers, and what they should not do."""
        if self.room.false_alarm:
            return "Please do not switch anything off because of this alert."
        told = {
            "executive": "No decision is needed from you now. Please send questions to the incident commander and make no statement.",
            "support": "Do not guess at causes. Tell people that we look into it, take the case number, and send screenshots to the scribe.",
            "engineering": "Deployments to this service are frozen until further notice. Bring anything you changed since this morning to the technical lead.",
        }
        return told.get(variant, "Please send what you see to the incident room.")

    def outside(self) -> str:
        """What happened, for people outside: nothing about causes, places inside or numbers that may change."""
        words = OUTSIDE_WORDS.get(
            self.play.sight if self.play else "", "we are looking into reports about some answers"
        )
        return f"Today {words}." if self.play else sentence(words)

    def _lever(self, one: Pull) -> str:
        working = one.effective_ms is not None and one.effective_ms <= self.room.now_ms
        what = one.kind.replace("_", " ")
        target = str(one.arguments.get("component", one.arguments.get("dependency", one.arguments.get("tier", ""))))
        what += f" ({target})" if target else ""
        what += f" for {place(one.scope)}" if one.scope else ""
        when = f"since {clock(one.effective_ms or 0)}" if working else f"works from {clock(one.effective_ms or 0)}"
        return f"{what}, {when}"


def story(desk: Desk, room: Room) -> Story:
    """The story as this seat can tell it now."""
    modes = [room.mode, *(one.mode for one in room.ideas if not one.refuted and one.mode)]
    play = next((found for mode in modes if mode and (found := play_for_mode(desk.kit, mode))), None)
    low, high = estimate(desk, room)
    return Story(room, play, desk.system.title.split(",")[0], low, high)


def estimate(desk: Desk, room: Room) -> tuple[int | None, int | None]:
    """People touched so far: requests in the scope since the onset, times the share that the room measured."""
    extent = room.extent
    if extent is None or extent.share_low is None or extent.share_high is None:
        return None, None
    boards = Dashboards(desk.frame(), desk.baseline(), desk.system)
    stop = min([one.effective_ms or room.now_ms for one in room.bridges] or [room.now_ms]) // MINUTE
    minutes = max(1, min(boards.minute, int(stop)) - extent.since_ms // MINUTE)
    touched = boards.requests_in(extent.scope, extent.since_ms // MINUTE, extent.since_ms // MINUTE + minutes)
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
        promises="Terms of service and contracts with the organisations concerned.",
        reversible=False if play and play.sight in ("leak", "misuse") else None,
        ongoing=not told.contained,
    )  # fmt: skip
