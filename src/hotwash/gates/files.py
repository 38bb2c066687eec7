"""A corpus as files: `gate.yaml`, a suite and its cases for each gate, and the recorded answers that prove them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hotwash.gates.corpus import Corpus, Made
from hotwash.gates.traffic import as_lines
from hotwash.kit.schema.suite import Suite
from hotwash.ports.endpoint import Reply

FAULTY, GOOD = "proof/faulty.jsonl", "proof/good.jsonl"
README, SPEC, IGNORE = "README.md", "gate.yaml", ".gitignore"
NOTE = "EXERCISE: made from a drill. Names and addresses have no form that a rule could see: read every case before you use it."


@dataclass(frozen=True)
class About:
    """What the gates were made from. `owner` answers for them, `roles` may override; `drill` and `record` are cited in every case."""

    name: str
    drill: str
    record: str
    mode: str
    owner: str
    roles: Sequence[str]
    what_happened: str


def files_of(made: Corpus, about: About) -> dict[str, str]:
    """Path inside the folder → text. Folders of answers are left out of version control: they hold what services said."""
    found = {SPEC: _spec(made, about), README: _readme(made, about), IGNORE: "runs/\n"}
    for name, one in made.suites.items():
        found[f"{name}.yaml"] = _suite(one.suite, about)
        found[f"{name}.jsonl"] = as_lines(one.suite.cases)
    found[FAULTY] = "".join(_answers(one, one.faulty) for one in made.suites.values())
    found[GOOD] = "".join(_answers(one, one.good) for one in made.suites.values())
    return found


def _spec(made: Corpus, about: About) -> str:
    lines = [
        f"# {NOTE}",
        "# Limits stand in the suites; here stands what a release does with the verdict.",
        f"id: {about.name}",
        f"title: {_flow(f'Gates from the drill {about.drill}')}",
        f"drill: {_flow(about.drill)}",
        f"record: {about.record}",
        "gates:",
    ]
    for name, one in made.suites.items():
        known = min(len(one.suite.cases), round(0.95 * len(one.suite.cases)))
        lines += [
            f"  - id: {name}",
            f"    title: {_flow(one.suite.title)}",
            f"    suite: {name}.yaml",
            "    decides: blocking",
            f"    owner: {_flow(about.owner)}",
            f"    stops: {about.mode}",
            f"    because: {_flow(f'drill {about.drill}')}",
            f"    least: {known}",
            f"    override: {_flow({'by': list(about.roles), 'hours': 72})}",
        ]
    return "\n".join(lines) + "\n"


def _suite(suite: Suite, about: About) -> str:
    body = suite.model_dump(mode="json", exclude_defaults=True, exclude={"cases"})
    body["cases_from"] = f"{suite.id}.jsonl"
    body.setdefault("about", f"Made from the drill {about.drill}: {about.what_happened}")
    lines = [f"# {NOTE}"]
    for key in (
        "id",
        "title",
        "kind",
        "about",
        "confidence",
        "trials",
        "system",
        "canaries",
        "checks",
        "cases_from",
        "limits",
    ):
        if key not in body:
            continue
        value = body[key]
        if isinstance(value, dict):
            lines += [f"{key}:", *(f"  {name}: {_flow(one)}" for name, one in value.items())]
        elif isinstance(value, list):
            lines += [f"{key}:", *(f"  - {_flow(one)}" for one in value)]
        else:
            lines.append(f"{key}: {_flow(value)}")
    return "\n".join(lines) + "\n"


def _flow(value: Any) -> str:
    """JSON, which YAML reads as it stands."""
    return json.dumps(value, ensure_ascii=False)


def _answers(one: Made, replies: Mapping[str, Reply]) -> str:
    """One recorded answer a case, for every trial: a tape answers a request once."""
    lines = []
    for case, reply in replies.items():
        calls = [{"name": call.tool, "arguments": dict(call.arguments or {})} for call in reply.calls or ()]
        body = {"case": case, "answer": reply.text, "tool_calls": calls}
        lines += [_flow(body | {"trial": trial}) for trial in range(1, one.suite.trials + 1)]
    return "\n".join(lines) + "\n"


def _readme(made: Corpus, about: About) -> str:
    rows = [
        f"| `{name}` | {one.suite.kind} | {len(one.suite.cases)} | {_limits(one.suite)} |"
        for name, one in made.suites.items()
    ]
    left = [
        f"- {one.what}: {one.count:,} ({one.why})" if one.count else f"- {one.what}: {one.why}" for one in made.not_made
    ]
    canaries = [name for name, one in made.suites.items() if one.suite.canaries]
    plant = (
        f"\n`{canaries[0]}` looks for planted values. A service that takes `sources` from the request is given them; where it retrieves by itself,\n"
        "put those records into another tenant's part of the staging index first, or the gate looks for what was never there.\n"
        if canaries else ""
    )  # fmt: skip
    return (
        f"# Gates from the drill {about.drill}\n\n{NOTE}\n\n{about.what_happened}\n\n"
        "Every case that went wrong was failed by the bundle of the drill and held by the last good one; its neighbours (`-near-`) were held by both: see `proof/`.\n\n"
        "| gate | kind | cases | limits |\n|---|---|---|---|\n" + "\n".join(rows) + "\n" + plant
        + "\n```console\n$ hotwash gate check .\n$ hotwash gate run . --target proof/faulty.jsonl\n$ hotwash gate run . --target proof/good.jsonl\n```\n"
        "\nThe first run is blocked (exit code 1), the second passes (0).\n\n## What was not made\n\n" + "\n".join(left) + "\n"
    )  # fmt: skip


def _limits(suite: Suite) -> str:
    return ", ".join(f"{name} at most {one.at_most:.0%}{', never' if one.never else ''}{f' by {one.by[0]}' if one.by else ''}" for name, one in suite.limits.items())  # fmt: skip
