"""Production changes and temporary fixes: what was expected of each lever, what it did, and what was left standing."""

from __future__ import annotations

from dataclasses import dataclass

from hotwash.aftermath.blocks import Block, Cell, Prose, Section, Table, Tone
from hotwash.aftermath.names import seat_title
from hotwash.aftermath.sections.words import minutes, points, scope_words
from hotwash.drill import events as e
from hotwash.drill.fixes import Fix, fixes
from hotwash.drill.journal import Line
from hotwash.kernel.clock import MINUTE
from hotwash.scoring.case import Case, Entry
from hotwash.scoring.containment import DUST, MHP

OVER_TIMES = 2
"""A lever that takes more than so many times the service of the whole best plan was too wide, however well it worked."""


def blocks(case: Case) -> list[Block]:
    """Nothing where no lever had a record and no risk was accepted."""
    found = [one for one in case.all(e.LeverPulled) if one.event.call in case.without]
    temporary = fixes_of(case)
    if not found and not temporary:
        return []
    effects = Table(
        "Expected of each lever with a change record, and what it did",
        (
            "When",
            "Lever",
            "Approver",
            "Trigger",
            "Expected",
            "Harm avoided",
            "Requests refused",
            "Service lost",
            "Verdict",
        ),
        tuple(_row(case, one) for one in found),
        numeric=(5, 6, 7),
        empty="No lever carried a change record.",
    )
    how = (
        "Measured exactly: the same traffic is played again with everything that was done except this lever, to the end of the tape. Harm "
        "avoided (in brackets its share of what would have come after the pull) and service lost are harm points. Levers overlap: what two of them "
        "both stop is credited to neither, so the rows do not add up."
    )
    return [Section("Production changes", "changes"), Prose(how), effects, _register(case, temporary), *_canaries(case)]


def fixes_of(case: Case) -> tuple[Fix, ...]:
    """The temporary fixes of the log."""

    def of(kind: str) -> list[Line]:
        return [
            Line(one.version, one.at_ms, one.seat, one.event.model_dump(mode="json"))
            for one in case.all(e.EVENTS[kind])
        ]

    return fixes(of)


@dataclass(frozen=True)
class Measured:
    """One lever against the same tape without it, in harm points. `share` is the part of the harm that it kept from happening, of what would
    have happened from its pull on; `cost` the service that it took; `refused` requests that were not served because of it."""

    avoided: float
    share: float
    cost: float
    refused: int

    @property
    def net(self) -> float:
        """What was kept from people less what was taken from them."""
        return self.avoided - self.cost


def measured(case: Case, call: str, at_ms: int) -> Measured:
    """What a lever with a change record did."""
    other, minute = case.without[call], at_ms // MINUTE
    avoided = int(other.expected_harm.sum() - case.team.expected_harm.sum())
    later = int(other.expected_harm[minute:].sum())
    cost = int(case.team.collateral.sum() - other.collateral.sum())
    refused = sum(case.team.lost.values()) - sum(other.lost.values())
    return Measured(avoided / MHP, avoided / later if later > 0 else 0.0, cost / MHP, refused)


def _row(case: Case, one: Entry[e.LeverPulled]) -> tuple[Cell, ...]:
    pulled, did = one.event, measured(case, one.event.call, one.at_ms)
    title = case.design.kit.levers[pulled.kind].title  # type: ignore[index]  # kinds are checked when an event is read
    given = ", ".join(f"{name} {value}" for name, value in pulled.arguments.items())
    number = f" ({pulled.fall_percent} % less of it)" if pulled.fall_percent is not None else ""
    return (
        Cell(minutes(one.at_min), cites=(one.version,)),
        Cell(f"{title}{f', {given}' if given else ''}: {scope_words(pulled.scope)}", strong=True),
        Cell(seat_title(case, pulled.approver) or "none named"),
        Cell(pulled.trigger.replace("_", " ") or "none named"),
        Cell(f"{pulled.effect or 'not said'}{number}"),
        Cell(f"{points(did.avoided)} ({did.share:.0%})"),
        Cell(f"{did.refused:,}"),
        Cell(points(did.cost)),
        _verdict(case, did),
    )


def _verdict(case: Case, did: Measured) -> Cell:
    """Over-containment is what cost more service than it kept harm away, or far more than all of the best plan."""
    fair = OVER_TIMES * max(int(case.best.outcome.collateral.sum()), DUST * case.traffic_value) / MHP
    if abs(did.avoided) < 1 and abs(did.cost) < 1 and not did.refused:
        return Cell("changed nothing", tone="warn")
    if did.net <= 0:
        return Cell("over-containment: it cost more than it kept away", tone="bad")
    if did.cost > fair:
        best = points(int(case.best.outcome.collateral.sum()) / MHP)
        return Cell(f"over-containment: it worked, and the best plan costs {best} of service in all", tone="bad")
    return Cell("paid for itself", tone="good")


def _register(case: Case, temporary: tuple[Fix, ...]) -> Table:
    rows = tuple(
        (
            Cell(one.fix, strong=True),
            Cell(one.kind),
            Cell(case.design.kit.lever_titles.get(one.what, one.what.replace("_", " "))),
            Cell(seat_title(case, one.owner)),
            Cell(minutes(one.since_ms / MINUTE)),
            Cell(minutes(one.expires_ms / MINUTE)),
            Cell(*_fate(case, one)),
        )
        for one in temporary
    )
    head = ("Fix", "Kind", "What", "Owner", "Since", "Until", "What became of it")
    return Table("Temporary fixes and accepted risks", head, rows, empty="Nothing temporary was put in place.")


def _fate(case: Case, one: Fix) -> tuple[str, Tone]:
    if one.ended_ms is not None:
        late = one.ended_ms > one.expires_ms
        return f"stepped down at {minutes(one.ended_ms / MINUTE)}{', late' if late else ''}", "warn" if late else "good"
    if one.expired or one.expires_ms <= case.ended_ms:
        return "left standing past its expiry", "bad"
    return "stands after ENDEX: somebody has to own it", "warn"


def _canaries(case: Case) -> list[Block]:
    looks = case.all(e.CanaryLooked)
    last = {one.event.call: one for one in looks}
    if not last:
        return []
    rows = tuple(
        (
            Cell(call, strong=True, cites=(one.version,)),
            Cell(f"{sum(look.event.call == call for look in looks)}"),
            Cell(f"{one.event.found_canary} of {one.event.asked_canary:,}"),
            Cell(f"{one.event.found_contained} of {one.event.asked_contained:,}"),
            Cell(one.event.verdict, tone={"stop": "bad", "clear": "good"}.get(one.event.verdict, "warn")),  # type: ignore[arg-type]  # a Tone each
        )
        for call, one in last.items()
    )
    return [
        Table(
            "Canaries against the contained state", ("Canary", "Looks", "Harmful", "Contained state", "Verdict"), rows
        )
    ]
