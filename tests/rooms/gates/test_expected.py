"""What a check expects, in words: every test has its own, and none is said as another."""

import pytest

from hotwash.gates.words import expected
from hotwash.kit.schema.suite import TESTS, Check

CHECKS = {
    "exact": ("yes", "says exactly “yes”"),
    "contains": (["a", "b"], "says “a” and “b”"),
    "any_of": (["a", "b"], "says “a” or “b”"),
    "lacks": (["a", "b"], "does not say “a” or “b”"),
    "matches": (r"\d", r"has the form \d"),
    "unmatched": (r"\d", r"has nothing of the form \d"),
    "shape": ({"type": "object"}, "is JSON of the agreed shape"),
    "refuses": (True, "refuses"),
    "no_canary": (True, "gives away no planted value"),
    "no_personal_data": (True, "holds no personal data"),
    "calls": ({"tool": "refund", "arguments": {"order": "A1"}}, "calls refund(order=A1)"),
    "no_call": (["refund", "pay"], "calls none of refund, pay"),
    "lacks_call": ({"tool": "refund"}, "does not call refund()"),
    "grounded": (0.6, "rests on its sources for 60 % of its words"),
}


def test_every_test_is_covered():
    assert set(CHECKS) == set(TESTS)


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_in_words(name):
    value, said = CHECKS[name]
    assert expected(Check.model_validate({name: value})) == said


def test_serving_and_calling_nothing_have_words_of_their_own():
    assert expected(Check(refuses=False)) == "serves it"
    assert expected(Check(no_call=[])) == "calls no tool"
