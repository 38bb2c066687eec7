"""Seats, the clock, and exercise control over injects."""

from __future__ import annotations

from collections.abc import Iterable

from hotwash.drill import events as e
from hotwash.drill import msel
from hotwash.drill.decisions.case import Asked, plain, told
from hotwash.drill.design import FACILITATOR, OBSERVER
from hotwash.drill.payloads import Payload
from hotwash.kernel.clock import stamp


def take_seat(asked: Asked) -> list[Payload]:
    """A free seat, taken for oneself; a facilitator may seat anybody anywhere."""
    action, state = asked.action, asked.state
    known = (*asked.design.seats, OBSERVER)
    asked.must(action.seat in known, "seat", f"there is no seat '{action.seat}': the kit has {', '.join(known)}")
    if asked.command.seat != FACILITATOR:
        asked.must(action.seat == asked.command.seat, "seat", "take the seat that you speak from")
        holder = state.seats.get(action.seat)
        asked.must(
            holder in (None, action.person) or action.seat in state.stand_ins,
            "seat",
            f"the seat '{action.seat}' is held by {holder}",
            (FACILITATOR,),
        )
    return [asked.becomes(e.SeatTaken)]


def hand_over(asked: Asked) -> list[Payload]:
    """A seat changes hands with a note: a handover without one is how things get lost."""
    asked.must(bool(asked.action.note.strip()), "handover", "say what the next holder must know")
    return [asked.becomes(e.SeatHandedOver, from_person=asked.command.person)]


def start(asked: Asked) -> list[Payload]:
    """STARTEX, when every inject is ready to be delivered."""
    held = set(asked.state.seats)
    asked.must(bool(held), "readiness", "nobody has taken a seat")
    for inject in msel.waiting(asked.state, asked.design):
        lost = [seat for seat in inject.to if seat not in asked.design.seats]
        asked.must(not lost, "readiness", f"inject '{inject.id}' goes to {', '.join(lost)}, and there is no such seat")
        timed = (inject.at_min is None) != (inject.when is None)
        asked.must(timed, "readiness", f"inject '{inject.id}' needs either at_min or when")
        asked.must(
            bool(held & set(inject.to)),
            "readiness",
            f"the inject “{inject.subject}” would reach nobody: seat {_titles(asked, inject.to)}, or skip it",
        )
    return [e.DrillStarted()]


def _titles(asked: Asked, seats: Iterable[str]) -> str:
    return " or ".join(f"the {asked.design.kit.roles.seats[seat].title}" for seat in seats)


def jump(asked: Asked) -> list[Payload]:
    """Forward only: what was played stays played."""
    here = asked.at.drill_ms
    asked.must(asked.action.to_ms >= here, "clock", f"drill time is {stamp(here)} and cannot go back")
    end = asked.design.endex_ms
    asked.must(asked.action.to_ms <= end, "clock", f"ENDEX is at {stamp(end)}: jump there, or end the drill")
    return [asked.becomes(e.DrillJumped)]


def trigger(asked: Asked) -> list[Payload]:
    """Deliver an inject now, whatever it was waiting for."""
    inject = asked.design.injects.get(asked.action.inject)
    if inject is None:
        raise asked.refuse("msel", f"there is no inject '{asked.action.inject}' in the MSEL")
    for kind, done in (("inject_delivered", "delivered already"), ("inject_skipped", "skipped: improvise it instead")):
        asked.must(not asked.state.journal.has(kind, inject=inject.id), "msel", f"'{inject.id}' was {done}")
    now_ms = asked.at.drill_ms
    return [msel.deliver(inject, now_ms, now_ms, "triggered", asked.state, asked.design)]


def hold(asked: Asked) -> list[Payload]:
    """Keep an inject back until it is triggered."""
    waiting = {one.id for one in msel.waiting(asked.state, asked.design)}
    asked.must(asked.action.inject in waiting, "msel", f"no inject '{asked.action.inject}' is waiting")
    return [asked.becomes(e.InjectHeld)]


def skip(asked: Asked) -> list[Payload]:
    """Take an inject out of this drill, held or not."""
    name, journal = asked.action.inject, asked.state.journal
    gone = any(journal.has(kind, inject=name) for kind in ("inject_delivered", "inject_skipped"))
    asked.must(name in asked.design.injects and not gone, "msel", f"no inject '{name}' is waiting or held")
    return [asked.becomes(e.InjectSkipped)]


def improvise(asked: Asked) -> list[Payload]:
    """An inject that the MSEL does not have; a recipient and words are needed all the same."""
    action, seats = asked.action, asked.design.seats
    asked.new_id("inject_improvised", action.inject, "an inject")
    asked.must(
        action.inject not in asked.design.injects, "id", f"'{action.inject}' is an inject of the MSEL: trigger it"
    )
    asked.must(
        bool(action.to) and set(action.to) <= set(seats), "readiness", f"name recipients among {', '.join(seats)}"
    )
    asked.must(bool(action.body.strip()), "readiness", "an inject needs a body")
    return [asked.becomes(e.InjectImprovised)]


def rate(asked: Asked) -> list[Payload]:
    """An observer's rating of an objective of the scenario."""
    asked.must(bool(asked.action.objective.strip()), "completeness", "name the objective that is rated")
    return [asked.becomes(e.ObserverRatingGiven)]


def discount(asked: Asked) -> list[Payload]:
    """A rating that was given, and why it does not count. It stays in the record."""
    versions = [line.version for line in asked.state.journal.of("observer_rating_given")]
    asked.must(asked.action.rating in versions, "ratings", f"event {asked.action.rating} is no rating")
    gone = asked.state.journal.has("rating_discounted", rating=asked.action.rating)
    asked.must(not gone, "ratings", "this rating was discounted already")
    return told(e.RatingDiscounted, "reason")(asked)


DECIDERS = {
    "take_seat": take_seat,
    "hand_over": hand_over,
    "check_comms": plain(e.CommsChecked),
    "start_drill": start,
    "pause_drill": plain(e.DrillPaused),
    "resume_drill": plain(e.DrillResumed),
    "change_speed": plain(e.SpeedChanged),
    "jump_to": jump,
    "end_drill": told(e.DrillEnded, "reason"),
    "trigger_inject": trigger,
    "hold_inject": hold,
    "skip_inject": skip,
    "improvise_inject": improvise,
    "raise_finding": told(e.FindingRaised, "text"),
    "give_rating": rate,
    "discount_rating": discount,
    "note_as_facilitator": told(e.FacilitatorNoted, "text"),
    "note_in_hotwash": told(e.HotwashNoted, "text"),
}
