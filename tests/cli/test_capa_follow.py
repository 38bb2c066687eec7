"""Actions after they were planned: looked at again at 30, 60 and 90 days, given up for another one, verified by a gate."""

import csv
import io
import json

import pytest

from hotwash import bootstrap
from hotwash.aftermath.capa.follow import FollowUpError
from hotwash.aftermath.capa.standing import NotClosableError
from hotwash.bootstrap.capa import RescheduleError
from hotwash.bootstrap.verifying import NotConfirmedError, runs_here
from hotwash.kernel.errors import ContentError
from hotwash.kit.capa import action_digest, as_entry
from tests.cli.test_capa import GREEN, NO, YES, hotwash, keys
from tests.support.actions import action, day, desk, read, record, write

__all__ = ["keys"]
SEEN = "0 of 31 probes returned a record."


@pytest.fixture
def home(tmp_path):
    return record(
        tmp_path, action(verification=GREEN), action("other", owner="B. Example", verification=GREEN),
        action("third", verification=GREEN, depends_on=["empty-cache"]),
    )  # fmt: skip


def closed(home, name="empty-cache", after=0):
    one = desk(home, after)
    one.verify(name, "C. Example", YES)
    return one.close(name, "C. Example")


def test_a_follow_up_says_what_was_seen_by_whom_and_whether_it_works(home):
    closed(home)
    one = desk(home, 31).follow("empty-cache", 30, works="yes", seen=SEEN, person="D. Example")
    assert one.state == "closed"
    look = json.loads(hotwash("capa", "show", home, "empty-cache", "--json"))["follow_ups"]
    assert look == [{"days": 30, "works": "yes", "seen": SEEN, "by": "D. Example"}]


def test_what_is_no_longer_effective_is_open_again_and_closes_on_a_later_run(home):
    closed(home)
    assert (
        desk(home, 61).follow("empty-cache", 60, works="no", seen="7 of 20 came back.", person="D").state
        == "not effective"
    )
    with pytest.raises(NotClosableError, match="opened again after its last verification"):
        desk(home, 61).close("empty-cache", "C. Example")
    assert closed(home, after=62).state == "closed"
    assert (
        desk(home, 91).follow("empty-cache", 90, works="unknown", seen="nobody looked at it", person="D").state
        == "closed"
    )


@pytest.mark.parametrize(
    ("after", "days", "works", "seen", "said"),
    [
        (29, 30, "yes", SEEN, "cannot be known today"),
        (31, 31, "yes", SEEN, "no follow-up at 31 days"),
        (31, 30, "perhaps", SEEN, "says nothing of its effect"),
        (31, 30, "yes", "fine", "Say what was seen"),
    ],
)
def test_a_follow_up_that_says_nothing_is_refused(home, after, days, works, seen, said):
    closed(home)
    one = desk(home, after)
    before = len(one.journal)
    with pytest.raises(FollowUpError, match=said):
        one.follow("empty-cache", days, works=works, seen=seen, person="D")
    assert len(desk(home, after).journal) == before


def test_what_was_never_closed_is_not_effective_yet(home):
    with pytest.raises(FollowUpError, match="never closed"):
        desk(home, 31).follow("other", 30, works="yes", seen=SEEN, person="D")
    assert desk(home, 31).follow("other", 30, works="no", seen="it is not begun yet", person="D").state == "open"


def test_a_replaced_action_leads_to_the_one_in_its_place(home):
    said = hotwash(
        "capa",
        "replace",
        home,
        "empty-cache",
        "--with",
        "other",
        "--reason",
        "The cache itself goes away.",
        "--by",
        "D",
    )
    assert "replaced by other" in said
    one = desk(home, 20)
    now = one.of("empty-cache")
    assert (now.state, now.is_open, now.late, now.replaced_by) == ("replaced", False, False, "other")
    with pytest.raises(NotClosableError, match="close 'other'"):
        one.close("empty-cache", "C. Example")
    with pytest.raises(RescheduleError, match="is replaced"):
        one.reschedule("empty-cache", action(deadline=day(30)).deadline, "for a good reason", "D")
    one.verify("third", "C. Example", YES)
    with pytest.raises(NotClosableError, match="depends on what is still open: other"):
        one.close("third", "C. Example")
    closed(home, "other", 20)
    assert desk(home, 20).close("third", "C. Example").state == "closed"


def test_a_replacement_needs_a_reason_and_somewhere_to_lead(home):
    one = desk(home)
    for name, by, reason, said in (
        ("empty-cache", "gone", "The cache itself goes away.", "no whole action 'gone'"),
        ("empty-cache", "other", "", "replaced for a reason"),
        ("empty-cache", "empty-cache", "The cache itself goes away.", "wait for itself"),
        ("empty-cache", "third", "The cache itself goes away.", "wait for itself: empty-cache → third → empty-cache"),
    ):
        with pytest.raises(FollowUpError, match=said):
            one.replace(name, by, reason, "D")
    one.replace("empty-cache", "other", "The cache itself goes away.", "D")
    with pytest.raises(FollowUpError, match="other → empty-cache → other"):
        one.replace("other", "empty-cache", "On second thoughts it stays.", "D")
    closed(home, "other")
    with pytest.raises(FollowUpError, match="is closed"):
        desk(home).replace("other", "third", "The cache itself goes away.", "D")


def test_a_replacement_that_was_taken_out_of_the_file_is_a_mistake(home):
    desk(home).replace("empty-cache", "other", "The cache itself goes away.", "D")
    text = read(home)
    write(home, text.replace('id: "other"', 'id: "renamed"'))
    assert "was replaced by 'other', which is not there" in hotwash("capa", "check", home, code=1)
    desk(home).replace("empty-cache", "renamed", "It has another name now.", "D")
    hotwash("capa", "check", home)


def test_exports_say_it(home):
    closed(home)
    one = desk(home, 31)
    one.follow("empty-cache", 30, works="yes", seen="=1+1 probes of 31", person="D. Example")
    one.replace("third", "other", "One change does both.", "D. Example")
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(bootstrap.export_capa(one, "csv")))}
    assert rows["empty-cache"]["at 30 days"] == "effective: yes; =1+1 probes of 31 (D. Example)"
    assert (rows["third"]["replaced by"], rows["third"]["state"]) == ("other", "replaced by other")
    calendar = bootstrap.export_capa(one, "calendar").replace("\r\n ", "")
    assert "due-third@" not in calendar
    assert "due-other@" in calendar
    first, second = (calendar.split(f"UID:{days}-days")[1].split("END:VEVENT")[0] for days in (30, 60))
    assert "Still to be noted: other." in first
    assert "Still to be noted: other\\, empty-cache." in second
    body = json.loads(bootstrap.export_capa(one, "oscal"))["plan-of-action-and-milestones"]
    items = {item["title"]: item for item in body["poam-items"]}
    assert items["third"]["links"] == [{"href": f"#{items['other']['uuid']}", "rel": "replaced-by", "text": "other"}]
    risks = {risk["title"].split(": ")[1]: risk for risk in body["risks"]}
    assert risks["third"]["status"] == "remediating"
    titles = [entry["title"] for name in ("empty-cache", "third") for entry in risks[name]["risk-log"]["entries"]]
    assert {"Follow-up at 30 days", "Replaced by other"} <= set(titles)
    closed(home, "other", 31)
    body = json.loads(bootstrap.export_capa(desk(home, 31), "oscal"))["plan-of-action-and-milestones"]
    assert {risk["status"] for risk in body["risks"]} == {"closed"}


def test_a_ticket_of_a_replaced_action_is_closed_with_the_reason(home, tmp_path):
    from hotwash.adapters.tracker_folder import FolderTracker

    tracker = FolderTracker(tmp_path / "tickets")
    bootstrap.sync_capa(desk(home), tracker, "me", dry_run=False)
    desk(home).replace("empty-cache", "other", "The cache itself goes away.", "D")
    done = {one.step.action: one.step for one in bootstrap.sync_capa(desk(home), tracker, "me", dry_run=False)}
    assert (done["empty-cache"].deed, done["empty-cache"].why) == (
        "close",
        "Closed: replaced by other: The cache itself goes away..",
    )
    assert {one.step.deed for one in bootstrap.sync_capa(desk(home), tracker, "me", dry_run=False)} == {"nothing"}


GATE = """id: smoke
title: Smoke
gates:
  - {id: smoke, title: Smoke, suite: suite.yaml, decides: blocking, owner: A, stops: hallucination, because: a drill, least: 1, override: {by: [ic]}}
"""


def gated(tmp_path, **check):
    check = {"folder": "gate", "target": "gate/responses.jsonl"} | check
    home = record(tmp_path, action(verification={"gate": check}))
    folder = desk(home).folder / "gate"
    hotwash("suite", "new", folder)
    (folder / "gate.yaml").write_text(GATE)
    return home, folder


def test_a_gate_verifies_an_action_and_an_override_does_not(tmp_path):
    home, folder = gated(tmp_path, gate="smoke")
    fact = desk(home).verify("empty-cache", "me", NO)
    assert (fact.kind, fact.green) == ("gate", True), fact.said
    responses = folder / "responses.jsonl"
    responses.write_text(
        "".join(json.dumps({**json.loads(line), "answer": ""}) + "\n" for line in responses.read_text().splitlines())
    )
    hotwash("gate", "override", folder, "smoke", "--role", "ic", "--by", "A. Berg", "--for", "C. Dahl", "--expires", "24h", "--watch", "the breaker",
            "--reason", "the release has to go out tonight")  # fmt: skip
    assert not desk(home).verify("empty-cache", "me", NO).green
    assert desk(home).of("empty-cache").state == "red"
    assert not (folder / "runs").exists(), "a verification is no run of a release"


def test_too_few_known_cases_are_not_green(tmp_path):
    home, folder = gated(tmp_path)
    (folder / "responses.jsonl").write_text("")
    fact = desk(home).verify("empty-cache", "me", NO)
    assert not fact.green
    assert "0 of 0 known cases failed" in fact.said


def test_a_gate_that_is_not_there_or_asks_somebody_is_not_run_unasked(tmp_path):
    home, _ = gated(tmp_path, gate="else")
    with pytest.raises(ContentError, match="there is no gate 'else'"):
        desk(home).verify("empty-cache", "me", NO)
    home, _ = gated(tmp_path / "two", target="http://127.0.0.1:9/v1")
    with pytest.raises(NotConfirmedError, match=r"127\.0\.0\.1"):
        desk(home).verify("empty-cache", "me", NO)


@pytest.mark.parametrize(
    ("check", "runs"),
    [
        ({"gate": {"folder": "gate", "target": "gate/proof/good.jsonl"}}, True),
        ({"gate": {"folder": "gate", "target": "simulated:cross-tenant-leak/last-good"}}, True),
        ({"gate": {"folder": "gate", "target": "simulated:../../bundle.yaml"}}, False),
        ({"gate": {"folder": "../../else", "target": "gate/proof/good.jsonl"}}, False),
        ({"gate": {"folder": "gate", "target": "/etc/answers.jsonl"}}, False),
        ({"gate": {"folder": "gate", "target": "https://example.org/v1"}}, False),
        ({"gate": {"folder": "gate", "target": "endpoint.yaml"}}, False),
        ({"suite": {"file": "gate/leakage.yaml", "target": "gate/proof/good.jsonl"}}, True),
        ({"suite": {"file": "causes.yaml", "target": "gate/proof/good.jsonl"}}, False),
        (GREEN, False),
    ],
)
def test_a_page_runs_what_starts_and_sends_nothing_and_reads_the_gates_alone(tmp_path, check, runs):
    assert runs_here(action(verification=check), tmp_path) is runs


def test_an_action_of_before_keeps_its_digest():
    """A journal of before there were gates still speaks of the same action."""
    assert action_digest(action()) == "e1393129ff0aa17208ae9cf83af062e43b6d4572d59ae2cd4c309030a8e76614"
    assert "gate" not in as_entry(action())
