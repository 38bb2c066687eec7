"""From a suite to the questions that are asked, in an order that leaves a fair sample wherever a run breaks off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from hotwash.kernel.seeds import derive
from hotwash.kit.schema.suite import Case, Check, Pair, Suite, Turn
from hotwash.ports.endpoint import Ask, Message

CANARY = re.compile(r"\{canary:([a-z0-9_-]+)\}")
SOURCES = "Sources for this question:"


@dataclass(frozen=True)
class Planned:
    """One case as it is asked. `twin` is the case that it is held against in a bias suite: the same request, for the reference
    group; empty for a reference and in the other kinds."""

    case: str
    turns: tuple[Turn, ...]
    sources: tuple[str, ...]
    segment: Mapping[str, str]
    checks: tuple[Check, ...]
    twin: str = ""
    root: str = ""

    @property
    def said(self) -> str:
        """What the user wrote, all turns."""
        return "\n".join(one.content for one in self.turns if one.role == "user")


@dataclass(frozen=True)
class Question:
    """One trial of one case."""

    planned: Planned
    trial: int
    ask: Ask


def cases_of(suite: Suite) -> list[Planned]:
    """Every case, in the suite's order; pairs written out, one case for each version."""
    found = [_case(one, suite) for one in suite.cases]
    for pair in suite.pairs:
        found += _versions(pair, suite)
    return found


def count_of(suite: Suite) -> int:
    """Questions of a whole run: every trial of every case."""
    return len(cases_of(suite)) * suite.trials


def questions(suite: Suite, digest: str) -> list[Question]:
    """Every question of a run. First trials come before second ones, each round in an order drawn from the suite's content id:
    wherever the run breaks off, what was asked is a sample and not the top of a list. Versions of one pair stay together."""
    planned = cases_of(suite)
    seed = int(digest[:16], 16)
    placed = sorted(planned, key=lambda one: (derive(seed, "order", one.root or one.case), one.case))
    return [Question(one, trial, _ask(one, trial, suite)) for trial in range(1, suite.trials + 1) for one in placed]


def planted(text: str, suite: Suite) -> str:
    """A text with its planted secrets in their places; names that are not the suite's stay as they are."""
    values = {one.id: one.value for one in suite.canaries}
    return CANARY.sub(lambda found: values.get(found[1], found[0]), text)


def _case(one: Case, suite: Suite) -> Planned:
    turns = tuple(one.turns) or (Turn(role="user", content=one.user or ""),)
    sources = tuple(planted(text, suite) for text in one.sources)
    return Planned(one.id, turns, sources, one.segment, _checks(suite, one, sources))


def _versions(pair: Pair, suite: Suite) -> Iterator[Planned]:
    """The reference is asked once for every place in its list, and every group's text in the same place is held against it."""
    sources = tuple(planted(text, suite) for text in pair.sources)
    checks = _checks(suite, pair, sources)
    for name, groups in pair.vary.items():
        first = next(iter(groups))
        for group, texts in groups.items():
            for place, text in enumerate(texts, start=1):
                user = _filled(pair, name, text)
                twin = "" if group == first else f"{pair.id}.{name}.{first}.{place}"
                segment = {**pair.segment, "pair": pair.id, name: group}
                turns = (Turn(role="user", content=user),)
                root = f"{pair.id}.{name}.{place}"
                yield Planned(f"{pair.id}.{name}.{group}.{place}", turns, sources, segment, checks, twin, root)


def _checks(suite: Suite, one: Case | Pair, sources: tuple[str, ...]) -> tuple[Check, ...]:
    """The suite's checks and its own; the suite's grounding is for what has sources."""
    return (*(check for check in suite.checks if sources or check.grounded is None), *one.checks)


def _filled(pair: Pair, name: str, text: str) -> str:
    """One placeholder filled; the others hold the first text of their reference."""
    fill = {other: next(iter(groups.values()))[0] for other, groups in pair.vary.items()} | {name: text}
    pattern = re.compile("|".join(re.escape(f"{{{one}}}") for one in fill))
    return pattern.sub(lambda found: fill[found[0][1:-1]], pair.user)


def _ask(one: Planned, trial: int, suite: Suite) -> Ask:
    messages = [Message("system", planted(suite.system, suite))] if suite.system else []
    messages += [Message(turn.role, turn.content) for turn in one.turns[:-1]]
    if one.sources:
        listed = "\n".join(f"[{number}] {text}" for number, text in enumerate(one.sources, start=1))
        messages.append(Message("system", f"{SOURCES}\n{listed}"))
    messages.append(Message("user", one.turns[-1].content))
    decoding = suite.decoding.model_dump(exclude_none=True)
    return Ask(f"{one.case}#{trial}", tuple(messages), one.sources, tuple(suite.tools), decoding)
