"""Issues of a GitHub repository, over its REST API (version 2022-11-28): https://docs.github.com/rest/issues."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from hotwash.adapters.tracker_rest import Login, Rest, held_by
from hotwash.kernel.event import digest
from hotwash.ports.clock import Clock
from hotwash.ports.tracker import Held, Ticket, TrackerError

API = "https://api.github.com"
LABEL = "hotwash-capa"
PER_PAGE = 100
MOST_PAGES = 200
NEXT = re.compile(r'<([^>]+)>;\s*rel="next"')
LONGEST_TITLE = 256


class GithubTracker:
    """Implements `ports.tracker.Tracker`. `repository` is `owner/name`; `url` is the API's address, another for an enterprise server."""

    def __init__(self, repository: str, who: Login, clock: Clock, url: str = API, *, seconds: float = 20.0) -> None:
        self._rest = Rest(url, who, clock, seconds=seconds)
        self._base = urlsplit(url).path.rstrip("/")
        self._repository = repository
        self._place = "/repos/" + "/".join(quote(one, safe="") for one in repository.split("/"))

    @property
    def name(self) -> str:
        """See the port."""
        return f"github:{self._repository}"

    def find(self, markers: Sequence[str], known: Mapping[str, str]) -> dict[str, Held]:
        """See the port. Oldest first, so that of two the older is taken."""
        return held_by(markers, self._labelled(), known, self._one)

    def create(self, ticket: Ticket) -> Held:
        """See the port."""
        body = {"title": ticket.title[:LONGEST_TITLE], "body": ticket.text, "labels": [LABEL]}
        try:
            made, _ = self._call("POST", f"{self._place}/issues", body)
        except TrackerError as wrong:
            if not wrong.unknown:
                raise
            there = self.find([ticket.marker], {})
            if ticket.marker not in there:
                raise
            return there[ticket.marker]
        held = _held(made)
        return self.update(held, ticket) if ticket.closed else held

    def update(self, held: Held, ticket: Ticket, why: str = "") -> Held:
        """See the port. GitHub has no conditional write: what is there is read right before, which leaves a moment of a few milliseconds."""
        now = self._one(held.ref)
        if now is None or now.version != held.version:
            raise TrackerError("changed", f"{self.name}{held.ref} was changed meanwhile, or is gone.")
        body: dict[str, Any] = {"title": ticket.title[:LONGEST_TITLE], "body": ticket.text, "state": "closed" if ticket.closed else "open"}  # fmt: skip
        if ticket.closed != held.closed:
            body["state_reason"] = "completed" if ticket.closed else "reopened"
        made, _ = self._call("PATCH", f"{self._place}/issues/{held.ref.removeprefix('#')}", body)
        if why:
            self._call("POST", f"{self._place}/issues/{held.ref.removeprefix('#')}/comments", {"body": why})
            return self._one(held.ref) or _held(made)
        return _held(made)

    def close(self) -> None:
        """See the port."""
        self._rest.close()

    def _labelled(self) -> Iterator[Held]:
        path = f"{self._place}/issues?state=all&labels={LABEL}&sort=created&direction=asc&per_page={PER_PAGE}"
        for _ in range(MOST_PAGES):
            page, headers = self._call("GET", path)
            if not isinstance(page, list):
                raise TrackerError("malformed", f"{self.name} gave no list of issues. Is the address right?")
            yield from (_held(one) for one in page if "pull_request" not in one)
            after = NEXT.search(headers.get("link", ""))
            if after is None:
                return
            parts = urlsplit(after[1])
            path = parts.path.removeprefix(self._base) + f"?{parts.query}"

    def _one(self, ref: str) -> Held | None:
        try:
            found, _ = self._call("GET", f"{self._place}/issues/{ref.removeprefix('#')}")
        except TrackerError as wrong:
            if wrong.fault == "not_there":
                return None
            raise
        return _held(found)

    def _call(self, method: str, path: str, body: object = None) -> tuple[Any, Mapping[str, str]]:
        return self._rest.call(method, path, body, accept="application/vnd.github+json", x_github_api_version="2022-11-28")  # fmt: skip


def _held(one: Any) -> Held:
    try:
        text = (one["body"] or "").replace("\r\n", "\n").rstrip()
        # The time has whole seconds: two changes inside one are told apart by what they made.
        version = digest([one["updated_at"], one["title"], text, one["state"]])
        return Held(f"#{int(one['number'])}", str(one["title"]), text, one["state"] == "closed", version, str(one.get("html_url", "")))  # fmt: skip
    except (KeyError, TypeError, ValueError) as wrong:
        raise TrackerError("malformed", "GitHub gave an issue that is none. Is the address right?") from wrong
