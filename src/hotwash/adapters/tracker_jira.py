"""Issues of a Jira project, over its REST API version 2, which Cloud and Data Center both have and whose texts are plain.

Search differs: Cloud has `search/jql` with a token for the next page, Data Center `search` with a start. Which one answers is found out.
https://developer.atlassian.com/cloud/jira/platform/rest/v2/
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from hotwash.adapters.tracker_rest import Login, Rest, held_by
from hotwash.kernel.event import digest
from hotwash.ports.clock import Clock
from hotwash.ports.tracker import Held, Ticket, TrackerError

LABEL = "hotwash-capa"
FIELDS = "summary,description,status,updated"
PER_PAGE = 100
MOST_PAGES = 200
LONGEST_TITLE = 255
KIND = "Task"


class JiraTracker:
    """Implements `ports.tracker.Tracker`. `project` is its key, `url` the site's address, `kind` the type of the issues that are made."""

    def __init__(self, project: str, url: str, who: Login, clock: Clock, *, kind: str = KIND, seconds: float = 20.0) -> None:  # fmt: skip
        self._rest = Rest(url, who, clock, seconds=seconds)
        self._project, self._kind, self._url = project, kind, url.rstrip("/")
        self._old_search = False

    @property
    def name(self) -> str:
        """See the port."""
        return f"jira:{self._project}@{self._url}"

    def find(self, markers: Sequence[str], known: Mapping[str, str]) -> dict[str, Held]:
        """See the port. The index of a search lags behind: what was made before is asked for by its key as well."""
        return held_by(markers, self._labelled(), known, self._one)

    def create(self, ticket: Ticket) -> Held:
        """See the port."""
        fields = {"project": {"key": self._project}, "issuetype": {"name": self._kind}, "summary": _title(ticket), "description": ticket.text,
                  "labels": [LABEL, _label(ticket.marker)]}  # fmt: skip
        try:
            made, _ = self._rest.call("POST", "/rest/api/2/issue", {"fields": fields})
        except TrackerError as wrong:
            if not wrong.unknown:
                raise
            there = {one.ref: one for one in self._search(f'project = "{self._project}" AND labels = "{_label(ticket.marker)}"')}  # fmt: skip
            if not there:
                raise
            return next(iter(there.values()))
        held = self._one(str(made.get("key", ""))) if isinstance(made, dict) else None
        if held is None:
            raise TrackerError("malformed", f"{self.name} made an issue and does not show it.", unknown=True)
        return self.update(held, ticket) if ticket.closed else held

    def update(self, held: Held, ticket: Ticket, why: str = "") -> Held:
        """See the port. Jira has no conditional write: what is there is read right before."""
        now = self._one(held.ref)
        if now is None or now.version != held.version:
            raise TrackerError("changed", f"{self.name} {held.ref} was changed meanwhile, or is gone.")
        place = f"/rest/api/2/issue/{quote(held.ref, safe='')}"
        if (held.title, held.text) != (_title(ticket), ticket.text.rstrip()):
            self._rest.call("PUT", place, {"fields": {"summary": _title(ticket), "description": ticket.text}})
        if ticket.closed != held.closed:
            self._rest.call("POST", f"{place}/transitions", {"transition": {"id": self._transition(held.ref, closed=ticket.closed)}})  # fmt: skip
        if why:
            self._rest.call("POST", f"{place}/comment", {"body": why})
        after = self._one(held.ref)
        if after is None:
            raise TrackerError("not_there", f"{self.name} {held.ref} is gone.")
        return after

    def close(self) -> None:
        """See the port."""
        self._rest.close()

    def _transition(self, ref: str, *, closed: bool) -> str:
        """The workflow's step to a status that counts as done, or to one that does not; a project may name them as it likes."""
        found, _ = self._rest.call("GET", f"/rest/api/2/issue/{quote(ref, safe='')}/transitions")
        steps = found.get("transitions", []) if isinstance(found, dict) else []
        for wanted in ("done",) if closed else ("new", "indeterminate"):
            for one in steps:
                if one.get("to", {}).get("statusCategory", {}).get("key") == wanted:
                    return str(one["id"])
        what = "closes" if closed else "opens"
        raise TrackerError("refused", f"{self.name} {ref}: its workflow has no step from here that {what} it. Do it there by hand.")  # fmt: skip

    def _labelled(self) -> Iterator[Held]:
        return self._search(f'project = "{self._project}" AND labels = "{LABEL}" ORDER BY created ASC')

    def _search(self, jql: str) -> Iterator[Held]:
        if not self._old_search:
            try:
                yield from self._pages_by_token(jql)
            except TrackerError as wrong:
                if wrong.fault != "not_there":
                    raise
                self._old_search = True
            else:
                return
        yield from self._pages_by_start(jql)

    def _pages_by_token(self, jql: str) -> Iterator[Held]:
        token = ""
        for _ in range(MOST_PAGES):
            asked = {
                "jql": jql,
                "fields": FIELDS,
                "maxResults": PER_PAGE,
                **({"nextPageToken": token} if token else {}),
            }
            page, _ = self._rest.call("GET", f"/rest/api/2/search/jql?{urlencode(asked)}")
            yield from _issues(page)
            token = page.get("nextPageToken") or ""
            if not token or page.get("isLast"):
                return

    def _pages_by_start(self, jql: str) -> Iterator[Held]:
        start = 0
        for _ in range(MOST_PAGES):
            asked = {"jql": jql, "fields": FIELDS, "maxResults": PER_PAGE, "startAt": start}
            page, _ = self._rest.call("GET", f"/rest/api/2/search?{urlencode(asked)}")
            issues = list(_issues(page))
            yield from issues
            start += len(issues)
            if not issues or start >= int(page.get("total", 0)):
                return

    def _one(self, ref: str) -> Held | None:
        try:
            found, _ = self._rest.call("GET", f"/rest/api/2/issue/{quote(ref, safe='')}?fields={FIELDS}")
        except TrackerError as wrong:
            if wrong.fault == "not_there":
                return None
            raise
        return _held(found)


def _title(ticket: Ticket) -> str:
    """One line: Jira refuses a summary with line breaks."""
    return " ".join(ticket.title.split())[:LONGEST_TITLE]


def _label(marker: str) -> str:
    """A label for one marker: labels have no spaces, and a search by label is exact where one by text is not."""
    return f"{LABEL}-{hashlib.sha256(marker.encode()).hexdigest()[:16]}"


def _issues(page: Any) -> Iterator[Held]:
    if not isinstance(page, dict) or not isinstance(page.get("issues"), list):
        raise TrackerError("malformed", "Jira gave no list of issues. Is the address right?")
    return (_held(one) for one in page["issues"])


def _held(one: Any) -> Held:
    try:
        fields = one["fields"]
        closed = fields["status"]["statusCategory"]["key"] == "done"
        text = (fields.get("description") or "").replace("\r\n", "\n").rstrip()
        version = digest([fields["updated"], fields["summary"], text, fields["status"]["statusCategory"]["key"]])
        return Held(str(one["key"]), str(fields["summary"]), text, closed, version)
    except (KeyError, TypeError) as wrong:
        raise TrackerError("malformed", "Jira gave an issue that is none. Is the address right?") from wrong
