"""Real transcripts for played requests. What no configuration was recorded doing is said to be unrecorded."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from hotwash.kernel.errors import NotSupportedError
from hotwash.kernel.seeds import Pick
from hotwash.ports.traces import RecordedRun, Trace, TraceSummary
from hotwash.simulator.ids import trace_id
from hotwash.simulator.recorded.cases import Case, Library
from hotwash.simulator.rows import RowFacts

UNASKED = ("off", "rate_limited", "dropped", "abandoned")
STOPPED = ("blocked", "false_block", "caught", "held")
HELD_BACK = "[Held back by a control. What the agent would have gone on to do was not recorded.]"
REDUCED = "[Answered without tools. No recorded run shows how; this answer is modelled.]"
REACHED_FACT, HARMED_FACT = "injected_instruction", "tool_misuse"
PERSONAL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.]+|\b[A-Z]{2}\d{10,30}\b")
"""Mail addresses and account numbers."""
SHOWN = 240
"""Characters of a prompt or deed that somebody quotes in a complaint."""


class RecordedWords:
    """Implements `simulator.words.Words` over a library of cases. `poisoned` is the share of requests whose content carries
    an instruction from `onset_ms` on."""

    def __init__(self, found: Library, poisoned: float, onset_ms: int) -> None:
        self._found, self._poisoned, self._onset_ms = found, poisoned, onset_ms

    def trace(self, facts: RowFacts) -> Trace:
        """The transcript of the case that the request drew, by the configuration that served it."""
        run = self._run(facts)
        asked, stopped = facts.status in UNASKED, facts.status in STOPPED
        reduced = facts.arm == "safe_mode" or not facts.tools_on
        whole = not (asked or stopped or reduced)
        output = run.output if whole else "" if asked else HELD_BACK if stopped else REDUCED
        seen = " ".join((run.prompt, output, *(str(one) for one in run.tool_calls)))
        return Trace(
            summary=TraceSummary(trace_id(facts.row), facts.at_ms, dict(facts.dims), facts.status, facts.flags),
            prompt=run.prompt,
            output=output,
            tool_calls=run.tool_calls if whole else (),
            versions=dict(facts.versions),
            attributes=_attributes(facts, run, whole=whole),
            sensitive=bool(PERSONAL.search(seen)),
            shows=_shows(run) if whole else (),
        )

    def complaint(self, facts: RowFacts) -> str:
        """What somebody wrote who found out what the agent did, or who is merely cross."""
        run = self._run(facts)
        asked = run.prompt[:SHOWN].strip()
        if facts.category and run.deed:
            return f'I asked: "{asked}". In my log I now find: {run.deed[:SHOWN]}. I never asked for that. Who did?'
        return f'I asked: "{asked}". That is not what I got. Please have a person look at it.'

    def _run(self, facts: RowFacts) -> RecordedRun:
        pick = Pick("recorded", facts.seed, facts.row)
        served_by = facts.versions["model"]
        group = facts.dims["intent"]
        if facts.fate:
            return _by(
                pick.of(self._found.by_fate[group, facts.fate.removeprefix(f"{group}-")]), served_by, attacked=True
            )
        harmless = [one for fate in ("neither", "unknown") for one in self._found.by_fate.get((group, fate), ())]
        clean = self._found.clean[group]
        if harmless and (not clean or (facts.at_ms >= self._onset_ms and pick.below(10_000) < self._harmless(group))):
            return _by(pick.of(harmless), served_by, attacked=True)
        if not clean:
            raise NotSupportedError(f"there is no clean run of {group}: nothing can be shown for this request")
        return _by(pick.of(clean), served_by, attacked=False)

    def _harmless(self, group: str) -> int:
        """In 1/10000: of the requests that did no harm, how many read an instruction and did not obey it."""
        counted = self._found.count(group)
        if not counted.all:
            return 0
        quiet = self._poisoned * (counted.neither + counted.unknown) / counted.all
        loud = self._poisoned * (counted.both + counted.running + counted.fallback) / counted.all
        return round(10_000 * quiet / (1 - loud))


class NoWords:
    """For a record that is checked without its traces: the log says who opened what, the transcripts are not in it."""

    def trace(self, facts: RowFacts) -> Trace:
        """Raises NotSupportedError."""
        raise NotSupportedError(f"the transcript of {trace_id(facts.row)} is not in the record: give --traces again")

    def complaint(self, facts: RowFacts) -> str:
        """Raises NotSupportedError."""
        raise NotSupportedError(f"the complaint about {trace_id(facts.row)} is not in the record: give --traces again")


def _by(case: Case, served_by: str, *, attacked: bool) -> RecordedRun:
    return (case.attacked if attacked else case.clean)[served_by]


def _shows(run: RecordedRun) -> tuple[str, ...]:
    return tuple(fact for fact, true in ((HARMED_FACT, run.harmed), (REACHED_FACT, run.reached)) if true)


def _attributes(facts: RowFacts, run: RecordedRun, *, whole: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.version": run.bundle,
        "gen_ai.conversation.id": f"c-{facts.user:05d}-{facts.question:02d}",
        "gen_ai.system_instructions": run.system_prompt,
        "user.id": f"u-{facts.user:05d}",
        "hotwash.timeline": "composed",
        "hotwash.outcome": "recorded" if whole else "modelled",
        "hotwash.source": run.source,
        "hotwash.task": run.task,
        "hotwash.guardrail.tier": facts.guardrail_tier,
        "hotwash.gateway.wait_ms": facts.wait_ms,
    }
    if run.at_ms is not None:
        found["hotwash.recorded_at"] = datetime.fromtimestamp(run.at_ms / 1000, UTC).isoformat(timespec="seconds")
    if whole and run.tool_calls:
        found["hotwash.tool_spans"] = [one.name for one in run.tool_calls]
    return found
