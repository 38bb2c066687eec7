"""Plays the golden drills."""

from pathlib import Path

import pytest
import yaml

from hotwash.drill.commands import COMMANDS
from hotwash.drill.refusal import RefusedError
from hotwash.kernel.errors import NotSupportedError
from tests.support.drills import bench

DRILLS = sorted((Path(__file__).parent / "drills").glob("*.yaml"))


@pytest.mark.parametrize("path", DRILLS, ids=lambda path: path.stem)
def test_golden_drill(path: Path):
    one, mark, refusal = bench(), 0, ""
    for number, line in enumerate(yaml.safe_load(path.read_text()), start=1):
        text, fields = next(iter(line.items())) if isinstance(line, dict) else (line, {})
        where = f"{path.name}, step {number}: {text}"
        if text.startswith("at "):
            mark, refusal = len(one.session.events), ""
            one.to(float(text[3:]))
        elif text.startswith("hot "):
            one.system.hot(*map(int, text[4:].split()))
        elif text.startswith("== no "):
            assert not [event for event in one.session.events[mark:] if event.type == text[6:]], where
        elif text.startswith(">> "):
            seat, _, do = text[3:].partition(": ")
            mark, refusal = len(one.session.events), ""
            try:
                one.do(seat, COMMANDS[do].model_validate(fields or {}))
            except (RefusedError, NotSupportedError) as refused:
                refusal = str(refused)
        elif text.startswith("<< "):
            assert not refusal, f"{where}: refused, {refusal}"
            new = [event for event in one.session.events[mark:] if event.type == text[3:]]
            fits = [event for event in new if all(event.data[name] == value for name, value in (fields or {}).items())]
            assert fits, (
                f"{where}: found {[dict(event.data) for event in new] or [event.type for event in one.session.events[mark:]]}"
            )
        else:
            assert text[3:] in refusal, f"{where}: {refusal or 'it was not refused'}"


def test_there_are_golden_drills():
    assert len(DRILLS) >= 3
