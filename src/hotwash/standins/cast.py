"""Who holds which seat: reading `expert`, `slow,ic=expert` or `ic=expert,comms=slow`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hotwash.kernel.errors import HotwashError
from hotwash.kernel.seeds import Pick
from hotwash.standins.desk import StandIn
from hotwash.standins.profiles import EXPERT, PROFILES, Profile
from hotwash.standins.seat import SeatPolicy
from hotwash.standins.seats.comms import Comms
from hotwash.standins.seats.ic import IncidentCommander
from hotwash.standins.seats.legal import Legal
from hotwash.standins.seats.ml import MlEngineer
from hotwash.standins.seats.privacy import Privacy
from hotwash.standins.seats.scribe import Scribe
from hotwash.standins.seats.tech import TechLead

POLICIES: Sequence[type[SeatPolicy]] = (IncidentCommander, TechLead, MlEngineer, Scribe, Comms, Legal, Privacy)
"""In the order in which seats look up from their work on one tick."""
SEATS = tuple(policy.seat for policy in POLICIES)
MIXED = "mixed"
"""A team of all kinds: each seat draws its profile from the seed. Seats that do nothing are not drawn."""


class UnknownPlayerError(HotwashError):
    """A profile or a seat that does not exist."""

    code = "unknown-player"


def cast(players: str | Mapping[str, str], seed: int, pace: float = 1.0) -> dict[str, StandIn]:
    """A stand-in for every seat. Raises UnknownPlayerError naming what exists. `pace` multiplies the time that each takes for everything.

    A mapping names profiles by seat; as text, a name without `seat=` is for all seats not named. Seats that nobody
    names are held by experts, so that one habit can be looked at alone.
    """
    profiles = profiles_by_seat(players, seed)
    return {policy.seat: policy(_at_pace(PROFILES[profiles[policy.seat]], pace), seed) for policy in POLICIES}


def _at_pace(profile: Profile, pace: float) -> Profile:
    return profile if pace == 1 else replace(profile, pace=profile.pace * pace)


def profiles_by_seat(players: str | Mapping[str, str], seed: int) -> dict[str, str]:
    """Seat → profile name, for every seat."""
    named = dict(players) if isinstance(players, Mapping) else _read(players)
    others = named.pop("", EXPERT.name)
    for seat, name in [*named.items(), ("", others)]:
        _check(seat, name)
    return {seat: _settle(named.get(seat, others), seat, seed) for seat in SEATS}


def _read(text: str) -> dict[str, str]:
    named: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        seat, is_pair, name = part.rpartition("=")
        if is_pair and not seat.strip():
            raise UnknownPlayerError(f"'{part}' names no seat: write seat=profile, with a seat of {', '.join(SEATS)}")
        if seat.strip() in named:
            raise UnknownPlayerError(f"'{text}' names {seat.strip() or 'a profile for all seats'} twice")
        named[seat.strip()] = name.strip()
    return named


def _check(seat: str, name: str) -> None:
    if seat and seat not in SEATS:
        raise UnknownPlayerError(f"no seat '{seat}': the seats are {', '.join(SEATS)}")
    if name != MIXED and name not in PROFILES:
        raise UnknownPlayerError(f"no stand-in plays '{name}': choose one of {', '.join([*PROFILES, MIXED])}")


def _settle(name: str, seat: str, seed: int) -> str:
    if name != MIXED:
        return name
    return Pick(seed, seat, "profile").of([one.name for one in PROFILES.values() if one.active])
