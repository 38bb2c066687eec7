"""Production changes and temporary fixes: what was expected of each lever, what it did, and what was left standing."""

from __future__ import annotations

from hotwash.aftermath.blocks import Block, Cell, Prose, Section, Table, Tone
from hotwash.aftermath.sections.words import minutes, points, scope_words
from hotwash.drill import events as e
from hotwash.drill.fixes import Fix, fixes
from hotwash.drill.journal import Line
from hotwash.kernel.clock import MINUTE
from hotwash.scoring.case import Case, Entry
from hotwash.scoring.containment import MHP


def blocks(case: Case) -> list[Block]:
    """Nothing where no lever had a record and no risk was accepted."""
    found = [one for one in case.all(e.LeverPulled) if one.event.call in case.without]
    temporary = fixes_of(case)
    if not found and not temporary:
        return []
    effects = Table(
        "Expected of each lever with a change record, and what it did",
        ("When", "Lever", "Approver", "Trigger", "Expected", "Harm avoided", "Requests refused", "Net", "Verdict"),
        tuple(_row(case, one) for one in found),
        numeric=(5, 6, 7),
        empty="No lever carried a change record.",
    )
    how = (
        "Measured exactly: the same traffic is played again with everything that was done except this lever, to the end of the tape. Harm "
        "avoided and net are harm points; net is harm avoided less the service that the lever cost. Levers overlap: what two of them "
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


def measured(case: Case, call: str) -> tuple[float, int, float]:
    """Harm points avoided, requests refused because of it, and harm points net of what the service lost."""
    other = case.without[call]
    avoided = float(other.expected_harm.sum() - case.team.expected_harm.sum()) / MHP
    refused = sum(case.team.lost.values()) - sum(other.lost.values())
    return avoided, refused, (other.loss - case.team.loss) / MHP


def _row(case: Case, one: Entry[e.LeverPulled]) -> tuple[Cell, ...]:
    pulled = one.event
    avoided, refused, net = measured(case, pulled.call)
    title = case.design.kit.levers[pulled.kind].title  # type: ignore[index]  # kinds are checked when an event is read
    given = ", ".join(f"{name} {value}" for name, value in pulled.arguments.items())
    number = f" ({pulled.fall_percent} % less of it)" if pulled.fall_percent is not None else ""
    return (
        Cell(minutes(one.at_min), cites=(one.version,)),
        Cell(f"{title}{f', {given}' if given else ''}: {scope_words(pulled.scope)}", strong=True),
        Cell(pulled.approver or "none named"),
        Cell(pulled.trigger.replace("_", " ") or "none named"),
        Cell(f"{pulled.effect or 'not said'}{number}"),
        Cell(points(avoided)),
        Cell(f"{refused:,}"),
        Cell(points(net)),
        _verdict(avoided, refused, net),
    )


def _verdict(avoided: float, refused: int, net: float) -> Cell:
    tone: Tone = "good" if net > 0 else "bad" if refused > 0 or net < 0 else "warn"
    words = {"good": "paid for itself", "warn": "changed nothing", "bad": "over-containment"}[tone]
    if tone == "bad" and avoided <= 0:
        words = "cost without effect"
    return Cell(words, tone=tone, word=words)


def _register(case: Case, temporary: tuple[Fix, ...]) -> Table:
    rows = tuple(
        (
            Cell(one.fix, strong=True),
            Cell(one.kind),
            Cell(one.what.replace("_", " ")),
            Cell(one.owner),
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
