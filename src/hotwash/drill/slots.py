"""Words in an inject that depend on how far the team has come: a persona quotes what it has heard."""

from __future__ import annotations

import re

from hotwash.drill.design import DrillDesign
from hotwash.drill.state import DrillState
from hotwash.kernel.clock import MINUTE

SLOT = re.compile(r"\{(\w+)\}")


def fill(text: str, state: DrillState, design: DrillDesign, now_ms: int) -> str:
    """The text with its slots filled from the log. Slots are those of `kit.vocabulary.SLOTS`; the linter refuses others."""
    last = state.journal.last("update_published")
    statement = state.journal.last("incident_stated")
    values = {
        "clock": design.story_time(now_ms)[11:16],
        "severity": f"Sev-{state.severity}" if state.severity else "no severity",
        "statement": f'"{statement.data["statement"]}"' if statement else "nothing",
        "minutes_since_update": str((now_ms - last.at_ms) // MINUTE if last else now_ms // MINUTE),
        "updates": str(len(state.journal.of("update_published"))),
    }
    return SLOT.sub(lambda found: values.get(found[1], found[0]), text)
