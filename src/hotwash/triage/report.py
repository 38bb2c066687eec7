"""The whole triage: each question in turn, the cheapest first, so that a part is there while the rest is still being asked."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from hotwash.kit.schema.columns import SignalColumn, TraceColumns
from hotwash.kit.schema.kit import Severity
from hotwash.ports.relation import Provenance, Relation
from hotwash.ports.scope import Scope
from hotwash.triage import sql
from hotwash.triage.ahead import Ahead
from hotwash.triage.attack import Attacks
from hotwash.triage.changes import Change, RankedChange, first_seen, rank
from hotwash.triage.drift import Drift, drift
from hotwash.triage.embedding import EmbeddingShift, embedding_shift
from hotwash.triage.fairness import Fairness, fairness
from hotwash.triage.health import Health, early, health
from hotwash.triage.hypotheses import Hypothesis, hypotheses
from hotwash.triage.leakage import Leakage
from hotwash.triage.onset import ValueOnset, onset_of_values
from hotwash.triage.sample import Sample, draw, drawing, told_apart
from hotwash.triage.segments import Found, count
from hotwash.triage.severity import Suggestion, suggest
from hotwash.triage.shortlist import Proposed, propose
from hotwash.triage.statement import Statement, in_texts, statement
from hotwash.triage.texts import Texts
from hotwash.triage.timeless import Timeless
from hotwash.triage.timeline import MINUTE, Extent, Timeline, Window, extent, following, relaid, timeline
from hotwash.triage.validity import Validity, validity
from hotwash.triage.words import counted, moment

UNTOLD = 0.25
"""With nothing found, the last quarter of the time is compared with the rest, and the report says so."""
LEAST_INSIDE = 40
"""Rows, by weight, that the segment itself must have on either side to be compared with its own past."""
ONSETS = 3
"""Shifts of values whose beginning is looked for."""


@dataclass(frozen=True)
class Question:
    """What is asked. `signal` names the one that alerted (else the one that moved most); `incident` fixes the window instead of finding
    it; `texts` allows checks that read raw text, `all_texts` makes them read every row; `system` is the column with the system prompt."""

    signal: str = ""
    incident: Window | None = None
    changes: tuple[Change, ...] = ()
    texts: bool = True
    all_texts: bool = False
    system: str = ""


@dataclass(frozen=True)
class ValueShift:
    """When a feature moved, in the place where it did."""

    column: str
    scope: Scope
    onset: ValueOnset


@dataclass(frozen=True)
class Triage:
    """Everything asked and answered so far. Parts that were not asked yet, or cannot be, are None or empty; `unknown` says why. `inside` is the
    timeline of the first segment alone (of a new one after that of what it came into), `unfinished` the step at which somebody stopped. `leakage` and `attacks` are of all traffic, read on
    a share of it (`texts`); the same `_here` of the main segment, read whole. A `timeless` table has no times, or all within one minute: it is one window, and `timeless` says which."""

    provenance: Provenance
    extent: Extent
    timeless: str = ""
    line: Timeline | None = None
    inside: Timeline | None = None
    found: tuple[Found, ...] = ()
    signal: SignalColumn | None = None
    incident: Window | None = None
    baseline: Window | None = None
    guessed: bool = False
    validity: Validity | None = None
    changes: tuple[RankedChange, ...] = ()
    drift: Drift | None = None
    drift_here: Drift | None = None
    shifts: tuple[ValueShift, ...] = ()
    embedding: EmbeddingShift | None = None
    embedding_here: EmbeddingShift | None = None
    health: Health | None = None
    fairness: Fairness | None = None
    leakage: Leakage | None = None
    leakage_here: Leakage | None = None
    attacks: Attacks | None = None
    attacks_here: Attacks | None = None
    texts: float | None = None
    hypotheses: tuple[Hypothesis, ...] = ()
    severity: Suggestion | None = None
    statement: Statement | None = None
    columns_read: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    unfinished: str = ""

    @property
    def main(self) -> Found | None:
        """What was found for the signal that the report is about."""
        return next((one for one in self.found if self.signal and one.signal == self.signal.name), None)


STEPS = (
    "Counting by time", "Searching segments", "Checking against other signals", "Health of the data", "Drift", "Fairness",
    "Leakage", "Attacks", "Hypotheses and severity",
)  # fmt: skip
"""Names of the steps, in order: one report of progress each."""


def triage(
    relation: Relation, columns: TraceColumns, matrix: Severity, question: Question | None = None
) -> Iterator[tuple[str, Triage]]:
    """Ask everything, step by step: what is being asked, with all that is known so far. The last one is whole. Raises QueryError where the
    engine refuses, ContentError-free: columns that are not there must have been refused before."""
    asked = question or Question()
    steps = iter(STEPS)
    known = Triage(relation.provenance, extent(relation, columns))
    yield next(steps), known
    if not known.extent.rows:
        yield STEPS[-1], replace(known, statement=statement(None, None, None, 0, limits=("There are no rows.",)))
        return
    if said := _timeless(known.extent):
        relation = Timeless(relation)
        known = replace(known, extent=extent(relation, columns), timeless=said)
    signals = columns.signals
    line = timeline(relation, columns, signals, known.extent)
    yield next(steps), (known := replace(known, line=line))
    with Ahead(relation) as ahead:
        ahead.prepare([drawing(ahead, columns, signals, line), *early(ahead, columns, known.extent.rows)])
        yield from _rest(ahead, columns, matrix, line, known, asked, steps)


def _rest(
    relation: Ahead,
    columns: TraceColumns,
    matrix: Severity,
    line: Timeline,
    known: Triage,
    asked: Question,
    steps: Iterator[str],
) -> Iterator[tuple[str, Triage]]:
    """Everything that is asked once rows were counted by time."""
    sample = draw(relation, columns, columns.signals, line)
    texts = Texts(
        relation, columns, told_apart(sample.at_ms), known.extent.rows, whole=asked.all_texts, system=asked.system
    )
    if asked.texts and not asked.all_texts and asked.incident is None:
        relation.prepare(texts.early())
    known = _searched(relation, columns, sample, line, known, asked)
    window, usual = _windows(known)
    with ThreadPoolExecutor(1) as beside:  # what the sample alone tells, while the engine counts
        moved = beside.submit(_moved, columns, sample, known)
        yield next(steps), known
        known = _believed(relation, columns, known)
        yield next(steps), known
        found_health = health(relation, columns, usual, window, line)
        known = _changed(replace(known, health=found_health), asked)
        yield next(steps), known
    known = _embedded(relation, columns, replace(known, **moved.result()))
    yield next(steps), known
    if columns.groups:
        known = replace(known, fairness=fairness(relation, columns, None if known.timeless else usual, window))
    yield next(steps), known
    segment = known.main.segments[0] if known.main and known.main.segments else None
    here = texts.inside(segment.scope, segment.share_of_traffic) if segment is not None and segment.scope.dims else None
    if asked.texts and (columns.output or columns.input):
        everywhere, inside = (texts.leakage(one, window, usual) for one in (texts.everywhere, here))
        known = replace(known, leakage=everywhere, leakage_here=inside, texts=texts.share)
    yield next(steps), known
    if asked.texts and (columns.input or columns.documents or columns.tool_calls):
        reached, there = (texts.attacks(one, window, usual) for one in (texts.everywhere, here))
        known = replace(known, attacks=reached, attacks_here=there, texts=texts.share)
    yield STEPS[-1], _concluded(relation, columns, matrix, known, asked)


def _timeless(found: Extent) -> str:
    """Why nothing can be said about when; nothing where something can."""
    if found.undated == found.rows:
        return "No row has a time"
    same = found.first_ms // MINUTE == found.last_ms // MINUTE
    return f"All rows lie within one minute ({moment(found.first_ms)} UTC)" if same else ""


def _windows(known: Triage) -> tuple[Window, Window]:
    """The incident and what it is compared with; both are there once segments were searched."""
    assert known.incident is not None
    assert known.baseline is not None
    return known.incident, known.baseline


def _searched(
    relation: Relation, columns: TraceColumns, sample: Sample, line: Timeline, known: Triage, asked: Question
) -> Triage:
    named = [one for one in columns.signals if not asked.signal or one.name == asked.signal]
    own = {one.name: one.column for one in named}
    proposed: dict[str, Proposed] = propose(sample, list(own), columns.cuts(), own) if named else {}
    found = count(relation, columns, named, line, sample, proposed)
    risen = sorted(
        (one for one in found if one.segments), key=lambda one: (one.segments[0].p, -one.segments[0].excess.value)
    )
    signal = next((one for one in columns.signals if risen and one.name == risen[0].signal), None)
    whole = Window(line.start_ms, line.end_ms)
    incident, guessed = asked.incident, False
    if known.timeless:
        incident = whole
    elif incident is None and risen:
        incident = risen[0].segments[0].window
    if incident is None:
        incident = Window(round(whole.to_ms - UNTOLD * (whole.to_ms - whole.from_ms)), whole.to_ms)
        guessed = True
    before = Window(whole.from_ms, incident.from_ms)
    baseline = before if before.minutes >= incident.minutes / 4 else Window(incident.to_ms, whole.to_ms)
    return replace(known, found=found, signal=signal, incident=incident, baseline=baseline, guessed=guessed)


def _believed(relation: Relation, columns: TraceColumns, known: Triage) -> Triage:
    signal, main = known.signal, known.main
    if signal is None or main is None or known.line is None:
        return known
    end = Window(known.line.start_ms, known.line.end_ms)
    within = sql.scope(relation.dialect, main.segments[0].scope) if main.segments else []
    if within:
        alone = timeline(relation, columns, [signal], known.extent, within)
        past = main.segments[0].came_into
        if past is not None:
            names = [name for name, _ in past.dims]
            wide = relaid(relation, columns, [signal], alone, sql.scope(relation.dialect, past), names)
            alone = following(wide, alone)
        known = replace(known, inside=alone)
    return replace(known, validity=validity(relation, columns, signal, main, columns.signals, end))


def _changed(known: Triage, asked: Question) -> Triage:
    segment = known.main.segments[0] if known.main and known.main.segments else None
    if segment is None or segment.onset is None or known.health is None or known.line is None:
        return known
    pace = known.extent.rows / max(1, known.extent.last_ms - known.extent.first_ms)
    seen = first_seen(known.health.versions, known.extent.first_ms, pace)
    return replace(known, changes=rank((*asked.changes, *seen), segment.onset, segment.scope))


def _moved(columns: TraceColumns, sample: Sample, known: Triage) -> dict[str, Any]:
    """What the report says of drift, by field: out of the sample alone."""
    window, usual = _windows(known)
    if known.signal is not None:  # that its own column moved is what the signal says already
        own = known.signal.column
        kept = {
            name: [one for one in getattr(columns, name) if one != own]
            for name in ("dimensions", "versions", "features")
        }
        columns = columns.model_copy(update=kept)
    found = drift(sample.evened(), columns, usual, window)
    here = None
    segment = known.main.segments[0] if known.main and known.main.segments else None
    if segment is not None and segment.scope.dims:
        inside = sample.only(sample.within(segment.scope))
        alone = columns.model_copy(update={"dimensions": [], "versions": []})
        here = drift(inside, alone, usual, window, least=LEAST_INSIDE)
    shifts = []
    for one in [one for one in found.shifts if one.kind == "number"][:ONSETS]:
        rows = sample.inside(one.where)
        began = onset_of_values(sample.at_ms[rows], sample.numbers[one.column][rows])
        if began is not None:
            scope = Scope.of({dim: [value] for dim, value in one.where})
            shifts.append(ValueShift(one.column, scope, began))
    return {"drift": found, "drift_here": here, "shifts": tuple(shifts)}


def _embedded(relation: Relation, columns: TraceColumns, known: Triage) -> Triage:
    window, usual = _windows(known)
    segment = known.main.segments[0] if known.main and known.main.segments else None
    vectors = embedding_shift(relation, columns, usual, window)
    inside_vectors = None
    if segment is not None and segment.scope.dims:
        where = sql.scope(relation.dialect, segment.scope)
        inside_vectors = embedding_shift(relation, columns, usual, window, where)
    return replace(known, embedding=vectors, embedding_here=inside_vectors)


def _concluded(relation: Relation, columns: TraceColumns, matrix: Severity, known: Triage, asked: Question) -> Triage:
    segment = known.main.segments[0] if known.main and known.main.segments else None
    here = known.embedding_here
    vectors = here if here is not None and here.p is not None else known.embedding
    told = hypotheses(
        columns, segment, known.drift, known.health, known.changes, known.attacks_here or known.attacks, known.baseline,
        known.drift_here, vectors,
    )  # fmt: skip
    factor = _factor(known)
    level = suggest(
        matrix, known.signal, segment, factor, _worse(known), known.attacks_here or known.attacks, known.fairness
    )
    unknown = _unknown(columns, known, asked)
    end_ms = known.line.end_ms if known.line else 0
    if known.leakage_here or known.attacks_here:
        beside = in_texts(known.leakage_here, known.attacks_here, "in this segment")
    else:
        beside = in_texts(known.leakage, known.attacks, "read")
    about = known.main or (known.found[0] if known.found else None)
    sentence = statement(known.signal, about, known.validity, end_ms, beside, unknown, timeless=known.timeless)
    return replace(
        known, hypotheses=told, severity=level, statement=sentence, columns_read=tuple(relation.asked), unknown=unknown
    )


def _worse(known: Triage) -> Leakage | None:
    """What the segment's texts hold, where anything was found in them; else what all traffic's do."""
    here = known.leakage_here
    found = here is not None and (any(one.found.found for one in here.kinds) or here.cross_tenant.shown)
    return here if found else known.leakage


def _factor(known: Triage) -> float | None:
    """The main signal's rate over all traffic in the window, over the rate outside it."""
    if known.signal is None or known.line is None or known.incident is None:
        return None
    line, name = known.line, known.signal.name
    first, last = (
        max(0, line.bucket(known.incident.from_ms)),
        min(line.buckets, line.bucket(known.incident.to_ms - 1) + 1),
    )
    found, asked = line.found[name], line.asked[name]
    inside, exposed = int(found[first:last].sum()), int(asked[first:last].sum())
    outside, rest = int(found.sum()) - inside, int(asked.sum()) - exposed
    return (inside / exposed) / (outside / rest) if exposed and outside and rest else None


def _unknown(columns: TraceColumns, known: Triage, asked: Question) -> tuple[str, ...]:
    """What these traces cannot tell, said in one place."""
    told: list[str] = []
    if known.timeless:
        told.append(f"{known.timeless}: nothing is said about when, and nothing is compared with before.")
    elif known.extent.undated:
        told.append(f"{counted(known.extent.undated, 'row has', 'rows have')} no time: in no count by time.")
    aside = known.provenance.set_aside or {}
    told += [f"{counted(count, 'row', 'rows')} could not be read: {reason}." for reason, count in aside.items()]
    if known.line and (silent := known.health.volume.silences if known.health else ()):
        told.append(
            f"{counted(len(silent), 'stretch holds', 'stretches hold')} no rows where rows were usual: what happened then is not in the traces."
        )
    if not columns.signals:
        told.append("No signal is named: nothing could be searched for a rise.")
    if not columns.groups:
        told.append("Whether a group is treated differently: no protected attribute is named.")
    if not asked.texts:
        told.append("Leakage and attacks: reading text was not allowed.")
    elif not (columns.input or columns.output):
        told.append("Leakage and attacks: the traces hold no text.")
    if not columns.user:
        told.append("How many people were touched: no column names users.")
    if known.guessed:
        told.append("Without a rise there is no window: the last quarter of the time was compared with the rest.")
    return tuple(told)
