"""What every clock must do."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod

from hotwash.ports.clock import Clock


class ClockConformance(ABC):
    """Subclass it and say how to make the clock. `ahead_ms` is how far ahead the suite waits on it."""

    ahead_ms = 20

    @abstractmethod
    def make(self) -> Clock:
        """A clock that nobody else uses."""

    def test_time_is_whole_milliseconds(self) -> None:
        now = self.make().now()
        assert type(now) is int, f"now() gave {now!r}; wall time is a whole number of milliseconds"

    def test_time_never_goes_back(self) -> None:
        clock = self.make()
        seen = [clock.now() for _ in range(1000)]
        assert seen == sorted(seen), "now() went back between two readings"

    def test_waiting_reaches_the_moment(self) -> None:
        clock = self.make()
        for _ in range(3):
            goal = clock.now() + self.ahead_ms
            clock.wait_until(goal)
            assert clock.now() >= goal, f"wait_until({goal}) came back at {clock.now()}"

    def test_waiting_for_the_past_returns_at_once(self) -> None:
        clock = self.make()
        before = clock.now()
        clock.wait_until(before - 3_600_000)
        assert before <= clock.now() < before + 60_000, "waiting for a moment that has passed moved the clock"

    def test_no_thread_sees_time_go_back(self) -> None:
        clock = self.make()
        went_back: list[int] = []

        def read() -> None:
            last = clock.now()
            for _ in range(300):
                clock.wait_until(last)
                now = clock.now()
                if now < last:
                    went_back.append(now - last)
                last = now

        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not went_back, f"a thread saw time go back by {-min(went_back)} ms"
