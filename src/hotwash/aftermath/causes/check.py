"""Says what in a `causes.yaml` cannot stand, with file, line and what to write instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hotwash.aftermath.causes.endings import WRITE, stops_at
from hotwash.aftermath.causes.hops import TITLES
from hotwash.aftermath.causes.noted import Evidence
from hotwash.kernel.errors import Problem
from hotwash.kit.mistakes import in_order
from hotwash.kit.names import instead
from hotwash.kit.papers import Paper
from hotwash.kit.schema.causes import HOPS, OPEN, Cause, CausesPaper

FEWEST_WHYS = 3
"""Below this the last answer is still next to the event. Five is the custom; three is the least that the check takes."""
SOUGHT = {"symptom": "names a symptom as its cause", "person": "stops at a person"}
Path = tuple[str | int, ...]


def check(
    paper: Paper[CausesPaper], evidence: Evidence, people: Sequence[str] = (), *, stood_down: bool = False
) -> list[Problem]:
    """Every problem, from top to bottom. `people` are names that may not stand as a cause. Where the incident was `stood_down` as a
    false alarm, no hop need have broken; then a control has to be named that was wrong."""
    if paper.value is None:
        return list(paper.problems)
    found = _Check(paper, paper.value, evidence, people, stood_down=stood_down)
    return in_order([*paper.still_open(), *found.chain(), *found.whys(), *found.factors(), *found.tree(), *found.consequences(), *found.controls(), *found.people()])  # fmt: skip


class _Check:
    def __init__(
        self, paper: Paper[CausesPaper], value: CausesPaper, evidence: Evidence, people: Sequence[str], *, stood_down: bool
    ) -> None:  # fmt: skip
        self.paper, self.value, self.evidence, self.names = paper, value, evidence, people
        self.known = {one.id for one in value.controls}
        self.stood_down = stood_down

    def chain(self) -> Iterator[Problem]:
        """Every hop once, in order; each looked at, with evidence and with the control that should have stood there."""
        if tuple(one.hop for one in self.value.chain) != HOPS:
            yield self.problem(
                ("chain",), "the chain does not have every hop once, in order", f"Write: {', '.join(HOPS)}."
            )
        if not any(one.state in ("broke", "open") for one in self.value.chain):
            yield from self._nothing_broke()
        for n, one in enumerate(self.value.chain):
            at: Path = ("chain", n)
            if one.state == "open":
                yield self.problem((*at, "state"), f"{TITLES[one.hop]}: nobody has looked at this hop", "Write broke, passed-on or held, with evidence.")  # fmt: skip
                continue
            yield from self.cited(at, one.evidence, f"{TITLES[one.hop]}: it says '{one.state}' without evidence")
            yield from self.named(at, one.controls)
            if one.state != "held" and not one.controls:
                said = f"{TITLES[one.hop]}: no control is named that should have stopped it here"
                yield self.problem((*at, "controls"), said, "Name one of the controls; write a new one, with state missing, if there was none.")  # fmt: skip
            if one.state == "broke" and (what := self.stops(one.what)):
                yield self.problem((*at, "what"), f"{TITLES[one.hop]}: {SOUGHT[what]}", WRITE[what])

    def _nothing_broke(self) -> Iterator[Problem]:
        if not self.stood_down:
            yield self.problem(("chain",), "no hop broke", "Say at which hop the fault entered (state: broke).")
        elif all(one.state == "worked" for one in self.value.controls):
            said = "a false alarm, and no control that was wrong"
            yield self.problem(("controls",), said, "Name the detector that raised it, with state: failed.")

    def whys(self) -> Iterator[Problem]:
        """Each why with evidence; the last neither a symptom nor a person."""
        if len(self.value.whys) < FEWEST_WHYS:
            yield self.problem(("whys",), f"why was asked {len(self.value.whys)} times", f"Ask it five times, or at least {FEWEST_WHYS}.")  # fmt: skip
        last = len(self.value.whys) - 1
        for n, one in enumerate(self.value.whys):
            if one.because.startswith(OPEN):
                continue
            yield from self.cited(("whys", n), one.evidence, f"why {n + 1} has no evidence")
            what = self.stops(one.because)
            if what == "person" or (what and n == last):
                yield self.problem(("whys", n, "because"), f"why {n + 1} {SOUGHT[what]}", WRITE[what])

    def factors(self) -> Iterator[Problem]:
        """Each factor with evidence, none a person; at least one that is not technical was looked for."""
        for n, one in enumerate(self.value.factors):
            if not one.factor.startswith(OPEN):
                yield from self.cited(("factors", n), one.evidence, "this factor has no evidence")
                if (what := self.stops(one.factor)) == "person":
                    yield self.problem(("factors", n, "factor"), f"this factor {SOUGHT[what]}", WRITE[what])
        if not any(one.kind in ("process", "people") for one in self.value.factors):
            said = "every factor is technical"
            yield self.problem(
                ("factors",), said, "Look at process and people too: reviews, ownership, escalation, staffing."
            )

    def tree(self) -> Iterator[Problem]:
        """Every leaf has evidence for its verdict; every cause that is not ruled out has controls."""
        if not any(_confirmed(one) for one in self.value.tree):
            yield self.problem(("tree",), "no cause is confirmed", "Say which one the evidence confirms.")
        yield from self._causes(("tree",), self.value.tree)

    def _causes(self, at: Path, causes: Sequence[Cause]) -> Iterator[Problem]:
        for n, one in enumerate(causes):
            here: Path = (*at, n)
            if one.verdict == "open":
                yield self.problem(
                    (*here, "verdict"), "nobody has judged this cause", "Write confirmed, possible or ruled-out."
                )
            elif one.verdict != "possible":
                yield from self.cited(here, one.evidence, f"'{one.verdict}' has no evidence")
            yield from self.named(here, one.controls)
            if not one.causes and one.verdict in ("confirmed", "possible") and not one.controls:
                said = "no control is named that should have stopped this cause"
                yield self.problem(
                    (*here, "controls"), said, "Name one of the controls, or write one with state missing."
                )
            yield from self._causes((*here, "causes"), one.causes)

    def consequences(self) -> Iterator[Problem]:
        """Each judged, with evidence; what came about has a control that should have kept it small."""
        for n, one in enumerate(self.value.consequences):
            at: Path = ("consequences", n)
            yield from self.named(at, one.controls)
            if one.verdict == "open":
                write = "Write happened, lessened or prevented."
                yield self.problem((*at, "verdict"), "nobody has judged this consequence", write)
                continue
            if not one.consequence.startswith(OPEN):
                yield from self.cited(at, one.evidence, f"'{one.verdict}' has no evidence")
            if not one.controls:
                said = "no control is named that should have kept this consequence small"
                yield self.problem(
                    (*at, "controls"), said, "Name one of the controls, or write one with state missing."
                )

    def controls(self) -> Iterator[Problem]:
        """Each control once, judged, and standing somewhere."""
        used = {name for one in self.value.chain for name in one.controls} | set(_used(self.value.tree))
        used |= {name for one in self.value.consequences for name in one.controls}
        yield from self.paper.there_twice("controls", "control", [one.id for one in self.value.controls])
        for n, one in enumerate(self.value.controls):
            if one.state == "open":
                yield self.problem(("controls", n, "state"), f"nobody has said what '{one.id}' did", "Write missing, failed, bypassed, late or worked.")  # fmt: skip
            elif one.id not in used:
                yield self.problem(("controls", n, "id"), f"'{one.id}' stands at no hop, no cause and no consequence", "Name it where it should have worked, or take it out.")  # fmt: skip

    def people(self) -> Iterator[Problem]:
        """Answers about how the work was arranged, with evidence."""
        if not self.value.human_factors:
            yield self.problem(("human_factors",), "nothing is said about how the work was arranged", "Answer at least one question.")  # fmt: skip
        for n, one in enumerate(self.value.human_factors):
            if not one.answer.startswith(OPEN):
                yield from self.cited(("human_factors", n), one.evidence, "this answer has no evidence")
                if (what := self.stops(one.answer)) == "person":
                    yield self.problem(("human_factors", n, "answer"), f"this answer {SOUGHT[what]}", WRITE[what])

    def cited(self, at: Path, cited: Sequence[str], lacking: str) -> Iterator[Problem]:
        """Evidence that is there and exists."""
        if not cited:
            yield self.problem((*at, "evidence"), lacking, "Cite events (e12) or evidence items of the record.")
        for n, one in enumerate(cited):
            if fault := self.evidence.fault(one):
                yield self.problem((*at, "evidence", n), fault, "Cite an event or evidence item that shows it.")

    def named(self, at: Path, controls: Iterable[str]) -> Iterator[Problem]:
        """Controls that exist."""
        for n, one in enumerate(controls):
            if one not in self.known:
                yield self.problem(
                    (*at, "controls", n), f"there is no control '{one}'", instead(one, sorted(self.known))
                )

    def stops(self, said: str) -> str:
        """Whether a sentence stops at a symptom or a person."""
        return stops_at(said, self.names)

    def problem(self, at: Path, found: str, write: str) -> Problem:
        """A problem at a place of the paper."""
        return Problem(self.paper.at(*at), found, write)


def _confirmed(cause: Cause) -> bool:
    return cause.verdict == "confirmed" or any(map(_confirmed, cause.causes))


def _used(causes: Iterable[Cause]) -> Iterator[str]:
    for one in causes:
        yield from one.controls
        yield from _used(one.causes)
