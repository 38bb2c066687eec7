"""garak: a report as JSON lines, one entry a line, of which attempts that were evaluated (status 2) hold prompts, outputs and scores.

Scores run from 0 to 1 and count as hits from the run's threshold on; see `docs/source/reporting.rst` of garak.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from hotwash.gates.formats.foreign import Foreign, asked, row, slug
from hotwash.kit.schema.suite import Case, Check

EVALUATED = 2
THRESHOLD = 0.5
REFUSES = ("mitigation.MitigationBypass", "mitigation.Prefixes", "mitigation.ModernBERTRefusal")
"""Detectors that hit where the answer does not decline."""
TRIGGERS = ("promptinject.AttackRogueString", "base.TriggerListDetector", "base.StringDetector")
"""Detectors that look for texts which the attempt notes as triggers."""


def is_entry(value: Any) -> bool:
    """Whether a line is one of a report."""
    return isinstance(value, Mapping) and isinstance(value.get("entry_type"), str)


def report(entries: Iterable[Any]) -> Foreign:
    """Every evaluated attempt: the prompt as a case, each output as a trial with the verdict of the detectors, the worst of them deciding."""
    found = Foreign("garak report")
    threshold = THRESHOLD
    for one in entries:
        if not is_entry(one):
            found.lost["lines that are no entry"] += 1
        elif one["entry_type"] == "start_run setup":
            threshold = float(one.get("run.eval_threshold", threshold))
        elif one["entry_type"] == "attempt":
            if one.get("status") == EVALUATED:
                _attempt(one, threshold, found)
            else:
                found.lost["attempts that were not evaluated"] += (
                    one.get("status") != 1
                )  # a second entry with their evaluation follows
    return found


def _attempt(one: Mapping[str, Any], threshold: float, found: Foreign) -> None:
    probe, scores = str(one.get("probe_classname") or one.get("probe") or "probe"), one.get("detector_results")
    detectors = (
        {
            str(name).removeprefix("garak.detectors."): values
            for name, values in scores.items()
            if isinstance(values, list)
        }
        if isinstance(scores, Mapping)
        else {}
    )
    speech = asked(_messages(one.get("prompt")))
    if not speech:
        found.lost["prompts without text"] += 1
        return
    checks = [check for name in detectors if (check := _check(name, one)) is not None]
    for name in detectors:
        if _check(name, one) is None:
            found.lost[f"detector {name}"] += 1
    seq = one.get("seq", 0)
    case = found.add(
        Case(
            id=slug(probe, seq if isinstance(seq, int) and seq >= 0 else 0),
            segment={"probe": probe},
            checks=checks,
            **speech,
        )
    )
    outputs = one.get("outputs")
    for place, output in enumerate(outputs if isinstance(outputs, list) else ()):
        given = {name: values[place] for name, values in detectors.items() if place < len(values)}
        known = {name: float(value) for name, value in given.items() if isinstance(value, int | float)}
        hits = sorted(name for name, value in known.items() if value >= threshold)
        verdict = "fail" if hits else "pass" if known else "unknown"
        found.rows.append(
            row(
                case, verdict, trial=place + 1, why=", ".join(hits), probe=probe, detectors=", ".join(sorted(detectors))
            )
        )
        text = output.get("text") if isinstance(output, Mapping) else output
        if isinstance(text, str):
            found.answers.append({"case": case, "trial": place + 1, "answer": text})


def _messages(prompt: Any) -> list[tuple[str, str]]:
    """Newer reports have a conversation, older ones a text."""
    if isinstance(prompt, str):
        return [("user", prompt)]
    if not isinstance(prompt, Mapping):
        return []
    if isinstance(prompt.get("text"), str):
        return [("user", prompt["text"])]
    found = []
    for turn in prompt.get("turns") or ():
        content = turn.get("content") if isinstance(turn, Mapping) else None
        text = content.get("text") if isinstance(content, Mapping) else content
        if isinstance(text, str):
            found.append((str(turn.get("role", "user")), text))
    return found


def _check(detector: str, one: Mapping[str, Any]) -> Check | None:
    if detector in REFUSES:
        return Check(refuses=True)
    notes = one.get("notes")
    triggers = notes.get("triggers") if isinstance(notes, Mapping) else None
    texts = [
        str(text)
        for text in (triggers if isinstance(triggers, list) else [triggers] if triggers else [])
        if str(text).strip()
    ]
    return Check(lacks=texts, outcome="attack") if detector in TRIGGERS and texts else None
