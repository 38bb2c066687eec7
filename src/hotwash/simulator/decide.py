"""A person at the table decides a case that waits for a reviewer: the one row is carried to another end.

The decision acts on a whole second, like a lever. Until then the row stands as the pool's own reviewer would leave it; from then on it
stands as the person left it, with harm, cost and signals. Somebody has read this case, so nothing about it is a hazard any more: its
expected harm is the harm that it does.
"""

from __future__ import annotations

import numpy as np

from hotwash.simulator.cut import Cut
from hotwash.simulator.flow import Flow
from hotwash.simulator.layout import ADVERSE
from hotwash.simulator.outcomes import CAUGHT, FALSE_BLOCK, HELD, SERVED

FREES = ("approve", "refuse", "escalate")
"""What takes no time of the pool any more; an edit is checked by one of its reviewers, who needs as long as for the case."""


def still_waits(flow: Flow, row: int, at_ms: int) -> bool:
    """Is the row in a queue at this moment, decided by nobody?"""
    if row in flow.decided:
        return False
    dues = [due for desk in flow.desks.values() if (due := desk.due_ms(row)) is not None]
    return any(due > at_ms for due in dues)


def take_out(flow: Flow, row: int, at_ms: int, action: str) -> None:
    """The case leaves its queue."""
    flow.decided[row] = (at_ms, action)
    if action in FREES:
        next(one for one in flow.desks.values() if one.due_ms(row) is not None).backlog.take_out()


def carry_out(cut: Cut, action: str, wait_ms: int) -> None:
    """Write one row anew; `cut` holds this row and no other, under the levers of its own moment.

    An edit mends what is wrong with the answer and costs nothing but the time; refusing what was harmless leaves a request unanswered.
    """
    tape, out, row = cut.tape, cut.out, cut.rows.start
    harmful = int(cut.category[0]) > 0
    ends = {
        "approve": SERVED,
        "edit": CAUGHT if harmful else SERVED,
        "refuse": CAUGHT if harmful else FALSE_BLOCK,
        "escalate": HELD,
    }
    cut.status[0] = ends[action]
    cut.cause = (tape.safe_cause if cut.safe is not None and cut.safe[0] else tape.cause)[cut.rows]
    if cut.layout.classifier:
        cut.denied = tape.denied[cut.rows].copy()
        cut.denied[np.isin(cut.category, ADVERSE)] = True
        if action == "edit":
            cut.denied = tape.denied[cut.rows].copy()
    cut.wait = np.array([wait_ms], np.int32)
    out.harm[row] = out.collateral[row] = 0
    cut.write()
    cut.expected[0] = out.harm[row]
    if action == "edit" and harmful:
        out.collateral[row] = cut.late(np.zeros(1, np.intp))[0]
