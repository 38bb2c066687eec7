"""The result of a run: everything that its verdict rests on, with no text of an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from hotwash.gates.evidence import worst
from hotwash.gates.graded import Graded, by_case, graded
from hotwash.gates.graders import LIMITS, State
from hotwash.gates.pace import Spent
from hotwash.gates.planned import Question, cases_of
from hotwash.gates.running import Answered, Begun
from hotwash.gates.verdict import Finding, Verdict, judge
from hotwash.kernel.errors import HotwashError
from hotwash.kernel.readable import readable
from hotwash.kit.schema.endpoint import Price
from hotwash.kit.schema.suite import Suite, SuiteKind
from hotwash.ports.endpoint import NoReply, Reply

FORMAT = 1


class ResultError(HotwashError):
    """A file that is no result, or a result that does not belong to what it is held against."""

    code = "result"


@dataclass(frozen=True)
class Usage:
    """What a run took. `silent` counts questions without an answer by fault; `cost` is None where it cannot be known."""

    questions: int
    answered: int
    requests: int
    silent: Mapping[str, int]
    input_tokens: int
    output_tokens: int
    cost: float | None
    stopped: str = ""


@dataclass(frozen=True)
class Result:
    """A run that is over. `cases` is case → outcome → state; `failures` has the trials in which something failed or is unknown, with why.
    `blind_to` says what the graders that were used cannot see. `baseline` is the target that changes are measured from."""

    format: int
    suite: str
    title: str
    kind: SuiteKind
    digest: str
    confidence: float
    target: str
    begun_ms: int
    ended_ms: int
    verdict: Verdict
    findings: tuple[Finding, ...]
    usage: Usage
    cases: Mapping[str, Mapping[str, State]]
    failures: tuple[Graded, ...]
    blind_to: Mapping[str, str]
    baseline: str = ""


_ADAPTER = TypeAdapter(Result)


def result_of(
    suite: Suite,
    begun: Begun,
    questions: Sequence[Question],
    answers: Mapping[str, Answered],
    spent: Spent,
    *,
    ended_ms: int,
    price: Price | None = None,
    stopped: str = "",
    baseline: Result | None = None,
) -> Result:
    """Grade and judge. Raises ResultError for a baseline of another suite."""
    if baseline is not None and baseline.digest != begun.digest:
        raise ResultError(
            f"the baseline was measured with another suite ({baseline.digest[:12]}, not {begun.digest[:12]}): "
            "run this suite against the baseline's target first"
        )
    trials = [graded(suite, one, _reply(answers, one)) for one in questions]
    judged = judge(suite, trials, baseline.cases if baseline else None)
    tests = dict.fromkeys(check.test for case in cases_of(suite) for check in case.checks)
    return Result(
        FORMAT, suite.id, suite.title, suite.kind, begun.digest, suite.confidence, begun.target, begun.at_ms, ended_ms,
        judged.verdict, judged.findings, _usage(questions, answers, spent, price, stopped), by_case(trials),
        tuple(one for one in trials if one.why), {test: LIMITS[test] for test in tests},
        baseline.target if baseline else "",
    )  # fmt: skip


def _reply(answers: Mapping[str, Answered], question: Question) -> Reply | NoReply | None:
    found = answers.get(question.ask.key)
    return found.reply if found is not None else None


def _usage(
    questions: Sequence[Question], answers: Mapping[str, Answered], spent: Spent, price: Price | None, stopped: str
) -> Usage:
    replies = [_reply(answers, one) for one in questions]
    silent = Counter("not_asked" if one is None else one.fault for one in replies if not isinstance(one, Reply))
    answered = sum(isinstance(one, Reply) for one in replies)
    return Usage(len(questions), answered, spent.requests, dict(sorted(silent.items())), spent.input_tokens,
                 spent.output_tokens, spent.cost(price), stopped)  # fmt: skip


def to_json(result: Result) -> str:
    """As a file holds it."""
    return readable(_ADAPTER.dump_python(result, mode="json"))


def from_json(text: str, name: str) -> Result:
    """A result from its file's text. Raises ResultError, naming the file, for anything else."""
    try:
        found: Result = _ADAPTER.validate_json(text)
    except ValidationError as wrong:
        raise ResultError(
            f"{name} is no result of a suite: write the file that `hotwash suite run --out` wrote"
        ) from wrong
    if found.format != FORMAT:
        raise ResultError(f"{name} is a result of format {found.format}, and this version reads {FORMAT}")
    return found


def summary(result: Result) -> dict[str, int]:
    """How many cases failed something, held everything, or cannot be known."""
    whole = [worst(list(one.values())) for one in result.cases.values()]
    return {"failed": whole.count("failed"), "held": whole.count("held"), "unknown": whole.count("unknown")}
