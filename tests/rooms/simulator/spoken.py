"""Played drills in words, for the tests of texts: shipped scenarios and one-fault worlds, with levers pulled on the way."""

import random
from dataclasses import replace
from functools import cache
from itertools import islice

from hotwash import bootstrap
from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.system import Fault, World
from hotwash.ports.scope import EVERYTHING
from hotwash.ports.system import LeverCall
from hotwash.simulator.ids import trace_id

COPILOT, CLASSIFIER = "cross-tenant-leak", "bias-after-refresh"
PULLS = [
    (14, "review", {"reviewers": 12, "rule": "all", "overflow": "open"}),
    (18, "guardrail", {"tier": "b"}),
    (22, "tools_off", {}),
    (22, "hold_adverse", {}),
    (24, "retrieval_off", {}),
    (26, "safe_mode", {}),
    (28, "queue", {"per_second": 3}),
    (31, "feature_off", {}),
]


@cache
def played(scenario=COPILOT, seed=5):
    """A shipped scenario at minute 33, in which a request can have ended in any way."""
    system = bootstrap.lay_out(bootstrap.content(scenario), seed).system
    for minute, kind, arguments in PULLS:
        if kind in system.layout.spec.levers:
            system.advance(minute * MINUTE)
            system.pull(LeverCall(kind, kind, minute * MINUTE, EVERYTHING, tuple(arguments.items())))
    system.advance(33 * MINUTE)
    return system


@cache
def broken(scenario, category, carried_by, path="any", minutes=5):
    """A system in which one thing is broken for everybody from the first minute."""
    found = bootstrap.content(scenario)
    fault = Fault(
        id="one", category=category, carried_by=carried_by, rate=0.3, onset_min=0, ramp_min=0, path=path, note="a note"
    )
    secret = found.secret.model_copy(update={"world": World(faults=[fault])})
    system = bootstrap.lay_out(replace(found, secret=secret), 5).system
    system.advance(minutes * MINUTE)
    return system


@cache
def shuffled(system):
    """Rows in random order, read once."""
    rows = random.Random(1).sample(range(system.play.row), min(system.play.row, 30_000))
    return [system.facts.of(row) for row in rows]


def rows_of(system, most, keep=lambda _facts: True):
    """A sample of rows, as facts, of those that fit."""
    return list(islice((one for one in shuffled(system) if keep(one)), most))


@cache
def _opened(system, row):
    return system.open(trace_id(row))


def opened(system, facts):
    """The trace of a row, opened once."""
    return _opened(system, facts.row)


def texts_of(trace):
    """Everything that a person wrote, read or caused, in one string."""
    parts = [trace.prompt, trace.output, str(trace.attributes.get("hotwash.withheld.output", ""))]
    for one in trace.tool_calls:
        parts += [one.result, *map(str, one.arguments.values())]
    return "\n".join(parts)
