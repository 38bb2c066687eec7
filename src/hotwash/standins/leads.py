"""Following what people say: complaints and letters come before charts move."""

from __future__ import annotations

import re
from functools import lru_cache

from hotwash.standins.desk import Desk
from hotwash.standins.inquiry import GRAVE, NEEDED, Inquiry, spread
from hotwash.standins.playbook import PLAYS
from hotwash.standins.reading import Sight, TraceReading, tally
from hotwash.standins.room import Alarm, Letter, Room
from hotwash.standins.signals import Dashboards

FLAGS = ("pii_hits", "downvotes", "groundedness_failed")
"""Where to look when no alert has named a signal yet."""
SAID = ("complaints", "downvotes")
PER_FLAG = 4
LONG_MIN, LOUD = 20, 3.5
"""What happens now and then on any day is believed when a signal of its own is out of the ordinary as well: over these
minutes, from this z-score on."""


class Leads(Inquiry):
    """An engineer who does not wait for an alert."""

    def follow_complaints(self, desk: Desk, room: Room) -> None:
        """Read what people complained about."""
        if room.confirmed or not room.complaints or not self.ripe(desk, "complaints", 2):
            return
        about = list(room.complaints[: self.habits.reads])
        readings = self.read_ids(desk, about, "what do people complain about?")
        self.confirm_lead(desk, room, about, readings or [])

    def follow_letters(self, desk: Desk, room: Room) -> None:
        """Somebody writes about one tenant: read what the detectors flagged there."""
        for letter in room.inbox:
            tenants = [*_named(letter, tuple(desk.system.dimensions.get("tenant", ())))]
            if room.confirmed or not tenants or not self.ripe(desk, f"lead-{letter.inject}", 1.5):
                continue
            key = f"letter-{letter.inject}"
            if key not in self.lists:
                alarmed = [one.signal for one in room.alarms if not room.waved_off(one)]
                flags = list(dict.fromkeys([*alarmed, *FLAGS]))[:2]
                found = [
                    self.query(desk, room.now_ms, one, {"tenant": tenants}).traces
                    for one in flags
                    if one in desk.system.signals
                ]
                self.lists[key] = list(dict.fromkeys(one.id for part in found for one in spread(part, PER_FLAG)))
            readings = self.read_ids(desk, self.lists[key], f"what does {letter.sender} mean?")
            self.confirm_lead(desk, room, self.lists[key], readings or [])

    def confirm_lead(self, desk: Desk, room: Room, about: list[str], readings: list[TraceReading]) -> None:
        """What people reported is real: put it on record under the alert on complaints."""
        guide = next((one for one in desk.kit.alerts if one.signal == "complaints"), None)
        seen = tally(readings)
        boards = Dashboards(desk.frame(), desk.baseline(), desk.system)
        real = [one for one, needed in NEEDED.items() if seen[one] >= needed]
        sight = next((one for one in real if one in GRAVE or boards.hot(self._open(room, one), LONG_MIN, LOUD)), None)
        if guide is None or sight is None or guide.signal not in desk.system.signals:
            return
        now, count = room.now_ms, max(len(room.complaints), len(readings))
        alarm = Alarm(guide.id, guide.signal, guide.pages, now, now, (), count)
        self.lists.setdefault(alarm.firing, about)
        self.confirm(desk, room, alarm, readings, sight)

    def _open(self, room: Room, sight: Sight) -> tuple[str, ...]:
        """Signals that can speak for what people report: measured ones, not votes and complaints, in which everyday
        mistakes stand out as well; and none that was waved off."""
        waved = {alarm.signal for alarm in room.alarms if room.waved_off(alarm)}
        return tuple(one for one in PLAYS[sight].signals if one not in waved and one not in SAID)


@lru_cache(512)
def _named(letter: Letter, tenants: tuple[str, ...]) -> tuple[str, ...]:
    """Those of some tenants that a letter names by their ids."""
    text = f"{letter.sender} {letter.subject} {letter.body}"
    return tuple(one for one in tenants if re.search(rf"\b{re.escape(one)}\b", text))
