"""Drafts, reviews, approvals, updates and their corrections; reminders that somebody wants to hear again later."""

from __future__ import annotations

from hotwash.comms.approvals import Need, needs
from hotwash.comms.lint.finding import Finding
from hotwash.drill import events as e
from hotwash.drill.decisions.case import Asked, told
from hotwash.drill.lint import blocking, findings
from hotwash.drill.payloads import Link, Payload
from hotwash.drill.rhythm import open_reminders
from hotwash.drill.state import Paper
from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.kit import MessageTemplate


def write(asked: Asked) -> list[Payload]:
    """A draft from a template, or the next version of one; it is checked at once. Links of sentences that no longer stand in the text
    are dropped."""
    action = asked.action
    template = _template(asked, action.template)
    paper = asked.state.papers.get(action.draft)
    asked.must(
        paper is None or not paper.published, "id", f"'{action.draft}' was published: write a new draft, or correct it"
    )
    asked.must(template.variant == action.variant, "messages", f"template '{template.id}' is for {template.variant}")
    asked.must(bool(action.text.strip()), "completeness", "the draft is empty")
    asked.must(paper is None or paper.text != action.text, "drafts", "nothing was changed: the text is the same")
    return [
        asked.becomes(e.DraftWritten, links=_links(asked), revision=paper.revision + 1 if paper else 1),
        e.DraftLinted(draft=action.draft, problems=_problems(_found(asked, template, action.text))),
    ]


def _links(asked: Asked) -> tuple[Link, ...]:
    """Positions that the writer cites become versions of the log. Refuses positions that the seat was never shown."""
    known, found = asked.given.versions, []
    for one in asked.action.links:
        lost = [str(position) for position in one.events if position not in known]
        asked.must(not lost, "links", f"there is no entry {', '.join(lost)} in what you were shown")
        if one.sentence in asked.action.text:
            found.append(Link(sentence=one.sentence, events=tuple(known[position] for position in one.events)))
    return tuple(found)


def request_review(asked: Asked) -> list[Payload]:
    """Named reviewers, who are seats."""
    _paper(asked, asked.action.draft)
    lost = set(asked.action.reviewers) - set(asked.design.seats)
    asked.must(
        bool(asked.action.reviewers) and not lost, "review", f"name reviewers among {', '.join(asked.design.seats)}"
    )
    return [asked.becomes(e.ReviewRequested)]


def request_changes(asked: Asked) -> list[Payload]:
    """What must change, in words."""
    _paper(asked, asked.action.draft)
    asked.must(bool(asked.action.note.strip()), "completeness", "say what must change")
    return [asked.becomes(e.ChangesRequested)]


def approve(asked: Asked) -> list[Payload]:
    """By somebody other than the author, unless the template names the author's seat as an approver: then on record."""
    paper = _paper(asked, asked.action.draft)
    template = _template(asked, paper.template)
    own = asked.command.seat == paper.by and set(template.approvals) != {paper.by}
    asked.must(not own, "separation of duties", "whoever writes does not approve")
    asked.must(asked.command.seat not in paper.approved_by, "review", "you have approved it already")
    _allowed(asked, paper, blocking(_found(asked, template, paper.text), external=template.external))
    return [asked.becomes(e.DraftApproved)]


def publish(asked: Asked) -> list[Payload]:
    """With the agreement of everybody whom the kit asks for, and nobody's open wish for a change; the next update falls due at the
    cadence of the severity."""
    paper = _paper(asked, asked.action.draft)
    template = _template(asked, paper.template)
    missing = [one for one in needed(asked, paper, template) if one.seat not in paper.approved_by]
    why = "; ".join(f"{one.seat}: {one.why}" for one in missing)
    asked.must(
        not missing, f"approvals of {template.id}", f"approvals are missing ({why})", tuple(one.seat for one in missing)
    )
    asked.must(
        not paper.changes_by, "review", f"{', '.join(paper.changes_by)} asked for changes: write a new version first"
    )
    found = _found(asked, template, paper.text)
    stopped = blocking(found, external=template.external)
    _allowed(asked, paper, stopped)
    override = asked.action.override.strip() or paper.override
    return [
        e.UpdatePublished(
            draft=paper.draft,
            template=paper.template,
            variant=template.variant,
            text=paper.text,
            links=tuple(Link.model_validate(one) for one in paper.links),
            external=template.external,
            approved_by=paper.approved_by,
            problems=_problems(found),
            next_due_ms=_next_due(asked),
            revision=paper.revision,
            override=override if stopped else "",
            overridden_by=(paper.overridden_by or asked.command.seat) if stopped else "",
        )
    ]


def needed(asked: Asked, paper: Paper, template: MessageTemplate) -> tuple[Need, ...]:
    """Whose agreement the present version needs."""
    reviews = asked.design.kit.communication.reviews
    return needs(reviews, template, paper.text, paper.by, paper.asked_for_changes)


def _allowed(asked: Asked, paper: Paper, stopped: tuple[str, ...]) -> None:
    """Refuse a text that the draft check blocks, unless somebody who may lets it pass with a reason."""
    if not stopped or paper.override:
        return
    may = tuple(asked.design.kit.communication.override)
    reason = asked.action.override.strip()
    said = f"the check blocks it ({', '.join(stopped)}): change the text, or have it overridden with a reason"
    asked.must(bool(reason), "draft check", said, may)
    asked.must(asked.command.seat in may, "draft check", "you may not override the draft check", may)


def correct(asked: Asked) -> list[Payload]:
    """A correction of something that was published."""
    paper = asked.state.papers.get(asked.action.update)
    asked.must(paper is not None and paper.published, "updates", f"'{asked.action.update}' was never published")
    return told(e.UpdateCorrected, "text", "reason")(asked)


def snooze(asked: Asked) -> list[Payload]:
    """By the seat that owes it, or the commander's deputy in this, whoever sets the severity; never for longer than the kit allows."""
    action = asked.action
    standing = open_reminders(asked.state.journal, asked.at.drill_ms).get((action.reminder, action.about))
    if standing is None:
        raise asked.refuse("reminders", f"there is no open reminder '{action.reminder}' about '{action.about}'")
    may = tuple(dict.fromkeys((standing.seat, *asked.design.kit.roles.rights.get("set_severity", ()))))
    asked.must(asked.command.seat in may, "reminders", "only the seat that owes it may put it off", may)
    most = asked.design.kit.communication.snooze_at_most_min
    asked.must(action.minutes <= most, "reminders", f"at most {most:g} minutes: then it is asked again")
    asked.must(bool(action.reason.strip()), "completeness", "say why it can wait")
    return [asked.becomes(e.ReminderSnoozed, until_ms=asked.at.drill_ms + round(action.minutes * MINUTE))]


def _found(asked: Asked, template: MessageTemplate, text: str) -> tuple[Finding, ...]:
    return findings(text, template.variant, asked.state.journal, asked.design, asked.at.drill_ms)


def _problems(found: tuple[Finding, ...]) -> tuple[tuple[str, str], ...]:
    """What would stop a draft, as the log keeps it: (rule, the words found; empty for what is missing)."""
    return tuple((one.rule, one.words) for one in found if one.blocks)


def _next_due(asked: Asked) -> int | None:
    level = asked.state.severity
    if level is None or asked.state.journal.has("recovery_declared"):
        return None
    return asked.at.drill_ms + round(asked.design.kit.severity.levels[level].update_every_min * MINUTE)


def _paper(asked: Asked, draft: str) -> Paper:
    paper = asked.state.papers.get(draft)
    if paper is None:
        raise asked.refuse("drafts", f"there is no draft '{draft}'")
    asked.must(not paper.published, "drafts", f"'{draft}' was published already")
    return paper


def _template(asked: Asked, name: str) -> MessageTemplate:
    found = asked.design.templates.get(name)
    if found is None:
        raise asked.refuse("messages", f"there is no template '{name}': choose of {', '.join(asked.design.templates)}")
    return found


DECIDERS = {
    "write_draft": write,
    "request_review": request_review,
    "request_changes": request_changes,
    "approve_draft": approve,
    "publish_update": publish,
    "correct_update": correct,
    "snooze_reminder": snooze,
}
