"""Drafts, approvals, updates, messages; the end of an incident."""

from __future__ import annotations

from hotwash.drill import events as e
from hotwash.drill.decisions.case import Asked, told
from hotwash.drill.design import FACILITATOR
from hotwash.drill.lint import problems
from hotwash.drill.payloads import Payload
from hotwash.drill.state import Paper
from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.kit import MessageTemplate

EVERYBODY = "all"


def write(asked: Asked) -> list[Payload]:
    """A draft from a template; it is linted at once."""
    action = asked.action
    template = _template(asked, action.template)
    paper = asked.state.papers.get(action.draft)
    asked.must(
        paper is None or not paper.published, "id", f"'{action.draft}' was published: write a new draft, or correct it"
    )
    asked.must(template.variant == action.variant, "messages", f"template '{template.id}' is for {template.variant}")
    asked.must(bool(action.text.strip()), "completeness", "the draft is empty")
    return [
        asked.becomes(e.DraftWritten),
        e.DraftLinted(draft=action.draft, problems=_lint(asked, template, action.text)),
    ]


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
    named = _template(asked, paper.template).approvals
    own = asked.command.seat == paper.by and set(named) != {paper.by}
    asked.must(not own, "separation of duties", "whoever writes does not approve")
    asked.must(asked.command.seat not in paper.approved_by, "review", "you have approved it already")
    return [asked.becomes(e.DraftApproved)]


def publish(asked: Asked) -> list[Payload]:
    """With the approvals that its template asks for; the next update falls due at the cadence of the severity."""
    paper = _paper(asked, asked.action.draft)
    template = _template(asked, paper.template)
    missing = tuple(seat for seat in template.approvals if seat not in paper.approved_by)
    asked.must(not missing, f"approvals of {template.id}", "approvals are missing", missing)
    return [
        e.UpdatePublished(
            draft=paper.draft,
            template=paper.template,
            variant=template.variant,
            text=paper.text,
            external=template.external,
            approved_by=paper.approved_by,
            problems=_lint(asked, template, paper.text),
            next_due_ms=_next_due(asked),
        )
    ]


def correct(asked: Asked) -> list[Payload]:
    """A correction of something that was published."""
    paper = asked.state.papers.get(asked.action.update)
    asked.must(paper is not None and paper.published, "updates", f"'{asked.action.update}' was never published")
    return told(e.UpdateCorrected, "text", "reason")(asked)


def send(asked: Asked) -> list[Payload]:
    """A message; an answer names an inject that reached this seat, so that nobody learns of others by guessing."""
    answers, seats = asked.action.in_reply_to, (*asked.design.seats, EVERYBODY, FACILITATOR)
    lost = [one for one in asked.action.to if one not in seats]
    asked.must(not lost, "messages", f"there is no seat {', '.join(lost)}: write to {', '.join(seats)}")
    asked.must(not answers or asked.received(answers), "messages", f"there is no inject '{answers}' to answer")
    return told(e.MessageSent, "text")(asked)


def _lint(asked: Asked, template: MessageTemplate, text: str) -> tuple[tuple[str, str], ...]:
    return problems(text, template.variant, asked.state.journal, asked.design, asked.at.drill_ms)


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
    "send_message": send,
    "accept_risk": told(e.RiskAccepted, "residual", "exposed", "why"),
    "declare_recovery": told(e.RecoveryDeclared, "statement"),
}
