"""Which conditions cannot hold without another, and which exclude each other."""

import pytest
from pydantic import TypeAdapter

from hotwash.kit.entails import entails, facts_of, opposed, overlap, same_way, settled
from hotwash.kit.schema.conditions import Condition
from hotwash.kit.text import parse_yaml

READ = TypeAdapter(Condition)


def condition(text: str):
    return READ.validate_python(parse_yaml(text, "planted").data)


A, B = "{fact: a}", "{fact: b}"
SEEN = "{event: severity_set, where: {level: 1}}"


@pytest.mark.parametrize(
    "one, other, certain",
    [
        (A, A, True),
        (A, B, False),
        (A, "{fact: a, of: world}", False),
        ("{all: [{fact: a}, {fact: b}]}", A, True),
        (A, "{all: [{fact: a}, {fact: b}]}", False),
        (A, "{any: [{fact: a}, {fact: b}]}", True),
        ("{any: [{fact: a}, {fact: b}]}", A, False),
        ("{any: [{fact: a}, {all: [{fact: a}, {fact: b}]}]}", A, True),
        ("{since: {fact: a}, minutes: 5}", A, True),
        (A, "{since: {fact: a}, minutes: 5}", False),
        (SEEN, "{event: severity_set}", True),
        ("{event: severity_set}", SEEN, False),
        (SEEN, "{event: severity_set, where: {level: [1, 2]}}", True),
        ("{event: severity_set, where: {level: [1, 3]}}", "{event: severity_set, where: {level: [1, 2]}}", False),
        ("{event: message_sent, by: [ic]}", "{event: message_sent, by: [ic, comms]}", True),
        ("{event: message_sent}", "{event: message_sent, by: [ic, comms]}", False),
        ("{event: message_sent, times: 3}", "{event: message_sent, times: 2}", True),
        ("{event: message_sent}", "{event: message_sent, times: 2}", False),
        ("{event: suite_run, where: {trials: {min: 300}}}", "{event: suite_run, where: {trials: {min: 30}}}", False),
        ("{not: {fact: a}}", A, False),
    ],
)
def test_what_cannot_hold_without_another(one: str, other: str, certain: bool):
    assert entails(condition(one), condition(other)) is certain


def test_rules_go_together_when_one_way_brings_both_about():
    either = "{any: [{fact: a}, {fact: b}]}"
    assert overlap(condition(either), condition(B))
    assert overlap(condition("{all: [{fact: a}, {fact: c}]}"), condition(either))
    assert not overlap(condition(either), condition("{fact: c}"))
    assert same_way(condition(either), condition(B))
    assert not same_way(condition("{all: [{fact: a}, {fact: c}]}"), condition(A))


@pytest.mark.parametrize(
    "one, other, both",
    [
        ("{event: lever_pulled, where: {kind: queue}}", "{not: {event: lever_pulled, where: {kind: queue}}}", False),
        ("{event: lever_pulled, where: {kind: queue}}", "{not: {event: lever_pulled}}", False),
        ("{event: lever_pulled, where: {kind: [queue, review]}}", "{not: {event: lever_pulled, where: {kind: queue}}}", True),
        ("{event: lever_pulled, where: {kind: queue}}", "{event: lever_reverted, where: {kind: queue}}", False),
        ("{event: lever_pulled, where: {kind: queue}}", "{event: lever_reverted, where: {kind: review}}", True),
        ("{event: lever_pulled, where: {kind: queue}}", "{event: lever_reverted}", True),
        ("{event: major_incident_declared}", "{event: incident_stood_down}", False),
        ("{event: authority_notified, where: {obligation: x}}", "{event: no_duty_recorded, where: {obligation: x}}", False),
        ("{event: snapshot_taken}", "{all: [{event: suite_run}, {not: {event: snapshot_taken}}]}", False),
        ("{any: [{event: snapshot_taken}, {event: suite_run}]}", "{not: {event: snapshot_taken}}", True),
    ],
)  # fmt: skip
def test_what_takes_the_other_away(one: str, other: str, both: bool):
    assert opposed(condition(one), condition(other)) is not both
    assert opposed(condition(other), condition(one)) is not both


@pytest.mark.parametrize(
    "meet, answers",
    [
        (SEEN, {"1"}),
        ("{any: [{event: severity_set, where: {level: 1}}, {event: severity_set, where: {level: [2, 3]}}]}", {"1", "2", "3"}),
        ("{any: [{event: severity_set, where: {level: 1}}, {event: decision_recorded}]}", None),
        ("{all: [{event: decision_recorded}, {event: severity_set, where: {level: 1}}]}", {"1"}),
        ("{event: severity_set, where: {level: {max: 2}}}", None),
        ("{event: severity_set}", None),
        ("{not: {event: severity_set, where: {level: 1}}}", None),
    ],
)  # fmt: skip
def test_the_answer_that_is_insisted_on(meet: str, answers: set[str] | None):
    found = settled(condition(meet))
    assert (set(found[3]) if found else None) == answers


def test_facts_of_a_condition_leave_out_what_must_not_be_known():
    text = "{any: [{fact: a}, {all: [{since: {fact: b}, minutes: 3}, {not: {fact: c}}, {event: drill_started}]}]}"
    assert facts_of(condition(text)) == {"a", "b"}
