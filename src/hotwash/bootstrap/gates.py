"""Gates: made from a drill, checked, run in CI, overridden, compared."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from hotwash.adapters.clock_wall import WallClock
from hotwash.adapters.gate_folder import (
    HISTORY,
    OPEN,
    OVERRIDES,
    RUNS,
    add_row,
    next_run,
    read_rows,
    write_gates,
    write_text,
)
from hotwash.adapters.improvement_folder import find_record, improvement_of
from hotwash.adapters.record_folder import read_record
from hotwash.bootstrap.contents import RecordedTraces
from hotwash.bootstrap.records import rebuild
from hotwash.bootstrap.suites import OpenRun, Target, open_run
from hotwash.gates.behaviour import Diff, DiffError, behaviour, did_of, diff
from hotwash.gates.corpus import Corpus, corpus
from hotwash.gates.decide import Decided, decide, earlier, exit_code, to_history
from hotwash.gates.files import About, files_of
from hotwash.gates.gate_lint import lint_gates
from hotwash.gates.override import RIGHT, Override, Rights, Standing, grant, override_of, standing
from hotwash.gates.reports import junit, sarif
from hotwash.gates.result import to_json
from hotwash.gates.tape import requests_in, roll_back
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.errors import ContentError, NotSupportedError, Problem
from hotwash.kernel.event import digest
from hotwash.kernel.readable import readable
from hotwash.kit.gates import LoadedGates, load_gates
from hotwash.kit.load import load_kit
from hotwash.kit.schema.gate import NOBODY
from hotwash.kit.schema.kit import Kit

GATE_FOLDER = "gate"
RUN, BEHAVIOUR = "run.json", "behaviour.jsonl"
KitSource = Path | Kit | None
"""A kit's folder, a kit that is read already, or the base kit."""


@dataclass(frozen=True)
class NewGates:
    """A folder of gates that was made, and what it holds."""

    folder: Path
    corpus: Corpus


def gates_from(
    drill: Path,
    to: Path | None = None,
    *,
    per: int = 60,
    trials: int = 1,
    overwrite: bool = False,
    traces: RecordedTraces | None = None,
) -> NewGates:
    """Gates from a drill's own tape; `traces` are the runs that a drill on recorded traces was played on. Raises ContentError for no
    record, other runs or a folder that holds something, NotSupportedError where nothing can be made."""
    record = find_record(drill)
    found = read_record(record)
    table, events = rebuild(found, traces)
    if traces is None and table.content["spec"].get("recorded_runs"):
        raise NotSupportedError(
            "this drill was played on recorded traces, and its record holds no transcripts: name them with --traces FOLDER"
        )
    key, system = table.design.secret.key, table.system.describe()
    if not key.incident:
        raise NotSupportedError(
            "nothing went wrong in this drill: it was a false alarm, and mends a detector rather than a release"
        )
    end = table.design.scenario.endex_min * MINUTE
    good = roll_back(rebuild(found, traces)[0].system, key.cause or "", end)
    table.system.advance(end)
    inside, around = (requests_in(table.design, table.system, good, events, inside=one) for one in (True, False))
    name, head = str(events[0].data["drill"]), events[-1].hash
    protected = [dim for dim in system.dimensions if dim not in system.routable]
    made = corpus(
        inside,
        around,
        origin={"drill": name, "record": head[:16]},
        slice_dims=list(key.scope),
        protected=protected,
        per=per,
        trials=trials,
    )
    if not made.suites:
        raise NotSupportedError(
            "no suite can be made of this drill: " + "; ".join(f"{one.what}: {one.why}" for one in made.not_made)
        )
    roles = list(table.design.kit.roles.rights.get(RIGHT, table.design.kit.roles.seats))
    about = About(_slug(name), name, head, key.mode or "any", NOBODY, roles, key.what_happened)
    folder = to if to is not None else improvement_of(record) / GATE_FOLDER
    write_gates(folder, files_of(made, about), overwrite=overwrite)
    return NewGates(folder, made)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60] or "gates"


def gate_problems(folder: Path, kit: KitSource = None) -> tuple[LoadedGates, list[Problem]]:
    """Gates and every mistake in them. Raises ContentError for mistakes in their form."""
    loaded, used = load_gates(folder), _kit(kit)
    return loaded, lint_gates(loaded, used.roles.rights, list(used.roles.seats))


def checked_gates(folder: Path, kit: KitSource = None) -> LoadedGates:
    """Gates without a mistake. Raises ContentError with all of them."""
    loaded, problems = gate_problems(folder, kit)
    if problems:
        raise ContentError(problems)
    return loaded


def overrides_of(loaded: LoadedGates) -> list[Override]:
    """Overrides on record, oldest first."""
    return [override_of(row) for row in read_rows(loaded.file.parent / OVERRIDES)]


def standings(loaded: LoadedGates, kit: KitSource = None) -> dict[str, Standing]:
    """Gate → its last override and whether it holds now, by the kit's decision rights."""
    at, known, rights = WallClock().now(), overrides_of(loaded), rights_of(kit)
    found = ((gate.id, standing(gate, loaded.digest_of(gate), known, at, rights)) for gate in loaded.spec.gates)
    return {name: one for name, one in found if one is not None}


def rights_of(kit: KitSource) -> Rights:
    """Who may override, by a kit; the base kit where none is named."""
    used = _kit(kit)
    return Rights.of(used.roles.rights, list(used.roles.seats))


def _kit(kit: KitSource) -> Kit:
    return kit if isinstance(kit, Kit) else load_kit(kit)


@dataclass(frozen=True)
class Asked:
    """What somebody asks for when they override. `hours` from now."""

    gate: str
    role: str
    person: str
    wanted_by: str
    reason: str
    watch: str
    hours: float


def override_gate(folder: Path, asked: Asked, kit: KitSource = None) -> Override:
    """Put an override on record. Raises ContentError for a gate that is not there, OverrideError where it may not be."""
    loaded = checked_gates(folder, kit)
    gate = next((one for one in loaded.spec.gates if one.id == asked.gate), None)
    if gate is None:
        names = ", ".join(one.id for one in loaded.spec.gates)
        raise ContentError.at(loaded.file, f"there is no gate '{asked.gate}'", f"Write one of: {names}.")
    now = WallClock().now()
    wanted = Override(gate.id, loaded.digest_of(gate), asked.role, asked.person, asked.wanted_by, asked.reason, asked.watch, now, now + round(asked.hours * 3_600_000))  # fmt: skip
    made = grant(gate, wanted, rights_of(kit))
    add_row(loaded.file.parent / OVERRIDES, made.to_json())
    return made


def hours_until(said: str) -> float:
    """From now: hours (`24h`), days (`3d`), or a moment of ISO 8601 with its offset. Raises ContentError for anything else."""
    if found := re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([hd])", said.strip()):
        return float(found[1]) * (24 if found[2] == "d" else 1)
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        write = "Write hours (24h), days (3d), or a moment with its offset (2026-12-01T12:00Z)."
        raise ContentError.at("--expires", f"'{said}' is no end", write)
    return moment.timestamp() / 3600 - WallClock().now() / 3_600_000


@dataclass
class GateRun:
    """A run of all gates: `steps` asks one gate after the other, `finish` judges, writes and says the exit code."""

    loaded: LoadedGates
    target: str
    release: str
    runs: Path
    history: Path
    kit: KitSource = None
    decided: list[Decided] = field(default_factory=list)
    opened: dict[str, OpenRun] = field(default_factory=dict)

    @property
    def journals(self) -> Path:
        """Where answers stand until the run is over: of this target and this release alone."""
        return self.runs / OPEN / digest([self.target, self.release])[:16]

    def steps(self, targets: Iterator[Target], at_once: int | None) -> Iterator[tuple[str, OpenRun]]:
        """Every gate with its open run, to be asked to its end. The journals of a run that was broken off are gone on from."""
        self.journals.mkdir(parents=True, exist_ok=True)
        for gate in self.loaded.spec.gates:
            suite = self.loaded.suites[gate.id]
            journal = self.journals / f"{gate.id}-{suite.digest[:16]}.jsonl"
            with open_run(suite, next(targets), journal, at_once=at_once) as opened:
                self.opened[gate.id] = opened
                yield gate.id, opened

    def finish(self) -> tuple[str, int]:
        """Judge all gates, keep the run and say its name and the exit code."""
        past, holding = read_rows(self.history), standings(self.loaded, self.kit)
        for gate in self.loaded.spec.gates:
            loaded, opened = self.loaded.suites[gate.id], self.opened[gate.id]
            before = earlier(past, gate.id, loaded.digest, self.loaded.spec.trend_over)
            self.decided.append(
                decide(gate, self.loaded.digest_of(gate), loaded.suite, opened.result(), before, holding.get(gate.id))
            )
        name, at = next_run(self.runs), WallClock().now()
        row = to_history(name, self.target, self.release, at, self.decided)
        folder = self.runs / name
        for one in self.decided:
            opened = self.opened[one.gate.id]
            write_text(folder / f"{one.gate.id}.json", to_json(one.result))
            for did in behaviour(one.gate.id, one.result, opened.run.questions, opened.answers):
                add_row(folder / BEHAVIOUR, did.to_json())
        write_text(folder / RUN, readable(row))
        # First the answers go: a run that dies here asks anew, and never passes on what it was told before.
        shutil.rmtree(self.journals)
        add_row(self.history, row)
        return name, exit_code(self.decided)

    def junit(self) -> str:
        """All gates for a CI system."""
        return junit(self.decided)

    def sarif(self, root: Path) -> str:
        """Every failing case with its place, as a path from `root`."""
        return as_sarif(self.loaded, self.decided, root)


def as_sarif(loaded: LoadedGates, decided: Sequence[Decided], root: Path) -> str:
    """SARIF 2.1.0 with paths from `root`, which the gates may stand outside of."""
    here = loaded.file.parent.resolve()
    inside = here.relative_to(root.resolve()).as_posix() if here.is_relative_to(root.resolve()) else ""
    prefix = f"{inside}/" if inside not in ("", ".") else ""
    return readable(sarif(loaded, decided, prefix), sort=False)


def gate_run(
    folder: Path,
    target: str,
    release: str,
    *,
    runs: Path | None = None,
    history: Path | None = None,
    kit: KitSource = None,
) -> GateRun:
    """A run of all gates, ready to go. Raises ContentError with every mistake in them."""
    loaded = checked_gates(folder, kit)
    at = runs if runs is not None else loaded.file.parent / RUNS
    return GateRun(loaded, target, release, at, history if history is not None else at / HISTORY, kit)


def gate_diff(before: Path, after: Path) -> Diff:
    """Two runs case by case. Raises ContentError for folders that are no runs, DiffError where they cannot be compared."""
    return diff(
        read_run(before),
        read_run(after),
        *([did_of(row) for row in read_rows(one / BEHAVIOUR)] for one in (before, after)),
    )


def read_run(folder: Path) -> dict[str, Any]:
    """What a kept run found, as its file holds it. Raises ContentError for a folder that is no run."""
    try:
        body = json.loads((folder / RUN).read_text(encoding="utf-8"))
        if not all(isinstance(one["suite"], str) for one in body["gates"].values()) or "target" not in body:
            raise DiffError(f"{folder / RUN} is no run")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise ContentError.at(
            folder, "holds no run of gates", "Name a folder that `hotwash gate run` wrote, such as gate/runs/0001."
        ) from wrong
    return dict(body)


def gate_history(loaded: LoadedGates, history: Path | None = None) -> Sequence[dict[str, Any]]:
    """Earlier runs, oldest first."""
    return read_rows(history if history is not None else loaded.file.parent / RUNS / HISTORY)
