"""Hotwash's answer to one question, in a process of its own: `python benchmarks/triage_ours.py QUESTION FOLDER TRUTH.json [COLUMN ...]`.

Like the peers' scripts it counts from the first byte read to the answer, and prints JSON. `scan` reads the named columns and
does nothing with them but keep the largest value: what reading costs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import duckdb  # noqa: E402, F401  # opening files imports it: imports are not counted
import peers_common  # noqa: E402  # the path is set above
import triage_search  # noqa: E402  # the path is set above

from hotwash.adapters.relation_duckdb import DuckRelation, open_files  # noqa: E402  # the path is set above
from hotwash.kit.load import load_severity  # noqa: E402  # the path is set above
from hotwash.kit.schema.columns import TraceColumns  # noqa: E402  # the path is set above
from hotwash.triage import drift, fairness, leakage, onset, sql  # noqa: E402  # the path is set above
from hotwash.triage.report import triage  # noqa: E402  # the path is set above
from hotwash.triage.sample import draw  # noqa: E402  # the path is set above
from hotwash.triage.timeline import Window, extent, timeline  # noqa: E402  # the path is set above
from tests.support.incidents import columns as meaning  # noqa: E402  # the path is set above

SIGNAL = "ungrounded"
Answer = dict[str, Any]
Segment = list[list[str]]


class Asked:
    """One question's material: the relation is opened inside the measured time."""

    def __init__(self, folder: Path, truth: dict[str, Any], columns: list[str]) -> None:
        self.folder, self.truth, self.columns = folder, truth, columns
        self.slice: Segment = [list(one) for one in truth["slice"]]
        self.before = Window(truth["from_ms"], truth["onset_ms"])
        self.after = Window(truth["onset_ms"], truth["to_ms"])
        self.whole = Window(truth["from_ms"], truth["to_ms"])

    def open(self, *signals: str) -> tuple[DuckRelation, TraceColumns]:
        relation = open_files(self.folder)
        columns = meaning(relation.columns)
        kept = [one for one in columns.signals if not signals or one.name in signals]
        return relation, columns.model_copy(update={"signals": kept})


def scan(asked: Asked) -> Answer:
    relation, columns = asked.open()
    named = [(f"c{number}", f"MAX({relation.dialect.name(one)})") for number, one in enumerate(asked.columns)]
    # The condition keeps the engine from answering out of the files' statistics.
    relation.ask(sql.select(named, [f"{relation.dialect.epoch_ms(columns.time)} > 0"]), [columns.time, *asked.columns])
    return {"said": f"{len(asked.columns)} columns", "right": True}


def when(asked: Asked) -> Answer:
    relation, columns = asked.open(SIGNAL)
    where = sql.inside(relation.dialect, [(dim, value) for dim, value in asked.slice])
    line = timeline(relation, columns, columns.signals, extent(relation, columns), where)
    found = onset.onset(line.found[SIGNAL], line.asked[SIGNAL], line)
    if found is None:
        return {"said": "no onset", "right": False}
    off = (found.at_ms - asked.truth["onset_ms"]) / 60_000
    low, high = ((one - asked.truth["onset_ms"]) / 60_000 for one in (found.low_ms, found.high_ms))
    return {
        "said": f"{off:+.0f} min in the segment, 95 % {low:+.0f} to {high:+.0f}",
        "right": abs(off) <= peers_common.slack_min(asked.truth),
    }


def who(asked: Asked) -> Answer:
    relation, columns = asked.open(SIGNAL)
    found = triage_search.findings(relation, columns.model_copy(update={"features": [], "score": ""}))
    if not found:
        return {"said": "nothing", "right": False}
    best = found[0][1]
    said = sorted([dim, value] for dim, values in best.scope.dims for value in values)
    return {"said": f"{best.scope} (of {len(found)})", "right": said == asked.slice}


def what_changed(asked: Asked) -> Answer:
    relation, columns = asked.open(SIGNAL)
    line = timeline(relation, columns, columns.signals, extent(relation, columns))
    sample = draw(relation, columns, columns.signals, line)
    found = drift.drift(sample, columns, asked.before, asked.after).shifts
    if not found:
        return {"said": "no drift", "right": False}
    best, (name, place) = found[0], (asked.truth["feature"], [list(one) for one in asked.truth["shifted"]])
    said = "; ".join(f"{one.column} in {one.where or 'all traffic'}, PSI {one.psi:.2f}" for one in found[:2])
    return {"said": said, "right": best.column == name and [list(one) for one in best.where] == place}


def fair(asked: Asked) -> Answer:
    relation, columns = asked.open()
    found = fairness.fairness(relation, columns, None, asked.whole)
    rates: dict[str, dict[str, float | None]] = {}
    for one in found.groups:
        if len(one.member) == 1:
            rates.setdefault(one.member[0][1], {}).update({gap.measure: gap.now.share for gap in one.gaps})
            if one.reference is not None:
                yardstick = rates.setdefault(one.reference[0][1], {})
                yardstick |= {gap.measure: gap.reference_now.share for gap in one.gaps if one.reference != one.member}
    told = {group: [of.get("selection"), of.get("tpr"), of.get("fpr")] for group, of in rates.items()}
    return {"rates": told, "said": f"{len(told)} groups with intervals", "right": None}


def leaked(asked: Asked) -> Answer:
    relation, columns = asked.open()
    found = leakage.leakage(relation, columns, asked.whole)
    hits = {one.kind: one.found.found for one in found.kinds if one.found.found}
    total = sum(hits.values())
    said = f"{total} of {asked.truth['personal']} planted: {hits}, {found.raw_rows} rows read whole"
    return {"said": said, "right": total == asked.truth["personal"]}


def report(asked: Asked) -> Answer:
    """The whole report as users get it: every question, told neither signal nor time, texts as by default."""
    relation, columns = asked.open()
    *_, (_, whole) = triage(relation, columns, load_severity())
    best = whole.main.segments[0] if whole.main and whole.main.segments else None
    said = sorted([dim, value] for dim, values in best.scope.dims for value in values) if best else []
    return {
        "said": f"{whole.signal.name if whole.signal else 'nothing'} in {best.scope if best else 'no segment'}",
        "right": said == asked.slice,
        "columns": list(relation.asked),
    }


QUESTIONS = {
    "scan": scan, "onset": when, "segments": who, "drift": what_changed, "fairness": fair, "leakage": leaked, "report": report,
}  # fmt: skip


def main() -> None:
    question, folder, truth, *columns = sys.argv[1:]
    asked = Asked(Path(folder), json.loads(Path(truth).read_text()), columns)
    found = peers_common.measured(lambda: {"rows": asked.truth["rows"], **QUESTIONS[question](asked)})
    print(json.dumps(found, default=str))


if __name__ == "__main__":
    main()
