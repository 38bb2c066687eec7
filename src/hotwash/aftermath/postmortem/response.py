"""What was done, mapped to the runbook and to the kit's rules, with the trade-offs taken."""

from __future__ import annotations

from hotwash.aftermath.postmortem.late import done_at_last
from hotwash.aftermath.postmortem.material import Material, Part, events, item, say, table
from hotwash.aftermath.postmortem.runbook import steps
from hotwash.aftermath.sections.words import minutes, scope_words
from hotwash.drill import events as e
from hotwash.drill.events import LeverPulled
from hotwash.kernel.clock import MINUTE, stamp
from hotwash.kit.schema.kit import Guide
from hotwash.scoring.case import Entry


def response(material: Material) -> list[Part]:
    """Levers with their reasons, steps of the runbook, duties of rules, deeds other than the runbook."""
    guide = runbook(material)
    return [_tradeoffs(material), _steps(material, guide), _other(material, guide), _duties(material)]


def runbook(material: Material) -> Guide | None:
    """The runbook of the failure mode that it was; none where it was no incident or the kit has none."""
    mode = material.case.design.secret.key.mode
    found = (one for one in material.case.design.kit.guides if one.kind == "runbook" and mode in one.modes)
    return next(found, None)


def _tradeoffs(material: Material) -> Part:
    case, lines = material.case, list[str]()
    for pull in case.all(e.LeverPulled):
        event, ref = pull.event, f"e{pull.version}"
        title, who = case.design.system.levers[event.kind].title, material.seat(pull.seat)
        effect = case.first(e.LeverTookEffect, lambda one, call=event.call: one.call == call)  # type: ignore[misc]  # the default binds the loop's variable
        did = f"{minutes(pull.at_min)}: the {who} pulled “{title}” on {scope_words(event.scope)}, {event.authority.replace('-', ' ')}"
        lines.append(item(did, ref))
        lines.append("  " + say(f"Why: {event.reason}", ref))
        if event.effect:
            lines.append("  " + say(f"Expected: {event.effect}", ref))
        if event.waited_ms:
            lines.append("  " + say(f"Authority took {event.waited_ms / MINUTE:.1f} min", ref))
        if effect is not None:
            lines.append("  " + say(f"It took effect at {minutes(effect.at_min)}", f"e{effect.version}"))
        lines.append("  " + say(f"Price: {case.design.system.levers[event.kind].side_effect}", f"kit:{event.kind}"))
        lines += _options(material, pull)
    if not lines:
        return Part("trade-offs", (say("No lever was pulled", material.endex),))
    return Part("trade-offs", tuple(lines))


def _options(material: Material, pull: Entry[LeverPulled]) -> list[str]:
    """The alternatives that were on record when it was decided: the decision that names the call."""
    for one in material.case.all(e.DecisionRecorded):
        if one.event.options and one.event.decision.endswith(pull.event.call):
            return ["  " + say(f"Not chosen: {'; '.join(one.event.options)}", f"e{one.version}")]
    return []


def _steps(material: Material, guide: Guide | None) -> Part:
    if guide is None:
        return Part("runbook-steps", (say("The kit has no runbook for what this was", "key:mode"),))
    rows = []
    for step in steps(material, guide):
        at = minutes(step.entry.at_min) if step.entry else "–"
        refs = [f"kit:{guide.id}", *(events([step.entry.version]) if step.entry else [material.endex])]
        due = "–" if step.within_min is None else f"{step.within_min:g} min after detection"
        rows.append(((step.section, step.text, step.found, at, due), refs))
    return Part("runbook-steps", table(("Section", "Step of the runbook", "Found", "First at", "Due"), rows))


def _other(material: Material, guide: Guide | None) -> Part:
    """Levers that the runbook does not name: a deviation is no fault, and needs its reason."""
    named = guide.text if guide else ""
    case = material.case
    found = [one for one in case.all(e.LeverPulled) if f"`{one.event.kind}`" not in named]
    if not found:
        return Part(
            "other-than-runbook",
            (
                say(
                    "Every lever that was pulled is one that the runbook names",
                    *events(one.version for one in case.all(e.LeverPulled)),
                    material.endex,
                ),
            ),
        )
    return Part(
        "other-than-runbook",
        tuple(
            item(f"Other than the runbook, “{case.design.system.levers[one.event.kind].title}” at {minutes(one.at_min)}", f"e{one.version}")
            for one in found
        ),
    )  # fmt: skip


def _duties(material: Material) -> Part:
    case = material.case
    met = {(one.event.rule, one.event.duty): one for one in case.all(e.RuleMet)}
    missed = {(one.event.rule, one.event.duty): one for one in case.all(e.RuleMissed)}
    rows = []
    for armed in case.all(e.RuleArmed):
        key = (armed.event.rule, armed.event.duty)
        state, by, refs = "still running", material.endex, [f"e{armed.version}"]
        if key in met:
            state, by = "done", f"e{met[key].version}"
        elif key in missed:
            done = done_at_last(material, armed)
            state, by = (
                (f"done late, at {stamp(done.since_ms)}", f"e{done.version}") if done else ("missed", material.endex)
            )
            refs.append(f"e{missed[key].version}")
        cells = (
            stamp(armed.at_ms),
            stamp(armed.event.due_ms),
            material.seat(armed.event.seat),
            armed.event.what,
            state,
        )
        rows.append((cells, (*refs, by)))
    head = ("Armed", "Due", "Seat", "Duty", "State")
    return Part("duties", table(head, rows) if rows else (say("No rule was armed", material.endex),))
