"""Whatever is done to a log before its head is named by the chain."""

import json
from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from hotwash.kernel.errors import TamperedError
from hotwash.kernel.event import GENESIS, Draft, Event, canonical, check_chain, digest, from_json, seal, seal_all

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
MS = st.integers(0, 10**13)
DRAFT = st.builds(
    Draft, type=TEXT, data=st.dictionaries(TEXT, JSON, max_size=3), drill_ms=MS, wall_ms=MS, seat=TEXT, person=TEXT
)
LOG = st.lists(DRAFT, min_size=1, max_size=6).map(lambda drafts: seal_all(drafts, "drill", 0, GENESIS, "c1", 0))


def named(log: list[Event]) -> str:
    """What the chain says is wrong; empty when it finds nothing."""
    try:
        check_chain(log)
    except TamperedError as found:
        return str(found)
    return ""


@given(LOG)
def test_a_log_as_it_was_written_is_whole(log):
    assert check_chain(log) == log[-1].hash
    lines = [canonical(event.to_json()) for event in log]
    assert [from_json(json.loads(line), n) for n, line in enumerate(lines, start=1)] == log


@given(LOG, st.data())
def test_a_change_of_any_single_byte_is_named(log, data):
    """Either the line is no event any more, or it is not canonical, or the chain names it."""
    place = data.draw(st.integers(0, len(log) - 1))
    line = bytearray(canonical(log[place].to_json()))
    at = data.draw(st.integers(0, len(line) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != line[at]))
    line[at] = byte
    try:
        event = from_json(json.loads(bytes(line)))
    except (ValueError, TamperedError):
        return
    found = named([*log[:place], event, *log[place + 1 :]])
    # A float may be spelt in two ways; then nothing that the event says has changed, and its line is not canonical.
    if not found:
        assert event == replace(log[place], position=0)
        assert canonical(event.to_json()) != bytes(line)
        return
    assert f"event {place + 1}" in found


@given(LOG, st.data())
def test_two_events_that_change_places_are_named(log, data):
    assume(len(log) > 1)
    one, other = sorted(data.draw(st.lists(st.integers(0, len(log) - 1), min_size=2, max_size=2, unique=True)))
    swapped = list(log)
    swapped[one], swapped[other] = log[other], log[one]
    assert f"event {one + 1} is missing" in named(swapped)


@given(LOG, st.data())
def test_a_removed_event_is_named_unless_it_is_the_tail(log, data):
    start = data.draw(st.integers(0, len(log) - 1))
    stop = data.draw(st.integers(start + 1, len(log)))
    cut = [*log[:start], *log[stop:]]
    if stop < len(log):
        assert named(cut).startswith(f"event {start + 1} is missing")
    else:
        assert not named(cut)
        assert check_chain(cut) != log[-1].hash, "a cut-off tail must be seen by its head"


@given(LOG, DRAFT, st.data())
def test_an_inserted_event_is_named(log, draft, data):
    """Forged as well as can be: sealed on the event before it, with the right version."""
    place = data.draw(st.integers(0, len(log) - 1))
    forged = seal(draft, "drill", place + 1, log[place - 1].hash if place else GENESIS, "c9")
    assert f"event {place + 1} " in named([*log[:place], forged, *log[place:]])


@given(LOG, DRAFT, st.data())
def test_a_replaced_event_is_named_by_the_one_that_follows(log, draft, data):
    assume(len(log) > 1)
    place = data.draw(st.integers(0, len(log) - 2))
    forged = seal(draft, "drill", place + 1, log[place - 1].hash if place else GENESIS, "c9")
    assume(forged.hash != log[place].hash)
    assert f"event {place + 2} " in named([*log[:place], forged, *log[place + 1 :]])


@given(JSON)
def test_canonical_json_is_a_fixed_point(value):
    text = canonical(value)
    assert canonical(json.loads(text)) == text
    assert digest(json.loads(text)) == digest(value)


@given(st.dictionaries(TEXT, JSON, max_size=6))
def test_the_order_of_keys_does_not_matter(value):
    assert canonical(dict(reversed(value.items()))) == canonical(value)
