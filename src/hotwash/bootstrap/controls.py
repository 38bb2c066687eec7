"""Controls: whether outputs can be tied to what made them, of traces and of a drill."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

from hotwash.aftermath.blocks import Report
from hotwash.aftermath.controls.traceability_pages import traceability_report
from hotwash.bootstrap.questions import open_traces, relate
from hotwash.bootstrap.records import load_record, rebuild
from hotwash.bootstrap.tables import Table
from hotwash.conductor.inquiry import REQUESTS, VERSION, arrays, meaning
from hotwash.conductor.session import lever_log
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.errors import ContentError
from hotwash.kernel.event import Event
from hotwash.kit.names import instead
from hotwash.triage.traceability import PARTS, Part, Traceability, traceability


def traceable_traces(path: Path, columns_file: Path | None, given: Mapping[Part, str]) -> tuple[Traceability, Report]:
    """Of a table of traces. Raises ContentError for a table or a column that is not there."""
    opened = open_traces(path, columns_file)
    with contextlib.closing(opened.relation):
        try:
            found = traceability(opened.relation, opened.columns, given)
        except KeyError as wrong:
            raise ContentError.at(
                "--part", f"there is no column '{wrong.args[0]}'", instead(wrong.args[0], opened.relation.columns)
            ) from wrong
    return found, traceability_report(found, str(path), exercise=False)


def traceable_drill(record: Path) -> tuple[Traceability, Report]:
    """Of the requests of a drill, whose lost traces count as tied to nothing. Raises ContentError for a folder that is no record."""
    table, events = rebuild(load_record(record))
    found = _of_requests(table, events)
    return found, traceability_report(found, f"requests of {events[0].data['drill']}", exercise=True)


def _of_requests(table: Table, events: list[Event]) -> Traceability:
    system, end = table.system, events[-1].drill_ms
    for call in lever_log(events):
        system.advance(call.at_ms)
        system.pull(call)
    system.advance(end)
    requests = system.requests(0, end)
    described = system.describe()
    columns = meaning(described, requests).model_copy(
        update={"versions": [VERSION.format(one) for one in requests.versions]}
    )
    given: dict[Part, str] = {part: VERSION.format(part) for part in PARTS if part in requests.versions}
    frame = system.frame()
    totals = frame.total(REQUESTS, 0, end // MINUTE)
    lost = {}
    for cell, counted in zip(frame.cells, totals.tolist(), strict=True):
        kept = requests.at_ms < (end // MINUTE) * MINUTE
        rows = kept if not cell[0] else kept & (requests.dims[cell[0]] == cell[1])
        lost[cell] = max(0, counted - int(rows.sum()))
    with relate(arrays(requests, 0)) as relation:
        return traceability(relation, columns, given, lost)
