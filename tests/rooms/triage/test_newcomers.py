"""A release that came with the failure belongs to the segment's name, and what is usual for it is what it came into; a signal is never
described by the column that it is made of."""

import numpy as np
import pytest

from benchmarks.triage_search import findings
from hotwash.adapters.relation_duckdb import from_arrays
from hotwash.kit.schema.columns import SignalColumn, TraceColumns
from hotwash.ports.scope import Scope
from hotwash.triage.segments import Found, Segment
from hotwash.triage.statement import before_it_came
from hotwash.triage.timeline import Window, extent, timeline
from hotwash.triage.validity import validity

N = 24_000
MINUTE = 60_000
ARRIVES = 14_000
"""Row from which on the release serves."""


def traffic(seed, *, bad, arrives=ARRIVES, taken=0.5):
    """A day of requests in three regions; from `arrives` on a part has a new release. `bad` says where it goes wrong more often."""
    rng = np.random.default_rng(seed)
    at = np.datetime64("2026-05-05T00:00", "ms") + (np.arange(N) * (86_400_000 // N)).astype("timedelta64[ms]")
    region = rng.choice(["eu", "us", "asia"], N, p=[0.3, 0.5, 0.2]).astype(object)
    channel = rng.choice(["web", "app", "partner", "mail"], N).astype(object)
    new = (np.arange(N) >= arrives) & (rng.random(N) < taken)
    release = np.where(new, "r-2", "r-1").astype(object)
    worse = bad(np.arange(N) >= ARRIVES, region, new)
    found = {
        name: np.where(rng.random(N) < np.where(worse, 0.25, usual), "yes", "no").astype(object)
        for name, usual in (("wrong", 0.03), ("down", 0.05))
    }
    return {"at": at, "region": region, "channel": channel, "release": release, **found}


COLUMNS = TraceColumns(
    time="at", dimensions=["region", "channel"], versions=["release"],
    signals=[SignalColumn(name=one, column=one, equals="yes", source=one) for one in ("wrong", "down")],
)  # fmt: skip


def main_of(data, columns=COLUMNS) -> Segment:
    return dict(reversed(findings(from_arrays(data), columns)))["wrong"]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_release_that_fails_in_a_part_of_traffic_is_in_its_name_and_usual_is_what_it_came_into(seed):
    data = traffic(seed, bad=lambda _, region, new: new & (region == "eu"))
    one = main_of(data)
    assert str(one.scope) == "region eu and release r-2"
    assert one.came_into == Scope.of({"region": ["eu"]})
    earlier = (data["region"] == "eu") & (np.arange(N) < ARRIVES)
    # to the bucket of the first row
    assert one.usual.found == pytest.approx((data["wrong"][earlier] == "yes").sum(), abs=4)
    assert one.usual.asked == pytest.approx(earlier.sum(), rel=0.01)
    held = (data["region"] == "eu") & (data["release"] == "r-2")
    assert one.excess.value == pytest.approx((data["wrong"][held] == "yes").sum() - held.sum() * one.usual.share, abs=3)
    begun = int(data["at"][ARRIVES].astype("datetime64[ms]").astype(np.int64))
    assert one.onset is not None
    assert abs(one.onset.at_ms - begun) <= 5 * MINUTE
    assert before_it_came(one) == " in region eu before release r-2 came"


def test_a_harmless_release_at_the_same_time_is_in_no_name():
    one = main_of(traffic(3, bad=lambda during, region, _: during & (region == "eu")))
    assert str(one.scope) == "region eu"
    assert (one.came_into, before_it_came(one)) == (None, "")


def test_a_release_that_was_there_before_has_its_own_past():
    one = main_of(traffic(4, bad=lambda during, region, new: during & new & (region == "eu"), arrives=3_000))
    assert str(one.scope) == "region eu and release r-2"
    assert one.came_into is None


def test_what_a_new_release_does_to_other_signals_is_set_against_what_it_came_into():
    data = traffic(5, bad=lambda _, region, new: new & (region == "eu"))
    relation, one = from_arrays(data), main_of(data)
    line = timeline(relation, COLUMNS, COLUMNS.signals, extent(relation, COLUMNS))
    told = validity(
        relation,
        COLUMNS,
        COLUMNS.signals[0],
        Found("wrong", (one,), (), (), 1, 1),
        COLUMNS.signals,
        Window(line.start_ms, line.end_ms),
    )
    witness = told.witnesses[0]
    earlier = (data["region"] == "eu") & (data["at"].astype("datetime64[ms]").astype(np.int64) < one.window.from_ms)
    assert (witness.before.found, witness.before.asked) == ((data["down"][earlier] == "yes").sum(), earlier.sum())
    assert told.verdict == "confirmed"


def test_a_signal_is_not_described_by_the_column_that_it_is_made_of():
    data = traffic(6, bad=lambda during, region, _: during & (region == "eu"))
    columns = COLUMNS.model_copy(update={"dimensions": ["region", "channel", "wrong", "down"]})
    named = findings(from_arrays(data), columns)
    assert {name for name, _ in named} == {"wrong", "down"}
    for name, one in named:
        assert name not in dict(one.scope.dims)
        assert one.usual.asked > 0
    assert ("wrong", "region eu") in [(name, str(one.scope)) for name, one in named]
