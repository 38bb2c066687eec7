"""Times that contradict the log: when it began, was noticed, declared, contained, and when the next update comes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from hotwash.comms.facts import Fact, Facts, Lever
from hotwash.comms.lint.finding import Finding
from hotwash.comms.lint.look import INTERNAL, Look
from hotwash.comms.lint.text import SENTENCES
from hotwash.comms.lint.times import Told, moments
from hotwash.kernel.clock import MINUTE

GRACE_MIN = 3
"""Minutes after the cadence at which an update still counts as promised in time, as in the score."""
ROLES: Mapping[str, str] = {
    "next": r"next (?:update|report|message|news)|hear from|(?:write|report) (?:to you )?again|report at|come back to you|further update|update you",
    "none": r"went live|deploy\w*|released|changed|rebuilt|meet\w*|conference|call is|keeps?|last update|replay\w*|read\b|decision|decide|answer needed|report|fixed|resolved|solved",
    "lever": r"\boff\b|on hold|\bheld\b|rolled back|rollback|disabled|switched|limited|contained|stopped|\bcut\b|stricter|guardrail|emptied|flushed|paused|suspended|in place|safe mode|human review|review since|queue|\btier\b|filter|no longer|any ?more|earlier policy|\bback\b",
    "declared": r"declar\w*",
    "severity": r"\bsev-?\s?\d|severity",
    "aware": r"\baware\w*|learn(?:ed|t) of|came to know",
    "detected": r"notic\w+|detect\w+|\balert\w*|first report\w*|reached us|spotted|discover\w+",
    "first seen": r"first seen|first case\w*|first bad|dates? from",
    "onset": r"\bsince\b|\bbegan\b|\bbegin\w*|\bstart\w*|onset|going on|first wrong|\bfrom\b",
}
"""What a time is about, by the words near it; a role that stands earlier is looked for first, because `since` goes with all."""
LOOK = re.compile("|".join(f"(?P<{name.replace(' ', '_')}>{words})" for name, words in ROLES.items()), re.IGNORECASE)
CLAUSE_END = re.compile(r"[;:()]|,\s(?:and|but|which|we|it)\b|\b(?:but|while)\b")
UNTIL = re.compile(r"\b(?:to|until|till)\W*(?:about\W*)?$", re.IGNORECASE)
"""The end of a span is not its beginning."""


def times(look: Look) -> Iterator[Finding]:
    """The first time of a sentence that differs from what the log has for the role that it plays."""
    for told in moments(look.plain, look.facts.start, look.facts.at(look.facts.now_ms)):
        places = look.places(told.start, told.end)
        if not places or look.scopes.asked or look.scopes.over(places, places) & {"unsaid"}:
            continue
        wrong = _wrong(look, told)
        if wrong:
            why, cites = wrong
            yield look.finding("time", places, why, cites=cites)
            return


def _wrong(look: Look, told: Told) -> tuple[str, int] | None:
    role = _role(look.plain, told.start, told.end)
    facts, at = look.facts, look.facts.ms(told.moment)
    if role == "next":
        return _next(look, at)
    if role == "lever":
        known = [
            Fact(one.since_ms, one.rests_on)
            for one in facts.levers
            if one.since_ms is not None and (one.state == "in-effect" or _on_its_way(one, facts.now_ms))
        ]
        return _differs(look, told, "It works since", known)
    named = {
        "onset": ("It began, as far as the log knows, at", [facts.onset]),
        "detected": ("The first alert or report is from", [facts.detected]),
        "first seen": ("The log has it from", [facts.onset, facts.detected]),
        "aware": ("The first verdict that it is real is from", [facts.aware]),
        "declared": ("It was declared at", [facts.declared]),
    }.get(role)
    if role == "onset" and UNTIL.search(look.plain[: told.start]):
        return None
    if named is None or (role == "onset" and told.length and not re.search(r"going on|last\w*|since", look.plain)):
        return None
    return _differs(look, told, named[0], [one for one in named[1] if one is not None])


def _on_its_way(one: Lever, now_ms: int) -> bool:
    """Pulled, and known to work from a moment that is still to come."""
    return one.state == "pulled" and one.since_ms is not None and one.since_ms > now_ms


@lru_cache(SENTENCES)
def _role(plain: str, start: int, stop: int) -> str:
    """The words of a role nearest before the time in its clause, else after it. `since` and `from` yield to any other role there."""
    low = max([0, *(one.end() for one in CLAUSE_END.finditer(plain, 0, start) if not _labels(plain, one))])
    before = list(LOOK.finditer(plain, low, start))
    strong = [one for one in before if one.lastgroup != "onset"]
    chosen = strong[-1] if strong else before[-1] if before else None
    if chosen is None:
        end = CLAUSE_END.search(plain, stop)
        chosen = LOOK.search(plain, stop, end.start() if end else len(plain))
    elif chosen.lastgroup == "onset" and re.search(r"since\W*(?:about\W*|around\W*)?$", plain[:start]):
        after = LOOK.search(plain, stop)
        if after is not None and after.lastgroup in ("lever", "severity"):
            chosen = (
                after if after.lastgroup == "lever" and plain[after.start() : after.end()].lower() != "back" else chosen
            )
    return (chosen.lastgroup or "").replace("_", " ") if chosen else ""


def _labels(plain: str, end: re.Match[str]) -> bool:
    """A colon after a few words labels what follows: "Next update: 10:15 UTC"."""
    return end[0] == ":" and len(plain[: end.start()].split()) <= 4


def _next(look: Look, at: int) -> tuple[str, int] | None:
    facts, cadence = look.facts, look.facts.cadence_min
    if at < facts.now_ms:
        return f"It is {_clock(facts, facts.now_ms)} now: the promised time has passed.", 0
    if cadence is None or look.variant not in INTERNAL:
        return None
    due = facts.now_ms + round(cadence.value * MINUTE)
    if at <= due + GRACE_MIN * MINUTE:
        return None
    return (
        f"The severity in force asks for an update every {cadence.value:g} minutes, so by {_clock(facts, due)}.",
        cadence.rests_on,
    )


def _differs(look: Look, told: Told, says: str, known: list[Fact[int]]) -> tuple[str, int] | None:
    allowed = look.wording.tolerance.about_min if told.about else look.wording.tolerance.exact_min
    at = look.facts.ms(told.moment)
    if not known or any(abs(at - one.value) <= allowed * MINUTE for one in known):
        return None
    if re.match(r"\s+or (?:earlier|before)\b", look.plain[told.end :]) and min(one.value for one in known) <= at:
        return None
    nearest = min(known, key=lambda one: abs(at - one.value))
    return f"{says} {_clock(look.facts, nearest.value)}.", nearest.rests_on


def _clock(facts: Facts, ms: int) -> str:
    return f"{facts.at(ms):%H:%M %Z}".strip()
