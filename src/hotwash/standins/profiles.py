"""Ways of responding. A profile is a small set of habits that every seat's policy reads; it knows no scenario.

Where the habits come from: late declaring, reflex shut-downs, fixation on the newest release, a rollback without its
cache, and technically sound teams that tell nobody are the failure patterns that exercise reports describe most often.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Containment = Literal["narrow", "everything"]
Diagnosis = Literal["tests", "fixation", "none"]


@dataclass(frozen=True)
class Profile:
    """Habits of a stand-in. `says` is one line for people who choose a team.

    `pace` multiplies every reaction and every piece of work; `hesitates_min` is added before calls that commit the
    team (opening, severity, declaring). `reads` is how many traces are read before a verdict. `updates_percent` is how
    many due updates are sent;
    `duty_delay_min` postpones legal and privacy work. `thin` means decisions without options and evidence.
    """

    name: str
    says: str
    active: bool = True
    pace: float = 1.0
    hesitates_min: float = 0.0
    reads: int = 8
    containment: Containment = "narrow"
    diagnosis: Diagnosis = "tests"
    flushes_cache: bool = True
    proof: tuple[str, ...] = ("replay", "cache", "bias", "smoke")
    steps_back: bool = True
    updates_percent: int = 100
    duty_delay_min: float = 0.0
    thin: bool = False


EXPERT = Profile("expert", "validates, contains narrowly, tests its ideas, proves recovery, tells everybody in time")

PROFILES: dict[str, Profile] = {
    one.name: one
    for one in (
        EXPERT,
        replace(
            EXPERT,
            name="slow",
            says="does the right things late: twice the time for everything, and slow to call it an incident",
            pace=2.0,
            hesitates_min=5.0,
            updates_percent=60,
        ),
        replace(
            EXPERT,
            name="over-container",
            says="at the first red light of any kind switches everything off, and leaves it off",
            reads=0,
            containment="everything",
            diagnosis="none",
            steps_back=False,
        ),
        replace(
            EXPERT,
            name="tunnel-vision",
            says="rolls back the newest release before it looks, then the next, and does not hear what speaks against it",
            reads=4,
            diagnosis="fixation",
            steps_back=False,
            updates_percent=40,
        ),
        replace(
            EXPERT,
            name="rollback-without-cache-flush",
            says="a sound team that forgets the cache, and proves its fix where the cache does not show",
            flushes_cache=False,
            proof=("replay", "bias", "smoke"),
        ),
        replace(
            EXPERT,
            name="under-communicator",
            says="technically sound; few updates, privacy and legal late, decisions without their reasons",
            updates_percent=25,
            duty_delay_min=40.0,
            thin=True,
        ),
        Profile("does-nothing", "holds the seat and answers nothing", active=False),
    )
}
ABSENT = "does-nothing"
"""The profile of a seat that nobody fills."""
