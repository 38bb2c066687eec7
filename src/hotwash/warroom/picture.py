"""What one page is drawn from: one audience's view of one drill at one moment, and the open half of its design."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from hotwash.aftermath.names import title_of
from hotwash.conductor.live import LiveDrill
from hotwash.drill.checklists import checklists
from hotwash.drill.design import FACILITATOR, OBSERVER, DrillDesign
from hotwash.drill.views.fold import Fold
from hotwash.drill.views.project import ViewEvent
from hotwash.kit.schema.kit import Alert, Guide, Kit, SeatGuide
from hotwash.kit.schema.scenario import Scenario
from hotwash.ports.system import SignalSpec, SystemDescription
from hotwash.standins.room import Room
from hotwash.standins.view import picture
from hotwash.warroom.bundles import Bundles
from hotwash.warroom.forms import Field, Options
from hotwash.warroom.lists import ListCard, list_card
from hotwash.warroom.picture_clocks import Clocks
from hotwash.warroom.picture_drafts import Drafts
from hotwash.warroom.picture_levers import Levers

SHOWN_LINES, SHOWN_MESSAGES = 80, 60
"""Lines of timeline and chat that a page starts with; older ones are a click away."""


TABS = (
    ("signals", "Signals"), ("traces", "Traces"), ("situation", "Situation"), ("hypotheses", "Hypotheses"),
    ("levers", "Levers"), ("review", "Review"), ("decisions", "Decisions"), ("evidence", "Evidence"), ("comms", "Comms"), ("duties", "Duties"),
    ("pack", "Pack"), ("room", "Room"), ("timeline", "Timeline"),
)  # fmt: skip
FIRST_TAB = {"ic": "situation", "scribe": "timeline", "comms": "comms", "legal": "duties", "privacy": "duties"}
ALL_PANELS = (
    "board", "inbox", "alarms", "calls", "fixes", "ideas", "decisions", "evidence", "papers", "duties", "seats", "findings", "control",
    "msel", "expected", "ratings", "lists",
)  # fmt: skip


@dataclass(frozen=True)
class SeatCard:
    """One seat as everybody sees it. `last_ms`, when it last did something, is for exercise control alone."""

    seat: str
    title: str
    holder: str
    stand_in: bool
    checked: bool
    last_ms: int = 0

    @property
    def name(self) -> str:
        """Who holds it, as people say it: a stand-in has no name beside its seat's."""
        return "stand-in" if self.stand_in else self.holder or "free"


class Picture:
    """Read on the drill's thread, at one moment, from the audience's own view. `base` is the address of its place."""

    def __init__(self, live: LiveDrill, who: str, base: str = "") -> None:
        self._live, self.who, self.base = live, who, base
        self.view: Fold = live.view(who)
        self.position: int = self.view.position

    @cached_property
    def now_ms(self) -> int:
        """Drill time."""
        return self._live.now_ms

    @property
    def phase(self) -> str:
        """How far the drill is."""
        return self._live.session.state.phase

    @property
    def speed(self) -> str:
        """The pace of drill time that is set, whether it runs or not."""
        clock = self._live.session.state.clock
        return f"{clock.num / clock.den:g}×"

    @property
    def player(self) -> bool:
        """Whether this is a seat."""
        return self.who not in (FACILITATOR, OBSERVER)

    @property
    def _design(self) -> DrillDesign:
        return self._live.design

    @property
    def kit(self) -> Kit:
        """The kit, open to everybody."""
        return self._design.kit

    @property
    def scenario(self) -> Scenario:
        """The player-safe half of the scenario."""
        return self._design.scenario

    @property
    def system(self) -> SystemDescription:
        """What anybody may know about the system."""
        return self._design.system

    @property
    def endex_ms(self) -> int:
        """Planned end, drill time."""
        return self._design.endex_ms

    @cached_property
    def room(self) -> Room:
        """The room as this audience has been shown it."""
        return picture(self.view, self.who, self.now_ms)

    @cached_property
    def bundles(self) -> Bundles:
        """What runs and what is last good, as this audience has been shown it."""
        return Bundles(self.view, self._design, self.now_ms)

    @cached_property
    def levers(self) -> Levers:
        """Levers and pulls, as this audience has been shown them."""
        return Levers(self.view, self._design, self.who, self.room, self.base)

    @cached_property
    def drafts(self) -> Drafts:
        """Drafts, as this audience has been shown them."""
        return Drafts(self.view, self._design)

    @cached_property
    def clocks(self) -> Clocks:
        """What falls due, as this audience has been shown it."""
        return Clocks(self.view, self._design, self.who, self.room, self.now_ms)

    def title(self, seat: str) -> str:
        """A seat's title; the facilitator and observers have theirs too."""
        return title_of(self.kit, seat)

    def may(self, do: str) -> bool:
        """Does the kit give this audience the right to a command?"""
        allowed = self.kit.roles.rights.get(do)
        return self.player and (allowed is None or self.who in allowed)

    def who_may(self, do: str) -> str:
        """Who may, in words."""
        allowed = self.kit.roles.rights.get(do)
        return ", ".join(self.title(seat) for seat in allowed) if allowed else "every seat"

    def story(self, drill_ms: int) -> str:
        """Drill time as the story's time of day."""
        return f"{self.scenario.story_start + timedelta(milliseconds=drill_ms):%H:%M}"

    @property
    def holder(self) -> str:
        """Who holds this seat; empty for nobody."""
        return self._live.session.state.seats.get(self.who, "")

    @property
    def holder_name(self) -> str:
        """The same as people say it."""
        return "a stand-in" if self.who in self._live.session.state.stand_ins else self.holder

    @property
    def seats(self) -> list[SeatCard]:
        """Every seat, in the order of the kit."""
        state = self._live.session.state
        checked = {event.seat for event in self.view.of("comms_checked")}
        return [
            SeatCard(seat, guide.title, state.seats.get(seat, ""), seat in state.stand_ins, seat in checked)
            for seat, guide in self.kit.roles.seats.items()
        ]

    @property
    def newest(self) -> list[ViewEvent]:
        """The newest events, newest first."""
        return list(reversed(self.view.events[-SHOWN_LINES:]))

    @property
    def oldest(self) -> int:
        """The position of the oldest of them."""
        return max(1, self.position - SHOWN_LINES + 1)

    @property
    def messages(self) -> list[ViewEvent]:
        """The newest messages of the room, oldest first."""
        return list(self.view.of("message_sent"))[-SHOWN_MESSAGES:]

    @property
    def inbox(self) -> list[ViewEvent]:
        """What people outside said to this audience, newest first."""
        found = [*self.view.inbox, *self.view.of("complaint_received")]
        return sorted(found, key=lambda one: -one.position)

    @property
    def alerts(self) -> Mapping[str, Alert]:
        """The alert catalogue of this system, by id."""
        return self._design.alerts

    def telling(self, flags: Sequence[str]) -> list[str]:
        """Those of a trace's flags that an alert watches: that it was counted, or checked, says nothing."""
        watched = {alert.signal for alert in self.alerts.values()}
        return [flag for flag in flags if flag in watched]

    @property
    def guides(self) -> Sequence[Guide]:
        """Runbooks and checklists that concern this seat: the labelled mode's first, then those for any mode."""
        mode = self.room.mode
        mine = [one for one in self.kit.guides if one.kind in ("runbook", "checklist", "form")]
        fitting = [one for one in mine if not one.seats or self.who in one.seats or not self.player]
        return sorted(
            fitting, key=lambda one: (mode not in one.modes, bool(one.modes), one.kind != "runbook", one.title)
        )

    @cached_property
    def lists(self) -> dict[str, ListCard]:
        """The checklists of all seats, by id: what a seat ticks is the whole team's to see."""
        return {one.id: list_card(one, self.view) for one in checklists(self.kit).values()}

    @property
    def begun(self) -> list[ListCard]:
        """Those in which something is ticked, the one with the newest tick first."""
        return sorted(
            (one for one in self.lists.values() if one.ticks), key=lambda one: one.ticks[-1].position, reverse=True
        )

    def options(self, field: Field) -> Options:
        """What a field of a form can be; from the open half of the design."""
        return field.options(self._design) if field.options else ()

    @property
    def moving(self) -> Mapping[str, SignalSpec]:
        """Signals that something can move in; what others are a share of counts opportunities."""
        shared = {one.denominator for one in self.system.signals.values()}
        return {name: one for name, one in self.system.signals.items() if name not in shared}

    @property
    def routable_dims(self) -> Mapping[str, tuple[str, ...]]:
        """Dimensions that a lever may be scoped by."""
        return {dim: values for dim, values in self.system.dimensions.items() if dim in self.system.routable}

    @property
    def tabs(self) -> Sequence[tuple[str, str]]:
        """The tabs of a player's room."""
        return TABS

    @property
    def first_tab(self) -> str:
        """Where this seat's charter starts."""
        return FIRST_TAB.get(self.who, "signals")

    @property
    def charter(self) -> SeatGuide | None:
        """This seat's charter."""
        return self.kit.roles.seats.get(self.who)

    @property
    def card(self) -> str:
        """The system on two pages."""
        return self._live.card

    @property
    def offscreen(self) -> Sequence[str]:
        """Panels that a page without tabs keeps out of sight, so that the stream finds them."""
        return [name for name in ALL_PANELS if name != "board"]

    @property
    def scope_dims(self) -> Mapping[str, tuple[str, ...]]:
        """Dimensions that traffic can be cut by."""
        return self.system.dimensions

    def data(self, kind: str) -> dict[str, Any]:
        """The newest event of a type, as data."""
        return self.view.said(kind)

    def events(self, *types: str) -> list[ViewEvent]:
        """Events of some types, oldest first."""
        return list(self.view.of(*types))
