"""Logs that released versions wrote stay readable: chain, payloads, fold and every audience's view."""

import gzip
import json
from pathlib import Path

import pytest

from hotwash.drill.read import read
from hotwash.drill.state import fold
from hotwash.drill.views.project import HIDDEN, ViewLog
from hotwash.kernel.audience import FACILITATOR, player
from hotwash.kernel.event import check_chain, from_json
from tests.support.drills import bench

LOGS = sorted((Path(__file__).parent / "logs").glob("*.jsonl.gz"))


def test_every_release_left_a_log():
    assert any(path.name.startswith("0.1.0-") for path in LOGS)


@pytest.mark.parametrize("path", LOGS, ids=lambda path: path.name.removesuffix(".jsonl.gz"))
def test_a_released_log_is_read_folded_and_shown(path: Path):
    lines = gzip.decompress(path.read_bytes()).splitlines()
    events = [from_json(json.loads(line), position) for position, line in enumerate(lines, start=1)]
    assert check_chain(events) == events[-1].hash
    payloads = [read(event) for event in events]
    assert len(payloads) == len(events) > 200
    state = fold(events)
    assert (state.phase, state.version) == ("ended", len(events))
    assert state.seats.keys() >= {"ic", "tech", "comms"}
    design = bench().session.design
    everything, legal = ViewLog(FACILITATOR, design), ViewLog(player("legal"), design)
    assert sum(everything.show(event) is not None for event in events) == len(events)
    seen = [shown for event in events if (shown := legal.show(event))]
    assert 0 < len(seen) < len(events)
    assert not {shown.type for shown in seen} & HIDDEN
