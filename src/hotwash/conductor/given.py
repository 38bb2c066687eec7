"""What a command needs to be told by the system before it can be decided."""

from __future__ import annotations

from hotwash.drill import commands as c
from hotwash.drill.commands import Action
from hotwash.drill.moment import Given
from hotwash.kernel.errors import NotSupportedError
from hotwash.kernel.event import digest
from hotwash.ports.scope import EVERYTHING, Scope
from hotwash.ports.system import LeverCall, SystemUnderDrill
from hotwash.ports.traces import Trace, TraceQuery


def fetch(system: SystemUnderDrill, action: Action, now_ms: int) -> Given:
    """Ask the system, without changing it, for what `decide` may not look up itself.

    Raises NotSupportedError when the system has no such trace, lever, scope or suite.
    """
    match action:
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
        case c.CollectEvidence(kind="trace"):
            trace = system.open(action.ref)
            return Given(trace=trace, shows=trace.shows, sha256=digest(_fingerprint(trace)))
        case c.CollectEvidence():
            return Given(sha256=digest([action.kind, action.ref]))
        case c.TakeSnapshot():
            configuration = dict(system.configuration())
            return Given(configuration=configuration, sha256=digest(configuration))
        case c.RequestLever() | c.PullLever():
            arguments = tuple(sorted(action.arguments.items()))
            call = LeverCall(action.call, action.kind, now_ms, Scope.of(action.scope), arguments)
            return Given(receipt=system.pull(call, mode="dry"))
        case c.RevertLever():
            call = LeverCall(f"undo-{action.call}", "restore", now_ms, EVERYTHING, (("target", action.call),))
            return Given(receipt=system.pull(call, mode="dry"))
        case c.RunSuite():
            return Given(probe=system.probe(action.suite, Scope.of(action.scope), action.trials))
        case _:
            return Given()


def _fingerprint(trace: Trace) -> list[object]:
    """What a trace's hash covers: everything that a reader sees."""
    calls = [[call.name, dict(call.arguments), call.result, call.error] for call in trace.tool_calls]
    passages = [[passage.id, passage.tenant, passage.content] for passage in trace.passages]
    return [trace.summary.id, trace.prompt, trace.output, passages, calls, dict(trace.versions)]
