"""A scenario is proved by play, and refused for what play shows."""

import re
from dataclasses import replace

import pytest

from hotwash import bootstrap
from hotwash.conductor.clues import met_by_health

pytestmark = pytest.mark.slow


@pytest.fixture
def copy(tmp_path):
    folder = tmp_path / "late-leak"
    bootstrap.start_scenario(folder, "cross-tenant-leak")
    return folder


def change(folder, file, pattern, new):
    path = folder / file
    text, found = re.subn(pattern, new, path.read_text(), count=1)
    assert found
    path.write_text(text)


def check(folder):
    return bootstrap.check_scenario(f"{folder}/", 1)


def test_a_copy_of_a_scenario_that_works_is_ready_under_its_own_id(copy):
    found = check(copy)
    assert found.ready, (found.problems, found.reasons)
    assert float(found.proof["expert, of 100"]) > 70 > 20 > float(found.proof["does-nothing, of 100"])
    assert bootstrap.content(f"{copy}/").scenario.id == "late-leak"


def test_a_fault_too_weak_to_matter_is_refused(copy):
    change(copy, "world.yaml", r"rate: 0\.08", "rate: 0.00005")
    reasons = " ".join(check(copy).reasons)
    assert "prevents next to nothing" in reasons or "later than" in reasons


def test_a_spoiler_is_named_with_its_place(copy):
    change(copy, "player-brief.md", "## Your hour", "Read five flagged traces outside t-01 first.\n\n## Your hour")
    found = check(copy)
    assert not found.ready
    assert [problem.where.file.name for problem in found.problems] == ["player-brief.md"]


def test_what_even_experts_missed_and_what_never_came_up_is_listed(copy):
    change(
        copy, "answer-key.yaml", r"within_min: 12\n(?=    worth: 2\n    dimension: harm-checks)", "within_min: 0.1\n"
    )
    change(
        copy,
        "answer-key.yaml",
        r"when: \{event: test_recorded, where: \{result: supports\}\}",
        "when: {event: risk_accepted, where: {residual: nobody}}",
    )
    proof = check(copy).proof
    assert "leak-traces-read" in proof["expectations the expert missed"]
    assert "index-alone" in proof["expectations that never came up"]


def test_a_distractor_whose_traces_are_not_kept_cannot_be_refuted(copy):
    gap = "unlogged:\n  - {slice: {device: [ios]}, from_min: 0, to_min: 90}\ndistractors:"
    change(copy, "world.yaml", r"distractors:", gap)
    reasons = " ".join(check(copy).reasons)
    assert "the distractor on 'downvotes' at device ios cannot be refuted: 0 of 0" in reasons
    assert "pii_hits" not in reasons


def test_a_cause_that_no_test_can_point_to_is_out_of_reach(copy):
    change(copy, "answer-key.yaml", r"cause: index", "cause: prompt")
    assert "speaks for the cause, 'prompt'" in " ".join(check(copy).reasons)


def test_a_failure_signal_that_a_healthy_service_meets_is_refused(copy):
    found = bootstrap.content(f"{copy}/")
    laid = bootstrap.lay_out(found, 1)
    without = found.secret.world.model_copy(update={"faults": [], "distractors": [], "surges": []})
    quiet_day = replace(found, secret=found.secret.model_copy(update={"world": without}))
    quiet = [bootstrap.lay_out(quiet_day, seed).what_if.replay_frame(()) for seed in (1, 2, 3)]
    baseline = laid.system.baseline()
    assert list(met_by_health(laid.design, laid.what_if, quiet, baseline)) == []
    low = [
        one.model_copy(update={"min_count": 1, "z_overall": 0.01, "z_segment": 0.01})
        if one.id == "pii-in-output"
        else one
        for one in laid.design.kit.alerts
    ]
    jumpy = replace(laid.design, kit=laid.design.kit.model_copy(update={"alerts": low}))
    said = list(met_by_health(jumpy, laid.what_if, quiet, baseline))
    assert said
    assert all("'pii-in-output'" in one and re.search("[23] of 3 quiet days", one) for one in said)
    assert any("all traffic stands on 3 of 3 quiet days" in one for one in said)
    assert list(met_by_health(jumpy, laid.what_if, [], baseline)) == []
