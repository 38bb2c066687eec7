"""What a command needs to be told by the system before it can be decided."""

from __future__ import annotations

from hashlib import sha256

from hotwash import __version__
from hotwash.conductor.canaries import promised, verdict_of
from hotwash.conductor.locker import form, items, raw_form, value_of
from hotwash.drill import commands as c
from hotwash.drill.commands import Action
from hotwash.drill.journal import Journal
from hotwash.drill.moment import Given
from hotwash.kernel.errors import NotSupportedError
from hotwash.kernel.event import digest
from hotwash.ports.scope import EVERYTHING, Scope
from hotwash.ports.system import LeverCall, SystemUnderDrill
from hotwash.ports.traces import TraceQuery

NOTHING = Given()


def fetch(system: SystemUnderDrill, action: Action, now_ms: int, journal: Journal, key: bytes, endex_ms: int) -> Given:
    """Ask the system, without changing it, for what `decide` may not look up itself.

    Raises NotSupportedError when the system has no such trace, lever, scope or suite.
    """
    match action:
        case c.SendMessage():
            return NOTHING  # what is given most often
        case c.RunQuery(asks="moved"):
            if action.flag and action.flag not in system.describe().signals:
                raise NotSupportedError(f"there is no signal '{action.flag}': choose one that the dashboards show")
            scope = Scope.of(action.scope)
            return Given(requests=system.requests(action.from_ms, min(action.to_ms, now_ms), scope))
        case c.RunQuery():
            scope = Scope.of(action.scope)
            query = TraceQuery(action.from_ms, min(action.to_ms, now_ms), scope, action.flag, action.limit)
            return Given(found=tuple(system.find(query)))
        case c.OpenTrace():
            trace = system.open(action.trace)
            return Given(trace=trace, shows=trace.shows)
        case c.CollectEvidence():
            return _collected(system, action, now_ms, journal)
        case c.AccessEvidence():
            return Given(content=_shown(system, action, journal, key))
        case c.TakeSnapshot():
            configuration = dict(system.configuration())
            return Given(configuration=configuration, sha256=digest(configuration))
        case c.RequestLever() | c.PullLever():
            arguments = tuple(sorted(action.arguments.items()))
            call = LeverCall(action.call, action.kind, now_ms, Scope.of(action.scope), arguments)
            receipt = system.pull(call, mode="dry")
            said = promised(system, action, receipt.effective_ms, now_ms, endex_ms)
            if not (isinstance(action, c.PullLever) and action.snapshot_first):
                return Given(receipt=receipt, promise=said)
            configuration = dict(system.configuration())
            return Given(receipt=receipt, configuration=configuration, sha256=digest(configuration), promise=said)
        case c.DecideCase():
            system.pull(decision(action.case, action.action, now_ms), mode="dry")
            cases = {one.trace: one for one in system.review_queue().cases}
            return Given(case=cases.get(action.case))
        case c.RevertLever():
            call = LeverCall(f"undo-{action.call}", "restore", now_ms, EVERYTHING, (("target", action.call),))
            return Given(receipt=system.pull(call, mode="dry"))
        case c.RunSuite():
            probe = system.probe(action.suite, Scope.of(action.scope), action.trials)
            return Given(probe=probe, verdict=verdict_of(probe, journal))
        case _:
            return NOTHING


def decision(case: str, action: str, at_ms: int) -> LeverCall:
    """A reviewer's decision as an input of the system: one for a case, whoever makes it."""
    return LeverCall(f"case-{case}", "decide_case", at_ms, EVERYTHING, (("action", action), ("case", case)))


def _collected(system: SystemUnderDrill, action: c.CollectEvidence, now_ms: int, journal: Journal) -> Given:
    """An item's raw form and address. What cannot be looked up has no content: `decide` says what is missing."""
    trace = system.open(action.ref) if action.kind == "trace" else None
    value = value_of(system, journal, action.kind, action.ref, now_ms)
    content = raw_form(value)
    name = system.describe().name
    return Given(
        trace=trace,
        shows=trace.shows if trace else (),
        sha256=sha256(content).hexdigest(),
        content=content,
        source=name,
        method=f"hotwash {__version__}",
    )


def _shown(system: SystemUnderDrill, action: c.AccessEvidence, journal: Journal, key: bytes) -> bytes | None:
    """The form that is asked for; None where the item's content is not what was kept, or is nowhere."""
    for item in items(journal):
        if item.item == action.item:
            value = value_of(system, journal, item.kind, item.ref or item.item, item.at_ms)
            kept = sha256(raw_form(value)).hexdigest() == item.sha256
            return form(value, action.in_form, key) if kept else None
    return None
