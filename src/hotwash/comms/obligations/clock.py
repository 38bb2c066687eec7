"""The clock of one obligation: from which moment it runs, until when, and what is open about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from hotwash.comms.obligations.count import Reading, Reckoned, elapsed, reckon
from hotwash.comms.obligations.days import Days
from hotwash.comms.obligations.moments import WORDS, Moment, Moments
from hotwash.kit.schema.duties import Anchor, Obligation, Period

ASAP = "without undue delay: no number of hours or days is given"


@dataclass(frozen=True)
class Clock:
    """`earliest` is what to work to, `latest` the last moment that a reading of the rule defends. Both are None without a
    moment to count from (`waits_for` names it) or where the law says no number."""

    anchor: Anchor
    from_moment: Moment | None
    earliest: Reading | None
    latest: Reading | None
    waits_for: Anchor | None = None
    assumed: str = ""
    """What was taken in the place of a moment that nobody has recorded."""
    open_points: tuple[str, ...] = ()
    before: datetime | None = None
    """What the deadline was before the moment was last changed."""

    @property
    def due(self) -> datetime | None:
        """The deadline to work to."""
        return self.earliest.at if self.earliest else None


def clock_of(one: Obligation, moments: Moments, days: Days) -> Clock:
    """The clock as the moments on record make it run."""
    moment, assumed = _start(one, moments)
    now = _counted(one, moment, moments, days)
    before = _before(one, moments, days)
    waits = one.anchor if moment is None or moment.anchor != one.anchor else None
    if now is None:
        ceiling = one.not_later.anchor if one.not_later else None
        return Clock(
            one.anchor, moment, None, None, waits, assumed or ("" if one.deadline or ceiling else ASAP), (), before
        )
    changed = before if before is not None and before != now.earliest.at else None
    return Clock(
        one.anchor, moment, now.earliest, now.latest, waits, assumed, _open(one, moment, moments, now), changed
    )


def _start(one: Obligation, moments: Moments) -> tuple[Moment | None, str]:
    """The moment that holds; where awareness is the anchor and nobody recorded it, the moment at which it was noticed."""
    of = one.after or "" if one.anchor == "submitted" else one.id
    held = moments.holds(one.anchor, of)
    if held is not None or one.anchor != "aware":
        return held, ""
    noticed = moments.holds("detected", one.id)
    said = "nobody recorded awareness: counted from when it was noticed, the earliest that can be argued"
    return noticed, said if noticed else ""


def _before(one: Obligation, moments: Moments, days: Days) -> datetime | None:
    """The deadline as it was counted from the version of the moment that was replaced last."""
    of = one.after or "" if one.anchor == "submitted" else one.id
    replaced = moments.replaced(one.anchor, of)
    if replaced is None:
        return None
    was = _counted(one, replaced, moments, days)
    return was.earliest.at if was else None


def _counted(one: Obligation, moment: Moment | None, moments: Moments, days: Days) -> Reckoned | None:
    """Earliest from the earliest moment that can be argued, latest from the latest; then what may not be outlasted."""
    main = None
    if moment is not None and one.deadline is not None:
        main = _between(one.deadline, moment, days, one.conservative_hours)
    ceiling = one.not_later
    known = moments.holds(ceiling.anchor, one.id) if ceiling else None
    if ceiling is None or known is None:
        return main
    cap = _between(ceiling.period, known, days, None)
    if main is None or moment is None:
        return _capped(cap, ceiling.basis)
    if moment.at > cap.latest.at:  # the ceiling had passed before the first period began: it lapses
        return main
    return Reckoned(
        _sooner(main.earliest, cap.earliest, ceiling.basis), _sooner(main.latest, cap.latest, ceiling.basis)
    )


def _between(period: Period, moment: Moment, days: Days, conservative: int | None) -> Reckoned:
    earliest = reckon(period, moment.first, days).earliest
    if conservative is not None:
        careful = elapsed(moment.first, conservative)
        earliest = careful if careful.at < earliest.at else earliest
    return Reckoned(earliest, reckon(period, moment.last, days).latest)


def _capped(cap: Reckoned, basis: str) -> Reckoned:
    return Reckoned(_by_ceiling(cap.earliest, basis), _by_ceiling(cap.latest, basis))


def _by_ceiling(reading: Reading, basis: str) -> Reading:
    return Reading(reading.at, (*reading.steps, f"the last moment in any case ({basis})"))


def _sooner(one: Reading, cap: Reading, basis: str) -> Reading:
    return _by_ceiling(cap, basis) if cap.at < one.at else one


def _open(one: Obligation, moment: Moment | None, moments: Moments, now: Reckoned) -> tuple[str, ...]:
    """What is arguable, in words."""
    said = []
    if moment is not None and moment.first != moment.last:
        said.append(f"when {WORDS[moment.anchor]} can be argued: {_when(moment.first)} to {_when(moment.last)}")
    noticed = moments.holds("detected", one.id)
    if moment is not None and moment.anchor == "aware" and noticed and noticed.at < moment.first:
        gap = _gap(moment.first - noticed.at)
        said.append(f"it was noticed {gap} earlier: awareness then would bring the deadline forward by as much")
    if now.open and one.deadline is not None and one.deadline.counting == "eu" and one.deadline.unit == "hours":
        said.append(
            "authorities read differently whether Regulation 1182/71 lengthens a period in hours: work to the earlier"
        )
    if one.conservative_hours is not None and now.open:
        said.append(
            f"whether the rule's count or {one.conservative_hours} plain hours apply is not settled: work to the hours"
        )
    return tuple(said)


def _when(moment: datetime) -> str:
    return f"{moment:%H:%M} on {moment.day} {moment:%b %Y}"


def _gap(length: timedelta) -> str:
    minutes = round(length.total_seconds() / 60)
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{minutes} min"
