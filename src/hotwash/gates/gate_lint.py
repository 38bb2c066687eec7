"""What in a folder of gates cannot work, before anybody is asked anything."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from hotwash.gates.override import RIGHT
from hotwash.gates.planned import cases_of
from hotwash.gates.suite_lint import lint_suite
from hotwash.kernel.errors import Problem
from hotwash.kit.gates import LoadedGates
from hotwash.kit.mistakes import in_order
from hotwash.kit.sources import Findings


def lint_gates(loaded: LoadedGates, rights: Mapping[str, Collection[str]], seats: Collection[str]) -> list[Problem]:
    """Every mistake, each with its place and what to write. `rights` and `seats` are those of the kit: who may accept a risk."""
    found = Findings(loaded.sources)
    may = rights.get(RIGHT, seats)
    for number, gate in enumerate(loaded.spec.gates):
        place = ("gates", "gates", number)
        cases = len(cases_of(loaded.suites[gate.id].suite))
        if gate.least > cases:
            found.add(
                (*place, "least"),
                f"{gate.least} cases are agreed and the suite has {cases}",
                f"Write {cases} or fewer, or more cases.",
            )
        for n, role in enumerate(gate.override.by):
            if role not in seats:
                found.add(
                    (*place, "override", "by", n),
                    f"'{role}' is no seat of the kit",
                    f"Write one of: {', '.join(seats)}.",
                )
        if not set(gate.override.by) & set(may):
            found.add(
                (*place, "override", "by"),
                "the kit lets none of these accept a risk",
                f"Write one of: {', '.join(may)}.",
            )
    problems = list(in_order(found.problems))
    for suite in {one.file: one for one in loaded.suites.values()}.values():
        problems += lint_suite(suite)
    return problems
