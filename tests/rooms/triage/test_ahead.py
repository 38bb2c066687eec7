"""What is asked ahead: the same answers as later, one question at a time, and nothing of an engine that answers to one thread alone."""

import threading

import pytest

from hotwash.triage import leakage
from hotwash.triage.ahead import Ahead
from hotwash.triage.health import _twice, early
from hotwash.triage.suspects import anytime, draw
from hotwash.triage.timeline import Window
from tests.rooms.triage.attackdata import START, table

MAIL = "Write to anna.smit@kpnmail.nl today"
WHEN = {"incident": Window(START + 20_000, START + 40_000), "baseline": Window(START, START + 15_000)}


class Watched:
    """A relation that notes what reaches the engine, from which thread, and whether two questions ever met."""

    def __init__(self, inner, *, any_thread=True):
        self.inner, self.any_thread = inner, any_thread
        self.said, self.threads, self.open, self.met = [], set(), 0, False

    def __getattr__(self, name):
        return getattr(self.inner, name)

    def ask(self, sql, reads):
        self.open += 1
        self.met |= self.open > 1
        self.said.append(sql)
        self.threads.add(threading.get_ident())
        found = self.inner.ask(sql, reads)
        self.open -= 1
        return found


def statement(number):
    return f"SELECT COUNT(*) + {number} AS n FROM traces", []


def test_a_prepared_question_is_asked_once_beside_the_others_and_never_together_with_one():
    watched = Watched(table([{"output": MAIL}] * 3)[0])
    with Ahead(watched) as relation:
        relation.prepare([statement(one) for one in range(40)])
        assert [int(relation.ask(*statement(one))["n"][0]) for one in range(80)] == list(range(3, 83))
    assert len(watched.said) == 80
    assert not watched.met
    assert len(watched.threads) == 2


def test_an_engine_of_one_thread_is_asked_nothing_ahead():
    watched = Watched(table([{"output": MAIL}])[0], any_thread=False)
    with Ahead(watched) as relation:
        relation.prepare([statement(0)])
        assert not relation.knows(statement(0)[0])
    assert watched.said == []


def test_whoever_stops_need_not_wait_for_the_engine():
    with pytest.raises(KeyboardInterrupt), Ahead(table([{"output": MAIL}])[0]) as relation:
        relation.prepare(
            [("SELECT COUNT(*) AS n FROM range(3000000) AS a, range(3000000) AS b WHERE a.range * b.range % 7 = 1", [])]
        )
        while not relation._lock.locked():
            pass
        raise KeyboardInterrupt


@pytest.mark.parametrize("budget", [1000, 12])
def test_rows_drawn_before_the_windows_are_known_are_those_drawn_after(budget):
    plain, columns = table([{"id": str(one), "output": MAIL if one % 2 else "nothing"} for one in range(60)])
    about = (columns, "output LIKE '%@%'", ["output"], ["output"])
    with Ahead(plain) as relation:
        relation.prepare([anytime(relation, *about, budget=budget)])
        early_on = draw(relation, about[0], WHEN, *about[1:], budget=budget)
    late = draw(plain, about[0], WHEN, *about[1:], budget=budget)
    assert early_on == late
    assert late.suspects == {"incident": 10, "baseline": 7}


def test_what_leaked_is_the_same_and_texts_are_searched_once():
    plain, columns = table([{"id": str(one), "output": MAIL if one % 3 else "nothing"} for one in range(60)])
    watched = Watched(plain)
    with Ahead(watched) as relation:
        relation.prepare(prepared := leakage.early(relation, columns, []))
        found = leakage.leakage(relation, columns, *WHEN.values())
    assert found == leakage.leakage(plain, columns, *WHEN.values())
    assert [one for one in watched.said if "LIMIT" in one] == [prepared[0][0]]


@pytest.mark.parametrize(
    ("ids", "twice"), [(range(60), 0), ([*range(30), 5, *range(31, 60)], 1), ([*range(55), *[50] * 5], 0)]
)
def test_ids_that_are_there_twice_are_counted_in_the_windows_alone(ids, twice):
    plain, columns = table([{"id": str(one), "output": "a"} for one in ids])
    moment = plain.dialect.epoch_ms(columns.time)
    period = f"CASE WHEN {moment} < {START + 40_000} THEN 0 ELSE 2 END"
    with Ahead(plain) as relation:
        relation.prepare(early(relation, columns, 60))
        assert _twice(relation, columns, period, 40) == _twice(plain, columns, period, 40) == (twice, 1.0)
