"""What every event store must do."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from typing import Any

from hotwash.kernel.errors import StaleVersionError
from hotwash.kernel.event import Draft, Event, check_chain
from hotwash.ports.store import EventStore

ODD: Mapping[str, Any] = {
    "text": 'quote " slash \\ NUL \x00 line \u2028 emoji 🧯 combining e\u0301',
    "numbers": [0, -1, 2**63, 2**80, 0.1, 1e-7, -0.0, 1e300],
    "nothing": None,
    "truth": [True, False],
    "nested": {"b": {}, "a": [[], ""], "é": 1, "e": 2},
}
"""Data that stores tend to change: escapes, numbers beyond 64 bits, floats, empty things, order of keys."""


def draft(name: str = "noted", **data: object) -> Draft:
    """A draft to append; what it says does not matter to a store."""
    return Draft(type=name, data=data, drill_ms=1_000, wall_ms=2_000, seat="scribe", person="Kim")


class StoreConformance(ABC):
    """Subclass it and say how to make an empty store. The suite closes what it opens."""

    @abstractmethod
    def make(self) -> EventStore:
        """A store without events that nobody else uses."""

    def test_an_event_is_stored_as_it_was_drafted(self) -> None:
        with closing(self.make()) as store:
            (event,) = store.append("drill", 0, [draft("noted", text="hello")], "c1")
            assert (event.stream, event.version, event.command_id) == ("drill", 1, "c1"), (
                f"the envelope is wrong: {event}"
            )
            told = (event.type, event.data, event.drill_ms, event.wall_ms, event.seat, event.person, event.schema)
            assert told == ("noted", {"text": "hello"}, 1_000, 2_000, "scribe", "Kim", 1), (
                f"the draft was changed: {told}"
            )
            assert store.read("drill") == [event], "append returned another event than read does"

    def test_odd_data_reads_back_equal_and_in_the_same_hash(self) -> None:
        with closing(self.make()) as store:
            (event,) = store.append("drill", 0, [draft(**ODD)], "c1")
            (found,) = store.read("drill")
            assert found.data == ODD, f"data changed in the store: {found.data}"
            assert found == event, "append returned another event than read does"
            check_chain([found])

    def test_keys_that_are_numbers_read_back_as_they_were_hashed(self) -> None:
        with closing(self.make()) as store:
            (event,) = store.append("drill", 0, [draft(by_minute={9: "a", 10: "b"})], "c1")
            assert event.data == {"by_minute": {"9": "a", "10": "b"}}, (
                f"append returned what JSON cannot hold: {event.data}"
            )
            check_chain(store.read("drill"))

    def test_a_stream_is_a_chain_from_version_one(self) -> None:
        with closing(self.make()) as store:
            for version in range(0, 10, 2):
                store.append("drill", version, [draft(n=version), draft(n=version + 1)], f"c{version}")
                store.append("other", version // 2, [draft()], f"c{version}")
            events = store.read("drill")
            assert [event.version for event in events] == list(range(1, 11)), (
                "versions do not count from 1 without a gap"
            )
            assert [event.data["n"] for event in events] == list(range(10)), (
                "events are not in the order of their drafts"
            )
            assert check_chain(events) == events[-1].hash, "the head is not the last event's hash"
            check_chain(store.read("other"))

    def test_reading_starts_after_a_version(self) -> None:
        with closing(self.make()) as store:
            store.append("drill", 0, [draft(), draft(), draft()], "c1")
            assert [event.version for event in store.read("drill", after=1)] == [2, 3], (
                "read(after=1) skips version 1 alone"
            )
            assert store.read("drill", after=3) == [], "after the last version there is nothing"
            assert store.read("unknown") == [], "an unknown stream is empty"

    def test_a_stale_version_is_refused_and_changes_nothing(self) -> None:
        with closing(self.make()) as store:
            store.append("drill", 0, [draft(), draft()], "c1")
            for expected in (0, 1, 3, -1):
                actual = _refused_at(partial(store.append, "drill", expected, [draft()], f"late-{expected}"))
                assert actual == 2, f"appending at version {expected} of 2 gave {actual}, not StaleVersionError at 2"
            assert _refused_at(lambda: store.append("new", 1, [draft()], "c2")) == 0, "a new stream is at version 0"
            assert len(store.read_all()) == 2, "a refused append stored something"
            assert store.streams() == ["drill"], "a refused append made a stream"

    def test_a_command_is_stored_once(self) -> None:
        with closing(self.make()) as store:
            first = store.append("drill", 0, [draft(n=1), draft(n=2)], "c1")
            store.append("drill", 2, [draft(n=3)], "c2")
            for expected in (0, 2, 3, 9):
                again = store.append("drill", expected, [draft(n=4)], "c1")
                assert again == first, "a command that was stored before did not return its first events"
            assert len(store.read("drill")) == 3, "a repeated command was stored again"

    def test_command_ids_belong_to_their_stream(self) -> None:
        with closing(self.make()) as store:
            store.append("drill", 0, [draft()], "c1")
            (event,) = store.append("other", 0, [draft()], "c1")
            assert event.stream == "other", "a command of another stream was taken for this one's"

    def test_a_command_needs_an_id(self) -> None:
        with closing(self.make()) as store:
            refused = _raises(partial(store.append, "drill", 0, [draft()], ""), ValueError)
            assert refused, "an empty command id was taken: the second one would be lost as a retry of the first"

    def test_no_drafts_store_nothing(self) -> None:
        with closing(self.make()) as store:
            assert store.append("drill", 0, [], "c1") == [], "no drafts became events"
            assert _refused_at(lambda: store.append("drill", 5, [], "c2")) == 0, "a stale version passed without drafts"
            assert store.streams() == [], "no drafts made a stream"

    def test_all_events_of_an_append_land_or_none(self) -> None:
        with closing(self.make()) as store:
            store.append("drill", 0, [draft()], "c1")
            for name, wrong in {"nan": float("nan"), "object": object(), "surrogate": "\ud800"}.items():
                drafts = [draft(n=1), draft(n=wrong), draft(n=3)]
                refused = _raises(partial(store.append, "drill", 1, drafts, name), TypeError, ValueError)
                assert refused, f"data that JSON does not have ({name}) was stored"
                assert len(store.read("drill")) == 1, f"half an append was stored ({name})"
            store.append("drill", 1, [draft()], "nan")
            check_chain(store.read("drill"))

    def test_positions_rise_over_all_streams(self) -> None:
        with closing(self.make()) as store:
            _fill(store)
            everything = store.read_all()
            positions = [event.position for event in everything]
            assert positions == sorted(set(positions)), f"positions do not strictly rise: {positions}"
            assert positions[0] > 0, "position 0 stands for the start and is nobody's"
            assert len(everything) == 12, f"read_all gave {len(everything)} of 12 events"
            for stream in ("a", "b", "c"):
                assert store.read(stream) == [event for event in everything if event.stream == stream], (
                    "read and read_all disagree about an event"
                )

    def test_reading_on_from_any_position_misses_nothing(self) -> None:
        with closing(self.make()) as store:
            _fill(store)
            everything = store.read_all()
            for limit in (1, 3, 5, 100):
                pages, after = list[Event](), 0
                while (page := store.read_all(after=after, limit=limit)) and len(pages) <= len(everything):
                    assert len(page) <= limit, f"read_all gave {len(page)} events for a limit of {limit}"
                    pages, after = pages + page, page[-1].position
                assert pages == everything, f"pages of {limit} are not the whole"

    def test_streams_come_in_order_of_their_first_event(self) -> None:
        with closing(self.make()) as store:
            for name in ("b", "c", "a"):
                store.append(name, 0, [draft()], "c1")
            store.append("a", 1, [draft()], "c2")
            assert store.streams() == ["b", "c", "a"], f"streams are {store.streams()}"

    def test_nobody_changes_an_event_from_outside(self) -> None:
        with closing(self.make()) as store:
            data: dict[str, Any] = {"list": [1]}
            (event,) = store.append("drill", 0, [Draft("noted", data, 0, 0, "scribe", "Kim")], "c1")
            data["list"].append(2)
            event.data["list"].append(3)
            (found,) = store.read("drill")
            found.data["list"].append(4)
            check_chain(store.read("drill"))
            assert store.read("drill")[0].data == {"list": [1]}, "somebody who held an event changed it in the store"

    def test_one_of_many_threads_wins_each_version(self) -> None:
        with closing(self.make()) as store:
            won: list[tuple[int, int]] = []

            def race(me: int) -> None:
                for version in range(20):
                    barrier.wait()
                    mine = partial(store.append, "drill", version, [draft(who=me)], f"c{me}-{version}")
                    if _refused_at(mine) is None:
                        won.append((version, me))

            barrier = threading.Barrier(4)
            _together([partial(race, me) for me in range(4)], barrier)
            events = store.read("drill")
            assert sorted(won) == [(n, event.data["who"]) for n, event in enumerate(events)], "not one winner a version"
            assert len(events) == 20, f"{len(events)} events where 20 versions were raced for"
            check_chain(events)

    def test_a_command_sent_by_many_threads_is_stored_once(self) -> None:
        with closing(self.make()) as store:
            got: list[list[Event]] = []
            _together([lambda: got.append(store.append("drill", 0, [draft(), draft()], "c1"))] * 4)
            assert len(store.read("drill")) == 2, "a command sent at the same time by several was stored more than once"
            assert all(events == got[0] for events in got), "senders of one command got different events"
            assert len(got) == 4, "a sender of a stored command was refused"

    def test_a_reader_never_finds_an_event_behind_it(self) -> None:
        with closing(self.make()) as store:
            seen: list[Event] = []
            finished: list[str] = []

            def write(name: str) -> None:
                try:
                    for version in range(0, 40, 2):
                        store.append(name, version, [draft(), draft()], f"c{version}")
                finally:
                    finished.append(name)

            def follow() -> None:
                last_round = False
                while not last_round and len(seen) <= 120:
                    last_round = len(finished) == 3
                    while page := store.read_all(after=seen[-1].position if seen else 0, limit=7):
                        seen.extend(page)
                        if len(seen) > 120:
                            break

            _together([*(partial(write, name) for name in "abc"), follow])
            assert seen == store.read_all(), "an event became visible at a position that a reader had already passed"


class DurableStoreConformance(StoreConformance):
    """For stores that outlive their process: say also how to open the same store again."""

    @abstractmethod
    def reopen(self) -> EventStore:
        """The store that `make` made last, opened again."""

    def test_a_reopened_store_is_the_same(self) -> None:
        with closing(self.make()) as store:
            _fill(store)
            store.append("odd", 0, [draft(**ODD)], "c1")
            before, names = store.read_all(), store.streams()
        with closing(self.reopen()) as store:
            assert store.read_all() == before, "events changed over closing and opening"
            assert store.streams() == names, "streams changed over closing and opening"
            assert store.append("odd", 0, [draft()], "c1") == [before[-1]], "a command was forgotten over closing"
            (event,) = store.append("odd", 1, [draft()], "c2")
            assert event.position > before[-1].position, "positions started again"
            check_chain(store.read("odd"))

    def test_what_was_acknowledged_is_there_for_others_at_once(self) -> None:
        with closing(self.make()) as store:
            event = store.append("drill", 0, [draft()], "c1")
            with closing(self.reopen()) as other:
                assert other.read("drill") == event, "an acknowledged event cannot be seen by another opener"
                other.append("drill", 1, [draft()], "c2")
            actual = _refused_at(lambda: store.append("drill", 1, [draft()], "c3"))
            assert actual == 2, "an event of another opener was overlooked"

    def test_several_openers_take_turns(self) -> None:
        with closing(self.make()) as first, closing(self.reopen()) as second, closing(self.reopen()) as third:
            openers = {"a": first, "b": second, "c": third}

            def write(name: str) -> None:
                for version in range(25):
                    openers[name].append(name, version, [draft(n=version)], f"c{version}")

            _together([partial(write, name) for name in openers])
            events = first.read_all()
            assert [event.position for event in events] == sorted({event.position for event in events}), (
                "openers of one store gave one position twice"
            )
            assert len(events) == 75, f"{len(events)} events where three openers stored 25 each"
            for name in openers:
                check_chain(third.read(name))


def _fill(store: EventStore) -> None:
    for version in range(4):
        for name in ("a", "b", "c"):
            store.append(name, version, [draft(n=version)], f"c{version}")


def _refused_at(append: Callable[[], object]) -> int | None:
    """The actual version that a StaleVersionError names; None when the append went through."""
    try:
        append()
    except StaleVersionError as stale:
        return stale.actual
    return None


def _raises(action: Callable[[], object], *kinds: type[Exception]) -> bool:
    try:
        action()
    except kinds:
        return True
    return False


def _together(actions: Sequence[Callable[[], object]], barrier: threading.Barrier | None = None) -> None:
    """Run actions at the same time; what one of them raises first is raised here, and nobody waits for it at a barrier."""
    trouble: list[BaseException] = []

    def guarded(action: Callable[[], object]) -> None:
        try:
            action()
        except BaseException as error:  # noqa: BLE001 a thread's error would vanish; it is raised below
            trouble.append(error)
            if barrier:
                barrier.abort()

    threads = [threading.Thread(target=guarded, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if trouble:
        raise trouble[0]
