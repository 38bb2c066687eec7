"""Temporary fixes as tracked changes: levers with an expiry, canaries, overrides and accepted risks, read from the log or from a view."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from hotwash.drill import events as e
from hotwash.drill.conditions import World, held
from hotwash.drill.design import DrillDesign
from hotwash.drill.journal import Journal, Line, Of
from hotwash.drill.payloads import Payload, Tripwire
from hotwash.drill.state import DrillState
from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.conditions import SignalAbove

Kind = Literal["lever", "canary", "override", "risk"]
USUAL_MIN: dict[Kind, int] = {"override": 30, "canary": 60}
"""How long a pull without the right stands, and a step of a canary, before somebody has to have looked at it, unless its record says
otherwise. Any other lever is a temporary fix only if its record gives it an expiry."""
EXPIRED, TRIPPED = "expired-", "tripwire-"
"""How the ids of injects begin that the engine makes of what is left standing."""
CHANGE_CONTROL, MONITORING = "Change control", "Monitoring"


@dataclass(frozen=True)
class Fix:
    """One temporary fix. `data` is the entry that made it; `ended_ms` is when it was stepped down, None while it stands."""

    fix: str
    kind: Kind
    what: str
    owner: str
    since_ms: int
    expires_ms: int
    data: Any
    ended_ms: int | None = None
    expired: bool = False
    renewals: int = 0

    @property
    def step_down(self) -> str:
        """How its record says that it ends; empty where it says nothing."""
        return str(self.data.get("step_down", ""))

    @property
    def stands(self) -> bool:
        """Nobody has stepped it down."""
        return self.ended_ms is None


READ = ("lever_pulled", "lever_reverted", "risk_accepted", "fix_renewed", "fix_expired")
"""Types that make, renew and end fixes."""


def fixes(of: Of) -> tuple[Fix, ...]:
    """Every temporary fix so far, oldest first, with its newest expiry."""
    found = sorted([*_levers(of), *_risks(of)], key=lambda one: (one.since_ms, one.fix))
    return tuple(_renewed(one, of) for one in found)


def fixes_now(journal: Journal) -> tuple[Fix, ...]:
    """The same of a log, made once for all that ask between two entries about them."""
    return journal.kept.get("fixes", READ, lambda: fixes(journal.of))


def _levers(of: Of) -> Iterator[Fix]:
    pulls, ended = of("lever_pulled"), {line.data["call"]: line.at_ms for line in of("lever_reverted")}
    for line in pulls:
        data = line.data
        kind: Kind = "canary" if _percent(data) < 100 else "lever"
        kind = "override" if data["authority"] == "break-glass" else kind
        expires_min = data.get("expires_min") or USUAL_MIN.get(kind)
        if expires_min is None:
            continue
        if kind == "canary":
            ended.update((data["call"], later.at_ms) for later in pulls if _next_step(data, later, line))
        until = line.at_ms + expires_min * MINUTE
        yield Fix(data["call"], kind, data["kind"], line.seat, line.at_ms, until, data, ended.get(data["call"]))


def _percent(data: Any) -> int:
    """The share of the traffic that a rollback sends back; 100 for every other lever."""
    return int(data["arguments"].get("percent", 100)) if data["kind"] == "rollback" else 100


def _next_step(data: Any, later: Line, line: Line) -> bool:
    """A larger step of the same canary takes the place of this one."""
    same = later.data["kind"] == data["kind"] and later.data["scope"] == data["scope"]
    component = later.data["arguments"].get("component") == data["arguments"].get("component")
    return later.version > line.version and same and component and _percent(later.data) > _percent(data)


def _risks(of: Of) -> Iterator[Fix]:
    for line in of("risk_accepted"):
        data = line.data
        name = data.get("risk") or f"risk-{line.version}"
        until = line.at_ms + data["expires_h"] * 60 * MINUTE
        yield Fix(name, "risk", data["residual"], data.get("owner") or line.seat, line.at_ms, until, data)


def _renewed(one: Fix, of: Of) -> Fix:
    again = [line.data for line in of("fix_renewed") if line.data["fix"] == one.fix]
    until = again[-1]["expires_ms"] if again else one.expires_ms
    past = any(line.data["fix"] == one.fix and line.data["expired_ms"] == until for line in of("fix_expired"))
    return Fix(
        one.fix, one.kind, one.what, one.owner, one.since_ms, until, one.data, one.ended_ms, past, len(again)
    )  # fmt: skip


def commander(design: DrillDesign) -> tuple[str, ...]:
    """The seats that may set the severity: who commands, by the kit."""
    return tuple(design.kit.roles.rights.get("set_severity", ()))


def overdue(state: DrillState, design: DrillDesign, now_ms: int) -> Iterator[Payload]:
    """Fixes that stand past their expiry, once for each expiry: the fact, and the inject that tells the room."""
    for one in fixes_now(state.journal):
        if one.stands and not one.expired and one.expires_ms <= now_ms:
            what = one.what.replace("_", " ")
            yield e.FixExpired(fix=one.fix, kind=one.kind, owner=one.owner, what=what, expired_ms=one.expires_ms)
            plan = one.step_down or "nobody wrote one"
            yield _inject(
                f"{EXPIRED}{one.fix}-{one.renewals}", CHANGE_CONTROL, one.owner, design, one.expires_ms, now_ms,
                f"Past its expiry: {what} ({one.fix})",
                f"{what} was to stand until {design.story_time(one.expires_ms)[11:16]}. It still does, and nobody renewed it or stepped it "
                f"down. Step-down plan: {plan}. Renew it with a reason, or take it back.",
            )  # fmt: skip


def tripped(state: DrillState, design: DrillDesign, world: World) -> Iterator[Payload]:
    """Tripwires of accepted risks that are crossed for the first time; owner and commander are told."""
    known = {(line.data["risk"], line.data["tripwire"]) for line in state.journal.of("tripwire_crossed")}
    for risk in (one for one in fixes_now(state.journal) if one.kind == "risk"):
        for number, body in enumerate(risk.data.get("tripwires", ()), start=1):
            wire = Tripwire.model_validate(body)
            if (risk.fix, number) in known:
                continue
            crossed = held(_condition(wire), world, risk.since_ms + wire.minutes * MINUTE)
            if crossed is None:
                continue
            yield e.TripwireCrossed(
                risk=risk.fix, tripwire=number, words=wire.words, owner=risk.owner, crossed_ms=crossed.since_ms
            )
            yield _inject(
                f"{TRIPPED}{risk.fix}-{number}", MONITORING, risk.owner, design, crossed.since_ms, world.now_ms,
                f"Tripwire crossed: {wire.words}",
                f"The risk '{risk.what}' was accepted as long as this does not happen. It has. Who decides whether we go on?",
            )  # fmt: skip


def timed(state: DrillState) -> list[int]:
    """The moments at which standing fixes run out."""
    return [one.expires_ms for one in fixes_now(state.journal) if one.stands and not one.expired]


def expiring(state: DrillState) -> dict[str, tuple[str, int]]:
    """Standing fixes by id: owner and expiry."""
    return {one.fix: (one.owner, one.expires_ms) for one in fixes_now(state.journal) if one.stands}


def _condition(wire: Tripwire) -> SignalAbove:
    return SignalAbove(
        signal=wire.signal, above=wire.above_ppm / 1_000_000, minutes=wire.minutes, dim=wire.dim, value=wire.value
    )


def _inject(
    name: str, sender: str, owner: str, design: DrillDesign, due_ms: int, now_ms: int, subject: str, body: str
) -> e.InjectDelivered:
    to = tuple(one for one in dict.fromkeys((owner, *commander(design))) if one in design.seats)
    return e.InjectDelivered(
        inject=name, kind="contingency", sender=sender, channel="alert", to=to, subject=subject, body=body, due_ms=due_ms,
        drift_ms=now_ms - due_ms, cause="condition",
    )  # fmt: skip
