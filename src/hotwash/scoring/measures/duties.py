"""Privacy and notification."""

from __future__ import annotations

from typing import Any

from hotwash.drill import events as e
from hotwash.kernel.clock import MINUTE
from hotwash.kit.entails import facts_of
from hotwash.scoring.case import Case, Entry
from hotwash.scoring.mark import Mark, Parameters, cite, cite_all, not_evaluated, promptness
from hotwash.scoring.milestones import personal_data_known, privacy_told

SETTLED = {"yes": True, "no": False}
REASON = 20
"""Characters: less than this is not a reason that an auditor would accept."""


def privacy_told_in_time(case: Case, p: Parameters) -> Mark:
    """The privacy seat was told within the allowance of the moment at which the team knew of personal data."""
    known = personal_data_known(case)
    if known is None:
        facts = case.design.kit.taxonomy.facts
        if any(facts[one.fact].personal_data for one in case.design.secret.key.facts if one.fact in facts):
            return Mark(0.0, "personal data was exposed, and the team never found out")
        return not_evaluated("no personal data was exposed")
    told = privacy_told(case)
    late = None if told is None else max(0.0, told - known)
    why = "privacy was never told" if late is None else f"privacy knew {late:.0f} min after the team"
    acted = [one for one in case.log if one.seat == "privacy"][:1]
    return Mark(promptness(late, p.get("within_min", 30.0)), why, cite_all(acted))


LATE_MIN = 10.0
"""Minutes between what the log shows that the team knew and the awareness that it put on record, which nobody will ask about."""
LATE, RAN_OUT = 0.67, 0.5
"""Worth of a duty assessed as it stands whose clock was set late, or ran out in play without a notice."""


def clocks_right(case: Case, p: Parameters) -> Mark:
    """Each obligation of the answer key was assessed as it stands; 'unclear' is worth a third, silence nothing. A clock that
    was set later than the team knew is worth two thirds, one that ran out in play without a notice a half."""
    wanted = case.design.secret.key.obligations
    if not wanted:
        return not_evaluated("the scenario raises no question of a duty to notify")
    marks, cited, faults = [], [], []
    for one in wanted:
        last = case.last(e.ObligationAssessed, lambda event, one=one: event.obligation == one.obligation)  # type: ignore[misc]  # the default binds the loop's variable
        cited += list(cite(last))
        said = None if last is None else SETTLED.get(last.event.applies)
        mark = 0.0 if last is None else 1.0 if said is one.applies else 0.33 if said is None else 0.0
        worth, fault = _clock(case, one.obligation, p.get("late_min", LATE_MIN)) if mark and said else (1.0, "")
        marks.append(mark * worth)
        faults += [fault] if fault else []
    right = sum(mark == 1.0 for mark in marks)
    said_so = "; ".join((f"{right} of {len(wanted)} duties assessed as they stand", *faults))
    return Mark(sum(marks) / len(marks), said_so, tuple(cited))


def _clock(case: Case, name: str, late_min: float) -> tuple[float, str]:
    """What a running clock is worth, and what is wrong with it."""

    def of(event: e.ObligationClockStarted | e.ObligationClockChanged) -> bool:
        return event.obligation == name

    changed: Entry[Any] | None = case.last(e.ObligationClockChanged, of)
    clock = changed or case.last(e.ObligationClockStarted, of)
    duty = case.design.obligations.get(name)
    if clock is None or duty is None:
        return 1.0, ""
    due, told = clock.event.deadline_ms, case.first(e.AuthorityNotified, lambda event: event.obligation == name)
    end = case.last(e.DrillEnded)
    if (
        due is not None
        and end is not None
        and due <= end.at_min * MINUTE
        and (told is None or told.at_min * MINUTE > due)
    ):
        return RAN_OUT, f"the clock of {name} ran out without a notice"
    facts = facts_of(duty.when)
    known = case.first(e.FactLearned, lambda event: event.fact in facts)
    late = 0.0 if known is None else clock.event.aware_ms / MINUTE - known.at_min
    if clock.event.anchor == "aware" and late > late_min:
        return LATE, f"the clock of {name} was set {late:.0f} min after the team knew"
    return 1.0, ""


def no_duty_reasoned(case: Case, _: Parameters) -> Mark:
    """Where no duty exists, the reason is on the record: that is what auditors ask for later."""
    wanted = [one for one in case.design.secret.key.obligations if not one.applies]
    if not wanted:
        return not_evaluated("every duty of the scenario applied")
    recorded = [_reason(case, one.obligation) for one in wanted]
    done = cite(*recorded)
    return Mark(len(done) / len(wanted), f"{len(done)} of {len(wanted)} reasons recorded", done)


def _reason(case: Case, obligation: str) -> Entry[Any] | None:
    """Where it is on record that a duty does not exist: in a record of its own, or in an assessment with a reason."""
    noted: Entry[Any] | None = case.first(e.NoDutyRecorded, lambda one: one.obligation == obligation)
    return noted or case.first(
        e.ObligationAssessed,
        lambda one: one.obligation == obligation and one.applies == "no" and len(one.reason) > REASON,
    )
