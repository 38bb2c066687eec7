"""The communications lead: what is true, on time, to each audience in its own words."""

from __future__ import annotations

import re
from typing import ClassVar

from hotwash.comms.cadence import next_due
from hotwash.drill.commands import PublishUpdate, RequestReview, SendMessage, SnoozeReminder, WriteDraft
from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.kit import MessageTemplate
from hotwash.standins.deciding import Decider
from hotwash.standins.desk import Desk
from hotwash.standins.letters import ASKS, Correspondent, writer_of
from hotwash.standins.papers import Written, readers_of, write
from hotwash.standins.profiles import Profile
from hotwash.standins.reviewing import objections
from hotwash.standins.room import Paper, Room
from hotwash.standins.story import Story, story
from hotwash.standins.view import look
from hotwash.standins.words import joined

INTERNAL = ("executive", "support", "engineering")
AHEAD_MIN = 3
"""Minutes before an update falls due at which writing begins."""
LEAD_MIN = 9
"""The same for what legal, privacy or the commander must read first."""
SNOOZE_MIN = 5
FIRST_MIN = 2.0
SKIP_MIN = 12
STALE_MIN = 12
"""A draft that nobody has approved for so long is written anew: what it says is no longer so."""


class Comms(Decider, Correspondent):
    """Guards against promises."""

    seat: ClassVar[str] = "comms"

    def __init__(self, profile: Profile, seed: int) -> None:
        super().__init__(profile, seed)
        self._skipped_until = 0

    def work(self, desk: Desk) -> None:
        """Letters wait for an answer; updates have a clock; notices need others."""
        room = look(desk)
        told = story(desk, room)
        self.publish_ready(desk, room, told)
        self.answer_letters(desk, room)
        if room.severity or room.stood_down:
            self.updates(desk, room, told)
        if room.incident and not room.stood_down and told.play is not None:
            self.notices(desk, room, told)
        self.support_asks(desk, room, told)
        self.vendor(desk, room, told)

    def support_asks(self, desk: Desk, room: Room, told: Story) -> None:
        """Support asks what to say: words now rather than with the next round."""
        template = next((one for one in desk.kit.messages if one.variant == "support"), None)
        asked = [
            one
            for one in room.inbox
            if "support" in one.sender.lower() and self.seat in one.to and ASKS.search(one.body)
        ]
        if template is None or told.play is None or self.habits.thin or not room.severity:
            return
        for letter in asked:
            fresh = any(one.variant == "support" and one.at_ms >= letter.at_ms for one in room.papers)
            if not fresh and self.ripe(desk, f"support-{letter.inject}", 2):
                self.draft(desk, told, template, f"{self.seat}-support-for-{letter.inject}")

    def updates(self, desk: Desk, room: Room, told: Story) -> None:
        """Three variants a round, on the cadence of the severity; one more round when it is over."""
        rounds = re.compile(rf"{self.seat}-({'|'.join(INTERNAL)})-\d+$")
        mine = [one for one in room.papers if rounds.match(one.draft)]
        number = max([int(one.draft.rsplit("-", 1)[-1]) for one in mine], default=0)
        templates = [one for one in desk.kit.messages if one.variant in self.variants()]
        written = {one.draft for one in mine}
        if all(self.draft_name(one, number) in written for one in templates) or not number:
            if not self.due(desk, room, mine) or not self.diligent(desk, room, number + 1):
                return
            number += 1
            self.announce(desk, room)
        for one in templates:
            if self.draft_name(one, number) not in written:
                self.draft(desk, told, one, self.draft_name(one, number))

    def announce(self, desk: Desk, room: Room) -> None:
        """Who is told what, and in which order, is a decision too."""
        what = "Executives, support and engineering hear the same, each in their words, on the cadence of the severity."
        reason = "Support is asked first; nobody outside hears anything before legal and privacy have read it."
        if room.over and not room.incident:
            what = "Executives, support and engineering are told that the alarm was false and that nothing was switched off."
            reason = "People saw the alert; without a word they would go on working around a fault that is none."
        self.decide(desk, room, "communicate", "updates", what, reason, options=("wait until the scope is final",))

    def variants(self) -> tuple[str, ...]:
        """Who is written to; a thin habit writes to executives alone."""
        return INTERNAL[:1] if self.habits.thin else INTERNAL

    def draft_name(self, template: MessageTemplate, number: int) -> str:
        """The id of one variant of one round."""
        return f"{self.seat}-{template.variant}-{number}"

    def due(self, desk: Desk, room: Room, mine: list[Paper]) -> bool:
        """Is it time to write? Soon after the first severity, ahead of the cadence, and once when it is over."""
        if not mine:
            return bool(room.severity or room.over)
        if room.over:
            return mine[-1].at_ms < room.over_ms
        sent = [one.published_ms for one in mine if one.published_ms is not None]
        level = desk.kit.severity.levels.get(room.severity) if room.severity else None
        if not sent or level is None:
            return False
        return room.now_ms >= max(sent) + int((level.update_every_min - AHEAD_MIN) * MINUTE)

    def diligent(self, desk: Desk, room: Room, number: int) -> bool:
        """Some updates are simply not written; the next chance comes a while later."""
        if room.now_ms < self._skipped_until or not self.ripe(
            desk, f"round-{number}", FIRST_MIN if number == 1 else 0.5
        ):
            return False
        if self.pick("round", number, self._skipped_until).chance(self.habits.updates_percent):
            return True
        self._skipped_until = room.now_ms + SKIP_MIN * MINUTE
        return False

    def draft(self, desk: Desk, told: Story, template: MessageTemplate, name: str) -> bool:
        """Write a draft; who must agree is asked once it stands there."""
        made = write(desk, template)
        if self.habits.thin and not template.external:
            made = Written(f"EXERCISE. {told.system}: we are working on it. {told.status()}", ())
        action = WriteDraft(
            draft=name, template=template.id, variant=template.variant, text=made.text, links=made.links
        )
        return self.do(desk, action).done

    def publish_ready(self, desk: Desk, room: Room, told: Story) -> None:
        """Send what is approved; ask those whose agreement is missing. What is no longer true by what the room has learned since is
        written anew first, and so is what somebody wants changed."""
        templates = {one.id: one for one in desk.kit.messages}
        for one in room.papers:
            template = templates.get(one.template)
            if one.published_ms is not None or one.by != self.seat or template is None:
                continue
            wanted = readers_of(desk.kit, template, one)
            missing = tuple(seat for seat in wanted if seat not in one.approved_by)
            if one.changes_by or not missing:
                if not self.habits.thin and self.outdated(desk, told, template, one):
                    continue
                if not one.changes_by:
                    self.do(desk, PublishUpdate(draft=one.draft))
            elif set(missing) - set(one.reviewers):
                self.do(desk, RequestReview(draft=one.draft, reviewers=missing))

    def outdated(self, desk: Desk, told: Story, template: MessageTemplate, paper: Paper) -> bool:
        """Whether a draft is stopped, or wanted otherwise, and a newer text was written in its place."""
        return (
            write(desk, template).text != paper.text
            and bool(paper.changes_by or objections(desk, paper))
            and self.draft(desk, told, template, paper.draft)
        )

    def notices(self, desk: Desk, room: Room, told: Story) -> None:
        """Words for those outside and those who speak with them, each ahead of the time at which the map owes it, as others read it
        first."""
        if self.habits.thin:
            return
        ours = {one.id: one for one in desk.kit.messages}
        for due in next_due(desk.kit.stakeholders, desk.view.course, room.now_ms):
            written = {one.template for one in room.papers if one.template in due.templates}
            name = next((one for one in due.templates if one not in written), due.templates[-1])
            template = ours.get(name)
            when = due.due_ms if due.missed_ms is None else due.missed_ms
            if template is None or template.variant in INTERNAL or when - room.now_ms > LEAD_MIN * MINUTE:
                continue
            mine = [one for one in room.papers if one.template == name]
            waiting = mine and mine[-1].published_ms is None
            if waiting and not self._stale(room, mine[-1]):
                self.wait(desk, due.audience, mine[-1])
                continue
            matter = f"{template.variant}-{len(mine)}"
            if self.ripe(desk, matter, 2 + self.habits.duty_delay_min / 2) and self.draft(
                desk, told, template, self.draft_name(template, len(mine) + 1)
            ):
                about = f"Draft for {template.title.lower()} is with {joined(template.approvals) or 'nobody else'}."
                self.do(desk, SendMessage(channel="room", to=(*template.approvals, "ic"), text=about))

    def wait(self, desk: Desk, audience: str, paper: Paper) -> None:
        """The room is reminded of an update that is written and being read: that can wait for its readers."""
        open_one = desk.view.reminders.get(("update-due", audience))
        if open_one is None or open_one.type != "reminder_raised" or not paper.reviewers:
            return
        left = [seat for seat in paper.reviewers if seat not in paper.approved_by]
        reason = f"Draft {paper.draft} is written and with {joined(left) or 'its readers'}."
        self.do(desk, SnoozeReminder(reminder="update-due", about=audience, minutes=SNOOZE_MIN, reason=reason))

    def _stale(self, room: Room, paper: Paper) -> bool:
        return not paper.changes_by and room.now_ms - paper.at_ms > STALE_MIN * MINUTE

    def vendor(self, desk: Desk, room: Room, told: Story) -> None:
        """A ticket, when a vendor is part of it; containment does not wait for the answer."""
        letters = [one for one in room.inbox if writer_of(one) == "vendor"]
        template = next((one for one in desk.kit.messages if one.variant == "vendor"), None)
        known = any(one.variant == "vendor" for one in room.papers)
        if letters and template and not known and self.ripe(desk, "vendor", 4):
            self.draft(desk, told, template, self.draft_name(template, 1))
