"""What one page is drawn from: one audience's view of one drill at one moment, and the open half of its design."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from hotwash.aftermath.names import in_titles, title_of
from hotwash.comms.approvals import Need, needs
from hotwash.comms.cadence import next_due
from hotwash.comms.obligations.check import Checked, check
from hotwash.comms.obligations.moments import Moment
from hotwash.comms.updates.compare import Piece, changed
from hotwash.comms.updates.trail import Trail, trails
from hotwash.conductor.live import LiveDrill
from hotwash.drill.checklists import checklists
from hotwash.drill.design import FACILITATOR, OBSERVER, DrillDesign
from hotwash.drill.duty_facts import drill_ms, incident_of, moments_of, of_view
from hotwash.drill.fixes import Fix, fixes
from hotwash.drill.known import seat_facts
from hotwash.drill.views.fold import Fold
from hotwash.drill.views.project import ViewEvent
from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.kit import Alert, Guide, Kit, Prohibited, SeatGuide
from hotwash.kit.schema.levers import Lever
from hotwash.kit.schema.scenario import Scenario
from hotwash.ports.system import LeverSpec, SignalSpec, SystemDescription
from hotwash.standins.room import Pull, Room
from hotwash.standins.view import picture
from hotwash.warroom.bundles import Bundles
from hotwash.warroom.forms import Field, Options
from hotwash.warroom.lists import ListCard, list_card

SHOWN_LINES, SHOWN_MESSAGES = 80, 60
"""Lines of timeline and chat that a page starts with; older ones are a click away."""


Hidden = dict[str, str | int | list[str]]
"""Fields of a form that are known: one value, or several under one name."""
TABS = (
    ("signals", "Signals"), ("traces", "Traces"), ("situation", "Situation"), ("hypotheses", "Hypotheses"),
    ("levers", "Levers"), ("review", "Review"), ("decisions", "Decisions"), ("evidence", "Evidence"), ("comms", "Comms"), ("duties", "Duties"),
    ("pack", "Pack"), ("room", "Room"), ("timeline", "Timeline"),
)  # fmt: skip
PAPERWORK = (
    "draft_written", "draft_linted", "review_requested", "changes_requested", "draft_approved", "update_published", "update_corrected",
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


@dataclass(frozen=True)
class ClockCard:
    """Something with a deadline. `due_ms` is drill time; None: without undue delay."""

    title: str
    seat: str
    due_ms: int | None
    note: str = ""


def update_clocks(kit: Kit, view: Fold, now_ms: int) -> list[ClockCard]:
    """The next update owed to each audience, those that fall due together on one clock; without a map, to the room."""
    if not kit.stakeholders:
        return [ClockCard("Next update", "comms", view.update_due_ms)] if view.update_due_ms is not None else []
    found: dict[tuple[int, str, bool], list[str]] = {}
    for due in next_due(kit.stakeholders, view.course, now_ms):
        missed = due.missed_ms is not None
        when = due.due_ms if due.missed_ms is None else due.missed_ms
        found.setdefault((when, due.owner, missed), []).append(due.title)
    return [
        ClockCard(f"Update for {', '.join(titles)}", owner, when, "late" if missed else "")
        for (when, owner, missed), titles in found.items()
    ]


@dataclass(frozen=True)
class ReminderCard:
    """Something that a seat owes, and is reminded of. `until_ms` is how long it was put off, with the reason."""

    reminder: str
    about: str
    seat: str
    title: str
    says: str
    since_ms: int
    until_ms: int | None = None
    reason: str = ""


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
    def clocks(self) -> list[ClockCard]:
        """What runs: the next update, duties of the kit's rules, obligations."""
        cards = update_clocks(self.kit, self.view, self.now_ms)
        cards += [
            ClockCard(event.data["what"], event.data["seat"], event.data["due_ms"], event.data["rule"])
            for event in self.view.duties.values()
        ]
        done = {one.data["obligation"] for one in self.view.of("authority_notified")}
        running = {
            event.data["obligation"]: event.data
            for event in self.view.of("obligation_clock_started", "obligation_clock_changed")
        }
        regimes = {one.id: one.regime for one in self.kit.obligations}
        cards += [_clock_card(regimes.get(name, name), data) for name, data in running.items() if name not in done]
        return sorted(cards, key=lambda one: one.due_ms if one.due_ms is not None else 1 << 60)

    @cached_property
    def obligations(self) -> Checked:
        """Questions to ask, duties that may apply with their clocks and notices, from what this audience was shown."""
        start = self.scenario.story_start
        facts = seat_facts(self.view, self.system, self.kit, start, self.now_ms)
        return check(self.kit, incident_of(of_view(self.view), facts))

    @cached_property
    def assessed_yes(self) -> frozenset[str]:
        """Obligations that were last assessed to apply, and stages whose clock an earlier notice started."""
        begun = {event.data["obligation"] for event in self.view.of("obligation_clock_started")}
        return frozenset(name for name in {*begun, *self.room.duties} if self.room.duties.get(name, "yes") == "yes")

    @cached_property
    def moments(self) -> Sequence[Moment]:
        """Moments that clocks may run from, in the order in which they were put on record."""
        return moments_of(of_view(self.view), self.scenario.story_start).recorded

    def drill_ms(self, moment: datetime) -> int:
        """Story time as drill time."""
        return drill_ms(self.scenario.story_start, moment)

    def day(self, moment: datetime) -> str:
        """A moment of the story with its day, in the story's own zone."""
        local = moment.astimezone(self.scenario.story_start.tzinfo)
        return f"{local:%a} {local.day} {local:%b} {local:%H:%M %Z}".strip()

    @property
    def reminders(self) -> list[ReminderCard]:
        """What this seat owes and is reminded of; for those who steer and watch, what everybody owes."""
        says = {one.id: one.says for one in self.kit.communication.reminders}
        raised = {(one.data["reminder"], one.data["about"]): one.data for one in self.view.of("reminder_raised")}
        cards = []
        for key, event in self.view.reminders.items():
            first, put_off = raised[key], event.type == "reminder_snoozed"
            until = event.data["until_ms"] if put_off else None
            if self.player and first["seat"] != self.who:
                continue
            cards.append(
                ReminderCard(
                    *key, first["seat"], first["title"], says.get(key[0], ""), first["since_ms"],
                    until, event.data["reason"] if put_off else "",
                )
            )  # fmt: skip
        return cards

    def audience(self, name: str) -> str:
        """What a reminder is about, in words: an audience of the map, a seat, or what it is called."""
        title = next((one.title for one in self.kit.stakeholders if one.id == name), "")
        draft, _, seat = name.partition(" ")
        return title or (self.title(name) if name in self.kit.roles.seats else draft if seat else name)

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
    def levers(self) -> list[tuple[str, LeverSpec, Lever]]:
        """Levers of this system that the kit knows, but the way back, which stands beside each pull."""
        known = {str(kind): one for kind, one in self.kit.levers.items()}
        specs = self.system.levers
        return [(kind, spec, known[kind]) for kind, spec in specs.items() if kind in known and kind != "restore"]

    def lever_title(self, kind: str) -> str:
        """What a lever is called on every page."""
        return self.kit.levers[kind].title  # type: ignore[index]  # kinds are checked on loading

    def called(self, call: str) -> str:
        """A pull by its lever's title and its id."""
        kind = next((one.kind for one in self.room.pulls if one.call == call), "")
        return f"{self.lever_title(kind)} ({call})" if kind else call

    def in_titles(self, note: str) -> str:
        """A note with the levers that it names called by their titles."""
        return in_titles(note, self.kit.lever_titles)

    def warning(self, kind: str) -> str:
        """What somebody is told before a lever is pulled: what it does, what it costs, when it acts."""
        lever, spec = self.kit.levers[kind], self.system.levers[kind]  # type: ignore[index]  # kinds are checked on loading
        back = f"taken back in {spec.undo_s / 60:g} min" if spec.reversible else "cannot be taken back"
        return (
            f"{lever.title}: {lever.does} Price: {lever.side_effect} In effect after {spec.delay_s / 60:g} min, {back}."
        )

    def plan_of(self, kind: str) -> str:
        """Where the dialog reads what a lever would forget at the moment at which it is asked for; empty for most levers."""
        return {"rollback": f"{self.base}/plan", "cache_flush": f"{self.base}/flush"}.get(kind, "")

    def pull_right(self, lever: Lever) -> str:
        """What it takes for this audience to pull a lever: `own`, `standing`, `approval` or `no`."""
        rights, order = lever.rights, lever.rights.standing_order
        if order is not None and self.who in order.may_pull:
            return "standing"
        if self.who in rights.may_pull:
            return "approval" if rights.approvals else "own"
        return "no"

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

    @cached_property
    def fixes(self) -> tuple[Fix, ...]:
        """Temporary fixes and accepted risks that stand, the one that runs out first on top."""
        return tuple(sorted((one for one in fixes(of_view(self.view)) if one.stands), key=lambda one: one.expires_ms))

    @cached_property
    def tripped(self) -> Mapping[str, str]:
        """Accepted risk → its tripwires that were crossed."""
        found: dict[str, list[str]] = {}
        for event in self.view.of("tripwire_crossed"):
            found.setdefault(event.data["risk"], []).append(event.data["words"])
        return {risk: ", ".join(words) for risk, words in found.items()}

    @property
    def canaries(self) -> list[ViewEvent]:
        """The newest look at each canary."""
        return list({event.data["call"]: event for event in self.view.of("canary_looked")}.values())

    def next_step(self, call: str) -> Hidden:
        """The next step of a canary that was cleared, as the hidden fields of its pull; empty where there is none."""
        pulls = {event.data["call"]: event.data for event in self.view.of("lever_pulled")}
        data = pulls[call]
        steps = [percent for percent, _ in (data.get("promise") or {}).get("steps", ())]
        further = [one for one in steps if one > int(data["arguments"]["percent"])]
        if not further or call not in {one.call for one in self.room.active}:
            return {}
        fields: Hidden = {"kind": "rollback", "reason": f"{call} was cleared at its share: the next step."}
        fields |= {f"arguments.{name}": value for name, value in data["arguments"].items()}
        fields |= _scope_fields(data["scope"])
        fields |= {name: data[name] for name in ("contained_ppm", "worse_ppm")}
        return fields | {"arguments.percent": further[0]} | ({"auto_stop": "1"} if data["auto_stop"] else {})

    def record(self, call: str) -> Mapping[str, Any]:
        """The change record of a lever call, as it was last written; records from before there was one are empty."""
        usual: dict[str, Any] = {"approver": "", "trigger": "", "effect": "", "fall_percent": None, "expires_min": None,
                                 "step_down": "", "promise": None}  # fmt: skip
        lines = [one.data for one in self.view.of("lever_requested", "lever_pulled") if one.data["call"] == call]
        return {**usual, **(lines[-1] if lines else {})}

    def promised(self, record: Mapping[str, Any]) -> str:
        """What a canary can show at this traffic, in words."""
        return promise_words(record["promise"], record["contained_ppm"], record["worse_ppm"])

    def call_fields(self, pull: Pull) -> Hidden:
        """A lever call as the hidden fields that pull just what was asked for."""
        fields: Hidden = {"call": pull.call, "kind": pull.kind, "reason": pull.reason}
        return (
            fields | _scope_fields(pull.scope) | {f"arguments.{name}": value for name, value in pull.arguments.items()}
        )

    @cached_property
    def trails(self) -> dict[str, Trail]:
        """The way of each draft, oldest first."""
        return trails(self.view.of(*PAPERWORK))

    def needs(self, trail: Trail) -> tuple[Need, ...]:
        """Whose agreement the present version needs, and why."""
        template = self._design.templates.get(trail.template)
        asked = dict.fromkeys(verdict.seat for _, verdict in trail.verdicts if not verdict.approved)
        rules = self.kit.communication.reviews
        return needs(rules, template, trail.latest.text, trail.latest.by, asked) if template else ()

    def changed(self, trail: Trail) -> tuple[Piece, ...]:
        """What the present version changed in the one before."""
        return changed(trail.versions[-2].text, trail.latest.text) if len(trail.versions) > 1 else ()

    def remedy(self, rule: str) -> str:
        """What to write instead of what a rule of the draft check found."""
        known = self.prohibited(rule)
        return (
            f"{known.why} Instead: {known.instead}"
            if known
            else next((said for name, said in self.kit.wording.remedies.items() if name == rule), rule)
        )

    def correct_by(self, trail: Trail) -> int:
        """Until when a correction of what was published is in time."""
        return (trail.published_ms or 0) + round(self.kit.communication.correct_within_min * MINUTE)

    def prohibited(self, rule: str) -> Prohibited | None:
        """Why words must not leave the room."""
        return next((one for one in self.kit.prohibited if one.id == rule), None)

    def stopped(self, rule: str) -> str:
        """A finding of draft lint that is no prohibited statement: its name, and what to write."""
        remedies: Mapping[str, str] = {str(name): one for name, one in self.kit.wording.remedies.items()}
        return f"{rule.replace('-', ' ')}. {remedies.get(rule, '')}".strip()

    def approvals(self, template: str) -> Sequence[str]:
        """Who must approve a draft of this template."""
        found = self._design.templates.get(template)
        return found.approvals if found else ()

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


def _scope_fields(scope: Mapping[str, Sequence[str]]) -> Hidden:
    return {f"scope.{dim}": list(values) for dim, values in scope.items()}


def _clock_card(regime: str, data: Mapping[str, Any]) -> ClockCard:
    """The clock of an obligation. Records from before periods had units name hours alone."""
    ends, hours = data.get("deadline_ms"), data.get("hours")
    if ends is None and hours is not None:
        ends = data["aware_ms"] + hours * 60 * MINUTE
    return ClockCard(regime, "legal", ends, f"due {data['deadline']}" if data["deadline"] else "")


def promise_words(said: Mapping[str, Any], contained_ppm: int, worse_ppm: int) -> str:
    """What a canary can show, said before it runs: requests, time at this traffic, and the steps after it."""
    rates = f"{contained_ppm / 10_000:g} % against {worse_ppm / 10_000:g} %"
    begins = f"Canary of {said['share_percent']} %: {rates}"
    if said["requests"] is None:
        return f"{begins} cannot be told apart by any number of requests here."
    if said["minutes"] is None:
        return f"{begins} needs {said['requests']:,} requests, and there is no traffic here yet."
    hours, minutes = divmod(round(said["minutes"]), 60)
    length = f"{hours} h {minutes} min" if hours else f"{minutes} min"
    steps = ", then ".join(f"{percent} % for {held:g} min" for percent, held in said["steps"][1:-1])
    late = " Too small to see the harm before ENDEX." if not said["before_endex"] else ""
    return f"{begins} needs {said['requests']:,} requests, at this traffic {length}.{late}{f' Steps after it: {steps}, then all traffic.' if steps else ''}"
