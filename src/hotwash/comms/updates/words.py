"""Facts as people say them: lists, ranges, parts of the service, levers, times with their zone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from hotwash.comms.facts import Dims, Facts, Lever, Range

LEVERS: Mapping[str, str] = {
    "feature_off": "feature off", "safe_mode": "minimum safe mode", "failover": "failover", "cache_flush": "cache emptied",
    "rate_limit": "rate limit", "queue": "queue", "guardrail": "guardrail tier", "review": "human review",
    "hold_adverse": "adverse decisions held", "tools_off": "write tools off", "retrieval_off": "retrieval off",
    "breaker": "circuit breaker", "rollback": "rollback of",
}  # fmt: skip
PLURAL = {
    "tenant": "tenants",
    "region": "regions",
    "language": "languages",
    "group": "groups",
    "intent": "questions about",
}
MANY = 6
"""Values of one dimension that are named; of more, the count is said."""


def joined(items: Iterable[str]) -> str:
    """a, b and c."""
    listed = [one for one in items if one]
    return f"{', '.join(listed[:-1])} and {listed[-1]}" if len(listed) > 1 else "".join(listed)


def clock(facts: Facts, ms: int) -> str:
    """A moment with its zone: 09:43 UTC; with the day where it is another than now's."""
    moment, now = facts.at(ms), facts.at(facts.now_ms)
    zone = moment.tzname() or ""
    day = "" if moment.date() == now.date() else f"{moment:%d %B} "
    return f"{day}{moment:%H:%M} {zone}".strip()


def place(scope: Dims) -> str:
    """The part of the traffic: tenants t-04 and t-08, language de."""
    said = []
    for dim, values in scope.items():
        if not values:
            continue
        name = PLURAL.get(dim, f"{dim}s") if len(values) > 1 or dim == "intent" else dim
        told = f"{len(values)} {name}" if len(values) > MANY else f"{name} {joined(_plain(values))}"
        said.append(told.replace("_", " "))
    return ", ".join(said) or "all traffic"


def _plain(values: Sequence[str]) -> list[str]:
    return [value.replace("_", " ") for value in values]


def count(span: Range, unit: str = "") -> str:
    """120 to 300; at least 120; up to 300."""
    low, high = (None if one is None else f"{one:,.0f}" for one in (span.low, span.high))
    if low is None and high is None:
        return ""
    told = f"{low} to {high}" if low is not None and high is not None and low != high else low or high
    prefix = "at least " if high is None else "up to " if low is None else ""
    return f"{prefix}{unit}{told}"


def share(span: Range) -> str:
    """2.5 to 4 %."""
    low, high = (None if one is None else f"{one:.2g}" if one < 10 else f"{one:.0f}" for one in (span.low, span.high))
    if low is None or high is None:
        return f"{low or high} %" if low or high else ""
    return f"{low} to {high} %" if low != high else f"{low} %"


def lever(facts: Facts, one: Lever) -> str:
    """Retrieval off for tenant t-04 since 09:43 UTC."""
    named = [str(one.arguments[name]) for name in ("component", "dependency", "tier") if name in one.arguments]
    said = " ".join([LEVERS.get(one.kind, one.kind.replace("_", " ")), *named])
    where = f" for {place(one.scope)}" if one.scope else ""
    if one.since_ms is None:
        return f"{said}{where}"
    when = "since" if one.since_ms <= facts.now_ms else "from"
    return f"{said}{where} {when} {clock(facts, one.since_ms)}"


def bare(text: str) -> str:
    """Without the full stop, for use inside a longer sentence."""
    return text.strip().rstrip(".")


def sentence(text: str) -> str:
    """First letter upper case."""
    return text[:1].upper() + text[1:]
