"""Templates, and the message that brings a page up to date with what is new to its audience."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from hotwash.aftermath.bundle_pages import scope_words
from hotwash.aftermath.lines import line
from hotwash.aftermath.names import title_of
from hotwash.comms.obligations.moments import WORDS as MOMENTS
from hotwash.drill.decisions.changes import NEEDED
from hotwash.drill.design import FACILITATOR, OBSERVER
from hotwash.drill.state import RECORD
from hotwash.drill.views.project import ViewEvent
from hotwash.kernel.clock import stamp
from hotwash.kit.schema.kit import Kit
from hotwash.warroom.catalogue import CANARY, FORMS
from hotwash.warroom.channel import message
from hotwash.warroom.control import picture_for
from hotwash.warroom.picture import Picture
from hotwash.warroom.picture_drafts import PAPERWORK
from hotwash.warroom.stage import Stage
from hotwash.warroom.telling import Telling

EXERCISE = "EXERCISE"

_BOARD = (
    "incident_opened", "incident_stated", "incident_stood_down", "classified", "severity_set", "major_incident_declared",
    "scope_set", "impact_assessed", "update_published", "seat_taken", "seat_handed_over", "rule_armed", "rule_met",
    "rule_missed", "obligation_clock_started", "obligation_clock_changed", "authority_notified", "risk_accepted", "recovery_declared", "drill_started",
    "drill_ended", "drill_paused", "drill_resumed", "audience_owed", "reminder_raised", "reminder_snoozed", "reminder_cleared",
    "change_logged", "lever_took_effect", "lever_reverted",
)  # fmt: skip
_LEVERS = (
    "lever_requested", "lever_approved", "lever_refused", "lever_pulled", "lever_took_effect", "lever_reverted",
)  # fmt: skip
_FIXES = (
    *_LEVERS, "fix_renewed", "fix_expired", "tripwire_crossed", "canary_looked", "risk_accepted", "drill_ended",
)  # fmt: skip
_SEATS = ("seat_taken", "seat_handed_over", "comms_checked", "drill_started", "drill_ended")
_INJECTS = ("inject_delivered", "inject_improvised", "inject_held", "inject_skipped", "drill_started", "drill_ended")

_LISTS = ("item_ticked", "item_unticked")
_FINDINGS = ("finding_raised", "hotwash_noted")

SHARED: Mapping[str, tuple[str, ...]] = {"board": _BOARD, "lists": _LISTS}
PLAYER: Mapping[str, tuple[str, ...]] = {
    **SHARED,
    "inbox": ("inject_delivered", "complaint_received"),
    "alarms": ("alert_fired", "signal_validated", "detector_adjusted", "change_logged"),
    "calls": _LEVERS,
    "fixes": _FIXES,
    "ideas": ("hypothesis_raised", "test_recorded"),
    "decisions": ("decision_recorded", "disagreement_recorded", "risk_accepted", "recovery_declared"),
    "evidence": ("evidence_collected", "evidence_accessed", "evidence_refused", "legal_hold_placed", "legal_hold_lifted", "snapshot_taken",
                 "suite_run"),
    "papers": PAPERWORK,
    "duties": ("impact_assessed", "scope_set", "incident_stated", "lever_took_effect", "question_answered", "moment_recorded", "obligation_assessed", "obligation_clock_started", "obligation_clock_changed", "authority_notified", "no_duty_recorded", "rule_armed",
               "rule_met", "rule_missed"),
    "seats": _SEATS,
    "findings": _FINDINGS,
}  # fmt: skip
CONTROL: Mapping[str, tuple[str, ...]] = {
    **SHARED,
    "control": ("drill_started", "drill_paused", "drill_resumed", "speed_changed", "drill_ended", "drill_jumped", "seat_taken",
                "seat_handed_over", "comms_checked", "inject_delivered", "inject_held", "inject_skipped"),
    "msel": _INJECTS,
    "seats": _SEATS,
    "expected": ("expectation_armed", "expectation_met", "expectation_missed"),
    "calls": _LEVERS,
    "fixes": _FIXES,
    "ratings": ("observer_rating_given", "rating_discounted", "facilitator_noted"),
    "findings": _FINDINGS,
}  # fmt: skip
GALLERY: Mapping[str, tuple[str, ...]] = {
    **SHARED,
    "expected": ("inject_delivered", "expectation_armed", "expectation_met", "expectation_missed"),
    "ratings": ("observer_rating_given", "rating_discounted"),
    "findings": _FINDINGS,
}
PANELS: Mapping[str, Mapping[str, tuple[str, ...]]] = {FACILITATOR: CONTROL, OBSERVER: GALLERY}
"""Who → panel → the events after which it is drawn again."""


@lru_cache(4096)
def panels_after(who: str, kinds: tuple[str, ...]) -> tuple[str, ...]:
    """The panels on an audience's page that events of some types touch, in the order of the events."""
    panels = PANELS.get(who, PLAYER).items()
    return tuple(dict.fromkeys(panel for kind in kinds for panel, touched in panels if kind in touched))


class Pages:
    """The template environment and everything that templates may call."""

    def __init__(self) -> None:
        self._env = Environment(
            loader=PackageLoader("hotwash.warroom"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
        filters: dict[str, Callable[..., Any]] = {
            "stamp": lambda ms: stamp(int(ms)),
            "words": lambda text: str(text).replace("_", " ").replace("-", " "),
            "markdown": lru_cache(512)(lambda text: Markup(markdown.render(str(text)))),  # noqa: S704 raw HTML is off
            "where": where,
            "where_scope": scope_words,
            "line": line,
            "wall": lambda ms: f"{datetime.fromtimestamp(int(ms) / 1000, UTC):%Y-%m-%d %H:%M} UTC",
        }
        self._env.filters.update(filters)
        self._env.globals |= {
            "FORMS": FORMS, "MOMENTS": MOMENTS, "EXERCISE": EXERCISE, "RECORDED": list(RECORD), "NEEDED": list(NEEDED), "CANARY": [one.name for one in CANARY], "timeline_items": timeline_items, "chat_items": chat_items,
        }  # fmt: skip

    def page(self, template: str, **context: Any) -> str:
        """A whole page."""
        return self._env.get_template(template).render(**context)

    @lru_cache(64)  # noqa: B019 there is one of these for the life of a server
    def said(self, said: str, *, refused: bool) -> str:
        """What a form answers with; mostly that it is done."""
        return self.page("fragments/said.html", said=said, refused=refused)

    def panel(self, name: str, picture: Picture) -> str:
        """One panel's inside."""
        return self._env.get_template(f"panels/{name}.html").render(p=picture)

    def update(self, stage: Stage, who: str, new: list[ViewEvent], telling: Telling) -> bytes:
        """Everything on an audience's page that these events change: new lines, and the panels that they touch."""
        kinds = (new[0].type,) if len(new) == 1 else tuple(dict.fromkeys(event.type for event in new))
        panels = panels_after(who, kinds)
        if not panels:
            return telling.whole(new, lambda: message(_lines(stage, new, telling), position=new[-1].position))
        picture = picture_for(stage.live, who, f"/drills/{stage.opened.plan.drill}/as/{who}")
        drawn = "".join(_drawn(panel, self.panel(panel, picture)) for panel in panels)
        return message(_lines(stage, new, telling) + drawn, position=new[-1].position)


def _lines(stage: Stage, new: list[ViewEvent], telling: Telling) -> str:
    """New lines of the timeline and of the chat."""
    kit = stage.live.design.kit
    said = [event for event in new if event.type == "message_sent"]
    added = _added("timeline", "afterbegin", _timeline_items(reversed(new), kit, telling))
    return added + (_added("chat", "beforeend", _chat_items(said, partial(title_of, kit))) if said else "")


def _added(target: str, how: str, items: str) -> str:
    return f'<hx-partial hx-target="#{target}" hx-swap="{how}">{items}</hx-partial>'


def _drawn(panel: str, inside: str) -> str:
    return f'<hx-partial hx-target="#{panel}" hx-swap="innerMorph">{inside}</hx-partial>'


def timeline_items(events: Iterable[ViewEvent], picture: Picture) -> Markup:
    """Lines of the timeline. Written in Python: they are made for every event and every audience. What people wrote is escaped here;
    the rest is ours."""
    return Markup(_timeline_items(events, picture.kit, Telling()))  # noqa: S704 escaped below


def _timeline_items(events: Iterable[ViewEvent], kit: Kit, telling: Telling) -> str:
    return "\n".join(
        f'<li id="t{event.position}" value="{event.position}" {telling.part(event, partial(_timeline_item, event, kit))}'
        for event in events
    )


@lru_cache(4096)
def _safe(text: str) -> str:
    """Escaped; remembered, as the same words go to every audience."""
    return str(escape(text))


def _timeline_item(event: ViewEvent, kit: Kit) -> str:
    one = line(event, kit)
    return (
        f'class="k-{one.kind}" data-by="{_safe(one.seat)}">'
        f'<time class="t">{stamp(one.drill_ms)}</time> <b>{_safe(title_of(kit, one.seat))}</b> {_safe(one.text)}</li>'
    )


def chat_items(events: Iterable[ViewEvent], picture: Picture) -> Markup:
    """Messages, as the timeline's lines are made."""
    return Markup(_chat_items(events, picture.title))  # noqa: S704 escaped below


def _chat_items(events: Iterable[ViewEvent], title: Callable[[str], str]) -> str:
    return "\n".join(_chat_item(event, title) for event in events)


def _chat_item(event: ViewEvent, title: Callable[[str], str]) -> str:
    to = event.data["to"]
    names = "" if not to or "all" in to else f" to {', '.join(map(title, to))}"
    return (
        f'<li id="c{event.position}"><time class="t">{stamp(event.drill_ms)}</time> <b>{_safe(title(event.seat))}</b>'
        f'<span class="dim">{_safe(names)}</span> <span class="text">{_safe(event.data["text"])}</span></li>'
    )


def where(scope: Mapping[str, list[str]] | None) -> str:
    """A scope in words."""
    return "; ".join(f"{dim} {', '.join(values)}" for dim, values in (scope or {}).items() if values) or "all traffic"
