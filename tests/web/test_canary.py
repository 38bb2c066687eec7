"""Nothing that a player may not know reaches a browser: unique words are planted in every secret, and looked for everywhere."""

import re

import pytest
from pydantic import BaseModel

from hotwash import bootstrap
from hotwash.adapters.clock_manual import ManualClock
from hotwash.conductor.plan import PERSON, DrillPlan
from hotwash.drill import commands as c
from hotwash.kernel.clock import MINUTE
from hotwash.warroom.app import make_app
from hotwash.warroom.guard import Pace
from tests.support.serving import serving

pytestmark = pytest.mark.slow

PLANTED = re.compile(r"canary-\d+-\w+")
WORDS = {
    "subject", "body", "sender", "evaluator", "notes", "note", "what_happened", "clue", "found_in", "contained_means", "why",
    "what", "earns", "facilitator_guide",
}  # fmt: skip
DRILL = "planted"
UNTIL_MIN = 23


def plant(value, seen, path=""):
    """The same content with a unique word in each secret text. `seen`: word → where."""
    if isinstance(value, BaseModel):
        changes = {}
        for name in type(value).model_fields:
            inner = getattr(value, name)
            if isinstance(inner, str) and name in WORDS and inner:
                changes[name] = f"{mark(seen, f'{path}.{name}')} {inner}"
            elif name == "plan":
                changes[name] = [f"{mark(seen, f'{path}.plan')} {one}" for one in inner]
            elif isinstance(inner, BaseModel | list):
                changes[name] = plant(inner, seen, f"{path}.{name}")
        return value.model_copy(update=changes)
    if isinstance(value, list):
        return [plant(one, seen, f"{path}.{getattr(one, 'id', n)}") for n, one in enumerate(value)]
    return value


def mark(seen, path):
    word = f"canary-{len(seen)}-zq"
    seen[word] = path
    return word


@pytest.fixture(scope="module")
def planted(tmp_path_factory):
    """A drill with people in every seat, in play at a minute when some injects are out and others are not."""
    found, seen = bootstrap.content("cross-tenant-leak"), {}
    secret = plant(found.secret, seen)
    content = bootstrap.Content(found.kit, found.scenario, secret, found.spec, found.phrases)
    patch = pytest.MonkeyPatch()
    patch.setattr("hotwash.bootstrap.house.content", lambda *_args, **_kw: content)
    clock = ManualClock(1_800_000_000_000)
    house = bootstrap.House(tmp_path_factory.mktemp("house"), clock)
    seats = {seat: "expert" if seat in ("ml", "comms") else PERSON for seat in found.kit.roles.seats}
    house.plan(DrillPlan(drill=DRILL, title="A drill", scenario="cross-tenant-leak", seats=seats))
    patch.undo()
    live = house.open(DRILL).live
    for seat in seats:
        if seat not in ("ml", "comms"):
            act(live, seat, c.TakeSeat(seat=seat, person=f"P. {seat}", holder="person"), person=f"P. {seat}")
    act(live, "facilitator", c.StartDrill())
    act(live, "facilitator", c.NoteAsFacilitator(text=mark(seen, "note of the facilitator")))
    act(live, "facilitator", c.HoldInject(inject=found.secret.msel[-1].id, reason=mark(seen, "reason of a hold")))
    while live.now_ms < UNTIL_MIN * MINUTE:
        clock.set(max(clock.now(), live.wake_ms()))
        live.step()
    act(live, "observer", c.GiveRating(objective="o", rating="M", note=mark(seen, "note of an observer")))
    told = {e.data["inject"]: set(e.data["to"]) for e in live.session.events if e.type == "inject_delivered"}
    live.session.store.close()
    assert len(seen) > 120
    assert told
    assert set(told) < {one.id for one in secret.msel}
    with serving(house, pace=Pace(reads=1_000_000)) as running:
        yield running, seen, told


def act(live, seat, action, person=""):
    live.act(
        c.Command(id=f"{seat}-{live.session.state.version}", seat=seat, person=person or f"P. {seat}", action=action)
    )


def allowed(seen, told, seat):
    """Words of injects that reached a seat: subject, body and sender of what was delivered to it."""
    words = set()
    for word, path in seen.items():
        found = re.fullmatch(r"\.msel\.([\w-]+)\.(subject|body|sender)", path)
        if found and seat in told.get(found[1], ()):
            words.add(word)
    return words


def leaks(text, seen, fine=frozenset()):
    return {seen[word] for word in set(PLANTED.findall(text)) - set(fine)}


FILLED = {"token": "no-token", "paper": "causes", "ending": "md", "run": "0001", "file": "workflow.yml"}
"""What stands for the other parts of addresses; a route with a part that is not here fails the walk."""


def addresses(house, who):
    """Every address of the application that is read, filled in for one place; none is left out by hand."""
    for route in make_app(house).routes:
        methods = getattr(route, "methods", None) or {"GET"}
        if "GET" in methods and hasattr(route, "path_format") and not route.path.startswith("/static"):
            yield route.path_format.format(drill=DRILL, who=who, **FILLED)


SEATS = ("ic", "tech", "ml", "scribe", "comms", "legal", "privacy")


@pytest.mark.parametrize("seat", SEATS)
def test_no_page_fragment_or_stream_of_a_seat_holds_a_secret(planted, seat):
    running, seen, told = planted
    player, fine = running.visit(DRILL, seat), allowed(seen, told, seat)
    read = 0
    for place in (seat, *SEATS, "facilitator", "observer", "control"):
        for path in addresses(running.house, place):
            if path.endswith("/stream"):
                continue
            status, text, headers = player.get(path)
            assert status != 429, "a walk that is turned away finds nothing"
            read += status == 200
            assert not leaks(text + str(headers), seen, fine), path
            if f"/as/{place}" in path and place != seat:
                assert status == 403, path
    assert read >= 4
    heard = player.listen(f"/drills/{DRILL}/as/{seat}/stream?after=0", "event: clock")
    assert "hx-partial" in heard
    assert not leaks(heard, seen, fine)
    assert bool(fine) == bool(PLANTED.findall(heard))
    positions = [int(one) for one in re.findall(r'id="t(\d+)"', heard)]
    assert sorted(positions) == list(range(1, len(positions) + 1)), "gaps would tell of hidden events"


def test_answers_to_commands_hold_no_secret(planted):
    running, seen, told = planted
    player, fine = running.visit(DRILL, "tech"), allowed(seen, told, "tech")
    base = f"/drills/{DRILL}/as/tech/act"
    forms = [
        {"do": "run_query", "flag": "pii_hits", "limit": "40"},
        {"do": "run_query", "asks": "moved", "limit": "1"},
        {"do": "run_query", "asks": "moved", "limit": "1", "flag": "pii_hits"},
        {"do": "run_suite", "suite": "smoke", "trials": "50"},
        {"do": "take_snapshot"},
        {"do": "trigger_inject", "inject": "support-first-odd-answer"},
        {"do": "send_message", "text": "hello", "in_reply_to": "no-such-inject"},
        {"do": "collect_evidence", "kind": "message", "ref": "regulator-asks"},
        {"do": "give_rating", "objective": "x", "rating": "P"},
        {"do": "discount_rating", "rating": "3", "reason": "x"},
        {"do": "improvise_inject", "sender": "x", "channel": "chat", "to": "ic", "subject": "s", "body": "b"},
        {"do": "jump_to", "to_ms": "59"},
        {"do": "no_such_command"},
    ]
    found = []
    for form in forms:
        for accept in ("text/html", "application/json"):
            _, text, headers = player.post(base, form, accept=accept, hx_request="true")
            assert not leaks(text + str(headers), seen, fine), form
            found += re.findall(r'name="trace" value="([^"]+)"', text)
    assert found
    for trace in found[:5]:
        _, text, _ = player.post(base, {"do": "open_trace", "trace": trace, "purpose": "triage"}, hx_request="true")
        assert "Prompt" in text
        assert not leaks(text, seen, fine)
        assert "cross_tenant_content" not in text


def test_what_moved_is_answered_without_a_word_of_the_world(planted):
    running, seen, told = planted
    player, world = running.visit(DRILL, "tech"), bootstrap.content("cross-tenant-leak").secret.world
    path, form = f"/drills/{DRILL}/as/tech/act", {"do": "run_query", "asks": "moved", "limit": "1"}
    status, text, headers = player.post(path, form, hx_request="true")
    assert status == 200
    assert "pii hits" in text
    assert not leaks(text + str(headers), seen, allowed(seen, told, "tech"))
    secret = {one.id for one in world.faults} | {one.note for one in (*world.faults, *world.distractors) if one.note}
    assert len(secret) > 2
    assert not [one for one in secret if one in text]
    for word in ("false_block", "adversarial", "harm", "fault", "latent", "onset_min"):
        assert word not in text.lower(), word


def test_an_undelivered_inject_cannot_be_told_from_one_that_does_not_exist(planted):
    running, _, told = planted
    player = running.visit(DRILL, "legal")
    hidden = next(one.id for one in bootstrap.content("cross-tenant-leak").secret.msel if one.id not in told)
    said = [
        player.post(
            f"/drills/{DRILL}/as/legal/act", {"do": "send_message", "text": "x", "in_reply_to": name}, hx_request="1"
        )[1]
        for name in (hidden, "made-up")
    ]
    assert said[0].replace(hidden, "?") == said[1].replace("made-up", "?")


def test_nobody_in_particular_gets_nothing(planted):
    running, seen, _ = planted
    stranger = type(running.visit(DRILL, "ic"))(running.port)
    for place in (*SEATS, "facilitator", "observer"):
        for path in addresses(running.house, place):
            status, text, headers = stranger.get(path)
            assert status != 429, "a walk that is turned away finds nothing"
            assert not leaks(text + str(headers), seen), path
            assert status != 200 or path in ("/login", "/health"), path


def test_exercise_control_and_observers_do_see_secrets_so_that_the_search_above_can_find_some(planted):
    running, seen, _ = planted
    status, text, _ = running.visit().get(f"/drills/{DRILL}/as/facilitator")
    assert status == 200, text
    shown = leaks(text, seen)
    assert any(one.endswith("what_happened") for one in shown)
    assert any(one.startswith(".msel") for one in shown)
    _, text, _ = running.visit(DRILL, "observer").get(f"/drills/{DRILL}/as/observer")
    assert any(one.endswith("evaluator") for one in leaks(text, seen))
