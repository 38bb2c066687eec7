"""Scored decisions: features, score, threshold, reason codes, and the letter that goes out.

The score is a sum of four contributions in thousandths, so that a reader can check it:
200 + 25 for each of the last 12 payments made on time + income covered (0 to 200) + area index (0 to 100).
"""

from __future__ import annotations

from dataclasses import dataclass

from hotwash.kernel.seeds import Pick
from hotwash.kit.schema.phrases import Phrases
from hotwash.simulator.rows import RowFacts
from hotwash.simulator.texts.answer import (
    LEAK_CATEGORY,
    PAYLOAD_CATEGORY,
    REFUSAL_CATEGORY,
    STOPPED,
    WITHHELD,
    Answer,
    Mishaps,
)
from hotwash.simulator.texts.fill import fill
from hotwash.simulator.texts.money import plain
from hotwash.simulator.texts.scene import Scene, Scenes

BASE, PER_PAYMENT, THRESHOLD, RAISED = 200, 25, 600, 720
WRONG, SKEWED = "wrong_decision", "discriminatory_decision"
STRICTEST_AREA = 12
"""The area index that an address gets when its district is not found."""


@dataclass(frozen=True)
class Case:
    """What the model was given and what it said; income a month in hundredths, score and threshold in thousandths."""

    income_used: int
    income_part: int
    payments: int
    area: int
    area_known: bool
    score: int
    threshold: int

    @property
    def declined(self) -> bool:
        """Below the threshold."""
        return self.score < self.threshold


def total(payments: int, income_part: int, area: int) -> int:
    """The score of a sound model, in thousandths."""
    return BASE + PER_PAYMENT * payments + income_part + area


def case_of(scene: Scene) -> Case:
    """Draws the case so that it ends as the row did, and shows what went wrong with it as far as a case can.

    Sound cases that are wrongly declined differ from approved ones in one thing, which hangs on the part that carries the
    fault: a monthly income taken for a yearly one (features), a strict default area (data), a raised threshold
    (policy), or a score that its features do not add up to (model and everything else).
    """
    facts, pick = scene.facts, scene.pick("case")
    income = round(scene.numbers["income"] * 100)
    income_part = min(200, 60 + income // 2400)
    area = 60 + pick.below(36)
    if facts.category == SKEWED or (facts.category == WRONG and facts.denied and facts.fault_component == "data"):
        return _strict_area(income, income_part)
    if facts.category == WRONG and facts.denied:
        return _wrongly_declined(facts, pick, income, income_part, area)
    if facts.denied:
        # The best of these has 100 + 200 + 95 on top of the base: 595.
        payments = 1 + pick.below(4)
        return Case(income, income_part, payments, area, True, total(payments, income_part, area), THRESHOLD)
    if facts.category == WRONG:
        payments = 1 + pick.below(3)
        return Case(income, income_part, payments, area, True, THRESHOLD + 5 + pick.below(60), THRESHOLD)
    payments = 11 + pick.below(2)
    return Case(income, income_part, payments, area, True, total(payments, income_part, area), THRESHOLD)


def _strict_area(income: int, income_part: int) -> Case:
    """Declined by the area alone: with any ordinary index (60 and up) the same case is approved."""
    payments = min(12, (THRESHOLD - 1 - BASE - income_part - STRICTEST_AREA) // PER_PAYMENT)
    score = total(payments, income_part, STRICTEST_AREA)
    return Case(income, income_part, payments, STRICTEST_AREA, False, score, THRESHOLD)


def _wrongly_declined(facts: RowFacts, pick: Pick, income: int, income_part: int, area: int) -> Case:
    payments = 11 + pick.below(2)
    if facts.fault_component == "features":
        used, area = income // 12, 60 + pick.below(20)
        return Case(used, 10, 11, area, True, total(11, 10, area), THRESHOLD)
    sound = total(payments, income_part, area)
    if facts.fault_component == "policy":
        payments, area = 11, 60 + pick.below(15)
        income_part = min(income_part, RAISED - 1 - total(payments, 0, area))
        return Case(income, income_part, payments, area, True, total(payments, income_part, area), RAISED)
    low = min(sound - 20, THRESHOLD - 3 - pick.below(80))
    return Case(income, income_part, payments, area, True, low, THRESHOLD)


class Decisions:
    """Writes decisions of a scoring system."""

    def __init__(self, phrases: Phrases, scenes: Scenes) -> None:
        self.phrases, self.scenes = phrases, scenes
        self.mishaps = Mishaps(scenes, phrases)

    def answer(self, scene: Scene, words: Scene) -> Answer:
        """The decision on one application."""
        facts, voice, pick = words.facts, words.voice, words.pick("answer")
        if facts.adversarial or facts.category == REFUSAL_CATEGORY:
            options = voice.probe_refusals if facts.adversarial else voice.refusals
            return Answer(fill(pick.of(options), words.values, voice.slots, pick))
        case = case_of(words)
        text, passages, calls = self._letter(words, case), (), ()
        if facts.category == LEAK_CATEGORY:
            sentence, record = self.mishaps.leaked(words)
            return Answer(f"{text} {sentence}", (record,), (), self._attributes(words, case))
        if facts.category == PAYLOAD_CATEGORY:
            made = self.mishaps.misused(scene, words)
            if scene.facts.status in WITHHELD:
                made = type(made)(made.name, made.arguments, "", STOPPED)
            return Answer(text, (self.mishaps.injected(words),), (made,), self._attributes(words, case))
        return Answer(text, passages, calls, self._attributes(words, case))

    def _letter(self, scene: Scene, case: Case) -> str:
        voice, pick = scene.voice, scene.pick("letter")
        values = {**scene.values, "reasons": ", ".join(code.upper() for code in self._reasons(case))}
        if scene.facts.category == "ungrounded_answer" and scene.topic.claim:
            values[scene.topic.claim] = self.scenes.wrong_claim(scene)[0]
        letter = fill(pick.of(voice.declined if case.declined else voice.approved), values, voice.slots, pick)
        head = f"{'DECLINED' if case.declined else 'APPROVED'} · score {case.score / 1000:.3f}"
        head += f" · threshold {case.threshold / 1000:.3f}"
        if case.declined:
            head += " · " + "; ".join(
                f"{code.upper()} {self.phrases.reasons[code].text}" for code in self._reasons(case)
            )
        return f"{head}\n\n{letter}"

    def _reasons(self, case: Case) -> list[str]:
        """Codes of the two contributions that fall furthest short of the most they could be; none for an approval."""
        if not case.declined:
            return []
        short = {
            "payments_on_time": 300 - PER_PAYMENT * case.payments,
            "income": 200 - case.income_part,
            "area_index": 100 - case.area,
        }
        worst = sorted(short, key=lambda name: (-short[name], name))[:2]
        return [code for name in worst for code, one in sorted(self.phrases.reasons.items()) if one.feature == name]

    def _attributes(self, scene: Scene, case: Case) -> dict[str, str | float | int | bool | list[str] | None]:
        missing = "feature_missing" in scene.facts.flags
        return {
            "hotwash.decision": "declined" if case.declined else "approved",
            "hotwash.score.value": case.score / 1000,
            "hotwash.score.threshold": case.threshold / 1000,
            "hotwash.score.reasons": [code.upper() for code in self._reasons(case)],
            "hotwash.feature.income_monthly": case.income_used / 100,
            "hotwash.feature.income_points": case.income_part,
            "hotwash.feature.payments_on_time_of_12": case.payments,
            "hotwash.feature.area_index": case.area,
            "hotwash.feature.area_basis": "table" if case.area_known else "default",
            "hotwash.feature.household": int(scene.values["household"]),
            "hotwash.feature.months_at_address": None if missing else 3 + scene.pick("address").below(140),
            "hotwash.application.income_monthly": plain(scene.numbers["income"]),
        }
