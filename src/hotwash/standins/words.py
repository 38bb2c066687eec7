"""Small things of style: lists, counts, times and shares as people write them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hotwash.kernel.clock import MINUTE

Dims = Mapping[str, Sequence[str]]

SAYS = {
    "leak": "hold a stranger's record", "misuse": "obey a hidden instruction", "overreach": "act without confirmation",
    "injection": "carry a hidden instruction",
    "refusal": "refuse an ordinary question", "ungrounded": "state something unbacked", "adverse": "are adverse decisions",
    "wrong": "do not follow from the file",
    "number-alarm": "only hold the requester's own number", "empty-retrieval": "had no document", "harmless": "are harmless",
}  # fmt: skip
HOLD = "Records hold"
"""How legal counsel begins when nothing may be lost any more; the scribe listens for it."""
LEVERS = {
    "feature_off": "feature off", "safe_mode": "minimum safe mode", "failover": "failover", "cache_flush": "cache emptied",
    "rate_limit": "rate limit", "queue": "queue", "guardrail": "guardrail tier", "review": "human review",
    "hold_adverse": "adverse decisions held", "tools_off": "write tools off", "retrieval_off": "retrieval off",
    "breaker": "circuit breaker", "rollback": "rolled back:",
}  # fmt: skip
PLURAL = {
    "tenant": "tenants",
    "region": "regions",
    "language": "languages",
    "intent": "questions about",
    "group": "group",
}


def joined(items: Iterable[str], last: str = "and") -> str:
    """a, b and c."""
    listed = [one for one in items if one]
    return f"{', '.join(listed[:-1])} {last} {listed[-1]}" if len(listed) > 1 else "".join(listed)


def count_of(seen: Mapping[Any, int]) -> str:
    """3 hold a stranger's record, 2 are harmless."""
    told = [f"{number} {SAYS.get(sight, sight)}" for sight, number in seen.items() if number]
    return joined(told) or "nothing told"


def place(scope: Dims) -> str:
    """The part of the traffic, as a stakeholder would say it."""
    said = [
        f"{PLURAL.get(dim, dim) if len(values) > 1 or dim == 'intent' else dim} {joined(_plain(values))}"
        for dim, values in scope.items()
        if values
    ]
    return ", ".join(said) or "all traffic"


def _plain(values: Sequence[str]) -> list[str]:
    return [value.replace("_", " ") for value in values]


def lever_words(kind: str, scope: Dims, arguments: Mapping[str, int | str]) -> str:
    """A lever as one would say it: retrieval off for tenants t-04 and t-08."""
    named = [str(arguments[name]) for name in ("component", "dependency", "tier") if name in arguments]
    said = " ".join([LEVERS.get(kind, kind.replace("_", " ")), *named])
    return f"{said} for {place(scope)}" if scope else said


def some(count: int, thing: str) -> str:
    """1 alert, 2 alerts."""
    plural = f"{thing[:-1]}ies" if thing.endswith("y") else thing[:-2] + "es" if thing.endswith("is") else f"{thing}s"
    return f"{count} {thing if count == 1 else plural}"


def bare(text: str) -> str:
    """Without the full stop, for use inside a longer sentence."""
    return text.strip().rstrip(".")


def clock(ms: int) -> str:
    """Drill time to the minute, as people say it in a room: T+14."""
    return f"T+{ms // MINUTE}"


def percent(value: float) -> str:
    """A share in percent with as many digits as it deserves."""
    return f"{value:.0f} %" if value >= 10 else f"{value:.1f} %" if value >= 1 else f"{value:.2f} %"


def people(count: float) -> tuple[int, int]:
    """A range around an estimate, to two digits: what one should say while counting still goes on."""
    low, high = max(1, int(count * 0.7)), max(2, int(count * 1.5) + 1)
    return _rounded(low), _rounded(high)


def _rounded(value: int) -> int:
    digits = int(10 ** max(0, len(str(value)) - 2))
    return max(1, value // digits * digits)


def sentence(text: str) -> str:
    """First letter upper case, full stop at the end."""
    stripped = text.strip()
    if not stripped:
        return ""
    ended = stripped if stripped[-1] in ".!?" else f"{stripped}."
    return ended[0].upper() + ended[1:]
