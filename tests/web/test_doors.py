"""Who comes in, from where, with how much: links, sessions, origins, sizes, rates, headers."""

import re
from pathlib import Path

import pytest

from hotwash import bootstrap
from hotwash.adapters.clock_manual import ManualClock
from hotwash.conductor.plan import PERSON, DrillPlan
from hotwash.warroom.door import DAY_MS, Door, NoEntryError
from hotwash.warroom.guard import LARGEST_BODY, Pace
from tests.support.patience import PATIENCE_S
from tests.support.serving import Visit, serving

START = 1_800_000_000_000
OTHERS = ("tech", "ml", "scribe", "comms", "legal", "privacy")


def planned(folder, clock, **seats):
    house = bootstrap.House(folder, clock)
    everybody = dict.fromkeys(house.kit.roles.seats, PERSON)
    house.plan(DrillPlan(drill="first", title="First", scenario="order-number-alarm", seats={**everybody, **seats}))
    return house


@pytest.fixture(scope="module")
def clock():
    return ManualClock(START)


@pytest.fixture(scope="module")
def running(tmp_path_factory, clock):
    with serving(planned(tmp_path_factory.mktemp("house"), clock), pace=Pace(passwords=100)) as found:
        found.house.access.set_password("correct horse")
        yield found


# ── links ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_looking_at_a_link_does_not_use_it_up_and_a_second_browser_is_turned_away(running):
    token = running.door.invite("first", "ic")
    robot, ann, bob = Visit(running.port), Visit(running.port), Visit(running.port)
    status, text, _ = robot.get(f"/join/{token}")
    assert (status, "Incident Commander" in text) == (200, True)
    assert ann.post(f"/join/{token}", {"person": "Ann"})[0] == 303
    assert ann.get("/drills/first/as/ic")[0] == 200
    status, text, _ = bob.post(f"/join/{token}", {"person": "Bob"})
    assert (status, "Another browser" in text) == (403, True)
    assert bob.get("/drills/first/as/ic")[0] == 403
    assert ann.post(f"/join/{token}", {"person": "Ann"})[0] == 303, "the same browser may come again"


def test_a_link_for_many_lets_many_in_and_a_seat_keeps_its_first_holder(running):
    token = running.door.invite("first", "scribe", many=True)
    visits = [Visit(running.port) for _ in range(3)]
    for number, visit in enumerate(visits):
        assert visit.post(f"/join/{token}", {"person": f"S{number}"})[0] == 303
    _, text, _ = visits[2].get("/drills/first/as/scribe")
    assert "held by S0" in text


@pytest.mark.parametrize("token", ["", "x", "IjEyMyI.abc", "IjVmMzAy.9spPXk3GChN3L2U5DiCNjMMlqaY"])
def test_a_forged_link_opens_nothing(running, token):
    status, text, _ = Visit(running.port).post(f"/join/{token}", {"person": "Eve"})
    assert status in (403, 404)
    assert "Take this place" not in text


def test_links_end_when_they_expire_and_when_they_are_revoked(tmp_path):
    clock = ManualClock(START)
    door = Door(planned(tmp_path, clock))
    first, second = door.invite("first", "ic"), door.invite("first", "tech")
    assert door.read(first)[1:] == ("first", "ic")
    door._house.access.revoke(door.read(second)[0], clock.now())
    with pytest.raises(NoEntryError, match="replaced"):
        door.read(second)
    clock.advance(8 * DAY_MS)
    with pytest.raises(NoEntryError, match="expired"):
        door.read(first)


def test_revoking_a_link_turns_out_who_came_in_by_it(running):
    player, control = running.visit("first", "legal"), running.visit()
    assert player.get("/drills/first/as/legal")[0] == 200
    link = next(one for one in running.house.access.links("first") if one.who == "legal")
    assert control.post("/drills/first/invite", {"deed": "revoke", "link": link.id, "who": "legal"})[0] == 303
    status, text, _ = player.get("/drills/first/as/legal")
    assert (status, "not yours" in text) == (403, True)


def test_only_digests_of_secrets_are_kept(running):
    visit = running.visit("first", "comms", "Kim")
    secret = visit.cookie.split("=", 1)[1].encode()
    kept = b"".join(path.read_bytes() for path in Path(running.house._files.folder).glob("access.sqlite*"))
    assert b"Kim" in kept
    assert secret not in kept
    assert b"correct horse" not in kept
    assert (running.house._files.folder / "key").stat().st_mode & 0o077 == 0
    assert (running.house._files.folder / "access.sqlite").stat().st_mode & 0o077 == 0


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(running, tmp_path):
    _, _, headers = Visit(running.port).post(f"/join/{running.door.invite('first', 'privacy')}", {"person": "P"})
    assert {"httponly", "samesite=lax"} <= set(headers["set-cookie"].lower().replace(" ", "").split(";"))
    with serving(planned(tmp_path, ManualClock(START)), secure=True) as secured:
        _, _, headers = Visit(secured.port).post(f"/join/{secured.door.invite('first', 'ic')}", {"person": "P"})
        assert headers["set-cookie"].startswith("__Host-hotwash=")
        assert "secure" in headers["set-cookie"].lower()


def test_facilitators_sign_in_with_the_password_and_nothing_else(running):
    visit = Visit(running.port)
    status, text, headers = visit.post("/login", {"person": "F", "password": "wrong"})
    assert (status, "That is not the facilitators" in text, "set-cookie" in headers) == (403, True, False)
    assert visit.get("/drills")[0] == 403
    assert visit.post("/login", {"person": "F", "password": "correct horse"})[0] == 303
    assert visit.get("/drills")[0] == 200


def test_signing_out_ends_the_session_on_the_server_too(running):
    visit = running.visit()
    stolen = Visit(running.port, visit.cookie)
    assert stolen.get("/drills")[0] == 200
    assert visit.post("/logout")[0] == 303
    assert stolen.get("/drills")[0] == 403


def test_a_secret_that_somebody_else_put_into_the_browser_is_not_taken_on(running):
    visit = Visit(running.port, "hotwash=chosen-by-somebody-else")
    assert visit.post(f"/join/{running.door.invite('first', 'ic', many=True)}", {"person": "Ann"})[0] == 303
    assert "chosen-by-somebody-else" not in visit.cookie
    assert Visit(running.port, "hotwash=chosen-by-somebody-else").get("/drills/first/as/ic")[0] == 403


@pytest.mark.parametrize(
    ("to", "where"),
    [("/drills/first/as/facilitator", "/drills/first/as/facilitator"), ("//evil.example", "/drills"), ("https://evil.example", "/drills"),
     ("/drills/\\evil", "/drills"), ("/logout", "/drills")],
)  # fmt: skip
def test_a_link_leads_on_to_our_own_pages_alone(running, to, where):
    visit = Visit(running.port)
    token = running.door.invite("*", "facilitator")
    assert visit.post(f"/join/{token}?to={to}", {"person": "F"})[2]["location"] == where


# ── the guard ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec_fetch_site": "cross-site"}, 403),
        ({"sec_fetch_site": "same-site"}, 403),
        ({"sec_fetch_site": "same-origin"}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({}, 200),
    ],
)
def test_forms_are_taken_from_our_own_pages_alone(running, headers, status):
    player = running.visit("first", "ml")
    form = {"do": "check_comms"}
    said = player.post("/drills/first/as/ml/act", form, accept="application/json", **headers)
    assert said[0] == status, said


def test_a_form_from_our_own_address_is_taken_where_browsers_say_no_more(running):
    player = running.visit("first", "tech")
    said = player.post(
        "/drills/first/as/tech/act", {"do": "check_comms"}, accept="application/json", origin=running.address
    )
    assert said[0] == 200


def test_too_much_at_once_is_refused_with_and_without_a_declared_length(running):
    player = running.visit("first", "observer")
    status, text, _ = player.post("/drills/first/as/observer/act", {"do": "raise_finding", "text": "x" * LARGEST_BODY})
    assert (status, "shorten it" in text) == (413, True)
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=PATIENCE_S)
    connection.putrequest("POST", "/drills/first/as/observer/act")
    for name, value in (
        ("cookie", player.cookie),
        ("transfer-encoding", "chunked"),
        ("content-type", "application/x-www-form-urlencoded"),
    ):
        connection.putheader(name, value)
    connection.endheaders()
    try:
        for _ in range(40):
            connection.send(b"4000\r\n" + b"a" * 0x4000 + b"\r\n")
        connection.send(b"0\r\n\r\n")
        assert connection.getresponse().status >= 400
    except (ConnectionError, http.client.HTTPException):
        pass  # cut off while it was still sending, which is as good
    connection.close()
    assert player.get("/health")[0] == 200


def test_passwords_are_tried_ten_times_a_minute_and_no_more(tmp_path):
    with serving(planned(tmp_path, ManualClock(START))) as found:
        statuses = [Visit(found.port).post("/login", {"person": "x", "password": str(n)})[0] for n in range(12)]
        assert statuses[:10] == [403] * 10
        assert statuses[10:] == [429, 429]
        another = Visit(found.port).post("/login", {"person": "x", "password": "12"}, x_forwarded_for="198.51.100.7")[0]
        assert another == 429, "no proxy stands in front: nobody says where a request comes from but the connection"
        assert Visit(found.port).get("/login")[0] == 200


def test_it_answers_to_its_own_names_alone(tmp_path):
    with serving(planned(tmp_path, ManualClock(START)), hosts=("127.0.0.1", "drills.example")) as found:
        visit = Visit(found.port)
        assert visit.get("/health", host="drills.example:443")[0] == 200
        status, text, _ = visit.get("/health", host="rebound.example")
        assert (status, "--name" in text or "--host" in text) == (400, True)


def test_every_answer_keeps_to_itself(running):
    control = running.visit()
    for path in (
        "/login",
        "/drills",
        "/drills/first/as/facilitator",
        "/drills/none",
        "/nowhere",
        "/static/room.js",
        "/health",
    ):
        _, _, headers = control.get(path)
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert ("no-store" in headers.get("cache-control", "")) != path.startswith("/static/"), path


def test_what_is_vendored_is_what_it_says():
    import hashlib
    import json

    folder = Path(bootstrap.__file__).parents[1] / "warroom" / "static" / "vendor"
    listed = json.loads((folder / "VENDORED.json").read_text())
    assert {one["file"] for one in listed} == {path.name for path in folder.glob("*.js")}
    for one in listed:
        assert hashlib.sha256((folder / one["file"]).read_bytes()).hexdigest() == one["sha256"], one["file"]
        assert list(folder.glob(f"{one['package'].split('.')[0]}-LICENSE.txt")), one["package"]


# ── lobby ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_plan_that_cannot_be_played_says_why_and_keeps_what_was_typed(running):
    control = running.visit()
    base = {"title": "Second drill", "scenario": "cross-tenant-leak", "seed": "7"}
    status, text, _ = control.post("/drills/new", {**base, "minutes": "15"})
    assert status == 422
    assert "needs at least" in text
    assert 'value="Second drill"' in text
    status, text, _ = control.post("/drills/new", {**base, "scenario": "no-such"})
    assert status == 422


def test_a_plan_becomes_links_with_codes_and_a_calendar_file(running):
    control = running.visit()
    form = {"title": "Étude; one, two", "scenario": "order-number-alarm", "seed": "3", "minutes": "45", "when": "2027-03-01T10:00", "card": ["holiday-staffing"],
            "seat.ml": "expert", "rules": "Nobody works late."}  # fmt: skip
    _, _, headers = control.post("/drills/new", form)
    where = headers["location"]
    _, text, _ = control.get(where)
    links = re.findall(r'value="(http[^"]+/join/[^"]+)"', text)
    assert len(links) == 7, "six people and the observers"
    assert text.count("data:image/svg+xml") >= 7
    row = control.get("/drills")[1].partition('id="drill-')[2].partition("</tr>")[0]
    assert "planned" in row
    assert "2027-03-01 10:00 UTC" in row
    _, text, headers = control.get(where.replace("/invite", "/calendar.ics"))
    assert headers["content-type"].startswith("text/calendar")
    assert "EXERCISE" in headers["content-disposition"]
    lines = text.replace("\r\n ", "").split("\r\n")
    assert "SUMMARY:EXERCISE: Étude\\; one\\, two" in lines
    assert "DTSTART:20270301T100000Z" in lines
    assert "DTEND:20270301T111500Z" in lines
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert not re.search(r"join/", text)


# ── acting ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_retry_is_done_once_and_a_refusal_changes_nothing(tmp_path):
    with serving(planned(tmp_path, ManualClock(START), **dict.fromkeys(OTHERS, "does-nothing"))) as found:
        control, player = found.visit(), found.visit("first", "ic", "Ann")
        act, control_act = "/drills/first/as/ic/act", "/drills/first/as/facilitator/act"
        status, text, _ = control.post(control_act, {"do": "start_drill"}, accept="application/json")
        assert status == 200, text
        form = {"do": "send_message", "text": "<script>alert(1)</script> & more", "command": "same"}
        for _ in range(3):
            assert player.post(act, form, accept="application/json")[0] == 200
        _, text, _ = player.get("/drills/first/as/ic")
        assert text.count("&lt;script&gt;alert(1)&lt;/script&gt; &amp; more") == 2, (
            "once in the messages, once in the timeline"
        )
        assert "<script>alert" not in text
        status, text, headers = player.post(act, {"do": "take_snapshot"}, accept="application/json")
        assert (status, headers["x-hotwash-refused"]) == (422, "1")
        assert "could be done by" in text
        status, text, _ = player.post(act, {"do": "end_drill", "reason": "x"}, hx_request="true")
        assert (status, "exercise control" in text) == (200, True)


def test_a_place_is_acted_in_by_those_who_hold_it(running):
    control, observer = running.visit(), running.visit("first", "observer", "Olga")
    for path in ("/drills/first/as/ic", "/drills/first/as/facilitator"):
        assert observer.get(path)[0] == 403
        assert observer.post(f"{path}/act", {"do": "send_message", "text": "x"})[0] == 403
    status, text, _ = control.post("/drills/first/as/ic/act", {"do": "check_comms"})
    assert (status, "over a shoulder" in text) == (403, True)
    assert control.get("/drills/first/as/nobody")[0] == 403
    assert control.get("/drills/nothing/as/ic")[0] == 404
