"""promptfoo: configurations (prompts, tests, assertions) and results of `promptfoo eval --output FILE.json` (version 3 and before).

Names of assertions as of promptfoo's reference of October 2026. What a model or code judges there has no counterpart here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any

from pydantic import ValidationError

from hotwash.gates.formats.foreign import Foreign, asked, chat, row, segment_of, slug
from hotwash.gates.planned import cases_of, questions
from hotwash.kit.schema.suite import Case, Check, Suite

VARIABLE = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")
LOGIC = re.compile(r"\{\{|\{%")
MOST_VERSIONS = 1_000
"""Cases of one test whose variables are lists: every combination is one."""
ERROR = 2
"""`failureReason` of a result that could not be judged."""


def is_results(value: Any) -> bool:
    """Whether a value is a file of results."""
    inner = value.get("results") if isinstance(value, Mapping) else None
    listed = inner.get("results") if isinstance(inner, Mapping) else inner
    return isinstance(listed, list) and all(isinstance(one, Mapping) and "success" in one for one in listed[:3])


def is_config(value: Any) -> bool:
    """Whether a value is a configuration."""
    return (
        isinstance(value, Mapping)
        and "tests" in value
        and ("prompts" in value or "providers" in value or "targets" in value)
    )


def config(value: Mapping[str, Any]) -> Foreign:
    """Every test with every prompt."""
    found = Foreign("promptfoo configuration")
    prompts = list(_prompts(value.get("prompts"), found))
    default = _mapping(value.get("defaultTest"))
    tests = value.get("tests")
    if not isinstance(tests, list):
        found.lost["tests in another file"] += 1
    for place, test in enumerate(tests if isinstance(tests, list) else (), start=1):
        if not isinstance(test, Mapping):
            found.lost["tests in another file"] += 1
            continue
        values = {**_mapping(default.get("vars")), **_mapping(test.get("vars"))}
        asserts = [*_list(default.get("assert")), *_list(test.get("assert"))]
        for number, (prompt, given) in enumerate(product(prompts, _versions(values)), start=1):
            text = _filled(prompt, given)
            if text is None:
                found.lost["prompts with logic, or a variable that no test gives"] += 1
                continue
            name = slug(
                test.get("description") or f"test-{place}", *([number] if len(prompts) > 1 or number > 1 else [])
            )
            _keep(found, name, text, asserts, given, segment_of(_mapping(test.get("metadata"))))
    for key in ("scenarios", "redteam", "transform"):
        found.lost[key] += key in value
    return found


def results(value: Mapping[str, Any]) -> Foreign:
    """Every result: its case, the answer, and the verdict that promptfoo gave."""
    found = Foreign("promptfoo results")
    inner = value["results"]
    listed = inner["results"] if isinstance(inner, Mapping) else inner
    known: dict[tuple[str, str], str] = {}
    trials: dict[tuple[str, str], int] = {}
    first = ""
    for place, one in enumerate(listed, start=1):
        test, values = _mapping(one.get("testCase")), _mapping(one.get("vars"))
        text = str(_mapping(one.get("prompt")).get("raw") or values.get("prompt") or "")
        key = (str(one.get("testIdx", place)), text)
        if key not in known:
            metadata = {**_mapping(test.get("metadata")), **_mapping(one.get("metadata"))}
            segment = segment_of(
                {name: metadata[name] for name in ("pluginId", "strategyId", "severity") if name in metadata}
            )
            name = slug(test.get("description") or f"test-{key[0]}")
            kept = _keep(found, name, text, _list(test.get("assert")), values, segment)
            if kept is None:
                continue
            known[key] = kept
        provider = one.get("provider")
        who = str(_mapping(provider).get("label") or _mapping(provider).get("id") or provider or "")
        first = first or who
        trial = trials[known[key], who] = trials.get((known[key], who), 0) + 1
        why = str(_mapping(one.get("gradingResult")).get("reason") or one.get("error") or "")
        verdict = "unknown" if one.get("failureReason") == ERROR else "pass" if one.get("success") else "fail"
        found.rows.append(
            row(known[key], verdict, trial=trial, why=why, provider=who) | {"id": f"{known[key]}#{trial}@{who}"}
        )
        output = _mapping(one.get("response")).get("output")
        if who != first:
            found.lost["answers of a second provider, in recorded responses"] += 1
        elif output is not None:
            answer = output if isinstance(output, str) else json.dumps(output, ensure_ascii=False)
            found.answers.append({"case": known[key], "trial": trial, "answer": answer})
    return found


def _keep(
    found: Foreign, name: str, text: str, asserts: Sequence[Any], values: Mapping[str, Any], segment: dict[str, str]
) -> str | None:
    speech = asked(chat(text))
    if not speech:
        found.lost["prompts that do not end with a user's message"] += 1
        return None
    checks = [check for one in asserts for check in _checks(_mapping(one), values, found)]
    return found.add(Case(id=name, segment=segment, checks=checks, **speech))


def _prompts(value: Any, found: Foreign) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value] if value is not None else ["{{prompt}}"]:
        text = one if isinstance(one, str) else _mapping(one).get("raw") or ""
        if not text or text.startswith("file://") or re.fullmatch(r"[\w./-]+\.(txt|json|js|py|yaml|j2)", text):
            found.lost["prompts in another file or in code"] += 1
        else:
            yield text


def _versions(values: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A list stands for each of its values, as promptfoo expands it."""
    names = list(values)
    lists = [one if isinstance(one, list) else [one] for one in values.values()]
    for chosen in islice(product(*lists), MOST_VERSIONS):
        yield dict(zip(names, chosen, strict=True))


def _filled(text: str, values: Mapping[str, Any]) -> str | None:
    """A template of plain variables filled in; None where it has logic, or needs what is not given."""
    if any(
        name not in values or str(values[name]).startswith("file://") for name in VARIABLE.findall(text)
    ) or LOGIC.search(VARIABLE.sub("", text)):
        return None
    return VARIABLE.sub(lambda at: _text(values[at[1]]), text)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _checks(one: Mapping[str, Any], values: Mapping[str, Any], found: Foreign) -> Iterator[Check]:
    kind, value = str(one.get("type", "")), one.get("value")
    if kind == "assert-set" and one.get("threshold") is None:
        for inner in _list(one.get("assert")):
            yield from _checks(_mapping(inner), values, found)
        return
    said = [_filled(text, values) for text in _texts(value)]
    texts = [text for text in said if text]
    body = _body(kind, value, texts) if len(texts) == len(said) else None
    try:
        checks = [Check.model_validate(each) for each in body or ()]
    except ValidationError:
        checks = []
    if not checks:
        found.lost[f"assertion {kind or 'without a type'}"] += 1
    elif kind in ("contains", "contains-any", "contains-all", "not-contains"):
        found.lost[f"capital letters in assertion {kind}"] += 1
    yield from checks


def _body(kind: str, value: Any, texts: list[str]) -> list[dict[str, Any]] | None:
    """Our checks of an assertion; None where there is none."""
    if kind in ("is-refusal", "not-is-refusal"):
        return [{"refuses": kind == "is-refusal"}]
    if kind == "is-json":
        return [{"shape": value if isinstance(value, dict) else {}}]
    if not texts:
        return None
    simple: dict[str, dict[str, Any]] = {
        "contains": {"contains": texts}, "icontains": {"contains": texts}, "contains-all": {"contains": texts},
        "icontains-all": {"contains": texts}, "contains-any": {"any_of": texts}, "icontains-any": {"any_of": texts},
        "not-contains": {"lacks": texts}, "not-icontains": {"lacks": texts}, "not-contains-any": {"lacks": texts},
        "not-icontains-any": {"lacks": texts}, "equals": {"exact": texts[0]}, "regex": {"matches": texts[0]},
        "not-regex": {"unmatched": texts[0]}, "starts-with": {"matches": rf"\A{re.escape(texts[0])}"},
        "trajectory:tool-used": {"calls": {"tool": texts[0]}}, "not-trajectory:tool-used": {"no_call": texts},
    }  # fmt: skip
    return [simple[kind]] if kind in simple and (kind != "equals" or isinstance(value, str)) else None


def _texts(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [str(one) for one in listed if isinstance(one, str | int | float) and not isinstance(one, bool)]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def exported(suite: Suite, digest: str) -> tuple[dict[str, Any], dict[str, int]]:
    """A configuration that asks the same and checks what promptfoo can check, and what is lost, by name. A case is a chat as JSON in one
    variable, so that a service is sent the same messages."""
    lost: dict[str, int] = {}
    tests = []
    secrets = [one.value for one in suite.canaries]
    place = {one.case: n for n, one in enumerate(cases_of(suite))}
    once = questions(suite.model_copy(update={"trials": 1}), digest)
    for one in sorted(once, key=lambda one: place[one.planned.case]):
        messages = json.dumps(
            [{"role": each.role, "content": each.content} for each in one.ask.messages], ensure_ascii=False
        )
        if LOGIC.search(messages):
            lost["cases whose text would be read as a template"] = (
                lost.get("cases whose text would be read as a template", 0) + 1
            )
            continue
        asserts = [each for check in one.planned.checks for each in _asserts(check, secrets, lost)]
        tests.append(
            {
                "description": one.planned.case,
                "vars": {"messages": messages},
                "assert": asserts,
                "metadata": dict(one.planned.segment),
            }
        )
    lost["limits, sample sizes and unknown outcomes"] = len(suite.limits)
    if suite.tools:
        lost["tools"] = len(suite.tools)
    body = {"description": suite.title, "prompts": ["{{messages}}"], "providers": ["openai:chat:MODEL"], "evaluateOptions": {"repeat": suite.trials}, "tests": tests}  # fmt: skip
    return body, lost


def _asserts(check: Check, secrets: Sequence[str], lost: dict[str, int]) -> list[dict[str, Any]]:
    if check.test == "no_canary":
        lost["planted secrets other than as they are written"] = (
            lost.get("planted secrets other than as they are written", 0) + 1
        )
        return [{"type": "not-icontains", "value": one} for one in secrets]
    made: dict[str, list[dict[str, Any]]] = {
        "exact": [{"type": "equals", "value": check.exact}], "contains": [{"type": "icontains-all", "value": check.contains}],
        "any_of": [{"type": "icontains-any", "value": check.any_of}], "lacks": [{"type": "not-icontains", "value": one} for one in check.lacks or ()],
        "matches": [{"type": "regex", "value": check.matches}], "unmatched": [{"type": "not-regex", "value": check.unmatched}],
        "shape": [{"type": "is-json", "value": check.shape.model_dump(mode="json", exclude_defaults=True)}] if check.shape else [],
        "refuses": [{"type": "is-refusal" if check.refuses else "not-is-refusal"}],
    }  # fmt: skip
    if check.test not in made:
        lost[f"check {check.test}"] = lost.get(f"check {check.test}", 0) + 1
        return []
    return made[check.test]
