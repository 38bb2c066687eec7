"""Scored decisions in words: a letter, and the numbers behind it. One case alone looks plausible, whatever is wrong."""

from __future__ import annotations

from typing import Any

from hotwash.kernel.seeds import Pick
from hotwash.kit.schema.phrases import Phrases
from hotwash.simulator.rows import RowFacts
from hotwash.simulator.texts.grammar import Grammar
from hotwash.simulator.texts.scene import Scene

THRESHOLD = 620
NEAR, FAR = 4, 90
"""Scores lie between these distances from the threshold, on the side of the decision."""


def letter(facts: RowFacts, scene: Scene, phrases: Phrases, grammar: Grammar) -> str:
    """What the applicant was told."""
    codes = reasons(facts, phrases)
    words = "; ".join(phrases.reasons[code].text for code in codes)
    texts = scene.voice.declined if facts.denied else scene.voice.approved
    return grammar.one(
        texts,
        reason=words,
        reasons=words,
        reason_code=", ".join(code.upper() for code in codes),
        reason_codes=", ".join(code.upper() for code in codes),
        score=str(score(facts)),
        threshold=str(THRESHOLD),
    )


def attributes(facts: RowFacts, phrases: Phrases) -> dict[str, Any]:
    """The numbers behind the decision."""
    return {
        "hotwash.decision": "declined" if facts.denied else "approved",
        "hotwash.decision.score": score(facts),
        "hotwash.decision.threshold": THRESHOLD,
        "hotwash.decision.reasons": [code.upper() for code in reasons(facts, phrases)] if facts.denied else [],
        "hotwash.features.version": facts.versions.get("features", ""),
        "hotwash.data.version": facts.versions.get("data", ""),
        "hotwash.features.missing": "feature_missing" in facts.flags,
    }


def score(facts: RowFacts) -> int:
    """A score on the decision's side of the threshold."""
    away = NEAR + Pick(facts.seed, facts.row, "score").below(FAR - NEAR)
    return THRESHOLD - away if facts.denied else THRESHOLD + away


def reasons(facts: RowFacts, phrases: Phrases) -> list[str]:
    """One or two reason codes."""
    codes = sorted(phrases.reasons)
    if not codes:
        return []
    pick = Pick(facts.seed, facts.row, "reasons")
    first = pick.of(codes)
    second = pick.of(codes)
    return [first] if first == second or pick.chance(50) else [first, second]
