"""Says what in minutes, risk register and sign-off cannot stand, with file, line and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hotwash.aftermath.causes.noted import Evidence
from hotwash.aftermath.causes.pages import lacking
from hotwash.aftermath.names import title_of
from hotwash.kernel.errors import Located, Problem
from hotwash.kit.mistakes import in_order
from hotwash.kit.names import instead
from hotwash.kit.papers import Paper
from hotwash.kit.schema.causes import OPEN, CausesPaper
from hotwash.kit.schema.frameworks import Framework
from hotwash.kit.schema.kit import Kit
from hotwash.kit.schema.meeting import ITEMS, ReviewPaper, RiskPaper, Signature, SignOff

ABOUT_FACTS = ("timeline-and-impact", "causes", "communications")
"""Items whose minutes speak of what happened: each line cites it."""
NOBODY = re.compile(r"\b(?:the |our )?(?:\w+ )?team\b|\beverybody\b|\beveryone\b|\btbd\b|\bn/?a\b", re.IGNORECASE)
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class About:
    """What papers are checked against."""

    evidence: Evidence
    head: str
    kit: Kit
    frameworks: Sequence[Framework]
    causes: CausesPaper | None


def check_review(paper: Paper[ReviewPaper], about: About) -> list[Problem]:
    """Every problem of the minutes."""
    value = paper.value
    if value is None:
        return list(paper.problems)
    return in_order([*paper.still_open(), *_meeting(paper, value, about), *_agenda(paper, value, about)])


def _meeting(paper: Paper[ReviewPaper], value: ReviewPaper, about: About) -> Iterator[Problem]:
    if value.log_head and value.log_head != about.head:
        yield Problem(
            paper.at("log_head"), "these minutes are of another log", f"Write {about.head}, or review the right drill."
        )
    if value.held_on is None:
        yield Problem(paper.at("held_on"), "no day is given", "Write the day of the meeting: 2026-12-03.")
    if not value.attended:
        yield Problem(paper.at("attended"), "nobody is named", "Name who was there, each in a role of the kit.")
    seats = about.kit.roles.seats
    for n, one in enumerate(value.attended):
        if one.role not in seats:
            yield Problem(
                paper.at("attended", n, "role"), f"the kit has no role '{one.role}'", instead(one.role, seats)
            )
    for n, role in enumerate(value.sign_off):
        if role not in seats:
            yield Problem(paper.at("sign_off", n), f"the kit has no role '{role}'", instead(role, seats))
    known = [one.id for one in about.frameworks]
    for n, name in enumerate(value.frameworks):
        if name not in known:
            yield Problem(paper.at("frameworks", n), f"there is no framework '{name}'", instead(name, known))


def _agenda(paper: Paper[ReviewPaper], value: ReviewPaper, about: About) -> Iterator[Problem]:
    if tuple(one.item for one in value.agenda) != ITEMS:
        yield Problem(
            paper.at("agenda"), "the agenda does not have every item once, in order", f"Write: {', '.join(ITEMS)}."
        )
    for n, one in enumerate(value.agenda):
        if not one.minutes and not one.decided:
            yield Problem(paper.at("agenda", n), f"{one.item}: nothing was said and nothing decided", "Write what was said, if only why there is nothing.")  # fmt: skip
        for m, line in enumerate(one.minutes):
            if one.item in ABOUT_FACTS and not line.evidence and not line.text.startswith(OPEN):
                yield Problem(paper.at("agenda", n, "minutes", m), f"{one.item}: this line cites nothing", "Cite events (e12) or evidence items of the record.")  # fmt: skip
            yield from _cited(paper, ("agenda", n, "minutes", m, "evidence"), line.evidence, about.evidence)


def check_risks(paper: Paper[RiskPaper], about: About, held_on: date | None) -> list[Problem]:
    """Every problem of the register."""
    value = paper.value
    if value is None:
        return list(paper.problems)
    found = [*paper.still_open(), *paper.there_twice("risks", "risk", [one.id for one in value.risks])]
    for n in range(len(value.risks)):
        found += _risk(paper, value, n, about, held_on)
    named = {gap for one in value.risks for gap in one.gaps}
    for control in lacking(about.causes.controls) if about.causes else ():
        if control.id not in named:
            said = f"no risk names the control gap '{control.id}' of causes.yaml"
            found.append(
                Problem(paper.at("risks"), said, f"Name {control.id} among the gaps of the risk that it leaves open.")
            )
    return in_order(found)


def _risk(paper: Paper[RiskPaper], value: RiskPaper, n: int, about: About, held_on: date | None) -> Iterator[Problem]:
    one, at = value.risks[n], ("risks", n)
    dims, modes = about.kit.severity.dimensions, about.kit.taxonomy.modes
    if one.mode not in modes:
        yield Problem(paper.at(*at, "mode"), f"the kit has no failure mode '{one.mode}'", instead(one.mode, modes))
    if one.likelihood == "open":
        yield Problem(
            paper.at(*at, "likelihood"), "nobody has said how likely", "Write rare, unlikely, possible or likely."
        )
    if not one.impact:
        yield Problem(
            paper.at(*at, "impact"), "no dimension of the severity matrix is rated", f"Rate some of: {', '.join(dims)}."
        )
    for dim in one.impact:
        if dim not in dims:
            yield Problem(paper.at(*at, "impact", dim), f"the severity matrix has no row '{dim}'", instead(dim, dims))
    if not one.owner.startswith(OPEN) and NOBODY.search(one.owner):
        yield Problem(paper.at(*at, "owner"), f"'{one.owner}' is nobody in particular", "Name one person or one role.")
    if one.treatment == "open":
        yield Problem(
            paper.at(*at, "treatment"),
            "nobody has said what is done about it",
            "Write reduce, accept, transfer or avoid.",
        )
    if one.treatment == "accept" and not (one.accepted_by and one.accepted_until):
        yield Problem(
            paper.at(*at, "treatment"),
            "accepted by nobody, or for ever",
            "Write by whom (accepted_by) and until which day (accepted_until).",
        )
    due = one.review_on
    if due is None:
        yield Problem(
            paper.at(*at, "review_on"), "no review date is given", "Write the day on which it is looked at again."
        )
    elif held_on and due <= held_on:
        yield Problem(paper.at(*at, "review_on"), f"{due} is not after the meeting of {held_on}", "Write a later day.")
    gaps: Collection[str] = [each.id for each in about.causes.controls] if about.causes else []
    for m, gap in enumerate(one.gaps):
        if gap not in gaps:
            yield Problem(paper.at(*at, "gaps", m), f"causes.yaml has no control '{gap}'", instead(gap, gaps))
    yield from _cited(paper, (*at, "evidence"), one.evidence, about.evidence)


def _cited(
    paper: Paper[ReviewPaper] | Paper[RiskPaper], at: Path, cited: Sequence[str], evidence: Evidence
) -> Iterator[Problem]:
    for n, one in enumerate(cited):
        if fault := evidence.fault(one):
            yield Problem(paper.at(*at, n), fault, "Cite an event or evidence item that shows it.")


def changed_since(signed: Signature, digests: Mapping[str, str]) -> list[str]:
    """Papers that are not what they were when this was signed."""
    changed = [paper for paper, digest in signed.digests.items() if digests.get(paper) != digest]
    return sorted([*changed, *(paper for paper in digests if paper not in signed.digests)])


def check_sign_off(
    signed: SignOff, review: ReviewPaper, digests: Mapping[str, str], file: Located, kit: Kit
) -> list[Problem]:
    """Roles that have not signed, and papers that changed after somebody did. The newest signature of a role counts."""
    newest = {one.role: one for one in signed.signatures}
    found = [
        Problem(
            file,
            f"{title_of(kit, role)} has not signed",
            f"When it is whole: hotwash meeting sign DRILL --role {role} --name NAME",
        )
        for role in review.sign_off
        if role not in newest
    ]
    for role, one in newest.items():
        found += [
            Problem(file, f"{paper} was changed after {title_of(kit, role)} signed it ({one.name}, {one.at:%Y-%m-%d %H:%M})", "Let them read it and sign again.")
            for paper in changed_since(one, digests)
        ]  # fmt: skip
    return found
