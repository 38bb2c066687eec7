"""What the team knows, as facts that may be said: read from the entries that every player has been shown, and only those.

`READ` lists, type by type, the fields that are read. Each of them is in every player's view (a test holds this against
`views.project`), so that no answer key, unrevealed inject or private message can reach a fact, whoever asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, TypeVar, cast

from hotwash.comms.facts import (
    AlertCheck,
    Change,
    Closing,
    Dims,
    Fact,
    Facts,
    Idea,
    Lever,
    LeverState,
    Proof,
    Range,
    Said,
    dims_of,
)
from hotwash.drill.design import DrillDesign
from hotwash.drill.journal import Journal, Line, Of
from hotwash.drill.kept import Kept
from hotwash.drill.views.fold import Fold
from hotwash.kit.schema.kit import Kit
from hotwash.ports.system import SystemDescription

READ: Mapping[str, str] = {
    "seat_taken": "seat person",
    "seat_handed_over": "to_person",
    "alert_fired": "alert count",
    "complaint_received": "about",
    "change_logged": "at_ms component from_version to_version note",
    "incident_opened": "title",
    "incident_stated": "statement",
    "classified": "bucket mode",
    "severity_set": "level",
    "major_incident_declared": "criteria",
    "incident_stood_down": "reason",
    "impact_assessed": "who people_low people_high data_involved jurisdictions promises reversible ongoing money_low_usd "
    "money_high_usd",
    "scope_set": "scope since_ms share_low share_high statement",
    "signal_validated": "alert verdict note",
    "hypothesis_raised": "hypothesis statement component mode",
    "test_recorded": "hypothesis result",
    "decision_recorded": "kind",
    "lever_requested": "call kind scope arguments",
    "lever_refused": "call",
    "lever_pulled": "call kind scope arguments effective_ms",
    "lever_took_effect": "call kind",
    "lever_reverted": "call effective_ms",
    "suite_run": "suite scope trials failures",
    "update_published": "draft variant text next_due_ms",
    "no_duty_recorded": "obligation reason",
    "recovery_declared": "state",
}
"""Type → the fields that are read of it."""
NUMBER = re.compile(r"(?<![\w.-])\d[\d,]*(?:\.\d+)?(?![\w-])")
REACHED: Mapping[str, LeverState] = {
    "lever_requested": "requested", "lever_refused": "refused", "lever_pulled": "pulled",
    "lever_took_effect": "in-effect", "lever_reverted": "reverted",
}  # fmt: skip
Part = tuple[tuple[str, ...], Callable[[Of], Any]]
T = TypeVar("T")


def team_facts(journal: Journal, design: DrillDesign, now_ms: int) -> Facts:
    """What the team knows now; `rests_on` are versions of the log. Of the design only what anybody may know is read."""

    def after(kind: str, count: int) -> Iterable[Line]:
        return journal.of(kind)[count:]

    log = _Log(after, journal.kept if journal.newest_ms <= now_ms else Kept(), now_ms)
    return _at(log, design.system, design.kit, design.scenario.story_start)


def seat_facts(view: Fold, system: SystemDescription, kit: Kit, start: datetime, now_ms: int) -> Facts:
    """The same from what one seat was shown; `rests_on` are positions in that seat's view."""
    return _at(_log_of(view, now_ms), system, kit, start)


def seat_people(view: Fold, now_ms: int) -> Fact[Range] | None:
    """Of what one seat was shown, only how many people it touches: asked for at every look."""
    log = _log_of(view, now_ms)
    people: Fact[Range] | None = _part(log, "impact")["people"]
    return people


def _log_of(view: Fold, now_ms: int) -> _Log:
    def after(kind: str, count: int) -> Iterable[Line]:
        return (Line(one.position, one.drill_ms, one.seat, one.data) for one in islice(view.of(kind), count, None))

    whole = not view.events or view.events[-1].drill_ms <= now_ms
    return _Log(after, view.kept if whole else Kept(), now_ms)


@dataclass(frozen=True)
class _Log:
    """Entries up to a moment, with the fields that may be read. What is made of a whole log is kept for later moments; a look at
    the past keeps nothing."""

    after: Callable[[str, int], Iterable[Line]]
    """Entries of a type after the first so many."""
    kept: Kept
    now_ms: int

    def of(self, kind: str) -> Sequence[Line]:
        """Entries of one type."""
        return self.keep(f"facts: {kind}", (kind,), lambda: self._read(kind))

    def keep(self, name: str, types: Sequence[str], make: Callable[[], T]) -> T:
        """Something made of entries of some types."""
        return self.kept.get(name, types, make)

    def _read(self, kind: str) -> Sequence[Line]:
        fields = READ[kind].split()
        earlier: list[Line] = self.keep(f"facts: {kind}, so far", (), list)
        earlier += [
            Line(one.version, one.at_ms, one.seat, {name: one.data[name] for name in fields if name in one.data})
            for one in self.after(kind, len(earlier))
            if one.at_ms <= self.now_ms
        ]
        return earlier


@dataclass
class _Moment:
    """Facts as they were looked at last: several look at one moment."""

    of: Facts | None = None
    facts: Facts | None = None


def _at(log: _Log, system: SystemDescription, kit: Kit, start: datetime) -> Facts:
    """What is known at the moment of a log."""
    known = _facts(log, system, kit, start)
    last = log.keep("facts at a moment", (), _Moment)
    if last.of is not known or last.facts is None or last.facts.now_ms != log.now_ms:
        last.of, last.facts = known, _in_effect(known, log.now_ms)
    return last.facts


def _in_effect(facts: Facts, now_ms: int) -> Facts:
    """The same facts at a moment: what was pulled takes effect by itself."""
    levers = tuple(
        replace(one, state="in-effect") if one.state == "pulled" and (one.since_ms or 0) < now_ms else one
        for one in facts.levers
    )
    return replace(facts, now_ms=now_ms, levers=levers)


def _facts(log: _Log, system: SystemDescription, kit: Kit, start: datetime) -> Facts:
    return log.keep("facts", tuple(READ), lambda: _made(log, system, kit, start))


def _made(log: _Log, system: SystemDescription, kit: Kit, start: datetime) -> Facts:
    of = log.of
    severities = tuple(Fact(one.data["level"], one.version, one.at_ms) for one in of("severity_set"))
    level = kit.severity.levels.get(severities[-1].value) if severities else None
    scope = _scope(of)
    parts = {name: _part(log, name) for name in PARTS}
    return Facts(
        start=start,
        service=system.title.split(",")[0],
        dimensions=dict(system.dimensions),
        components=tuple(system.versions),
        suites=_suites(system, scope.value if scope else {}),
        severity=severities[-1] if severities else None,
        severities=severities,
        cadence_min=replace(severities[-1], value=level.update_every_min) if severities and level else None,
        scope=scope,
        **parts.pop("moments"),
        **parts.pop("impact"),
        **parts,
    )


def _part(log: _Log, name: str) -> Any:
    types, make = PARTS[name]
    return log.keep(f"facts, {name}", types, partial(make, log.of))


def _last(of: Of, kind: str, name: str) -> Fact[Any] | None:
    """The newest value of a field that is not empty."""
    found = [one for one in of(kind) if one.data.get(name) not in (None, "", (), [])]
    return _fact(found[-1], found[-1].data[name]) if found else None


def _fact(line: Line, value: Any) -> Fact[Any]:
    return Fact(tuple(value) if isinstance(value, list) else value, line.version, line.at_ms)


def _first(lines: Iterable[Line]) -> Fact[int] | None:
    """The moment of the earliest of some entries."""
    line = min(lines, key=lambda one: one.version, default=None)
    return Fact(line.at_ms, line.version, line.at_ms) if line else None


def _moments(of: Of) -> dict[str, Any]:
    """Onset, detection, awareness, opening and declaration."""
    declared = [one for one in of("decision_recorded") if one.data["kind"] == "declare"]
    return {
        "onset": _last(of, "scope_set", "since_ms"),
        "detected": _first([*of("alert_fired"), *of("complaint_received")]),
        "aware": _first(one for one in of("signal_validated") if one.data["verdict"] == "confirmed"),
        "opened": _first(of("incident_opened")),
        "declared": _first([*of("major_incident_declared"), *declared]),
        "major": _last(of, "major_incident_declared", "criteria"),
    }


def _closing(of: Of) -> Fact[Closing] | None:
    """How it ended. A stand-down holds until something is confirmed after it, or an incident is opened anew."""
    down, recovered = of("incident_stood_down"), of("recovery_declared")
    real = [one.version for one in of("signal_validated") if one.data["verdict"] == "confirmed"]
    again = [*real, *(one.version for one in of("incident_opened"))]
    ends = [(one, "false-alarm") for one in down if one.version > max(again, default=0)]
    ends += [(one, one.data["state"]) for one in recovered]
    if not ends:
        return None
    line, state = max(ends, key=lambda one: one[0].version)
    return Fact(cast("Closing", state), line.version, line.at_ms)


def _scope(of: Of) -> Fact[Dims] | None:
    line = next(reversed(of("scope_set")), None)
    return Fact(dims_of(line.data["scope"]), line.version, line.at_ms) if line else None


def _impact(of: Of) -> dict[str, Any]:
    """The last assessment, field by field: an empty field of a later one does not unsay an earlier one."""
    names = ("who", "data_involved", "jurisdictions", "promises", "reversible", "ongoing")
    return {
        **{name: _last(of, "impact_assessed", name) for name in names},
        "people": _range(of, "impact_assessed", "people_low", "people_high"),
        "money_usd": _range(of, "impact_assessed", "money_low_usd", "money_high_usd"),
        "share": _range(of, "scope_set", "share_low", "share_high"),
    }


def _range(of: Of, kind: str, low: str, high: str) -> Fact[Range] | None:
    told = [one for one in of(kind) if one.data.get(low) is not None or one.data.get(high) is not None]
    if not told:
        return None
    return _fact(told[-1], Range(told[-1].data.get(low), told[-1].data.get(high)))


def _ideas(of: Of) -> tuple[Idea, ...]:
    found: dict[str, Idea] = {}
    for one in of("hypothesis_raised"):
        found[one.data["hypothesis"]] = Idea(
            one.data["hypothesis"], one.data["statement"], one.data["component"], one.data["mode"], "open",
            one.version, one.at_ms,
        )  # fmt: skip
    reached = {"supports": "supported", "refutes": "refuted"}
    for one in of("test_recorded"):
        idea, state = found.get(one.data["hypothesis"]), reached.get(one.data["result"])
        if idea and state:
            found[idea.id] = replace(idea, state=cast("Any", state), rests_on=one.version, at_ms=one.at_ms)
    return tuple(found.values())


def _levers(of: Of) -> tuple[Lever, ...]:
    found: dict[str, Lever] = {}
    for one, state in sorted(((one, state) for kind, state in REACHED.items() for one in of(kind)), key=_order):
        data = one.data
        if "arguments" in data:
            lever = Lever(data["call"], data["kind"], dims_of(data["scope"]), dict(data["arguments"]), state)
            found[lever.call] = lever
        if data["call"] in found:
            since = data.get("effective_ms", found[data["call"]].since_ms)
            found[data["call"]] = replace(found[data["call"]], state=state, since_ms=since, rests_on=one.version)
    return tuple(found.values())


def _order(one: tuple[Line, object]) -> int:
    return one[0].version


def _proofs(of: Of) -> tuple[Proof, ...]:
    return tuple(
        Proof(
            one.data["suite"],
            one.data["trials"],
            one.data["failures"],
            one.at_ms,
            dims_of(one.data["scope"]),
            one.version,
        )
        for one in of("suite_run")
    )


def _checks(of: Of) -> tuple[AlertCheck, ...]:
    return tuple(
        AlertCheck(one.data["alert"], one.data["verdict"], one.data["note"], one.version, one.at_ms)
        for one in of("signal_validated")
    )


def _changes(of: Of) -> tuple[Change, ...]:
    return tuple(Change(**one.data, rests_on=one.version) for one in of("change_logged"))


def _no_duty(of: Of) -> dict[str, Fact[str]]:
    return {one.data["obligation"]: Fact(one.data["reason"], one.version, one.at_ms) for one in of("no_duty_recorded")}


def _said(of: Of) -> tuple[Said, ...]:
    return tuple(
        Said(one.data["draft"], one.data["variant"], one.data["text"], one.at_ms, one.data["next_due_ms"], one.version)
        for one in of("update_published")
    )


def _seats(of: Of) -> dict[str, Fact[str]]:
    held: dict[str, Fact[str]] = {}
    lines = [*((one, one.data["seat"], one.data["person"]) for one in of("seat_taken"))]
    lines += [(one, one.seat, one.data["to_person"]) for one in of("seat_handed_over")]
    for one, seat, person in sorted(lines, key=lambda told: told[0].version):
        held[seat] = Fact(person, one.version, one.at_ms)
    return held


def _numbers(of: Of) -> tuple[Fact[float], ...]:
    """Numbers that stand in the log besides ranges: in alerts, suites and the sentences of the room."""
    found = [_fact(one, float(one.data["count"])) for one in of("alert_fired")]
    found += [_fact(one, float(one.data[name])) for one in of("suite_run") for name in ("trials", "failures")]
    for kind, name in (("incident_stated", "statement"), ("scope_set", "statement"), ("signal_validated", "note")):
        for one in of(kind):
            found += [_fact(one, float(said[0].replace(",", ""))) for said in NUMBER.finditer(one.data[name])]
    return tuple(found)


def _suites(system: SystemDescription, scope: Dims) -> tuple[str, ...]:
    """The proofs that can be asked for: replayed cases always, the cache where there is one, paired probes where the scope
    names a group that nobody may route by, so a group of people."""
    people = any(dim not in system.routable for dim in scope)
    fits = {"cache": "cache_flush" in system.levers, "bias": people}
    return tuple(one for one in system.suites if fits.get(one, True))


def _newest(kind: str, name: str) -> Part:
    """The newest value of a field that is not empty."""
    return (kind,), lambda of: _last(of, kind, name)


MOMENTS = (
    "scope_set", "alert_fired", "complaint_received", "signal_validated", "incident_opened", "major_incident_declared",
    "decision_recorded",
)  # fmt: skip
PARTS: Mapping[str, Part] = {
    "title": _newest("incident_opened", "title"),
    "statement": _newest("incident_stated", "statement"),
    "bucket": _newest("classified", "bucket"),
    "mode": _newest("classified", "mode"),
    "next_update": _newest("update_published", "next_due_ms"),
    "scope_statement": _newest("scope_set", "statement"),
    "closing": (("incident_stood_down", "recovery_declared", "signal_validated", "incident_opened"), _closing),
    "moments": (MOMENTS, _moments),
    "impact": (("impact_assessed", "scope_set"), _impact),
    "ideas": (("hypothesis_raised", "test_recorded"), _ideas),
    "levers": (tuple(REACHED), _levers),
    "proofs": (("suite_run",), _proofs),
    "changes": (("change_logged",), _changes),
    "checks": (("signal_validated",), _checks),
    "said": (("update_published",), _said),
    "no_duty": (("no_duty_recorded",), _no_duty),
    "seats": (("seat_taken", "seat_handed_over"), _seats),
    "other_numbers": (("alert_fired", "suite_run", "incident_stated", "scope_set", "signal_validated"), _numbers),
}
"""Fields of the facts, two of them groups of fields → the types that they are made of, and how."""
