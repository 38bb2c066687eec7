"""Evidence in the war room: every seat tries every read that is not its own, by page, command and stream; nothing of it is in a log."""

import logging
import re

import pytest

from hotwash import bootstrap
from hotwash.adapters.clock_manual import ManualClock
from hotwash.conductor.plan import DrillPlan
from hotwash.drill import commands as c
from hotwash.kernel.clock import MINUTE
from hotwash.warroom import logs
from hotwash.warroom.guard import Pace
from hotwash.warroom.logs import keep_words_out, safe_path, where
from tests.support.serving import serving

pytestmark = pytest.mark.slow

SEATS = ("ic", "tech", "ml", "scribe", "comms", "legal", "privacy")
NOT_RAW, NOT_REDACTED = ("ic", "scribe", "comms"), ("comms",)
RAW = re.compile(r"[\w.]+@example\.com")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """A drill in play at a minute when traces with personal data are kept; then people take every seat."""
    clock = ManualClock(1_800_000_000_000)
    house = bootstrap.House(tmp_path_factory.mktemp("house"), clock)
    house.plan(DrillPlan(drill="mid", title="Mid", scenario="cross-tenant-leak", seats=dict.fromkeys(SEATS, "expert")))
    live = house.open("mid").live
    give(live, c.StartDrill())
    while live.now_ms < 24 * MINUTE:
        clock.set(max(clock.now(), live.wake_ms()))
        live.step()
    for seat in SEATS:
        give(live, c.TakeSeat(seat=seat, person=f"P. {seat}", holder="person"))
    live.session.store.close()
    with serving(house, pace=Pace(reads=10**6, writes=10**6, links=10**6)) as found:
        yield found, {seat: found.visit("mid", seat, f"P. {seat}") for seat in SEATS}


def give(live, action):
    live.act(c.Command(id=f"f-{live.session.state.version}", seat="facilitator", person="Fay", action=action))


def items(page):
    return re.findall(r'id="e-([\w-]+)"', page)


def act(visit, seat, **form):
    return visit.post(f"/drills/mid/as/{seat}/act", form, accept="application/json")


@pytest.mark.parametrize("seat", SEATS)
def test_no_seat_reads_evidence_that_is_not_its_own(running, seat, caplog):
    _, visits = running
    caplog.set_level(logging.DEBUG)
    mine = visits[seat]
    status, page, _ = mine.get(f"/drills/mid/as/{seat}")
    assert status == 200
    kept = [one for one in items(page) if one.startswith("tech-trace")]
    assert kept, "the technical lead kept them"
    heard = mine.listen(f"/drills/mid/as/{seat}/stream?after=0", "event: clock")
    assert not RAW.search(page + heard), "a reference is no content"
    for form, refused in (("raw", NOT_RAW), ("redacted", NOT_REDACTED)):
        status, text, _ = mine.post(
            f"/drills/mid/as/{seat}/act", {"do": "access_evidence", "item": kept[0], "in_form": form, "purpose": f"{seat} wants {form}"},
            hx_request="true",
        )  # fmt: skip
        assert ("is not shown to" in text) == (seat in refused), text
        assert bool(RAW.search(text)) == (form == "raw" and seat not in refused)
        told = mine.get(f"/drills/mid/as/{seat}")[1]
        assert f"{seat} wants {form}" in told, "the attempt is on record for everybody"
    for other in SEATS:
        if other != seat:
            for answer in (
                mine.get(f"/drills/mid/as/{other}"),
                mine.get(f"/drills/mid/as/{other}/stream?after=0"),
                mine.get(f"/drills/mid/as/{other}/timeline?before=400"),
                act(mine, other, do="access_evidence", item=kept[0], in_form="raw", purpose="as another"),
            ):
                assert answer[0] == 403, other
                assert not RAW.search(answer[1])
    refusals = [one.getMessage() for one in caplog.records if one.getMessage().startswith("refused: ")]
    assert len(refusals) >= 4 * (len(SEATS) - 1), "each attempt is in the application's log"
    assert not RAW.search(caplog.text)


def test_words_of_people_stay_out_of_every_log(running, caplog, monkeypatch):
    """Canaries in forms, paths and errors, and everything that was logged at any level."""
    _, visits = running
    caplog.set_level(logging.DEBUG)
    mine = visits["tech"]
    act(mine, "tech", do="send_message", text="canary-a1 of a person")
    act(mine, "tech", do="run_query", flag="canary-b2")
    act(mine, "tech", do="write_draft", template="canary-c3", text="canary-d4")
    act(mine, "tech", do="run_suite", suite="smoke", trials="canary-e5")
    mine.get("/join/canary-f6")
    mine.get("/drills/canary-g7/as/tech")
    monkeypatch.setattr("hotwash.warroom.room.signals", fail)
    assert mine.get("/drills/mid/as/tech/signals?dim=canary-h8")[0] == 500
    text = caplog.text
    assert "request failed: GET /drills/mid/as/tech/signals" in text
    assert "builtins.ValueError" in text
    assert "test_evidence.py" in text, "the place in the code is there"
    assert set(re.findall(r"canary-\w+", text)) <= {"canary-g7"}, "a drill's id in a path is no word of anybody"


def fail(*_args, **_kw):
    try:
        raise KeyError("canary-inner secret")
    except KeyError as first:
        raise ValueError("canary-outer secret") from first


def test_an_error_is_told_by_type_and_place():
    try:
        fail()
    except ValueError as error:
        told = where(error)
    assert "builtins.KeyError" in told
    assert "builtins.ValueError" in told
    assert "secret" not in told


def test_the_servers_own_loggers_write_no_words(caplog):
    keep_words_out()
    keep_words_out()
    for name in logs.LOGGERS:
        logger = logging.getLogger(name)
        assert sum(isinstance(one, logs.Wordless) for one in logger.filters) == 1
        try:
            fail()
        except ValueError:
            logger.exception("it failed")
    mine = [logging.Formatter().format(one) for one in caplog.records if one.getMessage() == "it failed"]
    assert [one.count("builtins.ValueError") for one in mine] == [1, 1, 1]
    assert "secret" not in caplog.text


def test_a_link_is_no_part_of_a_logged_path():
    assert safe_path("/join/abc.def") == "/join/…"
    assert safe_path("/drills/one") == "/drills/one"


def test_what_a_suite_found_is_said_where_it_was_asked_for(running):
    _, everybody = running
    said = everybody["ml"].post("/drills/mid/as/ml/act", {"do": "run_suite", "suite": "smoke", "trials": "50"}, accept="application/json")[1]  # fmt: skip
    found = re.search(r"Smoke: (\d+ of \d+) failed; at most [\d.]+ % with 95 % confidence", said)
    assert found, said
    page = everybody["ml"].get("/drills/mid/as/ml")[1]
    assert found[1] in page and page.index("Suites that were run") < page.index("<caption>Locker")
