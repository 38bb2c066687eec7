"""Suites: opened, checked, run, kept, shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hotwash.adapters.clock_wall import WallClock
from hotwash.adapters.crew_threads import ThreadCrew
from hotwash.adapters.endpoint_recorded import RecordedEndpoint
from hotwash.adapters.endpoint_simulated import SimulatedEndpoint
from hotwash.adapters.foreign_suites import read_foreign
from hotwash.adapters.gate_folder import write_gates
from hotwash.adapters.judged_rows import judged_rows as read_rows
from hotwash.adapters.run_journal import RunJournal
from hotwash.adapters.suite_folder import copy_suite
from hotwash.gates.formats import inspect_log, promptfoo
from hotwash.gates.formats.foreign import Foreign, files_of, slug
from hotwash.gates.pace import Patience, Spent
from hotwash.gates.planned import questions
from hotwash.gates.result import Result, from_json, result_of
from hotwash.gates.running import Answered, Begun, Run, Terms
from hotwash.gates.suite_lint import lint_suite
from hotwash.kernel.errors import ContentError
from hotwash.kernel.readable import readable
from hotwash.kit.bundle_files import is_bundle
from hotwash.kit.load import list_systems
from hotwash.kit.schema.endpoint import Care, EndpointSpec, Price
from hotwash.kit.schema.suite import Budget
from hotwash.kit.suites import LoadedSuite, load_endpoint, load_suite, packaged_suites, system_suites
from hotwash.ports.endpoint import Endpoint

SIMULATED = "simulated:"
FROM_A_DRILL = "Other suites are made of a drill: hotwash gate new --from DRILL."
RECORDED = (".jsonl", ".jsonl.gz")


@dataclass(frozen=True)
class Target:
    """Somewhere to ask, with how gently and at what price. `sends` names the environment's variables whose values go there."""

    endpoint: Endpoint
    care: Care
    price: Price | None
    sends: tuple[str, ...] = ()


def checked_suite(file: Path) -> LoadedSuite:
    """A suite without a mistake. Raises ContentError with all of them."""
    loaded = load_suite(file)
    if problems := lint_suite(loaded):
        raise ContentError(problems)
    return loaded


def start_suite(folder: Path, kind: str, system: str = "") -> Path:
    """A new suite from the one of its kind that ships, in general or for a simulated system; its file. Raises ContentError for a folder
    that holds something, and for a kind that does not ship."""
    shipped = system_suites(system) if system else packaged_suites()
    if not shipped:
        known = ", ".join(one for one in list_systems() if system_suites(one))
        raise ContentError.at("--system", f"no suite ships for '{system}'", f"Write one of: {known}. {FROM_A_DRILL}")
    if kind not in shipped:
        known = ", ".join(shipped)
        raise ContentError.at("--kind", f"no {kind} suite ships for {system}", f"Write one of: {known}. {FROM_A_DRILL}")
    return copy_suite(folder, shipped[kind])


def _over_http(spec: EndpointSpec) -> Target:
    from hotwash.adapters.endpoint_http import HttpEndpoint

    endpoint = HttpEndpoint(spec)
    return Target(endpoint, spec.care, spec.price, tuple(endpoint.sends))


def open_target(target: str, *, model: str = "", key: str = "", stream: bool = False) -> Target:
    """An address, an endpoint's file, recorded responses, or a bundle of a simulated system. `key` names the variable of the environment that holds the key of an address.
    Raises ContentError where it is none of these or cannot be used."""
    if target.startswith(("http://", "https://")):
        headers = {"Authorization": f"Bearer ${{{key}}}"} if key else {}
        spec = EndpointSpec.model_validate({"id": "target", "url": target, "model": model, "stream": stream, "headers": headers})  # fmt: skip
        return _over_http(spec)
    if target.startswith(SIMULATED):
        return simulated_target(target.removeprefix(SIMULATED))
    file = Path(target)
    if file.name.endswith(RECORDED):
        return Target(RecordedEndpoint(file), Care(), None)
    if file.suffix in (".yaml", ".yml"):
        if is_bundle(file):
            return simulated_target(target)
        spec = load_endpoint(file)
        return _over_http(spec)
    write = "Write an address (https://...), an endpoint's or a bundle's file (*.yaml), recorded responses (*.jsonl), or simulated:SYSTEM/last-good."
    raise ContentError.at(file, "is no target", write)


def simulated_target(name: str) -> Target:
    """A bundle of a simulated system: SYSTEM/last-good and the like, of a scenario with its faults, or a bundle's file that names one.
    Raises ContentError, and NotSupportedError for a system that answers no questions."""
    from hotwash.bootstrap.simulated import service_of

    answer, said = service_of(name)
    return Target(SimulatedEndpoint(said, answer), Care(), None)


@dataclass
class OpenRun:
    """A run that is ready to go: `go` asks, `result` judges what is there, at any moment."""

    loaded: LoadedSuite
    begun: Begun
    run: Run
    crew: ThreadCrew
    answers: dict[str, Answered]
    clock: WallClock
    baseline: Result | None

    @property
    def left(self) -> int:
        """Questions that are not settled."""
        return sum(not (one.ask.key in self.answers and self.answers[one.ask.key].settled) for one in self.run.questions)  # fmt: skip

    def go(self) -> Iterator[Answered]:
        """Ask what is left; answers as they come."""
        for answered in self.run.go(self.crew):
            self.answers[answered.key] = answered
            yield answered

    def result(self) -> Result:
        """The verdict on what is known so far."""
        run = self.run
        return result_of(self.loaded.suite, self.begun, run.questions, self.answers, run.spent, ended_ms=self.clock.now(),
                         price=run.terms.price, stopped=run.stopped, baseline=self.baseline)  # fmt: skip


@contextmanager
def open_run(
    loaded: LoadedSuite, target: Target, journal: Path, *, baseline: Path | None = None, budget: Budget | None = None, at_once: int | None = None
) -> Iterator[OpenRun]:  # fmt: skip
    """Begin a run, or go on with the one in the journal. Raises ChangedSuiteError when the suite or the target is not the
    journal's, ResultError for a baseline of another suite."""
    clock, suite = WallClock(), loaded.suite
    before = load_result(baseline) if baseline is not None else None
    limits = suite.budget if budget is None else budget
    if limits.cost is not None and target.price is None:
        said = f"a budget of {limits.cost:g} cannot be kept to without a price"
        raise ContentError.at(loaded.file, said, "Write 'price:' in the endpoint's file, or leave the cost out.")  # fmt: skip
    asked, care, spent = questions(suite, loaded.digest), target.care, Spent()
    begun = Begun(suite.id, loaded.digest, target.endpoint.name, clock.now())
    try:
        with RunJournal(journal, begun) as kept:
            for one in kept.earlier.values():
                spent.add(one.requests, one.reply)
            terms = Terms(limits, target.price, Patience(care.retries, round(1000 * care.longest_wait_s)))
            run = Run(asked, target.endpoint, clock, terms, kept, dict(kept.earlier), spent)
            opened = OpenRun(
                loaded, kept.begun, run, ThreadCrew(at_once or care.at_once), dict(kept.earlier), clock, before
            )
            opened.result()  # a baseline that does not fit is refused before anybody is asked
            yield opened
    finally:
        target.endpoint.close()


def judged_rows(file: Path) -> list[dict[str, str]]:
    """Judged requests, one row each; see `adapters.judged_rows`. Raises ContentError."""
    return read_rows(file)


def load_result(file: Path) -> Result:
    """A result from its file. Raises ResultError, or ContentError where it cannot be read."""
    try:
        return from_json(file.read_text(encoding="utf-8"), str(file))
    except (OSError, UnicodeDecodeError) as wrong:
        raise ContentError.at(file, "cannot be read", "Name a file that `hotwash suite run --out` wrote.") from wrong


def with_budget(loaded: LoadedSuite, *, requests: int | None, minutes: float | None, cost: float | None) -> Budget:
    """The suite's budget with what the person at the keyboard allows in its place. A budget is no part of what is agreed: it can
    only leave evidence out."""
    given = {"requests": requests, "minutes": minutes, "cost": cost}
    return loaded.suite.budget.model_copy(update={name: one for name, one in given.items() if one is not None})


def import_suite(file: Path, folder: Path, *, overwrite: bool = False) -> Foreign:
    """A test set or results of another tool as a suite's folder. Raises ContentError for what cannot be read or written."""
    found = read_foreign(file)
    name = slug(folder.name)
    write_gates(folder, files_of(found, name, file.name), overwrite=overwrite)
    return found


def export_suite(file: Path, form: str) -> tuple[str, dict[str, int]]:
    """A suite as text in the form of another tool, and what is lost, by name. Raises ContentError for a suite with a mistake in its form."""
    loaded = load_suite(file)
    if form == "promptfoo":
        body, lost = promptfoo.exported(loaded.suite, loaded.digest)
        return readable(body, sort=False), lost
    rows, lost = inspect_log.exported(loaded.suite)
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), lost
