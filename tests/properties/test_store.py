"""Memory, SQLite and a model of a few lines, driven by the same random commands, always agree."""

from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from hotwash.adapters.store_memory import MemoryStore
from hotwash.adapters.store_sqlite import SqliteStore
from hotwash.kernel.errors import StaleVersionError
from hotwash.kernel.event import Draft, check_chain

STREAMS = st.sampled_from(["drill", "other", "Ω ' \" \x00"])
COMMANDS = st.sampled_from([f"c{n}" for n in range(12)])
NOTES = st.lists(
    st.one_of(st.text(st.characters(exclude_categories=("Cs",))), st.integers(), st.floats(0, 1)), max_size=4
)


class Stores(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.cleanup = ExitStack()
        self.path = Path(self.cleanup.enter_context(TemporaryDirectory())) / "drills.db"
        self.memory, self.sqlite = MemoryStore(), SqliteStore(self.path)
        self.order: list[tuple[str, int]] = []
        self.notes: dict[str, list[object]] = defaultdict(list)
        self.commands: dict[tuple[str, str], tuple[int, int]] = {}

    def both(self, stream: str, expected: int, notes: list[object], command: str):
        drafts = [Draft("noted", {"note": note}, 0, 0, "scribe", "Kim") for note in notes]
        results = []
        for store in (self.memory, self.sqlite):
            try:
                results.append(store.append(stream, expected, drafts, command))
            except StaleVersionError as stale:
                results.append(stale.actual)
        assert results[0] == results[1]
        return results[0]

    @rule(stream=STREAMS, command=COMMANDS, notes=NOTES, off=st.sampled_from([0, 0, 0, 0, -1, 1, 7]))
    def append(self, stream: str, command: str, notes: list[object], off: int) -> None:
        version = len(self.notes[stream])
        got = self.both(stream, version + off, notes, command)
        if (stream, command) in self.commands:
            first, last = self.commands[stream, command]
            assert [event.version for event in got] == list(range(first, last + 1))
        elif off:
            assert got == version
        else:
            assert [event.data["note"] for event in got] == notes
            self.notes[stream] += notes
            self.order += [(stream, version + step) for step in range(1, len(notes) + 1)]
            if notes:
                self.commands[stream, command] = (version + 1, version + len(notes))

    @rule(stream=STREAMS, command=COMMANDS)
    def append_what_cannot_be_stored(self, stream: str, command: str) -> None:
        if (stream, command) in self.commands:
            return
        drafts = [Draft("noted", {"note": note}, 0, 0, "s", "p") for note in (1, float("inf"), 2)]
        for store in (self.memory, self.sqlite):
            try:
                store.append(stream, len(self.notes[stream]), drafts, command)
            except ValueError:
                continue
            raise AssertionError("infinity was stored")

    @rule()
    def reopen(self) -> None:
        self.sqlite.close()
        self.sqlite = SqliteStore(self.path)

    @rule(after=st.integers(0, 40), limit=st.integers(1, 40))
    def read_on(self, after: int, limit: int) -> None:
        for store in (self.memory, self.sqlite):
            found = store.read_all(after, limit)
            assert [(event.stream, event.version) for event in found] == self.order[after : after + limit]
            assert [event.position for event in found] == list(range(after + 1, after + 1 + len(found)))

    @rule(stream=STREAMS, after=st.integers(0, 20))
    def read(self, stream: str, after: int) -> None:
        for store in (self.memory, self.sqlite):
            assert [event.data["note"] for event in store.read(stream, after)] == self.notes[stream][after:]

    @invariant()
    def all_agree(self) -> None:
        assert self.memory.read_all(limit=10_000) == self.sqlite.read_all(limit=10_000)
        names = list(dict.fromkeys(stream for stream, _ in self.order))
        assert self.memory.streams() == self.sqlite.streams() == names
        for name in names:
            check_chain(self.sqlite.read(name))

    def teardown(self) -> None:
        self.sqlite.close()
        self.cleanup.close()


TestStores = Stores.TestCase
TestStores.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
