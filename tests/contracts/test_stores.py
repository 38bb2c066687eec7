"""The store suite, on each store, and on stores that are wrong in one way each."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hotwash.adapters.store_memory import MemoryStore
from hotwash.adapters.store_sqlite import SqliteStore
from hotwash.conformance import failures
from hotwash.conformance.store import DurableStoreConformance, StoreConformance
from hotwash.kernel.errors import StaleVersionError
from hotwash.kernel.event import GENESIS, Draft, Event, seal_all
from hotwash.ports.store import EventStore


@pytest.fixture(autouse=True)
def _restless() -> Iterator[None]:
    """Threads change places as often as they can, so that a missing lock shows."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


class TestMemoryStore(StoreConformance):
    def make(self) -> EventStore:
        return MemoryStore()


class TestSqliteStore(DurableStoreConformance):
    @pytest.fixture(autouse=True)
    def _place(self, tmp_path: Path) -> None:
        self.path = tmp_path / "drills.db"

    def make(self) -> EventStore:
        return SqliteStore(self.path)

    def reopen(self) -> EventStore:
        return SqliteStore(self.path)


class Forgetful(MemoryStore):
    """Forgets which commands it has seen."""

    def append(self, stream, expected_version, drafts, command_id):
        events = super().append(stream, expected_version, drafts, command_id)
        self._streams.get(stream) and self._streams[stream].commands.clear()
        return events


class Lenient(MemoryStore):
    """Takes any expected version."""

    def append(self, stream, expected_version, drafts, command_id):
        return super().append(stream, len(self.read(stream)), drafts, command_id)


class Piecemeal(MemoryStore):
    """Stores an append event by event."""

    def append(self, stream, expected_version, drafts, command_id):
        return [
            event
            for step, draft in enumerate(drafts)
            for event in super(Piecemeal, self).append(stream, expected_version + step, [draft], f"{command_id}/{step}")
        ]


class Global(MemoryStore):
    """Knows a command by its id, whatever the stream."""

    def append(self, stream, expected_version, drafts, command_id):
        for name in self.streams():
            if command_id in self._streams[name].commands:
                stream = name
        return super().append(stream, expected_version, drafts, command_id)


class Careless:
    """A list without copies, locks or checks of ids."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def append(self, stream: str, expected_version: int, drafts: list[Draft], command_id: str) -> list[Event]:
        mine = self.read(stream)
        found = [event for event in mine if event.command_id == command_id]
        if found:
            return found
        if len(mine) != expected_version:
            raise StaleVersionError(stream, expected_version, len(mine))
        events = seal_all(drafts, stream, len(mine), mine[-1].hash if mine else GENESIS, command_id, len(self.events))
        events = [replace(event, data=draft.data) for event, draft in zip(events, drafts, strict=True)]
        self.events += events
        return events

    def read(self, stream: str, after: int = 0) -> list[Event]:
        return [event for event in self.events if event.stream == stream and event.version > after]

    def read_all(self, after: int = 0, limit: int = 1000) -> list[Event]:
        return [event for event in self.events if event.position > after][:limit]

    def streams(self) -> list[str]:
        return list(dict.fromkeys(event.stream for event in self.events))

    def close(self) -> None: ...


class Unlimited(MemoryStore):
    """Gives everything at once, from one position too far."""

    def read_all(self, after=0, limit=1000):
        return super().read_all(after + (1 if after else 0), 10**6)


class Alphabetical(MemoryStore):
    """Sorts its streams by name, and counts positions per stream."""

    def streams(self):
        return sorted(super().streams())

    def read_all(self, after=0, limit=1000):
        return [replace(event, position=event.version) for event in super().read_all(after, limit)]


class Late(MemoryStore):
    """Shows the last event one look late, after a reader has had the chance to pass it."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: set[int] = set()

    def read_all(self, after=0, limit=1000):
        events = super().read_all(after, limit)
        now = [event for event in events if event.position % 5 or event.position in self.shown]
        self.shown |= {event.position for event in events}
        return now


@pytest.mark.parametrize(
    ("wrong", "noticed"),
    [
        (Forgetful, "test_a_command_is_stored_once"),
        (Forgetful, "test_a_command_sent_by_many_threads_is_stored_once"),
        (Lenient, "test_a_stale_version_is_refused_and_changes_nothing"),
        (Lenient, "test_one_of_many_threads_wins_each_version"),
        (Piecemeal, "test_all_events_of_an_append_land_or_none"),
        (Piecemeal, "test_an_event_is_stored_as_it_was_drafted"),
        (Global, "test_command_ids_belong_to_their_stream"),
        (Careless, "test_nobody_changes_an_event_from_outside"),
        (Careless, "test_keys_that_are_numbers_read_back_as_they_were_hashed"),
        (Careless, "test_a_command_needs_an_id"),
        (Unlimited, "test_reading_on_from_any_position_misses_nothing"),
        (Late, "test_a_reader_never_finds_an_event_behind_it"),
        (Alphabetical, "test_streams_come_in_order_of_their_first_event"),
        (Alphabetical, "test_positions_rise_over_all_streams"),
    ],
)
def test_the_suite_notices_a_store_that_is_wrong(wrong: type, noticed: str):
    class Suite(StoreConformance):
        def make(self) -> EventStore:
            return wrong()

    found = failures(Suite)
    assert found.get(noticed), f"the suite let {wrong.__doc__} pass; it found {sorted(found)}"


def test_the_suite_notices_a_store_that_forgets_when_closed():
    class Suite(DurableStoreConformance):
        def make(self) -> EventStore:
            return MemoryStore()

        def reopen(self) -> EventStore:
            return MemoryStore()

    assert set(failures(Suite)) == {
        "test_a_reopened_store_is_the_same",
        "test_what_was_acknowledged_is_there_for_others_at_once",
        "test_several_openers_take_turns",
    }


def test_a_right_store_has_no_failures():
    assert failures(TestMemoryStore) == {}
