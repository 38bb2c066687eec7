"""Actions and the tickets of a tracker, made to agree."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from hotwash.aftermath.capa.facts import Synced
from hotwash.aftermath.capa.standing import Standing
from hotwash.aftermath.capa.syncing import Step, marker_of, step_for
from hotwash.bootstrap.capa import CapaDesk
from hotwash.kernel.errors import ContentError
from hotwash.ports.clock import Clock
from hotwash.ports.tracker import Held, Tracker, TrackerError

GITHUB_TOKEN, JIRA_TOKEN, JIRA_USER = "HOTWASH_GITHUB_TOKEN", "HOTWASH_JIRA_TOKEN", "HOTWASH_JIRA_USER"
FORMS = "github:OWNER/REPO, jira:KEY@https://SITE, folder:PATH"
HOPELESS = ("not_signed_in", "not_allowed", "unreachable", "redirected")
"""Faults after which nothing else would be done either."""


@dataclass(frozen=True)
class Done:
    """One step, and what came of it: the ticket's name, or what went wrong."""

    step: Step
    ref: str = ""
    failed: str = ""


def open_tracker(target: str, clock: Clock, around: Mapping[str, str] | None = None) -> Tracker:
    """A tracker by its name: see FORMS. Tokens come from the environment alone. Raises ContentError where it is none, or one is not set."""
    environment = os.environ if around is None else around
    kind, _, rest = target.partition(":")
    place, _, url = rest.partition("@")
    if kind == "folder" and rest:
        from hotwash.adapters.tracker_folder import FolderTracker

        return FolderTracker(Path(rest))
    if kind == "github" and place.count("/") == 1 and all(place.split("/")):
        from hotwash.adapters.tracker_github import API, GithubTracker
        from hotwash.adapters.tracker_rest import login

        return GithubTracker(place, login(environment, GITHUB_TOKEN), clock, url or API)
    if kind == "jira" and place and url.startswith(("http://", "https://")):
        from hotwash.adapters.tracker_jira import JiraTracker
        from hotwash.adapters.tracker_rest import login

        return JiraTracker(place, url, login(environment, JIRA_TOKEN, JIRA_USER), clock)
    raise ContentError.at(target, "is no tracker", f"Write one of: {FORMS}.")


def sync_capa(desk: CapaDesk, tracker: Tracker, person: str, *, dry_run: bool) -> list[Done]:
    """Make the tickets of a tracker agree with the actions; with `dry_run`, only say what would be done.

    A ticket that somebody changes meanwhile is looked at again, once. One that the tracker refuses does not keep the others from being
    written. Raises TrackerError where nothing could be done at all."""
    actions = desk.all()
    drill = desk.loaded.plan.drill
    markers = {one.action.id: marker_of(drill, one.action.id) for one in actions}
    known = {markers[one.action.id]: ref for one in actions if (ref := one.tickets.get(tracker.name))}
    held = tracker.find(list(markers.values()), known)
    done = []
    for one in actions:
        step = step_for(one, drill, held.get(markers[one.action.id]))
        if dry_run or step.ticket is None:
            ticket = held.get(markers[one.action.id])
            done.append(Done(step, ticket.ref if ticket else ""))
            continue
        came = _apply(tracker, one, drill, step, held.get(markers[one.action.id]), known)
        done.append(came)
        if came.ref and not came.failed:
            desk.note([Synced(one.action.id, tracker.name, came.ref, came.step.deed)], person)
    return done


def _apply(
    tracker: Tracker, one: Standing, drill: str, step: Step, held: Held | None, known: Mapping[str, str]
) -> Done:
    marker = marker_of(drill, one.action.id)
    for last in (False, True):
        if step.ticket is None:
            return Done(step, held.ref if held else "")
        try:
            now = tracker.create(step.ticket) if held is None else tracker.update(held, step.ticket, step.why)
            return Done(step, now.ref)
        except TrackerError as wrong:
            if wrong.fault in HOPELESS:
                raise
            if wrong.fault != "changed" or last:
                return Done(step, held.ref if held else "", str(wrong))
            held = tracker.find([marker], known).get(marker)
            step = replace(step_for(one, drill, held))
    raise AssertionError("the second try returns")
