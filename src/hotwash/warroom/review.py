"""Human review in the room: the queue as figures and charts, cases to sit down with, and what a review would be like before it is pulled."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from hotwash.aftermath.blocks import Chart, Line
from hotwash.aftermath.charts import line_chart
from hotwash.bootstrap import Opened
from hotwash.conductor.live import LiveDrill
from hotwash.conductor.session import lever_log
from hotwash.drill import commands as c
from hotwash.drill.design import FACILITATOR, OBSERVER
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.errors import NotSupportedError
from hotwash.ports.outcome import Reviewed
from hotwash.ports.review import Case, ReviewForecast, ReviewQueue
from hotwash.ports.scope import Scope
from hotwash.ports.system import LeverCall
from hotwash.triage.reviewing import ReviewReport, agreed, reviewed
from hotwash.warroom.catalogue import FORMS
from hotwash.warroom.control import picture_for
from hotwash.warroom.door import NoEntryError
from hotwash.warroom.enter import PLACE, base_of, enter
from hotwash.warroom.forms import FormError, read_action
from hotwash.warroom.hall import hall

MOST_CASES = 12
"""Cases that one look at the queue shows: what one person can take."""


@dataclass(frozen=True)
class ReviewCard:
    """What the pane is drawn from. `truth` is for exercise control alone."""

    queue: ReviewQueue
    told: ReviewReport
    charts: Markup
    may: bool
    truth: Reviewed | None = None
    kappa: str = ""
    pool_kappa: str = ""


async def queue(request: Request) -> Response:
    """The queue's figures and charts; for exercise control also what reviewers missed."""
    stage, visitor = await enter(request)
    if visitor.who == FACILITATOR:
        truth = await stage.beside(_truth)
    else:
        truth = None

    def draw(live: LiveDrill) -> str:
        found = live.session.system.review_queue()
        told = reviewed(found, live.design.system.routable)
        card = ReviewCard(
            found,
            told,
            _charts(found),
            may_review(live, visitor.who),
            truth,
            agreed(told.table, told.table_alpha),
            agreed(told.pool, told.pool_alpha),
        )
        picture = picture_for(live, visitor.who, base_of(request))
        return hall(request).pages.page("fragments/review.html", p=picture, card=card, base=base_of(request))

    return HTMLResponse(await stage.read(draw))


async def cases(request: Request) -> Response:
    """The oldest cases that wait, for somebody who sits down to review."""
    stage, visitor = await enter(request)

    def draw(live: LiveDrill) -> str:
        if not may_review(live, visitor.who):
            raise NoEntryError("The kit does not let you decide cases.")
        waiting = [one for one in live.session.system.review_queue().cases if one.decided_ms is None]
        picture = picture_for(live, visitor.who, base_of(request))
        return hall(request).pages.page(
            "fragments/cases.html", p=picture, cases=_oldest(waiting), left=len(waiting), base=base_of(request)
        )

    return HTMLResponse(await stage.read(draw))


async def foresee(request: Request) -> Response:
    """What pulling review as the form stands would bring, in words."""
    stage, _ = await enter(request)
    sent = await request.form(max_files=0, max_fields=400)
    pull = FORMS["pull_lever"]
    form = dataclasses.replace(pull, fields=tuple(one for one in pull.fields if one.name in ("scope", "arguments")))

    def ask(live: LiveDrill) -> str:
        action = read_action(form, sent, lambda kind: f"forecast-{kind}", {"reason": "to see", "call": "forecast"})
        assert isinstance(action, c.PullLever)
        call = LeverCall(
            "forecast",
            "review",
            live.session.system.now_ms,
            Scope.of(action.scope),
            tuple(sorted(action.arguments.items())),
        )
        return in_words(live.session.system.foresee_review(call))

    try:
        return PlainTextResponse(await stage.read(ask))
    except (NotSupportedError, FormError) as wrong:
        return PlainTextResponse(f"No forecast: {wrong}")


def may_review(live: LiveDrill, who: str) -> bool:
    """Does the kit let this audience decide cases?"""
    rights = live.design.kit.roles.rights.get("decide_case")
    if who in (FACILITATOR, OBSERVER):
        return who == OBSERVER and rights is not None and OBSERVER in rights
    return rights is None or who in rights


def in_words(found: ReviewForecast) -> str:
    """A forecast as it stands in the confirmation of the lever."""
    ahead = found.foreseen
    last, n = ahead.minutes[-1], len(ahead.minutes)
    able = found.reviewers * MINUTE / ahead.terms.item_ms
    went = (
        "give up"
        if ahead.terms.gives_up
        else "go out unread"
        if found.overflow == "open"
        else "are held back without an answer"
    )
    return (
        f"If the last {found.seen_min} min came again: {found.routed / found.seen_min:.1f} of {found.came / found.seen_min:.1f} requests a minute go to "
        f"reviewers; {found.reviewers} people read {able:.1f} a minute. In {n} min {last.waiting:,} cases wait, a new one {last.wait_ms / MINUTE:.1f} min. "
        f"{_percent(ahead.late, ahead.arriving)} are later than promised or never read; {ahead.turned_away:,} of {ahead.arriving:,} {went}."
    )


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else "0 %"


def _oldest(waiting: list[Case]) -> list[Case]:
    return sorted(waiting, key=lambda one: (one.at_ms, one.trace))[:MOST_CASES]


def _truth(opened: Opened) -> Reviewed:
    live = opened.live
    return opened.mirror.what_if.replay_review(lever_log(list(live.session.events)), live.session.system.now_ms)


def _charts(found: ReviewQueue) -> Markup:
    """Backlog and age of the oldest case, by minute."""
    if not found.waiting or not found.cases:
        return Markup()
    series = (
        (
            "Cases that wait",
            "Cases in all review queues at the end of each minute.",
            "cases",
            tuple(float(one) for one in found.waiting),
        ),
        (
            "Age of the oldest case",
            "How long the oldest waiting case has waited.",
            "minutes",
            tuple(one / MINUTE for one in found.oldest_ms),
        ),
        (
            "Found no place",
            "Requests by minute that would have waited longer than promised.",
            "requests",
            tuple(float(one) for one in found.away),
        ),
    )
    drawn = [
        (title, line_chart(Chart(title, summary, unit, (Line(title.lower(), y, "team"),), small=True), 90 + number))
        for number, (title, summary, unit, y) in enumerate(series)
        if any(y)
    ]
    figures = (f"<figure><figcaption>{title}</figcaption>{chart}</figure>" for title, chart in drawn)
    return Markup("".join(figures))  # noqa: S704 charts are made of our words and numbers


ROUTES = [
    Route(f"{PLACE}/review", queue),
    Route(f"{PLACE}/review/cases", cases),
    Route(f"{PLACE}/review/forecast", foresee, methods=["POST"]),
]
