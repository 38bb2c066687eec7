"""Write docs/reference/suite-files.md anew from the schema and the graders: python tools/suite_files.py."""

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from hotwash.gates.graders import LIMITS, Context, grade
from hotwash.gates.secret_search import PIECE
from hotwash.kit.schema import endpoint, gate, suite
from hotwash.kit.text import MOST_BYTES
from hotwash.ports.endpoint import Reply

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "suite-files.md"
OPENING = f"""# Suite files

What `hotwash suite` and `hotwash gate` read: a suite, the cases beside it, an endpoint, recorded responses, gates. [Prove a fix on your own staging endpoint](../how-to/prove-a-fix.md)
says how to use them, [how a suite decides](../explanation/verdicts.md) what the verdict means. This page is written from the code by `tools/suite_files.py`.

YAML and JSON lines, UTF-8, at most {MOST_BYTES:,} bytes a file. An unknown key is a mistake. All mistakes are reported together, as
`file:line:column: what was found. What to write.` Everything in a suite and in its file of cases makes its content id; comments and order do not.

## A suite

| kind | made of | what counts |
|---|---|---|
| `smoke` | cases | every trial, for its case alone |
| `replay` | cases | a case, as bad as the worst of its trials |
| `leak` | cases, and canaries | as replay |
| `bias` | pairs | a case against its twin of the reference group |

"""
MODELS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("suite", suite.Suite), ("a case", suite.Case), ("a turn", suite.Turn), ("a pair", suite.Pair), ("a canary", suite.Canary),
    ("a limit", suite.Limit), ("decoding", suite.Decoding), ("budget", suite.Budget),
)  # fmt: skip
CHECKS = (("shape", suite.Shape), ("calls", suite.WantedCall))
ENDPOINT: tuple[tuple[str, type[BaseModel]], ...] = (
    ("endpoint", endpoint.EndpointSpec), ("price", endpoint.Price), ("care", endpoint.Care),
)  # fmt: skip
GATES: tuple[tuple[str, type[BaseModel]], ...] = (
    ("gate.yaml", gate.GateFile), ("a gate", gate.Gate), ("override", gate.OverrideTerms),
)  # fmt: skip
GATED = """
## Gates

A folder of gates has `gate.yaml`, the suites that it names, `overrides.jsonl` and `runs/`. [Gate a release](../how-to/gate-a-release.md) says how to use
it. Limits stand in the suites; a gate says what a release does with the verdict.
"""
KEPT = """
| file of a run | holds |
|---|---|
| `run.json`, a line of `history.jsonl` | target, release, and of every gate: digests, outcome, states by case, cases that flip |
| `GATE.json` | the result of its suite, as above |
| `behaviour.jsonl` | a case a line: states, how often it refused, which tools it asked for; no text of an answer |
| `overrides.jsonl`, a line | gate, digest, role, person, who wanted it, reason, what watches, from when, until when (ms since 1970) |
"""
CHECKED = f"""
## A check

Exactly one of the tests, and `outcome` where it is to count as something else. In an answer that a length limit cut off, only what was found is certain; what
is missing cannot be known. A piece of a planted secret counts from {PIECE} signs on, where all pieces stand in their order.

"""
RESPONSES = """
## Recorded responses

JSON lines, gzipped or not: `case` and `answer`; `trial` from 1, `tool_calls` as a list of `name` and `arguments`, `cut`, `declined`, `input_tokens`, `output_tokens`
where they are known. A line without `tool_calls` does not tell of any.

```text
{"case": "returns-de", "trial": 1, "answer": "...", "tool_calls": [{"name": "refund", "arguments": {"order": "7"}}]}
```

## What a run writes

| file | holds |
|---|---|
| journal | the suite's content id and the target, then every answer, a line each, on disk before the next is asked for; readable by its owner alone, because answers stand in it |
| result (`--out`) | verdict, findings, states of every case, what was used; no text of an answer, no secret |
| JUnit (`--junit`) | a test case for each limit in each segment; not enough evidence is an `error` |
"""


def page() -> str:
    """The whole page."""
    checks = "".join(_model(f"`{name}`", model) for name, model in CHECKS)
    ends = "".join(_model(name, model) for name, model in ENDPOINT)
    gates = "".join(_model(name, model) for name, model in GATES)
    return (
        f"{OPENING}{''.join(_model(name, model) for name, model in MODELS)}{CHECKED}{_tests()}{checks}\n## An endpoint\n{ends}{RESPONSES}{GATED}{gates}{KEPT}"
    )  # fmt: skip


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _model(name: str, model: type[BaseModel]) -> str:
    told = " ".join((model.__doc__ or "").split())
    rows = [(f"`{key}`", _type(one.annotation), _bounds(one), _default(one)) for key, one in model.model_fields.items()]
    return f"\n### {name}\n\n{told}\n\n{_table(('key', 'value', 'bounds', 'without it'), rows)}"


def _tests() -> str:
    rows = [
        (f"`{test}`", _type(suite.Check.model_fields[test].annotation), f"`{_outcome(test)}`", _empty(test), LIMITS[test])
        for test in suite.TESTS
    ]  # fmt: skip
    return _table(("test", "value", "counts as", "an empty answer", "what it cannot see"), rows)


SAMPLES: dict[str, Any] = {
    "shape": {}, "refuses": False, "no_canary": True, "no_personal_data": True, "calls": {"tool": "x"}, "lacks_call": {"tool": "x"}, "grounded": 0.5, "exact": "x",
    "matches": "x", "unmatched": "x",
}  # fmt: skip


def _check(test: str) -> suite.Check:
    return suite.Check.model_validate({test: SAMPLES.get(test, ["x"])})


def _empty(test: str) -> str:
    """What becomes of an answer without a word or a call."""
    states = [grade(_check(test), Reply("", ()), Context(sources=("x",))).state]
    return f"{states[0]} by `false`, failed by `true`" if test == "refuses" else states[0]


def _outcome(test: str) -> str:
    return _check(test).counts_as


def _type(annotation: Any) -> str:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " or ".join(f"`{str(one).lower() if isinstance(one, bool) else one}`" for one in inner)
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(_type(one) for one in inner if one is not NoneType))
    if origin is list:
        return f"list of {_type(inner[0])}"
    if origin is dict:
        return f"{_type(inner[0])} → {_type(inner[1])}"
    if origin is not None and hasattr(annotation, "__metadata__"):
        return _type(inner[0])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {"WantedCall": "call", "OverrideTerms": "override"}.get(annotation.__name__, annotation.__name__.lower())
    return {str: "text", int: "whole number", float: "number", bool: "true or false", date: "date"}.get(
        annotation, "any"
    )


def _bounds(field: FieldInfo) -> str:
    found: list[Any] = [*field.metadata]
    for one in (field.annotation, *get_args(field.annotation)):
        found += [
            each for meta in getattr(one, "__metadata__", ()) for each in (getattr(meta, "metadata", None) or [meta])
        ]
    signs = {"gt": "above", "ge": "from", "lt": "below", "le": "to", "min_length": "at least"}
    told = [f"{word} {getattr(one, sign):g}" for one in found for sign, word in signs.items() if getattr(one, sign, None) is not None]  # fmt: skip
    return ", ".join(dict.fromkeys(told))


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "must be there"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, BaseModel):
        return "all defaults"
    return "" if value in (None, "", [], {}) else f"`{str(value).lower() if isinstance(value, bool) else value}`"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
