"""Things that cap the total, whatever else went well. The kit names the check and the cap."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from hotwash.drill import events as e
from hotwash.scoring.case import Case, Entry
from hotwash.scoring.containment import contain
from hotwash.scoring.mark import cite_all
from hotwash.scoring.milestones import personal_data_known, privacy_told

Verdict = tuple[int, ...] | None
"""Versions of the events that tripped the item (may be empty), or None when it did not trip."""

TOLD_WITHIN_MIN = 45.0
PREVENTED_LITTLE = 0.1
"""Share of the preventable loss below which harm ran on: what a lever pulled by chance in the last minutes still earns."""
WORSE = -0.05
"""The containment score from which a response did more damage than the incident: below zero by more than the price of
one lever that was tried for a few minutes."""
NO_DATA_RULE = "no-data-affected"
NO_DATA = re.compile(
    r"\bno (customer |personal |user )?data (was|were|has been|is) (affected|accessed|exposed|leaked)", re.IGNORECASE
)


def privacy_not_told(case: Case) -> Verdict:
    """The team knew of exposed personal data and had not told privacy 45 minutes later, or ever."""
    known, told = personal_data_known(case), privacy_told(case)
    if known is None:
        return None
    deadline = known + TOLD_WITHIN_MIN
    if told is not None and told <= deadline:
        return None
    facts = {fact for fact, guide in case.design.kit.taxonomy.facts.items() if guide.personal_data}
    learned = case.first(e.FactLearned, lambda one: one.fact in facts)
    return (learned.version,) if learned else ()


def severity_two_under(case: Case) -> Verdict:
    """At the end the severity stood two or more levels milder than the answer key, or an incident had none."""
    key = case.design.secret.key
    if not key.incident:
        return None
    last = case.last(e.SeveritySet)
    if last is None:
        return () if key.severity <= 2 else None
    return (last.version,) if last.event.level - key.severity >= 2 else None


def false_no_data_statement(case: Case) -> Verdict:
    """Somebody published that no data was affected while personal data was exposed, and nobody corrected it."""
    facts = case.design.kit.taxonomy.facts
    true = any(facts[one.fact].personal_data for one in case.design.secret.key.facts if one.fact in facts)
    linted = any(one.id == NO_DATA_RULE for one in case.design.kit.prohibited)
    said = case.all(e.UpdatePublished, lambda one: _says_no_data(one, linted=linted))
    corrected = {one.event.update for one in case.all(e.UpdateCorrected)}
    left = tuple(one.version for one in said if one.event.draft not in corrected)
    return left if true and left else None


def _says_no_data(update: e.UpdatePublished, *, linted: bool) -> bool:
    """What draft lint found, which knows a denial from a claim; a search where the kit has no such statement."""
    if linted:
        return any(rule == NO_DATA_RULE for rule, _ in update.problems)
    return bool(NO_DATA.search(update.text))


def evidence_destroyed(case: Case) -> Verdict:
    """A lever that destroys evidence was pulled with nothing preserved before it."""
    pulled = case.first(e.LeverPulled, lambda one: one.destroys_evidence)
    if pulled is None:
        return None
    kept: list[Entry[Any]] = [*case.all(e.SnapshotTaken), *case.all(e.EvidenceCollected)]
    return None if any(one.version < pulled.version for one in kept) else (pulled.version,)


def harm_ran_on(case: Case) -> Verdict:
    """At the end of play hardly any of the preventable loss of a real incident was prevented."""
    if not case.design.secret.key.incident or contain(case).score >= PREVENTED_LITTLE:
        return None
    return cite_all(case.all(e.LeverPulled))


def made_worse(case: Case) -> Verdict:
    """The team's own levers cost more than they saved: in a false alarm, as much as switching everything off."""
    pulls = case.all(e.LeverPulled)
    return cite_all(pulls) if pulls and contain(case).score < WORSE else None


CHECKS: dict[str, Callable[[Case], Verdict]] = {
    "privacy-not-told": privacy_not_told,
    "severity-two-under": severity_two_under,
    "false-no-data-statement": false_no_data_statement,
    "evidence-destroyed": evidence_destroyed,
    "harm-ran-on": harm_ran_on,
    "made-worse": made_worse,
}
