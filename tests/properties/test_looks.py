"""Looks at a drill that leave out what nothing new concerns find what a look at everything finds, at every moment of whole drills."""

import pytest

from hotwash import bootstrap
from hotwash.adapters.store_memory import MemoryStore
from hotwash.bootstrap.drills import open_session, story_clock
from hotwash.conductor.run import play
from hotwash.drill import deadlines, rhythm
from hotwash.drill.kept import Kept
from hotwash.standins.cast import cast


@pytest.mark.parametrize(("scenario", "players"), [("cross-tenant-leak", "slow"), ("order-number-alarm", "expert")])
def test_what_is_kept_finds_what_a_look_at_everything_finds(monkeypatch, scenario, players):
    found = {"rules": 0, "expectations": 0, "reminders": 0}
    asked = {"kept": 0, "whole": 0}
    whose, one_rule = ["kept"], deadlines._rule

    def counted(*args):
        asked[whose[0]] += 1
        return one_rule(*args)

    def checked(name, look):
        def both(state, design, world):
            kept, first = state.journal.kept, list(look(state, design, world))
            state.journal.kept, whose[0] = Kept(), "whole"
            whole = list(look(state, design, world))
            state.journal.kept, whose[0] = kept, "kept"
            assert first == whole
            found[name] += len(first)
            return first

        return both

    monkeypatch.setattr(deadlines, "_rule", counted)
    for name in found:
        room = rhythm if name == "reminders" else deadlines
        monkeypatch.setattr(room, name, checked(name, getattr(room, name)))
    table = bootstrap.lay_out(bootstrap.content(scenario), 1)
    seats = cast(players, table.planned.seed)
    session = open_session(table, MemoryStore(), story_clock(table))
    play(session, table.planned, seats, {seat: one.profile for seat, one in seats.items()})
    assert session.state.ended
    assert found["rules"] and found["expectations"], "there was something to find"
    assert found["reminders"] or players == "expert", "who is never late is reminded of nothing"
    assert asked["kept"] < asked["whole"] / 4, "most looks ask no rule"
