"""What a team knows: facts become known through what its seats open, run, collect and are told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hotwash.drill import events as e
from hotwash.drill.payloads import Payload
from hotwash.drill.state import DrillState

CUSTOMER_REPORT = "customer_report"


def consequences(state: DrillState, payloads: Sequence[Payload], seat: str) -> list[Payload]:
    """The facts that the payloads, about to be appended after the state's version, teach for the first time."""
    known = state.facts
    learned: list[Payload] = []
    for version, payload in enumerate(payloads, start=state.version + 1):
        for fact, seats in taught(payload, seat):
            if fact not in known:
                known.add(fact)
                learned.append(e.FactLearned(fact=fact, seats=seats, by=version))
    return learned


def taught(payload: Payload, seat: str) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Facts that a payload teaches, each with the seats that learn it."""
    match payload:
        case e.TraceOpened(shows=shows) | e.EvidenceCollected(shows=shows) | e.SuiteRun(shows=shows):
            return ((fact, (seat,)) for fact in shows)
        case e.InjectDelivered(reveals=reveals, to=to) | e.InjectImprovised(reveals=reveals, to=to):
            return ((fact, to) for fact in reveals)
        case e.ComplaintReceived():
            return ((CUSTOMER_REPORT, ("all",)),)
        case _:
            return ()
