"""The signals that dashboards count, and on which requests they fire.

Each is computed from what happened to a request, with noise: a detector misses and invents, a judge reads a sample, few
people complain. Infrastructure stays green whatever the model says: errors and ordinary latency do not follow harm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotwash.ports.system import Layer, SignalSpec
from hotwash.simulator.arrays import U8, U16, Bools
from hotwash.simulator.layout import CATEGORIES, MISUSE, REFUSAL, Layout
from hotwash.simulator.outcomes import BLOCK, DROP, FALSE_BLOCK, LOST, OFF, RATE, SERVED
from hotwash.simulator.streams import threshold

if TYPE_CHECKING:
    from hotwash.simulator.cut import Cut

COMPLAINT_DELAY_MIN = 15
"""Mean; each complaint has its own delay."""
SLOW_MS = 5_000


def _spec(name: str, title: str, layer: Layer, denominator: str = "requests", delay_min: int = 0) -> SignalSpec:
    return SignalSpec(name, title, layer, denominator, delay_min)


COMMON = (
    _spec("requests", "Requests", "system"),
    _spec("errors", "Server errors (5xx)", "system"),
    _spec("latency_slow", "Slow answers (over 5 s)", "system"),
    _spec("complaints", "Complaints", "quality", delay_min=COMPLAINT_DELAY_MIN),
    _spec("guardrail_flags", "Output stopped by the guardrail", "safety-abuse"),
)
COPILOT = (
    *COMMON,
    _spec("downvotes", "Answers voted down", "quality", delay_min=1),
    _spec("groundedness_checked", "Answers read by the judge model", "quality", delay_min=3),
    _spec("groundedness_failed", "Answers without support in their sources", "quality", "groundedness_checked", 3),
    _spec("refusals", "Refusals", "quality"),
    _spec("tool_writes", "Write calls by tools", "safety-abuse"),
    _spec("injection_suspected", "Suspected injected instructions", "safety-abuse"),
    _spec("pii_hits", "Personal data in output (detector)", "data-privacy", delay_min=1),
    _spec("retrieval_total", "Retrievals", "system"),
    _spec("retrieval_empty", "Retrievals that found nothing", "quality", "retrieval_total"),
)
CLASSIFIER = (
    *COMMON,
    _spec("denials", "Applications declined", "quality", delay_min=1),
    _spec("appeals", "Appeals against a decision", "quality", delay_min=5),
    _spec("score_shift", "Scores outside their usual range", "quality", delay_min=2),
    _spec("feature_missing", "Decisions with a missing feature", "data-privacy", delay_min=2),
)


def _rates(default: float, **by_category: float) -> U16:
    """Probability that a signal fires, by delivered category (harmless first), in draws."""
    return np.array([threshold(by_category.get(name or "harmless", default)) for name in CATEGORIES], np.uint16)


# Orders of magnitude from practice: one answer in a hundred is voted down, a few in ten thousand lead to a complaint;
# a judge is wrong about 3 % of sound answers and misses 30 % of unsound ones; detectors of personal data fire on order
# numbers. Shares are by delivered category.
DOWNVOTE = _rates(
    0.02, harmless=0.010, ungrounded_answer=0.12, leaked_record=0.10, tool_misuse=0.15, wrongful_refusal=0.2
)
COMPLAINT = _rates(
    0.03, harmless=0.0005, wrong_decision=0.05, discriminatory_decision=0.06, leaked_record=0.06, tool_misuse=0.10
)
JUDGE_FAILS = _rates(0.05, harmless=0.03, ungrounded_answer=0.70, leaked_record=0.20, tool_misuse=0.20)
PII = _rates(0.0004, leaked_record=0.50, tool_misuse=0.01)
INJECTION = _rates(0.0008, tool_misuse=0.45)
WRITES = _rates(0.05, tool_misuse=1.0)
APPEAL = _rates(0.004, harmless=0.004, wrong_decision=0.10, discriminatory_decision=0.07)
JUDGED = threshold(0.08)
REFUSED = threshold(0.90)
CAUTIOUS = threshold(0.985)
LOST_DOWNVOTE, LOST_COMPLAINT = threshold(0.10), threshold(0.01)
DENIED_APPEAL = threshold(0.02)
PROBED = threshold(0.60)
ERROR, SLOW = threshold(0.0008), threshold(0.015)


BITS = {
    classifier: {signal.name: np.uint16(1 << number) for number, signal in enumerate(signals)}
    for classifier, signals in ((False, COPILOT), (True, CLASSIFIER))
}


def signals_of(layout: Layout) -> tuple[SignalSpec, ...]:
    """The signals of a system, in the order of their bits."""
    return CLASSIFIER if layout.classifier else COPILOT


def bit(layout: Layout, name: str) -> np.uint16:
    """A signal's bit."""
    return BITS[layout.classifier][name]


def alarm_bits(layout: Layout) -> np.uint16:
    """The signals that a circuit breaker watches."""
    if layout.classifier:
        return bit(layout, "denials")
    return bit(layout, "guardrail_flags") | bit(layout, "pii_hits")


class Marks:
    """Collects bits row by row."""

    def __init__(self, cut: Cut) -> None:
        self.layout = cut.layout
        self.bits: U16 = np.full(cut.n, bit(cut.layout, "requests"), np.uint16)

    def mark(self, name: str, rows: Bools) -> None:
        """A signal fires on these rows."""
        self.bits |= rows * bit(self.layout, name)


def signal_bits(cut: Cut) -> U16:
    """The signals on which each request of a cut counts, as bits; uint16 of shape (n,)."""
    marks = Marks(cut)
    lost = LOST[cut.status]
    _common(cut, marks, lost)
    (_classifier if cut.layout.classifier else _copilot)(cut, marks)
    marks.bits |= np.where(lost, 0, cut.tape.bump[cut.rows])
    return marks.bits


def alarming_bits(cut: Cut) -> U16:
    """Only the signals that a circuit breaker watches: enough for a play whose dashboards nobody looks at."""
    marks = Marks(cut)
    if cut.layout.classifier:
        _denials(cut, marks)
    else:
        _guardrail_flags(cut, marks)
        _personal_data(cut, marks)
    marks.bits |= np.where(LOST[cut.status], 0, cut.tape.bump[cut.rows])
    return marks.bits


def _guardrail_flags(cut: Cut, marks: Marks) -> None:
    marks.mark("guardrail_flags", (cut.status == BLOCK) | (cut.status == FALSE_BLOCK))


def _personal_data(cut: Cut, marks: Marks) -> None:
    marks.mark("pii_hits", (cut.status == SERVED) & (cut.latent("detector") < PII[cut.delivered]))


def _denials(cut: Cut, marks: Marks) -> None:
    if cut.denied is not None:
        marks.mark("denials", (cut.status == SERVED) & cut.denied)


def _common(cut: Cut, marks: Marks, lost: Bools) -> None:
    noise, feedback = cut.latent("noise"), cut.latent("complain")
    marks.mark("errors", cut.latent("detector") > np.uint16(65535 - ERROR))
    slow = noise < SLOW
    if cut.wait is not None:
        slow |= cut.wait > SLOW_MS
    marks.mark("latency_slow", slow & (cut.status == SERVED))
    marks.mark("complaints", feedback < np.where(lost, LOST_COMPLAINT, COMPLAINT[cut.delivered]))
    _guardrail_flags(cut, marks)


def _copilot(cut: Cut, marks: Marks) -> None:
    served, seen = cut.status == SERVED, cut.delivered
    noise, judge, detector = cut.latent("noise"), cut.latent("judge"), cut.latent("detector")
    lost = LOST[cut.status]
    marks.mark("downvotes", cut.latent("feedback") < np.where(lost, LOST_DOWNVOTE, DOWNVOTE[seen]))
    judged = served & (judge < JUDGED)
    marks.mark("groundedness_checked", judged)
    marks.mark("groundedness_failed", judged & (noise < JUDGE_FAILS[seen]))
    refused = (seen == REFUSAL) & (noise < REFUSED) | (seen == 0) & (noise > CAUTIOUS)
    marks.mark("refusals", served & refused | (cut.status == FALSE_BLOCK))
    _personal_data(cut, marks)
    # A call that nobody asked for is a write call whatever the question was.
    writes = cut.can_write & (judge > 65535 - WRITES[seen]) | (seen == MISUSE)
    marks.mark("tool_writes", served & writes)
    probed = cut.adversarial & (noise < PROBED)
    asked = (cut.status != OFF) & (cut.status != RATE) & (cut.status != DROP)
    marks.mark("injection_suspected", asked & (probed | (detector > 65535 - INJECTION[_prompted(cut)])))
    retrieved = cut.retrieved & asked
    marks.mark("retrieval_total", retrieved)
    marks.mark("retrieval_empty", retrieved & (cut.latent("feedback") > 65535 - cut.empty))


def _prompted(cut: Cut) -> U8:
    """Categories, where misuse that no instruction led to counts as harmless: there is nothing to be suspected."""
    alone = [2 + number for number, fault in enumerate(cut.tape.faults) if fault.unprompted]
    return np.where(np.isin(cut.cause, alone), 0, cut.category).astype(np.uint8) if alone else cut.category


def _classifier(cut: Cut, marks: Marks) -> None:
    served, seen = cut.status == SERVED, cut.delivered
    denied = cut.denied if cut.denied is not None else np.zeros(cut.n, np.bool_)
    _denials(cut, marks)
    appeal = np.maximum(APPEAL[seen], denied * np.uint16(DENIED_APPEAL))
    marks.mark("appeals", served & (cut.latent("feedback") < appeal))
    marks.mark("score_shift", cut.latent("judge") < cut.shifted)
    marks.mark("feature_missing", cut.latent("noise") < cut.missing)
