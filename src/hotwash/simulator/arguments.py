"""What levers take: reads the arguments of a call and says what to write when it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hotwash.kernel.errors import NotSupportedError
from hotwash.kit.schema.system import SystemSpec
from hotwash.ports.system import LeverCall
from hotwash.simulator.layout import TIERS

WHOLE_BUNDLE = "bundle"


@dataclass(frozen=True)
class Arguments:
    """The arguments of all kinds of levers; each kind reads its own and leaves the rest as they are."""

    component: str = ""
    percent: int = 100
    dependency: str = ""
    per_minute: int = 0
    per_second: int = 0
    tier: int = 0
    reviewers: int = 0
    adverse_only: bool = False
    overflow_open: bool = True
    permille: int = 0
    target: str = ""
    risk: int = 0
    seconds: int = 0
    level_min: int = 0
    timeout_min: int = 0
    told: bool = True
    action: str = ""


TAKES: dict[str, tuple[str, ...]] = {
    "rollback": ("component", "percent", "to"),
    "failover": ("dependency",),
    "rate_limit": ("per_minute",),
    "queue": ("per_second",),
    "guardrail": ("tier",),
    "review": (
        "reviewers",
        "rule",
        "overflow",
        "share",
        "risk",
        "seconds_per_case",
        "level_min",
        "timeout_min",
        "message",
    ),
    "decide_case": ("case", "action"),
    "breaker": ("permille",),
    "restore": ("target",),
}
"""Arguments by kind of lever; a kind that is missing here takes none."""
ACTIONS = ("approve", "edit", "refuse", "escalate")
"""What a reviewer may do with a case."""
PLAIN = {"share": 100, "risk": TIERS[0], "seconds_per_case": 0, "level_min": 0, "timeout_min": 0, "message": "sent"}
"""Arguments of a review that are not written down when they are left at this."""


def choices(kind: str, spec: SystemSpec) -> dict[str, tuple[str, ...]]:
    """Argument → the words that it can be, on this system; an argument that is missing here is a number, or is free."""
    if kind == "rollback":
        older = dict.fromkeys(part.previous for part in spec.components.values()) if spec.recorded_runs else ()
        return {"component": (*spec.components, WHOLE_BUNDLE), "to": tuple(older)}
    if kind == "failover":
        return {"dependency": tuple(spec.dependencies)}
    if kind == "guardrail":
        return {"tier": TIERS[1:]}
    if kind == "review":
        rules = ("all", "adverse") if spec.kind == "classifier" else ("all",)  # only a classifier decides about people
        return {"rule": rules, "overflow": ("open", "closed"), "risk": TIERS, "message": ("sent", "none")}
    return {}


def read_arguments(call: LeverCall, spec: SystemSpec) -> Arguments:
    """The arguments of a call. Raises NotSupportedError for one that is unknown, missing or out of range."""
    takes = TAKES.get(call.kind, ())
    for name, _ in call.arguments:
        if name not in takes:
            raise NotSupportedError(f"'{call.kind}' takes no argument '{name}': write {', '.join(takes) or 'none'}")
    can = choices(call.kind, spec)
    if call.kind == "rollback":
        component = _one_of(call, "component", can["component"])
        known = [part.previous for name, part in spec.components.items() if name == component]
        if call.argument("to") is not None:
            _one_of(call, "to", tuple(known) or ("the previous bundle",))
        return Arguments(component=component, percent=_number(call, "percent", 1, 100, default=100))
    if call.kind == "failover":
        only = next(iter(spec.dependencies)) if len(spec.dependencies) == 1 else None
        return Arguments(dependency=_one_of(call, "dependency", can["dependency"], only))
    if call.kind == "guardrail":
        return Arguments(tier=TIERS.index(_one_of(call, "tier", can["tier"])))
    if call.kind == "review":
        return _review(call, can)
    if call.kind == "decide_case":
        return Arguments(target=str(call.argument("case", "")), action=_one_of(call, "action", ACTIONS))
    if call.kind == "restore":
        return Arguments(target=str(call.argument("target", "")))
    return _limits(call)


def arguments_json(kind: str, arguments: Arguments) -> dict[str, int | str]:
    """The arguments of one kind of lever, as they were written."""
    written: dict[str, int | str] = {
        "component": arguments.component, "percent": arguments.percent, "dependency": arguments.dependency,
        "per_minute": arguments.per_minute, "per_second": arguments.per_second, "tier": TIERS[arguments.tier],
        "reviewers": arguments.reviewers, "rule": "adverse" if arguments.adverse_only else "all",
        "overflow": "open" if arguments.overflow_open else "closed", "permille": arguments.permille,
        "target": arguments.target,
    }  # fmt: skip
    if kind == "review":
        asked: dict[str, int | str] = {
            "share": arguments.percent, "risk": TIERS[arguments.risk], "seconds_per_case": arguments.seconds,
            "level_min": arguments.level_min, "timeout_min": arguments.timeout_min,
            "message": "sent" if arguments.told else "none",
        }  # fmt: skip
        written |= {name: value for name, value in asked.items() if value != PLAIN[name]}
    return {name: written[name] for name in TAKES.get(kind, ()) if name in written}


def _review(call: LeverCall, can: Mapping[str, tuple[str, ...]]) -> Arguments:
    return Arguments(
        reviewers=_number(call, "reviewers", 1, 10_000),
        adverse_only=_one_of(call, "rule", can["rule"], "all") == "adverse",
        overflow_open=_one_of(call, "overflow", can["overflow"], "open") == "open",
        percent=_number(call, "share", 1, 100, default=100),
        risk=TIERS.index(_one_of(call, "risk", can["risk"], TIERS[0])),
        seconds=_number(call, "seconds_per_case", 0, 3_600, default=0),
        level_min=_number(call, "level_min", 0, 1_440, default=0),
        timeout_min=_number(call, "timeout_min", 0, 1_440, default=0),
        told=_one_of(call, "message", can["message"], "sent") == "sent",
    )


def _limits(call: LeverCall) -> Arguments:
    if call.kind == "rate_limit":
        return Arguments(per_minute=_number(call, "per_minute", 1, 1_000_000))
    if call.kind == "queue":
        return Arguments(per_second=_number(call, "per_second", 1, 1_000))
    if call.kind == "breaker":
        return Arguments(permille=_number(call, "permille", 1, 1_000))
    return Arguments()


def _one_of(call: LeverCall, name: str, options: tuple[str, ...], default: str | None = None) -> str:
    value = call.argument(name, default)
    if value not in options:
        found = "is missing" if value is None else f"cannot be '{value}'"
        raise NotSupportedError(f"'{call.kind}': argument '{name}' {found}: write one of {', '.join(options)}")
    return str(value)


def _number(call: LeverCall, name: str, low: int, high: int, default: int | None = None) -> int:
    value = call.argument(name, default)
    number = int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdecimal()) else None
    if number is None or not low <= number <= high:
        found = "is missing" if value is None else f"cannot be '{value}'"
        raise NotSupportedError(f"'{call.kind}': argument '{name}' {found}: write a whole number from {low} to {high}")
    return number
