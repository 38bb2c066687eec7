"""How often does the alert catalogue page for nothing, and how soon does it page for something?

    python benchmarks/alert_noise.py [--seeds 50] [--scenario-seeds 10] [--first-seed 4000] [--kit FOLDER] [--json]

*False pages*: on the healthy service of each system pack (no fault, no distractor, no surge) nobody should be paged. Pages are
counted by the engine itself, minute by minute, with its own rules on firing again. *Healthy* says how many a 60-minute
drill sees, by alert. *Scenarios*: hands off, minutes from the onset to the first page and who sent it; in a false alarm from the
moment at which its detector begins to cry. A page is a *double* when another alert on the same signal named one of its
cells in the ten minutes before: one group of alerts would have sent one page. *Reach*: something weak for an hour, or strong for a few
minutes, and the share of seeds in which each of two alerts on that signal pages: what a second alert is there for.
Exit code 1 when the goal is missed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from hotwash import bootstrap
from hotwash.drill.design import DrillDesign
from hotwash.drill.events import AlertFired
from hotwash.drill.moment import Moment
from hotwash.drill.state import DrillState
from hotwash.drill.watch import Observation, tick
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.event import Draft, seal
from hotwash.kit.schema.system import Distractor, Fault, World
from hotwash.ports.system import Baseline, SignalFrame

GOAL_PAGES = 0.3
"""False pages a drill, over the whole catalogue of a system."""
DOUBLE_MIN = 10


@dataclass(frozen=True)
class Page:
    """One page: minute of the drill, alert, signal, seat, and the cells it names."""

    minute: int
    alert: str
    signal: str
    seat: str
    cells: tuple[tuple[str, str], ...]


def pages(design: DrillDesign, frame: SignalFrame, baseline: Baseline) -> list[Page]:
    """Every page of a drill that nobody touches, as the engine sends them."""
    state, found = DrillState(phase="running"), []
    for minute in range(1, design.scenario.endex_min):
        at = Moment(minute * MINUTE, minute * MINUTE)
        for one in tick(state, design, at, Observation(frame, baseline, since_ms=(minute - 1) * MINUTE)):
            if isinstance(one, AlertFired):
                body = one.model_dump(mode="json", exclude={"type"})
                draft = Draft("alert_fired", body, at.drill_ms, at.wall_ms, "control", "control")
                state.apply(seal(draft, "noise", state.version + 1, "", f"tick-{state.version + 1}"))
                cells = tuple((dim, value) for dim, value, _ in one.cells)
                found.append(Page(minute, one.alert, one.signal, one.pages, cells))
    return found


def alone(found: bootstrap.Content) -> bootstrap.Content:
    """The same content with nothing but the service and the alerts: no injects, rules, changes or expectations."""
    key = found.secret.key.model_copy(update={"expectations": []})
    return bootstrap.Content(
        kit=found.kit.model_copy(update={"rules": []}),
        scenario=found.scenario.model_copy(update={"changes": []}),
        secret=found.secret.model_copy(update={"msel": [], "key": key}),
        spec=found.spec,
        phrases=found.phrases,
    )


def healthy(found: bootstrap.Content) -> bootstrap.Content:
    """The same service on an ordinary day."""
    quiet = alone(found)
    secret = quiet.secret.model_copy(update={"world": World()})
    return bootstrap.Content(quiet.kit, quiet.scenario, secret, quiet.spec, quiet.phrases)


def play(found: bootstrap.Content, seed: int) -> list[Page]:
    """The pages of one seed, hands off."""
    table = bootstrap.lay_out(found, seed)
    return pages(table.design, table.what_if.replay_frame(()), table.system.baseline())


def doubles(found: list[Page]) -> int:
    """Pages that another alert on the same signal had sent before, for one of the same cells."""
    return sum(
        any(
            other.signal == one.signal
            and other.alert != one.alert
            and 0 <= one.minute - other.minute <= DOUBLE_MIN
            and set(other.cells) & set(one.cells)
            for other in found[:index]
        )
        for index, one in enumerate(found)
    )


@dataclass(frozen=True)
class Noise:
    """False pages of one system: mean a drill, share of drills with none, mean by alert."""

    alerts: int
    pages: float
    quiet: float
    by_alert: dict[str, float]


def noise(found: bootstrap.Content, seeds: range) -> Noise:
    """Over seeds of a healthy service."""
    quiet = healthy(found)
    drills = [play(quiet, seed) for seed in seeds]
    counts = Counter(one.alert for drill in drills for one in drill)
    catalogue = bootstrap.lay_out(quiet, seeds[0]).design.alerts
    return Noise(
        alerts=len(catalogue),
        pages=sum(counts.values()) / len(drills),
        quiet=statistics.mean(not drill for drill in drills),
        by_alert={one: counts[one] / len(drills) for one in catalogue},
    )


@dataclass(frozen=True)
class Response:
    """One scenario: minutes from onset to the first page (median, worst; None: never), share of seeds paged, what paged first,
    pages a drill by alert, doubles a drill."""

    onset_min: float
    median: float | None
    worst: float | None
    detected: float
    first: dict[str, int]
    pages: float
    doubles: float
    by_alert: dict[str, float]
    first_by_alert: dict[str, float]


def response(found: bootstrap.Content, seeds: range) -> Response:
    """Over seeds of a scenario that nobody touches."""
    key = found.secret.key
    onset = float(key.onset_min if key.onset_min is not None else min(one.from_min for one in key.facts))
    drills = [[one for one in play(alone(found), seed) if one.minute >= onset] for seed in seeds]
    after = [drill[0].minute - onset for drill in drills if drill]
    counts = Counter(one.alert for drill in drills for one in drill)
    starts: dict[str, list[float]] = {}
    for drill in drills:
        for name in {one.alert for one in drill}:
            starts.setdefault(name, []).append(next(one.minute for one in drill if one.alert == name) - onset)
    return Response(
        onset_min=onset,
        median=statistics.median(after) if after else None,
        worst=max(after, default=None),
        detected=len(after) / len(drills),
        first=dict(Counter(drill[0].alert for drill in drills if drill).most_common()),
        pages=sum(counts.values()) / len(drills),
        doubles=statistics.mean(doubles(drill) for drill in drills),
        by_alert={name: count / len(drills) for name, count in counts.most_common()},
        first_by_alert={name: statistics.median(found) for name, found in sorted(starts.items())},
    )


@dataclass(frozen=True, eq=False)
class Weak:
    """Something that one alert should reach and another on the same signal hardly can."""

    what: str
    system: str
    world: World
    reaches: str
    beside: str


def creeping(category: str, carrier: str, rate: float, where: dict[str, list[str]], path: str = "any") -> World:
    """A fault from minute 2 on, too weak for ten minutes to show."""
    fault = {"id": "weak", "category": category, "carried_by": carrier, "rate": rate, "slice": where, "path": path}
    return World(faults=[Fault.model_validate({**fault, "onset_min": 2, "note": "weak"})])


def counted(signal: str, rate: float, from_min: int, to_min: int, where: dict[str, list[str]] | None = None) -> World:
    """A signal that is raised for a while, whatever raises it."""
    span = {"slice": where or {}, "from_min": from_min, "to_min": to_min, "rate": rate}
    return World(distractors=[Distractor.model_validate({"signal": signal, "note": "raised", **span})])


COPILOT, SCORING, EU = "support-copilot", "eligibility-scoring", {"region": ["eu"]}
SPANISH, REFUNDS, GROUP = {"language": ["es"]}, {"intent": ["refund_request"]}, {"group": ["D"]}
REACH = (
    Weak("1 % refused in Spanish", COPILOT, creeping("wrongful_refusal", "policy", 0.01, SPANISH), "refusal-creep", "refusal-spike"),
    Weak("3 % ungrounded", COPILOT, creeping("ungrounded_answer", "prompt", 0.03, {}), "groundedness-creep", "groundedness-floor"),
    Weak("14 % denied in group D", SCORING, creeping("discriminatory_decision", "model", 0.14, GROUP), "denial-creep", "denial-shift"),
    Weak("2 % of refunds misused", COPILOT, creeping("tool_misuse", "tools", 0.02, REFUNDS, "tools"), "tool-write-creep", "tool-write-spike"),
    Weak("0.2 % errors in Europe", COPILOT, counted("errors", 0.002, 2, 60, EU), "error-creep", "error-rate"),
    Weak("0.5 % slow in Europe", COPILOT, counted("latency_slow", 0.005, 2, 60, EU), "slow-response-creep", "slow-responses"),
    Weak("0.5 % find nothing in Europe", COPILOT, counted("retrieval_empty", 0.005, 2, 60, EU), "retrieval-decay", "empty-retrieval"),
    Weak("0.3 % blocked in Europe", COPILOT, counted("guardrail_flags", 0.003, 2, 60, EU), "guardrail-creep", "guardrail-spike"),
    Weak("1.5 % refused for 3 min", COPILOT, counted("refusals", 0.015, 30, 33), "refusal-step", "refusal-spike"),
    Weak("12 % denied for 3 min", SCORING, counted("denials", 0.12, 30, 33), "denial-step", "denial-shift"),
    Weak("0.9 % injections for 3 min", COPILOT, counted("injection_suspected", 0.009, 30, 33), "injection-wave", "injection-attempts"),
    Weak("0.6 % ungrounded for 3 min", COPILOT, counted("groundedness_failed", 0.006, 30, 33), "groundedness-drop", "groundedness-floor"),
    Weak("1.5 % appeal for 5 min", SCORING, counted("appeals", 0.015, 30, 35), "appeal-wave", "appeal-spike"),
)  # fmt: skip


def reach(found: bootstrap.Content, weak: Weak, seeds: range) -> tuple[float, float]:
    """Share of seeds in which each of the two alerts pages."""
    quiet = healthy(found)
    secret = quiet.secret.model_copy(update={"world": weak.world})
    content = bootstrap.Content(quiet.kit, quiet.scenario, secret, quiet.spec, quiet.phrases)
    sent = [{one.alert for one in play(content, seed)} for seed in seeds]
    reaches, beside = (statistics.mean(name in one for one in sent) for name in (weak.reaches, weak.beside))
    return reaches, beside


def main() -> int:
    """Measure, print, judge."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seeds", type=int, default=50)
    options.add_argument("--scenario-seeds", type=int, default=10)
    options.add_argument("--first-seed", type=int, default=4000)
    options.add_argument("--kit", type=Path)
    options.add_argument("--json", action="store_true")
    asked = options.parse_args()
    slugs = [one.id for one in bootstrap.scenarios() if one.system != "recorded-agent"]
    contents = {slug: bootstrap.content(slug, asked.kit) for slug in slugs}
    systems = {found.spec.id: found for found in contents.values()}
    first = asked.first_seed
    noises = {name: noise(found, range(first, first + asked.seeds)) for name, found in systems.items()}
    responses = {slug: response(found, range(first, first + asked.scenario_seeds)) for slug, found in contents.items()}
    reached = {one: reach(systems[one.system], one, range(first, first + asked.scenario_seeds)) for one in REACH}
    met = all(one.pages <= GOAL_PAGES for one in noises.values())
    report = {
        "healthy": {name: asdict(one) for name, one in noises.items()},
        "scenarios": {slug: asdict(one) for slug, one in responses.items()},
        "reach": {one.what: {one.reaches: found[0], one.beside: found[1]} for one, found in reached.items()},
        "goal": GOAL_PAGES,
        "met": met,
    }
    print(json.dumps(report, indent=1) if asked.json else text(noises, responses, reached, met))
    return 0 if met else 1


def text(
    noises: dict[str, Noise], responses: dict[str, Response], reached: dict[Weak, tuple[float, float]], met: bool
) -> str:
    """The figures for people."""
    lines = []
    for name, one in noises.items():
        lines.append(f"{name}, healthy: {one.pages:.2f} false pages a drill from {one.alerts} alerts")
        lines[-1] += f"; {100 * one.quiet:.0f} % of drills have none"
        lines += [f"    {alert:<24}{rate:6.2f}" for alert, rate in sorted(one.by_alert.items(), key=lambda at: -at[1])]
    for slug, seen in responses.items():
        when = "never" if seen.median is None else f"{seen.median:.0f} min (worst {seen.worst:.0f})"
        lines.append(f"{slug}: first page {when} after the onset, in {100 * seen.detected:.0f} % of seeds")
        lines.append(f"    {seen.pages:.1f} pages a drill, {seen.doubles:.1f} of them doubles")
        lines.append(f"    first to page: {', '.join(f'{alert} {count}' for alert, count in seen.first.items())}")
        lines += [
            f"    {alert:<24}{rate:6.2f} a drill, from minute {seen.first_by_alert[alert]:+.0f}"
            for alert, rate in seen.by_alert.items()
        ]
    lines.append("reach: share of seeds in which an alert pages, and another on the same signal beside it")
    for weak, (ours, theirs) in reached.items():
        lines.append(f"    {weak.what:<30}{weak.reaches:<22}{100 * ours:4.0f} %   {weak.beside} {100 * theirs:.0f} %")
    return "\n".join([*lines, f"goal at most {GOAL_PAGES} false pages a drill: {'met' if met else 'MISSED'}"])


if __name__ == "__main__":
    sys.exit(main())
