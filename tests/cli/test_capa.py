"""hotwash capa: from a draft to a closed action, with everything in between that must not be possible."""

import json
import sys

import pytest
from typer.testing import CliRunner

from hotwash import bootstrap
from hotwash.adapters.clock_manual import ManualClock
from hotwash.adapters.tracker_folder import FolderTracker
from hotwash.aftermath.capa.standing import NotClosableError
from hotwash.bootstrap.capa import RescheduleError
from hotwash.bootstrap.verifying import NotConfirmedError
from hotwash.cli.main import app
from hotwash.kernel.errors import ContentError, TamperedError
from hotwash.kit.capa import as_entry
from hotwash.ports.tracker import TrackerError
from tests.support.actions import HEAD, START_MS, action, day, desk, read, record, write
from tests.support.played import played_drill

GREEN = {"command": {"run": [sys.executable, "-c", "print('0 of 20')"], "prints": "0 of 20"}}
RED = {"command": {"run": [sys.executable, "-c", "print('7 of 20'); raise SystemExit(2)"]}}
YES, NO = (lambda _: True), (lambda _: False)


@pytest.fixture(autouse=True)
def keys(monkeypatch, tmp_path):
    monkeypatch.setenv("HOTWASH_KEYS", str(tmp_path / "keys"))


def hotwash(*words, code=0, sent=None):
    result = CliRunner().invoke(app, list(map(str, words)), input=sent)
    assert result.exit_code == code, result.output
    return result.stdout if code == 0 else result.output


@pytest.fixture
def home(tmp_path):
    return record(
        tmp_path,
        action(verification=GREEN),
        action("other", owner="B. Example", verification=RED, depends_on=["empty-cache"]),
    )


def test_there_is_nothing_before_a_draft(tmp_path):
    assert "hotwash capa draft" in hotwash("capa", "list", record(tmp_path), code=3)


def test_a_green_run_closes_and_nothing_else_does(home):
    one = desk(home)
    with pytest.raises(NotClosableError, match="never verified"):
        one.close("empty-cache", "C. Example")
    fact = one.verify("empty-cache", "C. Example", YES)
    assert (fact.green, fact.exit_code, fact.said) == (True, 0, "exit code 0")
    with pytest.raises(NotClosableError, match="somebody else closes it"):
        one.close("empty-cache", "a. example ")
    assert one.close("empty-cache", "C. Example").state == "closed"
    with pytest.raises(NotClosableError, match="closed already"):
        one.close("empty-cache", "C. Example")
    assert [line.fact.type for line in desk(home).journal] == [
        "action_noted",
        "action_noted",
        "verification_run",
        "action_closed",
    ]


def test_a_red_run_keeps_it_open_and_opens_a_closed_one_again(home):
    one = desk(home)
    one.verify("empty-cache", "C. Example", YES)
    one.close("empty-cache", "C. Example")
    fact = one.verify("other", "C. Example", YES)
    assert (fact.green, fact.said) == (False, "exit code 2")
    with pytest.raises(NotClosableError, match="was red"):
        one.close("other", "C. Example")
    write(home, read(home).replace("print('0 of 20')", "print('9 of 20')"))
    again = desk(home)
    assert again.of("empty-cache").state == "reopened", "an action that was changed is not the one that was closed"
    assert not again.verify("empty-cache", "C. Example", YES).green
    assert again.of("empty-cache").state == "reopened"


def test_a_run_of_another_wording_does_not_close(home):
    desk(home).verify("empty-cache", "C. Example", YES)
    write(home, read(home).replace("0 of 20 marked answers return", "0 of 30 marked answers return"))
    one = desk(home)
    assert (one.of("empty-cache").state, one.of("empty-cache").stale) == ("open", True)
    with pytest.raises(NotClosableError, match="changed after its last verification"):
        one.close("empty-cache", "C. Example")


def test_what_depends_on_an_open_action_cannot_be_closed(tmp_path):
    home = record(tmp_path, action(verification=GREEN), action("other", verification=GREEN, depends_on=["empty-cache"]))
    one = desk(home)
    one.verify("other", "C. Example", YES)
    with pytest.raises(NotClosableError, match="depends on what is still open: empty-cache"):
        one.close("other", "C. Example")
    one.verify("empty-cache", "C. Example", YES)
    one.close("empty-cache", "C. Example")
    assert one.close("other", "C. Example").state == "closed"


def test_a_command_runs_only_when_it_was_shown_and_confirmed(home):
    shown = []
    with pytest.raises(NotConfirmedError):
        desk(home).verify("empty-cache", "me", shown.append)
    assert "0 of 20" in shown[0].what
    assert desk(home).journal == []
    desk(home).verify("empty-cache", "me", YES)
    desk(home).verify("empty-cache", "me", NO)  # trusted from before
    write(home, read(home).replace("print('0 of 20')", "print('0 of 20', 1)"))
    with pytest.raises(NotConfirmedError):
        desk(home).verify("empty-cache", "me", NO)


def test_trust_that_came_with_the_folder_is_none(home, tmp_path, monkeypatch):
    desk(home).verify("empty-cache", "me", YES)
    monkeypatch.setenv("HOTWASH_KEYS", str(tmp_path / "of-somebody-else"))
    with pytest.raises(NotConfirmedError):
        desk(home).verify("empty-cache", "me", NO)


def test_late_comes_first_then_the_score_then_who_is_protected_sooner(tmp_path):
    low, high = {"severities": 1, "modes": 1, "time_to_value": 1}, {"severities": 3, "modes": 3, "time_to_value": 3}
    home = record(
        tmp_path, action("low", score=low), action("high-slow", score=high, horizon="structural"), action("high", score=high),
        action("late", score=low, deadline=day(1)), action("later", score=high, deadline=day(2)),
    )  # fmt: skip
    assert [one.action.id for one in desk(home, 1).all()] == ["later", "high", "high-slow", "late", "low"]
    assert [one.action.id for one in desk(home, 3).all()] == ["late", "later", "high", "high-slow", "low"]


def test_a_deadline_moves_with_a_reason_and_keeps_its_history(home):
    one = desk(home)
    for reason in ("", "later", "because so"):
        with pytest.raises(RescheduleError, match="for a reason"):
            one.reschedule("empty-cache", action(deadline=day(20)).deadline, reason, "me")
    for days in (20, 30):
        one.reschedule("empty-cache", action(deadline=day(days)).deadline, "The vendor delivers two weeks late.", "me")
    now = desk(home).of("empty-cache")
    assert now.deadline.isoformat() == day(30)
    assert [(move.fact.was, move.fact.to) for move in now.moves] == [(day(14), day(20)), (day(20), day(30))]
    write(home, read(home).replace(f"deadline: {day(14)}", f"deadline: {day(40)}", 1))
    assert "moved without a reason" in str(desk(home).loaded.problems[0])


def test_an_attestation_needs_its_evidence_and_runs_out(tmp_path):
    attested = {
        "attestation": {
            "says": "Seen in drill 7.",
            "by": "B. Example",
            "evidence": "note.txt",
            "on": day(0),
            "expires": day(30),
        }
    }
    home = record(tmp_path, action(verification=attested))
    one = desk(home)
    assert one.verify("empty-cache", "me", NO).said == "there is no evidence at note.txt"
    (one.folder / "note.txt").write_text("observer: 3 minutes")
    fact = one.verify("empty-cache", "me", NO)
    assert (fact.green, fact.until) == (True, day(30))
    assert desk(home, 29).of("empty-cache").state == "green"
    late = desk(home, 30)
    assert late.of("empty-cache").state == "red"
    with pytest.raises(NotClosableError, match="no longer valid"):
        late.close("empty-cache", "C. Example")
    assert not late.verify("empty-cache", "me", NO).green


@pytest.mark.parametrize(
    ("bounds", "sql", "green", "said"),
    [
        ({"at_most": 2}, "SELECT count(*) FROM traces WHERE leak", True, "2, to be at most 2"),
        ({"at_most": 1.5}, "SELECT count(*) FROM traces WHERE leak", False, "2, to be at most 1.5"),
        ({"at_least": 3, "at_most": 4}, "SELECT count(*) FROM traces", True, "3, to be at least 3 and at most 4"),
        ({"at_most": 0}, "SELECT leak FROM traces", False, "the query did not give one row with one number"),
        (
            {"at_most": 0},
            "SELECT leak FROM traces WHERE leak LIMIT 1",
            False,
            "the query did not give one row with one number",
        ),
        ({"at_most": 0}, "SELECT count(*) FROM traces WHERE false", True, "0, to be at most 0"),
    ],
)
def test_a_query_is_held_against_its_bound(tmp_path, bounds, sql, green, said):
    home = record(tmp_path, action(verification={"query": {"traces": "t.csv", "sql": sql, **bounds}}))
    (desk(home).folder / "t.csv").write_text("id,leak\na,true\nb,false\nc,true\n")
    fact = desk(home).verify("empty-cache", "me", NO)
    assert (fact.green, fact.said) == (green, said)


def test_a_suite_is_run_and_its_verdict_counts(tmp_path):
    home = record(
        tmp_path, action(verification={"suite": {"file": "smoke/suite.yaml", "target": "smoke/responses.jsonl"}})
    )
    hotwash("suite", "new", desk(home).folder / "smoke")
    fact = desk(home).verify("empty-cache", "me", NO)
    assert fact.green, fact.said
    assert fact.said.endswith(": pass")
    responses = desk(home).folder / "smoke" / "responses.jsonl"
    responses.write_text(
        "".join(json.dumps({**json.loads(line), "answer": ""}) + "\n" for line in responses.read_text().splitlines())
    )
    assert not desk(home).verify("empty-cache", "me", NO).green


def test_a_suite_against_an_address_is_asked_for_first(tmp_path):
    home = record(
        tmp_path, action(verification={"suite": {"file": "smoke/suite.yaml", "target": "http://127.0.0.1:9/v1"}})
    )
    hotwash("suite", "new", desk(home).folder / "smoke")
    with pytest.raises(NotConfirmedError, match=r"127\.0\.0\.1"):
        desk(home).verify("empty-cache", "me", NO)


def test_an_effect_that_is_not_there_opens_the_action_again(tmp_path):
    effect = {"on": day(90), "metric": "marked answers in a month", "works_if": "0"}
    home = record(tmp_path, action(verification=GREEN, effect=effect), action("without", verification=GREEN))
    one = desk(home)
    with pytest.raises(RescheduleError, match="never closed"):
        one.effect("empty-cache", works=True, found="0", harm="", person="me")
    one.verify("empty-cache", "C. Example", YES)
    one.close("empty-cache", "C. Example")
    assert (
        one.effect("empty-cache", works=False, found="4 in a month", harm="slow answers", person="me").state
        == "not effective"
    )
    with pytest.raises(NotClosableError, match="opened again after its last verification"):
        one.close("empty-cache", "C. Example")
    one.verify("empty-cache", "C. Example", YES)
    assert one.close("empty-cache", "C. Example").state == "closed"
    with pytest.raises(ContentError, match="has no 'effect'"):
        one.effect("without", works=True, found="", harm="", person="me")


def test_a_vague_action_cannot_be_verified_or_closed(tmp_path):
    home = record(
        tmp_path, action(action="Improve monitoring.", verification=GREEN), action("sound", verification=GREEN)
    )
    with pytest.raises(ContentError, match="is a wish"):
        desk(home).verify("empty-cache", "me", YES)
    assert desk(home).verify("sound", "me", YES).green
    with pytest.raises(ContentError, match="there is no action 'nobodys'"):
        desk(home).close("nobodys", "me")


def test_a_journal_that_was_changed_is_refused_by_every_command(home):
    desk(home).verify("other", "me", YES)
    file = home.with_name(f"{home.name}-improvement") / "capa.journal.jsonl"
    file.write_text(file.read_text().replace('"green":false', '"green":true'))
    with pytest.raises(TamperedError):
        desk(home)
    assert "was changed" in hotwash("capa", "list", home, code=4)


def test_an_action_is_saved_if_it_passes_every_check_and_nothing_changes_otherwise(home):
    before = read(home)
    for bad in (
        action("new", action="Improve it."),
        action("new", owner="the team"),
        action("new", depends_on=["gone"]),
    ):
        with pytest.raises(ContentError):
            bootstrap.save_action(home, bad, "me", clock=ManualClock(START_MS))
        assert read(home) == before
    bootstrap.save_action(home, action("new"), "me", clock=ManualClock(START_MS))
    assert read(home) == before + as_entry(action("new"))
    bootstrap.save_action(home, action("new", owner="D. Example"), "me", "new", ManualClock(START_MS))
    assert read(home).startswith("# a comment that stays\n")
    assert desk(home).of("new").action.owner == "D. Example"
    assert not list(desk(home).folder.glob(".*"))


def test_the_first_action_makes_the_file(tmp_path):
    home = record(tmp_path)
    bootstrap.save_action(home, action(), "me", clock=ManualClock(START_MS))
    assert desk(home).loaded.plan.created.isoformat() == day(0)
    assert desk(home).loaded.problems == ()


# Tickets


def synced(home, folder, days=0.0, dry=False):
    tracker = FolderTracker(folder)
    return {
        one.step.action: (one.step.deed, one.ref)
        for one in bootstrap.sync_capa(desk(home, days), tracker, "me", dry_run=dry)
    }


def deeds(home, folder, days=0.0, dry=False):
    return [deed for _, (deed, _) in sorted(synced(home, folder, days, dry).items())]


def test_a_second_sync_changes_nothing(home, tmp_path):
    folder = tmp_path / "tickets"
    assert deeds(home, folder, dry=True) == ["create", "create"]
    assert not folder.exists()
    assert deeds(home, folder) == ["create", "create"]
    before = {path: path.read_bytes() for path in folder.iterdir()}
    journal = desk(home).journal
    assert deeds(home, folder, 5) == ["nothing", "nothing"]
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    assert desk(home).journal == journal


def test_what_people_wrote_around_it_stays(home, tmp_path):
    folder = tmp_path / "tickets"
    ref = synced(home, folder)["empty-cache"][1]
    path = folder / ref
    path.write_text(path.read_text() + "\nAsked the vendor.\n")
    assert synced(home, folder)["empty-cache"][0] == "nothing"
    desk(home).reschedule("empty-cache", action(deadline=day(20)).deadline, "The vendor is late.", "me")
    assert deeds(home, folder) == ["update", "nothing"]
    assert "Asked the vendor." in path.read_text()
    assert f"Due: {day(20)}" in path.read_text()
    assert path.read_text().count("[hotwash end]") == 1


def test_closed_there_without_a_green_run_here_is_opened_again(home, tmp_path):
    folder = tmp_path / "tickets"
    ref = synced(home, folder)["empty-cache"][1]
    path = folder / ref
    path.write_text(path.read_text().replace("state: open", "state: closed"))
    assert synced(home, folder)["empty-cache"] == ("reopen", ref)
    assert path.read_text().startswith("state: open")
    assert "its verification is not green" in path.read_text()
    assert desk(home).of("empty-cache").state == "open"


def test_closed_there_and_green_here_is_flagged_and_closes_nothing(home, tmp_path):
    folder = tmp_path / "tickets"
    ref = synced(home, folder)["empty-cache"][1]
    desk(home).verify("empty-cache", "C. Example", YES)
    synced(home, folder)
    path = folder / ref
    path.write_text(path.read_text().replace("state: open", "state: closed"))
    assert synced(home, folder)["empty-cache"] == ("flag", ref)
    assert desk(home).of("empty-cache").state == "green"
    desk(home).close("empty-cache", "C. Example")
    assert deeds(home, folder) == ["update", "nothing"]
    path.write_text(path.read_text().replace("state: closed", "state: open"))
    assert synced(home, folder)["empty-cache"] == ("close", ref)
    assert path.read_text().startswith("state: closed")
    assert deeds(home, folder) == ["nothing", "nothing"]


class Meddled(FolderTracker):
    """Somebody changes a ticket right before it is written, as often as `times`."""

    times = 1

    def update(self, held, ticket, why=""):
        if self.times:
            self.times -= 1
            path = self._folder / held.ref
            path.write_text(path.read_text() + "\nmeddled\n")
        return super().update(held, ticket, why)


def test_a_ticket_that_changes_meanwhile_is_looked_at_again_once(home, tmp_path):
    folder = tmp_path / "tickets"
    synced(home, folder)
    desk(home).reschedule("empty-cache", action(deadline=day(20)).deadline, "The vendor is late.", "me")
    tracker = Meddled(folder)
    done = {one.step.action: one for one in bootstrap.sync_capa(desk(home), tracker, "me", dry_run=False)}
    assert {name: (one.step.deed, one.failed) for name, one in done.items()} == {
        "empty-cache": ("update", ""),
        "other": ("nothing", ""),
    }
    assert "meddled" in (folder / done["empty-cache"].ref).read_text()
    desk(home).reschedule("empty-cache", action(deadline=day(21)).deadline, "The vendor is later.", "me")
    tracker.times = 2
    failed = [one.failed for one in bootstrap.sync_capa(desk(home), tracker, "me", dry_run=False) if one.failed]
    assert len(failed) == 1
    assert "changed meanwhile" in failed[0]


class Refuses(FolderTracker):
    fault = "refused"

    def create(self, ticket):
        if "empty-cache" in ticket.marker:
            raise TrackerError(self.fault, "It says no.")
        return super().create(ticket)


def test_one_refusal_does_not_keep_the_others_out_and_no_rights_end_it(home, tmp_path):
    tracker = Refuses(tmp_path / "tickets")
    done = bootstrap.sync_capa(desk(home), tracker, "me", dry_run=False)
    assert [(one.step.deed, one.failed) for one in done] == [("create", "It says no."), ("create", "")]
    tracker.fault = "not_signed_in"
    with pytest.raises(TrackerError):
        bootstrap.sync_capa(desk(home), tracker, "me", dry_run=False)


@pytest.mark.parametrize(
    "to", ["github:acme", "jira:KEY", "folder:", "elsewhere:x", "github:a/b/c", "jira:KEY@example.org"]
)
def test_what_is_no_tracker_is_refused_with_the_forms(to):
    with pytest.raises(ContentError, match="github:OWNER/REPO"):
        bootstrap.open_tracker(to, ManualClock(), {"HOTWASH_GITHUB_TOKEN": "x", "HOTWASH_JIRA_TOKEN": "x"})


@pytest.mark.parametrize(
    ("to", "variable"), [("github:a/b", "HOTWASH_GITHUB_TOKEN"), ("jira:K@https://j.example", "HOTWASH_JIRA_TOKEN")]
)
def test_without_a_token_it_says_which_variable(to, variable):
    with pytest.raises(ContentError, match=variable):
        bootstrap.open_tracker(to, ManualClock(), {})
    bootstrap.open_tracker(to, ManualClock(), {variable: "t"}).close()


# The command line


def test_from_draft_to_closed_on_the_command_line(home, tmp_path):
    said = hotwash("capa", "check", home)
    assert "2 actions" in said
    assert "not run  empty-cache" in hotwash("capa", "verify", home, "empty-cache", code=5)
    assert "red      other: exit code 2" in hotwash("capa", "verify", home, "--yes", code=1)
    assert hotwash("capa", "verify", home, "empty-cache").startswith("green    empty-cache")
    assert "is closed" in hotwash("capa", "close", home, "empty-cache", "--by", "C. Example")
    assert "was red" in hotwash("capa", "close", home, "other", "--by", "C. Example", code=2)
    assert "for a reason" in hotwash("capa", "reschedule", home, "other", "--to", "2099-01-01", code=2)
    hotwash("capa", "reschedule", home, "other", "--to", "2099-01-01", "--reason", "The supplier went away.")
    listed = json.loads(hotwash("capa", "list", home, "--json"))
    assert [(one["id"], one["state"]) for one in listed["actions"]] == [("other", "red"), ("empty-cache", "closed")]
    shown = hotwash("capa", "show", home, "other")
    assert shown.startswith("EXERCISE  other")
    assert "reason The supplier went away." in shown
    to = f"folder:{tmp_path / 'tickets'}"
    assert "would create" in hotwash("capa", "sync", home, "--to", to, "--dry-run")
    assert "create" in hotwash("capa", "sync", home, "--to", to)


def test_a_check_says_file_line_and_column_and_fails(tmp_path):
    home = record(tmp_path)
    file = write(home, HEAD + as_entry(action(action="Improve monitoring.")))
    assert f"{file}:10:13: 'Improve monitoring.' cannot be shown to be false" in hotwash("capa", "check", home, code=1)
    assert len(json.loads(hotwash("capa", "check", home, "--json", code=1))["problems"]) >= 2


@pytest.mark.slow
def test_a_draft_cites_events_and_leaves_open_what_people_know(tmp_path):
    home = played_drill(players="slow").copied(tmp_path / "leak")
    found = json.loads(hotwash("capa", "draft", home, "--json"))["drafted"]
    assert {one.split("-")[0] for one in found} == {"expected", "rule", "mark"}
    text = read(home)
    assert text.count("# OPEN verification") == text.count("  cites: [") == len(found) > 5
    assert "cites: []" not in text
    listed = json.loads(hotwash("capa", "list", home, "--json"))
    assert listed["actions"] == []
    assert sorted(listed["drafts"]) == sorted(found)
    said = hotwash("capa", "check", home, code=1)
    assert said.count("are missing") == len(found)
    assert "still a draft" in hotwash("capa", "verify", home, found[0], "--yes", code=3)
    assert json.loads(hotwash("capa", "draft", home, "--json"))["drafted"] == []
    assert read(home) == text
    write(home, text.replace(text[text.index("  - id: ") : text.index("  - id: ", text.index("  - id: ") + 5)], ""))
    assert json.loads(hotwash("capa", "draft", home, "--json"))["drafted"] == found[:1]
