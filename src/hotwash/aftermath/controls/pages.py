"""`controls.yaml` as a report: each control with its operating instruction, and the access review."""

from __future__ import annotations

from hotwash.aftermath.blocks import Block, Callout, Cell, Prose, Report, Section, Table, Tone
from hotwash.aftermath.causes.hops import TITLES
from hotwash.aftermath.causes.pages import HANDLING, said
from hotwash.kit.schema.controls import Access, ControlsPaper, NewControl

ASKS = {
    "owner": "Owner", "how": "How to operate it", "works_when": "How one knows that it works", "step_down": "When to step down",
    "side_effects": "Side effects", "tell": "What people are told",
}  # fmt: skip
KEEP: dict[str, Tone] = {"keep": "good", "reduce": "warn", "remove": "bad", "open": "plain"}


def controls_report(paper: ControlsPaper, problems: int) -> Report:
    """One section a control, then who may change what."""
    blocks: list[Block] = []
    if problems:
        blocks.append(Callout("Not finished.", f"hotwash controls check finds {problems} to mend.", "warn"))
    blocks.append(Section("Operating instructions", "controls"))
    for one in paper.controls:
        blocks += _control(one)
    if not paper.controls:
        blocks.append(Prose("No control is new or changed."))
    review = paper.access_review
    blocks.append(Section("Who may change what", "access"))
    blocks.append(_access(review.access))
    facts = [("Drill", paper.drill), ("Access reviewed", f"{review.reviewed_on or 'not yet'} by {said(review.reviewed_by)}"), ("Next", str(review.next_on or "not set"))]  # fmt: skip
    return Report(
        "Controls", "How each is operated, and who may change what", HANDLING, facts, blocks, exercise=paper.exercise
    )


def _control(one: NewControl) -> list[Block]:
    about = [
        one.kind,
        *(f"stands at {TITLES[hop].lower()}" for hop in one.stops),
        *(f"serves {answer}" for answer in one.answers),
    ]
    head: list[Block] = [Section(one.title, f"control-{one.id}", 3), Prose(f"{'; '.join(about)}.")]
    if one.operating is None:
        return [*head, Callout("No operating instruction.", "Nobody can work with it.", "bad")]
    rows = tuple((Cell(ASKS[name], strong=True), Cell(said(told))) for name, told in one.operating.model_dump().items())
    return [*head, Table(f"Operating {one.title}", ("Question", "Answer"), rows, told=True)]


def _access(access: list[Access]) -> Table:
    rows = tuple(
        (
            Cell(one.title if n == 0 else "", strong=True),
            Cell(said(holder.role)),
            Cell(said(holder.why)),
            Cell("", KEEP[holder.keep], word=holder.keep),
            Cell(", ".join(map(said, one.approved_by)) if n == 0 else ""),
            Cell(f"{one.logged}{f': {one.note}' if one.note else ''}" if n == 0 else ""),
        )
        for one in access
        for n, holder in enumerate(one.holders)
    )
    head = ("May", "Who", "Why they need it", "Keep?", "Agreed by", "Leaves a log")
    return Table("Access review", head, rows, told=True)
