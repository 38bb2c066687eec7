"""Conditions as people say them."""

import pytest
from pydantic import TypeAdapter

from hotwash.aftermath.condition_words import in_words
from hotwash.kit.load import load_kit
from hotwash.kit.schema.conditions import Condition

CONDITION = TypeAdapter(Condition)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"at_min": 50}, "minute 50"),
        ({"fact": "press_contact"}, "press_contact is known"),
        ({"fact": "press_contact", "of": "world"}, "press_contact is true"),
        ({"event": "snapshot_taken"}, "snapshot taken"),
        ({"event": "trace_opened", "by": ["tech", "ml"], "times": 3}, "trace opened, 3 times, by tech or ml"),
        ({"event": "severity_set", "where": {"level": [1, 2]}}, "severity set, level 1 or 2"),
        ({"event": "suite_run", "where": {"trials": {"min": 300}}}, "suite run, trials at least 300"),
        ({"event": "lever_pulled", "where": {"arguments.percent": {"max": 5}}}, "lever pulled, percent at most 5"),
        ({"event": "message_sent", "where": {"text": {"contains": "freeze"}}}, 'message sent, text with "freeze"'),
        ({"signal": "pii_hits", "above": 0.02}, "pii_hits above 0.02 over 5 minutes"),
        ({"signal": "pii_hits", "above": 0.02, "dim": "tenant", "value": "t-01"}, "pii_hits in tenant t-01 above 0.02 over 5 minutes"),
        ({"since": {"fact": "press_contact"}, "minutes": 10}, "10 minutes after press_contact is known"),
        ({"not": {"event": "lever_pulled"}}, "not lever pulled"),
        ({"all": [{"fact": "a"}, {"any": [{"fact": "b"}, {"fact": "c"}]}]}, "a is known and (b is known or c is known)"),
        ({"any": [{"event": "message_sent", "by": ["ic"]}, {"fact": "a"}]}, "(message sent, by ic) or a is known"),
    ],
)  # fmt: skip
def test_a_condition_is_one_line_of_words(given: dict[str, object], said: str):
    assert in_words(CONDITION.validate_python(given)) == said


def test_every_rule_of_the_base_can_be_said():
    for rule in load_kit().rules:
        for condition in (rule.when, *(duty.meet for duty in rule.then)):
            words = in_words(condition)
            assert words
            assert "{" not in words
