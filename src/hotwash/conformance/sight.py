"""How the system suite looks at a system: everything that can be seen of it at one moment, as one comparable value."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from hotwash.kernel.errors import NotSupportedError
from hotwash.kernel.event import canonical
from hotwash.ports.requests import RequestTable
from hotwash.ports.system import Complaint, ProbeResult, SystemUnderDrill
from hotwash.ports.traces import TraceQuery, TraceSummary


@dataclass(frozen=True)
class Sight:
    """Two runs with equal sights are the same run. A suite that cannot run now is seen as its refusal."""

    now_ms: int
    minutes: int
    counts: bytes
    complaints: tuple[Complaint, ...]
    traces: tuple[TraceSummary, ...]
    requests: bytes
    configuration: bytes
    probes: tuple[ProbeResult | str, ...]


def see(system: SystemUnderDrill) -> Sight:
    """Look at everything."""
    frame = system.frame()
    return Sight(
        now_ms=system.now_ms,
        minutes=frame.minutes,
        counts=frame.counts[:, : frame.minutes].tobytes(),
        complaints=tuple(system.complaints(-1, system.now_ms)),
        traces=tuple(system.find(TraceQuery(limit=200))),
        requests=_digest(system.requests(0, system.now_ms)),
        configuration=canonical(system.configuration()),
        probes=tuple(probed(system, suite) for suite in system.describe().suites),
    )


def _digest(table: RequestTable) -> bytes:
    """SHA-256 over all columns of a table."""
    sha = hashlib.sha256(table.at_ms.tobytes() + table.cached.tobytes())
    for name, flags in sorted(table.signals.items()):
        sha.update(name.encode() + flags.tobytes())
    decided = [table.decision] if table.decision is not None else []
    for texts in (table.status, *table.dims.values(), *table.versions.values(), *decided):
        sha.update("\0".join(map(str, texts.tolist())).encode())
    return sha.digest()


def probed(system: SystemUnderDrill, suite: str, trials: int = 40) -> ProbeResult | str:
    """A suite's result, or what it says when it cannot run now (a canary suite without a canary)."""
    try:
        return system.probe(suite, trials=trials)
    except NotSupportedError as refusal:
        return str(refusal)


def refusal_of(action: Callable[[], object], *kinds: type[Exception]) -> Exception | None:
    """The error of one of these kinds that an action raises; None when it goes through."""
    try:
        action()
    except kinds as refusal:
        return refusal
    return None
