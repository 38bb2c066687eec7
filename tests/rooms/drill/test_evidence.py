"""Evidence: who may read which form, what is on record of it, legal holds, and the snapshot that is offered with a lever."""

import json

import pytest

from hotwash.conductor.locker import FORMS, forms
from hotwash.drill import commands as c
from hotwash.drill.refusal import RefusedError
from tests.support.drills import bench

SEATS = ("ic", "tech", "ml", "scribe", "comms", "legal", "privacy")
MAY = {
    "raw": {"tech", "ml", "privacy", "legal"},
    "redacted": {"ic", "scribe", "tech", "ml", "privacy", "legal"},
    "hash": {*SEATS},
    "metadata": {*SEATS},
}


def kept():
    """A drill in which the technical lead kept a trace with personal data."""
    one = bench()
    one.do("tech", c.CollectEvidence(item="t-1", kind="trace", ref="r-1"))
    return one


def look(one, seat, form, item="t-1", name=""):
    command = c.Command(id=name or f"look-{seat}-{form}-{item}", seat=seat, person=seat,
                        action=c.AccessEvidence(item=item, in_form=form, purpose="to see"))  # fmt: skip
    return one.session.act(command)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("seat", SEATS)
def test_every_seat_tries_every_form(seat, form):
    one = kept()
    before = len(one.session.events)
    if seat in MAY[form]:
        done = look(one, seat, form)
        assert done.given.content
        assert [event.type for event in done.events] == ["evidence_accessed"]
        return
    with pytest.raises(RefusedError, match=f"'{form}' of evidence is not shown to '{seat}'"):
        look(one, seat, form)
    [tried] = [event for event in one.session.events[before:] if event.type.startswith("evidence")]
    assert (tried.type, tried.seat, tried.data["in_form"], tried.data["purpose"]) == (
        "evidence_refused",
        seat,
        form,
        "to see",
    )
    assert set(tried.data["who"]) == MAY[form]
    assert b"SECRETLY" not in json.dumps(tried.to_json()).encode()


@pytest.mark.parametrize("seat", SEATS)
def test_a_trace_with_personal_data_is_no_way_round(seat):
    one = kept()
    try:
        one.do(seat, c.OpenTrace(trace="r-1", purpose="to see"))
        opened = True
    except RefusedError:
        opened = False
        assert one.all("evidence_refused")[-1]["item"] == "r-1"
    assert opened == (seat in MAY["raw"])


def test_whoever_kept_it_may_read_it():
    one = bench()
    one.do("comms", c.CollectEvidence(item="m-1", kind="trace", ref="r-1"))
    assert look(one, "comms", "raw", "m-1").given.content
    with pytest.raises(RefusedError):
        look(one, "ic", "raw", "m-1")


def test_a_refused_look_that_is_sent_again_is_refused_again_and_noted_once():
    one = kept()
    for _ in range(3):
        with pytest.raises(RefusedError):
            look(one, "comms", "raw", name="again")
    assert len(one.all("evidence_refused")) == 1
    assert one.all("evidence_accessed") == []


def test_custody_of_an_item():
    one = kept()
    [item] = one.all("evidence_collected")
    assert (item["sensitive"], item["source"], item["bytes"] > 50) == (True, "support-copilot", True)
    assert item["method"].startswith("hotwash ")
    done = look(one, "privacy", "raw")
    assert done.events[0].data["sha256"] == item["sha256"], "what was shown is what was kept"
    shown = look(one, "privacy", "metadata").events[0].data["sha256"]
    assert shown != item["sha256"]


def test_another_sitting_gives_the_same_address():
    assert kept().all("evidence_collected")[0]["sha256"] == kept().all("evidence_collected")[0]["sha256"]


@pytest.mark.parametrize(
    ("kind", "ref", "fields"),
    [
        ("signal", "pii_hits", {"signal", "counts_by_minute"}),
        ("configuration", "index", {"component", "version"}),
        ("suite", "smoke", {"suite", "trials", "failures", "at_ms", "scope", "upper_ppm", "worst_cell", "verdict"}),
    ],
)
def test_every_kind_has_content(kind, ref, fields):
    one = bench()
    one.to(5)
    one.do("tech", c.RunSuite(suite="smoke"))
    one.do("tech", c.CollectEvidence(item="x", kind=kind, ref=ref))
    one.to(9)
    assert {*json.loads(look(one, "tech", "raw", "x").given.content)} == fields


def test_a_signal_is_kept_as_it_was():
    one = bench()
    one.system.hot(2, 40)
    one.to(5)
    one.do("tech", c.CollectEvidence(item="x", kind="signal", ref="pii_hits"))
    one.system.hot(7, 99)
    one.to(9)
    counts = json.loads(look(one, "tech", "raw", "x").given.content)["counts_by_minute"]
    assert (counts[2], len(counts)) == (40, 4), "minutes that were not over when it was kept are not in it"


def test_holds_are_placed_and_lifted_by_those_who_may():
    one = kept()
    with pytest.raises(RefusedError, match="the kit does not let 'tech'"):
        one.do("tech", c.PlaceHold(hold="h", reason="a letter"))
    with pytest.raises(RefusedError, match="there is no evidence item"):
        one.do("legal", c.PlaceHold(hold="h", items=("gone",), reason="a letter"))
    one.do("legal", c.PlaceHold(hold="h", items=("t-1",), reason="a letter"))
    with pytest.raises(RefusedError, match="exists already"):
        one.do("legal", c.PlaceHold(hold="h", reason="again"))
    with pytest.raises(RefusedError):
        one.do("privacy", c.LiftHold(hold="h", reason="over"))
    one.do("legal", c.LiftHold(hold="h", reason="over"))
    with pytest.raises(RefusedError, match="no legal hold 'h' in force"):
        one.do("legal", c.LiftHold(hold="h", reason="over"))


def pull(one, name, *, first):
    body = {"call": name, "kind": "rollback", "arguments": {"component": "index"}, "reason": "changed at onset"}
    one.do("tech", c.RequestLever(**body))
    one.do("ic", c.ApproveLever(call=name))
    return one.do("tech", c.PullLever(**body, snapshot_first=first))


def test_a_snapshot_comes_before_the_lever_that_it_is_for():
    one = bench()
    taken, pulled = pull(one, "fix", first=True)
    assert (taken.type, pulled.type) == ("snapshot_taken", "lever_pulled")
    assert (taken.data["before"], taken.data["item"]) == ("fix", "fix-before")
    assert taken.data["configuration"] == {"versions": {"index": "new"}}
    one.do("scribe", c.AccessEvidence(item="fix-before", purpose="the file"))


def test_without_the_offer_taken_nothing_is_kept():
    assert [event.type for event in pull(bench(), "fix", first=False)] == ["lever_pulled"]


def test_forms_of_a_leak_between_tenants():
    value = {
        "trace": "r-1", "at_ms": 5, "dims": {"tenant": "t-04"}, "status": "served", "cached": False,
        "prompt": "where is my order", "output": "Omar Lowe (omar@lowe.io), order E695228, card 4000 0695 0787 0045",
        "passages": [
            {"id": "crm/E695228", "tenant": "t-09", "content": "Case E695228. Customer Omar Lowe <omar@lowe.io>"},
            {"id": "kb/1", "tenant": "t-04", "content": "Orders take five days."},
        ],
        "tool_calls": [{"name": "find", "arguments": {"who": "omar@lowe.io"}, "result": "E695228", "error": ""}],
        "versions": {"index": "new"}, "attributes": {"match": "Customer Omar Lowe <omar@lowe.io> of E695228, who wrote in on Monday", "n": 3},
    }  # fmt: skip
    made = forms(value, b"key")
    for form in ("redacted", "hash", "metadata"):
        for word in (
            b"Omar",
            b"Lowe",
            b"omar@",
            b"E695228",
            b"4000 0695",
            b"where is my order" if form != "redacted" else b"0045",
        ):
            assert word not in made[form], (form, word)
    assert json.loads(made["redacted"])["passages"][1]["content"] == "Orders take five days."
    assert json.loads(made["metadata"])["passages"] == [
        {"tenant": "t-09", "characters": 47},
        {"tenant": "t-04", "characters": 22},
    ]
    assert forms(value, b"other")["hash"] != made["hash"], "a hash without a key could be tried out"
