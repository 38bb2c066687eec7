"""What rules can tell about an answer: refusal by its wording, grounding by words, numbers and names that its documents hold.

Rules see wording, not meaning. Each has a known error, measured on answers that people labelled; a finding carries it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hotwash.kit.schema.columns import TraceColumns
from hotwash.ports.relation import Relation
from hotwash.triage import sql
from hotwash.triage.records import documents_of
from hotwash.triage.suspects import Share, draw, share
from hotwash.triage.timeline import Window

OPENING = 400
"""Characters of an answer in which a refusal shows."""
REFUSAL = (
    r"(?i)(?:i(?:'m| am|’m)? ?(?:so |very |really )?(?:sorry|afraid)[^.\n]{0,12}(?:,? but|that)? ?i (?:can(?:'t|not|’t)|am unable|won(?:'t|’t)|am not able)"
    r"|i (?:can(?:'t|not| not|’t)|could(?:n't| not)|won(?:'t|’t)|will not|must decline|(?:am|'m) (?:not able|unable|not allowed|not permitted) to|do not feel comfortable|don't feel comfortable)"
    r"[^.\n]{0,30}(?:help|assist|provide|comply|answer|support|engage|share|generate|create|give|offer|discuss|do that|fulfil|write|condone|participate|promote)"
    r"|(?:as|i am|i'm) an? (?:ai|artificial intelligence|(?:large )?language model)[^\n]{0,80}(?:cannot|can't|can’t|not able|unable|do not|don't|not programmed|not capable|not (?:appropriate|ethical))"
    r"|i do(?:n't| not|n’t) (?:condone|promote|support|endorse|encourage|engage)"
    r"|it(?:'s| is|’s) (?:not|never|illegal|unethical|inappropriate)[^.\n]{0,16}(?:appropriate|ethical|acceptable|legal|okay|ok|right|possible for me|and unethical|to (?:discuss|provide|promote|use|engage))"
    r"|(?:es tut mir leid|tut mir leid|entschuldigung)[^.\n]{0,40}(?:kann|darf|nicht)|ich kann (?:ihnen |dir )?(?:dabei |damit )?(?:leider )?nicht|dabei kann ich (?:ihnen |dir )?(?:leider )?nicht"
    r"|je (?:suis désolée?|regrette)|je ne peux pas|lo siento|no puedo (?:ayudar|proporcionar|ofrecer|responder)|mi dispiace|non posso (?:aiutar|fornire)"
    r"|het spijt me|ik kan (?:je |u )?(?:daar(?:bij|mee) )?(?:helaas )?niet|desculpe|não posso (?:ajudar|fornecer))"
)
"""English, German, French, Spanish, Italian, Dutch, Portuguese. In the subset that engines share."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)*")
_COMMON = (
    "a an the and or but of in on at to for from by with as is are was were be been being it its this that these those there "
    "he she they we you i his her their our your my me him them us not no do does did have has had can could will would may "
    "might should so if then than which who whom what when where how why also very just about into over after before up "
    "out all any some more most other such only own same too s t d ll m re ve yes well oh"
)
COMMON = frozenset(_COMMON.split())


@dataclass(frozen=True)
class KnownError:
    """How often a rule was right on answers that people labelled: `n` answers, of which `positive` by people. `found` are the
    share of the positive ones that it flags, `right` the share of its flags that people agree with, `false_alarms` the share of
    the negative ones that it flags. Two data sets are given where there are two: it is not one number."""

    rule: str
    data: str
    n: int
    positive: int
    found: float
    right: float
    false_alarms: float


REFUSAL_ERRORS = (
    KnownError("refusal_by_wording", "xstest-refusals mistralguard", 450, 240, 0.713, 0.966, 0.029),
    KnownError("refusal_by_wording", "xstest-refusals mistralinstruct", 450, 76, 0.211, 0.800, 0.011),
)
"""Against people's labels, full and partial refusals together (XSTest, Röttger et al. 2024). It misses refusals that argue
instead of declining."""
GROUNDING_ERRORS = (
    KnownError("ungrounded_by_words", "begin-groundedness gpt2", 1000, 876, 0.967, 0.966, 0.242),
    KnownError("ungrounded_by_words", "begin-groundedness t5", 1035, 688, 0.799, 0.900, 0.176),
)
"""Against people's labels, anything but fully attributable counted as ungrounded (BEGIN, Dziri et al. 2022)."""


@dataclass(frozen=True)
class RuleShare:
    """A share measured by a rule, with the rule's known error."""

    rule: str
    share: Share
    known: tuple[KnownError, ...]


@dataclass(frozen=True)
class Grounding:
    """How an answer stands to its documents: share of its content words that they hold (0 to 1; None without any), longest run
    in common as share of the answer's words, numbers and names that they do not hold."""

    overlap: float | None
    run: float
    new_numbers: int
    new_names: int

    @property
    def score(self) -> float | None:
        """0 to 1, higher is better grounded: the overlap, less a quarter for every number or name that the documents do not hold."""
        return None if self.overlap is None else max(0.0, self.overlap - 0.25 * (self.new_numbers + self.new_names))


GROUNDED = 0.8
"""Score from which an answer counts as grounded: four of five content words, and no new number or name among few words."""


def refused(answer: str) -> bool:
    """Whether the beginning of an answer is worded as a refusal."""
    return bool(re.search(REFUSAL, answer[:OPENING]))


def refusals(relation: Relation, columns: TraceColumns, window: Window, where: Sequence[str] = ()) -> RuleShare:
    """The share of answers worded as a refusal, counted on the engine. Raises KeyError without an output column."""
    if not columns.output:
        raise KeyError("output")
    dialect = relation.dialect
    answer = dialect.name(columns.output)
    worded = dialect.matches(f"SUBSTR({answer}, 1, {OPENING})", REFUSAL)
    asked = [("n", f"COUNT({answer})"), ("found", sql.count(worded))]
    inside = sql.within(dialect, columns.time, window.from_ms, window.to_ms)
    told = relation.ask(sql.select(asked, [*inside, *where]), [columns.time, columns.output])
    return RuleShare("refusal_by_wording", share(int(told["found"][0]), int(told["n"][0])), REFUSAL_ERRORS)


def ungrounded(
    relation: Relation, columns: TraceColumns, window: Window, where: Sequence[str] = (), budget: int = 2_000
) -> RuleShare | None:
    """The share of answers with documents that do not score as grounded, over at most `budget` rows drawn by lot; None without
    an output or a documents column, because then it cannot be known. Rows without readable documents are not asked."""
    if not (columns.output and columns.documents):
        return None
    name = relation.dialect.name
    condition = f"{name(columns.output)} IS NOT NULL AND LENGTH({name(columns.documents)}) > 2"
    both = [columns.output, columns.documents]
    drawn = draw(relation, columns, {"incident": window}, condition, both, both, where, budget)
    scores = []
    for row in drawn.rows:
        documents, torn = documents_of(str(row[columns.documents]))
        score = grounding(str(row[columns.output]), documents).score
        if documents and not torn and score is not None:
            scores.append(score)
    return RuleShare("ungrounded_by_words", share(sum(one < GROUNDED for one in scores), len(scores)), GROUNDING_ERRORS)


def grounding(answer: str, documents: Sequence[str]) -> Grounding:
    """Compare an answer with what it was given. Meaning is not looked at: a sentence that turns its source around has full overlap."""
    given = " ".join(documents)
    there = {_stem(one) for one in _words(given)}
    said = [one for one in _words(answer) if one not in COMMON]
    overlap = sum(_stem(one) in there for one in said) / len(said) if said else None
    numbers = set(_NUMBER.findall(answer)) - set(_NUMBER.findall(given))
    low = given.lower()
    names = {
        one
        for one in re.findall(r"(?<=[a-z,;] )[A-Z][\w’'-]+", answer)
        if one.lower() not in low and one.lower() not in COMMON
    }
    return Grounding(overlap, _longest(_words(answer), _words(given)), len(numbers), len(names))


def _words(text: str) -> list[str]:
    return [one.lower() for one in _WORD.findall(text)]


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") else word


def _longest(one: list[str], other: list[str]) -> float:
    """The longest run of words in common, as a share of the first's words."""
    best, before = 0, [0] * (len(other) + 1)
    for word in one:
        row = [0]
        for place, theirs in enumerate(other):
            row.append(before[place] + 1 if word == theirs else 0)
        best, before = max(best, *row), row
    return best / len(one) if one else 0.0
