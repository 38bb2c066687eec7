"""Ends at which a search for causes has stopped too early: a symptom taken for a cause, or a person.

A list of wordings, not of meanings: it finds what people usually write and says nothing of what it does not find.
`tests/rooms/aftermath/test_endings.py` holds the sentences that it was measured on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

_THING = r"(?:model|ai|llm|assistant|bot|chatbot|classifier|algorithm|network|agent)"
_SYMPTOM = re.compile(
    rf"\bthe {_THING}(?:'s answer|'s output)? (?:was|is|were|went|got|simply|just|often|sometimes|had been)? ?(?:\w+ly |often |sometimes |just )?"
    r"(?:wrong|incorrect|inaccurate|bad|confused|mistaken|biased|broken|rogue|hallucinat\w*|made (?:a|an|the) (?:mistake|error)s?"
    r"|made (?:something|it|things) up|misunderstood|misbehaved|erred|failed|lied|invented)\b"
    rf"|\b{_THING} (?:error|mistake|failure|misbehaviou?r|hallucinations?)\b|\bhallucinations?(?: of the {_THING})?\.?$"
    rf"|\b{_THING}s? (?:are|is) (?:\w+ ){{0,3}}(?:unpredictable|probabilistic|black box(?:es)?|never perfect|not perfect|stochastic)\b"
    r"|\b(?:it|these things|such things) (?:just |simply )?(?:happens?|happened)\b|\bbad luck\b",
    re.IGNORECASE,
)
_WHO = (
    r"(?:engineer|operator|developer|reviewer|commander|lead|analyst|agent on duty|on-call|employee|colleague|contractor|intern|manager"
    r"|scribe|user|customer|team member|somebody|someone|he|she|they|staff|moderator|facilitator|administrator|admin)s?"
)
_PERSON = re.compile(
    r"\bhuman (?:error|mistake|failure)\b|\b(?:operator|user|pilot|engineer|reviewer|developer) error\b"
    rf"|\b{_WHO} (?:\w+ )?(?:forgot|failed to|neglected|overlooked|ignored|did not pay attention|should have|ought to have|made a mistake"
    r"|was careless|were careless|was negligent|did not care|did not bother|didn't bother|panicked|was tired|was inattentive|messed up|was asleep|got it wrong)\b"
    r"|\b(?:carelessness|negligence|incompetence|inattention|laziness|lack of (?:care|attention|discipline))\b|\bshould have known\b",
    re.IGNORECASE,
)
WRITE = {
    "symptom": "Write what let it: which change, data, permission or missing check made this output possible and let it through.",
    "person": "Write what the work was like: what the person could see, what the procedure asked, which check was not there.",
}


def stops_at(said: str, people: Iterable[str] = ()) -> Literal["", "symptom", "person"]:
    """Whether a sentence ends the search at a symptom ("the model was wrong") or at a person; `people` are names of this drill."""
    if _PERSON.search(said) or any(_named(one, said) for one in people):
        return "person"
    return "symptom" if _SYMPTOM.search(said) else ""


def _named(person: str, said: str) -> bool:
    return len(person) > 2 and re.search(rf"(?<!\w){re.escape(person)}(?!\w)", said, re.IGNORECASE) is not None
