"""Links, sessions and who a browser may be. Whether a seat may do something is decided by the engine, not here."""

from __future__ import annotations

from dataclasses import dataclass, replace

from itsdangerous import BadSignature, URLSafeSerializer
from starlette.requests import Request
from starlette.responses import Response

from hotwash.bootstrap import House
from hotwash.drill.design import FACILITATOR
from hotwash.kernel.errors import HotwashError

COOKIE = "hotwash"
EVERY_DRILL = "*"
DAY_MS = 24 * 3600 * 1000
LINK_LIVES_MS, SESSION_LIVES_MS = 7 * DAY_MS, 12 * 3600 * 1000


class NoEntryError(HotwashError):
    """Somebody is not let in; the message says what to do."""

    code = "no-entry"


@dataclass(frozen=True)
class Visitor:
    """Who asks, as whom, on which invitation. `own` is False for a facilitator who looks over a player's shoulder."""

    who: str
    person: str
    link: str
    facilitates: bool
    own: bool = True
    expires_ms: int = 0


class Door:
    """Makes, reads and closes invitations, and knows browsers by their session."""

    def __init__(self, house: House, *, secure: bool = False) -> None:
        self._house, self._secure = house, secure
        self._signer = URLSafeSerializer(house.key, salt="hotwash invitation")
        self.cookie = f"__Host-{COOKIE}" if secure else COOKIE

    @property
    def now_ms(self) -> int:
        """Wall time in ms."""
        return self._house.clock.now()

    def invite(self, drill: str, who: str, *, many: bool = False, lives_ms: int = LINK_LIVES_MS) -> str:
        """A new signed token for a place."""
        now = self.now_ms
        return self.token(self._house.access.make_link(drill, who, now, now + lives_ms, many=many).id)

    def token(self, link: str) -> str:
        """The signed form of a link, as it stands in an address."""
        return str(self._signer.dumps(link))

    def read(self, token: str) -> tuple[str, str, str]:
        """(link, drill, who) of a token that can be used now. Raises NoEntryError."""
        try:
            name = str(self._signer.loads(token))
        except BadSignature as forged:
            raise NoEntryError(
                "This link is not complete or was changed. Open it again from the invitation."
            ) from forged
        link = self._house.access.link(name)
        if link is None or not link.open_at(self.now_ms):
            raise NoEntryError("This link has expired or was replaced. Ask the facilitator for a new one.")
        return link.id, link.drill, link.who

    def claim(self, token: str, person: str, request: Request) -> str:
        """Bind a link to this browser; returns the session's secret. Raises NoEntryError when another browser has it."""
        link, _, _ = self.read(token)
        if any(one.link == link for one in self._entries(request)):
            return str(request.cookies.get(self.cookie, ""))
        session = self._house.access.claim(link, person, str(request.cookies.get(self.cookie, "")), self.now_ms)
        if not session:
            raise NoEntryError(
                "Another browser uses this link already. Ask the facilitator for a new one, or to let more browsers in."
            )
        return session

    def log_in(self, password: str, person: str, request: Request) -> str:
        """A session for a facilitator. Raises NoEntryError."""
        if not self._house.access.password_fits(password):
            raise NoEntryError("That is not the facilitators' password. `hotwash serve` prints where it comes from.")
        return self.claim(self.invite(EVERY_DRILL, FACILITATOR, lives_ms=SESSION_LIVES_MS), person, request)

    def log_out(self, request: Request, response: Response) -> None:
        """Forget a browser, here and there."""
        self._house.access.forget(str(request.cookies.get(self.cookie, "")))
        response.delete_cookie(self.cookie, path="/", secure=self._secure, httponly=True)

    def keep(self, response: Response, session: str) -> None:
        """Give the browser its secret."""
        response.set_cookie(
            self.cookie,
            session,
            max_age=LINK_LIVES_MS // 1000,
            httponly=True,
            samesite="lax",
            secure=self._secure,
            path="/",
        )

    def facilitator(self, request: Request) -> Visitor | None:
        """The visitor as facilitator of every drill, or None."""
        for one in self._entries(request):
            if one.who == FACILITATOR and one.drill == EVERY_DRILL:
                return Visitor(FACILITATOR, one.person, one.link, facilitates=True, expires_ms=one.expires_ms)
        return None

    def places(self, request: Request) -> list[tuple[str, str]]:
        """(drill, who) of every place that this browser may take."""
        return [(one.drill, one.who) for one in self._entries(request) if one.drill != EVERY_DRILL]

    def visitor(self, request: Request, drill: str, who: str) -> Visitor:
        """The visitor in one place of one drill. Raises NoEntryError."""
        for one in self._entries(request):
            if one.drill == drill and one.who == who:
                return Visitor(who, one.person, one.link, facilitates=who == FACILITATOR, expires_ms=one.expires_ms)
        control = self.facilitator(request)
        if control is None:
            raise NoEntryError(
                "This place is not yours. Open the link that you were sent, or ask the facilitator for one."
            )
        return replace(control, who=who, own=who == FACILITATOR)

    def member(self, request: Request, drill: str) -> Visitor:
        """The visitor anywhere in one drill. Raises NoEntryError."""
        control = self.facilitator(request)
        if control is not None:
            return control
        for one in self._entries(request):
            if one.drill == drill:
                return Visitor(one.who, one.person, one.link, facilitates=False, expires_ms=one.expires_ms)
        raise NoEntryError("You are not in this drill. Open the link that you were sent.")

    def _entries(self, request: Request) -> list:  # type: ignore[type-arg]  # Entry belongs to an adapter
        return list(self._house.access.entries(str(request.cookies.get(self.cookie, "")), self.now_ms))
