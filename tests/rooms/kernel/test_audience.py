import pytest

from hotwash.kernel.audience import FACILITATOR, OBSERVER, Audience, player


def test_players_never_know_the_answer_key():
    assert not player("legal").knows_answer_key
    assert FACILITATOR.knows_answer_key
    assert OBSERVER.knows_answer_key


@pytest.mark.parametrize(("kind", "seat"), [("player", ""), ("facilitator", "legal"), ("observer", "legal")])
def test_exactly_players_have_a_seat(kind: str, seat: str):
    with pytest.raises(ValueError, match="a player has a seat"):
        Audience(kind, seat)


def test_an_audience_names_itself():
    assert [str(one) for one in (player("legal"), FACILITATOR)] == ["player:legal", "facilitator"]
