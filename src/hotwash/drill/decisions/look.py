"""Looking: queries, traces, evidence with custody, snapshots, suites."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256

from hotwash.drill import events as e
from hotwash.drill.decisions.case import Asked
from hotwash.drill.payloads import EvidenceForm, Payload
from hotwash.kit.schema.kit import EvidencePolicy


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
    readers = may_read(asked.design.kit.declaration.evidence, "raw", asked.design.seats)
    if trace.sensitive and asked.command.seat not in readers:
        refused = asked.refuse(
            "evidence", f"a trace that holds personal data is not shown to '{asked.command.seat}'", readers
        )
        refused.on_record = e.EvidenceRefused(
            item=asked.action.trace, purpose=asked.action.purpose, in_form="raw", who=readers
        )
        raise refused
    return [asked.becomes(e.TraceOpened, sensitive=trace.sensitive, shows=asked.given.shows)]


def collect(asked: Asked) -> list[Payload]:
    """An evidence item with its hash."""
    asked.new_id("evidence_collected", asked.action.item, "an evidence item")
    asked.must(
        ("snapshot_taken", asked.action.item) not in asked.state.ids, "id", f"'{asked.action.item}' is a snapshot"
    )
    _there(asked, asked.action.kind, asked.action.ref)
    given = asked.given
    kept = asked.becomes(
        e.EvidenceCollected,
        sha256=given.sha256,
        shows=given.shows,
        bytes=len(given.content or b""),
        sensitive=given.trace is not None and given.trace.sensitive,
        source=given.source,
        method=given.method,
    )
    return [kept]


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
    readers = may_read(asked.design.kit.declaration.evidence, asked.action.in_form, asked.design.seats)
    if asked.command.seat not in (*readers, _collector(asked, item)):
        refused = asked.refuse(
            "evidence", f"'{asked.action.in_form}' of evidence is not shown to '{asked.command.seat}'", readers
        )
        refused.on_record = asked.becomes(e.EvidenceRefused, who=readers)
        raise refused
    content = asked.given.content
    return [asked.becomes(e.EvidenceAccessed, sha256="" if content is None else sha256(content).hexdigest())]


def may_read(policy: EvidencePolicy, form: EvidenceForm, seats: tuple[str, ...]) -> tuple[str, ...]:
    """Seats that the kit lets look at a form; every seat where it does not say."""
    named = policy.readers.get(form)
    return seats if named is None else tuple(named)


def _collector(asked: Asked, item: str) -> str:
    """Whoever kept an item had all of it in front of them already."""
    kept = [
        *asked.state.journal.where("evidence_collected", item=item),
        *asked.state.journal.where("snapshot_taken", item=item),
    ]
    return kept[0].seat


def hold(asked: Asked) -> list[Payload]:
    """Nothing of it may be purged until whoever has the right lifts it."""
    asked.new_id("legal_hold_placed", asked.action.hold, "a legal hold")
    asked.must(bool(asked.action.reason.strip()), "completeness", "say what the hold is for")
    asked.cites(asked.action.items)
    return [asked.becomes(e.LegalHoldPlaced)]


def lift(asked: Asked) -> list[Payload]:
    """A hold that stands."""
    name, journal = asked.action.hold, asked.state.journal
    stands = journal.has("legal_hold_placed", hold=name) and not journal.has("legal_hold_lifted", hold=name)
    asked.must(stands, "evidence", f"there is no legal hold '{name}' in force")
    asked.must(bool(asked.action.reason.strip()), "completeness", "say why it may go")
    return [asked.becomes(e.LegalHoldLifted)]


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
        verdict=asked.given.verdict,
    )  # fmt: skip
    return [result]


def decide_case(asked: Asked) -> list[Payload]:
    """A case in a reviewer's place: by a seat that read the request, with a reason."""
    case = asked.given.case
    if case is None or case.decided_ms is not None:
        raise asked.refuse("review", f"'{asked.action.case}' waits for no decision: take a case of the queue")
    asked.must(bool(asked.action.reason.strip()), "completeness", "say why you decide so: one sentence")
    read = asked.state.journal.where("trace_opened", trace=case.trace)
    asked.must(
        any(line.seat == asked.command.seat for line in read), "review", f"open '{case.trace}' and read it first"
    )
    return [asked.becomes(e.CaseDecided, call=case.call, waited_ms=asked.at.drill_ms - case.at_ms)]


DECIDERS = {
    "run_query": query,
    "open_trace": open_trace,
    "collect_evidence": collect,
    "access_evidence": access,
    "take_snapshot": snapshot,
    "place_hold": hold,
    "lift_hold": lift,
    "run_suite": run_suite,
    "decide_case": decide_case,
}
