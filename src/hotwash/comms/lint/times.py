"""Times in a sentence: clock times with zones and days, drill time (T+14), how long something has lasted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from hotwash.comms.lint.numbers import FRACTION, value_of
from hotwash.comms.lint.text import SENTENCES
from hotwash.kernel.clock import drill_ms

ZONES = {
    "utc": 0, "gmt": 0, "z": 0, "cet": 60, "cest": 120, "wet": 0, "west": 60, "bst": 60, "eet": 120, "eest": 180, "est": -300, "edt": -240,
    "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420, "jst": 540, "sgt": 480, "aest": 600, "aedt": 660,
}  # fmt: skip
"""Minutes east of UTC of abbreviations that mean one thing in messages to Europe and the Americas. CST is the American one, and IST is
left out because it means three things."""
DAYS = {
    name: i for i, name in enumerate(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"])
}
MONTHS = {
    name: i
    for i, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}
ABOUT = re.compile(
    r"\b(?:about|around|approximately|roughly|approx|circa|some|shortly (?:after|before)|just (?:after|before)|nearly|almost)\W+$|~\s?$",
    re.IGNORECASE,
)

_ZONE = r"(?P<zone>(?:UTC|GMT)\s?[+-]\s?\d{1,2}(?::?\d{2})?|\b(?:" + "|".join(ZONES) + r")\b)"
CLOCK = re.compile(
    rf"(?<![\d:.+])(?P<h>[01]?\d|2[0-3])(?:[:.](?P<m>[0-5]\d)(?::[0-5]\d)?)?(?![\d:]|\.\d)\s?(?P<half>[ap]\.?\s?m\b\.?)?\s?{_ZONE}?|"
    rf"\b(?P<noon>noon|midnight)\b(?:\s{_ZONE.replace('zone', 'zone2')})?|\b(?P<oclock>\w+) o'clock",
    re.IGNORECASE,
)
DRILL = re.compile(r"\bT\s?\+\s?(?P<a>\d+)(?::(?P<b>\d{2}))?(?::(?P<c>\d{2}))?\b", re.IGNORECASE)
LASTED = re.compile(
    r"\b(?:for|lasted|lasting)\s(?:about\s|some\s|around\s|nearly\s)?(?P<n>[\w.]+(?:[ -]\w+)?)\s(?P<unit>minutes?|hours?|days?)\b|"
    r"\b(?P<n2>[\w.]+(?:[ -]\w+)?)\s(?P<unit2>minutes?|hours?|days?)\sago\b",
    re.IGNORECASE,
)
DAY = re.compile(
    rf"(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})|\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s(?P<mon>{'|'.join(MONTHS)})[a-z]*\b|"
    rf"\b(?P<mon2>{'|'.join(MONTHS)})[a-z]*\s(?P<d2>\d{{1,2}})\b|\b(?P<word>yesterday|today|this morning|tonight|{'|'.join(DAYS)})\b",
    re.IGNORECASE,
)
UNIT = {"minute": 1, "hour": 60, "day": 1440}


@dataclass(frozen=True)
class Told:
    """A moment that a sentence names, from `start` to `end` of it; `about` where it says that it is not exact, `length` where it
    says how long something has lasted and not when it began."""

    moment: datetime
    start: int
    end: int
    about: bool = False
    length: bool = False


def moments(plain: str, start: datetime, now: datetime) -> list[Told]:
    """Moments of a sentence, in order. Times without a zone are in the zone of `start`; those without a day on that of `now`, or the
    day named in the sentence."""
    return list(_moments(plain, start, now)) if _named(plain) else []


@lru_cache(SENTENCES)
def _moments(plain: str, start: datetime, now: datetime) -> tuple[Told, ...]:
    day, zone = _day(plain, now), start.tzinfo or UTC
    found = [*_clocks(plain, day, zone, now), *_lengths(plain, now)]
    for one in DRILL.finditer(plain):
        at = start + timedelta(milliseconds=drill_ms(*one.group("a", "b", "c")))
        found.append(Told(at, one.start(), one.end()))
    return tuple(sorted(found, key=lambda one: one.start))


@lru_cache(SENTENCES)
def _named(plain: str) -> bool:
    """Whether anything in a sentence may be a moment: in most there is nothing."""
    return any(one.search(plain) for one in (CLOCK, LASTED, DRILL))


def _clocks(plain: str, day: datetime, zone: tzinfo, now: datetime) -> Iterator[Told]:
    for one in CLOCK.finditer(plain):
        named = one["zone"] or one["zone2"]
        if one["h"] and not (one["m"] or one["half"]):
            continue
        if one["m"] and "." in one[0][:4] and not (one["half"] or named):
            continue
        there = _zone(named) if named else zone
        about = bool(ABOUT.search(plain[: one.start()]))
        if one["oclock"]:
            hour = value_of(one["oclock"])
            if hour is None or not 1 <= hour <= 12:
                continue
            yield Told(_nearest(day, int(hour), there, now), one.start(), one.end(), about=True)
            continue
        hour, minute = _hour(one), int(one["m"] or 0)
        if hour is not None:
            local = day.astimezone(there).replace(hour=hour, minute=minute, second=0, microsecond=0)
            yield Told(local, one.start(), one.end(), about)


def _hour(one: re.Match[str]) -> int | None:
    if one["noon"]:
        return 12 if one["noon"].lower() == "noon" else 0
    hour = int(one["h"])
    if not one["half"]:
        return hour
    if not 1 <= hour <= 12:
        return None
    return hour % 12 + (12 if one["half"].lower().startswith("p") else 0)


def _nearest(day: datetime, hour: int, zone: tzinfo, now: datetime) -> datetime:
    """An hour of a twelve-hour clock: of the two it may mean, the later one that is not after now."""
    local = day.astimezone(zone).replace(minute=0, second=0, microsecond=0)
    both = [local.replace(hour=hour % 12), local.replace(hour=hour % 12 + 12)]
    past = [one for one in both if one <= now]
    return max(past) if past else min(both)


def _lengths(plain: str, now: datetime) -> Iterator[Told]:
    for one in LASTED.finditer(plain):
        words, unit = one["n"] or one["n2"], (one["unit"] or one["unit2"]).lower().rstrip("s")
        many = 1.0 if words.lower() in ("a", "an") else 0.5 if words.lower().startswith("half") else value_of(words)
        if many is None and (part := FRACTION.fullmatch(words)):
            many = 0.25 if "quarter" in part[0].lower() else None
        if many is None:
            continue
        yield Told(now - timedelta(minutes=many * UNIT[unit]), one.start(), one.end(), about=True, length=True)


def _zone(name: str) -> tzinfo:
    offset = re.fullmatch(r"(?:utc|gmt)\s?([+-])\s?(\d{1,2}):?(\d{2})?", name.lower())
    if offset:
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    return timezone(timedelta(minutes=ZONES[name.lower()]))


def _day(plain: str, now: datetime) -> datetime:
    """The day that a sentence names, at the time of `now`; today when it names none, or one that does not exist."""
    one = DAY.search(plain)
    if one is None:
        return now
    if one["word"]:
        word = one["word"].lower()
        if word in DAYS:
            return now - timedelta(days=(now.weekday() - DAYS[word]) % 7)
        return now - timedelta(days=1) if word == "yesterday" else now
    try:
        if one["iso"]:
            named = datetime.fromisoformat(one["iso"])
            return now.replace(year=named.year, month=named.month, day=named.day)
        return now.replace(month=MONTHS[(one["mon"] or one["mon2"]).lower()], day=int(one["d"] or one["d2"]))
    except ValueError:
        return now
