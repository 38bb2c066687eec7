"""Reads a folder of gates: `gate.yaml` and the suites that it names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hotwash.kernel.errors import ContentError, Problem
from hotwash.kernel.twice import twice
from hotwash.kit.digest import content_digest
from hotwash.kit.reader import Reader, raise_all
from hotwash.kit.schema.gate import Gate, GateFile
from hotwash.kit.sources import Sources
from hotwash.kit.suites import LoadedSuite, load_suite

GATE = "gate.yaml"


@dataclass(frozen=True)
class LoadedGates:
    """Gates with their suites by gate id, and where everything stands."""

    file: Path
    spec: GateFile
    suites: Mapping[str, LoadedSuite]
    sources: Sources

    def digest_of(self, gate: Gate) -> str:
        """What an override is bound to: the gate and its suite, cases and limits included; 64 hexadecimal digits."""
        return content_digest(gate, self.suites[gate.id].suite)


def load_gates(folder: Path) -> LoadedGates:
    """A folder of gates, or its `gate.yaml`. Raises ContentError with every mistake in its form, those of its suites included."""
    file = folder if folder.is_file() else folder / GATE
    reader = Reader()
    spec = reader.done(reader.model(file, ("gates",), GateFile))
    problems, suites = list[Problem](), dict[str, LoadedSuite]()
    for name in twice([one.id for one in spec.gates]):
        problems.append(
            Problem(
                reader.sources.where(("gates", "gates")),
                f"'{name}' is there already",
                "Give each gate an id of its own.",
            )
        )
    for number, gate in enumerate(spec.gates):
        found = file.parent / gate.suite
        if not found.resolve().is_relative_to(file.parent.resolve()):
            where = reader.sources.where(("gates", "gates", number, "suite"))
            problems.append(
                Problem(where, f"'{gate.suite}' lies outside the folder", "Put the suite beside gate.yaml.")
            )
            continue
        try:
            suites[gate.id] = load_suite(found)
        except ContentError as wrong:
            problems += wrong.problems
    raise_all(problems)
    return LoadedGates(file, spec, suites, reader.sources)
