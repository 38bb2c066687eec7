"""Looking: queries, traces, evidence with custody, snapshots, suites."""

from __future__ import annotations

from collections.abc import Collection

from hotwash.drill import events as e
from hotwash.drill.decisions.case import Asked
from hotwash.drill.payloads import Payload


def query(asked: Asked) -> list[Payload]:
    """A search, with what it found."""
    return [asked.becomes(e.QueryRun, found=tuple(one.id for one in asked.given.found))]


def open_trace(asked: Asked) -> list[Payload]:
    """A trace in full; sensitive content asks for a purpose, which is logged."""
    trace = asked.given.trace
    if trace is None:
        raise asked.refuse("traces", f"there is no trace '{asked.action.trace}'")
    stated = bool(asked.action.purpose.strip())
    asked.must(
        stated or not trace.sensitive, "sensitive content", "this trace holds personal data: say why you open it"
    )
    return [asked.becomes(e.TraceOpened, sensitive=trace.sensitive, shows=asked.given.shows)]


def collect(asked: Asked) -> list[Payload]:
    """An evidence item with its hash."""
    asked.new_id("evidence_collected", asked.action.item, "an evidence item")
    asked.must(
        ("snapshot_taken", asked.action.item) not in asked.state.ids, "id", f"'{asked.action.item}' is a snapshot"
    )
    _there(asked, asked.action.kind, asked.action.ref)
    return [asked.becomes(e.EvidenceCollected, sha256=asked.given.sha256, shows=asked.given.shows)]


def _there(asked: Asked, kind: str, ref: str) -> None:
    """Refuse a reference to something that is not there. The system has looked up traces already."""
    state, system = asked.state, asked.design.system
    known: dict[str, Collection[str]] = {
        "signal": system.signals,
        "configuration": system.versions,
        "suite": [line.data["suite"] for line in state.journal.of("suite_run")],
        "message": [name for event, name in state.ids if event in ("inject_delivered", "inject_improvised")
                    and asked.received(name)],
    }  # fmt: skip
    if kind in known:
        asked.must(ref in known[kind], "evidence", f"there is no {kind} '{ref}' here: name one that you have seen")


def access(asked: Asked) -> list[Payload]:
    """Custody: who looked at an item, and why."""
    item = asked.action.item
    kept = {name for kind, name in asked.state.ids if kind in ("evidence_collected", "snapshot_taken")}
    asked.must(item in kept, "evidence", f"there is no evidence item '{item}'")
    asked.must(bool(asked.action.purpose.strip()), "custody", "say why you look at it")
    return [asked.becomes(e.EvidenceAccessed)]


def snapshot(asked: Asked) -> list[Payload]:
    """The configuration that runs now."""
    asked.new_id("snapshot_taken", asked.action.item, "a snapshot")
    return [
        asked.becomes(e.SnapshotTaken, sha256=asked.given.sha256, configuration=dict(asked.given.configuration or {}))
    ]


def run_suite(asked: Asked) -> list[Payload]:
    """A suite, with its result."""
    probe = asked.given.probe
    if probe is None:
        raise asked.refuse(
            "suites", f"there is no suite '{asked.action.suite}': choose of {', '.join(asked.design.system.suites)}"
        )
    result = e.SuiteRun(
        suite=probe.suite, scope=asked.action.scope, trials=max(1, min(5000, probe.trials)), failures=probe.failures,
        upper_ppm=probe.upper_rate, worst_cell=probe.worst_cell, shows=probe.shows,
    )  # fmt: skip
    return [result]


DECIDERS = {
    "run_query": query,
    "open_trace": open_trace,
    "collect_evidence": collect,
    "access_evidence": access,
    "take_snapshot": snapshot,
    "run_suite": run_suite,
}
