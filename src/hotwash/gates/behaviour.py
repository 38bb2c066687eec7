"""What a release did, case by case, and what another did differently: outcomes, refusals, tool calls, the worst segment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from hotwash.gates.evidence import worst
from hotwash.gates.graders import State
from hotwash.gates.planned import Question
from hotwash.gates.regression import Criterion, Regression, Shift, regression
from hotwash.gates.result import Result
from hotwash.gates.running import Answered
from hotwash.kernel.errors import HotwashError
from hotwash.ports.endpoint import Reply
from hotwash.triage.answers import refused


class DiffError(HotwashError):
    """Two runs that cannot be compared."""

    code = "diff"


@dataclass(frozen=True)
class Did:
    """One case of one gate: the worst state of each outcome, in how many of its trials it refused, and the tools that it asked for, in the order
    of names, with how often over all trials. No text of an answer."""

    gate: str
    case: str
    segment: Mapping[str, str]
    states: Mapping[str, State]
    trials: int
    refused: int
    calls: Mapping[str, int]

    def to_json(self) -> dict[str, Any]:
        """As a run keeps it."""
        return asdict(self)


@dataclass(frozen=True)
class Called:
    """Tool calls of one case that changed."""

    gate: str
    case: str
    before: Mapping[str, int]
    after: Mapping[str, int]


@dataclass(frozen=True)
class Diff:
    """Two releases over the same cases. `gates` has a comparison of each gate; `worst` is the segment that changed most for the worse, over all
    gates; `left_out` are gates that only one side ran, or ran with another suite."""

    before: str
    after: str
    new_failures: tuple[str, ...]
    fixed: tuple[str, ...]
    refused_now: tuple[str, ...]
    served_now: tuple[str, ...]
    called: tuple[Called, ...]
    gates: Mapping[str, Regression]
    worst: Shift | None
    left_out: tuple[str, ...]

    @property
    def worse(self) -> bool:
        """Whether a gate, or a segment of one, is worse for certain."""
        return any(one.change == "worse" for found in self.gates.values() for one in (found.whole, *found.categories))


def behaviour(gate: str, result: Result, questions: Sequence[Question], answers: Mapping[str, Answered]) -> list[Did]:
    """What a finished run did, by case."""
    found: dict[str, list[tuple[Question, Reply]]] = {}
    for one in questions:
        answered = answers.get(one.ask.key)
        if answered is not None and isinstance(answered.reply, Reply):
            found.setdefault(one.planned.case, []).append((one, answered.reply))
    segments = {one.planned.case: dict(one.planned.segment) for one in questions}
    return [
        Did(
            gate, case, segments.get(case, {}), dict(states), len(found.get(case, ())),
            sum(reply.declined or refused(reply.text) for _, reply in found.get(case, ())),
            dict(sorted(Counter(call.tool for _, reply in found.get(case, ()) for call in reply.calls or ()).items())),
        )
        for case, states in result.cases.items()
    ]  # fmt: skip


def diff(
    before: Mapping[str, Any], after: Mapping[str, Any], did_before: Sequence[Did], did_after: Sequence[Did]
) -> Diff:
    """Compare two runs. `before` and `after` are their lines of history. Raises DiffError where no gate was run with the same suite."""
    one, other = ({name: gate["suite"] for name, gate in run["gates"].items()} for run in (before, after))
    shared = [name for name, digest in one.items() if other.get(name) == digest]
    if not shared:
        raise DiffError(
            "the two runs have no gate with the same suite in common: run both releases through the same gates"
        )
    left = tuple(sorted((set(one) | set(other)) - set(shared)))
    was = {(did.gate, did.case): did for did in did_before if did.gate in shared}
    now = {(did.gate, did.case): did for did in did_after if did.gate in shared}
    pairs = [(was[key], now[key]) for key in was if key in now]
    found = {name: _gate(name, pairs) for name in shared}
    shifts = [shift for name in shared for shift in _by_segment(name, pairs)]
    downs = [shift for shift in shifts if shift.value is not None and shift.value > 0]
    return Diff(
        str(before["target"]), str(after["target"]),
        tuple(_name(b) for a, b in pairs if _state(a) == "held" and _state(b) == "failed"),
        tuple(_name(b) for a, b in pairs if _state(a) == "failed" and _state(b) == "held"),
        tuple(_name(b) for a, b in pairs if b.refused * max(1, a.trials) > a.refused * max(1, b.trials)),
        tuple(_name(b) for a, b in pairs if b.refused * max(1, a.trials) < a.refused * max(1, b.trials)),
        tuple(Called(b.gate, b.case, a.calls, b.calls) for a, b in pairs if dict(a.calls) != dict(b.calls)),
        found, max(downs, key=lambda shift: (shift.change == "worse", shift.bounds.low, shift.value or 0.0), default=None), left,
    )  # fmt: skip


def _gate(gate: str, pairs: Sequence[tuple[Did, Did]], by: str = "") -> Regression:
    mine = [(a, b) for a, b in pairs if a.gate == gate and (not by or by in a.segment)]
    rows = [
        [{"case": did.case, "state": _state(did), **({by: did.segment[by]} if by else {})} for did in side]
        for side in zip(*mine, strict=True)
    ]
    before, after = rows or ([], [])
    return regression(
        before,
        after,
        key="case",
        failed=Criterion("state", ("failed",)),
        unknown=[Criterion("state", ("unknown",))],
        by=by,
    )


def _by_segment(gate: str, pairs: Sequence[tuple[Did, Did]]) -> list[Shift]:
    dims = dict.fromkeys(name for did, _ in pairs if did.gate == gate for name in did.segment)
    return [shift for dim in dims for shift in _gate(gate, pairs, dim).categories]


def _state(did: Did) -> State:
    return worst(list(did.states.values()))


def _name(did: Did) -> str:
    return f"{did.gate}/{did.case}"


def did_of(row: Mapping[str, Any]) -> Did:
    """From a run's file. Raises DiffError for a row that is none."""
    try:
        return Did(**row)
    except TypeError as wrong:
        raise DiffError("a line of the run is none: name a folder that `hotwash gate run` wrote") from wrong
