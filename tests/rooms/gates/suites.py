"""Suites in a few lines, for tests."""

from __future__ import annotations

from collections.abc import Mapping

from hotwash.gates.graded import Graded
from hotwash.gates.graders import State
from hotwash.kit.digest import content_digest
from hotwash.kit.schema.suite import Suite


def suite(kind: str = "replay", cases: int = 4, **more) -> Suite:
    """Cases c0, c1 ... whose answer has to hold `yes`; half of them in each of two languages."""
    said = {
        "id": "s", "title": "S", "kind": kind, "checks": [{"contains": ["yes"]}], "limits": {"answer": {"at_most": 0.5}},
        "cases": [{"id": f"c{n}", "user": f"question {n}", "segment": {"language": "de" if n % 2 else "en"}} for n in range(cases)],
        **more,
    }  # fmt: skip
    return Suite.model_validate(said)


def digest(one: Suite) -> str:
    return content_digest(one)


def trials(states: Mapping[str, State] | list[State], outcome: str = "answer") -> list[Graded]:
    """One trial a case."""
    named = states if isinstance(states, Mapping) else {f"c{n}": state for n, state in enumerate(states)}
    return [Graded(case, 1, {outcome: state}) for case, state in named.items()]
