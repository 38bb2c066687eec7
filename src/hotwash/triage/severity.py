"""A severity to start from: each row of the kit's matrix that the traces can speak to, and the row that decides.

The matrix is the organisation's; what is measured here is set against its usual wording (three times the usual rate, one per cent of
users, content across tenants ...). Rows that traces cannot answer are listed as questions for people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotwash.kit.schema.columns import SignalColumn
from hotwash.kit.schema.kit import Severity
from hotwash.triage.attack import Attacks
from hotwash.triage.fairness import Fairness
from hotwash.triage.leakage import Leakage
from hotwash.triage.segments import Segment
from hotwash.triage.words import share

WORSE, MUCH_WORSE = 1.5, 3.0
"""Factors over the usual rate at which the base kit's rows on correctness and availability change level."""
MANY, SOME = 0.1, 0.01
"""Shares of traffic at which its row on scale does (the row speaks of users; requests stand in for them)."""
ROWS = {"system": "availability", "quality": "correctness", "safety-abuse": "security", "data-privacy": "privacy"}
"""The row that a signal of each layer speaks to."""
REFUSALS = {"refusals", "refused", "blocked"}
"""Signals of value withheld, whatever layer measures them."""
ROSE = 0.01
"""Chance at which more personal data than before counts as exposed by the incident; secrets always do."""
SINGLE = 5
"""Fewer events than this are single cases."""


@dataclass(frozen=True)
class SeverityRow:
    """One row of the matrix: the level that the traces suggest, because of what, and the kit's own words for it. `level` is None where
    people have to say."""

    dimension: str
    title: str
    level: int | None
    because: str
    text: str


@dataclass(frozen=True)
class Suggestion:
    """The mildest severity that the traces allow: the highest level on any row (1 is the worst). `decided_by` is that row."""

    level: int | None
    decided_by: str
    rows: tuple[SeverityRow, ...]


def suggest(
    matrix: Severity,
    signal: SignalColumn | None,
    segment: Segment | None,
    whole_factor: float | None,
    leakage: Leakage | None,
    attacks: Attacks | None,
    fairness: Fairness | None,
) -> Suggestion:
    """Set what was found against every row. `whole_factor` is the signal's rate over all traffic now, over the usual one."""
    levels: dict[str, tuple[int, str]] = {}
    if signal and segment:
        row = "availability" if signal.name in REFUSALS else ROWS[signal.layer]
        levels[row] = _rate(segment, whole_factor)
        levels["scale"] = _scale(segment)
    told = {"privacy": _privacy(leakage), "security": _security(attacks), "fairness": _fairness(fairness)}
    for name, one in told.items():
        if one and (name not in levels or one[0] < levels[name][0]):
            levels[name] = one
    rows = [_row(matrix, name, levels.get(name)) for name in matrix.dimensions]
    decided = min((one for one in rows if one.level is not None), key=lambda one: one.level or 9, default=None)
    return Suggestion(decided.level if decided else None, decided.dimension if decided else "", tuple(rows))


def _row(matrix: Severity, name: str, found: tuple[int, str] | None) -> SeverityRow:
    one = matrix.dimensions[name]
    if found is None:
        return SeverityRow(name, one.title, None, "Traces do not say: ask.", "")
    return SeverityRow(name, one.title, found[0], found[1], one.levels.get(found[0], ""))


def _rate(segment: Segment, whole: float | None) -> tuple[int, str]:
    here = segment.rate.share / segment.usual.share if segment.usual.share else None
    told = f"{here:.1f} times the usual rate in the segment" if here else "none was usual in the segment"
    if not segment.usual.asked:
        return 4, "what is usual there is not known: ask"
    if segment.excess.value < SINGLE:
        return 4, f"{segment.excess.value:.0f} more than usual"
    if (whole or 0) >= MUCH_WORSE or ((here is None or here >= MUCH_WORSE) and segment.share_of_traffic >= SOME):
        return 2, f"{told}, which is {share(segment.share_of_traffic)} of traffic"
    if (whole or 0) >= WORSE or here is None or here >= WORSE:
        return 3, f"{told}, which is {share(segment.share_of_traffic)} of traffic"
    return 4, told


def _scale(segment: Segment) -> tuple[int, str]:
    touched = segment.share_of_traffic
    level = 1 if touched > MANY else 2 if touched >= SOME or len(segment.scope.values("tenant")) > 1 else 3
    return level, f"the segment is {share(touched)} of requests; users were not counted"


def _privacy(found: Leakage | None) -> tuple[int, str] | None:
    if found is None:
        return None
    crossed = found.cross_tenant.shown + (found.cross_tenant.values or 0)
    if crossed:
        return 1, f"content of another tenant in {crossed:,} answers"
    if found.cross_tenant.documents and found.cross_tenant.documents.found:
        return (
            2,
            f"{found.cross_tenant.documents.found:,} requests were given a document of another tenant; no answer shows it",
        )
    real = [one for one in found.kinds if one.found.found]
    if secret := [one for one in real if one.group == "secret"]:
        return 1, f"{secret[0].kind} in {secret[0].found.found:,} answers"
    if risen := [one for one in real if one.p is None or one.p < ROSE]:
        return 2, f"{risen[0].kind} in {risen[0].found.found:,} answers"
    return None


def _security(found: Attacks | None) -> tuple[int, str] | None:
    if found is None or not found.reached.found:
        return None
    if found.executed_of_reached.found:
        return (
            1,
            f"{found.executed_of_reached.found:,} requests ended in an action that the payload asked for; if the tool only reads, it is level 2",
        )
    return 4, f"{found.reached.found:,} requests carried a payload, none ended in an action"


def _fairness(found: Fairness | None) -> tuple[int, str] | None:
    spikes = found.spikes() if found else ()
    screened = [(group, gap) for group, gap in spikes if gap.below_four_fifths]
    if screened:
        return (
            2,
            f"{_member(screened[0][0].member)}: ratio below four fifths, not so before; level 1 if the decisions are live and high-stakes",
        )
    if spikes:
        return 3, f"{_member(spikes[0][0].member)}: a gap that was not there before"
    return None


def _member(member: Sequence[tuple[str, str]]) -> str:
    return " and ".join(f"{name} {value}" for name, value in member)
