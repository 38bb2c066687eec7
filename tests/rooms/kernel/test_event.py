"""Envelope, canonical JSON and chain by example; tests/properties/test_chain.py has the rest."""

import hashlib
import json
from dataclasses import replace

import pytest

from hotwash.kernel.errors import TamperedError
from hotwash.kernel.event import GENESIS, Draft, canonical, check_chain, digest, from_json, seal, seal_all


def chain(length: int, stream: str = "drill"):
    drafts = [Draft("noted", {"n": n}, n, n, "scribe", "Kim") for n in range(length)]
    return seal_all(drafts, stream, 0, GENESIS, "c1", 0)


def test_canonical_json_has_one_form():
    assert canonical({"b": [1, 2.5, None], "a": "é\n"}) == '{"a":"é\\n","b":[1,2.5,null]}'.encode()
    assert canonical({"x": 1, "y": 2}) == canonical({"y": 2, "x": 1})


@pytest.mark.parametrize(
    ("value", "error"),
    [(float("nan"), ValueError), (float("inf"), ValueError), ("\ud800", ValueError), ({1, 2}, TypeError)],
)
def test_what_json_does_not_have_is_refused(value: object, error: type):
    with pytest.raises(error):
        canonical({"x": value})


def test_the_hash_is_sha256_over_all_other_fields():
    """Recomputed here from nothing but the published rule, as a stranger would."""
    event = seal(Draft("noted", {"text": "é"}, 5, 6, "scribe", "Kim"), "drill", 3, "f" * 64, "c9")
    text = (
        '{"command_id":"c9","data":{"text":"é"},"drill_ms":5,"person":"Kim","previous":"' + "f" * 64 + '",'
        '"schema":1,"seat":"scribe","stream":"drill","type":"noted","version":3,"wall_ms":6}'
    )
    assert event.hash == hashlib.sha256(text.encode()).hexdigest()


def test_the_hash_of_a_fixed_event_never_changes():
    """Records that people keep depend on it."""
    assert chain(3)[-1].hash == "27bf5b4448853209746e46cf48465066aee7ab399fedc67b415349c60af77799"


def test_an_event_reads_back_from_its_log_line():
    for event in chain(3):
        assert from_json(json.loads(canonical(event.to_json())), event.position) == event


def test_a_draft_that_changes_after_sealing_changes_no_event():
    data = {"list": [1]}
    event = seal(Draft("noted", data, 0, 0, "scribe", "Kim"), "drill", 1, GENESIS, "c1")
    data["list"].append(2)
    assert event.data == {"list": [1]}


def test_data_is_sealed_as_json_reads_it_back():
    event = seal(Draft("noted", {"by": {10: "b", 9: "a"}, "pair": (1, 2)}, 0, 0, "s", "p"), "drill", 1, GENESIS, "c1")
    assert event.data == {"by": {"9": "a", "10": "b"}, "pair": [1, 2]}
    assert check_chain([from_json(json.loads(canonical(event.to_json())))]) == event.hash


def test_a_batch_is_one_chain_with_rising_positions():
    events = seal_all([Draft("noted", {}, 0, 0, "s", "p")] * 3, "drill", 4, "e" * 64, "c1", 10)
    assert [(event.version, event.position) for event in events] == [(5, 11), (6, 12), (7, 13)]
    assert [event.previous for event in events] == ["e" * 64, events[0].hash, events[1].hash]


def test_the_head_of_nothing_is_genesis():
    assert check_chain([]) == GENESIS


def resealed(event, **changes):
    """A forgery that fits itself."""
    body = {**event.to_json(), **changes}
    del body["hash"]
    return from_json({**body, "hash": digest(body)})


@pytest.mark.parametrize(
    ("forge", "said"),
    [
        (lambda log: [replace(log[0], person="Eve"), *log[1:]], "event 1 (noted) was changed"),
        (lambda log: [*log[:2], replace(log[2], version=9), *log[3:]], "event 3 (noted) was changed"),
        (lambda log: [*log[:1], *log[2:]], "event 2 is missing: the log goes on with event 3"),
        (lambda log: log[1:], "event 1 is missing"),
        (lambda log: [*log[:2], log[1], *log[2:]], "event 2 (noted) comes again where event 3 is due"),
        (lambda log: [*log[:2], resealed(log[2], person="Eve"), *log[3:]], "event 4 (noted) does not follow"),
        (
            lambda log: [*log[:2], resealed(log[2], stream="other"), *log[3:]],
            "event 3 (noted) belongs to stream 'other'",
        ),
        (lambda log: [replace(log[0], data={"n": float("nan")}), *log[1:]], "event 1 (noted) was changed"),
    ],
)
def test_the_first_event_that_does_not_fit_is_named(forge, said: str):
    with pytest.raises(TamperedError) as found:
        check_chain(forge(chain(5)))
    assert said in str(found.value)


def test_a_cut_off_tail_is_seen_by_the_head_alone():
    log = chain(5)
    assert check_chain(log[:3]) != check_chain(log)


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        "text",
        {},
        {**chain(1)[0].to_json(), "extra": 1},
        {**chain(1)[0].to_json(), "version": "1"},
        {**chain(1)[0].to_json(), "version": True},
        {**chain(1)[0].to_json(), "wall_ms": 1.0},
        {**chain(1)[0].to_json(), "data": []},
        {**chain(1)[0].to_json(), "seat": None},
    ],
)
def test_what_is_no_event_is_called_tampered(wrong):
    with pytest.raises(TamperedError):
        from_json(wrong)
