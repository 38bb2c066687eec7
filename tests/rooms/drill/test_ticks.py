"""Ticks of checklists: shared, on record with who and when, and taken back."""

import pytest

from hotwash.aftermath.lines import line
from hotwash.drill import commands as c
from hotwash.drill.checklists import TICKS, checklists, ticked
from hotwash.drill.refusal import RefusedError
from hotwash.drill.views.player import PlayerView
from hotwash.drill.views.project import ViewLog
from hotwash.kernel.audience import player
from tests.support.drills import bench, content

LIST = next(one for one in checklists(content()[0]).values() if len(one.seats) > 1)
ITEM = {"guide": LIST.id, "item": LIST.items[0]}
ONE, OTHER = LIST.seats[:2]


def types(one):
    return [event.type for event in one.session.events if event.type in TICKS]


def seen(one, seat):
    log, view = ViewLog(player(seat), one.session.design), PlayerView(seat)
    for event in one.session.events:
        if (shown := log.show(event)) is not None:
            view.apply(shown)
    return view


def test_every_seat_sees_a_tick_with_who_and_when():
    one = bench()
    one.to(5)
    one.do(ONE, c.TickItem(**ITEM))
    for seat in one.session.design.seats:
        found = ticked(seen(one, seat).of(*TICKS))
        tick = found[ITEM["guide"], ITEM["item"]]
        assert (tick.seat, tick.person, tick.drill_ms) == (ONE, ONE, 5 * 60_000)
        assert line(tick).text == f"Ticked: {ITEM['item']}"


def test_a_tick_is_taken_back_by_anybody_of_the_list_and_both_stay_on_record():
    one = bench()
    one.do(ONE, c.TickItem(**ITEM))
    one.do(OTHER, c.UntickItem(**ITEM))
    assert types(one) == ["item_ticked", "item_unticked"]
    assert ticked(seen(one, "tech").of(*TICKS)) == {}
    one.do(OTHER, c.TickItem(**ITEM))
    assert [tick.seat for tick in ticked(seen(one, "ic").of(*TICKS)).values()] == [OTHER]


def test_what_two_people_tick_at_once_is_ticked_once():
    one = bench()
    one.do(ONE, c.TickItem(**ITEM))
    one.do(OTHER, c.TickItem(**ITEM))
    assert types(one) == ["item_ticked"]
    one.do(OTHER, c.UntickItem(**ITEM))
    one.do(ONE, c.UntickItem(**ITEM))
    assert types(one) == ["item_ticked", "item_unticked"]


def test_first_minutes_are_their_own_seat_s():
    one = bench()
    item = content()[0].roles.seats["tech"].first_minutes[0]
    with pytest.raises(RefusedError, match="another seat") as refused:
        one.do("ic", c.TickItem(guide="charter/tech", item=item))
    assert refused.value.who == ("tech",)
    one.do("tech", c.TickItem(guide="charter/tech", item=item))
    assert types(one) == ["item_ticked"]


@pytest.mark.parametrize("wrong", [{"guide": "no-such-list"}, {"item": "Something that the list does not have"}])
def test_what_no_list_has_cannot_be_ticked(wrong):
    one = bench()
    with pytest.raises(RefusedError, match="checklist|has no item"):
        one.do(ONE, c.TickItem(**{**ITEM, **wrong}))
    assert types(one) == []


@pytest.mark.parametrize("who", ["facilitator", "observer"])
def test_those_who_steer_and_watch_tick_nothing(who):
    one = bench()
    with pytest.raises(RefusedError):
        one.do(who, c.TickItem(**ITEM))
    assert types(one) == []
