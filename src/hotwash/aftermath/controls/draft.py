"""A first `controls.yaml`: an operating instruction to fill for every control that was missing or failed, and who may change what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hotwash.aftermath.causes.noted import TeamRecord
from hotwash.aftermath.causes.pages import lacking
from hotwash.kit.schema.causes import CausesPaper, Control, HopName
from hotwash.kit.writing import listed, words

HEAD = """# EXERCISE. Controls that are new or changed, each with its operating instruction, and who may change what.
# Everything that starts with OPEN is yours to answer. Check: hotwash controls check DRILL
"""
ASKED = {
    "owner": "one person or one role",
    "how": "how is it switched on, set and switched off, step by step?",
    "works_when": "how does one see that it works, with a number or a test?",
    "step_down": "when is it taken back, and who may say so?",
    "side_effects": "what gets slower, dearer or worse while it is on?",
    "tell": "what are customers and support told while it is on?",
}
MAY = {
    "change-prompts": "Change prompts and system instructions",
    "change-safety-filters": "Change guardrails, filters and policy",
    "change-retrieval": "Change the retrieval corpus or its index",
    "change-flags": "Change feature flags and shares of traffic",
    "change-tool-permissions": "Widen what tools may do",
    "retrain": "Start or switch on retraining",
    "release": "Release a bundle to production",
    "read-raw-traces": "Read traces with people's own words",
    "hold-keys": "Hold keys of the model provider and of tools",
}
"""What an access review asks about: the operations that a change to the service or a look into its traces takes."""


def draft_controls(record: TeamRecord, causes: CausesPaper | None) -> str:
    """YAML of a `ControlsPaper`."""
    lines = [HEAD.rstrip(), "exercise: true", f"drill: {words(record.drill)}", "controls:"]
    found = lacking(causes.controls) if causes else []
    for one in found:
        lines += _control(one, [hop.hop for hop in causes.chain if one.id in hop.controls] if causes else ())
    if not found:
        lines[-1] = "controls: []  # causes.yaml names none that was missing or failed"
    lines += [
        "access_review:",
        "  reviewed_on: null",
        f"  reviewed_by: {words('OPEN: who looked at it?')}",
        "  next_on: null",
        "  access:",
    ]
    lines += [line for name, title in MAY.items() for line in _access(name, title)]
    return "\n".join([*lines, ""])


def _control(one: Control, hops: Sequence[HopName]) -> Iterator[str]:
    yield f"  - id: {one.id}"
    yield f"    title: {words(one.title)}"
    yield "    kind: open  # prevents, detects, contains, recovers"
    yield f"    stops: {listed(hops)}"
    yield f"    answers: {listed(one.answers)}"
    yield "    operating:"
    yield from (f"      {name}: {words(f'OPEN: {asked}')}" for name, asked in ASKED.items())


def _access(name: str, title: str) -> Iterable[str]:
    return (
        f"    - may: {name}",
        f"      title: {words(title)}",
        "      holders: [{role: OPEN, why: OPEN, keep: open}]",
        "      approved_by: [OPEN]",
        "      logged: open",
    )
