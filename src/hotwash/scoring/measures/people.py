"""Communication and the discipline of the room."""

from __future__ import annotations

from typing import Any

from hotwash.drill import events as e
from hotwash.kernel.clock import MINUTE
from hotwash.scoring.case import Case, Entry
from hotwash.scoring.mark import Mark, Parameters, cite, cite_all, not_evaluated, promptness

IN_TIME, LATE = 0.5, 0.75
"""Share of the cost of a wrong text that a correction leaves, in time and late: who believed it has acted on it by then."""
INTERNAL = ("executive", "support", "engineering")
DEBUGGING = (e.QueryRun, e.TraceOpened, e.SuiteRun, e.LeverPulled, e.TestRecorded)


def variants(case: Case, _: Parameters) -> Mark:
    """Executives, support and engineering each got an update written for them."""
    if not case.design.secret.key.incident:
        return told_of_false_alarm(case)
    updates = case.all(e.UpdatePublished, lambda one: one.variant in INTERNAL)
    told = {one.event.variant for one in updates}
    return Mark(len(told) / len(INTERNAL), f"written for: {', '.join(sorted(told)) or 'nobody'}", cite_all(updates))


def told_of_false_alarm(case: Case) -> Mark:
    """Those who were alarmed were told, by an update or an answer, once it had been found that there was no incident."""
    call: Entry[Any] | None = case.first(e.SignalValidated, lambda one: one.verdict == "spurious")
    words: list[Entry[Any]] = [
        *case.all(e.UpdatePublished, lambda one: not one.external),
        *case.all(e.MessageSent, lambda one: "all" in one.to or bool(one.in_reply_to)),
    ]
    after = (
        []
        if call is None
        else sorted((one for one in words if one.version > call.version), key=lambda one: one.version)
    )
    return Mark(
        1.0 if after else 0.0, "told that it was a false alarm" if after else "nobody was told", cite_all(after[:1])
    )


def no_prohibited(case: Case, _: Parameters) -> Mark:
    """Nothing left the room that draft lint would have stopped: each text with a statement that was not true, not proved or
    prohibited costs half, one that only lacked something a quarter. A correction within the kit's limit gives half of that back, a late
    one a quarter."""
    updates = case.all(e.UpdatePublished)
    if not updates:
        return not_evaluated("nothing was published")
    bad = [one for one in updates if one.event.problems]
    cost = sum(_cost(one.event) * _left(case, one) for one in bad)
    rules = sorted({rule for one in bad for rule, _ in one.event.problems})
    why = f"{len(bad)} of {len(updates)} published texts should have been stopped" + (
        f": {', '.join(rules)}" if rules else ""
    )
    late = [one for one in bad if _left(case, one) == LATE]
    why += f"; {len(late)} corrected late" if late else ""
    return Mark(max(0.0, 1 - cost), why, cite_all(bad or updates))


def _left(case: Case, update: Entry[e.UpdatePublished]) -> float:
    """What is left of a cost after the first correction: all of it without one."""
    mended = case.first(e.UpdateCorrected, lambda one: one.update == update.event.draft)
    if mended is None:
        return 1.0
    limit_ms = case.design.kit.communication.correct_within_min * MINUTE
    return IN_TIME if mended.at_ms - update.at_ms <= limit_ms else LATE


def _cost(update: e.UpdatePublished) -> float:
    return 0.5 if any(words for _, words in update.problems) else 0.25


def injects_answered(case: Case, _: Parameters) -> Mark:
    """Share of injects that asked for something (expected action) and were answered by one of their recipients."""
    asked = [one for one in case.all(e.InjectDelivered) if one.event.kind != "contextual"]
    if not asked:
        return not_evaluated("no inject asked for anything")
    replied = {one.event.in_reply_to for one in case.all(e.MessageSent)}
    answered = [one for one in asked if one.event.inject in replied]
    return Mark(len(answered) / len(asked), f"{len(answered)} of {len(asked)} were answered", cite_all(asked))


def room_staffed(case: Case, p: Parameters) -> Mark:
    """The incident was opened and every seat had spoken or acted within the allowance of the first signal."""
    opened: Entry[Any] | None = case.first(e.IncidentOpened) or case.first(e.SignalValidated)
    if opened is None:
        return Mark(0.0, "nobody opened an incident")
    by = (opened.at_min + p.get("within_min", 10.0)) * MINUTE
    active = {one.seat for one in case.log if 0 < one.at_ms <= by}
    seats = set(case.design.kit.roles.seats)
    prompt = promptness(opened.at_min - case.start_min, p.get("within_min", 10.0))
    return Mark(
        prompt * len(active & seats) / len(seats), f"{len(active & seats)} of {len(seats)} seats at work", cite(opened)
    )


def ic_not_debugging(case: Case, _: Parameters) -> Mark:
    """The incident commander commands and leaves queries, suites and levers to others; silence is not command."""
    mine = [one for one in case.log if one.seat == "ic" and one.at_ms > 0]
    if not mine:
        return Mark(0.0, "the incident commander did nothing")
    hands_on = [one for one in mine if isinstance(one.event, DEBUGGING)]
    return Mark(
        max(0.0, 1 - len(hands_on) / 5), f"{len(hands_on)} hands-on actions by the commander", cite_all(hands_on)
    )


def rights_kept(case: Case, _: Parameters) -> Mark:
    """Levers were pulled on approval, on a standing order or in the seat's own right, not by breaking the glass."""
    pulls = case.all(e.LeverPulled)
    if not pulls:
        return not_evaluated("no lever was pulled")
    broken = [one for one in pulls if one.event.authority == "break-glass"]
    return Mark(1 - len(broken) / len(pulls), f"{len(broken)} of {len(pulls)} pulls broke the glass", cite_all(broken))
