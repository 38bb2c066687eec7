"""Runs: tried again where that helps, stopped where the budget ends, gone on with after they were killed."""

import json
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from hotwash.adapters.clock_manual import ManualClock
from hotwash.adapters.clock_wall import WallClock
from hotwash.adapters.crew_threads import ThreadCrew
from hotwash.adapters.run_journal import RunJournal
from hotwash.gates.pace import Patience, Spent, over, wait_before_next
from hotwash.gates.planned import questions
from hotwash.gates.running import HOPELESS, Answered, Begun, ChangedSuiteError, Run, Terms
from hotwash.kernel.errors import ContentError
from hotwash.kit.schema.endpoint import Price
from hotwash.kit.schema.suite import Budget
from hotwash.ports.endpoint import NoReply, Reply
from tests.rooms.gates.suites import digest, suite
from tests.support import endpoint as faults
from tests.support.endpoint import serving
from tests.support.patience import PATIENCE_S, until
from tests.support.project import ROOT

BEGUN = Begun("s", "d" * 64, "memory", 0)
YES = Reply("yes", (), input_tokens=100, output_tokens=50)
RATE = NoReply("rate_limited", "slow down", 7_000)
DOWN = NoReply("server", "HTTP 500")


class Scripted:
    """Plays what is scripted for a key, then answers."""

    name = "memory"

    def __init__(self, script=None, reply=YES):
        self.script, self.reply, self.asked = dict(script or {}), reply, []

    def ask(self, question):
        self.asked.append(question.key)
        waiting = self.script.get(question.key, self.script.get("*", []))
        return waiting.pop(0) if waiting else self.reply

    def close(self):
        pass


class Kept:
    def __init__(self):
        self.noted = []

    def note(self, answered):
        self.noted.append(answered)


def run(endpoint, cases=4, clock=None, budget=None, price=None, known=None, patience=None, **more):
    asked = questions(suite(cases=cases, **more), "ab" * 32)
    terms = Terms(budget or Budget(), price, patience or Patience())
    return Run(asked, endpoint, clock or ManualClock(), terms, Kept(), known or {}, Spent())


def test_every_question_is_asked_once_and_noted_before_it_is_told():
    endpoint = Scripted()
    one = run(endpoint, cases=6, trials=2)
    for answered in one.go():
        assert one.journal.noted[-1] is answered
    assert Counter(endpoint.asked) == {f"c{n}#{t}": 1 for n in range(6) for t in (1, 2)}
    assert one.spent.requests == 12


def test_first_trials_come_before_second_ones_in_an_order_drawn_from_the_content_id():
    """Whatever a run leaves out is then left out by lot."""
    orders = []
    for name in ("ab" * 32, "cd" * 32):
        keys = [one.ask.key for one in questions(suite(cases=20, trials=2), name)]
        assert {key[-1] for key in keys[:20]} == {"1"}
        assert sorted(keys[:20]) != keys[:20]
        orders.append(keys)
    assert orders[0] != orders[1]


def test_a_service_that_asks_for_rest_is_left_alone_for_so_long():
    clock, endpoint = ManualClock(), Scripted({"c0#1": [RATE, RATE]})
    done = {one.key: one for one in run(endpoint, cases=1, clock=clock).go()}
    assert clock.now() == 14_000
    assert done["c0#1"].requests == 3
    assert isinstance(done["c0#1"].reply, Reply)


def test_when_one_is_asked_to_wait_all_wait():
    clock = ManualClock()

    class Timed(Scripted):
        def ask(self, question):
            at.setdefault(question.key, []).append(clock.now())
            return super().ask(question)

    at: dict[str, list[int]] = {}
    one = run(Timed({"*": [RATE]}), cases=3, clock=clock, patience=Patience(retries=0))
    list(one.go())
    times = sorted(moment for moments in at.values() for moment in moments)
    assert times == [0, 0, 0]  # nothing was tried again, so nobody was told to wait
    at.clear()
    list(run(Timed({"*": [RATE]}), cases=3, clock=clock).go())
    assert min(moments[-1] for moments in at.values()) >= 7_000


def test_waits_double_and_are_spread_and_end():
    waits = [[wait_before_next(DOWN, tries, Patience(retries=9), f"q{n}") for n in range(50)] for tries in (1, 2, 3, 9)]
    for most, these in zip((1_000, 2_000, 4_000, 60_000), waits, strict=True):
        assert all(most // 2 <= one <= most for one in these)
        assert len(set(these)) > 20
    assert wait_before_next(DOWN, 10, Patience(retries=9), "q") is None


def test_what_cannot_help_is_not_done():
    assert wait_before_next(NoReply("not_allowed", "HTTP 401"), 1, Patience(), "q") is None
    assert wait_before_next(NoReply("rate_limited", "later", 3_600_000), 1, Patience(), "q") is None
    endpoint = Scripted({"c0#1": [NoReply("rejected", "HTTP 400")]})
    done = list(run(endpoint, cases=1).go())
    assert done[0].requests == len(endpoint.asked) == 1


def test_a_service_that_is_down_is_not_asked_everything():
    endpoint = Scripted(reply=DOWN)
    one = run(endpoint, cases=100, patience=Patience(retries=1))
    assert len(list(one.go())) == HOPELESS
    assert one.stopped.startswith("silence: 10 questions in a row had no answer (HTTP 500)")
    assert len(endpoint.asked) == 2 * HOPELESS


def test_a_key_that_is_refused_everywhere_is_said_to_be_the_thing_to_look_at():
    one = run(Scripted(reply=NoReply("not_allowed", "HTTP 401")), cases=20)
    list(one.go())
    assert "(HTTP 401; look at the key, and at the variable that holds it)" in one.stopped


def test_a_budget_of_requests_counts_every_try():
    endpoint = Scripted({"*": [DOWN] * 3})
    one = run(endpoint, cases=10, budget=Budget(requests=5))
    list(one.go())
    assert len(endpoint.asked) == 5
    assert one.stopped == "the budget of 5 requests"


def test_a_budget_of_time_ends_a_run_that_waits():
    endpoint = Scripted({"*": [RATE] * 100})
    one = run(endpoint, cases=10, budget=Budget(minutes=0.5), patience=Patience(retries=20))
    list(one.go())
    assert one.stopped == "the budget of 0.5 minutes"
    assert len(endpoint.asked) == 5
    assert one.clock.now() == 30_000  # and not what the service asked for after it


def test_a_budget_of_money_is_kept_to_by_the_tokens_that_answers_tell():
    price = Price(input_per_million=1_000, output_per_million=2_000)  # 0.2 an answer
    one = run(Scripted(), cases=10, budget=Budget(cost=0.55), price=price)
    assert len(list(one.go())) == 3
    assert one.spent.cost(price) == pytest.approx(0.6)
    silent = run(Scripted(reply=Reply("yes", ())), cases=10, budget=Budget(cost=0.55), price=price)
    assert len(list(silent.go())) == 1
    assert "did not say how many tokens" in silent.stopped
    assert silent.spent.cost(price) is None
    assert over(Budget(cost=0.55), silent.spent, None) == ""


def test_what_is_settled_is_not_asked_again_and_what_had_no_answer_is():
    known = {
        "c0#1": Answered("c0#1", Reply("yes", ()), 1), "c1#1": Answered("c1#1", NoReply("rejected", "HTTP 400"), 1),
        "c2#1": Answered("c2#1", NoReply("timeout", "no answer"), 5),
    }  # fmt: skip
    endpoint = Scripted()
    list(run(endpoint, cases=4, known=known).go())
    assert sorted(endpoint.asked) == ["c2#1", "c3#1"]


def test_a_crew_does_everything_once_takes_lazily_and_raises_what_was_raised():
    taken, lock = [], threading.Lock()

    def items():
        for number in range(200):
            with lock:
                taken.append(number)
            yield number

    assert sorted(ThreadCrew(5)(lambda n: n * n, items())) == [n * n for n in range(200)]
    taken.clear()
    hold = threading.Event()
    results = ThreadCrew(3)(lambda n: n if n < 3 else hold.wait(PATIENCE_S), items())
    assert sorted(next(results) for _ in range(3)) == [0, 1, 2]
    assert len(taken) <= 6
    hold.set()
    results.close()

    def fails(number):
        if number == 7:
            raise ValueError("seven")
        return number

    with pytest.raises(ValueError, match="seven"):
        list(ThreadCrew(4)(fails, items()))


def test_a_journal_gives_back_what_it_was_given(tmp_path: Path):
    file = tmp_path / "run.jsonl"
    given = [Answered("a#1", Reply("ü\n\u2028 text", (), cut=True, input_tokens=3), 2, 5), Answered("b#1", RATE, 4, 6)]
    with RunJournal(file, BEGUN) as journal:
        for one in given:
            journal.note(one)
    with RunJournal(file, Begun("s", "d" * 64, "memory", 99)) as again:
        assert list(again.earlier.values()) == given
        assert (again.begun.at_ms, again.requests) == (0, 6)
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_line_that_was_being_written_is_dropped_and_the_run_goes_on(tmp_path: Path):
    file = tmp_path / "run.jsonl"
    with RunJournal(file, BEGUN) as journal:
        for key in ("a#1", "b#1"):
            journal.note(Answered(key, Reply("yes", ()), 1))
    whole = file.read_bytes()
    for cut in range(whole.index(b'{"key": "b#1"') + 1, len(whole)):
        file.write_bytes(whole[:cut])
        with RunJournal(file, BEGUN) as journal:
            assert list(journal.earlier) == ["a#1"]
            journal.note(Answered("b#1", Reply("yes", ()), 1))
        assert file.read_bytes() == whole


def test_a_suite_that_was_changed_after_its_run_began_is_refused(tmp_path: Path):
    file = tmp_path / "run.jsonl"
    strict, lax = suite(), suite(limits={"answer": {"at_most": 0.9}})
    with RunJournal(file, Begun("s", digest(strict), "memory", 0)):
        pass
    with pytest.raises(ChangedSuiteError, match="changed after this run began"):
        RunJournal(file, Begun("s", digest(lax), "memory", 0))
    with pytest.raises(ChangedSuiteError, match="belongs to memory, not to elsewhere"):
        RunJournal(file, Begun("s", digest(strict), "elsewhere", 0))


@pytest.mark.parametrize("text", ["{}\n", "hello\n", '{"format": 2}\n', '{"format": 1, "suite": "s"}\n', "[]\n"])
def test_a_file_that_is_no_journal_is_refused_and_left_alone(tmp_path: Path, text: str):
    file = tmp_path / "run.jsonl"
    file.write_text(text)
    with pytest.raises(ContentError, match="journal"):
        RunJournal(file, BEGUN)
    assert file.read_text() == text


def test_two_runs_do_not_share_a_journal(tmp_path: Path):
    with RunJournal(tmp_path / "run.jsonl", BEGUN), pytest.raises(ContentError, match="another run is writing"):
        RunJournal(tmp_path / "run.jsonl", BEGUN)


def test_a_run_over_threads_and_a_real_service_with_faults_gets_everything(tmp_path: Path):
    with serving() as service:
        service.answer = lambda _: Reply("yes", ())
        for number in range(0, 12, 3):
            service.faults[f"question {number}"] += [faults.status(429, retry_after="0"), faults.hang_up]
        from hotwash.adapters.endpoint_http import HttpEndpoint
        from hotwash.kit.schema.endpoint import EndpointSpec

        endpoint = HttpEndpoint(EndpointSpec.model_validate({"id": "x", "url": service.url}))
        asked = questions(suite(cases=12), "ab" * 32)
        with RunJournal(tmp_path / "run.jsonl", Begun("s", "ab", endpoint.name, 0)) as journal:
            terms = Terms(Budget(), None, Patience())
            one = Run(asked, endpoint, Quick(), terms, journal, {}, Spent())
            done = list(one.go(ThreadCrew(4)))
        assert all(isinstance(answered.reply, Reply) for answered in done)
        assert len(done) == 12
        assert [service.times(f"question {n}") for n in range(12)] == [3 if n % 3 == 0 else 1 for n in range(12)]


class Quick(WallClock):
    """Waits a thousandth of what it is asked to."""

    def wait_until(self, wall_ms):
        super().wait_until(self.now() + max(0, wall_ms - self.now()) // 1000)


@pytest.mark.slow
def test_a_killed_run_goes_on_without_asking_anything_twice(tmp_path: Path):
    """The real command, killed without a warning in the middle of its work."""
    whole = suite(cases=40, limits={"answer": {"at_most": 0.1}}).model_dump(mode="json", exclude_defaults=True)
    (tmp_path / "suite.yaml").write_text(json.dumps(whole))
    out = tmp_path / "result.json"
    with serving() as service:
        service.answer = lambda _: Reply("yes", ())
        service.faults["question 8"].append(lambda handler: handler.service.release.wait(PATIENCE_S))
        command = [sys.executable, "-c", "from hotwash.cli.main import main; main()", "suite", "run", str(tmp_path / "suite.yaml"), "--target", service.url,
                   "--at-once", "1", "--out", str(out), "--json"]  # fmt: skip
        first = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(lambda: service.times("question 8"), what="the question that gets no answer")
        first.kill()
        first.wait()
        noted = len((tmp_path / "suite.journal.jsonl").read_bytes().splitlines()) - 1
        before = len(service.seen)
        assert 0 < noted == before - 1 < 39, "all answers are noted before the next question is asked"
        assert subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode == 0
        asked = Counter(service.times(f"question {n}") for n in range(40))
    # The question that was on its way when it was killed is the one that may be asked twice.
    assert before + 40 - noted == len(service.seen)
    assert asked[1] >= 39
    assert json.loads(out.read_text())["usage"]["answered"] == 40
