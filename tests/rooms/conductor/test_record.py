"""A whole drill and its record: reproducible, checkable, and every changed byte named."""

import json
import re
from dataclasses import replace

import pytest

from hotwash import bootstrap
from hotwash.conductor.record import DESIGN, EVENTS, MANIFEST, REPORT_HTML, SCORECARD, digests, manifest
from hotwash.conductor.verify import check_log
from hotwash.kernel.audience import player
from hotwash.kernel.errors import TamperedError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def table():
    return bootstrap.lay_out(bootstrap.content("cross-tenant-leak"), seed=3)


@pytest.fixture(scope="module")
def played(table):
    return bootstrap.run(table, "expert")


def test_the_same_seed_gives_the_same_bytes(played):
    again = bootstrap.run(bootstrap.lay_out(bootstrap.content("cross-tenant-leak"), seed=3), "expert")
    assert again.files == played.files


def test_another_seed_gives_another_drill(played):
    other = bootstrap.run(bootstrap.lay_out(bootstrap.content("cross-tenant-leak"), seed=4), "expert")
    assert other.files[EVENTS] != played.files[EVENTS]


def test_a_record_is_sound_and_explains_itself(played):
    verdict = bootstrap.verify(played.files, head=played.closing.card.log_head)
    assert verdict.sound, verdict.difference
    assert json.loads(played.files[MANIFEST])["exercise"] is True


def test_a_scorecard_holds_what_machines_read(played):
    card = json.loads(played.files[SCORECARD])
    assert {"scenario", "seed", "players", "containment", "dimensions", "milestones", "total"} <= set(card)
    assert {"score", "harm", "harm_nothing", "harm_best", "collateral", "worst_segment"} <= set(card["containment"])
    versions = range(1, len(played.events) + 1)
    for dimension in card["dimensions"]:
        assert {"id", "score", "weight", "evidence"} <= set(dimension)
        assert all(version in versions for version in dimension["evidence"])
    assert sum(dimension["weight"] for dimension in card["dimensions"]) == 100


def test_any_changed_byte_is_named(played):
    """One byte in each file, now near its beginning, now in its middle, now near its end; in the log at all three."""
    for number, name in enumerate(played.files):
        parts = (0.1, 0.5, 0.9)
        for part in parts if name == EVENTS else parts[number % 3 :][:1]:
            body = bytearray(played.files[name])
            at = int(len(body) * part)
            body[at] = ord("7") if body[at] != ord("7") else ord("8")
            verdict = bootstrap.verify({**played.files, name: bytes(body)})
            assert not verdict.sound, (name, at)
            assert name in verdict.difference or "event" in verdict.difference or name == "design.json", (
                name,
                at,
                verdict,
            )


def test_a_cut_off_tail_is_named(played):
    lines = played.files[EVENTS].splitlines(keepends=True)
    with pytest.raises(TamperedError, match="before ENDEX"):
        check_log({**played.files, EVENTS: b"".join(lines[:-5])})


def test_a_removed_line_and_a_foreign_file_are_named(played):
    lines = played.files[EVENTS].splitlines(keepends=True)
    gone = bootstrap.verify({**played.files, EVENTS: b"".join(lines[:9] + lines[10:])})
    assert "event 10 is missing" in gone.difference
    assert "notes.txt does not belong" in bootstrap.verify({**played.files, "notes.txt": b"x"}).difference


def test_a_forged_whole_is_seen_by_a_head_noted_elsewhere(played, table):
    forged = bootstrap.run(bootstrap.lay_out(bootstrap.content("cross-tenant-leak"), seed=3), "slow")
    assert bootstrap.verify(forged.files).sound
    assert "not the" in bootstrap.verify(forged.files, head=played.closing.card.log_head).difference


def older(table, changed):
    """A whole record as a version would have left it that wrote its design in another form."""
    body = json.loads(json.dumps(table.content))
    changed(body)
    planned = table.planned.model_copy(update={**digests(body), "engine": "hotwash 0.0.9"})
    return bootstrap.run(replace(table, content=body, planned=planned), "does-nothing")


def test_a_design_in_the_form_of_another_version_is_told_apart_from_a_changed_one(table):
    def without_what_came_later(body):
        assert body["scenario"].pop("note") == ""

    played = older(bootstrap.lay_out(bootstrap.content("cross-tenant-leak"), seed=3), without_what_came_later)
    verdict = bootstrap.verify(played.files)
    assert (verdict.sound, verdict.design, verdict.engine) == (True, "another version", "hotwash 0.0.9"), verdict
    assert verdict.form == "scenario.note: not in it"

    def forged(**parts):
        body = json.loads(played.files[DESIGN])
        files = {**played.files, DESIGN: (json.dumps({**body, **parts}, indent=1, ensure_ascii=False) + "\n").encode()}
        files.pop(MANIFEST)
        return bootstrap.verify({**files, MANIFEST: manifest(files, played.events)})

    body = json.loads(played.files[DESIGN])
    assert forged().sound
    put_back = forged(scenario={**body["scenario"], "note": ""})
    assert (put_back.sound, put_back.design) == (False, "changed")
    assert "scenario_digest differs" in put_back.difference
    assert "kit_digest differs" in forged(kit={**body["kit"], "version": "9"}).difference
    added = forged(aside={"key": "value"})
    assert (added.sound, added.design) == (False, "changed")
    assert "aside" in added.difference


def test_a_design_that_this_version_cannot_read_is_not_called_changed(table):
    def with_what_was_given_up(body):
        body["scenario"]["given_up"] = "yes"

    played = older(bootstrap.lay_out(bootstrap.content("cross-tenant-leak"), seed=3), with_what_was_given_up)
    verdict = bootstrap.verify(played.files)
    assert (verdict.sound, verdict.design) == (False, "another version")
    assert "true to its digests" in verdict.difference
    assert "verify it with hotwash 0.0.9" in verdict.difference


def test_a_score_of_another_version_that_differs_names_both_versions(table):
    played = older(bootstrap.lay_out(bootstrap.content("cross-tenant-leak"), seed=3), lambda body: None)
    files = {**played.files, SCORECARD: played.files[SCORECARD].replace(b'"total": ', b'"total": 1')}
    verdict = bootstrap.verify(files)
    assert verdict.difference.startswith("scorecard.json: total")
    assert "written by hotwash 0.0.9, recomputed by hotwash" in verdict.difference


def test_a_record_of_today_says_so(played):
    verdict = bootstrap.verify(played.files)
    assert (verdict.design, verdict.form) == ("unchanged", "")


def test_the_report_says_exercise_and_cites_only_what_is_in_the_log(played):
    page = played.files[REPORT_HTML].decode()
    assert page.count("EXERCISE") >= 6
    assert set(re.findall(r'href="#(e\d+)"', page)) <= set(re.findall(r'id="(e\d+)"', page))


def test_a_replay_shows_a_seat_what_it_saw_and_nothing_of_the_key(played, table):
    seen = bootstrap.as_seen_by(table, played.events, player("legal"), 23 * 60_000)
    assert seen
    assert max(one.drill_ms for one in seen) <= 23 * 60_000
    assert {one.type for one in seen}.isdisjoint({"expectation_met", "fact_learned"})


def test_an_expert_team_is_refused_nothing(played):
    assert played.refusals == {}
