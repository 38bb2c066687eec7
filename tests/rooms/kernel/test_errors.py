import inspect
from pathlib import Path

import pytest

from hotwash.kernel import errors
from hotwash.kernel.errors import ContentError, HotwashError, Located, Problem, StaleVersionError

KINDS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, HotwashError)]


def test_every_error_has_a_code_of_its_own():
    codes = [kind.code for kind in KINDS]
    assert len(set(codes)) == len(codes) > 5


def test_trying_again_helps_exactly_where_somebody_else_was_quicker():
    assert {kind.code for kind in KINDS if not kind.permanent} == {"stale-version", "store-busy"}


def test_a_stale_version_says_what_to_do():
    stale = StaleVersionError("drill", 3, 5)
    assert str(stale) == "stream 'drill' is at version 5, not 3: read it again and repeat the command"
    assert (stale.stream, stale.expected, stale.actual) == ("drill", 3, 5)


@pytest.mark.parametrize(
    ("place", "said"),
    [(Located(Path("kit.yaml"), 3, 7), "kit.yaml:3:7"), (Located(Path("kit.yaml")), "kit.yaml")],
)
def test_a_place_reads_as_editors_open_it(place: Located, said: str):
    assert str(place) == said


def test_a_content_error_carries_every_problem():
    problems = [Problem(Located(Path("a.yaml"), n, 1), f"found {n}", "Write b.") for n in (1, 2)]
    wrong = ContentError(problems)
    assert wrong.problems == problems
    assert str(wrong) == "a.yaml:1:1: found 1. Write b.\na.yaml:2:1: found 2. Write b."
