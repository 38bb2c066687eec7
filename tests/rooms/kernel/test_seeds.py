import hashlib
import subprocess
import sys
from collections import Counter

import pytest

from hotwash.kernel.seeds import Pick, derive


def test_a_seed_is_the_first_half_of_sha256_over_seed_and_purpose():
    assert derive(7, "traffic", 3) == int(hashlib.sha256(b"7\x00traffic\x003").hexdigest()[:32], 16)


def test_purposes_and_seeds_are_streams_of_their_own():
    seeds = [derive(seed, *purpose) for seed in (1, 2) for purpose in (("a",), ("b",), ("a", "b"), ("ab",), ())]
    assert len(set(seeds)) == len(seeds)


def choices() -> list[int]:
    pick = Pick("story", 3, "é")
    return [pick.below(1000) for _ in range(50)]


def test_the_same_key_makes_the_same_choices_in_another_process():
    code = "from hotwash.kernel.seeds import Pick\np = Pick('story', 3, 'é')\nprint([p.below(1000) for _ in range(50)])"
    command = [sys.executable, "-X", "utf8", "-c", code]
    found = subprocess.run(command, capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "99"}).stdout
    assert found.strip() == str(choices())


def test_another_key_makes_other_choices():
    other = Pick("story", 4, "é")
    assert [other.below(1000) for _ in range(50)] != choices()


def test_choices_are_even_and_do_not_repeat_with_the_block():
    """Chi-square over 16 values, 15 degrees of freedom: above 37.7 once in a thousand keys, and the key is fixed."""
    pick = Pick("even")
    drawn = [pick.below(16) for _ in range(16_000)]
    counts = Counter(drawn)
    assert sum((counts[value] - 1000) ** 2 / 1000 for value in range(16)) < 37.7
    assert drawn[:21] != drawn[21:42]


def test_draws_stay_below_their_bound():
    pick = Pick("bounds")
    for n in (1, 2, 3, 1 << 24):
        assert all(0 <= pick.below(n) < n for _ in range(200))


@pytest.mark.parametrize("n", [0, -1, (1 << 24) + 1])
def test_a_bound_that_one_draw_cannot_serve_is_refused(n: int):
    with pytest.raises(ValueError, match="one draw picks"):
        Pick("x").below(n)
    if n == 0:
        with pytest.raises(ValueError, match="one draw picks"):
            Pick("x").of([])


def test_chance_is_in_percent():
    pick = Pick("chance")
    hits = [sum(pick.chance(percent) for _ in range(2000)) for percent in (0, 25, 100)]
    assert hits[0] == 0
    assert 425 < hits[1] < 575
    assert hits[2] == 2000
