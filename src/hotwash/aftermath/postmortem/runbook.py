"""Steps of a runbook against the log: what was done, late, or not, and what the log cannot tell.

A step is held to what it names in code marks (levers, suites, obligations, templates) and to a few deeds that have an event of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from markdown_it import MarkdownIt

from hotwash.aftermath.postmortem.material import Material
from hotwash.aftermath.postmortem.sentences import sentences
from hotwash.drill import events as e
from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.kit import Guide
from hotwash.scoring.case import Case, Entry

Found = Literal["done", "late", "not done", "not used", "not told by the log"]
MARKDOWN = MarkdownIt("commonmark", {"html": False})
WITHIN = re.compile(r"\b(?:within|by minute) (\d+)")
STEPS = ("triage", "containment", "escalation", "recovery")
"""Sections of a runbook that hold steps, by how their headings begin. The others describe or forbid."""
CHOICES = "containment"
"""Of these steps one is enough: those that were not taken are not used, and not missed."""
DEEDS: tuple[tuple[str, tuple[type[Any], ...]], ...] = (
    (r"\bopen\b.*\btraces?\b", (e.TraceOpened,)),
    (r"\bsnapshot\b", (e.SnapshotTaken,)),
    (r"\bone trace\b|\bevidence\b", (e.EvidenceCollected,)),
    (r"\bhypothes[ei]s\b", (e.HypothesisRaised,)),
    (r"\bwhich tenants\b|\bevery dimension\b|\bsegment first\b", (e.ScopeSet,)),
    (r"\bassess\b|\bassesses\b", (e.ObligationAssessed,)),
    (r"\bSev-\d\b", (e.SeveritySet,)),
)
"""Words of a step and the events that show that it was done."""


@dataclass(frozen=True)
class Step:
    """One step: section and text of the runbook, what was found, the first event that shows it, and within how many minutes of detection it was due."""

    section: str
    text: str
    found: Found
    entry: Entry[Any] | None
    within_min: float | None


def steps(material: Material, guide: Guide) -> list[Step]:
    """Of one runbook, in order. Deadlines inside a step count from detection."""
    detected = material.card.milestones.get("detected")
    start = (material.card.milestones.get("first_signal") or 0.0) * MINUTE
    found = []
    for section, text, names in read(guide.text):
        allowed = WITHIN.search(text)
        due = detected + float(allowed[1]) if allowed and detected is not None else None
        shown = [one for one in _shown(material.case, text, names) if start <= one.at_ms <= material.case.ended_ms]
        first = min(shown, key=lambda one: one.version, default=None)
        found.append(
            Step(
                section, text, _verdict(section, text, names, first, due), first, float(allowed[1]) if allowed else None
            )
        )
    return found


def _verdict(section: str, text: str, names: Sequence[str], first: Entry[Any] | None, due: float | None) -> Found:
    if first is not None:
        return "late" if due is not None and first.at_min > due else "done"
    if section.lower().startswith(CHOICES):
        return "not used" if names else "not told by the log"
    told = any(re.search(words, text, re.IGNORECASE) for words, _ in DEEDS)
    return "not done" if told else "not told by the log"


def _shown(case: Case, text: str, names: Sequence[str]) -> Iterator[Entry[Any]]:
    """Events that show a step, since play began."""
    yield from case.all(e.LeverPulled, lambda one: one.kind in names)
    yield from case.all(e.SuiteRun, lambda one: one.suite in names)
    yield from case.all(e.ObligationAssessed, lambda one: one.obligation in names)
    yield from case.all(e.UpdatePublished, lambda one: one.template in names)
    if names and any(name in case.design.kit.levers for name in names):
        return
    for words, kinds in DEEDS:
        if re.search(words, text, re.IGNORECASE):
            for kind in kinds:
                yield from case.all(kind)


def read(text: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """(section, step, names in code marks) of a runbook's page. Names after the first sentence explain, and are not what is to be done."""
    found: list[tuple[str, str, tuple[str, ...]]] = []
    section, heading, listed = "", False, 0
    for token in MARKDOWN.parse(text):
        heading = heading or token.type == "heading_open"
        listed += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
        if token.type != "inline":
            continue
        if heading:
            section, heading = token.content, False
        elif listed and section.lower().startswith(STEPS):
            children = token.children or []
            words = "".join(" " if one.type == "softbreak" else one.content for one in children)
            first = (sentences(words) or [""])[0]
            found.append(
                (
                    section,
                    words,
                    tuple(one.content for one in children if one.type == "code_inline" and one.content in first),
                )
            )
    return found
