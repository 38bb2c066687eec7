"""A triage as a report, in the order in which people ask: what is it, is it real, when, who, what changed, and what now."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from pydantic import BaseModel

from hotwash.aftermath.blocks import Block, Cell, Prose, Report, Section, Table
from hotwash.aftermath.triaged import findings, head, moved, people, safety, verdicts
from hotwash.aftermath.triaged.about import About, legible
from hotwash.aftermath.triaged.next_tests import next_tests
from hotwash.triage.report import Triage
from hotwash.triage.words import moment

HANDLING = "Contains findings about real traffic; masked; handle as your traces"


def triage_report(triage: Triage, about: About) -> Report:
    """Everything. Same findings, same report; of a triage that was stopped, what is known so far, and that it is partial."""
    known = legible(triage)
    blocks = [
        *_top(known),
        *findings.real_blocks(known),
        *findings.when_blocks(known),
        *findings.who_blocks(known),
        *moved.changed_blocks(known),
        *people.fairness_blocks(known),
        *safety.safety_blocks(known),
        *verdicts.hypothesis_blocks(known),
        *verdicts.severity_blocks(known),
        *verdicts.next_blocks(triage, about),
        *verdicts.read_blocks(known, about),
    ]
    return _report(known, about, blocks)


def triage_summary(triage: Triage, about: About) -> Report:
    """What fits a terminal: the statement and its figures, who, when, the hypotheses, the severity and what to do now."""
    known = legible(triage)
    blocks = [
        *_top(known),
        *_real(known),
        *_only(findings.when_blocks(known), tables=1),
        *_only(findings.who_blocks(known), tables=1),
        *_only(moved.changed_blocks(known), tables=1),
        *(moved.clock_blocks(known.health.clock) if known.health else ()),
        *_spikes(people.fairness_blocks(known)),
        *_only(safety.safety_blocks(known), tables=1),
        *_columns(verdicts.hypothesis_blocks(known), (0, 1, 2)),
        *_columns(verdicts.severity_blocks(known), (0, 1, 2, 4)),
        *verdicts.next_blocks(triage, about),
        *verdicts.read_blocks(known, about)[2:],
    ]
    return _report(known, about, blocks)


def _report(known: Triage, about: About, blocks: list[Block]) -> Report:
    found = known.extent
    facts = [("Traces", known.provenance.source), ("Rows", f"{found.rows:,}")]
    if found.rows > found.undated and not known.timeless:
        facts.append(("From", f"{moment(found.first_ms)} to {moment(found.last_ms)} UTC"))
    facts.append(("Change log", "given" if about.changes else "not given"))
    title = f"Triage{' (partial)' if known.statement is None else ''}"
    told = legible("Is it real, when, who, what changed, and what to test next. Near is not because; a verdict is no cause.")  # fmt: skip
    return Report(title, told, HANDLING, [(name, legible(value)) for name, value in facts], blocks, exercise=False)


def _top(known: Triage) -> list[Block]:
    return [*head.statement_blocks(known), head.figures(known), *head.chart(known)]


def _only(blocks: list[Block], tables: int) -> list[Block]:
    """Headings and the first tables, without what explains them."""
    found = [one for one in blocks if isinstance(one, Table) and not one.folded][:tables]
    return [*([one for one in blocks if isinstance(one, Section)] if found else []), *found]


def _real(known: Triage) -> list[Block]:
    """Signals that rose too, or could have shown it; the rest could say nothing."""
    spoke = [one for one in known.validity.witnesses if one.rose or one.could_show] if known.validity else []
    if known.validity is None or not spoke:
        return []
    shown = dataclasses.replace(known, validity=dataclasses.replace(known.validity, witnesses=tuple(spoke)))
    return [one for one in findings.real_blocks(shown) if not isinstance(one, Prose)]


def _spikes(blocks: list[Block]) -> list[Block]:
    """New and grown gaps; nothing where there are none."""
    return _only(blocks, tables=2)


def _columns(blocks: list[Block], kept: tuple[int, ...]) -> list[Block]:
    made: list[Block] = []
    for one in blocks:
        if isinstance(one, Section):
            made.append(one)
        elif isinstance(one, Table):
            rows: tuple[tuple[Cell, ...], ...] = tuple(tuple(row[n] for n in kept) for row in one.rows)
            made.append(dataclasses.replace(one, head=tuple(one.head[n] for n in kept), rows=rows, numeric=()))
    return made


def triage_data(triage: Triage, about: About) -> dict[str, Any]:
    """Every finding as JSON has it: no NaN (null instead), arrays as lists, timelines of the main signal alone; `partial` when somebody stopped it."""
    made: dict[str, Any] = plain(triage)
    main = triage.signal.name if triage.signal else ""
    for name in ("line", "inside"):
        if made[name] is not None:
            made[name] |= {part: {main: made[name][part].get(main)} if main else {} for part in ("asked", "found")}
    made["partial"] = triage.statement is None
    made["next_tests"] = [plain(one) for one in next_tests(triage, about)]
    made["columns"] = about.columns.model_dump(mode="json", exclude_defaults=True)
    made["how"] = about.how
    return made


def plain(value: Any) -> Any:
    """A finding as plain values."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_defaults=True)
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
