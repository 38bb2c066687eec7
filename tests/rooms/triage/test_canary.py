"""A canary's promise is kept by its verdict, however often somebody looks."""

import numpy as np
import pytest

from hotwash.triage.canary import promise, steps, watch

PROMISED = promise(0.004, 0.016, 0.05)


def verdicts(rate, requests, canaries=200, looks=60, share=0.05):
    """Last verdicts of canaries at a rate, the contained state at its own."""
    g = np.random.default_rng(11)
    inside = g.binomial(requests // looks, share, (canaries, looks))
    outside = requests // looks - inside
    rows = [g.binomial(outside, PROMISED.contained), outside, g.binomial(inside, rate), inside]
    return [watch(PROMISED, *(one[index] for one in rows))[-1].verdict for index in range(canaries)]


def test_a_harmful_canary_is_stopped_by_the_promised_number_as_often_as_promised():
    assert verdicts(PROMISED.worse, PROMISED.to_stop).count("stop") >= 0.76 * 200


def test_a_harmless_canary_is_cleared_by_the_promised_number_as_often_as_promised():
    assert verdicts(PROMISED.contained, PROMISED.to_clear).count("clear") >= 0.76 * 200


def test_a_promise_is_no_more_than_it_takes():
    """A fifth fewer requests are not enough: the number is not padded."""
    assert verdicts(PROMISED.worse, PROMISED.to_stop * 3 // 5).count("stop") < 0.72 * 200
    assert verdicts(PROMISED.contained, PROMISED.to_clear * 3 // 5).count("clear") < 0.72 * 200


def test_sixty_looks_stop_no_more_than_one_harmless_canary_in_twenty():
    assert verdicts(PROMISED.contained, 4 * PROMISED.requests).count("stop") <= 0.07 * 200


def test_sixty_looks_clear_no_more_than_one_harmful_canary_in_twenty():
    assert verdicts(PROMISED.worse, 4 * PROMISED.requests).count("clear") <= 0.07 * 200


def test_a_canary_far_worse_than_was_feared_is_stopped_far_earlier():
    assert verdicts(10 * PROMISED.worse, PROMISED.to_stop // 8).count("stop") > 0.95 * 200


def test_nothing_harmful_on_either_side_is_not_enough_evidence():
    """Without one event nobody can say that the canary is no worse."""
    looks = watch(PROMISED, np.zeros(5, int), np.full(5, 9500), np.zeros(5, int), np.full(5, 500))
    assert {one.verdict for one in looks} == {"not enough evidence"}


def test_a_verdict_stands_once_it_was_reached():
    found = watch(PROMISED, np.array([0, 400]), np.array([950, 95_000]), np.array([9, 0]), np.array([50, 5_000]))
    assert [one.verdict for one in found] == ["stop", "stop"]
    assert found[1].e_worse < 20


def test_a_smaller_share_takes_longer_and_a_smaller_harm_longer_still():
    assert promise(0.004, 0.016, 0.01).requests > PROMISED.requests
    assert promise(0.004, 0.008, 0.05).requests > 3 * PROMISED.requests


def test_steps_go_up_to_all_traffic_and_take_their_time():
    way = steps(PROMISED, 100)
    assert [one.share for one in way] == [0.05, 0.25, 0.5, 1.0]
    assert all(one.minutes == one.requests / 100 for one in way)
    assert way[0].requests == PROMISED.requests
    assert way[-1].requests == 0
    with pytest.raises(ValueError, match="traffic"):
        steps(PROMISED, 0)


@pytest.mark.parametrize(
    ("contained", "worse", "share", "said"),
    [
        (0, 0.1, 0.05, "above 0"),
        (0.2, 0.1, 0.05, "above 0"),
        (0.1, 1, 0.05, "below 1"),
        (0.1, 0.2, 0.6, "share"),
        (0.1, 0.104, 0.05, "close"),
    ],
)
def test_what_cannot_be_promised_says_why(contained, worse, share, said):
    with pytest.raises(ValueError, match=said):
        promise(contained, worse, share)
