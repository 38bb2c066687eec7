"""The system suite, on each system, and on small systems that are wrong in one way each."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from hotwash.conformance import failures
from hotwash.conformance.system import SystemConformance
from hotwash.kernel.clock import MINUTE, SECOND
from hotwash.kernel.errors import NotSupportedError
from hotwash.ports.scope import EVERYTHING, Scope
from hotwash.ports.system import LeverCall, SystemDescription, SystemUnderDrill
from tests.contracts.small_system import FOREVER, SmallSystem


def call(kind: str, scope: Mapping[str, Sequence[str]] | None = None, **arguments: int | str) -> LeverCall:
    return LeverCall("", kind, 0, Scope.of(scope or {}), tuple(sorted(arguments.items())))


class SmallSuite(SystemConformance):
    half_ms = 4 * MINUTE

    def make(self) -> SystemUnderDrill:
        return SmallSystem()

    def examples(self, description: SystemDescription) -> Sequence[LeverCall]:
        return [call("off", {"region": ["eu"]}), call("flush")]


class TestSmallSystem(SmallSuite):
    pass


# ── systems that are wrong in one way ──────────────────────────────────────────────────────────────────────────────


class IgnoresSeed(SmallSystem):
    def draws(self, second):
        self.seed = 0
        return super().draws(second)


class RemembersLevers(SmallSystem):
    def reset(self, seed):
        log = getattr(self, "log", {})
        super().reset(seed)
        self.log = log


class CountsSteps(SmallSystem):
    """What happens depends on how often it was advanced."""

    steps = 0

    def reset(self, seed):
        super().reset(seed)
        self.steps = 0

    def advance(self, to_ms):
        super().advance(to_ms)
        self.steps += 1

    def configuration(self):
        return {**super().configuration(), "steps": self.steps}


class GoesBack(SmallSystem):
    def advance(self, to_ms):
        self.now = to_ms // SECOND * SECOND


class Milliseconds(SmallSystem):
    def advance(self, to_ms):
        super().advance(to_ms)
        self.now = max(self.now, to_ms)


class Rewrites(SmallSystem):
    """A lever works on minutes that are over."""

    def pull(self, call, mode="simulated"):
        receipt = super().pull(call, mode)
        if call.id in self.log:
            self.log[call.id].start_ms = max(0, call.at_ms - 3 * MINUTE)
        return receipt


class HalfMinutes(SmallSystem):
    """Shows the minute that has just begun as complete."""

    def frame(self):
        now, self.now = self.now, (self.now + MINUTE - 1) // MINUTE * MINUTE
        shown = super().frame()
        self.now = now
        return shown


class Nosy(SmallSystem):
    """Opening a trace flags it."""

    def reset(self, seed):
        super().reset(seed)
        self.opened = set()

    def open(self, trace_id):
        trace = super().open(trace_id)
        self.opened.add(trace_id)
        return trace

    def configuration(self):
        return {**super().configuration(), "opened": len(self.opened)}


class Numb(SmallSystem):
    """Levers do nothing."""

    def summary(self, second):
        log, self.log = self.log, {}
        found = super().summary(second)
        self.log = log
        return found


class TakesAnything(SmallSystem):
    def check(self, call):
        if call.kind not in ("off", "flush"):
            super().check(call)


class TakesAnyLever(SmallSystem):
    def check(self, call):
        if call.kind != "no-such-lever":
            super().check(call)


class TakesAnyScope(SmallSystem):
    def check(self, call):
        super().check(replace(call, scope=EVERYTHING))


class TakesThePast(SmallSystem):
    def pull(self, call, mode="simulated"):
        return super().pull(replace(call, at_ms=max(call.at_ms, self.now)), mode)


class Refuses(SmallSystem):
    def check(self, call):
        if call.kind == "flush":
            raise NotSupportedError("not today")


class WetDry(SmallSystem):
    def pull(self, call, mode="simulated"):
        return super().pull(call)


class OtherDry(SmallSystem):
    def receipt(self, pull):
        receipt = super().receipt(pull)
        return receipt if pull.call.id in self.log else replace(receipt, effective_ms=receipt.effective_ms + 1)


class TwicePulled(SmallSystem):
    """Does not know a pull again."""

    def pull(self, call, mode="simulated"):
        known = self.log.pop(call.id, None)
        if known:
            call = replace(call, at_ms=max(self.now, known.call.at_ms + SECOND))
        return super().pull(call, mode)


class NeverRestores(SmallSystem):
    def configuration(self):
        on = [pull.call.kind for pull in self.log.values() if pull.start_ms <= self.now < FOREVER]
        return {"levers": [kind for kind in on if kind == "off"]}


class RestoresAll(SmallSystem):
    """Says that a flush was undone."""

    def check(self, call):
        if not (call.kind == "restore" and str(call.argument("target")) in self.log):
            super().check(call)


class Prophet(SmallSystem):
    def open(self, trace_id):
        now, self.now = self.now, FOREVER
        try:
            return super().open(trace_id)
        finally:
            self.now = now


class ShowsTheFuture(SmallSystem):
    def find(self, query):
        now, self.now = self.now, self.now + 30 * SECOND
        found = super().find(query)
        self.now = now
        return found


class OldestFirst(SmallSystem):
    def find(self, query):
        return super().find(query)[::-1]


class IgnoresTheQuery(SmallSystem):
    def find(self, query):
        return super().find(replace(query, scope=EVERYTHING, flag=""))


class Moody(SmallSystem):
    """A trace reads differently with time."""

    def open(self, trace_id):
        return replace(super().open(trace_id), output=f"Answer at {self.now}")


class RepeatsComplaints(SmallSystem):
    def complaints(self, after_ms, until_ms):
        return super().complaints(after_ms - MINUTE, until_ms)


class Flatters(SmallSystem):
    def probe(self, suite, scope=EVERYTHING, trials=200):
        return replace(super().probe(suite, scope, trials), failures=trials // 2, upper_rate=0)


class RunsAnySuite(SmallSystem):
    def probe(self, suite, scope=EVERYTHING, trials=200):
        return super().probe("smoke", scope, trials)


class WrongCells(SmallSystem):
    def frame(self):
        shown = super().frame()
        return replace(shown, cells=shown.cells[:-1])


class WideCounts(SmallSystem):
    def frame(self):
        shown = super().frame()
        return replace(shown, counts=shown.counts.astype("int64"))


class NoBaseline(SmallSystem):
    def baseline(self):
        found = super().baseline()
        return replace(found, rates=found.rates * float("nan"))


class Drifting(SmallSystem):
    """Its description follows its state."""

    def describe(self):
        return replace(super().describe(), versions={"model": str(len(self.log))})


class ForgetsATrace(SmallSystem):
    def requests(self, from_ms, to_ms, scope=EVERYTHING):
        return super().requests(from_ms + SECOND, to_ms, scope)


class MisFlags(SmallSystem):
    """The explorer flags one request more than the dashboards count."""

    def requests(self, from_ms, to_ms, scope=EVERYTHING):
        found = super().requests(from_ms, to_ms, scope)
        flags = found.signals["refused"].copy()
        flags[int(np.argmin(flags))] = 1
        return replace(found, signals={**found.signals, "refused": flags})


class AnswersEarly(SmallSystem):
    """Says no before it can know."""

    def describe(self):
        found = super().describe()
        signals = {name: replace(one, delay_min=3 if name == "flagged" else 0) for name, one in found.signals.items()}
        return replace(found, signals=signals)


class AsksEverybody(SmallSystem):
    """Counts a share of refusals over requests that were not refused."""

    def describe(self):
        found = super().describe()
        flagged = replace(found.signals["flagged"], denominator="refused")
        return replace(found, signals={**found.signals, "flagged": flagged})


class MixesVersions(SmallSystem):
    def requests(self, from_ms, to_ms, scope=EVERYTHING):
        found = super().requests(from_ms, to_ms, scope)
        return replace(found, versions={"model": np.where(found.at_ms % 7_000 < 3_000, "1", "2").astype(np.object_)})


class TellsEverything(SmallSystem):
    """Takes no notice of a window's end, and of no scope."""

    def requests(self, from_ms, to_ms, scope=EVERYTHING):
        return super().requests(from_ms, FOREVER)


class Forgives(SmallSystem):
    """Flags are taken back after five minutes."""

    def requests(self, from_ms, to_ms, scope=EVERYTHING):
        found = super().requests(from_ms, to_ms, scope)
        flags = np.where(found.at_ms < self.now - 5 * MINUTE, 0, found.signals["flagged"]).astype(np.int8)
        return replace(found, signals={**found.signals, "flagged": flags})


@pytest.mark.parametrize(
    ("wrong", "noticed"),
    [
        (IgnoresSeed, "test_another_seed_gives_another_run"),
        (RemembersLevers, "test_the_same_seed_gives_the_same_run"),
        (CountsSteps, "test_how_time_is_cut_changes_nothing"),
        (GoesBack, "test_time_goes_forward_by_whole_seconds"),
        (Milliseconds, "test_time_goes_forward_by_whole_seconds"),
        (Rewrites, "test_a_complete_minute_never_changes"),
        (Rewrites, "test_levers_change_what_happens_next_and_nothing_before"),
        (HalfMinutes, "test_a_complete_minute_never_changes"),
        (Nosy, "test_looking_changes_nothing"),
        (Numb, "test_levers_change_what_happens_next_and_nothing_before"),
        (TakesAnything, "test_what_is_not_declared_is_refused"),
        (TakesAnyLever, "test_what_is_not_declared_is_refused"),
        (TakesAnyScope, "test_what_is_not_declared_is_refused"),
        (RunsAnySuite, "test_what_is_not_declared_is_refused"),
        (TakesThePast, "test_a_lever_cannot_be_pulled_in_the_past"),
        (Refuses, "test_every_declared_lever_can_be_pulled"),
        (WetDry, "test_dry_answers_and_changes_nothing"),
        (OtherDry, "test_dry_answers_and_changes_nothing"),
        (TwicePulled, "test_pulling_twice_is_pulling_once"),
        (NeverRestores, "test_reversible_levers_restore_and_others_say_no"),
        (RestoresAll, "test_reversible_levers_restore_and_others_say_no"),
        (Prophet, "test_traces_of_the_future_are_refused"),
        (ShowsTheFuture, "test_traces_are_of_requests_made_before_now"),
        (OldestFirst, "test_traces_are_of_requests_made_before_now"),
        (IgnoresTheQuery, "test_a_query_finds_what_it_names"),
        (Moody, "test_found_traces_open_and_always_read_the_same"),
        (RepeatsComplaints, "test_complaints_come_once_and_in_order"),
        (Flatters, "test_suites_count_honestly"),
        (WrongCells, "test_the_frame_has_the_promised_shape"),
        (WideCounts, "test_the_frame_has_the_promised_shape"),
        (NoBaseline, "test_the_baseline_fits_the_frame"),
        (ForgetsATrace, "test_requests_are_the_traces_that_can_be_found"),
        (MisFlags, "test_requests_add_up_to_the_dashboards"),
        (AnswersEarly, "test_what_could_not_be_asked_is_said"),
        (AsksEverybody, "test_what_could_not_be_asked_is_said"),
        (MixesVersions, "test_requests_run_on_the_versions_that_their_traces_name"),
        (TellsEverything, "test_requests_of_a_window_and_scope_are_part_of_the_whole"),
        (Forgives, "test_requests_tell_nothing_of_what_is_to_come"),
        (Drifting, "test_the_description_agrees_with_itself"),
    ],
)
def test_the_suite_notices_a_system_that_is_wrong(wrong: type, noticed: str):
    class Suite(SmallSuite):
        def make(self) -> SystemUnderDrill:
            return wrong()

    found = failures(Suite, only=noticed)
    assert found.get(noticed), f"the suite let {wrong.__name__} pass"


def test_the_suite_asks_for_an_example_of_every_lever():
    class Suite(SmallSuite):
        def examples(self, description: SystemDescription) -> Sequence[LeverCall]:
            return [call("off")]

    assert "no example of ['flush']" in failures(Suite)["test_every_declared_lever_can_be_pulled"]
