"""What a file of another tool holds, in our terms, with what was lost on the way counted by name."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hotwash.gates.planned import cases_of
from hotwash.gates.traffic import as_lines
from hotwash.kit.schema.suite import Case, Check, Limit, Suite, Turn
from hotwash.triage.stats import clean_needed, promise

SHARES = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3)
ANSWERED = Check(matches=r"\S", outcome="answered")
LONGEST_ID = 60
MOST_WHY = 200


@dataclass
class Foreign:
    """`rows` are judged results, one a case and trial: `id`, `trial`, `verdict` (pass, fail, unknown) and whatever the tool said of them;
    `answers` recorded responses; `lost` what has no counterpart here, by name."""

    kind: str
    cases: list[Case] = field(default_factory=list)
    rows: list[dict[str, str]] = field(default_factory=list)
    answers: list[dict[str, Any]] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)

    def add(self, case: Case) -> str:
        """Keep a case, under another id where its own is taken; the id."""
        taken = {one.id for one in self.cases}
        name, n = case.id, 2
        while name in taken:
            name, n = f"{case.id[: LONGEST_ID - 6]}-{n}", n + 1
        self.cases.append(case.model_copy(update={"id": name}))
        return name


def slug(*parts: object) -> str:
    """An id out of names; `case` where nothing of them can stand in one."""
    said = "-".join(str(one) for one in parts)
    return re.sub(r"[^a-z0-9]+", "-", said.lower()).strip("-")[:LONGEST_ID].strip("-") or "case"


def segment_of(values: Mapping[str, Any]) -> dict[str, str]:
    """Short texts and numbers by name, as a segment holds them."""
    return {
        slug(name): str(value)[:120]
        for name, value in values.items()
        if isinstance(value, str | int | float) and str(value).strip()
    }


def asked(messages: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """`user` or `turns` of a case; empty where no user speaks last."""
    turns = [
        Turn.model_validate({"role": role, "content": text})
        for role, text in messages
        if role in ("system", "user", "assistant") and text.strip()
    ]
    if not turns or turns[-1].role != "user":
        return {}
    return {"user": turns[0].content} if len(turns) == 1 else {"turns": turns}


def suite_of(found: Foreign, name: str, source: str) -> Suite:
    """A replay suite of the cases. Each limit is the tightest that a faultless run can show; agree on your own before the first run."""
    if not found.cases:
        raise ValueError("there is no case")
    suite = Suite(
        id=name,
        title=f"Imported from {source}",
        kind="replay",
        checks=[ANSWERED],
        cases=found.cases,
        limits={"answered": Limit(at_most=0.5)},
    )
    counts = Counter(outcome for one in cases_of(suite) for outcome in {check.counts_as for check in one.checks})
    return suite.model_copy(update={"limits": {outcome: Limit(at_most=tightest(n)) for outcome, n in counts.items()}})


def tightest(cases: int, confidence: float = 0.95) -> float:
    """The smallest of the usual shares that so many clean cases show; where they show none of these, what they do show."""
    usual = next((one for one in SHARES if clean_needed(one, confidence) <= cases), None)
    return usual if usual is not None else min(0.99, math.ceil(100 * promise(0, cases, confidence)) / 100)


def files_of(found: Foreign, name: str, source: str) -> dict[str, str]:
    """Path → text: the suite, its cases, and judged results and recorded responses where there are any."""
    suite = suite_of(found, name, source)
    body = suite.model_dump(mode="json", exclude_defaults=True, exclude={"cases"}) | {"cases_from": "cases.jsonl"}
    lines = [
        f"# Imported from {source} ({found.kind}). Limits are what these cases can show: agree on your own before the first run."
    ]
    for key, value in body.items():
        if isinstance(value, dict):
            lines += [f"{key}:", *(f"  {inner}: {_flow(one)}" for inner, one in value.items())]
        else:
            lines.append(f"{key}: {_flow(value)}")
    made = {"suite.yaml": "\n".join(lines) + "\n", "cases.jsonl": as_lines(suite.cases)}
    for file, rows in (("judged.jsonl", found.rows), ("responses.jsonl", found.answers)):
        if rows:
            made[file] = "".join(_flow(row) + "\n" for row in rows)
    return made


def row(case: str, verdict: str, *, trial: int = 1, why: str = "", **more: str) -> dict[str, str]:
    """One judged result."""
    return {
        "id": f"{case}#{trial}",
        "case": case,
        "trial": str(trial),
        "verdict": verdict,
        "why": why[:MOST_WHY],
        **more,
    }


def chat(text: str) -> Sequence[tuple[str, str]]:
    """Messages of a prompt: chat as JSON, or one message of a user."""
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if (
        isinstance(value, list)
        and value
        and all(isinstance(one, dict) and isinstance(one.get("content"), str) for one in value)
    ):
        return [(str(one.get("role", "user")), one["content"]) for one in value]
    return [("user", text)]


def _flow(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
