"""The draft check in a drill: what the team knows now is what a text is held against."""

from __future__ import annotations

from hotwash.comms.lint.check import check
from hotwash.comms.lint.finding import Finding
from hotwash.drill.design import DrillDesign
from hotwash.drill.journal import Journal
from hotwash.drill.known import team_facts
from hotwash.kit.schema.kit import MessageTemplate

Problem = tuple[str, str]


def findings(
    text: str, template: MessageTemplate, design: DrillDesign, journal: Journal, now_ms: int
) -> tuple[Finding, ...]:
    """Everything that the check finds, by what the team knows at this moment."""
    return check(text, template.variant, team_facts(journal, design, now_ms), design.kit)


def problems(found: tuple[Finding, ...]) -> tuple[Problem, ...]:
    """(rule, words found), each once, in the order of the text; what is missing has no words."""
    return tuple(dict.fromkeys((one.rule, one.words) for one in found))


def blocking(found: tuple[Finding, ...], *, external: bool) -> tuple[str, ...]:
    """Rules that keep a text in the room: whatever it says that is not so; what it lacks only where it leaves the organisation."""
    return tuple(dict.fromkeys(one.rule for one in found if one.blocks and (one.sentence or external)))
