"""One sentence that a stakeholder can act on, and the ones that have to stand beside it."""

from __future__ import annotations

from dataclasses import dataclass

from hotwash.kit.schema.columns import SignalColumn
from hotwash.triage.segments import Found, Segment
from hotwash.triage.validity import Validity
from hotwash.triage.words import between, joined, length, moment, place, rated, share


@dataclass(frozen=True)
class Statement:
    """`sentence` says who, what, when, where and how bad. `certainty` says how far to believe it, `scope` what was not touched, `limits`
    what cannot be known from these traces."""

    sentence: str
    certainty: str
    scope: str
    limits: tuple[str, ...]


def statement(
    signal: SignalColumn | None, found: Found | None, validity: Validity | None, end_ms: int, limits: tuple[str, ...]
) -> Statement:
    """The statement for the signal that moved, or that none did."""
    if signal is None or found is None or not found.segments:
        return Statement(
            "No signal rose beyond chance, in all traffic or in any segment of up to three attributes.",
            "This is no proof of health: a rise too small for this many requests is not seen.", _mixes(found), limits,
        )  # fmt: skip
    first = found.segments[0]
    return Statement(_sentence(signal, first, end_ms), _certainty(validity), _rest(found), limits)


def _sentence(signal: SignalColumn, one: Segment, end_ms: int) -> str:
    began = one.onset
    if began is None:
        since = f"Between {between(one.window.from_ms, one.window.to_ms)} UTC"
    else:
        since = f"Since {moment(began.at_ms)} UTC ({between(began.low_ms, began.high_ms)})"
    what = (signal.title or signal.name.replace("_", " ")).lower()
    lasted = length(one.window.to_ms - one.window.from_ms)
    over = one.excess
    more = f"{over.value:,.0f} ({max(0.0, over.low):,.0f} to {over.high:,.0f}) more than usual in {lasted}"
    goes_on = "it goes on" if one.window.to_ms >= end_ms else f"it ended at {moment(one.window.to_ms)}"
    return (
        f"{since}, {what} in {place(one.scope)}: {rated(one.rate)}, usually {share(one.usual.share)}; {more}; "
        f"{goes_on}."
    )


def _certainty(validity: Validity | None) -> str:
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
    if len(found.segments) > 1:
        told.append(f"Also risen: {joined([place(one.scope) for one in found.segments[1:]])}.")
    return " ".join((*told, *([_mixes(found)] if found.mixes else [])))


def _mixes(found: Found | None) -> str:
    if found is None or not found.mixes:
        return ""
    one = found.mixes[0]
    return f"The share of {found.signal.replace('_', ' ')} in {place(one.scope)} rose because the mix of {one.dim.replace('_', ' ')} changed; nothing in it got worse."
