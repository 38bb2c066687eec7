"""Small systems, worlds and catalogues for the simulator's tests, and a reader of words that says nothing."""

from hotwash.kit.schema.levers import HarmWeight, HarmWeights, Lever, Rights
from hotwash.kit.schema.system import Fault, SystemSpec, World
from hotwash.ports.scope import EVERYTHING, Scope
from hotwash.ports.system import LeverCall
from hotwash.ports.traces import Trace, TraceSummary
from hotwash.simulator.system import SimulatedSystem

MINUTE = 60_000
DELAYS = {
    "feature_off": 30, "safe_mode": 60, "rollback": 300, "failover": 240, "cache_flush": 60, "rate_limit": 30,
    "queue": 60, "guardrail": 120, "review": 300, "hold_adverse": 60, "tools_off": 60, "retrieval_off": 60,
    "breaker": 30, "restore": 0,
}  # fmt: skip
UNDO = {"review": 60}
POINTS = {
    "ungrounded_answer": 3, "wrong_decision": 10, "discriminatory_decision": 25, "leaked_record": 60, "tool_misuse": 40,
    "wrongful_refusal": 0.3,
}  # fmt: skip


def rights():
    return Rights(may_pull=["tech-lead"], approvers=["incident-commander"])


LEVERS = {
    kind: Lever(
        title=kind, does="what it says", side_effect="some", delay_s=delay, undo_s=UNDO.get(kind, delay),
        reversible=kind != "cache_flush", scoped=kind != "failover", rights=rights(),
    )
    for kind, delay in DELAYS.items()
}  # fmt: skip
HARM = HarmWeights(
    categories={
        name: HarmWeight(title=name, points=points, fact=f"fact_{name}", why="said so")
        for name, points in POINTS.items()
    },
    refused_points=0.15,
    refused_why="a fallback page exists",
)


def component(name, **kw):
    return {"current": f"{name}-2", "previous": f"{name}-1", "misses_percent": 10, "delay_s": 300, **kw}


COPILOT = {
    "id": "small-copilot",
    "title": "Small copilot",
    "kind": "copilot",
    "purpose": "answers",
    "requests_per_second": 10,
    "dimensions": {
        "tenant": {"zipf": 6, "pattern": "t-{:02d}"},
        "region": {"shares": {"us": 0.6, "eu": 0.4}},
        "language": {"given": "region", "by_value": {"us": {"en": 0.9, "es": 0.1}, "eu": {"en": 0.4, "de": 0.6}}},
        "intent": {"shares": {"howto": 0.5, "refund": 0.3, "status": 0.2}},
        "group": {"shares": {"A": 0.7, "D": 0.3}, "routable": False},
    },
    "intents": {
        "howto": {"title": "How to", "share": 0.5, "value": 5, "retrieval": True, "cacheable": 0.8},
        "refund": {"title": "Refund", "share": 0.3, "value": 10, "retrieval": True, "write_tool": True, "cacheable": 0.3},
        "status": {"title": "Status", "share": 0.2, "value": 10},
    },
    "healthy": {"category": "ungrounded_answer", "rate": 0.004, "safe_mode_rate": 0.001},
    "guardrail": {
        "none": {"catches": {"leaked_record": 0.02}, "false_positive": 0.002},
        "a": {"catches": {"leaked_record": 0.10, "ungrounded_answer": 0.05}, "false_positive": 0.004},
        "b": {"catches": {"leaked_record": 0.60, "ungrounded_answer": 0.55, "tool_misuse": 0.6}, "false_positive": 0.03},
        "c": {"catches": {"leaked_record": 0.85, "ungrounded_answer": 0.85, "tool_misuse": 0.9}, "false_positive": 0.22},
        "main_languages": ["en"],
        "hard_groups": ["D"],
    },
    "review": {
        "catches": {
            "ungrounded_answer": 0.85, "wrong_decision": 0.9, "discriminatory_decision": 0.5, "leaked_record": 0.92,
            "tool_misuse": 0.95, "wrongful_refusal": 0.98,
        },
    },
    "gateway": {},
    "degradation": {},
    "components": {
        "model": component("model"), "prompt": component("prompt"), "index": component("index", delay_s=480),
        "tools": component("tools"),
    },
    "dependencies": {"retrieval": "Retrieval service"},
    "levers": [kind for kind in DELAYS if kind != "hold_adverse"],
    "protected": ["group"],
}  # fmt: skip
CLASSIFIER = {
    **COPILOT,
    "id": "small-classifier",
    "title": "Small classifier",
    "kind": "classifier",
    "intents": {
        "howto": {"title": "Rent", "share": 0.5, "value": 30},
        "refund": {"title": "Loan", "share": 0.3, "value": 20},
        "status": {"title": "Fund", "share": 0.2, "value": 40},
    },
    "healthy": {"category": "wrong_decision", "rate": 0.03, "safe_mode_rate": 0.05, "denial_rate": 0.24},
    "cache_ttl_min": 0,
    "components": {"model": component("model"), "features": component("features"), "data": component("data")},
    "dependencies": {"bureau": "Income service"},
    "levers": ["feature_off", "safe_mode", "rollback", "failover", "rate_limit", "queue", "guardrail", "review",
               "hold_adverse", "breaker", "restore"],
}  # fmt: skip


def spec(base=None, **changed):
    return SystemSpec.model_validate({**(base or COPILOT), **changed})


def fault(**kw):
    usual = {
        "id": "leak", "category": "leaked_record", "carried_by": "index", "rate": 0.2, "slice": {"region": ["eu"]},
        "onset_min": 5, "ramp_min": 2, "path": "retrieval", "note": "a cause",
    }  # fmt: skip
    return Fault.model_validate({**usual, **kw})


def world(*faults, **kw):
    return World(faults=list(faults), **kw)


LEAK = world(fault())
SKEW = world(
    fault(
        id="skew",
        category="discriminatory_decision",
        carried_by="features",
        rate=0.15,
        slice={"group": ["D"]},
        path="any",
    )
)


class Silent:
    """Words for tests that look at none."""

    def trace(self, facts):
        return Trace(TraceSummary("", facts.at_ms, facts.dims, facts.status), "prompt", facts.category or "answer")

    def complaint(self, facts):
        return f"about {facts.category or 'nothing'}"


def system(what=LEAK, pack=None, seed=7, minutes=25, coast=5, changes=(), levers=None):
    return SimulatedSystem(
        spec=pack or spec(), world=what, levers=levers or LEVERS, harm=HARM, changes=changes, minutes=minutes,
        coast_minutes=coast, seed=seed, words=Silent(),
    )  # fmt: skip


def call(kind, at_min, scope=EVERYTHING, name="", **arguments):
    where = scope if isinstance(scope, Scope) else Scope.of(scope)
    given = tuple(sorted(arguments.items()))
    return LeverCall(name or f"{kind}-{at_min}", kind, round(at_min * MINUTE), where, given)
