"""Scored decisions: features, score, threshold, reason codes, and the letter that goes out.

The score is a sum of contributions in thousandths, so that a reader can check it: 70 + 25 for each of the last 12 payments
made on time + income covered (90 to 150) + area index (130 to 190; 20 for a district that the table does not have) + time
at the address (40 to 80; 0 for an address that could not be read). At 600 and above a case is approved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hotwash.kernel.seeds import Pick
from hotwash.kit.schema.phrases import Phrases
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
from hotwash.simulator.texts.scene import Scene, Scenes

BASE, PER_PAYMENT, THRESHOLD, RAISED = 70, 25, 600, 720
MOST_INCOME, MOST_RESIDENCE = 150, 280
STRICTEST_AREA = 20
"""The area index that an address gets when its district is not found."""
WRONG, SKEWED, INVENTED = "wrong_decision", "discriminatory_decision", "ungrounded_answer"
DENIALS, MISSING = "denials", "feature_missing"


@dataclass(frozen=True)
class Case:
    """What the model was given and what it said. `income`, `area`, `tenure`, `score` and `threshold` are in thousandths;
    `payments` of the last 12 were on time as the model saw it, `paid` as the bureau has it; `months` at the address."""

    payments: int
    paid: int
    income: int
    area: int
    tenure: int
    months: int | None
    score: int
    threshold: int = THRESHOLD
    address_read: bool = True

    @property
    def declined(self) -> bool:
        """Below the threshold."""
        return self.score < self.threshold

    @property
    def area_known(self) -> bool:
        """Whether the area table has the district."""
        return self.area != STRICTEST_AREA


def total(payments: int, income: int, area: int, tenure: int) -> int:
    """The score of a sound model, in thousandths."""
    return BASE + PER_PAYMENT * payments + income + area + tenure


def income_points(dollars: float) -> int:
    """Contribution of a monthly income, in thousandths."""
    return min(MOST_INCOME, 90 + round(dollars) // 40)


def case_of(scene: Scene) -> Case:
    """Draws the case so that it ends as the row did, and shows what went wrong with it as far as a case can.

    Sound cases have 11 or 12 payments on time and are approved with any area index but the default (at least
    70 + 275 + 90 + 130 + 40 = 605). Those that are wrongly declined differ from them in one thing, which hangs on the part that
    carries the fault: the default area (data), an address that could not be read (features), a raised threshold (policy), a
    score that its features do not add up to (model), payments that another file knows better (everything else).
    """
    facts, pick = scene.facts, scene.pick("case")
    income, area = income_points(scene.numbers["income"]), 130 + pick.below(61)
    if MISSING in facts.marks:
        months, tenure = None, 40
    else:
        months = 36 + pick.below(108) if facts.category == SKEWED else 4 + pick.below(140)
        tenure = 40 + min(40, months // 3)
    paid = 11 + pick.below(2)
    if facts.category in (WRONG, SKEWED):
        carrier = "data" if facts.category == SKEWED else facts.fault_component
        return _wrongly_declined(carrier, pick, paid, income, area, tenure, months)
    # A campaign can bring cases in that are declined, and soundly: the most they reach is 70 + 100 + 150 + 190 + 80 = 590.
    payments = 1 + pick.below(4) if facts.denied or DENIALS in facts.marks else paid
    return Case(payments, payments, income, area, tenure, months, total(payments, income, area, tenure))


def _wrongly_declined(
    carrier: str, pick: Pick, paid: int, income: int, area: int, tenure: int, months: int | None
) -> Case:
    if carrier == "data":
        score = total(paid, income, STRICTEST_AREA, tenure)
        if score >= THRESHOLD:
            paid, score = 11, total(11, income, STRICTEST_AREA, tenure)
        return Case(paid, paid, income, STRICTEST_AREA, tenure, months, score)
    if carrier == "features":
        read = None if months is None else 0
        score = total(paid, income, STRICTEST_AREA, 0)
        return Case(paid, paid, income, STRICTEST_AREA, 0, read, score, address_read=False)
    if carrier == "policy":
        area = min(area, 140)
        return Case(11, 11, income, area, tenure, months, total(11, income, area, tenure), RAISED)
    if carrier == "model":
        return Case(paid, paid, income, area, tenure, months, THRESHOLD - 3 - pick.below(80))
    payments = 1 + pick.below(4)
    return Case(payments, paid, income, area, tenure, months, total(payments, income, area, tenure))


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
        text, details = self._letter(words, case), self._attributes(words, case)
        if facts.category == LEAK_CATEGORY:
            sentence, record = self.mishaps.leaked(words)
            return Answer(f"{text} {sentence}", (record,), (), details)
        if facts.category == PAYLOAD_CATEGORY:
            made = self.mishaps.misused(scene, words)
            if scene.facts.status in WITHHELD:
                made = type(made)(made.name, made.arguments, "", STOPPED)
            return Answer(text, (self.mishaps.injected(words),), (made,), details)
        return Answer(text, (), (), details)

    def reasons(self, scene: Scene) -> str:
        """The reasons of a case as its letter gives them, in the person's language; empty for an approval."""
        words = scene.voice.reasons
        codes = self._codes(case_of(scene))
        return "; ".join(f"{code.upper()}: {words.get(code, self.phrases.reasons[code].text)}" for code in codes)

    def _letter(self, scene: Scene, case: Case) -> str:
        voice, pick = scene.voice, scene.pick("letter")
        values = {**scene.values, "reasons": self.reasons(scene)}
        if scene.facts.category == INVENTED and scene.topic.claim:
            values[scene.topic.claim] = self.scenes.wrong_claim(scene)[0]
        letter = fill(pick.of(voice.declined if case.declined else voice.approved), values, voice.slots, pick)
        head = [
            "DECLINED" if case.declined else "APPROVED",
            f"score {case.score / 1000:.3f}",
            f"threshold {case.threshold / 1000:.3f}",
            *(f"{code.upper()} {self.phrases.reasons[code].text}" for code in self._codes(case)),
        ]
        return f"{' · '.join(head)}\n\n{letter}"

    def _codes(self, case: Case) -> list[str]:
        """Codes of what falls furthest short of the most that it could be, and of the next when it is at least half as
        far; none for an approval."""
        if not case.declined:
            return []
        short = {
            "payments_on_time": PER_PAYMENT * (12 - case.payments),
            "income": MOST_INCOME - case.income,
            "residence": MOST_RESIDENCE - case.area - case.tenure,
        }
        worst, second, _ = sorted(short, key=lambda name: (-short[name], name))
        named = [worst, second] if short[second] * 2 >= short[worst] else [worst]
        return [code for name in named for code, one in sorted(self.phrases.reasons.items()) if one.feature == name]

    def _attributes(self, scene: Scene, case: Case) -> Mapping[str, str | float | int | bool | list[str] | None]:
        income = self.scenes.money.local(scene.numbers["income"], self.scenes.place(scene.facts))
        return {
            "hotwash.decision": "declined" if case.declined else "approved",
            "hotwash.score.value": case.score / 1000,
            "hotwash.score.threshold": case.threshold / 1000,
            "hotwash.score.reasons": [code.upper() for code in self._codes(case)],
            "hotwash.feature.income_monthly": int(income) if income.is_integer() else income,
            "hotwash.feature.income_points": case.income,
            "hotwash.feature.payments_on_time_of_12": case.payments,
            "hotwash.feature.area_index": case.area,
            "hotwash.feature.area_basis": "table" if case.area_known else "default",
            "hotwash.feature.address": "read" if case.address_read else "not read",
            "hotwash.feature.months_at_address": case.months,
            "hotwash.feature.tenure_points": case.tenure,
            "hotwash.feature.household": int(scene.values["household"]),
            "hotwash.bureau.payments_on_time_of_12": case.paid,
        }
