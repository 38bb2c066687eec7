"""Facts from a file of an organisation's own, in the form of `hotwash.kit.schema.facts`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from hotwash.comms.facts import AlertCheck, Fact, Facts, Idea, Lever, Proof, Range, dims_of
from hotwash.kit.schema.facts import FactsFile, Span

T = TypeVar("T")


def facts_of_file(file: FactsFile) -> Facts:
    """The facts that a file states. Drill time is counted from its `now`, so that earlier moments are negative."""
    ms = file.ms
    levels = (*file.severity_history, *((file.severity,) if file.severity else ()))
    return Facts(
        now_ms=0,
        start=file.now,
        service=file.service,
        dimensions=dims_of(file.parts),
        components=tuple(file.components),
        suites=tuple(file.suites),
        title=_known(file.title),
        statement=_known(file.statement),
        severity=Fact(file.severity) if file.severity else None,
        severities=tuple(Fact(one) for one in levels),
        bucket=_known(file.bucket),
        mode=_known(file.mode),
        major=_known(tuple(file.major_criteria)),
        closing=Fact(file.closing) if file.closing else None,
        **{name: _moment(file, file.moment(name)) for name in type(file.times).model_fields},
        cadence_min=Fact(file.update_every_min) if file.update_every_min else None,
        scope=_known(dims_of(file.scope)),
        scope_statement=_known(file.scope_statement),
        people=_range(file.people),
        money_usd=_range(file.money_usd),
        share=_range(file.share_percent),
        who=_known(file.who),
        data_involved=_known(tuple(file.data_involved)),
        data_cleared=_known(file.data_cleared_by),
        jurisdictions=_known(tuple(file.jurisdictions)),
        promises=_known(file.promises),
        reversible=None if file.reversible is None else Fact(file.reversible),
        ongoing=None if file.ongoing is None else Fact(file.ongoing),
        ideas=tuple(
            Idea(one.id, one.statement, one.component, one.mode, one.state, i) for i, one in enumerate(file.hypotheses)
        ),
        levers=tuple(
            Lever(f"{one.kind}-{i}", one.kind, dims_of(one.scope), one.arguments, one.state, ms(one.since))
            for i, one in enumerate(file.containment)
        ),
        proofs=tuple(Proof(one.suite, one.trials, one.failures, ms(one.at)) for one in file.proofs),
        checks=tuple(AlertCheck(one.alert, one.verdict, one.note) for one in file.checks),
        seats={seat: Fact(person) for seat, person in file.seats.items()},
    )


def _known(value: T) -> Fact[T] | None:
    return Fact(value) if value else None


def _moment(file: FactsFile, moment: datetime | None) -> Any:
    return None if moment is None else Fact(file.ms(moment))


def _range(span: Span | None) -> Fact[Range] | None:
    return None if span is None else Fact(Range(span.low, span.high))
