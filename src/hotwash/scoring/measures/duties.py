"""Privacy and notification."""

from __future__ import annotations

from typing import Any

from hotwash.drill import events as e
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


def clocks_right(case: Case, _: Parameters) -> Mark:
    """Each obligation of the answer key was assessed as it stands; 'unclear' is worth a third, silence nothing."""
    wanted = case.design.secret.key.obligations
    if not wanted:
        return not_evaluated("the scenario raises no question of a duty to notify")
    marks, cited = [], []
    for one in wanted:
        last = case.last(e.ObligationAssessed, lambda event, one=one: event.obligation == one.obligation)  # type: ignore[misc]
        cited += list(cite(last))
        said = None if last is None else SETTLED.get(last.event.applies)
        marks.append(0.0 if last is None else 1.0 if said is one.applies else 0.33 if said is None else 0.0)
    right = sum(mark == 1.0 for mark in marks)
    return Mark(sum(marks) / len(marks), f"{right} of {len(wanted)} duties assessed as they stand", tuple(cited))


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
