"""What exercise control and observers are shown besides: the answer key, the MSEL, expectations, ratings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotwash.aftermath.blocks import Chart, ChartMark, Line
from hotwash.aftermath.charts import line_chart
from hotwash.bootstrap import Opened
from hotwash.conductor.close import Par
from hotwash.conductor.live import LiveDrill
from hotwash.conductor.session import lever_log
from hotwash.drill.design import FACILITATOR, OBSERVER
from hotwash.drill.views.facilitator import FacilitatorView
from hotwash.drill.views.observer import ObserverView
from hotwash.kernel.clock import MINUTE
from hotwash.kit.secret import AnswerKey, Inject
from hotwash.scoring.containment import MHP
from hotwash.standins.profiles import PROFILES
from hotwash.warroom.picture import Picture, SeatCard


@dataclass(frozen=True)
class MselLine:
    """An inject and how far it got: waiting, held, delivered, skipped."""

    inject: Inject
    state: str


@dataclass(frozen=True)
class Expected:
    """What is expected of a seat: armed, met, missed."""

    id: str
    seat: str
    what: str
    due_ms: int
    state: str


class GalleryPicture(Picture):
    """What observers see: the whole log, and what to look for."""

    @property
    def expected(self) -> list[Expected]:
        """Expectations that came up, newest first."""
        states = {e.data["expectation"]: e.type.removeprefix("expectation_") for e in self.view.of(
            "expectation_met", "expectation_missed")}  # fmt: skip
        known = self._design.expectations
        armed = [
            Expected(name, e.data["seat"], known[name][0].what, e.data["due_ms"], states.get(name, "due"))
            for e in self.view.of("expectation_armed")
            for name in [e.data["expectation"]]
        ]
        return armed[::-1]

    @property
    def looked_for(self) -> list[str]:
        """What observers look for in what was delivered, newest first."""
        return list(self.view.guide.values())[::-1] if isinstance(self.view, ObserverView) else []

    @property
    def discounted(self) -> dict[int, str]:
        """Rating → why it does not count."""
        return {e.data["rating"]: e.data["reason"] for e in self.view.of("rating_discounted")}

    @property
    def agreement(self) -> str:
        """How often two observers who rated the same objective gave the same rating; each one's last rating counts."""
        last: dict[tuple[str, str], str] = {}
        for e in self.view.of("observer_rating_given"):
            if e.position not in self.discounted:
                last[e.data["objective"], e.person] = e.data["rating"]
        by_objective: dict[str, list[str]] = {}
        for (objective, _), rating in last.items():
            by_objective.setdefault(objective, []).append(rating)
        pairs = [(a, b) for given in by_objective.values() for i, a in enumerate(given) for b in given[i + 1 :]]
        if not pairs:
            return ""
        same = sum(a == b for a, b in pairs)
        near = sum(abs("PSMU".index(a) - "PSMU".index(b)) <= 1 for a, b in pairs)
        return f"Observers agree on {same} of {len(pairs)} pairs of ratings, and to one step on {near}."


class ControlPicture(GalleryPicture):
    """What exercise control sees: everything, with what is still to come."""

    view: FacilitatorView

    @property
    def drill(self) -> str:
        """The drill's id."""
        return str(self.data("drill_planned").get("drill", ""))

    @property
    def key(self) -> AnswerKey:
        """What really happened."""
        return self._design.secret.key

    @property
    def guide(self) -> str:
        """The facilitator's guide of the scenario."""
        return self._design.secret.facilitator_guide

    @property
    def msel(self) -> list[MselLine]:
        """Every inject: what is still to come in order of time, those on a condition last; then what is done with, newest first."""
        lines = [MselLine(one, self.view.msel[one.id]) for one in self._design.secret.msel]
        lines.sort(key=lambda one: (one.inject.at_min is None, one.inject.at_min or 0))
        to_come = [one for one in lines if one.state in ("waiting", "held")]
        return to_come + [one for one in reversed(lines) if one not in to_come]

    @property
    def next_inject_ms(self) -> int | None:
        """When the next timed inject falls due."""
        due = [one.inject.at_min for one in self.msel if one.state == "waiting" and one.inject.at_min is not None]
        moments = [round(minute * MINUTE) for minute in due if minute * MINUTE > self.now_ms]
        return min(moments, default=None)

    @property
    def seats(self) -> list[SeatCard]:
        """Every seat, with when it last did something."""
        last = self.view.last_deed_ms
        return [
            SeatCard(one.seat, one.title, one.holder, one.stand_in, one.checked, last.get(one.seat, 0))
            for one in super().seats
        ]

    @property
    def people(self) -> int:
        """Seats that people hold."""
        return sum(bool(one.holder) and not one.stand_in for one in self.seats)

    @property
    def checked(self) -> int:
        """People who said that they are there."""
        return sum(one.checked and not one.stand_in for one in self.seats)

    @property
    def profiles(self) -> Sequence[str]:
        """Profiles that a stand-in can play."""
        return tuple(PROFILES)

    def sibling(self, seat: str) -> str:
        """The address of another place of this drill."""
        return f"{self.base.rsplit('/', 1)[0]}/{seat}"


def picture_for(live: LiveDrill, who: str, base: str = "") -> Picture:
    """The picture that is made for an audience; a player's has nothing of the others'."""
    if who == FACILITATOR:
        return ControlPicture(live, who, base)
    return GalleryPicture(live, who, base) if who == OBSERVER else Picture(live, who, base)


def truth(opened: Opened, par: Par) -> str:
    """Loss so far beside its two counterfactuals, as SVG: nobody acts, the levers of this log, the best plan."""
    live = opened.live
    events = list(live.session.events)
    team = opened.mirror.what_if.replay(lever_log(events))
    now = min(live.now_ms, live.design.endex_ms) / MINUTE
    plays = ((par.nothing, "hands-off", "bad", "6 3"), (team, "this team, if nothing more is done", "team", ""),
             (par.best.outcome, "best plan", "good", "2 3"))  # fmt: skip
    lines = tuple(
        Line(label, tuple(float(v) / MHP for v in (one.expected_harm + one.collateral).cumsum()), role, dash)  # type: ignore[arg-type]  # roles are those above
        for one, label, role, dash in plays
    )
    pulled = [e for e in events if e.type in ("lever_pulled", "lever_reverted")]
    titles = {str(kind): lever.title for kind, lever in live.design.kit.levers.items()}
    marks = [
        ChartMark(now, "now", "end"),
        *(
            ChartMark(
                e.drill_ms / MINUTE, ("undo: " if e.type == "lever_reverted" else "") + titles[e.data["kind"]], "lever"
            )
            for e in pulled
        ),
    ]
    if live.design.secret.key.onset_min is not None:
        marks.append(ChartMark(live.design.secret.key.onset_min, "onset", "world"))
    return line_chart(
        Chart(
            "Loss: harm done plus service refused or degraded",
            "Three plays of the same traffic, minute by minute: nobody acts, the levers pulled so far and no more, and the best plan.",
            "harm points, cumulative", lines, tuple(marks), shade_from=now, flags=True,
        ),
        1,
    ).replace("after ENDEX, left as it was", "if left as it is")  # fmt: skip
