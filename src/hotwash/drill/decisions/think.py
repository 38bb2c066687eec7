"""Orienting and thinking: the incident, its label, severity and scope; signals, hypotheses, decisions."""

from __future__ import annotations

from hotwash.drill import events as e
from hotwash.drill.decisions.case import Asked, told
from hotwash.drill.payloads import Payload


def open_incident(asked: Asked) -> list[Payload]:
    """One incident at a time; another after the first was stood down."""
    opened, closed = (asked.state.journal.last(kind) for kind in ("incident_opened", "incident_stood_down"))
    standing = opened is not None and (closed is None or closed.version < opened.version)
    asked.must(not standing, "incident", "the incident is open already: add to its statement")
    return told(e.IncidentOpened, "title", "observation")(asked)


def classify(asked: Asked) -> list[Payload]:
    """A mode of the taxonomy and a reason; at most two contributors, none of them the primary bucket."""
    action, modes = asked.action, asked.design.kit.taxonomy.modes
    asked.must(
        action.mode in modes, "taxonomy", f"'{action.mode}' is no failure mode: choose one of {', '.join(modes)}"
    )
    asked.must(action.bucket not in action.contributors, "taxonomy", "the primary bucket is not a contributor as well")
    asked.must(len(action.contributors) <= 2, "taxonomy", "name at most two contributors")
    return told(e.Classified, "reason")(asked)


def set_severity(asked: Asked) -> list[Payload]:
    """Not milder than a known fact demands; a downgrade is the incident commander's, with a reason."""
    level, severity = asked.action.level, asked.design.kit.severity
    for fact, mildest in severity.mandatory.items():
        if fact in asked.state.facts:
            asked.must(
                level <= mildest,
                f"severity.mandatory: {fact}",
                f"'{fact}' is known, so severity is at least Sev-{mildest}",
            )
    unknown = set(asked.action.dimensions) - set(severity.dimensions)
    asked.must(not unknown, "severity", f"the matrix has no row {', '.join(sorted(unknown))}")
    worst = min(asked.action.dimensions.values(), default=level)
    asked.must(
        level <= worst, "severity: the highest row counts", f"a row stands at Sev-{worst}, so severity is at least that"
    )
    before = asked.state.severity
    if before is not None and level > before:
        asked.must(asked.command.seat == "ic", "severity.downgrade_rule", severity.downgrade_rule, ("ic",))
    return told(e.SeveritySet, "reason")(asked)


def declare(asked: Asked) -> list[Payload]:
    """By criteria of the kit, on an incident that is open."""
    known = asked.design.kit.declaration.major_criteria
    asked.must(asked.state.journal.has("incident_opened"), "declaration", "open the incident first")
    asked.must(asked.state.severity is not None, "declaration", "set a severity first")
    asked.must(bool(asked.action.criteria), "declaration", f"name the criteria that are met, of: {', '.join(known)}")
    unknown = set(asked.action.criteria) - set(known)
    asked.must(
        not unknown,
        "declaration",
        f"there is no criterion {', '.join(sorted(unknown))}: the kit has {', '.join(known)}",
    )
    return told(e.MajorIncidentDeclared, "reason")(asked)


def set_scope(asked: Asked) -> list[Payload]:
    """Dimensions and values that the system has, since a moment that has been."""
    dimensions = asked.design.system.dimensions
    for dim, values in asked.action.scope.items():
        asked.must(dim in dimensions, "scope", f"there is no dimension '{dim}': the system has {', '.join(dimensions)}")
        lost = [value for value in values if value not in dimensions[dim]]
        asked.must(not lost, "scope", f"{dim} has no value {', '.join(lost)}")
    asked.must(asked.action.since_ms <= asked.at.drill_ms, "scope", "a scope cannot begin in the future")
    return told(e.ScopeSet, "statement")(asked)


def validate(asked: Asked) -> list[Payload]:
    """An alert of the catalogue, by something other than itself."""
    _known_alert(asked)
    other = asked.action.second != asked.action.alert
    asked.must(other, "validation", "a signal cannot confirm itself: name a second, independent one")
    return told(e.SignalValidated, "second")(asked)


def adjust(asked: Asked) -> list[Payload]:
    """The detector behind an alert that was found spurious."""
    _known_alert(asked)
    judged = asked.state.journal.last("signal_validated", alert=asked.action.alert)
    spurious = judged is not None and judged.data["verdict"] == "spurious"
    asked.must(spurious, "detector", f"validate '{asked.action.alert}' as spurious before its detector is changed")
    return told(e.DetectorAdjusted, "detail")(asked)


def _known_alert(asked: Asked) -> None:
    alerts = asked.design.alerts
    asked.must(
        asked.action.alert in alerts,
        "alerts",
        f"there is no alert '{asked.action.alert}': choose of {', '.join(alerts)}",
    )


def hypothesise(asked: Asked) -> list[Payload]:
    """A hypothesis with an id of its own."""
    asked.new_id("hypothesis_raised", asked.action.hypothesis, "a hypothesis")
    return told(e.HypothesisRaised, "statement")(asked)


def test(asked: Asked) -> list[Payload]:
    """A test of a hypothesis that was raised."""
    named = asked.action.hypothesis
    asked.must(
        ("hypothesis_raised", named) in asked.state.ids,
        "hypotheses",
        f"there is no hypothesis '{named}': raise it first",
    )
    return told(e.TestRecorded, "method")(asked)


def record_decision(asked: Asked) -> list[Payload]:
    """A line of the decision log: what and why."""
    asked.new_id("decision_recorded", asked.action.decision, "a decision")
    replaced = asked.action.replaces
    known = not replaced or ("decision_recorded", replaced) in asked.state.ids
    asked.must(known, "decisions", f"there is no decision '{replaced}' to replace")
    return told(e.DecisionRecorded, "what", "reason")(asked)


def disagree(asked: Asked) -> list[Payload]:
    """Dissent from a decision that was recorded."""
    named = asked.action.decision
    asked.must(("decision_recorded", named) in asked.state.ids, "decisions", f"there is no decision '{named}'")
    return told(e.DisagreementRecorded, "reason")(asked)


DECIDERS = {
    "open_incident": open_incident,
    "state_incident": told(e.IncidentStated, "statement"),
    "classify": classify,
    "set_severity": set_severity,
    "declare_major_incident": declare,
    "stand_down": told(e.IncidentStoodDown, "reason"),
    "assess_impact": told(e.ImpactAssessed, "who"),
    "set_scope": set_scope,
    "validate_signal": validate,
    "adjust_detector": adjust,
    "raise_hypothesis": hypothesise,
    "record_test": test,
    "record_decision": record_decision,
    "record_disagreement": disagree,
}
