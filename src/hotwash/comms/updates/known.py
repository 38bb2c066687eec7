"""What of the facts a wording can name: states that hold or not, and slots that are filled or not, each with its entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from hotwash.comms.facts import Fact, Facts, Lever
from hotwash.comms.updates import words

FIXES = frozenset({"rollback", "failover"})
PASSING = frozenset({"cache_flush", "restore"})
LEAST_TRIALS = 20
"""A clean run of fewer cases proves nothing that an update may say."""
SOON_MIN = 15
"""Minutes that somebody is given for a decision that is asked of them."""


class Told(NamedTuple):
    """A filled slot or a state that holds, and the entries that it rests on."""

    text: str
    rests_on: tuple[int, ...] = ()


def _of(*facts: Fact[Any] | None) -> Told | None:
    """A state that holds when all of these are known."""
    return Told("", _entries(*facts)) if all(one is not None for one in facts) else None


def _entries(*facts: Fact[Any] | None) -> tuple[int, ...]:
    return tuple(dict.fromkeys(one.rests_on for one in facts if one is not None and one.rests_on))


def _levers(found: tuple[Lever, ...]) -> Told | None:
    return Told("", tuple(one.rests_on for one in found if one.rests_on)) if found else None


def _confirmed(facts: Facts) -> Told | None:
    """A signal was found to be real. Facts of an organisation's own that name mode and onset and list no checks are taken at their word."""
    real = [one for one in facts.checks if one.verdict == "confirmed"]
    if not facts.checks and facts.mode is not None and facts.onset is not None:
        return _of(facts.mode, facts.onset)
    return Told("", (real[-1].rests_on,) if real[-1].rests_on else ()) if real else None


def _false_alarm(facts: Facts) -> Told | None:
    """Called off; or everything that was looked at is spurious, and no incident was opened."""
    if facts.false_alarm:
        return _of(facts.closing)
    last = {one.alert: one for one in facts.checks}
    spurious = bool(last) and all(one.verdict == "spurious" for one in last.values())
    if not spurious or facts.opened is not None:
        return None
    return Told("", tuple(one.rests_on for one in last.values() if one.rests_on))


def _bridges(facts: Facts) -> tuple[Lever, ...]:
    return tuple(one for one in facts.in_force if one.kind not in PASSING)


def _coming(facts: Facts) -> tuple[Lever, ...]:
    return tuple(one for one in facts.levers if one.state == "pulled" and one.kind not in PASSING)


def _fixes(facts: Facts) -> tuple[Lever, ...]:
    return tuple(one for one in facts.in_force if one.kind in FIXES)


def _proved(facts: Facts) -> Told | None:
    found = facts.proved("replay", LEAST_TRIALS)
    return Told("", (found.rests_on,) if found.rests_on else ()) if found and _fixes(facts) else None


def _closed(facts: Facts, how: str) -> Told | None:
    return _of(facts.closing) if facts.closing is not None and facts.closing.value == how else None


def _cause(facts: Facts) -> Told | None:
    cause = facts.cause
    return Told(words.bare(cause.statement), (cause.rests_on,) if cause.rests_on else ()) if cause else None


def _severity(facts: Facts, *levels: int) -> Told | None:
    return _of(facts.severity) if facts.severity is not None and facts.severity.value in levels else None


STATES: Mapping[str, Callable[[Facts], Told | None]] = {
    "false-alarm": _false_alarm,
    "confirmed": _confirmed,
    "contained": lambda facts: _levers(_bridges(facts)),
    "containing": lambda facts: _levers(_coming(facts)),
    "fix-in-place": lambda facts: _levers(_fixes(facts)),
    "proved": _proved,
    "cause-confirmed": _cause,
    "recovered": lambda facts: _closed(facts, "recovered"),
    "monitoring": lambda facts: _closed(facts, "contained-monitoring"),
    "major": lambda facts: _of(facts.major),
    "severe": lambda facts: _severity(facts, 1, 2),
    "irreversible": lambda facts: _of(facts.reversible) if facts.reversible and not facts.reversible.value else None,
    "personal-data": lambda facts: (
        _of(facts.data_involved) if facts.data_involved and facts.data_involved.value else None
    ),
}
"""State → the entries that it rests on, or None where it does not hold."""


def _time(facts: Facts, fact: Fact[int] | None) -> Told | None:
    return None if fact is None else Told(words.clock(facts, fact.value), _entries(fact))


def _scope(facts: Facts) -> Told | None:
    return None if facts.scope is None else Told(words.place(facts.scope.value), _entries(facts.scope))


def _ideas(facts: Facts) -> Told | None:
    left = [one for one in facts.ideas if one.state == "open"]
    if not left:
        return None
    said = "; ".join(words.bare(one.statement) for one in left)
    return Told(said, tuple(one.rests_on for one in left if one.rests_on))


def _idea_count(facts: Facts) -> Told | None:
    left = [one for one in facts.ideas if one.state == "open"]
    return Told(str(len(left)), tuple(one.rests_on for one in left if one.rests_on)) if left else None


def _in_force(facts: Facts) -> Told | None:
    found = (*_bridges(facts), *_coming(facts))
    said = "; ".join(words.lever(facts, one) for one in found)
    return Told(words.sentence(said), tuple(one.rests_on for one in found if one.rests_on)) if found else None


def _changes(facts: Facts) -> Told | None:
    """What was changed in the day before it began, or before now; the newest first."""
    until = facts.onset.value if facts.onset else facts.now_ms
    near = sorted((one for one in facts.changes if one.at_ms <= until), key=lambda one: -one.at_ms)[:3]
    said = "; ".join(
        f"{one.component} changed from {one.from_version} to {one.to_version} at {words.clock(facts, one.at_ms)}"
        for one in near
    )
    return Told(said, tuple(one.rests_on for one in near if one.rests_on)) if near else None


def _proof(facts: Facts) -> Told | None:
    found = facts.proved("replay", LEAST_TRIALS)
    if not found:
        return None
    return Told(f"{found.failures} of {found.trials}", (found.rests_on,) if found.rests_on else ())


def _ranges(facts: Facts, name: str) -> Told | None:
    fact = getattr(facts, name)
    if fact is None:
        return None
    span = fact.value
    said = words.share(span) if name == "share" else words.count(span, "USD " if name == "money_usd" else "")
    return Told(said, _entries(fact)) if said else None


def _listed(fact: Fact[tuple[str, ...]] | None) -> Told | None:
    return None if fact is None or not fact.value else Told(words.joined(fact.value).replace("_", " "), _entries(fact))


def _plain(fact: Fact[Any] | None, prefix: str = "") -> Told | None:
    return None if fact is None else Told(f"{prefix}{words.bare(str(fact.value))}", _entries(fact))


def _alerts(facts: Facts) -> Told | None:
    last = {one.alert: one for one in facts.checks}
    if not last:
        return None
    said = words.joined(f"{one.alert} ({one.verdict})" for one in last.values())
    return Told(said, tuple(one.rests_on for one in last.values() if one.rests_on))


SLOTS: Mapping[str, Callable[[Facts], Told | None]] = {
    "service": lambda facts: Told(facts.service) if facts.service else None,
    "severity": lambda facts: _plain(facts.severity, "Sev-"),
    "statement": lambda facts: _plain(facts.statement),
    "since": lambda facts: _time(facts, facts.onset),
    "detected": lambda facts: _time(facts, facts.detected),
    "aware": lambda facts: _time(facts, facts.aware),
    "scope": _scope,
    "people": lambda facts: _ranges(facts, "people"),
    "share": lambda facts: _ranges(facts, "share"),
    "money": lambda facts: _ranges(facts, "money_usd"),
    "who": lambda facts: _plain(facts.who),
    "data": lambda facts: _listed(facts.data_involved),
    "countries": lambda facts: _listed(facts.jurisdictions),
    "levers": _in_force,
    "cause": _cause,
    "ideas": _ideas,
    "idea_count": _idea_count,
    "changes": _changes,
    "proof": _proof,
    "alerts": _alerts,
    "decide_by": lambda facts: Told(words.clock(facts, facts.now_ms + SOON_MIN * 60_000)),
}
"""Slot of a wording → its words and entries, or None where it is not known. `{next_update}` is filled besides."""
