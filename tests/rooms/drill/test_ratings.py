"""Observers' ratings, and taking one out of account."""

import pytest

from hotwash.drill import commands as c
from hotwash.drill.refusal import RefusedError
from tests.support.drills import bench


@pytest.fixture
def rated():
    one = bench()
    one.to(5)
    one.do("observer", c.GiveRating(objective="Notice it", rating="M", note="late", about=(3,)))
    return one, one.session.events[-1].version


def test_a_rating_is_discounted_with_a_reason_and_stays_on_record(rated):
    one, rating = rated
    one.do("facilitator", c.DiscountRating(rating=rating, reason="The observer was out of the room."))
    kinds = [event.type for event in one.session.events]
    assert kinds.count("observer_rating_given") == kinds.count("rating_discounted") == 1
    with pytest.raises(RefusedError, match="already"):
        one.do("facilitator", c.DiscountRating(rating=rating, reason="again"))


@pytest.mark.parametrize(("seat", "reason", "off", "said"), [
    ("facilitator", "", 0, "reason"), ("facilitator", "x", 1, "no rating"), ("ic", "x", 0, "exercise control"),
    ("observer", "x", 0, "exercise control"),
])  # fmt: skip
def test_what_is_no_rating_has_no_reason_or_is_asked_by_others_is_refused(rated, seat, reason, off, said):
    one, rating = rated
    with pytest.raises(RefusedError, match=said):
        one.do(seat, c.DiscountRating(rating=rating - off, reason=reason))


def test_players_never_see_either(rated):
    one, rating = rated
    one.do("facilitator", c.DiscountRating(rating=rating, reason="x"))
    from hotwash.drill.views.project import ViewLog
    from hotwash.kernel.audience import FACILITATOR, player

    for seat in one.session.design.seats:
        log = ViewLog(player(seat), one.session.design)
        seen = [shown.type for event in one.session.events if (shown := log.show(event))]
        assert "rating" not in " ".join(seen)
    log = ViewLog(FACILITATOR, one.session.design)
    assert "rating_discounted" in [log.show(event).type for event in one.session.events]
