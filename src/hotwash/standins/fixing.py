"""From a tested idea to a proven fix: roll back, flush, prove, step back, and look again."""

from __future__ import annotations

from hotwash.drill.commands import RecordTest, RunSuite
from hotwash.kernel.clock import MINUTE
from hotwash.kit.schema.kit import Kit
from hotwash.ports.system import SystemDescription
from hotwash.standins.desk import Desk
from hotwash.standins.levers import LeverHand, Wish
from hotwash.standins.playbook import Play
from hotwash.standins.profiles import Profile
from hotwash.standins.room import Dims, Idea, Proof, Pull, Room
from hotwash.standins.words import clock, place

TRIALS = 400
"""Trials of a proof: a clean run then bounds the failure rate below 0.75 % (rule of three, 95 %)."""
SETTLE_MIN = 1.0
"""Minutes after a lever took effect before a suite says anything about it."""
UNTESTED_MIN = 9.0
"""How long the technical lead waits for somebody to test an idea before trying it on the service."""
DIG_MIN = 7.0
"""Pause of somebody who digs on in the wrong place."""


class Fixer(LeverHand):
    """An engineer who takes the cause out and shows that it is out."""

    def __init__(self, profile: Profile, seed: int) -> None:
        super().__init__(profile, seed)
        self.stepped_back = False
        self._dug: list[str] = []

    def fix(self, desk: Desk, room: Room, play: Play | None) -> None:
        """One step towards recovery, whichever is due."""
        if play is None or not room.confirmed or room.over:
            return
        if self.habits.diagnosis == "fixation":
            self.dig(desk, room, play)
            return
        current = room.fixes[-1] if room.fixes else None
        if current is None:
            self.start_fix(desk, room, play)
        elif current.effective_ms is not None and room.now_ms >= current.effective_ms:
            self.finish_fix(desk, room, play, current)

    def start_fix(self, desk: Desk, room: Room, play: Play) -> None:
        """Roll back what the best standing idea names, once it was tested or has waited long enough."""
        standing = [one for one in room.ideas if one.component and not one.refuted]
        tested = [one for one in standing if one.supported]
        lead = next(iter([*tested, *standing]), None)
        if lead is None or not (tested or self.ripe(desk, "untested", UNTESTED_MIN)) or not self.ripe(desk, "fix", 2):
            return
        wish = fix_wish(desk.system, lead, room)
        if wish:
            self.want(desk, room, wish, play.facts)

    def finish_fix(self, desk: Desk, room: Room, play: Play, current: Pull) -> None:
        """The rollback works now: empty the cache, prove it, step back, prove it again."""
        since = current.effective_ms or 0
        if self.habits.flushes_cache and "cache_flush" in desk.system.levers:
            flushed = self.flush(desk, room, play, f"after {current.call}", since)
            if flushed is None:
                return
            since = max(since, flushed)
        undone = max([one.effective_ms or 0 for one in room.pulls if one.state == "reverted"], default=0)
        since = max(since, undone)
        if room.now_ms < since + SETTLE_MIN * MINUTE:
            return
        if self.prove(desk, room, play, since):
            self.settle(desk, room, current)

    def flush(self, desk: Desk, room: Room, play: Play, why: str, after_ms: int = 0) -> int | None:
        """Empty the cache once for a reason; when it took effect, or None while it has not."""
        done = [one for one in room.pulls if one.kind == "cache_flush" and one.asked_ms >= after_ms]
        if done:
            when = done[-1].effective_ms
            return when if when is not None and when <= room.now_ms else None
        reason = f"Answers that were made before are still being served: empty the cache ({why})."
        wish = Wish("cache_flush", {}, {}, reason, "the cache suite finds no old answer")
        payload = wish.payload(self.name("flush", {one.call for one in room.pulls}))
        self.ask_or_pull(desk, room, payload, play.facts)
        return None

    def prove(self, desk: Desk, room: Room, play: Play, since: int) -> bool:
        """Run the suites that are still missing after a moment; True once all were clean."""
        wanted = [one for one in self.habits.proof if one in play.suites and one in desk.system.suites]
        scope = probe_scope(desk.system, room)
        for suite in wanted:
            clean = room.proven(suite, since)
            if clean is False:
                self.took_it_wrong(desk, room, suite)
                return False
            if clean is None:
                self.do(desk, RunSuite(suite=suite, scope={} if suite == "bias" else scope, trials=TRIALS))
                return False
        return bool(wanted)

    def took_it_wrong(self, desk: Desk, room: Room, suite: str) -> None:
        """The proof failed: say so, undo the wrong rollback, and let the next idea have its turn."""
        run = [one for one in room.proofs if one.suite == suite][-1]
        current = room.fixes[-1]
        self.stepped_back = False
        if suite == "cache":
            if self.ripe(desk, f"flush-again-{run.at_ms}", 0.5):
                again = Wish("cache_flush", {}, {}, f"The cache suite still finds {run.failures} old answers.", "")
                self.ask_or_pull(desk, room, again.payload(self.name("flush", {p.call for p in room.pulls})), ())
            return
        self.record(desk, room, current, run, "refutes")
        self.take_back(desk, current, f"{run.failures} of {run.trials} replayed requests still fail: it was not this.")
        self.forget("fix")

    def settle(self, desk: Desk, room: Room, current: Pull) -> None:
        """Everything clean: write the test down, then give users back what the bridges took from them."""
        run = room.proofs[-1]
        self.record(desk, room, current, run, "supports")
        if self.habits.steps_back and room.bridges and self.ripe(desk, "step-back", 1.5):
            for bridge in room.bridges:
                reason = f"Replay and cache are clean since {clock(run.at_ms)}; we go on watching."
                self.stepped_back |= self.take_back(desk, bridge, reason)

    def record(self, desk: Desk, room: Room, current: Pull, run: Proof, result: str) -> None:
        """Write down what a proof says about the idea behind a rollback, once."""
        idea = idea_for(room, current)
        if idea is None or (idea.results and idea.results[-1] == result and result == "refutes"):
            return
        if not self.ripe(desk, f"test-{current.call}-{result}", 0.3) or f"{current.call}-{result}" in self._dug:
            return
        note = f"{run.failures} of {run.trials} failed in {place(run.scope)}, {clock(run.at_ms)}"
        method = f"suite {run.suite} after the rollback of {idea.component} took effect"
        body = {"hypothesis": idea.id, "method": method, "result": result, "note": note}
        if self.do(desk, RecordTest.model_validate(body)).done:
            self._dug.append(f"{current.call}-{result}")

    def dig(self, desk: Desk, room: Room, play: Play) -> None:
        """Fixation: roll back one favourite after the other, whatever the tests say."""
        favourites = [one.component for one in room.ideas if one.component] or pet_theories(room, play, desk.system)
        left = [one for one in favourites if one not in self._dug and one in desk.system.versions]
        if not left or not self.ripe(desk, f"dig-{len(self._dug)}", DIG_MIN if self._dug else 3):
            return
        reason = f"It started with the {left[0]} release, it must be that. Roll it back."
        pull = self.want(desk, room, Wish("rollback", {}, {"component": left[0]}, reason, "it stops"), ())
        if pull and pull.on:
            self._dug.append(left[0])


def fix_wish(system: SystemDescription, idea: Idea, room: Room) -> Wish | None:
    """The rollback or failover that takes an idea's component out; None when the system has none."""
    tests = sum(one != "inconclusive" for one in idea.results)
    reason = f"{idea.statement} {tests} test{'s' if tests != 1 else ''} on record; it can be taken back."
    effect = f"suite replay clean in {place(room.extent.scope) if room.extent else 'all traffic'} once it took effect"
    if idea.component in system.versions and "rollback" in system.levers:
        arguments: dict[str, int | str] = {"component": idea.component}
        if "to" in system.levers["rollback"].arguments and idea.component in system.previous_versions:
            arguments["to"] = system.previous_versions[idea.component]
        return Wish("rollback", {}, arguments, reason, effect)
    if idea.component and "failover" in system.levers:
        return Wish("failover", {}, {"dependency": idea.component}, reason, effect)
    return None


def idea_for(room: Room, fix: Pull) -> Idea | None:
    """The idea that a rollback or failover acts on."""
    named = str(fix.arguments.get("component", fix.arguments.get("dependency", "")))
    return next((one for one in room.ideas if one.component == named), None)


def probe_scope(system: SystemDescription, room: Room) -> Dims:
    """Where to run a proof: the scope, as far as the service can be asked about it."""
    scope = room.extent.scope if room.extent else {}
    return {dim: values for dim, values in scope.items() if dim in system.routable}


def pet_theories(room: Room, play: Play, system: SystemDescription) -> list[str]:
    """What somebody believes who looks at the newest release and not at the traces: everything but the mechanism."""
    newest = [component for _, component, *_ in reversed(room.changes)]
    rest = [name for name in reversed(play.suspects) if name in system.versions]
    return [name for name in dict.fromkeys([*newest, *rest]) if name != play.suspects[0]]


def cached_service(kit: Kit, system: SystemDescription) -> bool:
    """Does the service keep answers that a rollback does not reach?"""
    return "cache_flush" in system.levers and any(name == "cache_flush" for name in kit.levers)
