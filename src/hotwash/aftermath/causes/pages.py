"""`causes.yaml` as a report: chain, whys, matrix, drawn tree, controls, human factors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hotwash.aftermath.blocks import Barrier, Block, Callout, Cell, Prose, Report, Section, Table, Tone, Tree, TreeNode
from hotwash.aftermath.causes.bow_tie import bow_tie
from hotwash.aftermath.causes.hops import TITLES
from hotwash.aftermath.causes.noted import Evidence
from hotwash.aftermath.cited import cited_blocks
from hotwash.kernel.event import Event
from hotwash.kit.schema.causes import EFFECTS, KINDS, OPEN, Cause, CausesPaper, Control, Held
from hotwash.kit.schema.kit import Kit

HANDLING = "EXERCISE EXERCISE EXERCISE · contains what a team found out; handle as the kit says"
STATES: dict[Held, Tone] = {
    "missing": "bad",
    "failed": "warn",
    "bypassed": "warn",
    "late": "warn",
    "worked": "good",
    "open": "plain",
}
HOP_TONES: dict[str, Tone] = {"broke": "bad", "passed-on": "warn", "held": "good", "open": "plain"}
VERDICT_TONES: dict[str, Tone] = {"confirmed": "bad", "possible": "warn", "ruled-out": "good", "open": "plain"}
KIND_WORDS = {"prompt-and-guardrails": "Prompt and guardrails"}
HELD_UP = {"created": "Created it", "hid": "Hid it", "delayed": "Delayed the response"}


def causes_report(paper: CausesPaper, evidence: Evidence, problems: int, events: Sequence[Event] = (), kit: Kit | None = None) -> Report:  # fmt: skip
    """The whole paper. What is not answered yet is shown as open, and how much of it there is stands first."""
    blocks: list[Block] = []
    if problems:
        told = f"hotwash causes check finds {problems} thing{'' if problems == 1 else 's'} to mend."
        blocks.append(Callout("Not finished.", told, "warn"))
    blocks += [
        Section("Causal chain", "chain"),
        _chain(paper, evidence),
        Section("Five whys", "whys"),
        Prose(f"What happened: {paper.top_event}"),
        _whys(paper, evidence),
        Section("Contributing factors", "factors"),
        _matrix(paper, evidence),
        Section("Fault tree", "tree"),
        fault_tree(paper, evidence),
        Section("Bow-tie", "bow-tie"),
        bow_tie(paper, evidence, posts_of(paper)),
        _controls(paper),
        Section("How the work was arranged", "people"),
        _people(paper, evidence),
    ]
    blocks += cited_blocks(blocks, events, kit)
    facts = [("Drill", paper.drill), ("Log", paper.log_head[:12] or "not said")]
    return Report("Causes", paper.top_event, HANDLING, facts, blocks, exercise=paper.exercise)


def posts_of(paper: CausesPaper) -> dict[str, Barrier]:
    """Controls by id as numbered posts, in the order of the list of controls."""
    return {one.id: Barrier(n, one.title, one.state, STATES[one.state]) for n, one in enumerate(paper.controls, 1)}


def bow_tie_report(paper: CausesPaper, evidence: Evidence, events: Sequence[Event] = (), kit: Kit | None = None) -> Report:  # fmt: skip
    """The bow-tie and the controls on it alone: one page for a wall."""
    blocks: list[Block] = [bow_tie(paper, evidence, posts_of(paper)), _controls(paper)]
    blocks += cited_blocks(blocks, events, kit)
    facts = [("Drill", paper.drill), ("Log", paper.log_head[:12] or "not said")]
    return Report("Bow-tie", paper.top_event, HANDLING, facts, blocks, exercise=paper.exercise)


def fault_tree(paper: CausesPaper, evidence: Evidence) -> Tree:
    """The tree with its controls as numbered barriers, in the order of the list of controls."""
    root = TreeNode(paper.top_event, "top event", "plain", below=_nodes(paper.tree, posts_of(paper), evidence))
    standing = [one for one in paper.controls if one.state == "worked"]
    confirmed = sum(1 for one in _all(paper.tree) if one.verdict == "confirmed")
    ruled_out = sum(1 for one in _all(paper.tree) if one.verdict == "ruled-out")
    told = (
        f"{confirmed} cause{'' if confirmed == 1 else 's'} confirmed, {ruled_out} ruled out; "
        f"{len(standing)} of {len(paper.controls)} controls worked. A solid post is a control that worked, a crossed one failed, a dashed one was missing."
    )
    return Tree("What led to it, and what should have stopped it", told, root)


def _nodes(causes: Sequence[Cause], numbers: dict[str, Barrier], evidence: Evidence) -> tuple[TreeNode, ...]:
    return tuple(
        TreeNode(
            said(one.cause), one.verdict, VERDICT_TONES[one.verdict], one.gate,
            tuple(numbers[name] for name in one.controls if name in numbers), _nodes(one.causes, numbers, evidence),
            evidence.versions(one.evidence),
        )
        for one in causes
    )  # fmt: skip


def _all(causes: Iterable[Cause]) -> Iterable[Cause]:
    for one in causes:
        yield one
        yield from _all(one.causes)


def _chain(paper: CausesPaper, evidence: Evidence) -> Table:
    titles = {one.id: one.title for one in paper.controls}
    rows = tuple(
        (
            Cell(TITLES[one.hop], strong=True),
            Cell("", HOP_TONES[one.state], word=one.state),
            Cell(said(one.what), cites=evidence.versions(one.evidence)),
            Cell(said(one.changed)),
            Cell(said(one.assumed)),
            Cell("; ".join(titles.get(name, name) for name in one.controls)),
        )
        for one in paper.chain
    )
    head = ("Hop", "State", "What happened", "What changed", "What was assumed", "Controls")
    return Table("From input to impact", head, rows, told=True)


def _whys(paper: CausesPaper, evidence: Evidence) -> Table:
    rows = tuple(
        (Cell(f"Why {n}", strong=True), Cell(said(one.because), cites=evidence.versions(one.evidence)), Cell(_items(one.evidence)))
        for n, one in enumerate(paper.whys, 1)
    )  # fmt: skip
    return Table("Each why and its evidence", ("Why", "Because", "Evidence items"), rows, told=True)


def factor_matrix(paper: CausesPaper, evidence: Evidence) -> Table:
    """What created it, hid it and delayed the response, by kind."""
    return _matrix(paper, evidence)


def _matrix(paper: CausesPaper, evidence: Evidence) -> Table:
    def cell(kind: str, effect: str) -> Cell:
        found = [one for one in paper.factors if (one.kind, one.effect) == (kind, effect)]
        cited = evidence.versions(each for one in found for each in one.evidence)
        return Cell(" ".join(f"{said(one.factor).rstrip('.')}." for one in found), cites=cited)

    rows = tuple(
        (Cell(KIND_WORDS.get(kind, kind.capitalize()), strong=True), *(cell(kind, effect) for effect in EFFECTS))
        for kind in KINDS
    )
    return Table("What created it, hid it, and delayed the response", ("Kind", *HELD_UP.values()), rows, told=True)


def _controls(paper: CausesPaper) -> Table:
    rows = tuple(
        (Cell(str(n)), Cell("", STATES[one.state], word=one.state), Cell(said(one.title)), Cell(said(one.why)), Cell(", ".join(one.answers)))
        for n, one in enumerate(paper.controls, 1)
    )  # fmt: skip
    return Table("Controls", ("Post", "State", "Control", "Why", "Serves"), rows, numeric=(0,))


def lacking(controls: Iterable[Control]) -> list[Control]:
    """Controls that were not there or did not hold: what corrective actions and new controls are about."""
    return [one for one in controls if one.state in ("missing", "failed", "bypassed", "late")]


def _people(paper: CausesPaper, evidence: Evidence) -> Table:
    rows = tuple(
        (Cell(one.question, strong=True), Cell(said(one.answer), cites=evidence.versions(one.evidence)))
        for one in paper.human_factors
    )
    return Table("Questions about the set-up, not about persons", ("Question", "Answer"), rows, told=True)


def said(text: str) -> str:
    """A text as it is shown: what nobody has answered is open."""
    return f"open: {text.removeprefix(OPEN).lstrip(': ')}".rstrip(": ") if text.startswith(OPEN) else text


def _items(cited: Iterable[str]) -> str:
    return ", ".join(one for one in cited if not (one[:1] == "e" and one[1:].isdigit()))
