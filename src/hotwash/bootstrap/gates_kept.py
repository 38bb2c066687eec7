"""Gates that stand beside a record, and runs of them that are kept: read anew, and shown without asking anybody again."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hotwash.adapters.gate_folder import HISTORY, OPEN, RUNS, workflow_example
from hotwash.adapters.improvement_folder import improvement_of
from hotwash.bootstrap.gates import (
    GATE_FOLDER,
    RUN,
    KitSource,
    as_sarif,
    gate_history,
    overrides_of,
    read_run,
    rights_of,
)
from hotwash.bootstrap.suites import SIMULATED, load_result
from hotwash.gates.decide import Decided, decide, earlier
from hotwash.gates.override import standing
from hotwash.gates.reports import junit
from hotwash.kernel.errors import ContentError, HotwashError, Located, Problem
from hotwash.kit.bundle_files import CURRENT, LAST_GOOD, named_system, pair_named
from hotwash.kit.gates import GATE, LoadedGates, load_gates

WORKFLOW = "release-gate.yml"
ZIPPED_AT = (1980, 1, 1, 0, 0, 0)
"""The oldest moment that a zip can say: the same gates give the same bytes."""


@dataclass(frozen=True)
class KeptRun:
    """A run that is kept. `changed` names gates that are not the ones of the run any more: of them only the outcome is known."""

    loaded: LoadedGates
    row: dict[str, Any]
    decided: tuple[Decided, ...]
    changed: tuple[str, ...]

    @property
    def name(self) -> str:
        """Such as 0003."""
        return str(self.row["run"])

    def junit(self) -> str:
        """All gates for a CI system."""
        return junit(self.decided)

    def sarif(self, root: Path) -> str:
        """Every failing case with its place, as a path from `root`."""
        return as_sarif(self.loaded, self.decided, root)


def gates_beside(record: Path) -> LoadedGates | None:
    """The gates beside a record, None where nobody made them. Raises ContentError with every mistake in their form."""
    folder = gates_home(record)
    return load_gates(folder) if (folder / GATE).is_file() else None


def gates_home(record: Path) -> Path:
    """Where the gates of a record stand."""
    return improvement_of(record) / GATE_FOLDER


def kept_run(loaded: LoadedGates, name: str = "", *, runs: Path | None = None, history: Path | None = None, kit: KitSource = None) -> KeptRun | None:  # fmt: skip
    """A run by its name, the last one without; None where none is kept. Gates are judged anew on the kept answers, with the runs and the
    overrides of that moment; the outcome stays the one on record. Raises ContentError for a run that is not there."""
    at = runs if runs is not None else loaded.file.parent / RUNS
    names = kept_names(at)
    if not name and not names:
        return None
    if name and name not in names:
        write = f"Write one of: {', '.join(names)}." if names else "Run them first: hotwash gate run."
        raise ContentError([Problem(Located(at), f"holds no run '{name}'", write)])
    folder = at / (name or names[-1])
    row = read_run(folder)
    past = [one for one in gate_history(loaded, history or at / HISTORY) if one["at_ms"] < row["at_ms"]]
    known = [one for one in overrides_of(loaded) if one.at_ms <= row["at_ms"]]
    decided, rights = list[Decided](), rights_of(kit)
    same = {one.id: loaded.digest_of(one) for one in loaded.spec.gates}
    for gate in loaded.spec.gates:
        told = row["gates"].get(gate.id)
        if told is None or told["digest"] != same[gate.id]:
            continue
        suite = loaded.suites[gate.id]
        before = earlier(past, gate.id, suite.digest, loaded.spec.trend_over)
        stood = standing(gate, same[gate.id], known, row["at_ms"], rights)
        found = decide(gate, same[gate.id], suite.suite, load_result(folder / f"{gate.id}.json"), before, stood)
        decided.append(replace(found, outcome=told["outcome"]))
    changed = tuple(one for one, told in row["gates"].items() if same.get(one) != told["digest"])
    return KeptRun(loaded, row, tuple(decided), changed)


def kept_names(runs: Path) -> list[str]:
    """Runs that are kept, oldest first."""
    if not runs.is_dir():
        return []
    return sorted(one.name for one in runs.iterdir() if one.name != OPEN and (one / RUN).is_file())


@dataclass(frozen=True)
class Askable:
    """A bundle of a drill that its gates can be run on. `target` is what the command line takes."""

    name: str
    title: str
    target: str


def askable(loaded: LoadedGates, scenario: str) -> list[Askable]:
    """The failing bundle of a drill and the last good one: as the simulated service answers now, where it answers questions, and as they
    answered in the drill."""
    proof = loaded.file.parent / "proof"
    found = []
    if _answers(scenario):
        found += [
            Askable("faulty", "the failing bundle, as the simulated service answers", f"{SIMULATED}{scenario}/{CURRENT}"),
            Askable("good", "the last good bundle, as the simulated service answers", f"{SIMULATED}{scenario}/{LAST_GOOD}"),
        ]  # fmt: skip
    for name, said in (("faulty", "the failing bundle"), ("good", "the last good bundle")):
        file = proof / f"{name}.jsonl"
        if file.is_file():
            found.append(Askable(f"told-{name}", f"{said}, as it answered in the drill", str(file)))
    return found


def _answers(scenario: str) -> bool:
    """Whether a scenario is played on a service that answers questions; one that does not ship is not asked."""
    try:
        spec = named_system(scenario)
        pair_named(scenario)
    except HotwashError:
        return False
    return spec.kind == "copilot" and spec.recorded_runs is None


def gates_zip(loaded: LoadedGates) -> bytes:
    """The folder of gates as it goes into a repository, with the workflow beside it; runs and their answers stay here."""
    home, packed = loaded.file.parent, io.BytesIO()
    files = sorted(one for one in home.rglob("*") if one.is_file() and RUNS not in one.relative_to(home).parts[:1])
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        for one in files:
            out.writestr(zipfile.ZipInfo(f"gate/{one.relative_to(home).as_posix()}", ZIPPED_AT), one.read_bytes())
        out.writestr(zipfile.ZipInfo(f".github/workflows/{WORKFLOW}", ZIPPED_AT), workflow_example())
    return packed.getvalue()


def gate_workflow() -> str:
    """A whole workflow of plain shell steps that runs the gates in CI."""
    return workflow_example()
