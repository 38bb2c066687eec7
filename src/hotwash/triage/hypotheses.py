"""The five standard hypotheses, tested side by side on what has been counted: data, labels, retrieval, a change, an attack or load.

A verdict is about a test, not about a cause: each says what was tested, what came out, and what would refute it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hotwash.kit.schema.columns import TraceColumns
from hotwash.ports.scope import Scope
from hotwash.triage.attack import Attacks
from hotwash.triage.changes import RankedChange
from hotwash.triage.drift import Drift, Shift
from hotwash.triage.embedding import EmbeddingShift
from hotwash.triage.health import Health
from hotwash.triage.segments import Segment
from hotwash.triage.timeline import Window
from hotwash.triage.words import joined, place, share

Verdict = Literal["supported", "not supported", "cannot be tested"]
LOAD, LOAD_IN_A_DAY = 1.5, 3.0
"""Traffic at this many times the usual counts as load; the second where less than a day is there to compare with, since nights are quiet."""


@dataclass(frozen=True)
class Hypothesis:
    """One of the five: what was tested, what came out, what would refute it or what to do to test it at all."""

    id: str
    title: str
    verdict: Verdict
    tested: str
    result: str
    refuted_by: str


def hypotheses(
    columns: TraceColumns,
    segment: Segment | None,
    drift: Drift | None,
    health: Health | None,
    changes: Sequence[RankedChange],
    attacks: Attacks | None,
    baseline: Window | None = None,
    inside: Drift | None = None,
    vectors: EmbeddingShift | None = None,
) -> tuple[Hypothesis, ...]:
    """All five, in the order of the runbook. `inside` is the drift of the segment's own traffic, `vectors` that of
    its embeddings (of all traffic without a segment)."""
    scope = segment.scope if segment else None
    return (
        _data(columns, scope, drift, inside, vectors),
        _labels(columns, health),
        _retrieval(scope, health),
        _change(columns, scope, changes),
        _attack(columns, health, attacks, baseline),
    )


def _data(
    columns: TraceColumns,
    scope: Scope | None,
    drift: Drift | None,
    inside: Drift | None,
    vectors: EmbeddingShift | None,
) -> Hypothesis:
    what = "Data shift"
    refuted = "Inputs of the segment from before, sent through the service as it is now: if they fail too, the data did not do it."
    told_apart = vectors is not None and vectors.p is not None
    if drift is None or not (columns.features or columns.score or told_apart):
        return Hypothesis("data-shift", what, "cannot be tested", "Nothing: no feature is named.",
                          "Name `features` or `embedding` in columns.yaml.", refuted)  # fmt: skip
    tested = f"{drift.tests:,} comparisons of features and categories, by segment, before against after{'; embeddings' if told_apart else ''}."
    here = [one for one in drift.shifts if _touches(one, scope) and one.mix is None]
    here += [one for one in (inside.shifts if inside else ()) if one.mix is None]
    moved = [_vectors(vectors)] if vectors is not None and vectors.moved else []
    if here or moved:
        told = joined([*(_shift(one) for one in here[:3]), *moved])
        return Hypothesis("data-shift", what, "supported", tested, f"{told}.", refuted)
    elsewhere = f" Elsewhere: {joined([_shift(one) for one in drift.shifts[:2]])}." if drift.shifts else ""
    return Hypothesis(
        "data-shift", what, "not supported", tested, f"Nothing moved where it went wrong.{elsewhere}", refuted
    )


def _touches(shift: Shift, scope: Scope | None) -> bool:
    if scope is None or not shift.where:
        return True
    return all(not scope.values(dim) or value in scope.values(dim) for dim, value in shift.where)


def _shift(one: Shift) -> str:
    where = f" for {place(Scope.of({dim: [value] for dim, value in one.where}))}" if one.where else ""
    if one.median_before is not None and one.median_after is not None:
        return f"{one.column}{where} moved from a median of {one.median_before:.4g} to {one.median_after:.4g} (PSI {one.psi:.2f}, noise {one.noise:.2f})"
    return f"the mix of {one.column}{where} moved (PSI {one.psi:.2f}, noise {one.noise:.2f})"


def _vectors(one: EmbeddingShift) -> str:
    return f"{one.column} moved by {one.distance:.3f} of the largest energy distance (noise {one.noise:.3f})"


def _labels(columns: TraceColumns, health: Health | None) -> Hypothesis:
    what = "Labels or joins"
    refuted = "The same rate over rows whose label has arrived at the same age: if it still rose, labels did not do it."
    moved = [one for one in health.missing if one.moved] if health else []
    labels = health.labels if health else None
    if not (columns.label or moved or (health and health.twice)):
        return Hypothesis("labels", what, "cannot be tested", "Missing values only: no label is named.",
                          "No column emptied. Whether labels came late is not known without `label` and `label_time`.", refuted)  # fmt: skip
    tested = "Age of labels, missing values before against after, ids that are there twice."
    told = []
    if labels and labels.slower:
        told.append("labels arrive later than they did at the same age")
    told += [
        f"{one.column} is missing in {share(one.shares.now)} of rows, before {share(one.shares.before)}"
        for one in moved[:3]
    ]
    if health and health.twice:
        told.append(f"{health.twice:,} ids are there twice")
    if told:
        return Hypothesis("labels", what, "supported", tested, f"{joined(told)[0].upper()}{joined(told)[1:]}.", refuted)
    return Hypothesis("labels", what, "not supported", tested, "Labels arrive as before and no join broke.", refuted)


def _retrieval(scope: Scope | None, health: Health | None) -> Hypothesis:
    what = "Retrieval or context"
    refuted = "The segment's questions with documents put in by hand: if answers stay wrong, retrieval did not do it."
    index = [name for name in (scope.dims if scope else ()) if "index" in name[0] or "corpus" in name[0]]
    found = health.retrieval if health else None
    if found is None and not index:
        return Hypothesis("retrieval", what, "cannot be tested", "Nothing: the traces do not say what searches found.",
                          "Name `retrieved` in columns.yaml, or the index version as a dimension.", refuted)  # fmt: skip
    tested = "Share of searches that found nothing, documents a search, index versions in the segment."
    told = []
    if found and found.worse:
        told.append(
            f"searches that found nothing went from {share(found.nothing.before)} to {share(found.nothing.now)}"
        )
    if index:
        told.append(f"the segment is told apart by {place(Scope(tuple(index)))}")
    if told:
        return Hypothesis(
            "retrieval", what, "supported", tested, f"{joined(told)[0].upper()}{joined(told)[1:]}.", refuted
        )
    return Hypothesis("retrieval", what, "not supported", tested, "Searches find what they found before.", refuted)


def _change(columns: TraceColumns, scope: Scope | None, changes: Sequence[RankedChange]) -> Hypothesis:
    what = "A change of model, prompt, index or policy"
    refuted = (
        "The incident's requests on the bundle before the change: if they fail there too, the change did not do it."
    )
    versions = [pair for pair in (scope.dims if scope else ()) if pair[0] in columns.versions]
    near = [one for one in changes if one.place == "inside the interval"]
    if not columns.versions and not changes:
        return Hypothesis("change", what, "cannot be tested", "Nothing: no version is named and there is no change log.",
                          "Name `versions` in columns.yaml, or give a change log with --changes.", refuted)  # fmt: skip
    tested = "Versions in the segment, versions first seen, and the change log, against the interval of the onset."
    told = []
    if versions:
        told.append(f"the segment is told apart by {place(Scope(tuple(versions)))}")
    told += [f"{one.change.what} lies inside the interval of the onset" for one in near[:2]]
    if told:
        return Hypothesis(
            "change",
            what,
            "supported",
            tested,
            f"{joined(told)[0].upper()}{joined(told)[1:]}. Near is not because.",
            refuted,
        )
    return Hypothesis(
        "change", what, "not supported", tested, "No known change lies inside the interval of the onset.", refuted
    )


def _attack(
    columns: TraceColumns, health: Health | None, attacks: Attacks | None, baseline: Window | None
) -> Hypothesis:
    what = "Injection, tool abuse or load"
    refuted = "The rate without the requests that carry a payload, and without the busiest senders: if it stays, attackers did not do it."
    ratio = health.volume.ratio if health else None
    told = []
    if attacks and attacks.reached.found:
        told.append(
            f"{attacks.reached.found:,} requests carried a payload to the model, {attacks.executed_of_reached.found:,} of them ended in an action"
        )
    if ratio and ratio > (LOAD if baseline and baseline.minutes >= 1440 else LOAD_IN_A_DAY):
        told.append(f"traffic is at {ratio:.1f} times the usual")
    tested = (
        "Payloads in inputs, documents and tool results; actions in calls and answers; traffic before against after."
    )
    if told:
        return Hypothesis("attack", what, "supported", tested, f"{joined(told)[0].upper()}{joined(told)[1:]}.", refuted)
    if attacks is None or not (columns.input or columns.documents or columns.tool_calls):
        return Hypothesis("attack", what, "cannot be tested", "Traffic alone: no text may be read, or none is named.",
                          "Traffic is as usual. Name `input`, `documents` and `tool_calls` in columns.yaml.", refuted)  # fmt: skip
    return Hypothesis(
        "attack", what, "not supported", tested, "No known payload was seen, and traffic is as usual.", refuted
    )
