"""Inspect: samples of evaluation logs as cases with their scores, and suites as a dataset of samples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hotwash.gates.formats.foreign import Foreign, asked, row, segment_of, slug
from hotwash.gates.planned import cases_of
from hotwash.kit.schema.suite import Case, Check, Suite

VERDICTS: Mapping[str, str] = {
    "C": "pass",
    "I": "fail",
    "1": "pass",
    "0": "fail",
    "1.0": "pass",
    "0.0": "fail",
    "True": "pass",
    "False": "fail",
}
"""Inspect's CORRECT and INCORRECT, as letters or numbers; PARTIAL and NOANSWER are unknown."""
MOST_METADATA = 6


def log(samples: Iterable[Mapping[str, Any]]) -> Foreign:
    """Samples as the import of traces gives them: `input`, `system`, `output`, and the sample itself in `attributes`."""
    found = Foreign("Inspect log")
    known: dict[str, str] = {}
    for one in samples:
        about = one["attributes"]
        key = str(about.get("id"))
        speech = asked([("system", str(one.get("system") or "")), ("user", str(one.get("input") or ""))])
        if not speech:
            found.lost["samples without a request"] += 1
            continue
        scores = about.get("scores") if isinstance(about.get("scores"), Mapping) else {}
        if key not in known:
            checks = [check for name in scores for check in _check(str(name), about.get("target"), found)]
            metadata = about.get("metadata")
            segment = segment_of(dict(list(metadata.items())[:MOST_METADATA])) if isinstance(metadata, Mapping) else {}
            known[key] = found.add(Case(id=slug("sample", key), segment=segment, checks=checks, **speech))
        trial = about.get("epoch") if isinstance(about.get("epoch"), int) else 1
        told = {
            str(name): str(score.get("value")) if isinstance(score, Mapping) else str(score)
            for name, score in scores.items()
        }
        verdicts = [VERDICTS.get(value, "unknown") for value in told.values()]
        verdict = "fail" if "fail" in verdicts else "unknown" if "unknown" in verdicts or not verdicts else "pass"
        found.rows.append(
            row(known[key], verdict, trial=trial, why=", ".join(f"{name} {value}" for name, value in told.items()))
        )
        if isinstance(one.get("output"), str):
            found.answers.append({"case": known[key], "trial": trial, "answer": one["output"]})
    return found


def _check(scorer: str, target: Any, found: Foreign) -> list[Check]:
    texts = [str(one) for one in (target if isinstance(target, list) else [target]) if one not in (None, "")]
    name = scorer.rpartition("/")[2]
    if name in ("includes", "match") and texts:
        if name == "match":
            found.lost["where in the answer the target stands (match)"] += 1
        return [Check(any_of=texts)]
    if name == "exact" and len(texts) == 1:
        return [Check(exact=texts[0])]
    found.lost[f"scorer {name}"] += 1
    return []


def exported(suite: Suite) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Samples of a dataset, and what is lost, by name. `target` holds the texts of which an answer has to have one, for the scorer `includes`;
    all checks stand in `metadata`, for a scorer of one's own."""
    lost = {"limits, sample sizes and unknown outcomes": len(suite.limits)}
    rows = []
    for one in cases_of(suite):
        messages = [{"role": "system", "content": suite.system}] if suite.system else []
        messages += [{"role": turn.role, "content": turn.content} for turn in one.turns]
        texts = [
            text
            for check in one.checks
            for text in check.any_of or (check.contains if check.contains and len(check.contains) == 1 else ()) or ()
        ]
        for check in one.checks:
            if check.any_of is None and not (check.contains and len(check.contains) == 1):
                lost[f"check {check.test}, but for metadata"] = lost.get(f"check {check.test}, but for metadata", 0) + 1
        checks = [check.model_dump(mode="json", exclude_defaults=True) for check in one.checks]
        rows.append({
            "id": one.case, "input": messages if len(messages) > 1 else one.turns[-1].content, "target": texts or "",
            "metadata": {"segment": dict(one.segment), "sources": list(one.sources), "checks": checks, "trials": suite.trials},
        })  # fmt: skip
    return rows, lost
