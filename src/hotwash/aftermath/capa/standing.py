"""Where each action stands: its form in `capa.yaml` and what the journal says of it, nothing stored twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar

from hotwash.aftermath.capa.facts import (
    Closed,
    EffectChecked,
    Entry,
    Fact,
    FollowedUp,
    Noted,
    Replaced,
    Rescheduled,
    Synced,
    Verified,
)
from hotwash.aftermath.capa.follow import last_in_place
from hotwash.kernel.errors import HotwashError
from hotwash.kit.capa import action_digest
from hotwash.kit.schema.capa import CapaAction, CapaFile

State = Literal["open", "green", "red", "closed", "reopened", "not effective", "replaced"]
HORIZONS = ("fast", "medium", "structural")
F = TypeVar("F", bound=Fact)


class NotClosableError(HotwashError):
    """An action that cannot be closed yet, and why."""

    code = "not-closable"
    permanent = False


@dataclass(frozen=True)
class Standing:
    """One action today. `deadline` is the one that counts now; `verified` the newest run of the action as it is now, `stale` says that the
    newest run was of another wording."""

    action: CapaAction
    state: State
    deadline: date
    late: bool
    verified: Entry | None
    stale: bool
    closed: Entry | None
    moves: tuple[Entry, ...]
    effect: Entry | None
    tickets: Mapping[str, str]
    followed: tuple[Entry, ...] = ()
    replaced: Entry | None = None

    @property
    def is_open(self) -> bool:
        """Still to be done."""
        return self.state not in ("closed", "replaced")

    @property
    def replaced_by(self) -> str:
        """Id of the action in its place; empty where there is none."""
        return self.replaced.fact.by if self.replaced is not None and isinstance(self.replaced.fact, Replaced) else ""

    @property
    def points(self) -> int:
        """See `kit.schema.capa.Priority.sum`."""
        return self.action.score.sum


def standings(plan: CapaFile, journal: Sequence[Entry], today: date) -> list[Standing]:
    """Every action, in the order in which to work: open before closed; late first, the longest overdue before the others; then the highest
    sum; of equal sums the one that protects people sooner (horizon, then deadline); then by id."""
    found = [standing(one, journal, today) for one in plan.actions]
    return sorted(found, key=_order)


def _order(one: Standing) -> tuple[object, ...]:
    overdue = one.deadline.toordinal() if one.late else 0
    return (not one.is_open, not one.late, overdue, -one.points, HORIZONS.index(one.action.horizon), one.deadline, one.action.id)  # fmt: skip


def standing(action: CapaAction, journal: Sequence[Entry], today: date) -> Standing:
    """One action. Closed holds as long as the action is the one that was closed and no later run was red; an effect that was looked for
    and not found opens it again, at the day that was planned for it or at a follow-up. A replaced one stays so until another word."""
    own = [one for one in journal if one.fact.action == action.id]
    digest = action_digest(action)
    moves = _of(own, Rescheduled)
    deadline = date.fromisoformat(moves[-1].fact.to) if moves and isinstance(moves[-1].fact, Rescheduled) else action.deadline  # fmt: skip
    runs = _of(own, Verified)
    newest = runs[-1] if runs else None
    verified = newest if newest is not None and _verified(newest).digest == digest else None
    closings, effects = _of(own, Closed), _of(own, EffectChecked)
    closed, effect = closings[-1] if closings else None, effects[-1] if effects else None
    followed, replacing = _of(own, FollowedUp), _of(own, Replaced)
    looks = sorted((one for one in (*effects, *followed) if _says_works(one) is not None), key=lambda one: one.version)
    state = "replaced" if replacing else _state(digest, verified, closed, looks[-1] if looks else None, today)
    tickets = {one.fact.tracker: one.fact.ref for one in own if isinstance(one.fact, Synced)}
    late = state not in ("closed", "replaced") and deadline < today
    return Standing(
        action, state, deadline, late, verified, newest is not verified, closed, tuple(moves), effect, tickets, tuple(followed), replacing[-1] if replacing else None
    )  # fmt: skip


def _state(digest: str, verified: Entry | None, closed: Entry | None, look: Entry | None, today: date) -> State:
    green = verified is not None and is_green(verified, today)
    if closed is not None and look is not None and look.version > closed.version and _says_works(look) is False:
        return "not effective"
    if closed is not None and isinstance(closed.fact, Closed):
        return (
            "closed" if closed.fact.digest == digest and (verified is None or _verified(verified).green) else "reopened"
        )
    if verified is None:
        return "open"
    return "green" if green else "red"


def is_green(run: Entry, today: date) -> bool:
    """Whether a run counts today: it passed, and what it rests on has not expired."""
    fact = _verified(run)
    return fact.green and (not fact.until or today < date.fromisoformat(fact.until))


def may_close(one: Standing, others: Mapping[str, Standing], by: str, today: date) -> int:
    """The version of the run that closing rests on. Raises NotClosableError, with why and what to do."""
    name = one.action.id
    if one.state == "closed":
        raise NotClosableError(f"'{name}' is closed already.")
    if one.replaced_by:
        raise NotClosableError(f"'{name}' was replaced: close '{one.replaced_by}'.")
    if by.strip().casefold() == one.action.owner.casefold():
        raise NotClosableError(f"{one.action.owner} owns '{name}': somebody else closes it, in their own name.")
    instead = {other: standing.replaced_by for other, standing in others.items() if standing.replaced_by}
    needed = [last_in_place(other, instead) for other in one.action.depends_on]
    waits = [other for other in needed if other not in others or others[other].is_open]
    if waits:
        raise NotClosableError(f"'{name}' depends on what is still open: {', '.join(waits)}.")
    run = one.verified
    if run is None:
        why = "was changed after its last verification" if one.stale else "was never verified"
        raise NotClosableError(f"'{name}' {why}. Run: hotwash capa verify DRILL {name}")
    if not is_green(run, today):
        why = "is no longer valid" if _verified(run).green else "was red"
        raise NotClosableError(f"The verification of '{name}' {why}: {_verified(run).said}. It stays open.")
    reopened = one.closed is not None and run.version < one.closed.version
    failed = max((look.version for look in _looks(one) if _says_works(look) is False), default=0)
    if reopened or run.version < failed:
        raise NotClosableError(f"'{name}' was opened again after its last verification. Run: hotwash capa verify DRILL {name}")  # fmt: skip
    return run.version


def new_notes(plan: CapaFile, journal: Sequence[Entry]) -> list[Noted]:
    """What is to be noted before anything else is recorded: actions that are new or worded anew."""
    last = {one.fact.action: one.fact.digest for one in journal if isinstance(one.fact, Noted)}
    return [Noted(one.id, action_digest(one), one.deadline.isoformat()) for one in plan.actions if last.get(one.id) != action_digest(one)]  # fmt: skip


def first_deadlines(journal: Sequence[Entry]) -> dict[str, date]:
    """The deadline that was first noted for each action: a later one needs a reason."""
    first: dict[str, date] = {}
    for one in journal:
        if isinstance(one.fact, Noted):
            first.setdefault(one.fact.action, date.fromisoformat(one.fact.deadline))
    return first


def _of(own: Sequence[Entry], kind: type[F]) -> list[Entry]:
    return [one for one in own if isinstance(one.fact, kind)]


def _verified(one: Entry) -> Verified:
    assert isinstance(one.fact, Verified)
    return one.fact


def _looks(one: Standing) -> list[Entry]:
    return [*([one.effect] if one.effect is not None else []), *one.followed]


def _says_works(look: Entry) -> bool | None:
    """Whether a look at an action says that it works; None where it could not be told."""
    if isinstance(look.fact, EffectChecked):
        return look.fact.works
    assert isinstance(look.fact, FollowedUp)
    return {"yes": True, "no": False}.get(look.fact.works)
