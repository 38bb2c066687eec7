"""How long nothing can come of conditions: until an entry that they read, or a moment at which time alone may change them.

Most looks at a drill find nothing new. Whoever looks for something that is due says what it reads and when it has to look again, and
is asked again no sooner.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from hotwash.drill.conditions import World, held
from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.conditions import AllOf, AnyOf, At, Condition, Known, Not, Seen, SignalAbove, Since

T = TypeVar("T")
NEVER = 1 << 60
"""No moment of any drill, in ms."""


@dataclass
class Quiet:
    """Moments from `from_ms` on and before `until_ms` at which there was nothing; at first there are none."""

    from_ms: int = 0
    until_ms: int = 0


def found(
    name: str, types: Collection[str], world: World, look: Callable[[], Iterator[T]], again_ms: Callable[[], int]
) -> list[T]:
    """What a look finds; nothing without looking while none can. `types` are those of the entries that it depends on, `again_ms` the
    next moment at which it may find something though no such entry came in; `name` tells this look from others at the same log."""
    if silent(name, types, world):
        return []
    things = list(look())
    if not things:
        quiet = world.journal.kept.get(name, types, Quiet)
        quiet.from_ms, quiet.until_ms = world.now_ms, again_ms()
    return things


def silent(name: str, types: Collection[str], world: World) -> bool:
    """Whether such a look cannot find anything now."""
    quiet = world.journal.kept.get(name, types, Quiet)
    return quiet.from_ms <= world.now_ms < quiet.until_ms


def until(name: str, types: Collection[str], world: World) -> int:
    """Until when a look that has just found nothing finds nothing, if no entry comes that it depends on."""
    return world.journal.kept.get(name, types, Quiet).until_ms


def reads(conditions: Iterable[Condition]) -> frozenset[str]:
    """Types of entries on which conditions depend."""
    return frozenset(kind for one in conditions for kind in _reads(one))


def _reads(condition: Condition) -> Iterator[str]:
    match condition:
        case Seen(event=event):
            yield event
        case Known():
            yield "fact_learned"
        case Since(since=inner) | Not(not_=inner):
            yield from _reads(inner)
        case AllOf(all=parts) | AnyOf(any=parts):
            for part in parts:
                yield from _reads(part)


def timed(condition: Condition) -> bool:
    """Whether time alone may change what is said of a condition."""
    match condition:
        case At() | SignalAbove() | Since() | Known(of="world"):
            return True
        case Not(not_=inner):
            return timed(inner)
        case AllOf(all=parts) | AnyOf(any=parts):
            return any(map(timed, parts))
        case _:
            return False


def turns(condition: Condition, world: World, after_ms: int = 0, *, talk_only: bool = False) -> int:
    """The next moment at which time alone may change what `held` says of a condition with the same arguments."""
    match condition:
        case At(at_min=at_min):
            return _ahead(round(at_min * MINUTE), world)
        case Known(of="world", fact=fact):
            starts = [round(one.from_min * MINUTE) for one in world.true_facts if one.fact == fact]
            return min((_ahead(one, world) for one in starts), default=NEVER)
        case SignalAbove():
            return (world.now_ms // MINUTE + 1) * MINUTE
        case Since(since=inner, minutes=minutes):
            start = held(inner, world, after_ms, talk_only=talk_only)
            own = _ahead(start.since_ms + round(minutes * MINUTE), world) if start else NEVER
            return min(own, turns(inner, world, after_ms, talk_only=talk_only))
        case AllOf(all=parts) | AnyOf(any=parts):
            return min(turns(one, world, after_ms, talk_only=talk_only) for one in parts)
        case Not(not_=inner):
            return turns(inner, world, after_ms, talk_only=talk_only)
        case _:
            return NEVER


def _ahead(moment_ms: int, world: World) -> int:
    return moment_ms if moment_ms > world.now_ms else NEVER
