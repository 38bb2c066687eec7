"""First `review.yaml` and `risks.yaml`: minutes filled from the record, cited, and questions for the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hotwash.aftermath.causes.noted import Noted, TeamRecord
from hotwash.aftermath.causes.pages import lacking
from hotwash.kernel.clock import stamp
from hotwash.kit.schema.capa import CapaAction
from hotwash.kit.schema.causes import OPEN, CausesPaper
from hotwash.kit.schema.meeting import ITEMS, ItemName
from hotwash.kit.writing import listed, words

HEAD = """# EXERCISE. Minutes of the formal review. Drafted from what the team recorded; everything that starts with OPEN is yours to answer.
# Check: hotwash meeting check DRILL. Sign when it is whole: hotwash meeting sign DRILL --role ic --name NAME
"""
RISKS = """# EXERCISE. Risk register. likelihood: rare, unlikely, possible, likely. impact: level of the kit's severity matrix by dimension (1 is the worst).
# treatment: reduce, accept (then also accepted_by and accepted_until), transfer, avoid.
"""
CHAIR, DECIDED = "OPEN: who leads the meeting?", "OPEN: what was decided?"
LIKELY, OWNER, PLAN = (
    "OPEN: what speaks for that likelihood?",
    "OPEN: one person or role, not a team",
    "OPEN: what will be done, by when?",
)
LINES = 6
Line = tuple[str, tuple[str, ...]]


def draft_review(
    record: TeamRecord,
    causes: CausesPaper | None,
    frameworks: Sequence[str],
    roles: Sequence[str],
    actions: Sequence[CapaAction] = (),
) -> str:
    """YAML of a `ReviewPaper`. `actions` are those of `capa.yaml` whose form is whole."""
    lines = [
        HEAD.rstrip(), "exercise: true", f"drill: {words(record.drill)}", f"log_head: {words(record.head)}", "held_on: null  # 2026-12-03",
        f"chair: {words(CHAIR)}", "attended: []  # - {role: ic, name: ...}", f"sign_off: {listed(roles)}",
        f"frameworks: {listed(frameworks)}", "agenda:",
    ]  # fmt: skip
    for item in ITEMS:
        lines += [f"  - item: {item}", "    minutes:"]
        found = minutes_of(item, record, causes, actions)
        for said, cited in found or [(f"OPEN: {ASKS[item]}", ())]:
            lines += [f"      - text: {words(said)}", f"        evidence: {listed(cited)}"]
        lines.append(f"    decided: [{words(DECIDED)}]")
    return "\n".join([*lines, ""])


ASKS: dict[ItemName, str] = {
    "timeline-and-impact": "what happened when, and to whom?",
    "causes": "what led to it? Start with: hotwash causes new",
    "control-gaps": "which control of monitoring, access, testing or oversight was missing or failed?",
    "communications": "who was told what, when, and was it right?",
    "corrective-actions": "which actions, with owner, deadline and how each is verified?",
    "verification": "when is each action looked at again: 30, 60, 90 days?",
}


def minutes_of(
    item: ItemName, record: TeamRecord, causes: CausesPaper | None, actions: Sequence[CapaAction]
) -> list[Line]:
    """What record, causes and actions have for an item of the agenda: each line with what it cites."""
    return [*_minutes(item, record, causes, actions)]


def _minutes(
    item: ItemName, record: TeamRecord, causes: CausesPaper | None, actions: Sequence[CapaAction]
) -> Iterator[Line]:
    match item:
        case "timeline-and-impact":
            yield from _timeline(record)
        case "causes":
            if causes is not None and causes.whys and not causes.whys[-1].because.startswith(OPEN):
                yield from ((one.because, tuple(one.evidence)) for one in causes.whys)
        case "control-gaps":
            if causes is not None:
                for one in lacking(causes.controls):
                    hops = [hop for hop in causes.chain if one.id in hop.controls and hop.state != "held"]
                    cited = dict.fromkeys(cite for hop in hops for cite in hop.evidence[:2])
                    yield f"{one.title}: {one.state}. {one.why}", tuple(cited)
        case "communications":
            yield from _communications(record)
        case "corrective-actions":
            for action in actions:
                said = f"{action.id}: {action.action} Owner {action.owner}, due {action.deadline}, verified by {action.verification.kind}."
                yield said, tuple(f"e{version}" for version in action.cites[:LINES])
        case "verification":
            for action in actions:
                if action.effect is not None:
                    said = f"{action.id}: effect looked for on {action.effect.on}: {action.effect.metric}; it works if {action.effect.works_if}."
                    yield said, tuple(f"e{version}" for version in action.cites[:LINES])


def _timeline(record: TeamRecord) -> Iterator[Line]:
    first = next(record.all("alert_fired"), None)
    if first:
        yield f"{stamp(first.at_ms)} first alert: {first.data['alert']}.", (first.cite,)
    for kind, says in SAYS.items():
        found = record.last(kind)
        if found:
            yield f"{stamp(found.at_ms)} {says.format(**found.data)}", (found.cite,)
    levers = [*record.all("lever_pulled")][:LINES]
    if levers:
        told = ", ".join(f"“{record.called(one.data['kind'])}” at {stamp(one.at_ms)}" for one in levers)
        yield f"Levers: {told}.", tuple(one.cite for one in levers)


SAYS = {
    "incident_opened": "incident opened: {title}.",
    "severity_set": "severity in force: Sev-{level}. {reason}",
    "major_incident_declared": "major incident: {reason}",
    "impact_assessed": "impact: {who}, {people_low} to {people_high} people.",
    "recovery_declared": "{state}: {statement}",
}


def _communications(record: TeamRecord) -> Iterator[Line]:
    updates = [*record.all("update_published")]
    if updates:
        yield (
            f"{len(updates)} update{'s' if len(updates) != 1 else ''} published, the first at {stamp(updates[0].at_ms)}.",
            _cites(updates),
        )
    for one in [*record.all("authority_notified")][:LINES]:
        yield f"{stamp(one.at_ms)} notified under {one.data['obligation']}: {one.data['recipient']}.", (one.cite,)
    missed = [one for one in record.all("rule_missed") if "update" in one.data["duty"] or "inform" in one.data["duty"]]
    if missed:
        yield f"{len(missed)} dut{'ies' if len(missed) != 1 else 'y'} to tell somebody missed.", _cites(missed)


def _cites(found: Sequence[Noted]) -> tuple[str, ...]:
    return tuple(one.cite for one in found[:LINES])


def draft_risks(record: TeamRecord, causes: CausesPaper | None) -> str:
    """YAML of a `RiskPaper`: one risk for the failure itself, with the gaps of the causes, and what the team set as severity."""
    label, level = record.last("classified"), record.last("severity_set")
    accepted = record.last("risk_accepted")
    gaps = [one.id for one in lacking(causes.controls)] if causes is not None else []
    mode = label.data["mode"] if label else "unknown"
    lines = [RISKS.rstrip(), "exercise: true", f"drill: {words(record.drill)}", "risks:"]
    lines += _risk(
        "it-happens-again",
        "The same failure happens again",
        mode,
        level,
        gaps,
        [one.cite for one in (label, level) if one],
    )
    if accepted:
        cited = [accepted.cite]
        lines += _risk("what-was-accepted", str(accepted.data["residual"]), mode, level, [], cited)
    return "\n".join([*lines, ""])


def _risk(
    name: str, title: str, mode: str, level: Noted | None, gaps: Sequence[str], cited: Sequence[str]
) -> list[str]:
    impact = level.data["dimensions"] if level else {}
    return [
        f"  - id: {name}", f"    title: {words(title)}", f"    mode: {mode}", "    likelihood: open",
        f"    why_likely: {words(LIKELY)}",
        "    impact: {" + ", ".join(f"{dim}: {value}" for dim, value in sorted(impact.items())) + "}",
        f"    gaps: {listed(gaps)}", f"    evidence: {listed(cited)}", f"    owner: {words(OWNER)}",
        "    treatment: open", f"    plan: {words(PLAN)}", "    review_on: null",
    ]  # fmt: skip
