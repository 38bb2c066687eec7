"""What obligations rest on in a drill: answers, moments and noes, read from entries that every player has been shown."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hotwash.comms.facts import Facts, Range
from hotwash.comms.obligations.check import Incident, NoDuty
from hotwash.comms.obligations.moments import Moment, Moments
from hotwash.comms.obligations.notice import Known
from hotwash.comms.obligations.tree import Answer, Given
from hotwash.drill.journal import Line, Of
from hotwash.drill.views.fold import Fold

NOTICED = "the first alert or complaint of the log"


def of_view(view: Fold) -> Of:
    """Entries as one audience has been shown them; versions are positions in its view."""
    return lambda kind: [Line(one.position, one.drill_ms, one.seat, one.data) for one in view.of(kind)]


def moments_of(of: Of, start: datetime, also: Moment | None = None) -> Moments:
    """Moments in the order in which they were put on record; `also` is one that is being recorded now. Besides those that
    somebody recorded: what the log shows of when it was noticed, assessments that name the moment of awareness, notices
    that were sent, and clocks that began with the assessment because nobody had named a moment. A moment recorded for the
    whole incident replaces what assessments before it said about awareness."""
    found = [(line.version, _recorded(line, start)) for line in of("moment_recorded")]
    found += [(1 << 60, also)] if also else []
    whole = max((version for version, one in found if (one.anchor, one.of) == ("aware", "")), default=0)
    for line in of("obligation_assessed"):
        if line.data["aware_ms"] is not None and line.version > whole:
            found.append((line.version, _aware(line, line.data["aware_ms"], line.data["reason"], start)))
    named = {one.of for _, one in found if one.anchor == "aware"}
    for line in of("obligation_clock_started"):
        if line.data.get("anchor", "aware") == "aware" and not named & {"", line.data["obligation"]}:
            found.append(
                (0, _aware(line, line.data["aware_ms"], "assessed then, and nobody had named a moment", start))
            )
    found += [(line.version, _submitted(line, start)) for line in of("authority_notified")]
    alerts = (line for kind in ("alert_fired", "complaint_received") for line in of(kind))
    noticed = min(alerts, key=lambda line: line.version, default=None)
    if noticed is not None:
        found.append((0, Moment("detected", at(start, noticed.at_ms), "the log", NOTICED, rests_on=noticed.version)))
    return Moments.of(moment for _, moment in sorted(found, key=lambda one: one[0]))


def incident_of(of: Of, facts: Facts) -> Incident:
    """The incident as it is known now, for the questions, clocks and notices of the pane and of stand-ins."""
    assessed = {line.data["obligation"]: line for line in of("obligation_assessed")}
    none = {line.data["obligation"]: line for line in of("no_duty_recorded")}
    none = {
        name: line
        for name, line in none.items()
        if name not in assessed or assessed[name].data["applies"] != "yes" or assessed[name].version < line.version
    }
    return Incident(
        day=facts.start.date(),
        given=answers_of(of),
        moments=moments_of(of, facts.start),
        known=known_of(facts),
        no_duty={name: NoDuty(line.data["reason"], line.seat, line.version) for name, line in none.items()},
    )


def answers_of(of: Of) -> dict[str, Given]:
    """The newest answer to each question, and what it was before."""
    found: dict[str, Given] = {}
    for line in of("question_answered"):
        before = found.get(line.data["question"])
        said: Answer = line.data["answer"]
        found[line.data["question"]] = Given(said, line.seat, line.data["reason"], before.answer if before else None)
    return found


def known_of(facts: Facts) -> dict[str, Known]:
    """What a notice can say of what the team knows, with the entry that it rests on."""
    found: dict[str, Known] = {}

    def say(name: str, fact: Any, words: str) -> None:
        if fact is not None:
            found[name] = Known(words, fact.rests_on)

    stated = facts.statement or facts.scope_statement or facts.title
    say("what", stated, stated.value if stated else "")
    say("who", facts.who, facts.who.value if facts.who else "")
    say("people", facts.people, _span(facts.people.value) if facts.people else "")
    say("data", facts.data_involved, ", ".join(facts.data_involved.value) if facts.data_involved else "")
    say("borders", facts.jurisdictions, ", ".join(facts.jurisdictions.value) if facts.jurisdictions else "")
    say("severity", facts.severity, f"Sev-{facts.severity.value}" if facts.severity else "")
    if facts.service:
        found["system"] = Known(facts.service)
    if facts.cause is not None:
        found["cause"] = Known(facts.cause.statement, facts.cause.rests_on)
    if facts.in_force:
        named = "; ".join(f"{one.kind.replace('_', ' ')} since {_clock(facts, one.since_ms)}" for one in facts.in_force)
        found["measures"] = Known(named, facts.in_force[-1].rests_on)
    return found


def at(start: datetime, drill_ms: int) -> datetime:
    """Drill time as story time."""
    return start + timedelta(milliseconds=drill_ms)


def drill_ms(start: datetime, moment: datetime) -> int:
    """Story time as drill time."""
    return round((moment - start) / timedelta(milliseconds=1))


def _clock(facts: Facts, ms: int | None) -> str:
    return f"{facts.at(ms or 0):%H:%M}"


def _span(span: Range) -> str:
    low, high = span.low, span.high
    if low is None or high is None:
        return f"at least {low:g}" if low is not None else f"at most {high:g}" if high is not None else "not known"
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _recorded(line: Line, start: datetime) -> Moment:
    data = line.data
    first, last = data["earliest_ms"], data["latest_ms"]
    return Moment(
        data["moment"], at(start, data["at_ms"]), line.seat, data["reason"], data["obligation"],
        None if first is None else at(start, first), None if last is None else at(start, last), line.version,
    )  # fmt: skip


def _submitted(line: Line, start: datetime) -> Moment:
    of = line.data["obligation"]
    return Moment("submitted", at(start, line.at_ms), line.seat, "the notice was sent", of, rests_on=line.version)


def _aware(line: Line, aware_ms: int, why: str, start: datetime) -> Moment:
    return Moment("aware", at(start, aware_ms), line.seat, why, line.data["obligation"], rests_on=line.version)
