"""What every tracker must do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace

from hotwash.ports.tracker import Held, Ticket, Tracker, TrackerError

MANY = 230
"""More than two pages of a hundred."""
TEXTS = {
    "lines": "one\n\ntwo\n- three",
    "signs": 'naïve, 東京, 🛟, "quoted", <b>, `code`, \\n, {curly}, [link], #12',
    "long": "word " * 3_000,
}


def ticket(name: str, text: str = "What is to be done.", *, closed: bool = False) -> Ticket:
    """A ticket whose marker is made of a name."""
    marker = f"hotwash-capa:drill/{name};"
    return Ticket(marker, f"Action {name}", f"{text.rstrip()}\n\n{marker}", closed)


class TrackerConformance(ABC):
    """Subclass it and say how to make a tracker with no ticket in it, and how somebody else changes one."""

    @abstractmethod
    def make(self) -> Tracker:
        """A tracker that nobody else uses and that is empty."""

    @abstractmethod
    def elsewhere(self, ref: str, *, closed: bool, line: str = "") -> None:
        """Somebody else opens or closes the ticket, and adds a line to its text."""

    @abstractmethod
    def count(self) -> int:
        """How many tickets there are, seen from the other side."""

    def test_what_was_made_is_found_by_its_marker_and_says_the_same(self) -> None:
        tracker = self.make()
        made = {name: tracker.create(ticket(name, text)) for name, text in TEXTS.items()}
        found = tracker.find([ticket(name).marker for name in TEXTS], {})
        for name, text in TEXTS.items():
            held = found.get(ticket(name).marker)
            assert held is not None, f"'{name}' was made and is not found"
            assert held.text == ticket(name, text).text, f"'{name}' came back as {held.text[:80]!r}"
            assert held.title == ticket(name).title
            assert (held.ref, held.version) == (made[name].ref, made[name].version), f"'{name}' was changed by looking"
            assert not held.closed
        tracker.close()

    def test_a_marker_that_nobody_has_is_not_found(self) -> None:
        tracker = self.make()
        tracker.create(ticket("ab"))
        assert tracker.find([ticket("a").marker, ticket("abc").marker], {}) == {}
        tracker.close()

    def test_every_ticket_is_found_however_many_there_are(self) -> None:
        tracker = self.make()
        for number in range(MANY):
            tracker.create(ticket(f"n{number}"))
        found = tracker.find([ticket(f"n{number}").marker for number in range(MANY)], {})
        assert len(found) == MANY, f"of {MANY} tickets {len(found)} were found"
        assert len({one.ref for one in found.values()}) == MANY, "two markers were given one ticket"
        assert self.count() == MANY, "looking made tickets"
        tracker.close()

    def test_updating_changes_that_one_and_makes_none(self) -> None:
        tracker = self.make()
        first, other = tracker.create(ticket("one")), tracker.create(ticket("other"))
        now = tracker.update(first, replace(ticket("one", "Something else."), title="Another title"))
        assert now.ref == first.ref
        assert now.version != first.version, "a change keeps the version"
        found = tracker.find([ticket("one").marker, ticket("other").marker], {})
        assert found[ticket("one").marker] == now, f"after an update it reads {found[ticket('one').marker]}"
        assert now.title == "Another title"
        assert now.text.startswith("Something else.")
        assert found[ticket("other").marker] == other
        assert self.count() == 2
        tracker.close()

    def test_closing_and_opening_again_works_from_here(self) -> None:
        tracker = self.make()
        held = tracker.create(ticket("it"))
        shut = tracker.update(held, ticket("it", closed=True), "It was verified.")
        assert shut.closed, "an update to closed leaves it open"
        again = tracker.update(self._found(tracker, "it"), ticket("it"), "It was not.")
        assert not again.closed, "an update to open leaves it closed"
        assert not self._found(tracker, "it").closed
        tracker.close()

    def test_closing_there_is_seen_here(self) -> None:
        tracker = self.make()
        held = tracker.create(ticket("it"))
        self.elsewhere(held.ref, closed=True)
        assert self._found(tracker, "it").closed, "it was closed there, and is open here"
        self.elsewhere(held.ref, closed=False)
        assert not self._found(tracker, "it").closed
        tracker.close()

    def test_what_somebody_changed_meanwhile_is_not_overwritten(self) -> None:
        tracker = self.make()
        held = tracker.create(ticket("it"))
        self.elsewhere(held.ref, closed=False, line="Added by somebody.")
        found: TrackerError | None = None
        try:
            tracker.update(held, ticket("it", "Ours."))
        except TrackerError as wrong:
            found = wrong
        assert found is not None, "a ticket that was changed meanwhile was written over"
        assert found.fault == "changed", f"the fault is '{found.fault}'"
        assert not found.permanent, "looking again helps"
        assert "Added by somebody." in self._found(tracker, "it").text
        tracker.close()

    def test_a_ticket_that_is_known_by_its_ref_is_found_without_its_marker(self) -> None:
        tracker = self.make()
        held = tracker.create(ticket("it"))
        tracker.update(held, replace(ticket("it"), text="All that we wrote is gone."))
        marker = ticket("it").marker
        assert tracker.find([marker], {}) == {}
        assert tracker.find([marker], {marker: held.ref})[marker].ref == held.ref
        tracker.close()

    def test_a_ref_that_is_no_longer_there_is_no_fault(self) -> None:
        tracker = self.make()
        ref = tracker.create(ticket("it")).ref
        gone = ref[:-1] + "999" if ref[-1].isdigit() else f"gone-{ref}"
        assert tracker.find([ticket("other").marker], {ticket("other").marker: gone}) == {}
        tracker.close()

    def test_its_name_says_where_and_holds_no_secret(self) -> None:
        tracker = self.make()
        assert ":" in tracker.name, "a tracker is named by its kind and its place"
        assert "token" not in tracker.name.lower(), f"a name is kept in a journal: {tracker.name}"
        tracker.close()

    def _found(self, tracker: Tracker, name: str) -> Held:
        found = tracker.find([ticket(name).marker], {})
        assert ticket(name).marker in found, f"'{name}' is not found"
        return found[ticket(name).marker]
