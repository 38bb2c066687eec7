"""A record with a `capa.yaml` beside it, made in a moment: one event, two actions, a clock that stands where it is put."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from hotwash.adapters.clock_manual import ManualClock
from hotwash.bootstrap import CapaDesk, open_capa
from hotwash.kernel.event import GENESIS, Draft, canonical, seal
from hotwash.kit.capa import as_entry
from hotwash.kit.schema.capa import CapaAction

DAY_MS = 24 * 3600 * 1000
TODAY = date(2026, 12, 1)
START_MS = int(datetime(2026, 12, 1, 9, tzinfo=UTC).timestamp() * 1000)
HEAD = "# a comment that stays\ndrill: leak-1\ncreated: 2026-12-01\nactions:\n"


def day(after: int) -> str:
    return (TODAY + timedelta(days=after)).isoformat()


def action(name: str = "empty-cache", **changed: Any) -> CapaAction:
    body: dict[str, Any] = {
        "id": name, "finding": "Cached answers came back after the rollback.", "cites": [1], "type": "corrective", "horizon": "fast",
        "action": "Every rollback empties the response cache in its scope; 0 of 20 marked answers return.",
        "owner": "A. Example", "deadline": day(14), "score": {"severities": 3, "modes": 2, "time_to_value": 3},
        "verification": {"command": {"run": ["true"]}},
    }  # fmt: skip
    return CapaAction.model_validate({**body, **changed})


def record(folder: Path, *actions: CapaAction) -> Path:
    """A record of a drill of one event, and its actions if there are any."""
    home = folder / "record-of-leak"
    home.mkdir(parents=True)
    first = seal(Draft("drill_planned", {"drill": "leak-1"}, 0, 0, "", ""), "leak-1", 1, GENESIS, "c1")
    (home / "events.jsonl").write_bytes(canonical(first.to_json()) + b"\n")
    (home / "manifest.json").write_text(json.dumps({}))
    if actions:
        write(home, HEAD + "".join(map(as_entry, actions)))
    return home


def write(home: Path, text: str) -> Path:
    file = home.with_name(f"{home.name}-improvement") / "capa.yaml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return file


def read(home: Path) -> str:
    return (home.with_name(f"{home.name}-improvement") / "capa.yaml").read_text()


def desk(home: Path, after_days: float = 0) -> CapaDesk:
    return open_capa(home, ManualClock(START_MS + round(after_days * DAY_MS)))
