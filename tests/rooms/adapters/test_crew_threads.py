"""A crew of threads does every piece of work once, and does not run ahead of whoever takes its results."""

from __future__ import annotations

import threading

import pytest

from hotwash.adapters.crew_threads import ThreadCrew


@pytest.mark.parametrize("size", [1, 3])
def test_no_more_is_begun_than_there_are_threads_while_nobody_takes_a_result(size):
    begun, idle = [], threading.Event()

    def work(item: int) -> int:
        begun.append(item)
        return item

    results = ThreadCrew(size)(work, range(50))
    for taken in range(1, 6):
        next(results)
        idle.wait(0.05)  # time enough for a crew that runs ahead to do all 50
        assert len(begun) <= taken - 1 + size
    results.close()
    idle.wait(0.05)
    assert len(begun) <= 5 + size


@pytest.mark.parametrize("size", [1, 3, 64])
def test_every_item_is_worked_on_once(size):
    assert sorted(ThreadCrew(size)(lambda item: item * 2, range(50))) == [2 * one for one in range(50)]


def test_what_the_work_raises_is_raised_where_the_results_are_read():
    def work(item: int) -> int:
        if item == 3:
            raise ValueError(item)
        return item

    with pytest.raises(ValueError, match="3"):
        list(ThreadCrew(2)(work, range(50)))
