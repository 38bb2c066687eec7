"""How events and amounts are put into words in a report."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from hotwash.aftermath.blocks import Tone
from hotwash.aftermath.names import in_titles
from hotwash.drill import events as e
from hotwash.drill.payloads import Payload
from hotwash.kernel.clock import stamp
from hotwash.scoring.case import Entry

NO_TITLES: Mapping[str, str] = MappingProxyType({})
GOOD, FAIR = 75.0, 50.0
"""Marks of 100 from which a result is called good, and below which it is called missed."""


def points(value: float) -> str:
    """Harm points, rounded for reading."""
    return f"{value:,.0f}" if abs(value) >= 10 else f"{value:.1f}"


def percent(value: float | None) -> str:
    """A share of 1 as a percentage."""
    return "not evaluated" if value is None else f"{100 * value:.0f} %"


def minutes(value: float | None) -> str:
    """Minutes of drill time as T+mm:ss."""
    return "never" if value is None else stamp(round(value * 60_000))


def tone(score: float | None) -> Tone:
    """The tone of a mark of 100."""
    if score is None:
        return "plain"
    return "good" if score >= GOOD else "warn" if score >= FAIR else "bad"


def scope_words(scope: dict[str, list[str]]) -> str:
    """A scope as people say it."""
    return "; ".join(f"{dim} {', '.join(sorted(values))}" for dim, values in sorted(scope.items())) or "all traffic"


def say(entry: Entry[Any], names: Mapping[str, str] = NO_TITLES) -> tuple[str, str]:
    """An event as (kind of deed, one line). `names` is what levers, expectations and duties are called (see `aftermath.names`); what is not in
    it goes by its id."""

    def called(kind: str, other: str = "") -> str:
        named = names.get(kind.replace(" ", "_")) or names.get(kind)
        return f"“{named}”" if named else other or kind

    match entry.event:
        case e.InjectDelivered(sender=sender, channel=channel, subject=subject, to=to):
            return "inject", f"{sender} by {channel} to {', '.join(to)}: {subject}"
        case e.InjectImprovised(sender=sender, subject=subject):
            return "inject", f"{sender} (improvised): {subject}"
        case e.AlertFired(alert=alert, cells=cells):
            where = ", ".join(f"{dim} {value}" for dim, value, _ in cells[:3] if dim)
            return "alert", f"Alert {alert}" + (f": {where}" if where else "")
        case e.ChangeLogged(component=component, note=note):
            return "change", f"{component} changed: {note}"
        case e.IncidentOpened(title=title):
            return "decision", f"Incident opened: {title}"
        case e.IncidentStated(statement=statement):
            return "decision", statement
        case e.Classified(bucket=bucket, mode=mode, reason=reason):
            return "decision", f"Classified as {bucket} / {mode}: {reason}"
        case e.SeveritySet(level=level, reason=reason):
            return "decision", f"Sev-{level}: {reason}"
        case e.MajorIncidentDeclared(reason=reason):
            return "decision", f"Major incident declared: {reason}"
        case e.IncidentStoodDown(reason=reason):
            return "decision", f"Stood down: {reason}"
        case e.ScopeSet(statement=statement):
            return "decision", f"Scope: {statement}"
        case e.SignalValidated(alert=alert, verdict=verdict, second=second, note=note):
            return "look", f"{alert} is {verdict}, by {second}. {note}".strip()
        case e.DetectorAdjusted(alert=alert, change=change, detail=detail):
            return "lever", f"Detector {alert}: {change}. {detail}"
        case e.HypothesisRaised(statement=statement):
            return "look", f"Hypothesis: {statement}"
        case e.TestRecorded(result=result, method=method, note=note):
            return "look", f"Test {result}: {method}. {note}".strip()
        case e.DecisionRecorded(what=what, reason=reason):
            return "decision", f"{what} Because: {reason}"
        case e.SnapshotTaken():
            return "look", "Configuration snapshot taken"
        case e.LeverRequested(kind=kind, scope=scope, reason=reason):
            return "look", f"Asked for {called(kind)} on {scope_words(scope)}: {reason}"
        case e.LeverApproved(reason=reason):
            return "decision", f"Lever approved. {reason}".strip()
        case e.LeverRefused(reason=reason):
            return "decision", f"Lever refused: {reason}"
        case e.LeverPulled(kind=kind, scope=scope, authority=authority, arguments=arguments):
            given = ", ".join(f"{name} {value}" for name, value in arguments.items())
            return "lever", f"{called(kind)}{f' ({given})' if given else ''} on {scope_words(scope)}, {authority}"
        case e.LeverTookEffect(kind=kind):
            return "effect", f"{called(kind)} took effect"
        case e.LeverReverted(kind=kind, reason=reason):
            return "lever", f"{called(kind)} taken back. {reason}".strip()
        case e.SuiteRun(suite=suite, failures=failures, trials=trials):
            return "look", f"Suite {suite}: {failures} of {trials} failed"
        case e.UpdatePublished(variant=variant):
            return "update", f"Update published for {variant}"
        case e.ObligationAssessed(obligation=obligation, applies=applies, reason=reason):
            return "decision", f"{obligation}: applies {applies}. {reason}"
        case e.ObligationClockStarted(obligation=obligation, deadline=deadline):
            return "decision", f"Clock of {obligation} runs" + (
                f" to {deadline}" if deadline else ", without undue delay"
            )
        case e.ObligationClockChanged(obligation=obligation, deadline=deadline, before=before, reason=reason):
            return "decision", f"Clock of {obligation} counted again: {deadline}, it was {before}. {reason}"
        case e.MomentRecorded(moment=moment, at_ms=at_ms, reason=reason):
            return "decision", f"On record: {moment} at {stamp(at_ms) if at_ms >= 0 else 'before STARTEX'}. {reason}"
        case e.AuthorityNotified(obligation=obligation, recipient=recipient):
            return "update", f"{recipient} notified ({obligation})"
        case e.RecoveryDeclared(state=state, statement=statement):
            return "decision", f"{state}: {statement}"
        case e.RiskAccepted(residual=residual, expires_h=hours):
            return "decision", f"Risk accepted for {hours} h: {residual}"
        case e.FixRenewed(fix=fix, minutes=length, reason=reason):
            return "decision", f"{fix} renewed for {length} min: {reason}"
        case e.FixExpired(fix=fix, what=what, owner=owner):
            return "missed", f"{called(what)} ({fix}, {owner}) stood past its expiry"
        case e.TripwireCrossed(risk=risk, words=words):
            return "alert", f"Tripwire of {risk} crossed: {words}"
        case e.CanaryLooked(call=call, verdict=verdict, found_canary=found, asked_canary=asked):
            return "look", f"Canary {call}: {found} of {asked} harmful, {verdict}"
        case e.RuleMissed(rule=rule, duty=duty, lacking=lacking):
            return "missed", f"{called(f'{rule}/{duty}', f'Rule {rule}')} missed: {in_titles(lacking, names)}"
        case e.ExpectationMissed(expectation=expectation, lacking=lacking):
            return "missed", f"{called(expectation)} missed: {in_titles(lacking, names)}"
        case other:
            return "other", _plain(other)


def _plain(event: Payload) -> str:
    body = event.model_dump(mode="json", exclude={"type", "configuration"})
    kind = str(getattr(event, "type", "")).replace("_", " ")
    return f"{kind}: " + ", ".join(f"{name} {value}" for name, value in body.items() if value not in ("", [], {}, None))
