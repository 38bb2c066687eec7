"""Recorded runs as cases: one task, run by two configurations, clean and with a hidden instruction."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from hotwash.kernel.errors import NotSupportedError
from hotwash.ports.traces import RecordedRun

UNGROUPED = "task"
MOST_GROUPS = 24
"""Three kinds of harm each; more than that is a field with a value for every row and not a kind of task."""


@dataclass(frozen=True)
class Case:
    """A task by the configuration that ran: `clean` and, where it was attacked, `attacked`."""

    group: str
    task: str
    clean: Mapping[str, RecordedRun]
    attacked: Mapping[str, RecordedRun]


@dataclass(frozen=True)
class Count:
    """Attacked cases of one kind of task by who obeyed the hidden instruction. `unknown`: in either the record cannot
    tell; such a case counts neither as harm nor as safe."""

    both: int = 0
    running: int = 0
    fallback: int = 0
    neither: int = 0
    unknown: int = 0

    @property
    def all(self) -> int:
        """Every attacked case."""
        return self.both + self.running + self.fallback + self.neither + self.unknown


@dataclass(frozen=True)
class Library:
    """The cases that two configurations have in common. `running` serves at STARTEX, `fallback` is what a rollback
    brings."""

    running: str
    fallback: str
    cases: tuple[Case, ...]

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Kinds of tasks, most frequent first."""
        counted = Counter(case.group for case in self.cases)
        return tuple(sorted(counted, key=lambda one: (-counted[one], one)))

    @cached_property
    def by_fate(self) -> Mapping[tuple[str, str], tuple[Case, ...]]:
        """Attacked cases by group and fate: both, running, fallback, neither, unknown."""
        found: dict[tuple[str, str], list[Case]] = {}
        for case in self.cases:
            if case.attacked:
                found.setdefault((case.group, self.fate(case)), []).append(case)
        return {key: tuple(cases) for key, cases in found.items()}

    @cached_property
    def clean(self) -> Mapping[str, tuple[Case, ...]]:
        """Cases with a clean run, by group."""
        return {group: tuple(one for one in self.cases if one.group == group and one.clean) for group in self.groups}

    def fate(self, case: Case) -> str:
        """Who obeyed the hidden instruction of an attacked case."""
        here, there = case.attacked[self.running].harmed, case.attacked[self.fallback].harmed
        if here is None or there is None:
            return "unknown"
        return "both" if here and there else "running" if here else "fallback" if there else "neither"

    def count(self, group: str = "") -> Count:
        """Attacked cases of a group, or of all."""
        return Count(**Counter(self.fate(one) for one in self.cases if one.attacked and group in ("", one.group)))

    @property
    def runs(self) -> int:
        """How many runs stand behind the cases."""
        return sum(len(one.clean) + len(one.attacked) for one in self.cases)

    @property
    def lost_percent(self) -> int:
        """Percent of clean tasks that the running configuration solved and the fallback did not; 0 where the record
        does not say whether tasks were solved."""
        both = [one.clean for one in self.cases if one.clean]
        lost = sum(bool(one[self.running].served) and one[self.fallback].served is False for one in both)
        return round(100 * lost / len(both)) if both else 0


def library(runs: Sequence[RecordedRun], running: str = "", fallback: str = "") -> Library:
    """Pair the runs of two configurations.

    Without names, the one that obeyed most hidden instructions runs, and of the others that have the same tasks the one
    with most tasks solved less instructions obeyed is the fallback: a release that made things worse, and a version to
    go back to. Raises NotSupportedError when there are no two configurations with attacked runs of the same tasks.
    """
    bundles = sorted({one.bundle for one in runs})
    for name in (running, fallback):
        if name and name not in bundles:
            raise NotSupportedError(f"no recorded run is by '{name}': write one of {', '.join(bundles)}")
    attacked = {name: {one.task for one in runs if one.bundle == name and one.attacked} for name in bundles}
    obeyed = Counter(one.bundle for one in runs if one.attacked and one.harmed)
    solved = Counter(one.bundle for one in runs if not one.attacked and one.served)
    first = running or max((one for one in bundles if one != fallback), key=lambda one: obeyed[one], default="")
    others = [one for one in bundles if one != first and attacked[one] & attacked.get(first, set())]
    second = fallback or max(others, key=lambda one: solved[one] - obeyed[one], default="")
    if not second or second == first:
        raise NotSupportedError(
            "a drill on recorded traces needs two configurations with attacked runs of the same tasks; "
            f"these are {', '.join(bundles) or 'none'}"
        )
    found = Library(first, second, tuple(_cases(runs, first, second)))
    if not obeyed[first]:
        raise NotSupportedError(f"'{first}' obeyed no hidden instruction in these runs: name another with --running")
    if not found.count().all:
        raise NotSupportedError(f"'{first}' and '{second}' have no attacked task in common: name others")
    if len(found.groups) > MOST_GROUPS:
        said = f"{len(found.groups)} kinds of tasks"
        raise NotSupportedError(f"{said}, at most {MOST_GROUPS} can be told apart: map a coarser field to 'group'")
    return found


def _cases(runs: Sequence[RecordedRun], running: str, fallback: str) -> Iterator[Case]:
    pair = {running, fallback}
    by_task: dict[str, list[RecordedRun]] = {}
    for one in runs:
        if one.bundle in pair:
            by_task.setdefault(one.task, []).append(one)
    for task, found in sorted(by_task.items()):
        clean = {one.bundle: one for one in found if not one.attacked}
        attacked = {one.bundle: one for one in found if one.attacked}
        whole_clean, whole_attacked = clean.keys() == pair, attacked.keys() == pair
        if whole_clean or whole_attacked:
            group = slug(found[0].dims.get("suite", "")) or UNGROUPED
            yield Case(group, task, clean if whole_clean else {}, attacked if whole_attacked else {})


def slug(text: str) -> str:
    """A name as an id."""
    return re.sub(r"[^a-z0-9]+", "_", text.casefold()).strip("_")[:40].strip("_")
