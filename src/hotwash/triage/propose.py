"""A proposal of what the columns of a table mean, from their names, types, fill and number of values.

No text is read: of raw text only its length is asked for, of a status only how often it is one of a few known words. What is
proposed is a beginning: every role has its reason, and some have to be confirmed by a person.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hotwash.kernel.errors import ContentError, Located
from hotwash.kit.schema.columns import SignalColumn, Test, TraceColumns
from hotwash.ports.relation import Relation
from hotwash.triage import roles
from hotwash.triage.profile import Column, Profile, profile

LONG_TEXT = 60
"""Average characters from which a text is somebody's words and no name of a segment."""
MOST_SEGMENTS, MOST_WHOLE_SEGMENTS, MOST_GROUPS, MOST_VERSIONS = 1_000, 50, 50, 300
"""Values of a text dimension, of a whole number that cuts, of a protected attribute, of a version."""
ROWS_A_SEGMENT = 5
"""Rows that a value should have on average: fewer say nothing of a segment."""
MOST_SIGNALS = 30
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Reason:
    """Why a column was given a role, or none (`role` is empty). `confirm` asks a person to look."""

    column: str
    role: str
    why: str
    confirm: bool = False


@dataclass(frozen=True)
class Proposal:
    """What the columns seem to mean, and why, in the table's order."""

    columns: TraceColumns
    reasons: tuple[Reason, ...]
    rows: int


def propose(relation: Relation) -> Proposal:
    """Two aggregate queries over all columns. Raises ContentError for a table in which no column holds times."""
    return _Proposer(relation, profile(relation)).proposal()


class _Proposer:
    """Gives out roles, the surest first; a column has one role, and signals come beside it."""

    def __init__(self, relation: Relation, seen: Profile) -> None:
        self._relation, self._seen = relation, seen
        self._free = [one for one in seen.columns if one.filled and one.name == one.name.strip()]
        self._reasons: dict[str, list[Reason]] = {}
        self._signals: list[SignalColumn] = []

    def proposal(self) -> Proposal:
        about: dict[str, Any] = {"time": self._time()}
        about |= {"label_time": self._label_time(), "id": self._id()}
        about |= {
            "groups": self._many("groups", _is_group, "named like a protected attribute: confirm it", confirm=True)
        }
        about |= self._texts()
        self._find_signals()
        about |= {
            name: self._favourable(name, words)
            for name, words in (("decision", roles.DECISION), ("label", roles.LABEL))
        }
        about |= self._single()
        for one in [one for one in self._free if roles.is_calendar(one.name)]:
            self._take(one, "", "a part of the time")
        about["versions"] = self._many("versions", _is_version, "named like something that changes with a release")
        about["dimensions"] = self._many("dimensions", self._is_dimension, "few values, enough rows each")
        about["features"] = self._many("features", _is_feature, "a number with many values")
        for one in self._free:
            self._say(one, "", self._why_not(one))
        for one in self._seen.columns:
            if one.name != one.name.strip() or not one.filled:
                self._say(one, "", "its name begins or ends with a space: rename it" if one.filled else "empty")
        columns = TraceColumns(**{name: found for name, found in about.items() if found}, signals=self._signals)
        order = {name: n for n, name in enumerate(self._relation.columns)}
        listed = [one for name in sorted(self._reasons, key=lambda name: order[name]) for one in self._reasons[name]]
        return Proposal(columns, tuple(listed), self._seen.rows)

    def _say(self, column: Column, role: str, why: str, *, confirm: bool = False) -> None:
        self._reasons.setdefault(column.name, []).append(Reason(column.name, role, why, confirm))

    def _take(self, column: Column, role: str, why: str, *, confirm: bool = False) -> str:
        self._free.remove(column)
        self._say(column, role, why, confirm=confirm)
        return column.name

    def _time(self) -> str:
        held = [one for one in self._free if one.times >= max(1, 0.95 * one.filled)]
        if not held:
            said = "no column holds times, by its type, or by its name and values"
            where = Located(Path(self._relation.provenance.source))
            raise ContentError.at(where, said, "Write columns.yaml yourself, and name a column of times in it.")
        best = min(held, key=lambda one: (
            roles.says(one.name, roles.NOT_THE_TIME), roles.rank(one.name, roles.TIME), -one.filled))  # fmt: skip
        why = "its type is a time" if best.type == "time" else "named like a time, and its values can be read as one"
        return self._take(best, "time", why)

    def _label_time(self) -> str:
        held = [one for one in self._free if one.times and one.times >= 0.95 * one.filled]
        found = next((one for one in held if roles.says(one.name, roles.LABEL_TIME)), None)
        return self._take(found, "label_time", "a time, named after the label") if found else ""

    def _id(self) -> str:
        unique = [one for one in self._free if one.unique and roles.says(one.name, roles.ID)]
        best = min(unique, key=lambda one: roles.rank(one.name, roles.ID), default=None)
        return self._take(best, "id", "named like an id, and every row has another value") if best else ""

    def _many(self, role: str, fits: Callable[[Column], bool], why: str, *, confirm: bool = False) -> list[str]:
        found = [one for one in self._free if fits(one)]
        return [self._take(one, role, f"{why} ({one.distinct} values)", confirm=confirm) for one in found]

    def _texts(self) -> dict[str, str]:
        made: dict[str, str] = {}
        wanted = (
            ("documents", roles.DOCUMENTS),
            ("tool_calls", roles.TOOL_CALLS),
            ("output", roles.OUTPUT),
            ("input", roles.INPUT),
        )
        for role, words in wanted:
            held = [one for one in self._free if _is_long(one) and roles.says(one.name, words)]
            if best := min(held, key=lambda one: roles.rank(one.name, words), default=None):
                made[role] = self._take(best, role, f"text of {best.length:.0f} characters on average, by its name")
        return made

    def _find_signals(self) -> None:
        for one in list(self._free):
            for word, counted in one.words:
                if (bad := word.lower()) in roles.BAD and roles.says(one.name, roles.STATUS):
                    self._signal(one, f"{one.name} {word}", bad, {"equals": word}, f"{counted} rows are '{word}'")
            if one.type == "integer" and roles.says(one.name, ("status",)) and _is_http(one):
                self._signal(one, f"{one.name} 400", "error", {"above": 399}, "codes of HTTP from 400 are errors")
            named = roles.bad_word(one.name)
            if named is None:
                continue
            if one.type == "flag":
                self._signal(
                    one,
                    one.name,
                    named,
                    {"equals": True},
                    "a flag whose name says that something went wrong",
                    take=True,
                )
            elif one.type in ("integer", "number") and one.distinct <= 2 and one.least in (0, 1) and one.most in (0, 1):
                self._signal(
                    one,
                    one.name,
                    named,
                    {"equals": 1},
                    "0 or 1, and its name says that something went wrong",
                    take=True,
                )
            elif one.type == "text" and roles.says(one.name, roles.ERROR_TEXT) and one.filled < self._seen.rows:
                self._signal(
                    one, one.name, named, {"missing": False}, "filled only where something went wrong", confirm=True
                )

    def _signal(
        self, column: Column, name: str, word: str, test: dict[str, Any], why: str, *, take: bool = False, confirm: bool = False
    ) -> None:  # fmt: skip
        slug = _SLUG.sub("_", name.lower()).strip("_")[:50].strip("_") or "signal"
        taken = {one.name for one in self._signals}
        slug = next(one for one in (slug, *(f"{slug}_{n}" for n in range(2, 1_000))) if one not in taken)
        if len(self._signals) < MOST_SIGNALS:
            self._signals.append(SignalColumn(name=slug, column=column.name, layer=roles.BAD[word], **test))
            self._say(column, f"signal {slug}", why, confirm=confirm)
            if take:
                self._free.remove(column)

    def _favourable(self, role: str, words: Sequence[str]) -> Test | None:
        for one in [one for one in self._free if roles.says(one.name, words)]:
            known = [word for word, _ in one.words if word.lower() in roles.FAVOURABLE]
            if one.type == "flag" or (one.type == "integer" and one.distinct == 2 and (one.least, one.most) == (0, 1)):
                test = Test(column=one.name, equals=True if one.type == "flag" else 1)
            elif one.type == "text" and known:
                test = Test(column=one.name, equals=known[0])
            else:
                continue
            self._take(
                one, role, f"by its name; '{test.equals}' is taken as the favourable one: confirm it", confirm=True
            )
            return test
        return None

    def _single(self) -> dict[str, str]:
        made: dict[str, str] = {}
        wanted: tuple[tuple[str, Sequence[str], Callable[[Column], bool]], ...] = (
            ("score", roles.SCORE, lambda one: one.type == "number"),
            ("retrieved", roles.RETRIEVED, lambda one: one.type == "integer"),
            ("embedding", roles.EMBEDDING, lambda one: one.type == "other"),
        )
        for role, words, fits in wanted:
            held = [one for one in self._free if fits(one) and roles.says(one.name, words)]
            if best := min(held, key=lambda one: roles.rank(one.name, words), default=None):
                made[role] = self._take(best, role, "by its name and type")
        # These are dimensions or ids of their own too, so they stay free.
        for role, words in (
            ("tenant", roles.TENANT),
            ("user", roles.USER),
            ("bundle", roles.BUNDLE),
            ("request", roles.REQUEST),
        ):
            held = [
                one
                for one in self._free
                if one.type in ("text", "integer") and not _is_long(one) and roles.says(one.name, words)
            ]
            if best := min(held, key=lambda one: roles.rank(one.name, words), default=None):
                made[role] = best.name
                self._say(best, role, "by its name")
        return made

    def _is_dimension(self, one: Column) -> bool:
        most = MOST_SEGMENTS if one.type == "text" else MOST_WHOLE_SEGMENTS
        kind = one.type in ("text", "flag") or (one.type == "integer" and not roles.says(one.name, roles.ID))
        return kind and not _is_long(one) and 2 <= one.distinct <= min(most, max(2, self._seen.rows // ROWS_A_SEGMENT))

    def _why_not(self, one: Column) -> str:
        if one.type == "other":
            return "a list or structure: not looked into"
        if one.distinct < 2:
            return "one value only"
        if _is_long(one):
            return f"text of {one.length:.0f} characters on average, and its name does not say whose"
        return f"too many values for a segment ({one.distinct})"


def _is_http(one: Column) -> bool:
    return one.least is not None and one.most is not None and one.least >= 100 and 400 <= one.most < 600


def _is_long(one: Column) -> bool:
    return one.type == "text" and one.length >= LONG_TEXT


def _is_group(one: Column) -> bool:
    return (
        one.type in ("text", "flag", "integer")
        and roles.says(one.name, roles.GROUPS)
        and 2 <= one.distinct <= MOST_GROUPS
    )


def _is_version(one: Column) -> bool:
    kind = one.type in ("text", "integer") and not _is_long(one)
    return kind and roles.says(one.name, roles.VERSIONS) and 1 <= one.distinct <= MOST_VERSIONS


def _is_feature(one: Column) -> bool:
    return one.type in ("number", "integer") and one.distinct > 2 and not roles.says(one.name, roles.ID)
