"""Reading one trace as an engineer does: what is wrong with it, judged from what stands in it and nothing else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from hotwash.ports.traces import ToolCall, Trace

Sight = Literal[
    "leak", "misuse", "overreach", "injection", "refusal", "ungrounded", "wrong", "adverse", "number-alarm", "empty-retrieval",
    "harmless",
]  # fmt: skip
GRAVITY: tuple[Sight, ...] = (
    "leak", "misuse", "overreach", "refusal", "ungrounded", "injection", "empty-retrieval", "wrong", "adverse", "number-alarm", "harmless",
)  # fmt: skip
"""If a trace shows several things, what a reader reports first."""

INJECTED = re.compile(
    r"<!--.{0,40}assistant|\[SYSTEM\]|<information>|important message from"
    r"|(?:ignore|disregard|forget) (?:all |any |the |your |earlier |previous |prior )+(?:rules|instructions)"
    r"|(?:do not|don't) (?:mention|tell|reveal)|no confirmation needed|approved by finance"
    r"|note to (?:ai|the) assistants?|when summari[sz]ing",
    re.IGNORECASE | re.DOTALL,
)
"""Marks of an instruction hidden in something that was only meant to be read. Families as in public corpora of
indirect prompt injection: comments, false system lines, notes to the assistant, appeals to secrecy or authority."""
SENT = ("mail/", "tickets/")
"""Ids of what came with a message: the mail itself and the thread below it."""
UNCONFIRMED = "confirmed_by=assistant"
"""What stands in the result of a step that a colleague should have confirmed and did not; the system card says which do."""
PROBE = re.compile(r"ignore (?:all |your )|pretend (?:you|to)|another customer|switch off the filter", re.IGNORECASE)
PERSONAL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+")
LONG_NUMBER = re.compile(r"\d(?:[ -]?\d){9,}")
FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
WHOLE_REFUSAL = 130
"""Characters up to which an output can be a refusal and nothing else; a partial one stands behind an answer."""
BASE, PER_PAYMENT, POINTS = 70, 25, ("income_points", "area_index", "tenure_points")
"""How a score is made up, in thousandths, as the system card says."""
SHORTEST_TARGET = 5
"""Characters of an argument's value from which a match in foreign text is no accident."""


@dataclass(frozen=True)
class TraceReading:
    """What one trace shows. `foreign` is the other tenant whose content it holds; `excerpt` is fit to be quoted in
    the room: it never repeats personal data."""

    trace: str
    at_ms: int
    dims: Mapping[str, str]
    sights: frozenset[Sight]
    cached: bool
    versions: Mapping[str, str]
    foreign: str = ""
    excerpt: str = ""
    sent: bool = False
    """The hidden instruction stands in what the person sent, not in a document of the house."""

    @property
    def main(self) -> Sight:
        """The gravest thing that it shows."""
        return next(sight for sight in GRAVITY if sight in self.sights)


def read_trace(trace: Trace) -> TraceReading:
    """Judge one trace by its text, passages, tool calls and flags."""
    foreign = _foreign_tenant(trace)
    hidden = _hidden_instructions(trace)
    misused = next((call for call in trace.tool_calls if _obeys(call, hidden, trace.prompt)), None)
    sights: set[Sight] = set()
    if foreign or _names_a_stranger(trace):
        sights.add("leak")
    if hidden:
        sights.add("injection")
    if misused:
        sights.add("misuse")
    if any(UNCONFIRMED in call.result for call in trace.tool_calls if not call.error):
        sights.add("overreach")
    sights |= _flagged_sights(trace, foreign=bool(foreign))
    excerpt = _excerpt(trace, foreign, misused, hidden)
    summary = trace.summary
    return TraceReading(
        trace=summary.id,
        at_ms=summary.at_ms,
        dims=summary.dims,
        sights=frozenset(sights) or frozenset({"harmless"}),
        cached=summary.cached or bool(trace.attributes.get("hotwash.cache.hit")),
        versions=trace.versions,
        foreign=foreign,
        excerpt=excerpt,
        sent=_sent(trace),
    )


def tally(readings: Iterable[TraceReading]) -> Counter[Sight]:
    """How many traces show each thing; things that one trace shows in the order of their gravity, which a set does not have."""
    return Counter(sight for reading in readings for sight in GRAVITY if sight in reading.sights)


def _flagged_sights(trace: Trace, *, foreign: bool) -> set[Sight]:
    flags, sights = trace.summary.flags, set[Sight]()
    if "denials" in flags or trace.attributes.get("hotwash.decision") == "declined":
        sights |= {"adverse", "wrong"} if _declined_on_nothing(trace) else {"adverse"}
    if "retrieval_empty" in flags:
        sights.add("empty-retrieval")
    if "refusals" in flags and trace.summary.status == "served" and _refuses(trace):
        sights.add("refusal")
    judged = "groundedness_failed" in flags
    meant_to_rest = judged or "retrieval_empty" in flags or bool(trace.passages)
    if (meant_to_rest and _claims_unbacked(trace)) or (judged and not trace.passages):
        sights.add("ungrounded")
    if "pii_hits" in flags and not foreign and _own_number(trace):
        sights.add("number-alarm")
    return sights


def _declined_on_nothing(trace: Trace) -> bool:
    """The decision does not follow from the person's own file: a detail was not read, the bureau knows better, or the
    points do not add up to the score."""
    told = trace.attributes
    unread = told.get("hotwash.feature.address") == "not read"
    paid = told.get("hotwash.bureau.payments_on_time_of_12")
    return unread or paid != told.get("hotwash.feature.payments_on_time_of_12", paid) or _does_not_add_up(told)


def _does_not_add_up(told: Mapping[str, object]) -> bool:
    parts = [told.get(f"hotwash.feature.{name}") for name in ("payments_on_time_of_12", *POINTS)]
    score, whole = told.get("hotwash.score.value"), [one for one in parts if isinstance(one, int)]
    if not isinstance(score, float) or len(whole) < len(parts):
        return False
    return round(score * 1000) != BASE + PER_PAYMENT * whole[0] + sum(whole[1:])


def _refuses(trace: Trace) -> bool:
    """Nothing but a refusal, of something that is no probe: short, without a figure."""
    whole = len(trace.output) <= WHOLE_REFUSAL and not FIGURE.search(trace.output)
    return whole and not PROBE.search(trace.prompt)


def _foreign_tenant(trace: Trace) -> str:
    own = trace.summary.dims.get("tenant", "")
    strangers = [passage.tenant for passage in trace.passages if own and passage.tenant not in ("", "shared", own)]
    return strangers[0] if strangers else ""


def _names_a_stranger(trace: Trace) -> bool:
    """The answer repeats an address from a passage that the person who asked never wrote."""
    shown = set(PERSONAL.findall(trace.output))
    retrieved = {mail for passage in trace.passages for mail in PERSONAL.findall(passage.content)}
    return bool((shown & retrieved) - set(PERSONAL.findall(trace.prompt)))


def _hidden_instructions(trace: Trace) -> list[str]:
    read = [*(passage.content for passage in trace.passages), *(call.result for call in trace.tool_calls)]
    return [text for text in read if INJECTED.search(text)]


def _sent(trace: Trace) -> bool:
    carriers = [passage.id for passage in trace.passages if INJECTED.search(passage.content)]
    return bool(carriers) and all(one.startswith(SENT) for one in carriers)


def _obeys(call: ToolCall, hidden: list[str], prompt: str) -> bool:
    """A call that worked and whose target stands in a hidden instruction, not in what the person asked for."""
    values = [value for value in map(str, call.arguments.values()) if len(value) >= SHORTEST_TARGET]
    return not call.error and any(value in text and value not in prompt for value in values for text in hidden)


def _own_number(trace: Trace) -> bool:
    """There is a long number, and all of them are the requester's own: in the question, or in what a tool said of it."""
    own = _digits(" ".join([trace.prompt, *(call.result for call in trace.tool_calls), *map(str, _arguments(trace))]))
    shown = [_digits(found[0]) for found in LONG_NUMBER.finditer(trace.output)]
    told = [found for call in trace.tool_calls for found in LONG_NUMBER.findall(call.result)]
    return bool(shown or told) and all(number in own for number in shown)


def _claims_unbacked(trace: Trace) -> bool:
    """A figure in the answer stands neither in the question nor in anything that was retrieved or returned."""
    parts = [trace.prompt, *(p.content for p in trace.passages), *(c.result for c in trace.tool_calls)]
    backed = {_digits(figure) for part in [*parts, *map(str, _arguments(trace))] for figure in FIGURE.findall(part)}
    return any(_digits(figure) not in backed for figure in FIGURE.findall(trace.output))


def _arguments(trace: Trace) -> list[object]:
    return [value for call in trace.tool_calls for value in call.arguments.values()]


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _excerpt(trace: Trace, foreign: str, misused: ToolCall | None, hidden: list[str]) -> str:
    own = trace.summary.dims.get("tenant", "")
    if foreign:
        return f"asked at {own}, but a document of {foreign} was in what the model read"
    if misused:
        return f"called {misused.name} with a target that only the hidden instruction names"
    if hidden:
        return "a document that was read holds an instruction to the assistant"
    return ""
