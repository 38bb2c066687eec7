"""The drafts pane: an editor that is prefilled from what the seat knows, the draft check beside the text, and what became of each draft."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from hotwash.comms.lint.finding import Finding
from hotwash.comms.updates.compose import compose
from hotwash.conductor.live import LiveDrill
from hotwash.drill.known import seat_facts
from hotwash.drill.lint import findings
from hotwash.drill.payloads import Link
from hotwash.warroom.control import picture_for
from hotwash.warroom.door import NoEntryError
from hotwash.warroom.enter import PLACE, base_of, enter
from hotwash.warroom.forms import FormError, Submitted
from hotwash.warroom.hall import hall

LONGEST = 20_000
"""Characters of a draft that are checked as they are typed."""


async def editor(request: Request) -> Response:
    """The editor for a template, prefilled; or for a draft of this drill, with its present text or (`fresh`) composed anew."""
    stage, visitor = await enter(request)
    asked, pages = request.query_params, hall(request).pages

    def draw(live: LiveDrill) -> str:
        picture = picture_for(live, visitor.who, base_of(request))
        paper = picture.drafts.trails.get(asked.get("draft", ""))
        template = live.design.templates.get(paper.template if paper else asked.get("template", ""))
        if template is None or (paper and paper.published_ms is not None):
            raise NoEntryError("There is no such template, and no such draft that can still be written.")
        if paper and not asked.get("fresh"):
            text, links = paper.latest.text, paper.latest.links
        else:
            facts = seat_facts(
                live.view(visitor.who),
                live.design.system,
                live.design.kit,
                live.design.scenario.story_start,
                live.now_ms,
            )
            made = compose(facts, live.design.kit, template)
            text, links = made.text, tuple((one.text, one.rests_on) for one in made.sentences)
        told = [{"sentence": sentence, "events": list(events)} for sentence, events in links if events]
        return pages.page(
            "fragments/editor.html", p=picture, base=base_of(request), chosen=template, text=text, links=links,
            told=json.dumps(told), draft=paper.draft if paper else "", number=paper.latest.number + 1 if paper else 1,
            found=_check(live, template.variant, text),
        )  # fmt: skip

    return HTMLResponse(await stage.read(draw))


async def check_as_typed(request: Request) -> Response:
    """What the draft check says of a text that is not saved yet."""
    stage, visitor = await enter(request)
    sent = await request.form(max_files=0, max_fields=50)
    name, text = (next((str(one) for one in sent.getlist(key)), "") for key in ("template", "text"))

    def draw(live: LiveDrill) -> str:
        template = live.design.templates.get(name)
        if template is None:
            raise NoEntryError("There is no such template.")
        found = _check(live, template.variant, text[:LONGEST])
        picture = picture_for(live, visitor.who, base_of(request))
        return hall(request).pages.page("fragments/findings.html", p=picture, found=found)

    return HTMLResponse(await stage.read(draw))


def _check(live: LiveDrill, variant: str, text: str) -> tuple[Finding, ...]:
    state = live.session.state
    return findings(text, variant, state.journal, live.design, live.now_ms) if text.strip() else ()


def links_of(sent: Submitted) -> tuple[Link, ...]:
    """Sentences and the entries that they rest on, as the editor sends them. Raises FormError for what is none."""
    told = next((str(one) for one in sent.getlist("links")), "")
    if not told:
        return ()
    try:
        found: list[Mapping[str, Any]] = json.loads(told)
        return tuple(Link(sentence=str(one["sentence"]), events=tuple(map(int, one["events"]))) for one in found)
    except (ValueError, TypeError, KeyError) as wrong:
        raise FormError("links", "Links: these are no links of sentences; open the editor anew.") from wrong


ROUTES = [
    Route(f"{PLACE}/draft", editor),
    Route(f"{PLACE}/draft/check", check_as_typed, methods=["POST"]),
]
