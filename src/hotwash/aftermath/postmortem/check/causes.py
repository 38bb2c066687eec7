"""Symptoms that stand where a cause should: the model was wrong, human error, a one-off. What led to them is the cause."""

from __future__ import annotations

import re

MODEL = r"(?:the |our |this |its |a |an |vendor's |provider's )*(?:\w+ )?(?:model|models|llm|ai|a\.i\.|assistant|chatbot|bot|gpt|network|algorithm|classifier|agent|system)(?:'s)?"
SYMPTOM = (
    r"(?:was|were|is|being|got it|had been|went) (?:\w+ly |just |simply |plain )?(?:wrong|hallucinating|confused|unreliable|stupid|broken|biased|mistaken|rogue|crazy|weird)|"
    r"(?:(?:has|had|have) )?(?:simply |just |sometimes |occasionally |\w+ly )?(?:hallucinat(?:ed|es|e|ing)|misbehaved|lied|made (?:it|things|stuff|something) up|makes things up|made (?:a|an) (?:\w+ )?(?:mistake|error)|malfunctioned|erred|"
    r"went rogue|failed|ignored it|got it wrong|gets it wrong|gets things wrong|got confused|gets confused|makes? things up|does that|behaved (?:oddly|badly|strangely)|misunderstood|drifted|acted up|glitched)"
)
NOUN = (
    r"(?:plain |simple |pure )?(?:human|operator|user|pilot|person's|people's|manual|engineer|reviewer|annotator|labelling|typing) (?:error|mistake)s?|errors? of (?:a|one) (?:person|human|operator)|"
    r"(?:[\w']+ )?hallucinations?|(?:mistakes?|errors?) (?:by|of|from) (?:a |one |some )?(?:human|person|operator|user)s?|(?:[\w']+ )?(?:model|llm)(?:'s)? (?:error|failure|mistake|misbehaviou?r|quality|unreliability|non-?determinism)|ai (?:error|failure|mistake)|(?:an? )?(?:one-off|freak|random|unexplained|strange) (?:glitch|event|error|occurrence|failure)|"
    r"(?:a |an |some )?(?:glitch|hiccup)|bad luck|(?:\w+ )?fluke|(?:an? |the |one )?(?:engineer|operator|developer|reviewer|analyst|person|employee|colleague|admin)'s (?:mistake|error|slip)|pure chance|non-?determinism|randomness|stochasticity|the nature of (?:llms|language models|ai|these models)|unpredictability|"
    r"(?:the |a )?(?:model|llm|ai|algorithm)(?: itself| alone)?(?=\s*(?:[.,;]|$|and nothing|\()|\s+being\b)|a bad (?:answer|output|response|generation)s?|bad (?:model )?outputs?|an act of god|force majeure"
)
CUE = (
    r"(?:root |main |primary |real |underlying |sole |direct |true |only |final |ultimate )*causes?(?: of (?:\w+ ){1,5}?)?\s*(?:was|were|is|:|turned out to be|remains?|lies in|lay in)|because(?: of)?|caused by|due to|owing to|thanks to|"
    r"put (?:it )?down to|attribut(?:ed|able) to|came from|comes from|stems? from|stemmed from|blamed on|traced (?:back )?to|traces back to|goes back to|went back to|the (?:\w+ )?reason (?:was|is)(?: that)?|the fault (?:was|is|lay with|lies with)|down to|result of|"
    r"explained by|why did (?:it|this) happen\?|what went wrong\??:?(?: was)?|the explanation (?:was|is)(?: that)?|boils down to|comes down to|came down to|a case of|nothing (?:more|else|but)(?: than)?|(?:it|this|that) was (?:just|simply|merely|only|plain|purely)?"
)
CAUSED = re.compile(
    rf"(?:{CUE})\s*(?:that )?(?:just |simply |purely |merely |only |ultimately |plain |an? |the |pure |simple |some )*(?P<what>{NOUN}|{MODEL} (?:{SYMPTOM}))\b",
    re.IGNORECASE,
)
FINAL = re.compile(
    rf"^(?:(?:\w+ ){{0,3}}(?:showed|found|revealed|established|turned out|concluded|conclude) that )?(?:in the end,? |ultimately,? |in short,? |so,? |basically,? |simply put,? )?(?P<what>{MODEL} (?:{SYMPTOM}|was the (?:root )?(?:cause|problem|reason)|is (?:to blame|the (?:root )?cause|the problem)|is what (?:failed|went wrong|broke)))\s*(?:, (?:and|that)\b.*)?[.!]?$|"
    rf"^(?P<noun>{NOUN})\s*(?:was|were|is|caused|led to|explains?|lies behind)\b(?! not\b)(?:.*\b(?:cause|reason|incident|leak|outage|failure|harm|this|it)\b)|"
    rf"^(?:root cause|cause)\s*[:.–-]\s*(?P<named>{NOUN}|{MODEL} (?:{SYMPTOM}))|"
    rf"^(?:.{{3,40}}, )?(?P<these>these things happen|such things happen|nobody could have (?:foreseen|known|prevented) (?:it|this)|it (?:could|can) not have been (?:foreseen|prevented|avoided)|that is (?:just )?how (?:llms|language models|models|ai) (?:are|work|behave))",
    re.IGNORECASE,
)
DEEPER = re.compile(
    r"\b(?:because|since|as|after|when|for want of|due to|owing to|caused by|given that|in that)\b(?! of (?:hallucination|human))",
    re.IGNORECASE,
)
NEGATED = re.compile(
    r"(?:\b(?:not|never|no|nor|isn't|wasn't|is no|was no|rather than|instead of|more than|beyond|say|says|write|wrote|calling|call|label|accept)\b|[“\"])\s*(?:\w+ ){0,3}[“\"']?$",
    re.IGNORECASE,
)
NO_CAUSE = re.compile(r"\b(?:is|was) (?:not|no|a symptom|where)\b|\bsymptom\b|\bexplains nothing\b|\bis never (?:a|the) (?:root )?cause\b|\bnot (?:a|the) (?:root )?cause\b", re.IGNORECASE)  # fmt: skip


def symptom_as_cause(text: str) -> tuple[int, int] | None:
    """Where a sentence gives a symptom for a cause; None where it does not, or where it goes on to what led to the symptom."""
    if NO_CAUSE.search(text):
        return None
    for pattern in (CAUSED, FINAL):
        for found in pattern.finditer(text):
            start, end = next((found.span(name) for name in found.groupdict() if found[name]), found.span())
            if NEGATED.search(text[: found.start()]) or NEGATED.search(text[found.start() : start]):
                continue
            if DEEPER.search(text, end):
                continue
            return start, end
    return None
