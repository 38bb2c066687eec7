"""What a sentence may rest on: events of the log, evidence items, figures of the record, the answer key, pages of the kit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from hotwash.aftermath.names import in_titles, names_of
from hotwash.aftermath.postmortem.figures import figures
from hotwash.aftermath.postmortem.material import Material
from hotwash.aftermath.sections.words import say
from hotwash.drill import events as e
from hotwash.kernel.clock import MINUTE, drill_ms, stamp
from hotwash.scoring.case import Entry

DRILL_TIME = re.compile(r"\bT\+(?P<a>\d+)(?::(?P<b>\d{2}))?(?::(?P<c>\d{2}))?\b")
NUMBER = re.compile(r"(?<![\w.])[-+]?\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True)
class Source:
    """One thing that can be cited: `at_ms` its drill time (None where it has none), `seats` who acted or was told, `text` every word
    of it, `numbers` every number and `times_ms` every moment in it."""

    ref: str
    title: str
    text: str
    numbers: tuple[float, ...] = ()
    at_ms: int | None = None
    times_ms: tuple[int, ...] = ()
    seats: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True)
class Sources:
    """Everything that can be cited, by reference; `seats` are the titles of seats by id, `persons` names to keep out."""

    by_ref: Mapping[str, Source]
    seats: Mapping[str, str] = field(default_factory=dict)
    persons: tuple[str, ...] = ()
    story_start_min: int = 0
    """Minutes after midnight of the story's first moment: what 09:35 is in drill time."""


def sources(material: Material) -> Sources:
    """Of a record. Same record, same sources."""
    case = material.case
    names = names_of(case)
    found = [_event(one, names) for one in case.log]
    found += [
        _item(one.event.item, one, in_titles(one.event.note, names), names) for one in case.all(e.EvidenceCollected)
    ]
    found += [_item(one.event.item, one, in_titles(one.event.note, names), names) for one in case.all(e.SnapshotTaken)]
    found += [
        Source(f"fig:{one.id}", one.title, f"{one.title}: {one.shown}", one.values, times_ms=one.times_ms)
        for one in figures(material)
    ]
    found += list(_key(case.design.secret.key.model_dump(mode="json")))
    found += list(_kit(case.design.kit.model_dump(mode="json")))
    start = case.design.scenario.story_start
    return Sources(
        by_ref={one.ref: one for one in found},
        seats={seat: one.title for seat, one in case.design.kit.roles.seats.items()},
        persons=material.persons,
        story_start_min=start.hour * 60 + start.minute,
    )


def numbers_in(text: str) -> tuple[float, ...]:
    """Every number that a text has in digits."""
    return tuple(float(one.replace(",", "")) for one in NUMBER.findall(text))


def times_in(text: str) -> tuple[int, ...]:
    """Every moment of drill time that a text names, in ms."""
    return tuple(drill_ms(*found.group("a", "b", "c")) for found in DRILL_TIME.finditer(text))


def _event(entry: Entry[Any], names: Mapping[str, str]) -> Source:
    body = entry.event.model_dump(mode="json")
    kind = str(body.pop("type", ""))
    line = say(entry, names)[1]
    texts, numbers, times, seats = _walk(body)
    words = " ".join([kind.replace("_", " "), line, *texts])
    told = {entry.seat, *seats} - {"", "control"}
    return Source(
        ref=f"e{entry.version}",
        title=line,
        text=words,
        numbers=(*numbers, *(one / MINUTE for one in times), *numbers_in(words)),
        at_ms=entry.at_ms,
        times_ms=(entry.at_ms, *times, *times_in(words)),
        seats=tuple(sorted(told)),
        kind=kind,
    )


def _item(name: str, entry: Entry[Any], note: str, names: Mapping[str, str]) -> Source:
    event = _event(entry, names)
    return Source(
        f"item:{name}", note or event.title, event.text, event.numbers, event.at_ms, event.times_ms, event.seats
    )  # fmt: skip


def _key(key: Mapping[str, Any]) -> Iterator[Source]:
    onset = key.get("onset_min")
    times = [] if onset is None else [round(onset * MINUTE)]
    moment = "".join(f" since {stamp(one)}" for one in times)
    for name in (
        "what_happened",
        "cause",
        "scope",
        "onset_min",
        "severity",
        "mode",
        "bucket",
        "contained_means",
        "plan",
    ):
        texts, numbers, _, _ = _walk({"": key.get(name)})
        text = " ".join([name.replace("_", " "), *texts]) + moment
        ref = f"key:{name.removesuffix('_min').replace('_', '-')}"
        found = (*numbers, *numbers_in(text), *([onset] if onset is not None else []))
        yield Source(ref, "; ".join(texts) or str(key.get(name)), text, found, times_ms=tuple(times))


def _kit(kit: Mapping[str, Any]) -> Iterator[Source]:
    """Guides, rules, alerts and levers: what people were to work from."""
    groups = [(one["id"], one) for name in ("guides", "rules", "alerts") for one in kit[name]]
    groups += list(kit["levers"].items())
    for name, body in groups:
        texts, numbers, _, _ = _walk(body)
        yield Source(f"kit:{name}", str(body["title"]), " ".join(texts), (*numbers, *numbers_in(" ".join(texts))))


def _walk(value: Any, name: str = "") -> tuple[list[str], list[float], list[int], set[str]]:
    """Texts, numbers, moments and seats inside a JSON value."""
    texts: list[str] = []
    numbers: list[float] = []
    times: list[int] = []
    seats: set[str] = set()
    if isinstance(value, Mapping):
        texts += [str(key).replace("_", " ") for key in value if key]
    children = list(value.items()) if isinstance(value, Mapping) else []
    children += [(name, one) for one in value] if isinstance(value, list) else []
    for inner, child in children:
        more = _walk(child, str(inner))
        texts, numbers, times, seats = texts + more[0], numbers + more[1], times + more[2], seats | more[3]
    if isinstance(value, str):
        texts.append(value)
        if name in ("seat", "pages", "to", "approvers", "owner"):
            seats.add(value)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if name.endswith("_ms") and value < 1 << 50:
            times.append(int(value))
        else:
            numbers.append(float(value))
    return texts, numbers, times, seats
