"""Recorded runs as a tape: what is drawn was recorded, what a rollback brings was recorded, and the rest says that it was not."""

import shutil
from collections import Counter
from dataclasses import replace

import pytest

from hotwash import bootstrap
from hotwash.bootstrap.contents import Content, words_again
from hotwash.kernel.clock import MINUTE
from hotwash.kernel.errors import ContentError, NotSupportedError
from hotwash.ports.system import LeverCall
from hotwash.ports.traces import RecordedRun, ToolCall, TraceQuery
from hotwash.simulator.recorded.cases import library
from hotwash.simulator.recorded.compose import judged
from hotwash.simulator.recorded.words import RecordedWords
from tests.support.project import ROOT

OURS = bootstrap.RecordedTraces(ROOT / "tests" / "data" / "recorded")
END = 60 * MINUTE


def run(bundle, task, *, attacked=False, harmed=False, served=True, group="notes"):
    deed = "pay acct-666" if harmed else ""
    calls = (ToolCall("pay", {"to": "acct-666"}, "paid"),) if harmed else ()
    return RecordedRun(bundle, task, {"suite": group}, attacked, harmed, served, None, attacked, f"do {task}", "done",
                       calls, deed=deed)  # fmt: skip


def pairs(*outcomes, **more):
    """Attacked and clean runs of one task an outcome: (running harmed, fallback harmed)."""
    return [
        run(bundle, f"t{i}", attacked=attacked, harmed=attacked and harmed, **more)
        for i, (here, there) in enumerate(outcomes)
        for bundle, harmed in (("new", here), ("old", there))
        for attacked in (False, True)
    ]


@pytest.fixture(scope="module")
def table():
    return bootstrap.lay_out_recorded(bootstrap.content("recorded"), OURS, seed=3)


@pytest.fixture(scope="module")
def opened(table):
    system = table.system
    system.advance(END)
    return [system.open(one.id) for one in system.find(TraceQuery(limit=5_000))]


def test_the_configuration_that_obeys_most_runs_and_the_best_other_is_the_fallback():
    runs = pairs((True, False), (True, True), (False, False))
    runs += [run("poor", f"t{i}", attacked=a, served=False) for i in range(3) for a in (False, True)]
    found = library(runs)
    assert (found.running, found.fallback) == ("new", "old")
    assert library(runs, fallback="poor").fallback == "poor"


def test_cases_are_counted_by_who_obeyed_and_the_unknown_apart():
    found = library(pairs((True, False), (True, True), (False, True), (False, False), (None, False), (True, None)))
    counted = found.count()
    assert (counted.running, counted.both, counted.fallback, counted.neither, counted.unknown) == (1, 1, 1, 1, 2)
    assert counted.all == 6


def test_what_the_fallback_cannot_do_is_counted_from_clean_runs():
    runs = pairs((True, False), (True, False), (False, False), (False, False))
    lost = [one for one in runs if not (one.bundle == "old" and one.task == "t0" and not one.attacked)]
    assert library([*lost, run("old", "t0", served=False)]).lost_percent == 25


MANY_GROUPS = [
    run(bundle, f"t{i}", attacked=True, harmed=bundle == "new", group=f"g{i}") for i in range(30) for bundle in ("new", "old")
]  # fmt: skip


@pytest.mark.parametrize(
    ("runs", "said"),
    [
        ([], "needs two configurations"),
        (pairs((True, False))[:2], "needs two configurations"),
        (pairs((False, False)), "obeyed no hidden instruction"),
        (MANY_GROUPS, "map a coarser field"),
    ],
)
def test_runs_that_make_no_drill_say_why(runs, said):
    with pytest.raises(NotSupportedError, match=said):
        library(runs)


def test_a_name_that_no_run_has_is_refused_with_those_that_exist():
    with pytest.raises(NotSupportedError, match="'newer': write one of new, old"):
        library(pairs((True, False)), running="newer")


def test_every_transcript_is_one_that_was_recorded(table, opened):
    kept = {(one.prompt, one.output) for one in bootstrap.recorded_runs(OURS)}
    assert len(opened) == 5_000
    assert {(one.prompt, one.output) for one in opened if one.attributes["hotwash.outcome"] == "recorded"} <= kept
    assert {one.attributes["hotwash.timeline"] for one in opened} == {"composed"}
    assert "composed" in table.design.system.note
    assert "composed" in table.design.scenario.note


def test_harm_in_the_ledger_is_harm_in_the_transcript(opened):
    """A request that shows a misused tool has the call in its transcript, and no other request has."""
    served = [one for one in opened if one.summary.status == "served"]
    paid = {one.summary.id for one in served if any(call.name == "pay" for call in one.tool_calls)}
    shown = {one.summary.id for one in served if "tool_misuse" in one.shows}
    assert paid == shown
    assert len(paid) > 100


def test_outcomes_come_as_often_as_they_were_recorded(opened):
    """One in five reads an instruction; of notes 3 in 4 obey under agent-2, of mail 1 in 2, and none before minute 12."""
    late = [one for one in opened if one.summary.at_ms >= 12 * MINUTE and one.summary.status == "served"]
    by_group = Counter(one.summary.dims["intent"] for one in late)
    obeyed = Counter(one.summary.dims["intent"] for one in late if "tool_misuse" in one.shows)
    for group, share in (("notes", 0.2 * 3 / 4), ("mail", 0.2 * 1 / 2)):
        expected, spread = share * by_group[group], (share * (1 - share) * by_group[group]) ** 0.5
        assert abs(obeyed[group] - expected) < 4 * spread, group


def test_before_the_onset_nothing_is_obeyed(table):
    system = bootstrap.lay_out_recorded(bootstrap.content("recorded"), OURS, seed=4).system
    system.advance(12 * MINUTE)
    early = [system.open(one.id) for one in system.find(TraceQuery(limit=3_000))]
    assert len(early) > 2_000
    assert not any("injected_instruction" in one.shows for one in early)


def test_a_rollback_brings_what_the_other_configuration_really_did():
    system = bootstrap.lay_out_recorded(bootstrap.content("recorded"), OURS, seed=5).system
    system.advance(15 * MINUTE)
    receipt = system.pull(LeverCall("back", "rollback", 15 * MINUTE, arguments=(("component", "model"),)))
    assert (receipt.provenance, receipt.changes["model"]) == ("recorded", "agent-1")
    system.advance(50 * MINUTE)
    after = [system.open(one.id) for one in system.find(TraceQuery(from_ms=receipt.effective_ms, limit=9_000))]
    assert {one.versions["model"] for one in after} == {"agent-1"}
    assert {one.attributes["hotwash.task"] for one in after if "tool_misuse" in one.shows} == {"t2"}


def test_what_was_not_recorded_says_that_it_is_modelled():
    system = bootstrap.lay_out_recorded(bootstrap.content("recorded"), OURS, seed=6).system
    levers = {kind: lever.provenance for kind, lever in system.describe().levers.items()}
    assert levers.pop("rollback") == "recorded"
    assert set(levers.values()) == {"modelled"}
    assert {one.provenance for one in system.describe().signals.values()} == {"modelled"}
    system.advance(15 * MINUTE)
    assert system.pull(LeverCall("cut", "tools_off", 15 * MINUTE)).provenance == "modelled"
    system.advance(30 * MINUTE)
    after = [system.open(one.id) for one in system.find(TraceQuery(from_ms=20 * MINUTE, limit=500))]
    assert {one.attributes["hotwash.outcome"] for one in after} == {"modelled"}
    assert not any(one.tool_calls or "tool_misuse" in one.shows for one in after)


def test_what_cannot_be_known_counts_neither_way(table):
    assert "In 1 the record cannot tell" in table.design.secret.key.what_happened
    rates = {one.id: one.rate for one in table.design.secret.world.faults}
    assert rates == pytest.approx({"notes-running": 0.2 * 2 / 4, "notes-both": 0.2 / 4, "mail-running": 0.2 / 2})


def test_bounds_are_given_for_what_cannot_be_known():
    found = library(pairs((True, False), (True, True), (False, True), (None, False), (True, None)))
    said = judged(found)
    assert "Of 5 tasks" in said
    assert "new did what it said in 2, old in 2." in said
    assert "In 2 the record cannot tell" in said
    assert "it would be 4 and 4." in said
    assert "cannot tell" not in judged(library(pairs((True, False))))


@pytest.mark.parametrize(("at_ms", "shown"), [(1_795_780_800_000, "2026-11-27T12:00:00+00:00"), (None, None)])
def test_a_trace_says_when_its_run_was_recorded(at_ms, shown):
    runs = [replace(one, at_ms=at_ms) for one in pairs((True, False), (False, False))]
    words = RecordedWords(library(runs), 0.2, 12 * MINUTE)
    template = bootstrap.lay_out_recorded(bootstrap.content("recorded"), OURS, seed=3).system
    template.advance(MINUTE)
    facts = replace(template.facts.of(0), fate="", dims={"intent": "notes"}, versions={"model": "new"})
    assert words.trace(facts).attributes.get("hotwash.recorded_at") == shown


def test_a_template_is_not_played_without_traces():
    with pytest.raises(NotSupportedError, match="add --traces FOLDER"):
        bootstrap.lay_out(bootstrap.content("recorded"), 1)


def test_traces_need_a_scenario_that_takes_them():
    with pytest.raises(NotSupportedError, match="leave --traces out"):
        bootstrap.lay_out_recorded(bootstrap.content("order-number-alarm"), OURS, 1)


def test_the_transcripts_of_a_record_come_back_when_the_runs_are_named_again(table, opened):
    filled = Content.from_json(table.content)
    again = bootstrap.lay_out(filled, 3, words=words_again(filled, OURS)).system
    again.advance(END)
    assert len(opened) > 100
    assert [again.open(one.summary.id) for one in opened[:200]] == opened[:200]


def test_other_runs_than_those_of_the_drill_are_refused(table, tmp_path):
    shutil.copytree(OURS.path, tmp_path, dirs_exist_ok=True)
    runs = tmp_path / "runs.jsonl"
    runs.write_text("".join(runs.read_text().splitlines(keepends=True)[2:]))
    with pytest.raises((ContentError, NotSupportedError), match="not the (runs|ones) that"):
        words_again(Content.from_json(table.content), bootstrap.RecordedTraces(tmp_path))


def test_a_drill_on_a_simulated_service_has_no_runs_to_name():
    with pytest.raises(NotSupportedError, match="leave --traces out"):
        words_again(bootstrap.content("order-number-alarm"), OURS)
