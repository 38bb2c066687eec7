"""Drafts of actions from a record: what the drill shows is filled in and cited, what only people know is left open and marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from hotwash.aftermath.names import in_titles, seat_title, titled
from hotwash.drill import events as e
from hotwash.kit.writing import scalar
from hotwash.scoring.case import Case, Entry
from hotwash.scoring.scorecard import Scorecard

WORTH_MENDING = 0.75
"""As in the improvement plan of the after-action report: marks below this share of 1."""
OPEN = (
    ("type", "correction (this case), corrective (this cause), preventive (this kind of failure), detective"),
    ("horizon", "fast (days), medium (weeks), structural (months)"),
    ("action", "'[part of the service or of the work] does [what can be observed], [how much, how often, within what time]'"),
    ("owner", "one person, not a team"),
    ("deadline", "a day, by risk; Sev-1 findings within 14 days"),
    ("score", "{severities: 1-3, modes: 1-3, time_to_value: 3 = days}"),
    ("verification", "one of suite, command, query, attestation; docs/reference/capa-file.md has each"),
)  # fmt: skip
"""What only people know, with how to write it."""


@dataclass(frozen=True)
class Drafted:
    """One drafted action: what went wrong, the events that show it, and what the scoring says would have earned the mark."""

    id: str
    finding: str
    cites: tuple[int, ...]
    hint: str
    seat: str


def drafted(case: Case, card: Scorecard) -> list[Drafted]:
    """A draft for every missed expectation, missed rule, mark below three quarters and finding of people; each cites its events. What was
    never done has left no event: the end of the drill is cited, by which it was not on record."""
    ends = tuple(one.version for one in case.all(e.DrillEnded))[-1:] or (case.log[-1].version,)
    found: dict[str, Drafted] = {}
    card = titled(card, case.design.kit.lever_titles)
    for one in (*_expectations(card), *_rules(case), *_marks(card), *_findings(case)):
        cited = one if one.cites else replace(one, finding=f"{one.finding} (not on record by the end)", cites=ends)
        found.setdefault(one.id, cited)
    return list(found.values())


def _expectations(card: Scorecard) -> Iterator[Drafted]:
    for dimension in card.dimensions:
        for one in dimension.expectations:
            if one.state == "missed":
                yield Drafted(f"expected-{one.expectation}"[:60], f"Expected and missed: {one.what}", one.evidence, one.earns, one.seat)  # fmt: skip


def _rules(case: Case) -> Iterator[Drafted]:
    rules = {(one.event.rule, one.event.duty, one.event.seat): one for one in case.all(e.RuleArmed)}
    for missed in case.all(e.RuleMissed):
        armed = rules.get((missed.event.rule, missed.event.duty, missed.event.seat))
        cites = (*([armed.version] if armed else []), missed.version)
        what = armed.event.what if armed else missed.event.rule
        yield Drafted(_id("rule", missed.event.rule, missed.event.duty), f"Duty missed by the {seat_title(case, missed.event.seat)}: {what}", cites, in_titles(missed.event.lacking, case.design.kit.lever_titles), missed.event.seat)  # fmt: skip


def _marks(card: Scorecard) -> Iterator[Drafted]:
    for dimension in card.dimensions:
        for one in dimension.marks:
            if one.score is not None and one.score < WORTH_MENDING:
                yield Drafted(_id("mark", one.measure), f"{dimension.title}: {one.why}", one.evidence, one.earns, "")


def _findings(case: Case) -> Iterator[Drafted]:
    found: list[Entry[e.FindingRaised] | Entry[e.HotwashNoted]] = [
        *case.all(e.FindingRaised),
        *case.all(e.HotwashNoted),
    ]
    for one in found:
        owner = f" (suggested owner: {one.event.owner})" if one.event.owner else ""
        yield Drafted(f"finding-{one.version}", one.event.text, (one.version,), f"raised by the team{owner}", "")


def _id(*parts: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", "-".join(filter(None, parts)).lower()).strip("-")[:60].strip("-")


def as_draft(one: Drafted) -> str:
    """One draft as an entry of `actions`. `hotwash capa check` refuses it until what is marked OPEN is written."""
    seat = f", seat {one.seat}" if one.seat else ""
    lines = [f"- id: {one.id}", *(f"  # OPEN {name}: {how}" for name, how in OPEN)]
    lines += [f"  # from the record{seat}: {_flat(one.hint)}"]
    lines += [f"  finding: {scalar(one.finding)}", f"  cites: [{', '.join(map(str, one.cites))}]"]
    return "".join(f"  {line}\n" for line in lines)


def as_file(drill: str, created: date, drafts: list[Drafted]) -> str:
    """A new `capa.yaml`."""
    head = (
        "# EXERCISE. Corrective and preventive actions of a drill. Fill in what is marked OPEN, delete what is not worth it,\n"
        "# then: hotwash capa check. State, runs and moved deadlines are kept in capa.journal.jsonl beside this file.\n"
    )
    body = "".join(as_draft(one) for one in drafts)
    return f"{head}drill: {scalar(drill)}\ncreated: {created}\nactions:{' []' if not drafts else ''}\n{body}"


def _flat(text: str) -> str:
    """A comment is one line."""
    return " ".join(text.split())
