"""Negative space: what could be seen and was not acted on, found in the record. Nothing is told of what nobody could see.

Seven kinds: alerts, charts over a threshold that no alert named, complaints, injects, duties of rules, hypotheses, changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from hotwash.aftermath.names import in_titles
from hotwash.aftermath.postmortem.charts import crossings
from hotwash.aftermath.postmortem.late import done_at_last
from hotwash.aftermath.postmortem.material import Material, events
from hotwash.drill import events as e
from hotwash.drill.payloads import Payload
from hotwash.kernel.clock import MINUTE, stamp
from hotwash.scoring.best_plan import REACTION_MIN
from hotwash.scoring.case import Case, Entry

MOST_CITED = 18
"""Complaints that one row cites by name; their number is a figure of its own."""
Kind = Literal["alert", "chart", "complaint", "inject", "rule", "hypothesis", "change"]


@dataclass(frozen=True)
class Unseen:
    """A signal that lay there from `since_ms` until `until_ms`; `acted` says whether somebody acted then, or play ended.
    `acting` is what acting would have been; `refs` cite the signal first and what ended it last."""

    kind: Kind
    what: str
    since_ms: int
    until_ms: int
    acted: bool
    acting: str
    refs: tuple[str, ...]

    @property
    def lay_min(self) -> float:
        """How long it lay there, in minutes."""
        return (self.until_ms - self.since_ms) / MINUTE


def unseen(material: Material) -> list[Unseen]:
    """All of it, oldest first. What lay no longer than REACTION_MIN minutes, which the best plan needs too, is left out."""
    finders: tuple[Callable[[Material], Iterator[Unseen]], ...] = (
        _alerts, _charts, _complaints, _injects, _rules, _hypotheses, _changes,
    )  # fmt: skip
    found = [one for finder in finders for one in finder(material)]
    late = [one for one in found if one.lay_min > REACTION_MIN]
    return sorted(late, key=lambda one: (one.since_ms, one.kind, one.what))


def _end(material: Material, ended_by: Entry[Any] | None) -> tuple[int, bool, str]:
    """Until when, whether somebody acted, and what to cite for it."""
    if ended_by is None:
        return material.case.ended_ms, False, material.endex
    return ended_by.at_ms, True, f"e{ended_by.version}"


def _next(case: Case, after: int, wanted: Callable[[Payload], bool]) -> Entry[Payload] | None:
    return next((one for one in case.log if one.version > after and wanted(one.event)), None)


def _alerts(material: Material) -> Iterator[Unseen]:
    """An alert is acted on when somebody validates it, mends its detector or opens an incident. Repeats are the first one still lying."""
    case, until = material.case, dict[str, int]()
    for one in case.all(e.AlertFired):
        alert = one.event.alert
        if one.at_ms < until.get(alert, -1):
            continue
        opened = case.first(e.IncidentOpened)

        def answers(event: Payload, alert: str = alert) -> bool:
            return isinstance(event, e.SignalValidated | e.DetectorAdjusted) and event.alert == alert

        read: Entry[Any] | None = _next(case, one.version, answers)
        if opened is not None and opened.at_ms <= one.at_ms:
            continue  # an incident is open: the alert is part of it
        if opened is not None and (read is None or opened.version < read.version):
            read = opened
        end, acted, ref = _end(material, read)
        until[alert] = end
        spec = case.design.alerts[alert]
        where = ", ".join(f"{dim} {value}" for dim, value, _ in one.event.cells[:3] if dim)
        what = (
            f"Alert {spec.title} ({alert})"
            + (f" in {where}" if where else "")
            + f", which pages the {material.seat(spec.pages)}"
        )
        yield Unseen("alert", what, one.at_ms, end, acted, spec.first_action, (f"e{one.version}", f"kit:{alert}", ref))


def _charts(material: Material) -> Iterator[Unseen]:
    """A chart over its threshold in a segment that no alert named. It lay there until the alert named the segment, or play ended."""
    case = material.case
    for one in crossings(case, material.frame, material.baseline):
        spec = case.design.alerts[one.alert]
        named = _next(
            case,
            0,
            lambda event, one=one: (
                isinstance(event, e.AlertFired)  # type: ignore[misc]  # bound at once
                and event.alert == one.alert
                and one.cell in [cell[:2] for cell in event.cells]
            ),
        )
        since = one.from_min * MINUTE
        end, acted, ref = _end(material, named if named and named.at_ms > since else None)
        what = f"Chart {spec.title} over its threshold in {one.cell[0]} {one.cell[1]}, in {one.minutes} of {one.span} minutes"
        yield Unseen("chart", what, since, end, acted, spec.first_action, (f"fig:{one.id}", f"kit:{one.alert}", ref))


def _unread(material: Material) -> list[Entry[e.ComplaintReceived]]:
    """Complaints of the traffic that was hit, from the onset to the end of play, whose trace nobody opened."""
    case, key = material.case, material.case.design.secret.key
    if key.onset_min is None or not key.incident:
        return []
    read = {one.event.trace for one in case.all(e.TraceOpened)}
    return [
        one
        for one in case.all(e.ComplaintReceived, lambda event: event.about not in read)
        if key.onset_min * MINUTE <= one.at_ms < case.ended_ms
        and all(one.event.dims.get(dim) in values for dim, values in key.scope.items())
    ]


def _complaints(material: Material) -> Iterator[Unseen]:
    """One row for all of them, as they were one signal."""
    case, unread = material.case, _unread(material)
    if not unread:
        return
    what = f"{len(unread)} complaints out of the traffic that was hit, whose trace nobody opened"
    acting = "Open the trace that each complaint names, and read what the person was shown"
    yield Unseen(
        "complaint", what if len(unread) > 1 else what.replace("1 complaints", "A complaint"), unread[0].at_ms,
        case.ended_ms, False, acting, ("fig:unread-complaints", *events(one.version for one in unread[:MOST_CITED]), "key:scope", material.endex),
    )  # fmt: skip


def _injects(material: Material) -> Iterator[Unseen]:
    """A message is answered by a reply that names it, or by meeting what was expected of it."""
    case = material.case
    told: list[Entry[e.InjectDelivered] | Entry[e.InjectImprovised]] = [
        *case.all(e.InjectDelivered),
        *case.all(e.InjectImprovised),
    ]
    for one in told:
        inject = one.event.inject
        planned = case.design.injects.get(inject)
        expected = {each.id: each for each in planned.expects} if planned else {}
        met: list[Entry[Any]] = [
            case.log[each.event.by - 1] for each in case.all(e.ExpectationMet) if each.event.expectation in expected
        ]
        replies: list[Entry[Any]] = [each for each in case.all(e.MessageSent) if each.event.in_reply_to == inject]
        answers = [each for each in [*replies, *met] if each.version > one.version]
        first = min(answers, key=lambda each: each.version, default=None)
        end, acted, ref = _end(material, first)
        who = role_of(one.event.sender)
        asked = ", ".join(material.seat(seat) for seat in one.event.to)
        acting = next(
            (each.what for each in expected.values()), f"Answer on {one.event.channel}, and say what happens next"
        )
        what = f"Message to {asked} from {who}: {one.event.subject}"
        yield Unseen("inject", what, one.at_ms, end, acted, acting, (f"e{one.version}", ref))


def role_of(sender: str) -> str:
    """`Name, role` without the name: roles, not names."""
    name, _, role = sender.partition(", ")
    return role or name


def _rules(material: Material) -> Iterator[Unseen]:
    """Duties of if/then rules that were armed, known to the team, and missed."""
    case = material.case
    armed = {(one.event.rule, one.event.duty): one for one in case.all(e.RuleArmed) if one.event.knowable}
    for missed in case.all(e.RuleMissed):
        start = armed.get((missed.event.rule, missed.event.duty))
        if start is None:
            continue
        what = f"Duty of the {material.seat(missed.event.seat)} under rule {missed.event.rule}, due at {stamp(start.event.due_ms)}: {in_titles(missed.event.lacking, case.design.kit.lever_titles)}"
        done = done_at_last(material, start)
        end, ref = (done.since_ms, f"e{done.version}") if done else (case.ended_ms, material.endex)
        refs = (f"e{start.version}", f"e{missed.version}", ref)
        yield Unseen("rule", what, start.at_ms, end, done is not None, start.event.what, refs)


def _hypotheses(material: Material) -> Iterator[Unseen]:
    case = material.case
    for one in case.all(e.HypothesisRaised):
        tested = _next(
            case,
            one.version,
            lambda event, one=one: isinstance(event, e.TestRecorded) and event.hypothesis == one.event.hypothesis,  # type: ignore[misc]  # the default binds the loop's variable
        )
        end, acted, ref = _end(material, tested)
        acting = "Name a test that could refute it, run it, and record what came out"
        yield Unseen(
            "hypothesis",
            f"Hypothesis without a test: {one.event.statement}",
            one.at_ms,
            end,
            acted,
            acting,
            (f"e{one.version}", ref),
        )


def _changes(material: Material) -> Iterator[Unseen]:
    """Changes of the system during play that no hypothesis named."""
    case = material.case
    for one in case.all(e.ChangeLogged):
        named = _next(
            case,
            one.version,
            lambda event, one=one: isinstance(event, e.HypothesisRaised) and event.component == one.event.component,  # type: ignore[misc]  # the default binds the loop's variable
        )
        end, acted, ref = _end(material, named)
        acting = f"Raise {one.event.component} as a hypothesis, and compare before and after"
        what = f"Change of {one.event.component} in the change log: {one.event.note}"
        yield Unseen("change", what, one.at_ms, end, acted, acting, (f"e{one.version}", ref))


def unread_complaints(material: Material) -> int:
    """How many complaints of the traffic that was hit nobody looked into."""
    return len(_unread(material))


def waiting(found: Sequence[Unseen]) -> list[Unseen]:
    """Those on which nobody acted before play ended."""
    return [one for one in found if not one.acted]
