"""One round of news: what audiences have in common is drawn once, and nothing is shared that was shown to one of them alone."""

import pytest

from hotwash.drill.views.project import ViewEvent
from hotwash.warroom.telling import Telling


def shown(position, data, kind="inject_delivered"):
    return ViewEvent(position, kind, 0, 0, "control", "control", data)


@pytest.fixture
def drawn():
    """A telling, and a way to draw that says what it was asked to draw."""
    telling, asked = Telling(), []

    def draw(what):
        return lambda: asked.append(what) or what

    return telling, draw, asked


def test_the_same_events_at_the_same_positions_are_drawn_once(drawn):
    telling, draw, asked = drawn
    data = {"subject": "hello"}
    for _ in range(9):
        assert telling.whole([shown(3, data)], draw("once")) == "once"
    assert asked == ["once"]


def test_another_position_is_another_message_around_the_same_line(drawn):
    telling, draw, asked = drawn
    data = {"subject": "hello"}
    assert telling.whole([shown(3, data)], draw("third")) == "third"
    assert telling.whole([shown(4, data)], draw("fourth")) == "fourth"
    assert telling.part(shown(3, data), draw("line")) == telling.part(shown(4, data), draw("line again")) == "line"
    assert asked == ["third", "fourth", "line"]


def test_data_that_was_cut_for_an_audience_shares_nothing_with_the_whole_nor_with_an_equal_cut(drawn):
    telling, draw, _ = drawn
    whole, cut, equal = {"subject": "hello", "reveals": ["secret"]}, {"subject": "hello"}, {"subject": "hello"}
    for data, said in ((whole, "control's"), (cut, "a player's"), (equal, "another's")):
        assert telling.part(shown(3, data), draw(said)) == said
        assert telling.whole([shown(3, data)], draw(said)) == said


def test_an_event_that_goes_by_another_name_is_another_line(drawn):
    telling, draw, _ = drawn
    data = {"subject": "hello"}
    assert telling.part(shown(3, data, "inject_improvised"), draw("improvised")) == "improvised"
    assert telling.part(shown(3, data), draw("delivered")) == "delivered"
