"""The same requests before and after a change, each judged: what got worse, by category, with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Literal

from hotwash.gates.evidence import Bounds, Tally, Twins, gap_bounds, highest, p_not_worse, tally
from hotwash.gates.graders import State
from hotwash.kernel.errors import NotSupportedError
from hotwash.kit.schema.suite import WHOLE
from hotwash.triage.pairs import mcnemar
from hotwash.triage.stats import binomial_tail, stand

Row = Mapping[str, str]
Change = Literal["worse", "better", "not_told"]
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Criterion:
    """A column and patterns of which one has to fit (`*` and `?` stand for any signs); with `not_`, none may."""

    column: str
    patterns: tuple[str, ...]
    not_: bool = False

    @staticmethod
    def of(text: str) -> Criterion:
        """From `column=one,two` or `column!=one,two`. Raises NotSupportedError for anything else."""
        column, sign, wanted = text.partition("=")
        not_ = column.endswith("!")
        name = column.removesuffix("!").strip()
        patterns = tuple(one.strip() for one in wanted.split(","))
        if not (sign and name and all(patterns)):
            raise NotSupportedError(f"'{text}' is no criterion: write column=value, column=one,other or column!=value")
        return Criterion(name, patterns, not_)

    def fits(self, row: Row) -> bool:
        """Whether a row meets it. Raises NotSupportedError for a column that is not there."""
        if self.column not in row:
            raise NotSupportedError(f"there is no column '{self.column}': there are {', '.join(row)}")
        return any(fnmatchcase(row[self.column], one) for one in self.patterns) != self.not_


@dataclass(frozen=True)
class Shift:
    """One category. `value` is the share that fails after less before, over pairs that are known; bounds are two-sided, those of
    categories for all of them together, with every unknown taken as it would be worst for either side. `apart` is McNemar's exact two-sided p."""

    segment: str
    before: Tally
    after: Tally
    mended: int
    broken: int
    value: float | None
    bounds: Bounds
    apart: float
    change: Change


@dataclass(frozen=True)
class Regression:
    """All requests, then every category, the worst first. `alone_before` and `alone_after` are requests that only one side has."""

    whole: Shift
    categories: tuple[Shift, ...]
    pairs: int
    alone_before: int
    alone_after: int
    confidence: float = CONFIDENCE


def regression(
    before: Sequence[Row],
    after: Sequence[Row],
    *,
    key: str,
    failed: Criterion,
    by: str = "",
    where: Sequence[Criterion] = (),
    unknown: Sequence[Criterion] = (),
    confidence: float = CONFIDENCE,
) -> Regression:
    """Compare two runs over the same requests, paired by the column `key`.

    A request fails where `failed` fits and is unknown where any of `unknown` does. A category is worse or better if McNemar's
    test stands among all categories, each looked at both ways (Holm 1979); its bounds are widened for their number
    (Bonferroni), so that all of them hold together. Raises NotSupportedError for a column that is not there, a key that is
    there twice, or nothing in common.
    """
    one, other = _keyed(before, key, where), _keyed(after, key, where)
    shared = [name for name in one if name in other]
    if not shared:
        raise NotSupportedError(f"the two sides have no '{key}' in common: nothing can be paired")
    twins = {name: (_state(one[name], failed, unknown), _state(other[name], failed, unknown)) for name in shared}
    groups: dict[str, list[tuple[State, State]]] = {}
    if by:
        for name in shared:
            if by not in one[name]:
                raise NotSupportedError(f"there is no column '{by}': there are {', '.join(one[name])}")
            groups.setdefault(f"{by}={one[name][by]}", []).append(twins[name])
    whole = _shift(WHOLE, list(twins.values()), 1 - (1 - confidence) / 2)
    each = 1 - (1 - confidence) / max(1, 2 * len(groups))
    shifts = _settled([_shift(name, pairs, each) for name, pairs in groups.items()], list(groups.values()), confidence)
    return Regression(
        _settled([whole], [list(twins.values())], confidence)[0],
        tuple(sorted(shifts, key=lambda shift: (-shift.bounds.low, -(shift.value or 0.0), shift.segment))),
        len(shared), len(one) - len(shared), len(other) - len(shared), confidence,
    )  # fmt: skip


def _keyed(rows: Sequence[Row], key: str, where: Sequence[Criterion]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in rows:
        if key not in row:
            raise NotSupportedError(f"there is no column '{key}': there are {', '.join(row)}")
        if all(one.fits(row) for one in where):
            if row[key] in found:
                raise NotSupportedError(f"'{key}' is {row[key]} in more than one row: a request is named once a side")
            found[row[key]] = row
    return found


def _state(row: Row, failed: Criterion, unknown: Sequence[Criterion]) -> State:
    if any(one.fits(row) for one in unknown):
        return "unknown"
    return "failed" if failed.fits(row) else "held"


def _shift(segment: str, twins: Twins, confidence: float) -> Shift:
    known = [pair for pair in twins if "unknown" not in pair]
    mended, broken = known.count(("failed", "held")), known.count(("held", "failed"))
    return Shift(
        segment, tally(one for one, _ in twins), tally(other for _, other in twins), mended, broken,
        (broken - mended) / len(known) if known else None, gap_bounds(twins, confidence), mcnemar(mended, broken), "not_told",
    )  # fmt: skip


def _settled(shifts: Sequence[Shift], twins: Sequence[Twins], confidence: float) -> list[Shift]:
    """Which ways are certain, both ways of every category in one family."""
    p = [chance(each) for each in twins for chance in (p_not_worse, _down)]
    sure = stand(p, 1 - confidence)
    changes: list[Change] = [
        "worse" if sure[2 * n] else "better" if sure[2 * n + 1] else "not_told" for n in range(len(shifts))
    ]
    return [replace(one, change=change) for one, change in zip(shifts, changes, strict=True)]


def _down(twins: Twins) -> float:
    """The same that it did not get better."""
    pairs = highest(twins)
    apart = pairs.only_one + pairs.only_other
    return float(binomial_tail(pairs.only_one, apart, 0.5)) if apart else 1.0
