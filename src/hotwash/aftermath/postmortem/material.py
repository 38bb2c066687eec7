"""What a postmortem is made of, and its small words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hotwash.aftermath.markdown import plain
from hotwash.aftermath.names import seat_title
from hotwash.aftermath.postmortem.sentences import sentences
from hotwash.drill import events as e
from hotwash.ports.system import Baseline, SignalFrame
from hotwash.scoring.case import Case
from hotwash.scoring.scorecard import Scorecard


@dataclass(frozen=True)
class Material:
    """A scored drill, the dashboards as they were with their healthy rates, and which papers stand beside the record.

    `persons` are the names of people who held seats, as the log has them: they stay out of a postmortem.
    """

    case: Case
    card: Scorecard
    frame: SignalFrame
    baseline: Baseline
    papers: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()

    @property
    def endex(self) -> str:
        """The event with which play ended, to cite."""
        ended = self.case.first(e.DrillEnded)
        return f"e{ended.version if ended else self.case.log[-1].version}"

    def seat(self, seat: str) -> str:
        """What a seat is called."""
        return seat_title(self.case, seat)


@dataclass(frozen=True)
class Part:
    """A stretch of the document that is built: `id` names it for as long as there are postmortems, `lines` are Markdown, one
    sentence or row of a table a line, so that edits are merged sentence by sentence."""

    id: str
    lines: tuple[str, ...]


def cited(refs: Iterable[str]) -> str:
    """References in brackets, each once, in order; empty for none."""
    once = list(dict.fromkeys(refs))
    return f"[{', '.join(once)}]" if once else ""


def events(versions: Iterable[int]) -> list[str]:
    """Versions of events as references."""
    return [f"e{one}" for one in versions]


def say(text: str, *refs: str) -> str:
    """A text whose every sentence ends with the references and its stop."""
    told = []
    for one in sentences(text) or [text]:
        body = plain(one.strip())
        stop = body[-1] if body.endswith(("?", "!")) else "."
        body = body.rstrip(".?!")
        told.append(f"{body} {cited(refs)}{stop}" if refs else f"{body}{stop}")
    return " ".join(told)


def item(text: str, *refs: str) -> str:
    """A sentence as an item of a list."""
    return f"- {say(text, *refs)}"


def table(head: Sequence[str], rows: Iterable[tuple[Sequence[str], Sequence[str]]]) -> tuple[str, ...]:
    """A table whose last column holds the references of each row: (cells, references)."""
    lines = [" | ".join([*head, "Evidence"]), "|".join(["---"] * (len(head) + 1))]
    lines += [" | ".join([*(plain(cell) for cell in cells), cited(refs)]) for cells, refs in rows]
    return (f"| {lines[0]} |", f"|{lines[1]}|", *(f"| {line} |" for line in lines[2:]))
