"""What draft lint says of a draft in a drill, judged by what the team knows at that moment."""

from __future__ import annotations

from dataclasses import replace

from hotwash.comms.facts import Facts
from hotwash.comms.lint.check import check
from hotwash.comms.lint.finding import Finding
from hotwash.drill.conditions import World, held, of_team
from hotwash.drill.design import DrillDesign
from hotwash.drill.journal import Journal
from hotwash.drill.known import team_facts

Problem = tuple[str, str]


def facts_now(journal: Journal, design: DrillDesign, now_ms: int) -> Facts:
    """What the team knows, with the prohibited statements that the record makes true after all. True facts that the team
    does not know make nothing true, so they are not looked at."""
    world = World(journal, now_ms, design.system, ())
    lifted = (one.id for one in design.kit.prohibited if one.unless and held(of_team(one.unless), world))
    return replace(team_facts(journal, design, now_ms), lifted=frozenset(lifted))


def findings(text: str, variant: str, journal: Journal, design: DrillDesign, now_ms: int) -> tuple[Finding, ...]:
    """Everything that is wrong with a draft now."""
    return check(text, variant, facts_now(journal, design, now_ms), design.kit)


def problems(text: str, variant: str, journal: Journal, design: DrillDesign, now_ms: int) -> tuple[Problem, ...]:
    """What would stop a draft, as the log keeps it: (rule, the words found; empty for what is missing)."""
    return tuple((one.rule, one.words) for one in findings(text, variant, journal, design, now_ms) if one.blocks)
