"""Injected instructions in a text: public families of wording, what the text wants done, and which payloads are one and the same.

Everything matched is data. What leaves this module is a kind, a target in masked form, and sets for comparing.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from hotwash.ports.relation import Dialect
from hotwash.triage.patterns import GAP, compiled, loose
from hotwash.triage.scan import MOST_CHARS

_LT, _GT = r"(?:<|\\u003[cC]|&lt;)", r"(?:>|\\u003[eE]|&gt;)"
FAMILIES: dict[str, str] = {
    "instruction_override": rf"(?i)(?:ignore|disregard|forget|override|bypass|do not follow|stop following){GAP}(?:all|any|the|your|my|every|these|those|what)?"
    r"[^.\n]{0,24}(?:previous|prior|above|earlier|preceding|foregoing|initial|original|system|safety)[^.\n]{0,24}(?:instruction|prompt|rule|direction|guideline|command|polic|order)",
    "impersonation": rf"(?i)(?:(?:important|urgent|new|special){GAP}(?:message|instructions?|notice){GAP}(?:from|by|for){GAP}(?:me|the (?:system|admin|developer|user|assistant)|the{GAP}(?:ai|llm|assistant))"
    r"|\[?(?:system|admin(?:istrator)?|developer)[ _](?:override|instruction|directive|command)[^a-z]|(?:developer|debug|god|maintenance) mode (?:enabled|on|activated))",
    "delimiter": rf"(?i)(?:{_LT}/?(?:information|system|instructions?|important|admin|override){_GT}|\[/?INST\]|<</?SYS>>|<\|(?:im_start|im_end|system|start_header_id|eot_id|endoftext)\|>|(?:BEGIN|END) (?:SYSTEM|ADMIN) (?:PROMPT|MESSAGE))",
    "tool_coercion": rf"(?i)(?:before{GAP}you{GAP}(?:can{GAP})?(?:solve|answer|continue|proceed|respond|reply|do)[^.\n]{{0,80}}(?:first|must|need|have{GAP}to)"
    rf"|please{GAP}do{GAP}the{GAP}following{GAP}first|you{GAP}(?:must|have{GAP}to|need{GAP}to){GAP}(?:first{GAP})?(?:call|invoke|run|execute){GAP}(?:the|this|tool|function))",
    "persona": r"(?i)(?:you(?:'re| are)(?: now| to act as)?[^.\n]{0,40}(?:unfiltered|uncensored|amoral|unrestricted|jailbroken|evil)|(?:unfiltered|uncensored|amoral) (?:and [a-z]{3,12} )?(?:chatbot|ai|assistant|response|model|version)"
    r"|do anything now|no (?:ethical|moral)[^.\n]{0,20}(?:guideline|constraint|restriction|limit)|(?:never|not|n't) (?:have|has)? ?any (?:ethical|moral)|no matter how (?:immoral|unethical|illegal|dangerous)"
    r"|free from (?:all|any) (?:restriction|filter|rule))",
    "disclosure": rf"(?i)(?:reveal|print|repeat|show|output|display|tell|give|leak|dump)[^.\n]{{0,32}}(?:system{GAP}prompt|(?:initial|hidden|secret|original|internal){GAP}(?:instructions|prompt)|developer{GAP}message|(?:words|text|everything){GAP}above)",
    "exfiltration": r"(?i)(?:send|append|post|include|embed|leak|forward|encode|upload|exfiltrate|put)[^.\n]{0,40}(?:conversation|chat history|system prompt|api key|credential|password|user's (?:data|name|address|email))"
    r"[^.\n]{0,60}(?:https?://|www\.|as (?:a )?(?:query|url) parameter|to the url)"
    r"|!\[[^\[\]]{0,40}\]\(https?://[^ ()<>]{4,200}(?:=\{|=\[|=<|=\$|\{\{)",
    "encoded": r"(?:[A-Za-z0-9+/]{80})",
    "smuggling": "[\U000e0020-\U000e007e]{8}|[\u200b\u200c\u200d\u2060\ufeff]{3}|[\u202d\u202e]",
}
"""Kind → pattern in the subset that engines share. `encoded` and `smuggling` are confirmed in Python."""
_BLOCK = re.compile(
    rf"{_LT}(information|system|instructions?|important|admin|override){_GT}(.{{1,6000}}?){_LT}/",
    re.IGNORECASE | re.DOTALL,
)
_MANY = 5
FLAG = "\U0001f3f4"


NEEDS: dict[str, tuple[str, ...]] = {
    "instruction_override": ("ignore", "disregard", "forget", "override", "bypass", "follow"),
    "impersonation": ("message", "instruction", "notice", "system", "admin", "developer", " mode "),
    "persona": ("unfiltered", "uncensored", "amoral", "unrestricted", "jailbroken", "evil", "do anything now", "ethical", "moral",
                "no matter how", "free from"),
    "disclosure": ("system", "prompt", "instructions", "developer", "above"),
    "exfiltration": ("conversation", "chat history", "system prompt", "api key", "credential", "password", "user's", "](http"),
}  # fmt: skip
"""Words without one of which a family cannot be there, in lower case: a search for a word costs next to nothing."""


@dataclass(frozen=True)
class Payload:
    """A passage that instructs. `kinds` are families in their order; `text` is data and goes into no finding."""

    kinds: tuple[str, ...]
    text: str


_CONFIRMED = ("encoded", "smuggling")
WORDED = "|".join(
    f"(?:{loose(one)})".replace("(?:(?i)", "(?i:", 1) for kind, one in FAMILIES.items() if kind not in _CONFIRMED
)
"""Every wording in one automaton with few states: a superset, ten times as fast as one after the other."""
SUSPECT = "|".join([WORDED, *(f"(?:{FAMILIES[one]})" for one in _CONFIRMED)])
"""Everything that is looked for: calling an engine's automaton costs as much as running it over a short text."""


def suspect(dialect: Dialect, expression: str) -> str:
    """A boolean SQL expression: the text may hold an injected instruction. Null stays null."""
    return dialect.matches(expression, SUSPECT)


def payload(text: str | None, *, prompt: bool = False) -> Payload | None:
    """The passage of a text that instructs, or None. In a `prompt` a tail of noise counts as well. A tagged block is the passage; else it runs from two lines before the first
    wording found to 1,500 characters after it."""
    if not text:
        return None
    return _found(text[:MOST_CHARS], prompt)


@lru_cache(maxsize=1024)
def _found(read: str, prompt: bool) -> Payload | None:
    """Poisoned documents come back again and again: each is looked through once."""
    low = read.lower()
    found = {
        kind: place
        for kind, pattern in FAMILIES.items()
        if (kind not in NEEDS or any(one in low for one in NEEDS[kind]))
        and (place := _first(kind, pattern, read)) is not None
    }
    if not found:
        return gibberish_tail(read) if prompt else None
    block = _BLOCK.search(read)
    start = max(0, min(found.values()) - 120)
    passage = block[2] if block and "delimiter" in found else read[start : start + 1620]
    return Payload(tuple(found), _unwrapped(passage) + _smuggled(read) + _decoded(read))


def _first(kind: str, pattern: str, text: str) -> int | None:
    match = compiled(pattern).search(text)
    if match is None:
        return None
    if kind == "encoded":
        return match.start() if _decoded(text) else None
    if kind == "smuggling":
        flagged = FLAG in text and not re.search("[\u200b\u2060\ufeff\u202d\u202e]", text)
        return (
            None
            if flagged or not (_smuggled(text) or re.search("[\u200b\u200c\u2060\ufeff]{3}|[\u202d\u202e]", text))
            else match.start()
        )
    return match.start()


def _smuggled(text: str) -> str:
    hidden = "".join(chr(ord(one) - 0xE0000) for one in text if "\U000e0020" <= one <= "\U000e007e")
    return f" {hidden}" if len(hidden) >= 8 else ""


def _decoded(text: str) -> str:
    """Base64 that decodes to words which instruct."""
    said = []
    for match in re.finditer(r"[A-Za-z0-9+/]{80,4000}", text):
        piece = match[0]
        try:
            plain = base64.b64decode(piece[: len(piece) // 4 * 4]).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            continue
        if any(
            compiled(pattern).search(plain)
            for kind, pattern in FAMILIES.items()
            if kind not in {"encoded", "smuggling"}
        ):
            said.append(plain)
        if len(said) >= _MANY:
            break
    return " ".join(("", *said)) if said else ""


def _unwrapped(text: str) -> str:
    """Without line folding and escapes of JSON and YAML."""
    return re.sub(r"(?:\\+[nrt ]?|[ \t\r\n])+", " ", text)


_ODD = re.compile(
    r"[^\s\w.,;:!?\"'’“”()%$€–-]{2,}|[\]\[{}<>=\\|^*@#$(]{1,}[.,;:!?\"')]+\w|\w[\]\[(){}<>=\\|^*@#$!;]+\w"
    r"|\w[\]\[{}\\|^*(]+(?=\s|$)|(?<=\s)[\]\[{}\\|^*@<>)]+\w|[a-z][A-Z]|(?<=\s)[^\s\w]{3,}(?=\s)"
)
_CODE = re.compile(r"```|^\s*(?:def |class |import |SELECT |#include|\{|\[|<)|;\s*$|https?://", re.MULTILINE)


def gibberish_tail(text: str) -> Payload | None:
    """A prompt that is prose and ends in noise: what gradient-based suffix search (Zou et al. 2023) writes. The last 120
    characters hold at least three places where signs or capitals sit inside words, and at least three times as
    many as as long a stretch at the beginning. Code, markup and links are left alone."""
    if len(text) < 80 or _CODE.search(text):
        return None
    tail, head = text[-120:], text[: max(40, len(text) - 120)][:120]
    noisy = len(_ODD.findall(tail))
    usual = len(_ODD.findall(head)) * len(tail) / max(1, len(head))
    return Payload(("gibberish_suffix",), text[-120:]) if noisy >= 3 and noisy >= 3 * usual else None


_TARGETS = (
    ("email", re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}")),
    (
        "url",
        re.compile(r"(?:https?://|www\.)[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}(?:/[^\s\"'()<>,]{0,200})?"),
    ),
    (
        "account",
        re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}[A-Z0-9]{8,30}(?![A-Za-z0-9])|(?<![0-9])[0-9]{8,18}(?![0-9])"),
    ),
)
_SOURCE = re.compile(r"(?:from|by|sent by|received from(?: by)?|of)\s*[\"'`]{0,2}$", re.IGNORECASE)
_TOOL = re.compile(
    r"(?:call|use|invoke|run|execute)\s+(?:the\s+)?[`'\"]?([a-z][a-z0-9]*_[a-z0-9_]{2,40})", re.IGNORECASE
)
VERBS: dict[str, re.Pattern[str]] = {
    "open": re.compile(r"\b(?:visit|open|browse|fetch|go to|navigate|download|click|request|curl)\b", re.IGNORECASE),
    "send": re.compile(r"\b(?:send|forward|mail|e-?mail|transfer|pay|wire|transaction|post|share|reply|upload|submit|publish|invite|schedule)\b", re.IGNORECASE),
    "change": re.compile(r"\b(?:delete|remove|erase|create|add|update|change|set|reset|grant|disable|cancel)\b", re.IGNORECASE),
}  # fmt: skip
_OPENS = "get fetch visit browse browser open read http url web webpage navigate download request curl search list"
_SENDS = (
    "send mail email transfer pay payment money transaction post message share forward upload publish reply invite schedule "
    "submit wire direct"
)
_CHANGES = "delete remove create add update change set reset write grant disable cancel modify edit"
TOOLS = {"open": frozenset(_OPENS.split()), "send": frozenset(_SENDS.split()), "change": frozenset(_CHANGES.split())}
"""Words in a tool's name → what it does."""


@dataclass(frozen=True)
class Goal:
    """What an attack wants: to whom or where (`targets`: lower case; hosts without www.), by what (`acts`: open, send,
    change), or by tools that it names. Empty acts allow any."""

    targets: tuple[str, ...]
    acts: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


def goal(passage: str, own: str) -> Goal:
    """What a passage wants, from its own words. Targets that the user's request names (`own`) are left out; so are
    addresses that it names as a source (`from a@b`)."""
    found: dict[str, str] = {}
    mine = own.lower()
    for kind, pattern in _TARGETS:
        for match in pattern.finditer(passage):
            target = bare_target(kind, match[0])
            if not _SOURCE.search(passage[max(0, match.start() - 24) : match.start()]) and target not in mine:
                found.setdefault(target, kind)
    acts = tuple(one for one, verb in VERBS.items() if verb.search(passage))
    tools = tuple(dict.fromkeys(one for one in _TOOL.findall(passage) if one.lower() not in mine))
    return Goal(tuple(found), acts, tools, tuple(dict.fromkeys(found.values())))


def bare_target(kind: str, value: str) -> str:
    """A target as it is compared: a link by host and path without scheme, www. and closing signs."""
    bare = value.rstrip(".,;:!?/").lower()
    return re.sub(r"^(?:https?://)?(?:www\.)?", "", bare) if kind == "url" else bare


def acts_of(tool: str) -> frozenset[str]:
    """What a tool does, by the words of its name; empty when they do not say."""
    words = set(re.split(r"[^a-z0-9]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", tool).lower()))
    return frozenset(one for one, known in TOOLS.items() if words & known)


def shape(text: str) -> frozenset[int]:
    """Three-word shingles of a passage, hashed; numbers, addresses and case are left out, so that the same payload with
    other targets has the same shape."""
    folded = unicodedata.normalize("NFKC", text).lower()
    for _, pattern in _TARGETS:
        folded = pattern.sub(" # ", folded)
    words = re.findall(r"[^\W\d_]+|#", folded)[:400]
    return frozenset(zlib.crc32(" ".join(words[one : one + 3]).encode()) for one in range(max(1, len(words) - 2)))


ALIKE = 0.5


def families(shapes: Sequence[frozenset[int]], alike: float = ALIKE) -> list[int]:
    """The family of every payload, by number. A payload joins the first family whose founder shares half of both their
    shingles (Jaccard), or eight in ten of the smaller one's; else it founds one."""
    founders: list[frozenset[int]] = []
    exact: dict[frozenset[int], int] = {}
    numbers = []
    for one in shapes:
        if one not in exact:
            place = next((number for number, other in enumerate(founders) if _alike(one, other, alike)), len(founders))
            if place == len(founders):
                founders.append(one)
            exact[one] = place
        numbers.append(exact[one])
    return numbers


def _alike(one: frozenset[int], other: frozenset[int], alike: float) -> bool:
    both = len(one & other)
    smaller = min(len(one), len(other))
    return both >= alike * len(one | other) or (smaller >= 12 and both >= 0.8 * smaller)
