"""Runs the verification of an action, whichever of the five kinds it is."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hotwash.adapters.verify_command import command_digest, is_trusted, run_command, trust
from hotwash.aftermath.capa.facts import Verified
from hotwash.bootstrap.evidence import key_folder
from hotwash.bootstrap.gates import GATE_FOLDER, checked_gates
from hotwash.bootstrap.questions import look_into
from hotwash.bootstrap.suites import RECORDED, SIMULATED, checked_suite, open_run, open_target
from hotwash.gates.planned import count_of
from hotwash.gates.result import Result, summary, to_json
from hotwash.kernel.errors import ContentError, HotwashError, Located, Problem
from hotwash.kernel.event import digest
from hotwash.kit.bundle_files import is_file
from hotwash.kit.schema.capa import Attestation, CapaAction, CommandCheck, GateCheck, QueryCheck, SuiteCheck
from hotwash.kit.schema.gate import Gate
from hotwash.kit.suites import LoadedSuite


class NotConfirmedError(HotwashError):
    """A verification that runs a program or sends something out, and that nobody has confirmed."""

    code = "not-confirmed"
    permanent = False


class VerificationStoppedError(HotwashError):
    """A verification that was broken off: nothing is known of it."""

    code = "stopped"
    permanent = False


@dataclass(frozen=True)
class Asked:
    """What is shown before it runs: the exact words, and what they get."""

    what: str
    folder: Path
    gets: tuple[str, ...]
    seconds: int


Confirm = Callable[[Asked], bool]
Answered = Callable[[], None]
"""Called after every question of a suite or gate; what it raises ends the verification."""


def count_asked(action: CapaAction, folder: Path) -> int:
    """Questions that a verification asks: none but for a suite or a gate. Raises ContentError where these cannot be used."""
    check = action.verification
    suites = [checked_suite(folder / check.suite.file)] if check.suite is not None else []
    if check.gate is not None:
        suites = [suite for _, suite in _gates(check.gate, folder)]
    return sum(count_of(one.suite) for one in suites)


def verify_action(action: CapaAction, of: str, folder: Path, today: date, confirm: Confirm, answered: Answered) -> Verified:  # fmt: skip
    """Run it. `of` is the digest of the action. Raises NotConfirmedError, and ContentError or QueryError where what it names cannot be
    used: nothing is known then, so nothing is recorded."""
    check = action.verification
    if check.command is not None:
        return _command(action.id, of, check.command, folder, confirm)
    if check.suite is not None:
        return _suite(action.id, of, check.suite, folder, confirm, answered)
    if check.query is not None:
        return _query(action.id, of, check.query, folder)
    if check.gate is not None:
        return _gate(action.id, of, check.gate, folder, confirm, answered)
    assert check.attestation is not None
    return _attested(action.id, of, check.attestation, folder, today)


def _confirmed(asked: Asked, one: str, confirm: Confirm) -> None:
    """A file may have come from anybody: what it makes this machine do is shown first, and confirmed or trusted from before."""
    if is_trusted(key_folder(), one):
        return
    if not confirm(asked):
        raise NotConfirmedError(f"Not run: {asked.what}. Read it, then confirm it, or give --yes.")
    trust(key_folder(), one, asked.what)


def _command(name: str, of: str, check: CommandCheck, folder: Path, confirm: Confirm) -> Verified:
    words = " ".join(repr(one) if not one or set(one) & set(" \t\n'\"\\;&|<>$`*?") else one for one in check.run)
    asked = Asked(words, folder, ("PATH", *check.environment), check.seconds)
    _confirmed(asked, command_digest(check, folder), confirm)
    ran = run_command(check, folder)
    lacks = bool(check.prints) and check.prints not in ran.tail
    green = ran.exit_code == 0 and not lacks
    said = (
        ran.stopped
        or f"exit code {ran.exit_code}{f', and it did not print {check.prints!r}' if lacks and ran.exit_code == 0 else ''}"
    )
    return Verified(name, of, "command", green, said, ran.output_sha256, ran.exit_code, round(1000 * ran.seconds))


def _suite(name: str, of: str, check: SuiteCheck, folder: Path, confirm: Confirm, answered: Answered) -> Verified:
    loaded = checked_suite(folder / check.file)
    result = _asked(loaded, check.target, folder, confirm, answered)
    body = to_json(result)
    said = f"suite {result.suite} on {result.target}: {result.verdict.replace('_', ' ')}"
    return Verified(name, of, "suite", result.verdict == "pass", said, hashlib.sha256(body.encode()).hexdigest(),
                    ran_ms=max(0, result.ended_ms - result.begun_ms))  # fmt: skip


def _asked(loaded: LoadedSuite, said: str, folder: Path, confirm: Confirm, answered: Answered) -> Result:
    """The result of a suite that is asked afresh; whoever sends something out has confirmed it."""
    elsewhere = said.startswith(("http://", "https://", SIMULATED))
    target = open_target(said if elsewhere else str(folder / said))
    if not needs_nothing(said):
        what = f"suite {loaded.suite.id} ({loaded.digest[:12]}) against {target.endpoint.name}"
        one = digest({"suite": loaded.digest, "target": target.endpoint.name, "sends": list(target.sends)})
        minutes = loaded.suite.budget.minutes
        _confirmed(Asked(what, folder, target.sends, round(60 * minutes) if minutes else 0), one, confirm)
    with tempfile.TemporaryDirectory() as scratch, open_run(loaded, target, Path(scratch) / "journal.jsonl") as run:
        for _ in run.go():
            answered()
        return run.result()


def needs_nothing(target: str) -> bool:
    """Whether asking a target starts nothing and sends nothing: recorded responses, or a bundle of a simulated system."""
    return target.endswith(RECORDED) or target.startswith(SIMULATED)


def runs_here(action: CapaAction, folder: Path) -> bool:
    """Whether a page may run a verification: a suite or a gate that is asked without starting or sending anything, of files in the
    folder of gates, which pages write and nobody types. What people typed into a form makes no server run a program, read another file or call anybody."""
    check = action.verification.gate or action.verification.suite
    if check is None or not needs_nothing(check.target):
        return False
    named = [check.folder if isinstance(check, GateCheck) else check.file]
    if not check.target.startswith(SIMULATED):
        named.append(check.target)
    elif is_file(check.target):
        return False
    home = (folder / GATE_FOLDER).resolve()
    return all((folder / one).resolve().is_relative_to(home) for one in named)


def _gate(name: str, of: str, check: GateCheck, folder: Path, confirm: Confirm, answered: Answered) -> Verified:
    """A gate, or all of a folder, asked afresh. An override lets a release go; it does not show that the action works."""
    gates = _gates(check, folder)
    results = [_asked(suite, check.target, folder, confirm, answered) for _, suite in gates]
    told, green = [], True
    for (gate, _), result in zip(gates, results, strict=True):
        counts = summary(result)
        known = counts["failed"] + counts["held"]
        green = green and result.verdict == "pass" and known >= gate.least
        told.append(f"{gate.id} {result.verdict.replace('_', ' ')}, {counts['failed']} of {known} known cases failed, {gate.least} agreed")  # fmt: skip
    said = f"gates on {results[0].target}: {'; '.join(told)}"
    body = "".join(map(to_json, results))
    took = sum(max(0, one.ended_ms - one.begun_ms) for one in results)
    return Verified(name, of, "gate", green, said, hashlib.sha256(body.encode()).hexdigest(), ran_ms=took)


def _gates(check: GateCheck, folder: Path) -> list[tuple[Gate, LoadedSuite]]:
    """The gates that are asked, each with its suite."""
    loaded = checked_gates(folder / check.folder)
    gates = [one for one in loaded.spec.gates if check.gate in (None, one.id)]
    if not gates:
        names = ", ".join(one.id for one in loaded.spec.gates)
        raise ContentError([Problem(Located(loaded.file), f"there is no gate '{check.gate}'", f"Write one of: {names}.")])  # fmt: skip
    return [(one, loaded.suites[one.id]) for one in gates]


def _query(name: str, of: str, check: QueryCheck, folder: Path) -> Verified:
    looked = look_into(folder / check.traces, check.sql, limit=2, seconds=check.seconds)
    rows = [list(one) for one in looked.rows]
    value = rows[0][0] if len(rows) == 1 and len(rows[0]) == 1 else None
    sha = digest([list(map(str, one)) for one in rows])
    if not isinstance(value, int | float) or isinstance(value, bool):
        return Verified(name, of, "query", green=False, said="the query did not give one row with one number", output_sha256=sha)  # fmt: skip
    low = check.at_least is None or value >= check.at_least
    high = check.at_most is None or value <= check.at_most
    bounds = " and ".join(f"{word} {bound:g}" for word, bound in (("at least", check.at_least), ("at most", check.at_most)) if bound is not None)  # fmt: skip
    return Verified(name, of, "query", low and high, f"{value:g}, to be {bounds}", sha)


def _attested(name: str, of: str, check: Attestation, folder: Path, today: date) -> Verified:
    file = folder / check.evidence
    body = file.read_bytes() if file.is_file() else b""
    said = f"{check.by} on {check.on}: {check.says}"
    why = ""
    if not body:
        why = f"there is no evidence at {check.evidence}"
    elif not check.on <= today < check.expires:
        why = f"it counts from {check.on} until {check.expires}"
    return Verified(name, of, "attestation", not why, why or said, hashlib.sha256(body).hexdigest(), until=check.expires.isoformat())  # fmt: skip
