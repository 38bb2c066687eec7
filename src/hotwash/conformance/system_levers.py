"""What every system must do with levers."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from hotwash.conformance.sight import refusal_of, see
from hotwash.conformance.system_play import RESTORE, SystemPlay, restore
from hotwash.kernel.clock import MINUTE, SECOND
from hotwash.kernel.errors import NotSupportedError
from hotwash.kernel.event import canonical
from hotwash.ports.scope import Scope
from hotwash.ports.system import LeverCall, Mode, SystemUnderDrill

MODES: tuple[Mode, ...] = ("dry", "simulated")


class LeverChecks(SystemPlay):
    """What is declared can be done, what is not is refused, and nothing happens but what was asked for."""

    def test_every_declared_lever_can_be_pulled(self) -> None:
        system = self.fresh()
        levers = system.describe().levers
        calls = self.calls(system, self.half_ms)
        missing = set(levers) - {call.kind for call in calls} - {RESTORE}
        assert not missing, f"the suite has no example of {sorted(missing)}"
        system.advance(self.half_ms)
        for call in calls:
            receipt = system.pull(call)
            kind = call.kind
            assert receipt.id == call.id, f"'{kind}' answered for '{receipt.id}', not for '{call.id}'"
            assert receipt.provenance == levers[kind].provenance, (
                f"'{kind}' is {levers[kind].provenance}, not as answered"
            )
            assert receipt.effective_ms >= self.half_ms, f"'{kind}' took effect before it was pulled"

    def test_levers_change_what_happens_next_and_nothing_before(self) -> None:
        system, left = self.fresh(), self.fresh()
        for one, calls in ((system, self.calls(system, self.half_ms)), (left, [])):
            self.play(one, 2 * self.half_ms, calls)
        minute, both = self.half_ms // MINUTE, (system.frame().counts, left.frame().counts)
        assert (both[0][:, :minute] == both[1][:, :minute]).all(), "levers changed minutes before they were pulled"
        assert (both[0] != both[1]).any(), "all levers were pulled and no signal changed"

    def test_a_lever_cannot_be_pulled_in_the_past(self) -> None:
        system = self.fresh()
        call = self.calls(system, self.half_ms - SECOND)[0]
        system.advance(self.half_ms)
        before = see(system)
        assert refusal_of(lambda: system.pull(call), ValueError), "a pull before now was not refused with ValueError"
        assert see(system) == before, "a refused pull changed something"

    def test_what_is_not_declared_is_refused(self) -> None:
        system = self.fresh()
        system.advance(self.half_ms)
        before = see(system)
        for why, call in self._undeclared(system):
            for mode in MODES:
                refusal = refusal_of(partial(system.pull, call, mode), NotSupportedError)
                assert refusal, f"{why} was accepted ({mode}): {call}"
                assert str(refusal), f"{why} was refused without a word"
        refused = refusal_of(lambda: system.probe("no-such-suite"), NotSupportedError)
        assert refused, "a suite that does not exist ran"
        assert see(system) == before, "a refused request changed something"

    def test_dry_answers_and_changes_nothing(self) -> None:
        system, left = self.fresh(), self.fresh()
        system.advance(self.half_ms)
        calls, before = self.calls(system, self.half_ms), see(system)
        answers = [system.pull(call, "dry") for call in calls]
        assert see(system) == before, "a dry pull changed something at once"
        assert answers == [system.pull(call, "dry") for call in calls], (
            "a dry pull answered differently the second time"
        )
        for one in (system, left):
            one.advance(2 * self.half_ms)
        assert see(system) == see(left), "a dry pull changed something later"
        for call, answer in zip(calls, answers, strict=True):
            real = self.fresh()
            real.advance(self.half_ms)
            assert real.pull(call) == answer, f"'{call.kind}' answers otherwise when it is pulled for real"

    def test_pulling_twice_is_pulling_once(self) -> None:
        once, twice = self.fresh(), self.fresh()
        for system, times in ((once, 1), (twice, 2)):
            system.advance(self.half_ms)
            for call in self.calls(system, self.half_ms):
                receipts = [system.pull(call) for _ in range(times)]
                assert receipts[0] == receipts[-1], f"'{call.kind}' answered a repeated pull otherwise"
            system.advance(2 * self.half_ms)
        for call in self.calls(twice, self.half_ms):
            twice.pull(call)
        assert see(twice) == see(once), "pulling with one id twice, or again much later, is not pulling once"

    def test_reversible_levers_restore_and_others_say_no(self) -> None:
        system, left = self.fresh(), self.fresh()
        levers = system.describe().levers
        if RESTORE not in levers:
            claiming = [name for name, lever in levers.items() if lever.reversible]
            assert not claiming, f"there is no '{RESTORE}', so {claiming} cannot be reversible"
            return
        system.advance(self.half_ms)
        calls = self.calls(system, self.half_ms)
        system.advance(max(system.pull(call).effective_ms for call in calls) + MINUTE)
        left.advance(system.now_ms)
        assert self._standing(system) != self._standing(left), "all levers are pulled and the configuration shows none"
        done = system.now_ms
        for call in calls:
            undo = restore(call.id, system.now_ms)
            if levers[call.kind].reversible:
                done = max(done, system.pull(undo).effective_ms)
            else:
                refused = refusal_of(partial(system.pull, undo), NotSupportedError)
                assert refused, f"'{call.kind}' is not reversible and was undone"
        system.advance(done + MINUTE)
        left.advance(done + MINUTE)
        assert self._standing(system) == self._standing(left), "a restored lever left something behind"

    def _standing(self, system: SystemUnderDrill) -> bytes:
        return canonical(self.standing(system.configuration()))

    def _undeclared(self, system: SystemUnderDrill) -> list[tuple[str, LeverCall]]:
        """Calls that no system may accept, each with what is wrong with it."""
        described = system.describe()
        call = self.calls(system, self.half_ms)[0]
        nowhere = replace(call, scope=Scope.of({"no-such-dimension": ["x"]}))
        found = [
            ("a lever that does not exist", replace(call, kind="no-such-lever")),
            ("an argument that does not exist", replace(call, arguments=(*call.arguments, ("no-such-argument", 1)))),
            ("a dimension that does not exist", nowhere),
        ]
        for dim, values in described.dimensions.items():
            if dim in described.routable:
                found.append((f"a value that {dim} does not have", replace(call, scope=Scope.of({dim: ["no-such"]}))))
            else:
                found.append(
                    (f"a scope on {dim}, which is not routable", replace(call, scope=Scope.of({dim: values[:1]})))
                )
        if RESTORE in described.levers:
            found.append(("restoring what was never pulled", restore("never-pulled", self.half_ms)))
        return found
