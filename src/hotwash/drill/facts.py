"""What a team knows: facts become known through what its seats open, run, collect and are told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hotwash.drill import events as e
from hotwash.drill.design import DrillDesign
from hotwash.drill.payloads import Payload
from hotwash.drill.state import DrillState

CUSTOMER_REPORT = "customer_report"


def consequences(state: DrillState, design: DrillDesign, payloads: Sequence[Payload], seat: str) -> list[Payload]:
    """What the payloads, about to be appended after the state's version, teach to seats that did not know it."""
    known = {fact: set(seats) for fact, seats in state.journal.knowers.items()}
    learned: list[Payload] = []
    for version, payload in enumerate(payloads, start=state.version + 1):
        for fact, seats in taught(payload, seat, design):
            new = tuple(one for one in seats if one not in known.setdefault(fact, set()))
            if new:
                known[fact].update(new)
                learned.append(e.FactLearned(fact=fact, seats=new, by=version))
    return learned


def taught(payload: Payload, seat: str, design: DrillDesign) -> Iterable[tuple[str, tuple[str, ...]]]:
    """Facts that a payload teaches, each with the seats that learn it."""
    match payload:
        case e.TraceOpened(shows=shows) | e.EvidenceCollected(shows=shows) | e.SuiteRun(shows=shows):
            return ((fact, (seat,)) for fact in shows)
        case e.InjectDelivered(reveals=reveals, to=to) | e.InjectImprovised(reveals=reveals, to=to):
            return ((fact, to) for fact in reveals)
        case e.ComplaintReceived():
            return ((CUSTOMER_REPORT, design.seats),) if CUSTOMER_REPORT in design.kit.taxonomy.facts else ()
        case _:
            return ()
