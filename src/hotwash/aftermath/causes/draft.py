"""A first `causes.yaml`: what the team itself recorded, cited, and questions for the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from hotwash.aftermath.causes.hops import ASKS, hop_of
from hotwash.aftermath.causes.noted import Noted, TeamRecord
from hotwash.kernel.clock import MINUTE, stamp
from hotwash.kit.schema.causes import HOPS, HopName
from hotwash.kit.writing import listed, words

HEAD = """# EXERCISE. Causes, as the team sees them. Drafted from what the team recorded; everything that starts with OPEN is yours to answer.
# Evidence: e12 is event 12 of the log; ids of evidence items and traces stand as they are. Check: hotwash causes check DRILL
"""
WHYS = 5
QUESTIONS = (
    "Could the runbook for this failure mode be found when it was needed, and did it fit?",
    "Did the commander have the authority for the lever that was needed, without asking outside the room?",
    "Did an unclear definition of severity hold up the escalation?",
    "Who owned the signal that showed it first, and did they know that they did?",
)
VERDICTS = {"supports": "confirmed", "refutes": "ruled-out", "inconclusive": "possible"}


def draft(record: TeamRecord) -> str:
    """YAML of a `CausesPaper`, with questions in place of what nobody recorded."""
    opened = record.last("incident_opened")
    top = opened.data["observation"] if opened else "OPEN: what did people outside notice, in one sentence?"
    return "\n".join(
        [
            HEAD.rstrip(),
            "exercise: true",
            f"drill: {words(record.drill)}",
            f"log_head: {words(record.head)}",
            f"top_event: {words(top)}",
            *_conclusion(record),
            "chain:",
            *(line for hop in HOPS for line in _hop(hop, record)),
            "whys:",
            *_whys(record),
            "factors:",
            *_factors(record),
            "tree:",
            *_tree(record),
            *_consequences(record),
            "controls:",
            *_controls(record),
            "human_factors:",
            *(line for asked in QUESTIONS for line in (f"  - question: {words(asked)}", "    answer: OPEN", "    evidence: []")),
            "",
        ]
    )  # fmt: skip


def _tests(record: TeamRecord, hypothesis: str) -> list[Noted]:
    return [one for one in record.all("test_recorded") if one.data["hypothesis"] == hypothesis]


def _supported(record: TeamRecord) -> tuple[Noted, Noted] | None:
    """The hypothesis that the last supporting test spoke for, and that test."""
    ideas = {one.data["hypothesis"]: one for one in record.all("hypothesis_raised")}
    for test in reversed([*record.all("test_recorded")]):
        if test.data["result"] == "supports" and test.data["hypothesis"] in ideas:
            return ideas[test.data["hypothesis"]], test
    return None


def _conclusion(record: TeamRecord) -> Iterator[str]:
    found, label, scope = _supported(record), record.last("classified"), record.last("scope_set")
    yield "conclusion:"
    yield f"  component: {words(found[0].data['component'] if found else '')}  # what carried the fault"
    yield f"  mode: {words(label.data['mode'] if label else '')}"
    if label:
        yield f"  bucket: {label.data['bucket']}"
        yield f"  contributors: {listed(label.data['contributors'])}"
    if scope:
        yield f"  since_min: {scope.data['since_ms'] / MINUTE:g}"
        yield "  scope:" if scope.data["scope"] else "  scope: {}"
        yield from (f"    {dim}: {listed(values)}" for dim, values in scope.data["scope"].items())


def _hop(hop: HopName, record: TeamRecord) -> Iterator[str]:
    ideas = [one for one in record.all("hypothesis_raised") if hop_of(one.data["component"]) == hop]
    changes = [one for one in record.all("change_logged") if hop_of(one.data["component"]) == hop]
    state, what, component, cited = "open", f"OPEN: {ASKS[hop]}", "", [one.cite for one in changes]
    if hop == "impact" and (found := record.last("impact_assessed")) is not None:
        state, what, cited = "passed-on", f"Who: {found.data['who']}", [found.cite, *cited]
    for idea in ideas:
        for test in _tests(record, idea.data["hypothesis"]):
            cited += [idea.cite, test.cite]
            if test.data["result"] == "supports":
                state, what, component = "broke", idea.data["statement"], idea.data["component"]
            elif test.data["result"] == "refutes" and state == "open":
                state, what = "held", f"A test speaks against: {idea.data['statement']} {test.data['note']}"
    changed = "; ".join(f"{stamp(one.data['at_ms'])} {one.data['component']} {one.data['from_version']} to {one.data['to_version']}" for one in changes)  # fmt: skip
    yield f"  - hop: {hop}"
    yield f"    state: {state}"
    yield f"    what: {words(what)}"
    yield f"    changed: {words(changed or 'OPEN: what changed here recently?')}"
    yield f"    assumed: {words('' if state == 'held' or hop == 'impact' else 'OPEN: which assumption did not hold?')}"
    yield f"    component: {words(component)}"
    yield f"    evidence: {listed(_once(cited))}"
    yield "    controls: []"


def _whys(record: TeamRecord) -> Iterator[str]:
    found, asked = _supported(record), 0
    if found:
        idea, test = found
        yield from _why(idea.data["statement"], [idea.cite, test.cite, *test.data["evidence"]])
        asked = 1
    for _ in range(asked, WHYS):
        yield from _why("OPEN: why did that happen?", [])


def _why(because: str, cited: Sequence[str]) -> Iterator[str]:
    yield f"  - because: {words(because)}"
    yield f"    evidence: {listed(cited)}"


def _factors(record: TeamRecord) -> Iterator[str]:
    due = {(one.data["rule"], one.data["duty"], one.data["seat"]): one for one in record.all("rule_armed")}
    for missed in record.all("rule_missed"):
        armed = due.get((missed.data["rule"], missed.data["duty"], missed.data["seat"]))
        if armed is None or not armed.data["knowable"]:
            continue  # armed by what is true, which the team may not have known: that would give the answer key away
        said = f"Due under the rule {missed.data['rule']} and not done in time: {armed.data['what']}"
        yield f"  - factor: {words(said)}"
        yield "    kind: process"
        yield "    effect: delayed"
        yield f"    evidence: {listed([missed.cite])}"
    for kind, effect in (("data", "created"), ("infrastructure", "hid"), ("people", "delayed")):
        yield f"  - factor: {words(f'OPEN: what {effect} it, among {kind}? Leave the line out if nothing did.')}"
        yield f"    kind: {kind}"
        yield f"    effect: {effect}"
        yield "    evidence: []"


def _tree(record: TeamRecord) -> Iterator[str]:
    ideas = [*record.all("hypothesis_raised")]
    for idea in ideas:
        tests = _tests(record, idea.data["hypothesis"])
        verdict = VERDICTS[tests[-1].data["result"]] if tests else "open"
        yield from _cause(idea.data["statement"], verdict, [idea.cite, *(one.cite for one in tests)])
    if not ideas:
        yield from _cause("OPEN: what could have led to it?", "open", [])


def _cause(said: str, verdict: str, cited: Sequence[str]) -> Iterator[str]:
    yield f"  - cause: {words(said)}"
    yield f"    verdict: {verdict}"
    yield f"    evidence: {listed(cited)}"
    yield "    controls: []"
    yield "    causes: []"


def _consequences(record: TeamRecord) -> Iterator[str]:
    """What the team said of the impact, each with the levers that it pulled: whether they kept it small is the team's to say."""
    found = record.last("impact_assessed")
    said = list(_impact(found)) if found is not None else ["OPEN: what came of it, for whom?"]
    levers = [f"lever-{name.replace('_', '-')}" for name in _first(record.all("lever_pulled"), "kind")]
    yield "consequences:"
    for one in said:
        yield f"  - consequence: {words(one)}"
        yield "    verdict: open  # happened, lessened or prevented"
        yield f"    evidence: {listed([found.cite] if found is not None else [])}"
        yield f"    controls: {listed(levers)}"


def _impact(found: Noted) -> Iterator[str]:
    data = found.data
    if data.get("who"):
        low, high = data.get("people_low"), data.get("people_high")
        counted = f" ({low} to {high} people)" if low is not None and high is not None else ""
        yield f"Hit: {data['who']}{counted}"
    if data.get("data_involved"):
        yield f"Data in wrong hands: {', '.join(data['data_involved'])}"
    if data.get("money_high_usd"):
        yield f"Money lost: {data.get('money_low_usd') or 0:,} to {data['money_high_usd']:,} US dollars"
    if data.get("promises"):
        yield f"Promises broken: {data['promises']}"


def _controls(record: TeamRecord) -> Iterator[str]:
    alerts = _first(record.all("alert_fired"), "alert")
    for name, one in alerts.items():
        yield from _control(f"alert-{name}", f"Alert {name}, fired at {stamp(one.at_ms)} ({one.cite})")
    for name, one in _first(record.all("lever_pulled"), "kind").items():
        yield from _control(f"lever-{name.replace('_', '-')}", f"Lever “{record.called(name)}”, pulled at {stamp(one.at_ms)} ({one.cite})")  # fmt: skip
    yield from _control("before-release", "OPEN: which check before release should have stopped it?")


def _control(name: str, title: str) -> Iterator[str]:
    yield f"  - id: {name}"
    yield f"    title: {words(title)}"
    yield "    state: open  # missing, failed, bypassed, late or worked"
    yield f"    why: {words('OPEN: what did it do, or why was it not there?')}"
    yield "    answers: []"


def _first(events: Iterable[Noted], name: str) -> dict[str, Noted]:
    found: dict[str, Noted] = {}
    for one in events:
        found.setdefault(str(one.data[name]), one)
    return found


def _once(cited: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(cited))
