"""The bow-tie of `causes.yaml`: what led to the top event and what came of it, with the controls on either side and what each did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from hotwash.aftermath.blocks import Barrier, BowTie, Tone, TreeNode
from hotwash.aftermath.causes.noted import Evidence
from hotwash.kit.schema.causes import OPEN, Cause, CausesPaper

THREATS: Mapping[str, Tone] = {"confirmed": "bad", "possible": "warn", "open": "plain"}
CAME: Mapping[str, Tone] = {"happened": "bad", "lessened": "warn", "prevented": "good", "open": "plain"}
IMPACT = "impact"


def bow_tie(paper: CausesPaper, evidence: Evidence, posts: Mapping[str, Barrier]) -> BowTie:
    """Threats are the causes at the ends of the fault tree that are not ruled out, each with its own controls and those of the causes above it;
    consequences are those of the paper, or the impact of a paper that names none. `posts` are the controls by id."""
    threats = tuple(_threats(paper.tree, (), evidence, posts))
    consequences = tuple(_consequences(paper, evidence, posts))
    left, right = _states(threats), _states(consequences)
    summary = (
        f"{_count(len(threats), 'threat')}: of the controls before the event {_told(left)}. "
        f"{_count(len(consequences), 'consequence')}: of the controls after it {_told(right)}. A solid post held, a crossed one failed, a dashed one was not there."
    )
    return BowTie("Before and after the event", summary, paper.top_event, threats, consequences)


def _threats(
    causes: Iterable[Cause], above: tuple[str, ...], evidence: Evidence, posts: Mapping[str, Barrier]
) -> Iterator[TreeNode]:
    for one in causes:
        named = tuple(dict.fromkeys((*one.controls, *above)))
        if one.verdict == "ruled-out":
            continue
        if one.causes:
            yield from _threats(one.causes, named, evidence, posts)
        else:
            yield TreeNode(_said(one.cause), one.verdict, THREATS[one.verdict], barriers=_posts(named, posts), cites=evidence.versions(one.evidence))  # fmt: skip


def _consequences(paper: CausesPaper, evidence: Evidence, posts: Mapping[str, Barrier]) -> Iterator[TreeNode]:
    for one in paper.consequences:
        yield TreeNode(_said(one.consequence), one.verdict, CAME[one.verdict], barriers=_posts(one.controls, posts), cites=evidence.versions(one.evidence))  # fmt: skip
    if not paper.consequences:
        for hop in paper.chain:
            if hop.hop == IMPACT:
                yield TreeNode(_said(hop.what), hop.state, "plain", barriers=_posts(hop.controls, posts), cites=evidence.versions(hop.evidence))  # fmt: skip


def _posts(names: Iterable[str], posts: Mapping[str, Barrier]) -> tuple[Barrier, ...]:
    return tuple(posts[name] for name in names if name in posts)


def _states(lines: Iterable[TreeNode]) -> list[str]:
    """What each control on one side did, each once."""
    found = {one.number: one.word for line in lines for one in line.barriers}
    return [found[number] for number in sorted(found)]


def _told(states: list[str]) -> str:
    if not states:
        return "none is named"
    counts = {word: states.count(word) for word in dict.fromkeys(states)}
    return ", ".join(f"{n} {word}" for word, n in counts.items())


def _count(n: int, word: str) -> str:
    return f"{n} {word}{'' if n == 1 else 's'}"


def _said(text: str) -> str:
    return f"open: {text.removeprefix(OPEN).lstrip(': ')}".rstrip(": ") if text.startswith(OPEN) else text
