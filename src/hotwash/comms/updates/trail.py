"""The way of each draft: its versions, who read them and how long that took, when it went out, how it was corrected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol


class Noted(Protocol):
    """An event of the log, or of what one audience was shown of it. `drill_ms` is ms of drill time."""

    @property
    def type(self) -> str: ...
    @property
    def drill_ms(self) -> int: ...
    @property
    def seat(self) -> str: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Verdict:
    """What a reviewer said of a version, and how long after the version could be read (its writing, or a later request)."""

    seat: str
    at_ms: int
    took_ms: int
    approved: bool
    note: str = ""
    override: str = ""


@dataclass(frozen=True)
class Version:
    """One version of a draft. `asked` are reviewers and since when each could read it."""

    number: int
    text: str
    by: str
    at_ms: int
    links: tuple[tuple[str, tuple[int, ...]], ...] = ()
    problems: tuple[tuple[str, str], ...] = ()
    asked: Mapping[str, int] = field(default_factory=dict)
    verdicts: tuple[Verdict, ...] = ()


@dataclass(frozen=True)
class Correction:
    """A correction of what was published. `after_ms` is how long the wrong text stood."""

    at_ms: int
    after_ms: int
    text: str
    reason: str


@dataclass(frozen=True)
class Trail:
    """A draft from its first version on."""

    draft: str
    template: str
    variant: str
    versions: tuple[Version, ...]
    published_ms: int | None = None
    override: str = ""
    overridden_by: str = ""
    corrections: tuple[Correction, ...] = ()

    @property
    def latest(self) -> Version:
        """The present version."""
        return self.versions[-1]

    @property
    def verdicts(self) -> tuple[tuple[int, Verdict], ...]:
        """Every verdict with the number of the version that it is about, oldest first."""
        return tuple((one.number, verdict) for one in self.versions for verdict in one.verdicts)


def trails(events: Iterable[Noted]) -> dict[str, Trail]:
    """The way of each draft, by its id; events of other types are passed over, as are drafts whose writing was not shown."""
    found: dict[str, Trail] = {}
    for event in events:
        name = event.data.get("draft") or event.data.get("update")
        if event.type == "draft_written":
            found[event.data["draft"]] = _written(found.get(event.data["draft"]), event)
        elif event.type in STEPS and name in found:
            found[name] = STEPS[event.type](found[name], event)
    return found


def _written(known: Trail | None, event: Noted) -> Trail:
    data = event.data
    links = tuple((str(one["sentence"]), tuple(one["events"])) for one in data.get("links", ()))
    before = known.versions if known else ()
    asked = dict.fromkeys(before[-1].asked, event.drill_ms) if before else {}
    version = Version(len(before) + 1, data["text"], event.seat, event.drill_ms, links, asked=asked)
    return Trail(data["draft"], data["template"], data["variant"], (*before, version))


def _now(trail: Trail, **changes: Any) -> Trail:
    return replace(trail, versions=(*trail.versions[:-1], replace(trail.latest, **changes)))


def _linted(trail: Trail, event: Noted) -> Trail:
    return _now(trail, problems=tuple((rule, words) for rule, words in event.data["problems"]))


def _asked(trail: Trail, event: Noted) -> Trail:
    since = dict.fromkeys(event.data["reviewers"], event.drill_ms)
    return _now(trail, asked={**since, **trail.latest.asked})


def _verdict(trail: Trail, event: Noted) -> Trail:
    since = trail.latest.asked.get(event.seat, trail.latest.at_ms)
    one = Verdict(
        event.seat,
        event.drill_ms,
        event.drill_ms - since,
        event.type == "draft_approved",
        event.data.get("note", ""),
        event.data.get("override", ""),
    )
    return _now(trail, verdicts=(*trail.latest.verdicts, one))


def _published(trail: Trail, event: Noted) -> Trail:
    override, by = event.data.get("override", ""), event.data.get("overridden_by", "")
    return replace(trail, published_ms=event.drill_ms, override=override, overridden_by=by)


def _corrected(trail: Trail, event: Noted) -> Trail:
    since = event.drill_ms if trail.published_ms is None else trail.published_ms
    one = Correction(event.drill_ms, event.drill_ms - since, event.data["text"], event.data["reason"])
    return replace(trail, corrections=(*trail.corrections, one))


STEPS = {
    "draft_linted": _linted,
    "review_requested": _asked,
    "draft_approved": _verdict,
    "changes_requested": _verdict,
    "update_published": _published,
    "update_corrected": _corrected,
}
