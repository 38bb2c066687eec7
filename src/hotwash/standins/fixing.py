"""From a tested idea to a proven fix: roll back, flush, prove, step back, and look again."""

from __future__ import annotations

from collections.abc import Sequence

from hotwash.drill.commands import RecordTest, RunSuite
from hotwash.kernel.clock import MINUTE
from hotwash.ports.system import SystemDescription
from hotwash.standins.desk import Desk
from hotwash.standins.levers import LeverHand, Wish
from hotwash.standins.playbook import Play
from hotwash.standins.profiles import Profile
from hotwash.standins.room import Dims, Idea, Proof, Pull, Room
from hotwash.standins.words import bare, clock, place

TRIALS = 400
"""Trials of a proof: a clean run then bounds the failure rate below 0.75 % (rule of three, 95 %)."""
SETTLE_MIN = 1.0
"""Minutes after a lever took effect before a suite says anything about it."""
UNTESTED_MIN = 9.0
"""How long the technical lead waits for somebody to test an idea before trying it on the service."""
DIG_MIN = 7.0
"""Pause of somebody who digs on in the wrong place."""
NO_RELEASE = ("index", "data", "retrieval")
"""What somebody fixed on releases does not count as one: rebuilt indexes and refreshed data come by night and by themselves."""


class Fixer(LeverHand):
    """An engineer who takes the cause out and shows that it is out."""

    def __init__(self, profile: Profile, seed: int) -> None:
        super().__init__(profile, seed)
        self.failing: dict[str, Sequence[str]] = {}
        self._dug: list[str] = []
        self._recorded: set[str] = set()

    def fix(self, desk: Desk, room: Room, play: Play) -> None:
        """One step towards recovery, whichever is due."""
        current = room.fixes[-1] if room.fixes else None
        if current is None:
            self.start_fix(desk, room, play)
        elif current.effective_ms is not None and room.now_ms >= current.effective_ms:
            self.finish_fix(desk, room, play, current)

    def start_fix(self, desk: Desk, room: Room, play: Play) -> None:
        """Roll back what the best standing idea names, once it was tested or has waited long enough. Ideas about a false
        alarm name no mode and are not for this."""
        standing = [one for one in room.ideas if one.component and one.mode and not one.refuted]
        tested = [one for one in standing if one.supported]
        lead = next(iter([*tested, *standing]), None)
        if lead is None or not (tested or self.ripe(desk, "untested", UNTESTED_MIN)) or not self.ripe(desk, "fix", 2):
            return
        wish = fix_wish(desk.system, lead, room)
        if wish:
            self.want(desk, room, wish, self.facts(play))

    def finish_fix(self, desk: Desk, room: Room, play: Play, current: Pull) -> None:
        """The rollback works now: empty the cache, prove it, step back, prove it again."""
        since = current.effective_ms or 0
        if self.habits.flushes_cache and "cache_flush" in desk.system.levers:
            flushed = self.flush(desk, room, play, f"{current.kind} is in effect", since)
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
        self.ask_or_pull(desk, payload, self.facts(play))
        return None

    def prove(self, desk: Desk, room: Room, play: Play, since: int) -> bool:
        """Run the suites that are still missing after a moment; True once none of them speaks against the fix."""
        wanted = [one for one in self.habits.proof if one in play.suites and can_run(desk.system, one)]
        for suite in wanted:
            run = next((one for one in reversed(room.proofs) if one.suite == suite and one.at_ms >= since), None)
            if run is None:
                self.run_suite(desk, room, suite)
                return False
            if run.sound or suite == "smoke" or (suite == "bias" and play.sight != "adverse"):
                continue
            if suite == "cache":
                ordinary = self.only_ordinary(desk, play, self.failing.get(suite, ()))
                if ordinary:
                    continue
                if ordinary is False:
                    self.flush_again(desk, room, play, run)
            else:
                self.took_it_wrong(desk, room, run)
            return False
        return bool(wanted)

    def run_suite(self, desk: Desk, room: Room, suite: str) -> None:
        """Run a suite in the scope (groups are compared everywhere) and remember what failed, to read it."""
        scope = {} if suite == "bias" else probe_scope(desk.system, room)
        reply = self.do(desk, RunSuite(suite=suite, scope=scope, trials=TRIALS))
        self.failing[suite] = reply.probe.samples if reply.probe else ()

    def only_ordinary(self, desk: Desk, play: Play, samples: Sequence[str]) -> bool | None:
        """Are the failures of a run of another kind than what we fight? None while that is being read."""
        del desk, play
        return not samples

    def flush_again(self, desk: Desk, room: Room, play: Play, run: Proof) -> None:
        """Old answers are still there: somebody was served while the fault was on. Empty the cache once more."""
        asked = any(one.kind == "cache_flush" and one.asked_ms >= run.at_ms for one in room.pulls)
        if asked or not self.ripe(desk, f"flush-again-{run.at_ms}", 0.5):
            return
        reason = f"The cache suite still finds {run.failures} old answers in {run.trials}."
        wish = Wish("cache_flush", {}, {}, reason, "the cache suite finds no old answer")
        self.ask_or_pull(desk, wish.payload(self.name("flush", {one.call for one in room.pulls})), self.facts(play))

    def took_it_wrong(self, desk: Desk, room: Room, run: Proof) -> None:
        """The proof failed: say so, undo the wrong rollback, and let the next idea have its turn."""
        current = room.fixes[-1]
        if self.record(desk, room, current, run, "refutes"):
            reason = f"{run.failures} of {run.trials} requests of suite {run.suite} still fail: it was not this."
            if self.take_back(desk, current, reason):
                self.forget("fix")

    def settle(self, desk: Desk, room: Room, current: Pull) -> None:
        """Nothing speaks against it: give users back what the bridges took, prove it again without them, then write
        the test down. A proof under a bridge says nothing about the cause."""
        run = next(one for one in reversed(room.proofs) if one.suite in ("replay", "bias"))
        if not self.habits.steps_back or not room.bridges:
            self.record(desk, room, current, run, "supports")
        elif self.ripe(desk, f"step-back-{current.call}", 1.0):
            for bridge in room.bridges:
                reason = f"{run.failures} of {run.trials} in suite {run.suite} at {clock(run.at_ms)}; we prove it again without this."
                self.take_back(desk, bridge, reason)

    def facts(self, play: Play) -> tuple[str, ...]:
        """What this seat has seen with its own eyes, for standing orders."""
        return play.facts

    def record(self, desk: Desk, room: Room, current: Pull, run: Proof, result: str) -> bool:
        """Write down what a proof says about the idea behind a rollback; True once that is on record."""
        idea = idea_for(room, current)
        key = f"{current.call}-{result}"
        if idea is None or key in self._recorded:
            return True
        note = f"{run.failures} of {run.trials} failed in {place(run.scope)}, {clock(run.at_ms)}"
        method = f"suite {run.suite} after the rollback of {idea.component} took effect"
        body = {"hypothesis": idea.id, "method": method, "result": result, "note": note}
        if self.do(desk, RecordTest.model_validate(body)).done:
            self._recorded.add(key)
        return key in self._recorded

    def dig(self, desk: Desk, room: Room) -> None:
        """Fixation: from the first red light on, roll back one release after the other, whatever the traces say."""
        left = [one for one in pet_theories(room, desk.system) if one not in self._dug]
        if not room.alarms or not left or not self.ripe(desk, f"dig-{len(self._dug)}", DIG_MIN if self._dug else 1):
            return
        reason = f"It started with the {left[0]} release, it must be that. Roll it back."
        wish = Wish("rollback", {}, {"component": left[0]}, reason, "it stops")
        pull = self.want(desk, room, wish, ())
        if (pull and pull.on) or any(wish.same(one) and one.state == "refused" for one in room.pulls):
            self._dug.append(left[0])


def can_run(system: SystemDescription, suite: str) -> bool:
    """Has the system a suite, and for paired probes a dimension that stands for people, so one that nobody may route by?"""
    people = any(dim not in system.routable for dim in system.dimensions)
    return suite in system.suites and (suite != "bias" or people)


def fix_wish(system: SystemDescription, idea: Idea, room: Room) -> Wish | None:
    """The rollback or failover that takes an idea's component out; None when the system has none."""
    reason = f"{bare(idea.statement)}. {idea.backing}."
    effect = f"suite replay clean in {place(room.extent.scope) if room.extent else 'all traffic'} once it took effect"
    if idea.component in system.versions and "rollback" in system.levers:
        arguments: dict[str, int | str] = {"component": idea.component}
        recorded = system.levers["rollback"].provenance == "recorded"
        if recorded and idea.component in system.previous_versions:
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


def pet_theories(room: Room, system: SystemDescription) -> list[str]:
    """What somebody believes who looks at releases and not at traces: the newest first, then whatever else is released."""
    newest = [component for _, component, *_ in reversed(room.changes)]
    return [
        name
        for name in dict.fromkeys([*newest, *system.versions])
        if name in system.versions and name not in NO_RELEASE
    ]
