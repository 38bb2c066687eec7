"""Severities that contradict the log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from hotwash.comms.lint.finding import Finding
from hotwash.comms.lint.look import Look
from hotwash.comms.lint.numbers import value_of
from hotwash.comms.lint.text import SENTENCES

NUMBER = r"(?P<n{0}>[1-4]|one|two|three|four)\b"
LEVEL = re.compile(
    rf"\bsev(?:erity)?[\s:-]*(?:level\s|is\s|in force\s?(?:is\s)?|with us:\s)*{NUMBER.format(1)}|"
    rf"\bseverity\s(?:with us|in force|now|level)?\s?(?:is|:)?\s*(?:sev-)?{NUMBER.format(2)}|\b{NUMBER.format(3)} is the severity",
    re.IGNORECASE,
)
EARLIER = re.compile(
    r"\b(?:raised|rated|lowered|went|moved|changed|upgraded|downgraded|came|up|down)\b.*\bfrom\b|\b(?:was|were|had|previously|earlier|having been|initially|at first|until|before)\b",
    re.IGNORECASE,
)
SUPPOSED = re.compile(r"\b(?:if|unless|in case|should)\b", re.IGNORECASE)
"""What is said after a condition holds under it, across the comma."""


def severity(look: Look) -> Iterator[Finding]:
    """A level other than the one in force, unless the sentence tells of an earlier one, or what would be; a denial of the one in force."""
    if look.scopes.asked:
        return
    now, ever = look.facts.severity, {one.value for one in look.facts.severities}
    for level, span in _levels(look.plain):
        places = look.places(*span)
        contexts = look.scopes.over(places, places)
        if contexts & {"conditional", "to-come", "unsaid"}:
            continue
        denied = "denied" in contexts
        if (denied and (now is None or now.value != level)) or (not denied and now is not None and now.value == level):
            continue
        if not denied and level in ever and EARLIER.search(look.plain):
            continue
        there = f"Sev-{now.value} is in force" if now else "no severity is set"
        yield look.finding("severity", places, f"The log says that {there}.", cites=now.rests_on if now else 0)
        return


@lru_cache(SENTENCES)
def _levels(plain: str) -> tuple[tuple[int, tuple[int, int]], ...]:
    """Levels that a sentence names, with where; not those under a condition."""
    return tuple(
        (int(value_of(one["n1"] or one["n2"] or one["n3"]) or 0), one.span())
        for one in LEVEL.finditer(plain)
        if not SUPPOSED.search(plain[: one.start()])
    )
