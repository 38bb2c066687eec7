"""What every system must do with human review, whether it has the lever or not."""

from __future__ import annotations

from hotwash.conformance.sight import refusal_of, see
from hotwash.conformance.system_play import SystemPlay
from hotwash.kernel.clock import MINUTE, SECOND
from hotwash.kernel.errors import NotSupportedError
from hotwash.ports.review import Action, Case
from hotwash.ports.scope import EVERYTHING
from hotwash.ports.system import LeverCall, SystemUnderDrill

REVIEW = "review"


class ReviewChecks(SystemPlay):
    """Cases come of the lever alone, say nothing of the future, and are decided once."""

    def test_without_the_lever_nothing_waits(self) -> None:
        system = self.fresh()
        system.advance(self.half_ms)
        queue = system.review_queue()
        assert not queue.cases, "cases wait although review was not pulled"
        minutes = self.half_ms // MINUTE
        lengths = {len(queue.waiting), len(queue.oldest_ms), len(queue.away)}
        assert lengths == {minutes}, f"the series have {sorted(lengths)} entries after {minutes} minutes"

    def test_a_forecast_changes_nothing_and_is_refused_where_there_is_no_review(self) -> None:
        system = self.fresh()
        system.advance(self.half_ms)
        before = see(system)
        call = self._review(system)
        if call is None:
            other = LeverCall("forecast", REVIEW, self.half_ms)
            assert refusal_of(lambda: system.foresee_review(other), NotSupportedError), (
                "a forecast of no review was not refused"
            )
        else:
            told = system.foresee_review(call)
            assert told == system.foresee_review(call), "the same question had two answers"
            assert 0 <= told.routed <= told.came, "more requests are sent to reviewers than there are"
        assert see(system) == before, "a forecast changed something"

    def test_a_case_is_decided_once_and_a_decision_stands(self) -> None:
        system = self.fresh()
        system.advance(self.half_ms)
        call = self._review(system)
        if call is not None:
            system.pull(call)
            case = self._waiting(system)
            system.pull(self._decision("one", case.trace, "refuse", system.now_ms))
            again = self._decision("two", case.trace, "approve", system.now_ms)
            assert refusal_of(lambda: system.pull(again, "dry"), NotSupportedError), "a case was decided twice"
            system.advance(system.now_ms + MINUTE)
            stands = next(one for one in system.review_queue().cases if one.trace == case.trace)
            assert (stands.action, stands.by) == ("refuse", "table"), "a decision does not stand as it was made"
        nothing = self._decision("three", "no such case", "approve", system.now_ms)
        assert refusal_of(lambda: system.pull(nothing, "dry"), NotSupportedError), "what does not wait was decided"

    def _waiting(self, system: SystemUnderDrill) -> Case:
        for _ in range(60):
            system.advance(system.now_ms + 15 * SECOND)
            open_cases = [
                one
                for one in system.review_queue().cases
                if one.decided_ms is None and one.due_ms > system.now_ms + SECOND
            ]
            if open_cases:
                assert {one.action for one in open_cases} == {None}, "a case that waits has a decision"
                return open_cases[-1]
        raise AssertionError("review was pulled and nothing ever waited")

    def _review(self, system: SystemUnderDrill) -> LeverCall | None:
        return next((one for one in self.calls(system, self.half_ms) if one.kind == REVIEW), None)

    def _decision(self, name: str, case: str, action: Action, at_ms: int) -> LeverCall:
        return LeverCall(name, "decide_case", at_ms, EVERYTHING, (("action", action), ("case", case)))
