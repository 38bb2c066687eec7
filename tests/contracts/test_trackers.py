"""The tracker suite on each adapter, on a folder that is wrong in one way each, and the faults of services over HTTP."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from hotwash.adapters.clock_manual import ManualClock
from hotwash.adapters.tracker_folder import FolderTracker
from hotwash.adapters.tracker_github import GithubTracker
from hotwash.adapters.tracker_jira import JiraTracker
from hotwash.adapters.tracker_rest import LONGEST_WAIT_MS, Login, login
from hotwash.bootstrap import open_tracker, sync_capa
from hotwash.bootstrap.capa_sync import GITHUB_TOKEN, JIRA_TOKEN
from hotwash.conformance import failures
from hotwash.conformance.tracker import TrackerConformance, ticket
from hotwash.kernel.errors import ContentError
from hotwash.ports.tracker import Tracker, TrackerError
from tests.support.actions import action, desk, record
from tests.support.patience import PATIENCE_S, until
from tests.support.trackers import TOKEN, Board, Github, Jira, carried_out_and_silent, serving, silence, status

WHO = Login("HOTWASH_TEST_TOKEN", TOKEN)


class OnAFolder(TrackerConformance):
    kind = FolderTracker

    def make(self) -> Tracker:
        return self.kind(self.folder)

    def elsewhere(self, ref, *, closed, line=""):
        path = self.folder / ref
        text = path.read_text().replace(
            "state: closed" if not closed else "state: open", "state: closed" if closed else "state: open"
        )
        path.write_text(text + line)

    def count(self) -> int:
        return len(list(self.folder.glob("*.md")))


class TestFolder(OnAFolder):
    @pytest.fixture(autouse=True)
    def _place(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "tickets"


class OnAService(TrackerConformance):
    @pytest.fixture(autouse=True)
    def _services(self) -> Iterator[None]:
        with ExitStack() as self.open:
            yield

    board: Board

    def elsewhere(self, ref, *, closed, line=""):
        self.board.touch(int(ref.strip("#").rpartition("-")[2]), closed=closed, line=line)

    def count(self) -> int:
        return len(self.board.issues)


class TestGithub(OnAService):
    def make(self) -> Tracker:
        self.board = self.open.enter_context(serving(Github))
        return GithubTracker("acme/shop", WHO, ManualClock(), self.board.url)


class TestJiraCloud(OnAService):
    def make(self) -> Tracker:
        self.board = self.open.enter_context(serving(Jira))
        return JiraTracker("SHOP", self.board.url, replace(WHO, user="me@example.org"), ManualClock())


class TestJiraDataCenter(OnAService):
    def make(self) -> Tracker:
        self.board = self.open.enter_context(serving(Jira, old=True))
        return JiraTracker("SHOP", self.board.url, WHO, ManualClock())


class Forgets(FolderTracker):
    def find(self, markers, known):
        return super().find(markers, {})


class Overwrites(FolderTracker):
    def update(self, held, ticket, why=""):
        return super().update(self._read(self._folder / held.ref), ticket, why)


class NeverCloses(FolderTracker):
    def update(self, held, ticket, why=""):
        return super().update(held, replace(ticket, closed=False), why)


class TakesPrefixes(FolderTracker):
    def find(self, markers, known):
        return super().find([one.rstrip(";") for one in markers], known)


class FirstPage(FolderTracker):
    def find(self, markers, known):
        return dict(list(super().find(markers, known).items())[:100])


@pytest.mark.parametrize(
    ("wrong", "caught"),
    [
        (Forgets, "test_a_ticket_that_is_known_by_its_ref_is_found_without_its_marker"),
        (Overwrites, "test_what_somebody_changed_meanwhile_is_not_overwritten"),
        (NeverCloses, "test_closing_and_opening_again_works_from_here"),
        (TakesPrefixes, "test_a_marker_that_nobody_has_is_not_found"),
        (FirstPage, "test_every_ticket_is_found_however_many_there_are"),
    ],
)
def test_a_tracker_that_is_wrong_is_caught(wrong: type, caught: str, tmp_path: Path):
    suite = type("Suite", (OnAFolder,), {"kind": wrong, "folder": tmp_path / "tickets"})
    assert caught in failures(suite, caught)


@pytest.fixture
def seconds() -> float:
    """How long an answer is waited for; a test in which none comes has less."""
    return PATIENCE_S


@pytest.fixture(params=[Github, Jira], ids=["github", "jira"])
def service(request, seconds) -> Iterator[tuple[Board, Tracker, ManualClock]]:
    clock = ManualClock()
    with serving(request.param) as board:
        if request.param is Github:
            yield board, GithubTracker("acme/shop", WHO, clock, board.url, seconds=seconds), clock
        else:
            yield board, JiraTracker("SHOP", board.url, WHO, clock, seconds=seconds), clock


def find(tracker: Tracker, name: str = "it"):
    return tracker.find([ticket(name).marker], {}).get(ticket(name).marker)


@pytest.mark.parametrize(
    ("code", "fault", "words"),
    [
        (401, "not_signed_in", "HOTWASH_TEST_TOKEN"),
        (403, "not_allowed", "right to read and write"),
        (404, "not_there", "may not see it"),
        (422, "refused", "refuses what was sent"),
        (418, "refused", "HTTP 418"),
    ],
)
def test_a_refusal_is_told_in_words_at_once_and_holds_no_token(service, code, fault, words):
    board, tracker, _ = service
    board.faults = [status(code)] * 3
    board.when = lambda method, path: method == "POST"
    with pytest.raises(TrackerError, match=words) as caught:
        tracker.create(ticket("it"))
    assert caught.value.fault == fault
    assert caught.value.permanent
    assert TOKEN not in str(caught.value)
    assert len(board.seen) == 1, "a refusal is not tried again"
    assert not board.issues


def test_a_limit_is_waited_out_as_long_as_the_service_says(service):
    board, tracker, clock = service
    board.faults = [status(429, retry_after="7"), status(429, retry_after="5")]
    assert find(tracker) is None
    assert clock.now() == 12_000


def test_githubs_other_limit_is_waited_out_too():
    clock = ManualClock()
    with serving(Github) as board:
        tracker = GithubTracker("acme/shop", WHO, clock, board.url)
        board.faults = [status(403, x_ratelimit_remaining="0", x_ratelimit_reset="30")]
        assert find(tracker) is None
    assert clock.now() == 30_000


def test_a_limit_that_lasts_too_long_is_not_waited_for(service):
    board, tracker, clock = service
    board.faults = [status(429, retry_after="3600")]
    with pytest.raises(TrackerError, match="in 3600 s") as caught:
        find(tracker)
    assert (caught.value.wait_ms, clock.now()) == (3_600_000, 0)
    assert LONGEST_WAIT_MS < 3_600_000


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [(status(500), PATIENCE_S), (status(503), PATIENCE_S), (status(200, b"<html>"), PATIENCE_S), (silence, 0.3)],
    ids=["500", "503", "html", "silence"],
)
def test_reading_is_tried_again_and_then_given_up_in_words(service, fault):
    board, tracker, clock = service
    tracker.create(ticket("it"))
    board.seen.clear()
    board.faults = [fault]
    assert find(tracker) is not None, "one fault is got over"
    before = clock.now()
    assert before >= 500
    board.faults = [fault] * 8
    board.seen.clear()
    with pytest.raises(TrackerError) as caught:
        find(tracker)
    assert not caught.value.permanent
    until(lambda: len(board.seen) >= 4, what="the arrival of what was asked last")
    assert len(board.seen) == 4
    assert clock.now() - before >= 500 + 1000 + 2000


def test_a_ticket_whose_answer_was_lost_is_not_made_twice(service):
    board, tracker, _ = service
    board.faults, board.when = [carried_out_and_silent], lambda method, path: method == "POST"
    held = tracker.create(ticket("it"))
    assert len(board.issues) == 1
    assert held == find(tracker)


def test_a_ticket_that_was_not_made_is_said_to_be_unknown(service):
    board, tracker, _ = service
    board.faults, board.when = [status(500)], lambda method, path: method == "POST"
    with pytest.raises(TrackerError) as caught:
        tracker.create(ticket("it"))
    assert caught.value.unknown
    assert board.writes() == [board.writes()[0]], "a POST that may have been carried out was sent again"


def test_a_redirect_is_not_followed_with_a_token(service):
    board, tracker, _ = service
    board.faults = [status(301, location="https://elsewhere.example/x")]
    with pytest.raises(TrackerError, match=r"elsewhere\.example, which is not followed"):
        find(tracker)
    assert len(board.seen) == 1


@pytest.mark.parametrize("body", [{"message": "hello"}, [{"number": "x"}], {"issues": [{"key": 1}]}, 7], ids=str)
def test_an_answer_of_another_form_is_told(service, body):
    board, tracker, _ = service
    board.faults = [status(200, body)]
    with pytest.raises(TrackerError, match=r"Is the address right"):
        find(tracker)


def test_jira_finds_by_key_what_its_index_does_not_have_yet():
    with serving(Jira) as board:
        tracker = JiraTracker("SHOP", board.url, WHO, ManualClock())
        made = tracker.create(ticket("it"))
        board.lag = 1
        marker = ticket("it").marker
        assert tracker.find([marker], {}) == {}
        assert tracker.find([marker], {marker: made.ref}) == {marker: made}


def test_a_workflow_without_a_way_is_told():
    with serving(Jira) as board:
        tracker = JiraTracker("SHOP", board.url, WHO, ManualClock())
        held = tracker.create(ticket("it"))
        board.faults, board.when = (
            [status(200, {"transitions": []})],
            lambda method, path: path.endswith("/transitions"),
        )
        with pytest.raises(TrackerError, match="no step from here that closes it"):
            tracker.update(held, ticket("it", closed=True))


def test_a_token_comes_from_the_environment_and_leaves_over_https_alone():
    with pytest.raises(ContentError, match="is not set in the environment"):
        login({}, "HOTWASH_GITHUB_TOKEN")
    who = login({"HOTWASH_GITHUB_TOKEN": f" {TOKEN}\n"}, "HOTWASH_GITHUB_TOKEN")
    assert who.header == f"Bearer {TOKEN}"
    with pytest.raises(ContentError, match="plain HTTP"):
        GithubTracker("acme/shop", who, ManualClock(), "http://git.example/api/v3")


def test_jira_with_a_user_signs_in_as_cloud_does():
    with serving(Jira) as board:
        find(JiraTracker("SHOP", board.url, replace(WHO, user="me@example.org"), ManualClock()))
        assert board.seen[0][2]["authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    ("kind", "to", "variable"),
    [(Github, "github:acme/shop@{}", GITHUB_TOKEN), (Jira, "jira:SHOP@{}", JIRA_TOKEN)],
    ids=["github", "jira"],
)
def test_actions_and_tickets_agree_and_a_second_sync_writes_nothing(tmp_path, monkeypatch, caplog, kind, to, variable):
    monkeypatch.setenv("HOTWASH_KEYS", str(tmp_path / "keys"))
    caplog.set_level(logging.DEBUG)
    home = record(tmp_path, action(), action("other", owner="B. Example"))
    with serving(kind) as board:
        tracker = open_tracker(to.format(board.url), ManualClock(), {variable: TOKEN})

        def sync(dry_run=False):
            board.seen.clear()
            done = sync_capa(desk(home), tracker, "me", dry_run=dry_run)
            assert not [one.failed for one in done if one.failed]
            return {one.step.action: one.step.deed for one in done}

        assert sync(dry_run=True) == {"empty-cache": "create", "other": "create"}
        assert (board.writes(), board.issues) == ([], {})
        assert sync() == {"empty-cache": "create", "other": "create"}
        assert sync() == {"empty-cache": "nothing", "other": "nothing"}
        assert board.writes() == []
        number = next(one.number for one in board.issues.values() if "/empty-cache;" in one.body)
        board.touch(number, closed=True, line="Done, I think.")
        assert sync() == {"empty-cache": "reopen", "other": "nothing"}
        assert not board.issues[number].closed
        assert "Done, I think." in board.issues[number].body
        assert "not green" in board.issues[number].comments[-1]
        desk(home).verify("empty-cache", "C. Example", lambda _: True)
        desk(home).close("empty-cache", "C. Example")
        assert sync()["empty-cache"] == "close"
        assert board.issues[number].closed
        assert sync() == {"empty-cache": "nothing", "other": "nothing"}
        assert board.writes() == []
        tracker.close()
    kept = "".join(path.read_text() for path in desk(home).folder.iterdir())
    assert TOKEN not in kept + caplog.text + "".join(one.body for one in board.issues.values())
