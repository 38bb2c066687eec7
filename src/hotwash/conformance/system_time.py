"""What every system must do with time, seed and signals."""

from __future__ import annotations

import numpy as np

from hotwash.conformance.sight import refusal_of, see
from hotwash.conformance.system_play import SystemPlay
from hotwash.kernel.clock import MINUTE, SECOND
from hotwash.kernel.seeds import Pick


class TimeChecks(SystemPlay):
    """A seed is a run, however it is cut and looked at."""

    def test_the_description_agrees_with_itself(self) -> None:
        system = self.fresh()
        described = system.describe()
        assert described.levers, "a system without a lever leaves nothing to do"
        assert set(described.routable) <= set(described.dimensions), "a routable dimension is not a dimension"
        assert all(described.dimensions.values()), "a dimension has no values"
        for name, lever in described.levers.items():
            assert name == lever.kind, f"lever '{name}' calls itself '{lever.kind}'"
            assert lever.delay_s >= 0, f"lever '{name}' takes effect before it is pulled"
            assert lever.undo_s >= 0, f"lever '{name}' is undone before it is restored"
        for name, signal in described.signals.items():
            assert name == signal.name, f"signal '{name}' calls itself '{signal.name}'"
            known = signal.denominator in {"", *described.signals}
            assert known, f"signal '{name}' is a share of the unknown signal '{signal.denominator}'"
        self.play(system, self.half_ms, self.calls(system, SECOND))
        assert system.describe() == described, "the description changed during a drill"

    def test_the_frame_has_the_promised_shape(self) -> None:
        system = self.fresh()
        system.advance(self.half_ms)
        described, frame = system.describe(), system.frame()
        assert set(frame.signals) == set(described.signals), "the frame has other signals than the description"
        values = {(dim, value) for dim, values in described.dimensions.items() for value in values}
        assert frame.cells[0] == ("", ""), "cell 0 is all traffic"
        assert set(frame.cells[1:]) == values, "the frame has other cells than the described dimensions have values"
        shape = (len(frame.signals), frame.counts.shape[1], len(frame.cells))
        assert frame.counts.shape == shape, f"counts have shape {frame.counts.shape}, not signals × minutes × cells"
        assert frame.counts.dtype == np.int32, f"counts are {frame.counts.dtype}, not int32"
        assert int(frame.counts.min()) >= 0, "a count is negative"
        assert int(frame.counts[:, : frame.minutes].sum()) > 0, "nothing was counted up to `half_ms`"

    def test_the_baseline_fits_the_frame(self) -> None:
        system = self.fresh()
        baseline, frame = system.baseline(), system.frame()
        assert (baseline.signals, baseline.cells) == (frame.signals, frame.cells), (
            "baseline and frame name other things"
        )
        assert baseline.rates.shape == (len(frame.signals), len(frame.cells)), (
            f"rates have shape {baseline.rates.shape}"
        )
        assert bool(np.isfinite(baseline.rates).all()), "a healthy rate is not a finite number"
        assert float(baseline.rates.min()) >= 0, "a healthy rate is negative"

    def test_the_same_seed_gives_the_same_run(self) -> None:
        first, second = self.fresh(), self.fresh()
        for system in (first, second):
            self.play(system, 2 * self.half_ms, self.calls(system, self.half_ms))
        assert see(first) == see(second), "two systems with one seed went different ways"
        left = self.fresh()
        first.reset(self.seed)
        assert first.now_ms == 0, "reset did not go back to the start"
        for system in (first, left):
            system.advance(2 * self.half_ms)
        assert see(first) == see(left), "a reset system remembers what was done to it before"

    def test_another_seed_gives_another_run(self) -> None:
        first, second = self.fresh(), self.fresh(self.other_seed)
        for system in (first, second):
            system.advance(self.half_ms)
        assert see(first).counts != see(second).counts, "two seeds gave the same counts: the seed is not used"

    def test_how_time_is_cut_changes_nothing(self) -> None:
        whole = self.fresh()
        calls = self.calls(whole, self.half_ms)
        self.play(whole, 2 * self.half_ms, calls)
        for round_ in range(3):
            cut, pick = self.fresh(), Pick("conformance", "cuts", round_)
            cuts = [pick.below(2 * self.half_ms // SECOND) * SECOND for _ in range(25)]
            self.play(cut, 2 * self.half_ms, calls, cuts)
            assert see(cut) == see(whole), f"the run depends on how it was cut, here at {sorted(cuts)} ms"

    def test_time_goes_forward_by_whole_seconds(self) -> None:
        system = self.fresh()
        system.advance(self.half_ms + 999)
        assert system.now_ms == self.half_ms, f"advance({self.half_ms + 999}) went to {system.now_ms}"
        before = see(system)
        system.advance(self.half_ms)
        assert see(system) == before, "advancing to now changed something"
        refused = refusal_of(lambda: system.advance(self.half_ms - SECOND), ValueError)
        assert refused, "going back in time was not refused with ValueError"
        assert see(system) == before, "a refused advance changed something"

    def test_a_complete_minute_never_changes(self) -> None:
        system = self.fresh()
        system.advance(self.half_ms + 30 * SECOND)
        early = system.frame()
        assert early.minutes == self.half_ms // MINUTE, f"{early.minutes} minutes are complete after {system.now_ms} ms"
        complete = early.counts[:, : early.minutes].copy()
        self.play(system, 2 * self.half_ms, self.calls(system, self.half_ms + 30 * SECOND))
        late = system.frame()
        assert late.minutes == 2 * self.half_ms // MINUTE, (
            f"{late.minutes} minutes are complete after {system.now_ms} ms"
        )
        same = np.array_equal(late.counts[:, : early.minutes], complete)
        assert same, "counts of a complete minute changed afterwards"
