"""Summary and timeline."""

from __future__ import annotations

from hotwash.aftermath.names import names_of
from hotwash.aftermath.postmortem.material import Material, Part, say, table
from hotwash.aftermath.postmortem.negative import Unseen, role_of, unseen, waiting
from hotwash.aftermath.postmortem.sentences import sentences
from hotwash.aftermath.sections import words
from hotwash.aftermath.sections.timeline import SHOWN
from hotwash.aftermath.sections.words import minutes, percent, points
from hotwash.drill import events as e
from hotwash.kernel.clock import stamp
from hotwash.scoring.best_plan import REACTION_MIN


def summary(material: Material) -> list[Part]:
    """One paragraph: what failed, who was hit, from when to when, state at the end, what is still not known."""
    case, card = material.case, material.card
    key, found, reached = case.design.secret.key, card.containment, card.milestones
    lines = [say(one, "key:what-happened") for one in sentences(key.what_happened)]
    if key.incident:
        lines.append(
            say(
                f"It hit {words.scope_words(key.scope).replace('_', ' ')} from {minutes(key.onset_min)} on",
                "key:scope",
                "key:onset",
            )
        )
        lines.append(
            say(f"{points(found.harm_realised)} harm points were done in {sum(case.team.delivered.values()):,} harmful outcomes, and {percent(found.prevented)} of the "
                "harm that could have been prevented was prevented", "fig:harm-realised", "fig:harmful", "fig:prevented")
        )  # fmt: skip
    else:
        lines.append(
            say(
                f"What was switched off cost {points(found.collateral)} harm points of refused or degraded service",
                "fig:collateral",
            )
        )
    lines.append(say(f"The first signal could be seen at {minutes(reached['first_signal'])}", "fig:at-first-signal"))
    lines.append(_reached("An incident was opened", "No incident was opened", case.first(e.IncidentOpened), material))
    if key.incident:
        done = reached["contained"]
        told = (
            f"Harm was contained at {minutes(done)}" if done is not None else "Harm was not contained when play ended"
        )
        lines.append(say(told, "fig:at-contained"))
    lines.append(_state(material))
    lines.append("What is still not known stands under “What cannot be quantified”.")
    return [Part("summary", tuple(lines))]


def _reached(yes: str, no: str, entry: object, material: Material) -> str:
    version, at = getattr(entry, "version", None), getattr(entry, "at_min", None)
    return say(no, material.endex) if version is None else say(f"{yes} at {minutes(at)}", f"e{version}")


def _state(material: Material) -> str:
    last = material.case.last(e.RecoveryDeclared)
    down = material.case.last(e.IncidentStoodDown)
    if down is not None and (last is None or down.version > last.version):
        return say(f"State at the end: stood down at {minutes(down.at_min)}", f"e{down.version}")
    if last is None:
        return say("State at the end: nobody declared recovery, nor that it is contained and watched", material.endex)
    state = "recovered" if last.event.state == "recovered" else "contained, and watched"
    return say(f"State at the end: declared {state} at {minutes(last.at_min)}", f"e{last.version}")


def timeline(material: Material) -> list[Part]:
    """What changed, fired, was said, decided and done, one row an event."""
    rows, names = [], names_of(material.case)
    for entry in material.case.log:
        if entry.at_ms <= 0:
            continue
        kind, line = words.say(entry, names)
        if kind not in SHOWN:
            continue
        if isinstance(entry.event, e.InjectDelivered | e.InjectImprovised):
            line = f"{role_of(entry.event.sender)}: {entry.event.subject}"
        who = material.seat(entry.seat) if entry.seat in material.case.design.seats else ""
        rows.append(((minutes(entry.at_min), kind, who, line), (f"e{entry.version}",)))
    return [Part("timeline", table(("Drill time", "Kind", "By", "What happened"), rows))]


def negative(material: Material) -> list[Part]:
    """Signals that were there and that nobody acted on, with how long each lay there and what acting would have been."""
    found = unseen(material)
    head = ("From and to", "Lay for", "Signal", "Acting would have been")
    rows = [(_row(one), one.refs) for one in found]
    never = len(waiting(found))
    intro = (
        say(
            f"Signals that lay longer than {REACTION_MIN} minutes: {len(found)} in all, {never} of them until play ended",
            "fig:negative-space",
        )
        if found
        else say(f"No signal lay longer than {REACTION_MIN} minutes before somebody acted on it", "fig:negative-space")
    )
    return [Part("negative-space", (*([intro, ""] if found else [intro]), *(table(head, rows) if found else ())))]


def _row(one: Unseen) -> tuple[str, ...]:
    ended = "acted on" if one.acted else "end of play"
    return f"{stamp(one.since_ms)} to {stamp(one.until_ms)}, {ended}", f"{one.lay_min:.1f} min", one.what, one.acting
