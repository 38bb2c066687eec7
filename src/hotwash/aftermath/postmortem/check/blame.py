"""Blame: a person or a seat beside words of fault. A detector may fail to fire; a person is not said to have failed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

PEOPLE = (
    "engineer|engineers|\\w*scientists?|specialists?|approvers?|raters?|assessors?|trainees?|lawyers?|nurses?|doctors?|owner|owners|legal|comms|communications|operations|operator|operators|developer|developers|analyst|analysts|reviewer|reviewers|moderator|agent on shift|on-call|oncall|responder|responders|lead|leads|manager|managers|"
    "commander|scribe|counsel|officer|director|facilitator|intern|contractor|contractors|employee|employees|colleague|colleagues|staff|somebody|someone|everybody|everyone|he|she|they|"
    "team|teams|person|people|admin|admins|administrator|maintainer|author|annotators?|labellers?|vendor's engineer|shift|department|we|i|you|his|her|their|"
    "supervisor|executive|executives|ceo|cto|founder|desk|support|management"
)
SYSTEMS = (
    "model|models|assistant|detector|detectors|alert|alerts|pipeline|job|jobs|cache|index|service|services|test|tests|suite|suites|system|systems|guardrail|guardrails|filter|filters|rule|rules|"
    "monitor|monitoring|classifier|prompt|template|retriever|retrieval|database|script|scripts|server|servers|deployment|deploy|release|rollback|flag|check|checks|gate|gates|process|runbook|dashboard|"
    "probe|lever|levers|breaker|queue|api|vendor|provider|backup|replica|tool|tools|control|controls|token|requests?|build|builds|export|import|sync|alias|log|logs|canary|migration|it|that|which|this"
)
DEEDS = (
    r"paid no attention|sat on|slept through|(?:was|were|is|are) too (?:lazy|careless|proud|busy|slow|hasty) to|(?:was|were|is|are) responsible for (?:this|it|that|all)\b|should(?:n't| not| never)? have(?! been (?:possible|enough|visible))|ought to have|(?:could|might) have known|fail(?:ed|s|ing)? to|neglect(?:ed|s)?\b(?: to)?|forgot(?:ten)?(?: to)?|ignored|overlooked|"
    r"did ?n[o']t (?:bother|care|think|pay attention|do (?:his|her|their|its) job|follow (?:the )?(?:procedure|process|runbook|instructions?|rules?))|could(?:n't| not) be bothered|"
    r"made (?:a|an|the|another|several|some|two|three)? ?(?:\w+ )?(?:mistakes?|errors?|blunders?)|messed up|screwed up|dropped the ball|blundered|"
    r"panicked|(?:was|were|is|are) (?:\w+ )?(?:careless|negligent|sloppy|lazy|incompetent|reckless|inattentive|inexperienced|asleep|distracted|at fault|to blame|guilty|responsible for (?:the|this) "
    r"(?:leak|incident|outage|error|failure|harm|mistake)|too slow|not paying attention|unprofessional|overconfident|complacent)|let (?:us|everyone|the team|customers) down|knew better|"
    r"violated|disobeyed|disregarded|wasted|mishandled|bungled|caused (?:the|this) (?:incident|outage|leak|mess|failure)|acted (?:carelessly|recklessly|negligently)|lacked (?:the )?(?:discipline|judgement|care|attention)|"
    r"chose not to (?:look|read|check|tell|act)|couldn't even|had no excuse|never bothered"
)
AGENTLESS = re.compile(
    r"\b(?:carelessness|negligence|incompetence|sloppiness|laziness|complacency|lack of (?:care|discipline|attention|diligence|competence|effort)|finger trouble|poor judge?ment|inexcusable|unforgivable)\b|"
    r"\b(?:fault|blame|blunder|guilt|negligence) (?:of|lies with|rests with|falls on|goes to)\b|\b(?:his|her|their|my|(?:{people})'s?) (?:own )?(?:fault|blunder|negligence|carelessness|mistake|stupidity)\b|"
    r"\bblam(?:e|es|ed) (?:the |our |a )?(?:\w+ )?(?:{people})\b|'s (?:own )?(?:sloppy|careless|lazy|negligent|hasty|poor) \w+|\bagainst all advice\b|\bdisciplin(?:ed|ary)\b|\bheld (?:personally )?(?:accountable|responsible)\b".replace(
        "{people}", PEOPLE
    ),
    re.IGNORECASE,
)
DENIED = re.compile(
    r"\b(?:no ?body|no one|nobody|not|never|without|no|isn't|wasn't|instead of|rather than|blameless|blame-free|avoid|does not|do not|cannot)\b[^.;]{0,40}$", re.IGNORECASE
)  # fmt: skip
DENIED_NEAR = re.compile(
    r"\b(?:no ?body|no one|not|never|without|no|isn't|wasn't|instead of|rather than|avoid)\b[^.;,]{0,20}$",
    re.IGNORECASE,
)
COMPARED = re.compile(
    rf"\b(?:if|had) (?:the |our |an? )?(?:\w+ )?(?:{PEOPLE}) (?:had )?(?:only )?(?:done|followed|read|checked|looked|listened|paid|been (?:more|paying|awake))\b|"
    rf"\b(?:a|any) (?:more |better |less )?(?:experienced|competent|careful|attentive|good|decent|junior)? ?(?:\w+ )?(?:{PEOPLE}) would have\b",
    re.IGNORECASE,
)
"""A person measured against one who would have done better."""
FAULT = re.compile(rf"\b(?:{DEEDS})\b", re.IGNORECASE)
ACTOR = re.compile(rf"\b(?P<person>{PEOPLE})\b|\b(?P<system>{SYSTEMS})\b", re.IGNORECASE)
PASSIVE = re.compile(
    r"\b(?:should|ought to) have been\b|\b(?:was|were|had been) (?:overlooked|ignored|forgotten|neglected|mishandled|bungled|wasted)\b",
    re.IGNORECASE,
)
BY = re.compile(rf"\bby (?:the |an? |our )?(?:\w+ ){{0,2}}(?:{PEOPLE})\b", re.IGNORECASE)


@dataclass(frozen=True)
class Blamed:
    """The words of fault, by place in the sentence."""

    start: int
    end: int


def blamed(text: str, names: Iterable[str] = ()) -> Blamed | None:
    """Where a sentence blames a person, a seat or a group; None where it does not. `names` are those of seats and people of the drill.

    The nearest actor before the words of fault decides: a person is blamed, a system is described.
    """
    named = [re.escape(one) for one in names if one]
    who = re.compile("|".join(rf"\b{one}\b" for one in named), re.IGNORECASE) if named else None
    for found in FAULT.finditer(text):
        if PASSIVE.match(text, found.start()) and not BY.search(text, found.end()):
            continue
        if DENIED.search(text[: found.start()]) and not re.match(r"should|ought|could|did", found[0], re.IGNORECASE):
            continue
        if _person_before(text[: found.start()], who):
            return Blamed(found.start(), found.end())
    for found in PASSIVE.finditer(text):
        if BY.search(text, found.end()):
            return Blamed(found.start(), found.end())
    compared = COMPARED.search(text)
    if compared:
        return Blamed(compared.start(), compared.end())
    for found in AGENTLESS.finditer(text):
        if not DENIED_NEAR.search(text[: found.start()]):
            return Blamed(found.start(), found.end())
    return None


def _person_before(before: str, who: re.Pattern[str] | None) -> bool:
    """Whether the last actor before is a person. One that only relates (`who`, `which`) reaches back over its comma."""
    nearest, person = -1, False
    for found in ACTOR.finditer(before):
        if found.start() >= nearest:
            nearest, person = found.start(), bool(found["person"])
    for found in who.finditer(before) if who else ():
        if found.start() >= nearest:
            nearest, person = found.start(), True
    if nearest < 0:
        return bool(re.search(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)?\s*(?:\w+ly )?$", before))
    return person
