r"""What personal data, secrets and marked content look like, as patterns that RE2 (DuckDB, warehouses), Java (Spark) and Python read
alike, each with the check that decides (`verify`).

The common subset: no look-around, no back-reference, no `\b`, `\d`, `\w`, `\s` (they differ in Unicode), brackets escaped inside
classes. A pattern is `before(value)after`, where the value is the only capturing group. Bounded repetition and a border in front
keep Python's search linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from hotwash.ports.relation import Dialect
from hotwash.triage import verify
from hotwash.triage.verify import Verdict

Group = Literal["personal", "secret", "exfiltration", "internal"]
ANY_BEFORE = "(?:^|[^0-9A-Za-z])"
ANY_AFTER = "(?:[^0-9A-Za-z]|$)"
WORD_BEFORE = "(?:^|[^0-9A-Za-z_-])"
INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""Soft hyphen, zero-width characters, word joiner: what splits a value that people still read as one."""
WIDE = "\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff20\uff0e"
"""Full-width digits, letters, at sign and full stop."""
GAP = r"(?:[ \t\r\n]|\\[nrt\\ ]?){1,16}"
"""Space between words, also as JSON and YAML write it inside a string."""


SIX = "[0-9][ ./-]?[0-9][ ./-]?[0-9][ ./-]?[0-9][ ./-]?[0-9][ ./-]?[0-9]"
"""Six digits, which every kind made of numbers holds."""


@dataclass(frozen=True)
class Kind:
    """One kind of value. `pattern` has one group, the value; `verify` says whether it is one. When `unless` is found in the
    `NEAR` characters before a candidate, it is something else. `start` is a simple pattern that every text with such a value
    matches: engines run one simple automaton over all texts, and the exact one over the few that remain."""

    name: str
    group: Group
    pattern: str
    verify: Callable[[str], Verdict]
    unless: str = ""
    start: str = SIX


NEAR = 24
NUMBERED = (
    r"(?i)(?:^|[^a-z])(?:order|tracking|invoice|parcel|shipment|ticket|case|ref(?:erence)?|article|sku|part|serial|batch|booking)"
    r"(?:[ _-]?(?:number|num|no|nr|id|code)s?)?(?: is)?[ .:#=\"'_-]{0,4}$"
)
"""What stands before a number that is a shop's own."""
VERSIONED = r"(?i)(?:version|versions|v|ver|release|build|firmware|section|chapter|rev|patch|upgrade to|update to|kernel|driver)[ .:=\"'v]*$"

KINDS: tuple[Kind, ...] = (
    Kind("private_key", "secret",
         r"(-----BEGIN (?:[A-Z]{2,9} ){0,2}PRIVATE KEY-----[A-Za-z0-9+/= \t\r\n\\:,-]{0,400})", verify.private_key, start="PRIVATE KEY-"),
    Kind("jwt", "secret", WORD_BEFORE + r"(eyJ[0-9A-Za-z_-]{10,1000}\.eyJ[0-9A-Za-z_-]{8,1000}\.[0-9A-Za-z_-]{16,1000})", verify.jwt, start="eyJ"),
    Kind(
        "api_key", "secret",
        WORD_BEFORE + r"((?:AKIA|ASIA)[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{35}|gh[pousr]_[0-9A-Za-z]{36}|github_pat_[0-9A-Za-z_]{30,90}"
        r"|glpat-[0-9A-Za-z_-]{20}|xox[abeprs]-[0-9A-Za-z-]{16,80}|[rs]k_(?:live|test)_[0-9A-Za-z]{16,99}|sk-[0-9A-Za-z_-]{24,200}"
        r"|hf_[0-9A-Za-z]{30,40}|npm_[0-9A-Za-z]{36}|SG\.[0-9A-Za-z_-]{22}\.[0-9A-Za-z_-]{43}|dop_v1_[0-9a-f]{64})",
        verify.secret,
        start=r"A[KSI][IZ][Aa]|gh[pousr]_|hub_pat_|glpat-|xox[abeprs]-|_live_|_test_|sk-|hf_|npm_|SG\.|dop_v1_",
    ),
    Kind("connection_string", "secret",
         r"[a-z][a-z0-9+.-]{1,20}://[0-9A-Za-z._%+-]{1,64}:([^ \t\r\n/@:\"']{3,100})@[0-9A-Za-z.-]", verify.password, start="://"),
    Kind("bearer_token", "secret", r"[Bb]earer[ \t]{1,3}([0-9A-Za-z._~+/-]{20,200})", verify.secret, start="earer"),
    Kind("password", "secret",
         r"(?:[Pp]assword|[Pp]asswd|PASSWORD|[Pp]wd|[Ss]ecret|SECRET|[Aa]pi[ _-]?[Kk]ey|API[ _]KEY|SECRET_KEY|[Tt]oken|TOKEN)"
         r"[\\\"'`*]{0,3}[ ]{0,2}(?:is:?|[:=])[ ]{0,2}[\\\"'`*]{0,3}([^ \t\r\n\"'`,;*\\]{6,64})", verify.password,
         start="ssw|SSW|[Pp]wd|ecret|SECRET|pi[ _-]?[Kk]ey|API[ _]|oken|TOKEN"),
    Kind("data_in_url", "exfiltration",
         r"(?:!\[[^\[\]]{0,80}\]\(|<img[^<>]{0,80}src=[\"'])(https?://[^ \t\r\n\"'()<>]{8,900})", verify.loaded, start=r"!\[|<img"),
    Kind("iban", "personal", ANY_BEFORE + r"([A-Z]{2}[0-9]{2}(?: ?[0-9A-Z]){11,30})", verify.iban),
    Kind("payment_card", "personal",
         r"(?:^|[^0-9A-Za-z.+-])((?:4[0-9]{3}|5[1-5][0-9]{2}|2[2-7][0-9]{2}|3[0-8][0-9]{2}|6[0245][0-9]{2})(?:[ -]?[0-9]){9,15})(?:[^0-9A-Za-z-]|$)", verify.card, NUMBERED),
    Kind(
        "email", "personal",
        r"(?:^|[^A-Za-z0-9._%+-])([A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5})",
        verify.email, start="@",
    ),
    Kind(
        "phone", "personal",
        r"(?:^|[^0-9A-Za-z+.])(\+[1-9](?:[ .()/-]{0,2}[0-9]){7,14}|00[1-9][0-9]{0,2}[ .()/-]{1,2}[0-9](?:[ .()/-]{0,2}[0-9]){5,12}"
        r"|\(?[2-9][0-9]{2}\)?[ .-]{1,2}[2-9][0-9]{2}[ .-][0-9]{4})" + ANY_AFTER,
        verify.phone, NUMBERED,
    ),
    Kind(
        "ip_address", "personal",
        r"(?:^|[^0-9A-Za-z.-])([0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3})(?:[^0-9A-Za-z.-]|\.[^0-9]|[.]?$)",
        verify.ipv4, VERSIONED,
    ),
    Kind("us_ssn", "personal", r"(?:^|[^0-9A-Za-z-])([0-9]{3}-[0-9]{2}-[0-9]{4})(?:[^0-9A-Za-z-]|$)", verify.ssn, NUMBERED),
    Kind("nl_bsn", "personal",
         r"(?:BSN|bsn|[Bb]urgerservicenummer|[Ss]ofinummer)[^0-9A-Za-z]{0,6}(?:is[^0-9A-Za-z]{1,3})?([0-9]{9}|[0-9]{4}\.[0-9]{2}\.[0-9]{3})"
         + ANY_AFTER, verify.bsn, start="(?:bsn|BSN|service|sofi|Sofi)"),
    Kind("es_dni", "personal",
         ANY_BEFORE + r"([XYZ][ -]?[0-9]{7}[ -]?[A-HJ-NP-TV-Z]|[0-9]{8}[ -]?[A-HJ-NP-TV-Z])" + ANY_AFTER, verify.dni, NUMBERED),
    Kind("uk_nino", "personal",
         ANY_BEFORE + r"([A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D])" + ANY_AFTER, verify.nino, NUMBERED),
    Kind("fr_nir", "personal",
         ANY_BEFORE + r"([12] ?[0-9]{2} ?(?:0[1-9]|1[0-2]) ?(?:[0-9]{2}|2[AB]) ?[0-9]{3} ?[0-9]{3} ?[0-9]{2})" + ANY_AFTER,
         verify.nir, NUMBERED),
    Kind("internal_marker", "internal",
         r"((?:[Ii]nternal use only|INTERNAL USE ONLY|INTERNAL ONLY|[Dd]o not (?:distribute|share externally)|DO NOT DISTRIBUTE"
         r"|[Ss]trictly confidential|STRICTLY CONFIDENTIAL|[Cc]ompany [Cc]onfidential|COMPANY CONFIDENTIAL|TLP:(?:RED|AMBER)"
         r"|[Nn]ot for external (?:use|distribution)))", verify.given,
         start="[Ii]nternal u|INTERNAL|istribute|DISTRIBUTE|externally|onfidential|CONFIDENTIAL|TLP:|external "),
)  # fmt: skip
"""Every kind that an answer is looked through for: those that may hold another kind's value come first."""

HIDDEN = f"(?:[0-9A-Za-z@.+:/_-][{INVISIBLE}]|[{INVISIBLE}][0-9A-Za-z@.+:/_-]|[{WIDE}])"
"""A text whose values may be split by invisible characters or written in full-width ones: it is unfolded before it is judged."""
ESCAPED = r"(?:\\u00[0-9a-fA-F]{2}|&#(?:64|x40);|[0-9A-Za-z]%40[0-9A-Za-z])"
"""The same for escapes: `\\u0040`, `&#64;`, `%40`."""


def bare(pattern: str) -> str:
    """A pattern without its capturing group, as part of a larger one."""
    return re.sub(r"(?<!\\)\((?!\?)", "(?:", pattern)


def either(patterns: Sequence[str]) -> str:
    """One pattern that matches where any of these does."""
    return "|".join(f"(?:{bare(one)})" for one in patterns)


def loose(pattern: str) -> str:
    """A pattern that matches wherever this one does, with few states: repetitions lose their upper bound and more than eight
    of their lower one."""
    return re.sub(r"\{(\d+)(?:,\d*)?\}", lambda found: f"{{{min(int(found[1]), 8)},}}", pattern)


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """For Python, once."""
    return re.compile(pattern)


GATE = "|".join(dict.fromkeys((*(f"(?:{one.start})" for one in KINDS), f"[{INVISIBLE}{WIDE}]", r"\\u00|&#|%40")))
"""One small automaton over every text: what does not match it holds none of the kinds."""
COMMON = "payment_card"
"""The kind that a shop's own long numbers look like: rows that may hold it alone are read last."""
STAGES = (
    either([one.pattern for one in KINDS if one.start == SIX and one.name != COMMON]),
    either([loose(one.pattern) for one in KINDS if one.start != SIX and one.group != "secret"]),
    either([loose(one.pattern) for one in KINDS if one.group == "secret"]),
    either([HIDDEN, ESCAPED]),
)
"""The exact patterns but that of COMMON, over what passed the gate; in four, because one automaton of all of them outgrows
RE2's memory."""


def suspect(dialect: Dialect, expression: str) -> str:
    """A whole number as an SQL expression: 0 when the text holds none of the kinds, 2 when it may hold a payment card and nothing
    else, 1 when it may hold any other. Null counts as 0."""
    whens = " ".join(f"WHEN {dialect.matches(expression, one)} THEN 1" for one in STAGES)
    card = next(one.pattern for one in KINDS if one.name == COMMON)
    # CASE stops at the first that holds; engines are free to work out every part of an AND or OR.
    exact = f"CASE {whens} WHEN {dialect.matches(expression, card)} THEN 2 ELSE 0 END"
    return f"CASE WHEN {dialect.matches(expression, GATE)} THEN {exact} ELSE 0 END"
