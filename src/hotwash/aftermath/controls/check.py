"""Says what in a `controls.yaml` cannot stand: above all a control that nobody is told how to operate."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hotwash.aftermath.causes.pages import lacking
from hotwash.aftermath.meeting.check import NOBODY
from hotwash.aftermath.meeting.coverage import unknown
from hotwash.kernel.errors import Problem
from hotwash.kit.mistakes import in_order
from hotwash.kit.papers import Paper
from hotwash.kit.schema.causes import OPEN, CausesPaper
from hotwash.kit.schema.controls import Access, ControlsPaper, NewControl
from hotwash.kit.schema.frameworks import Framework

SEEN = re.compile(
    r"\d|\bsuite\b|\btest\b|\balert\b|\bfires?\b|\bdrill\b|\bprobe\b|\bcanary\b|\blog(?:s|ged)?\b", re.IGNORECASE
)
"""What makes "how one sees that it works" something that can be looked at: a number, or a named test, alert or log."""
FEWEST_WORDS = 4
"""A shorter instruction ("ask ops") leaves out when, what or who."""


def check_controls(
    paper: Paper[ControlsPaper], causes: CausesPaper | None, frameworks: Sequence[Framework]
) -> list[Problem]:
    """Every problem, from top to bottom."""
    value = paper.value
    if value is None:
        return list(paper.problems)
    found = [*paper.still_open(), *paper.there_twice("controls", "control", [one.id for one in value.controls])]
    for n, one in enumerate(value.controls):
        found += _control(paper, n, one, frameworks)
    there = {one.id for one in value.controls}
    for gap in lacking(causes.controls) if causes else ():
        if gap.id not in there:
            said = f"causes.yaml names '{gap.id}' as {gap.state}, and no control here answers it"
            found.append(
                Problem(
                    paper.at("controls"), said, f"Add a control with the id {gap.id} and its operating instruction."
                )
            )
    return in_order([*found, *_review(paper, value)])


def _control(
    paper: Paper[ControlsPaper], n: int, one: NewControl, frameworks: Sequence[Framework]
) -> Iterator[Problem]:
    at = ("controls", n)
    if one.kind == "open":
        yield Problem(
            paper.at(*at, "kind"), "nobody has said what it is for", "Write prevents, detects, contains or recovers."
        )
    for m, answer in enumerate(one.answers):
        if unknown([answer], frameworks):
            known = ", ".join(each.id for each in frameworks)
            yield Problem(
                paper.at(*at, "answers", m),
                f"'{answer}' is no entry of a framework",
                f"Write scheme:id; schemes are {known}.",
            )
    if one.operating is None:
        said = f"'{one.id}' has no operating instruction: nobody can work with it, and it becomes a new way to fail"
        yield Problem(
            paper.at(*at), said, "Add `operating` with owner, how, works_when, step_down, side_effects and tell."
        )
        return
    for name, told in one.operating.model_dump().items():
        if name == "owner":
            if not told.startswith(OPEN) and NOBODY.search(told):
                yield Problem(
                    paper.at(*at, "operating", name),
                    f"'{told}' is nobody in particular",
                    "Name one person or one role.",
                )
        elif not told.startswith(OPEN) and len(told.split()) < FEWEST_WORDS:
            yield Problem(paper.at(*at, "operating", name), f"{name}: '{told}' is too short to act on", "Write it for somebody who sees it for the first time.")  # fmt: skip
    works = one.operating.works_when
    if not works.startswith(OPEN) and not SEEN.search(works):
        said = "works_when names nothing that can be looked at"
        yield Problem(
            paper.at(*at, "operating", "works_when"),
            said,
            "Write a number with its bound, or the test, alert or log that shows it.",
        )


def _review(paper: Paper[ControlsPaper], value: ControlsPaper) -> Iterator[Problem]:
    review = value.access_review
    if review.reviewed_on is None:
        yield Problem(
            paper.at("access_review", "reviewed_on"), "no day is given", "Write the day on which access was looked at."
        )
    if review.next_on is None:
        yield Problem(paper.at("access_review", "next_on"), "no next day is given", "Write when it is looked at again.")
    elif review.reviewed_on and review.next_on <= review.reviewed_on:
        yield Problem(
            paper.at("access_review", "next_on"),
            f"{review.next_on} is not after {review.reviewed_on}",
            "Write a later day.",
        )
    for n, one in enumerate(review.access):
        yield from _access(paper, n, one)


def _access(paper: Paper[ControlsPaper], n: int, one: Access) -> Iterator[Problem]:
    at = ("access_review", "access", n)
    if one.logged == "open":
        yield Problem(
            paper.at(*at, "logged"), f"{one.may}: nobody has said whether it leaves a log", "Write yes or no."
        )
    if one.logged == "no" and not one.note:
        yield Problem(
            paper.at(*at, "logged"), f"{one.may}: it leaves no log", "Say in `note` what is done about it, and when."
        )
    if not one.holders:
        yield Problem(
            paper.at(*at, "holders"),
            f"{one.may}: nobody may do it",
            "Name who may, or take the line out if it does not exist.",
        )
    for m, holder in enumerate(one.holders):
        if holder.keep == "open":
            yield Problem(
                paper.at(*at, "holders", m, "keep"),
                f"{one.may}: nobody has judged {holder.role}",
                "Write keep, reduce or remove.",
            )
    holders = {holder.role.lower() for holder in one.holders if holder.keep != "remove" and holder.role != OPEN}
    approvers = {name.lower() for name in one.approved_by}
    if not approvers:
        yield Problem(
            paper.at(*at, "approved_by"), f"{one.may}: nobody has to agree", "Name who agrees before it is done."
        )
    elif holders and approvers <= holders and len(approvers) == len(holders) == 1:
        said = f"{one.may}: {next(iter(holders))} may do it and agree to it alone"
        yield Problem(paper.at(*at, "approved_by"), said, "Separate the two: somebody else agrees.")
