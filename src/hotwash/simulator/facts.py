"""From a played row to everything that is known about it, with names instead of codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from hotwash.kernel.clock import MINUTE, SECOND
from hotwash.kit.schema.scenario import Change
from hotwash.simulator.arrays import Bools
from hotwash.simulator.faults import Break
from hotwash.simulator.layout import ADVERSE, CATEGORIES, MISUSE, TIERS
from hotwash.simulator.outcomes import DROP, OFF, RATE, STATUS
from hotwash.simulator.play import Play
from hotwash.simulator.rows import RowFacts
from hotwash.simulator.signals import bit, signals_of
from hotwash.simulator.stance import Stance
from hotwash.simulator.standing import Standing

ALSO_SHOWN: Mapping[str, tuple[str, ...]] = {
    "leaked_record": ("personal_data_exposed",),
    "tool_misuse": ("injected_instruction",),
}
"""What reading such a request shows besides the fact that its harm category names."""
HEALTHY_ARM, SAFE_ARM = "healthy", "safe_mode"


class Facts:
    """Reads rows of a play that has been played past them."""

    def __init__(self, play: Play, changes: Sequence[Change]) -> None:
        self.play, self.tape, self.changes = play, play.tape, tuple(changes)
        self.signals = signals_of(play.tape.layout)

    def of(self, row: int) -> RowFacts:
        """Everything about one row."""
        tape, out, layout = self.tape, self.play.out, self.tape.layout
        leader = int(out.leader[row]) - 1
        stance = self.stance(row)
        intent = layout.intents[int(tape.kinds.intent[tape.kind[row]])]
        status = int(out.status[row])
        reached, marks = status not in (OFF, RATE, DROP), self.flags(row)
        fault = self._fault(row, stance)
        return RowFacts(
            row=row, seed=tape.seed, system=layout.spec.id, at_ms=int(tape.at_ms[row]), dims=self.dims(row),
            user=int(tape.user[row]), question=int(tape.question[row]),
            value=0 if tape.kinds.adversarial[tape.kind[row]] else intent.value,
            adversarial=bool(tape.kinds.adversarial[tape.kind[row]]),
            category=CATEGORIES[int(out.category[row])], status=STATUS[status], arm=self._arm(row, stance),
            fate=self._fate(row),
            fault_component=fault.carrier if fault else "", unprompted=fault is not None and fault.unprompted,
            source=self.of(leader) if leader >= 0 else None,
            versions=self.versions(int(tape.at_ms[row]), stance),
            retrieved=intent.retrieval and reached and leader < 0 and not stance.no_retrieval and not stance.safe,
            retrieval_empty=self._has(row, "retrieval_empty"), tools_on=not stance.no_tools,
            writes=int(out.category[row]) == MISUSE or self._has(row, "tool_writes"), denied=self._denied(row),
            flags=marks, guardrail_tier=TIERS[stance.tier], wait_ms=int(out.wait_ms[row]), marks=marks,
        )  # fmt: skip

    def dims(self, row: int) -> dict[str, str]:
        """The row's value on every dimension."""
        columns = zip(self.tape.layout.columns, self.tape.dims, strict=True)
        return {column.name: column.values[int(codes[row])] for column, codes in columns}

    def stance(self, row: int) -> Stance:
        """How the levers treated the row."""
        return self.standing(int(self.tape.at_ms[row])).stance_at(row)

    def flags(self, row: int, until_ms: int | None = None) -> tuple[str, ...]:
        """Signals that the row counts in; with a moment, only those that have shown by then."""
        bits = int(self.play.out.bits[row])
        return tuple(
            signal.name
            for number, signal in enumerate(self.signals)
            if bits >> number & 1 and (until_ms is None or self.shows_at(row, number) <= until_ms)
        )

    def shows_at(self, row: int, number: int) -> int:
        """When a signal of a row shows."""
        at_ms, signal = int(self.tape.at_ms[row]), self.signals[number]
        if signal.name == "complaints":
            return at_ms + int(self.tape.complaint_s[row]) * SECOND
        return at_ms + signal.delay_min * MINUTE

    def versions(self, at_ms: int, stance: Stance) -> dict[str, str]:
        """The version of every component that a request at this moment ran on."""
        found = {}
        for name, part in self.tape.layout.spec.components.items():
            later = [one for one in self.changes if one.component == name and one.at_min * MINUTE > at_ms]
            first = min(later, key=lambda one: one.at_min, default=None)
            now = first.from_version if first is not None and first.from_version else part.current
            found[str(name)] = part.previous if name in stance.previous else now
        return found

    def moments(self) -> set[int]:
        """Every moment at which a lever or a breaker starts or stops to act."""
        return self.play.log.boundaries() | self.play.breakers.moments()

    def standing(self, at_ms: int) -> Standing:
        """The levers in effect at a moment."""
        return Standing(self.tape, self.play.log.on(at_ms), self.play.breakers.open_at(at_ms))

    def _fate(self, row: int) -> str:
        cause = int(self.tape.cause[row])
        return self.tape.faults[cause - 2].id if cause >= 2 else ""

    def _generated_by(self, row: int, stance: Stance) -> int:
        """Number of the fault that made the output, -1 when none did."""
        cause = int((self.tape.safe_cause if stance.safe else self.tape.cause)[row])
        faults = self.tape.faults
        if cause < 2 or (not stance.safe and not stance.exposes(faults[cause - 2])):
            return -1
        return cause - 2

    def _arm(self, row: int, stance: Stance) -> str:
        leader = int(self.play.out.leader[row]) - 1
        if leader >= 0:
            return self._arm(leader, self.stance(leader))
        if stance.safe:
            return SAFE_ARM
        number = self._generated_by(row, stance)
        return HEALTHY_ARM if number < 0 else self.tape.faults[number].id

    def _fault(self, row: int, stance: Stance) -> Break | None:
        leader = int(self.play.out.leader[row]) - 1
        if leader >= 0:
            return self._fault(leader, self.stance(leader))
        number = self._generated_by(row, stance)
        return None if number < 0 else self.tape.faults[number]

    def _has(self, row: int, signal: str) -> bool:
        if signal not in [one.name for one in self.signals]:
            return False
        return bool(self.play.out.bits[row] & bit(self.tape.layout, signal))

    def declined(self, rows: slice) -> Bools:
        """Rows whose decision, as generated, is adverse."""
        adverse: Bools = self.tape.denied[rows] | np.isin(self.play.out.category[rows], ADVERSE)
        return adverse

    def _denied(self, row: int) -> bool:
        category = CATEGORIES[int(self.play.out.category[row])]
        return bool(self.tape.denied[row]) or category in ("wrong_decision", "discriminatory_decision")


def shown_facts(facts: RowFacts, fact_of: Mapping[str, str]) -> tuple[str, ...]:
    """Kit facts that a careful reader of this request learns; `fact_of` gives them by harm category."""
    shown = [fact_of[facts.category]] if facts.category in fact_of else []
    shown += () if facts.unprompted else ALSO_SHOWN.get(facts.category, ())
    if facts.category and facts.source is not None:
        shown.append("cached_answer")
    if "pii_hits" in facts.flags and facts.category != "leaked_record":
        shown.append("detector_false_positive")
    shown += [name for name in ("retrieval_empty", "feature_missing") if name in facts.flags]
    return tuple(dict.fromkeys(shown))
