"""Records of drills: kept, read, seen by one audience, played again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from hotwash.adapters.record_folder import ensure_free, read_record, write_record
from hotwash.aftermath.knew import Knew, knew, seen
from hotwash.bootstrap.contents import Content, RecordedTraces
from hotwash.bootstrap.tables import Table, lay_out_again
from hotwash.conductor.close import Closing, close, players_of
from hotwash.conductor.onlooker import fold_of
from hotwash.conductor.record import DESIGN, Files, design_of, digests, record
from hotwash.conductor.session import lever_log
from hotwash.conductor.verify import Verdict, check_log, compare, other_form
from hotwash.drill.views.project import ViewEvent, ViewLog
from hotwash.kernel.audience import Audience
from hotwash.kernel.clock import stamp
from hotwash.kernel.errors import ContentError, TamperedError
from hotwash.kernel.event import Event


def check_free(folder: Path, *, overwrite: bool) -> None:
    """Find out before playing whether a record can be written here. Raises ContentError when it cannot."""
    ensure_free(folder, overwrite=overwrite)


def save(files: Files, folder: Path, *, overwrite: bool = False) -> None:
    """Write a record to its folder."""
    write_record(folder, files, overwrite=overwrite)


def load_record(folder: Path) -> Files:
    """Read a record from its folder."""
    return read_record(folder)


def rebuild(found: Files, traces: RecordedTraces | None = None) -> tuple[Table, list[Event]]:
    """The table and log of a record, with the transcripts of the recorded runs that it was played on where they are given. Raises
    TamperedError when content and first event disagree, ContentError for other runs."""
    events, _ = check_log(found)
    first = events[0]
    body = _true_design(found, first)
    return lay_out_again(body, first.data["seed"], first.data["drill"], traces), events


def _true_design(found: Files, first: Event) -> Mapping[str, Any]:
    """The content of a record as it was written. Raises TamperedError where it is not what the first event has the digests of."""
    body = design_of(found)
    for name, digested in digests(body).items():
        if digested != first.data[name]:
            raise TamperedError(f"{DESIGN} is not the content that the drill was planned with: {name} differs")
    return body


def titles_of(found: Files) -> dict[str, str]:
    """What the levers of a record are called, by kind. Raises TamperedError for content that cannot be read."""
    levers = design_of(found)["kit"]["levers"]
    return {kind: str(one["title"]) for kind, one in levers.items()}


def score_again(found: Files) -> Closing:
    """The closing of a record, computed anew. Raises TamperedError for a record that does not agree with itself."""
    table, events = rebuild(found)
    return close(table.design, events, table.what_if, table.par(), players=players_of(events))


def as_seen_by(table: Table, events: list[Event], audience: Audience, until_ms: int | None) -> list[ViewEvent]:
    """The log as one audience saw it, up to a moment of drill time."""
    log = ViewLog(audience, table.design)
    shown = (log.show(one) for one in events if until_ms is None or one.drill_ms <= until_ms)
    return [one for one in shown if one is not None]


def must_be_inside(events: list[Event], at_ms: int) -> None:
    """Raises ContentError for a moment before STARTEX or after the end of the log."""
    last = events[-1].drill_ms
    if not 0 <= at_ms <= last:
        said = f"the drill has no moment {stamp(at_ms) if at_ms >= 0 else 'before STARTEX'}"
        raise ContentError.at("--at", said, f"Write one from T+00:00 to {stamp(last)}.")


def what_was_known(table: Table, events: list[Event], audience: Audience, at_ms: int) -> Knew:
    """What one audience knew at a moment of drill time, with the signals that it could see then.

    Raises ContentError for a moment before STARTEX or after the end of the log.
    """
    must_be_inside(events, at_ms)
    view = fold_of(table.design, audience)
    for one in as_seen_by(table, events, audience, at_ms):
        view.apply(one)
    system = table.system
    for call in lever_log(events):
        if call.at_ms <= at_ms:
            system.advance(call.at_ms)
            system.pull(call)
    system.advance(at_ms)
    signals = seen(system.frame(), system.baseline(), table.design, at_ms)
    return knew(view, audience.seat or audience.kind, at_ms, table.design, events[0].data["drill"], signals)


def verify(found: Files, head: str = "") -> Verdict:
    """Play a record again and compare every byte. Its design is taken as it stands, if it is true to the digests in the log."""
    events: list[Event] = []
    names = tuple(sorted(found))
    try:
        events, chain = check_log(found, head)
        body = _true_design(found, events[0])
    except TamperedError as broken:
        return Verdict(len(events), events[-1].hash if events else "", names, str(broken), "changed")
    engine = str(events[0].data["engine"])
    try:
        form = other_form(body, Content.from_json(body).to_json())
        table = lay_out_again(body, events[0].data["seed"], events[0].data["drill"])
    except ValidationError as strange:
        said = f"{DESIGN} is true to its digests, and in a form that this version does not read ({strange.error_count()} places): verify it with {engine}"
        return Verdict(len(events), chain, names, said, "another version", "not read", engine)
    closing = close(table.design, events, table.what_if, table.par(), players=players_of(events))
    difference = compare(found, record(closing, events, table.content))
    if difference and engine != table.planned.engine:
        difference += (
            f" (written by {engine}, recomputed by {table.planned.engine}: what another version computes may differ)"
        )
    return Verdict(len(events), chain, names, difference, "another version" if form else "unchanged", form, engine)
