"""From a scored drill to its row: duties kept and missed, and who was waited for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from hotwash.aftermath.rehearsal.rows import DrillRow, DutyRow, WaitRow
from hotwash.drill import events as e
from hotwash.kernel.clock import MINUTE
from hotwash.scoring.case import Case
from hotwash.scoring.scorecard import Scorecard


def drill_row(team: str, case: Case, card: Scorecard) -> DrillRow:
    """What a team's drill came to."""
    contained = card.containment
    return DrillRow(
        team=team,
        total=card.total,
        containment=contained.mark,
        harm=contained.harm,
        collateral=contained.collateral,
        detected_min=card.milestones.get("detected"),
        contained_min=card.milestones.get("contained"),
        ended_min=case.ended_ms / MINUTE,
        duties=tuple(duties(case)),
        waits=tuple(waits(case)),
    )


def duties(case: Case) -> Iterator[DutyRow]:
    """Duties that were judged: armed for the team to know, and met or missed by ENDEX."""
    armed = {one.event.duty: one.event for one in case.all(e.RuleArmed, lambda rule: rule.knowable)}
    at_ms = {one.version: one.at_ms for one in case.log}
    for met in case.all(e.RuleMet):
        due_ms = armed[met.event.duty].due_ms
        left = (due_ms - at_ms.get(met.event.by, met.at_ms)) / MINUTE
        yield DutyRow(met.event.rule, met.event.duty, met.event.seat, met=True, left_min=left)
    for missed in case.all(e.RuleMissed):
        yield DutyRow(missed.event.rule, missed.event.duty, missed.event.seat, met=False)


@dataclass
class _Desks:
    """Requests that lie on desks: (what it is about, which, seat) → since when."""

    waiting: dict[tuple[str, str, str], int] = field(default_factory=dict)
    readers: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def answered(self, about: str, which: str, seat: str, at_ms: int) -> Iterator[WaitRow]:
        since = self.waiting.pop((about, which, seat), None)
        if since is not None:
            yield _wait(seat, about, at_ms - since, answered=True)

    def over(self, about: str, which: str) -> None:
        """Nobody waits for it any more."""
        for key in [one for one in self.waiting if one[:2] == (about, which)]:
            del self.waiting[key]


def waits(case: Case) -> Iterator[WaitRow]:
    """Every time that somebody waited for a seat's word. A lever that several seats may approve waits for whichever answers; while
    none does, for all of them."""
    desks = _Desks()
    for one in case.log:
        match one.event:
            case e.LeverRequested(call=call, approvers=approvers, needs=needs) if needs:
                desks.waiting.update({("lever", call, seat): one.at_ms for seat in approvers})
            case e.LeverApproved(call=call):
                yield from desks.answered("lever", call, one.seat, one.at_ms)
            case e.LeverRefused(call=call):
                yield from desks.answered("lever", call, one.seat, one.at_ms)
                desks.over("lever", call)
            case e.LeverPulled(call=call):
                desks.over("lever", call)
            case e.ReviewRequested(draft=draft, reviewers=reviewers):
                desks.readers[draft] = (*desks.readers.get(draft, ()), *reviewers)
                for seat in reviewers:
                    desks.waiting.setdefault(("draft", draft, seat), one.at_ms)
            case e.DraftWritten(draft=draft):
                desks.waiting.update({("draft", draft, seat): one.at_ms for seat in desks.readers.get(draft, ())})
            case e.DraftApproved(draft=draft) | e.ChangesRequested(draft=draft):
                yield from desks.answered("draft", draft, one.seat, one.at_ms)
            case e.UpdatePublished(draft=draft):
                desks.over("draft", draft)
    for (about, _, seat), since in desks.waiting.items():
        yield _wait(seat, about, case.ended_ms - since, answered=False)


def _wait(seat: str, about: str, ms: int, *, answered: bool) -> WaitRow:
    return WaitRow(seat, "lever" if about == "lever" else "draft", ms / MINUTE, answered)
