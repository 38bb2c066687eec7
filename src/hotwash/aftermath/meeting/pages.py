"""The review as a report: minutes, risk register, coverage of frameworks, sign-off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hotwash.aftermath.blocks import Bar, Bars, Block, Callout, Cell, Prose, Report, Section, Table, Tone
from hotwash.aftermath.causes.noted import Evidence
from hotwash.aftermath.causes.pages import HANDLING, said
from hotwash.aftermath.cited import cited_blocks
from hotwash.aftermath.meeting.coverage import Covered, Standing
from hotwash.aftermath.meeting.risks import Band, band, score, severity_of
from hotwash.aftermath.names import title_of
from hotwash.kernel.event import Event
from hotwash.kit.schema.frameworks import Framework
from hotwash.kit.schema.kit import Kit
from hotwash.kit.schema.meeting import ItemName, ReviewPaper, RiskPaper, SignOff

TITLES: dict[ItemName, str] = {
    "timeline-and-impact": "Timeline and impact",
    "causes": "Root cause and contributing factors",
    "control-gaps": "Control gaps",
    "communications": "Communication and notification",
    "corrective-actions": "Corrective actions",
    "verification": "Follow-up and verification",
}
BANDS: dict[Band, Tone] = {"high": "bad", "medium": "warn", "low": "good", "open": "plain"}
STANDINGS: dict[Standing, tuple[str, Tone]] = {
    "exercised-and-covered": ("exercised, with a control", "good"),
    "exercised-only": ("exercised, no control serves it", "bad"),
    "covered-only": ("a control, not exercised", "warn"),
    "neither": ("neither", "plain"),
    "not-for-a-drill": ("nothing a drill shows", "plain"),
}
SHOWN: tuple[Standing, ...] = ("exercised-and-covered", "covered-only", "exercised-only", "neither")


@dataclass(frozen=True)
class Review:
    """Everything that the report is made of. `changed` are the problems of the sign-off in words."""

    paper: ReviewPaper
    risks: RiskPaper | None
    covered: Sequence[Covered]
    frameworks: Sequence[Framework]
    signed: SignOff
    unsigned: Sequence[str]
    problems: int
    events: Sequence[Event]
    kit: Kit
    controls: Mapping[str, str]
    """What controls are called, by id."""


def review_report(review: Review) -> Report:
    """The whole review; what is open is shown as open."""
    paper, evidence = review.paper, Evidence(review.events)
    blocks: list[Block] = []
    if review.problems:
        blocks.append(Callout("Not finished.", f"hotwash meeting check finds {review.problems} to mend.", "warn"))
    for n, one in enumerate(paper.agenda, 1):
        blocks.append(Section(f"{n}. {TITLES[one.item]}", one.item))
        rows = tuple((Cell(said(line.text), cites=evidence.versions(line.evidence)),) for line in one.minutes)
        blocks.append(Table("Minutes", ("What was said",), rows, told=True, empty="Nothing was said."))
        blocks += [Prose(f"Decided: {said(each)}") for each in one.decided]
    blocks += [Section("Risk register", "risks"), *_risks(review.risks, evidence, review.controls)]
    blocks += [Section("Frameworks", "frameworks"), *coverage_blocks(review.covered, review.frameworks)]
    blocks += [Section("Sign-off", "sign-off"), *_signed(review)]
    blocks += cited_blocks(blocks, review.events, review.kit)
    there = ", ".join(f"{one.name} ({title_of(review.kit, one.role)})" for one in paper.attended) or "nobody named yet"
    facts = [
        ("Drill", paper.drill),
        ("Held on", str(paper.held_on or "not yet")),
        ("Chair", said(paper.chair)),
        ("There", there),
    ]
    return Report(
        "Review meeting",
        f"Minutes, risks and sign-off of {paper.drill}",
        HANDLING,
        facts,
        blocks,
        exercise=paper.exercise,
    )


def register_report(
    paper: RiskPaper, events: Sequence[Event], kit: Kit, controls: Mapping[str, str], problems: int
) -> Report:
    """The risk register alone, the highest risk first. `controls` are their titles by id."""
    blocks: list[Block] = []
    if problems:
        blocks.append(Callout("Not finished.", f"{problems} to mend.", "warn"))
    blocks += _risks(paper, Evidence(events), controls)
    blocks += cited_blocks(blocks, events, kit)
    return Report("Risk register", f"Risks that remain after {paper.drill}", HANDLING, [("Drill", paper.drill)], blocks, exercise=paper.exercise)  # fmt: skip


def _risks(paper: RiskPaper | None, evidence: Evidence, controls: Mapping[str, str]) -> list[Block]:
    if paper is None:
        return [Callout("No register.", "Nobody has written risks.yaml.", "warn")]
    ranked = sorted(paper.risks, key=lambda one: (-(score(one) or 0), one.id))
    rows = tuple(
        (
            Cell(one.title, strong=True, cites=evidence.versions(one.evidence)),
            Cell(str(score(one) or ""), BANDS[band(one)], word=band(one)),
            Cell(one.likelihood),
            Cell(
                f"Sev-{severity_of(one)}: {', '.join(f'{dim} {level}' for dim, level in one.impact.items())}"
                if one.impact
                else "open"
            ),
            Cell("; ".join(controls.get(gap, gap) for gap in one.gaps) or "none named"),
            Cell(said(one.owner)),
            Cell(f"{one.treatment}: {said(one.plan)}"),
            Cell(str(one.review_on or "not set")),
        )
        for one in ranked
    )
    head = ("Risk", "Score", "Likelihood", "Impact", "Control gaps", "Owner", "Treatment", "Review on")
    told = "Risks, the highest first; score is how bad (5 less the severity level) times how likely (1 to 4): it ranks, it measures nothing"
    return [Table(told, head, rows)]


def coverage_blocks(covered: Sequence[Covered], frameworks: Sequence[Framework]) -> list[Block]:
    """A chart over the frameworks, then the entries of each that are worth a line."""
    if not frameworks:
        return [Callout("None asked for.", "`frameworks` in review.yaml is empty.", "plain")]
    bars = tuple(_bar(one, [each for each in covered if each.framework == one.id]) for one in frameworks)
    gaps = sum(1 for one in covered if one.standing == "exercised-only")
    told = f"{gaps} entr{'y was' if gaps == 1 else 'ies were'} exercised and {'is' if gaps == 1 else 'are'} served by no control."
    blocks: list[Block] = [Bars("What the drill exercised and what controls serve", told, "entries that a drill can show", tuple(STANDINGS[one] for one in SHOWN), bars)]  # fmt: skip
    for one in frameworks:
        rows = tuple(
            _entry(each) for each in covered if each.framework == one.id and each.standing != "not-for-a-drill"
        )
        outside = sum(1 for each in covered if each.framework == one.id and each.standing == "not-for-a-drill")
        caption = (
            f"{one.title}, {one.version}; {outside} further entries are nothing that a drill shows and have no control"
        )
        blocks.append(Table(caption, ("Id", "Title", "Standing", "Controls"), rows, folded=True))
        blocks.append(Prose(f"{one.title}: {one.source}; checked {one.checked_on}. {one.note}".strip()))
    return blocks


def _bar(framework: Framework, covered: Sequence[Covered]) -> Bar:
    counted = tuple(float(sum(1 for one in covered if one.standing == each)) for each in SHOWN)
    exercised = int(counted[0] + counted[2])
    return Bar(framework.title, counted, f"{exercised} exercised")


def _entry(one: Covered) -> tuple[Cell, ...]:
    word, tone = STANDINGS[one.standing]
    return (
        Cell(one.entry.id, strong=True),
        Cell(one.entry.title),
        Cell("", tone, word=word, cites=one.events[:2]),
        Cell(", ".join(one.controls)),
    )


def _signed(review: Review) -> list[Block]:
    rows = tuple(
        (Cell(title_of(review.kit, one.role), strong=True), Cell(one.name), Cell(f"{one.at:%Y-%m-%d %H:%M %Z}"), Cell(", ".join(f"{name} {digest[:12]}" for name, digest in sorted(one.digests.items()))))
        for one in review.signed.signatures
    )  # fmt: skip
    table = Table(
        "Who signed which content", ("Role", "Name", "When", "Papers, SHA-256"), rows, empty="Nobody has signed."
    )
    lacking = [Callout("Not signed off.", f"{'; '.join(review.unsigned)}.", "warn")] if review.unsigned else []
    return [table, *lacking]
