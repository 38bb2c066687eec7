"""One sentence that a stakeholder can act on, and the ones that have to stand beside it."""

from __future__ import annotations

from dataclasses import dataclass

from hotwash.kit.schema.columns import SignalColumn
from hotwash.ports.scope import Scope
from hotwash.triage.attack import Attacks
from hotwash.triage.leakage import Leakage
from hotwash.triage.onset import Onset
from hotwash.triage.segments import Found, Segment
from hotwash.triage.validity import Validity
from hotwash.triage.words import between, joined, length, moment, place, rated, share

WORTH_SAYING = 0.01
"""Chance at which more personal data than before is worth a line; secrets always are."""


@dataclass(frozen=True)
class Statement:
    """`sentence` says who, what, when, where and how bad. `certainty` says how far to believe it, `scope` what was not touched, `beside`
    what else was found, `limits` what cannot be known from these traces."""

    sentence: str
    certainty: str
    scope: str
    beside: tuple[str, ...]
    limits: tuple[str, ...]


def statement(
    signal: SignalColumn | None,
    found: Found | None,
    validity: Validity | None,
    end_ms: int,
    beside: tuple[str, ...] = (),
    limits: tuple[str, ...] = (),
    *,
    timeless: str = "",
) -> Statement:
    """The statement for the signal that moved, or that none did, or why that cannot be told (`timeless`)."""
    if signal is not None and found is not None and found.segments:
        return Statement(
            _sentence(signal, found.segments[0], end_ms),
            _certainty(validity, found.segments[0]),
            _rest(found),
            beside,
            limits,
        )
    if timeless:
        said = f"{timeless}: whether anything rose cannot be told."
        return Statement(said, "What is told is about all rows together.", "", beside, limits)
    said = "No signal rose beyond chance, in all traffic or in any segment of up to three attributes."
    return Statement(
        said,
        "This is no proof of health: a rise too small for this many requests is not seen.",
        _mixes(found),
        beside,
        limits,
    )


def in_texts(leakage: Leakage | None, attacks: Attacks | None, where: str) -> tuple[str, ...]:
    """What was found in texts, a line each. `where` says which traffic was read."""
    told = []
    if leakage:
        crossed = leakage.cross_tenant.shown + (leakage.cross_tenant.values or 0)
        if crossed:
            told.append(f"Content of another tenant in {crossed:,} answers {where}.")
        risen = [
            one
            for one in leakage.kinds
            if one.found.found and (one.p is None or one.p < WORTH_SAYING or one.group == "secret")
        ]
        told += [
            f"{one.kind.replace('_', ' ').capitalize()} in {one.found.found:,} of {one.found.asked:,} {where}."
            for one in risen[:3]
        ]
    if attacks and attacks.reached.found:
        done = attacks.executed_of_reached.found
        unknown = next((one.share.found for one in attacks.states if one.state == "cannot_be_known"), 0)
        told.append(
            f"{attacks.reached.found:,} requests {where} carried a payload to the model; {done:,} ended in an action that it asked for"
            + (f", of {unknown:,} it cannot be known." if unknown else ".")
        )
    return tuple(told)


def _sentence(signal: SignalColumn, one: Segment, end_ms: int) -> str:
    began = one.onset
    if began is None:
        since = f"Between {between(one.window.from_ms, one.window.to_ms, ' and ')} UTC"
    else:
        since = f"Since {moment(began.at_ms)} UTC ({between(began.low_ms, began.high_ms)})"
    what = (signal.title or signal.name.replace("_", " ")).lower()
    lasted = length(one.window.to_ms - one.window.from_ms)
    over = one.excess
    more = f"{over.value:,.0f} ({max(0.0, over.low):,.0f} to {over.high:,.0f}) more than usual in {lasted}"
    if not one.usual.asked:
        more = f"how many more than usual in {lasted} cannot be told, since there is nothing before to compare with"
    goes_on = "it goes on" if one.window.to_ms >= end_ms else f"it ended at {moment(one.window.to_ms)}"
    return (
        f"{since}, {what} in {place(one.scope)}: {rated(one.rate)}, usually {share(one.usual.share)}{before_it_came(one)}; {more}; "
        f"{goes_on}."
    )


def before_it_came(one: Segment) -> str:
    """What the usual share is of, where a segment has no past of its own."""
    return f" in {place(one.came_into)} before {_new(one)} came" if one.came_into is not None else ""


def newcomer(one: Segment | None) -> str:
    """What the line of a segment without a past of its own is before that, as a sentence."""
    if one is None or one.came_into is None:
        return ""
    return f" Before {_new(one)} came, its line is that of {place(one.came_into)}."


def _new(one: Segment) -> str:
    past = one.came_into.dims if one.came_into else ()
    return place(Scope(tuple(each for each in one.scope.dims if each not in past)))


def _certainty(validity: Validity | None, one: Segment) -> str:
    if validity is None:
        return "Not yet compared with a second signal."
    rose = [one.signal.replace("_", " ") for one in validity.witnesses if one.rose]
    match validity.verdict:
        case "confirmed":
            return f"Confirmed by an independent signal in the same segment and window: {joined(rose)}."
        case "suspect detector":
            could = [one.signal.replace("_", " ") for one in validity.witnesses if one.could_show]
            return f"Doubtful: {joined(could)} could have shown it there and did not. Look at the detector first."
        case _:
            return unconfirmed(one)


def unconfirmed(one: Segment) -> str:
    """That no independent signal could speak for the rise or against it. What it took two signals to see has no third."""
    if one.together:
        return "Two signals that only together stand out: no third one has enough data in this segment to confirm or refute them."
    return "One source only: no independent signal has enough data in this segment to confirm or refute it."


def _rest(found: Found) -> str:
    first = found.segments[0]
    told = []
    if first.scope.dims:
        told.append(f"All other traffic: {rated(first.complement)}, usually {share(first.complement_usual.share)}.")
    if first.explains is not None and first.scope.dims:
        told.append(
            f"{place(first.scope)[0].upper()}{place(first.scope)[1:]} holds {share(first.explains)} of the excess."
        )
    told += [at_once(first)] if first.together else []
    told += [alike(first)] if first.alternatives else []
    if first.others:
        told.append(f"It was worse before or after as well: {joined([_stretch(one) for one in first.others[:5]])}.")
    if len(found.segments) > 1:
        told.append(f"Also risen: {joined([place(one.scope) for one in found.segments[1:]])}.")
    return " ".join((*told, *([_mixes(found)] if found.mixes else [])))


def at_once(one: Segment) -> str:
    """Which second signal it took to tell the rise from chance."""
    second = one.together.replace("_", " ")
    return f"By itself the rise may be chance; {second} rose in the same segment and time, and both at once are beyond chance."


def alike(one: Segment) -> str:
    """What else the segment may be called, and how much of its rows that is."""
    others = [f"{place(other.scope)} ({share(other.overlap)})" for other in one.alternatives]
    return f"The traces do not tell it from {joined(others)}: so much of the rows of either lie in both."


def _stretch(one: Onset) -> str:
    return f"from {moment(one.at_ms)}" if one.ended_ms is None else between(one.at_ms, one.ended_ms)


def _mixes(found: Found | None) -> str:
    if found is None or not found.mixes:
        return ""
    one = found.mixes[0]
    return f"The share of {found.signal.replace('_', ' ')} in {place(one.scope)} rose because the mix of {one.dim.replace('_', ' ')} changed; nothing in it got worse."
