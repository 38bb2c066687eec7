"""Severities that contradict the log."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hotwash.comms.lint.finding import Finding
from hotwash.comms.lint.look import Look
from hotwash.comms.lint.numbers import value_of

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
    for one in LEVEL.finditer(look.plain):
        level = int(value_of(one["n1"] or one["n2"] or one["n3"]) or 0)
        places = look.places(*one.span())
        contexts = look.scopes.over(places, places)
        if contexts & {"conditional", "to-come", "unsaid"} or SUPPOSED.search(look.plain[: one.start()]):
            continue
        denied = "denied" in contexts
        if (denied and (now is None or now.value != level)) or (not denied and now is not None and now.value == level):
            continue
        if not denied and level in ever and EARLIER.search(look.plain):
            continue
        there = f"Sev-{now.value} is in force" if now else "no severity is set"
        yield look.finding("severity", places, f"The log says that {there}.", cites=now.rests_on if now else 0)
        return
