"""Facts that may be said come from what every player was shown, and from nothing else."""

from dataclasses import replace

import pytest

from hotwash.drill import commands as c
from hotwash.drill.events import EVENTS
from hotwash.drill.known import READ, seat_facts, team_facts
from hotwash.drill.views.player import PlayerView
from hotwash.drill.views.project import PLAYERS, ViewLog
from hotwash.kernel.audience import player
from hotwash.kernel.clock import MINUTE
from tests.support.drills import bench, content, description

CANARY = "CANARY-7f3"


def played():
    """A drill in which most of what can be known has been said."""
    one = bench()
    one.to(4)
    one.do("tech", c.OpenIncident(title="Strangers' orders", observation="o"))
    one.do("ml", c.ValidateSignal(alert="pii-in-output", second="sample", verdict="confirmed", note="9 of 12 are real"))
    one.do("ic", c.SetSeverity(level=2, reason="bounded"))
    one.do(
        "ic", c.SetScope(scope={"tenant": ["t-04"]}, since_ms=2 * MINUTE, share_low=1, share_high=3, statement="one")
    )
    one.do("ml", c.RaiseHypothesis(hypothesis="h1", statement="the index crossed", component="index", mode="leak"))
    one.do("ml", c.RaiseHypothesis(hypothesis="h2", statement="the prompt", component="prompt"))
    one.to(6)
    one.do("privacy", c.AssessImpact(who="shoppers", people_low=20, people_high=90, data_involved=("names",)))
    one.do("ml", c.RecordTest(hypothesis="h1", method="read", result="supports"))
    one.do("ml", c.RecordTest(hypothesis="h2", method="read", result="refutes"))
    one.do("ic", c.SetSeverity(level=1, reason="it crossed"))
    one.do(
        "tech",
        c.PullLever(call="l1", kind="retrieval_off", scope={"tenant": ["t-04"]}, reason="stop", break_glass=True),
    )
    one.to(9)
    one.do("ml", c.RunSuite(suite="replay", trials=300))
    return one


def facts_of(one, now_ms=9 * MINUTE):
    return team_facts(one.session.state.journal, one.session.design, now_ms)


def test_each_fact_says_which_entry_of_the_log_it_rests_on():
    one = played()
    facts = facts_of(one)
    log = {event.version: event for event in one.session.events}
    assert (facts.severity.value, log[facts.severity.rests_on].type) == (1, "severity_set")
    assert [fact.value for fact in facts.severities] == [2, 1]
    assert log[facts.people.rests_on].data["people_high"] == facts.people.value.high == 90
    assert log[facts.cause.rests_on].type == "test_recorded"
    assert facts.cause.component == "index"
    assert {idea.id: idea.state for idea in facts.ideas} == {"h1": "supported", "h2": "refuted"}
    assert [(lever.kind, lever.state) for lever in facts.in_force] == [("retrieval_off", "in-effect")]
    assert log[facts.in_force[0].rests_on].type == "lever_took_effect"
    assert facts.proved("replay", 300).trials == 300
    assert facts.proved("replay", 301) is None


def test_times_are_in_drill_time_and_in_the_zone_of_the_story():
    facts = facts_of(played())
    assert (facts.onset.value, facts.aware.value, facts.opened.value) == (2 * MINUTE, 4 * MINUTE, 4 * MINUTE)
    assert facts.at(facts.onset.value).isoformat() == "2026-11-23T09:02:00+00:00"
    assert facts.ms(facts.at(facts.onset.value)) == facts.onset.value
    assert facts.cadence_min.value == 15


def test_an_earlier_moment_knows_less():
    one = played()
    then = facts_of(one, 5 * MINUTE)
    assert then.severity.value == 2
    assert then.cause is None
    assert then.levers == ()
    assert then.people is None


def test_a_clean_run_from_before_the_last_change_proves_nothing():
    one = played()
    one.do("tech", c.PullLever(call="l2", kind="cache_flush", reason="old answers", break_glass=True))
    one.to(12)
    assert facts_of(one, 12 * MINUTE).proved("replay", 20) is None


def test_a_false_alarm_is_one_until_something_real_is_found():
    one = bench()
    one.do("ml", c.ValidateSignal(alert="pii-in-output", second="sample", verdict="spurious"))
    one.do("ic", c.StandDown(reason="their own numbers"))
    assert facts_of(one).false_alarm
    one.do("ml", c.ValidateSignal(alert="pii-in-output", second="sample", verdict="confirmed"))
    assert not facts_of(one).false_alarm


def test_every_field_that_is_read_is_in_the_view_of_every_player():
    for kind, fields in READ.items():
        assert PLAYERS[kind].to == "all", kind
        assert not set(fields.split()) & PLAYERS[kind].without, kind
        assert set(fields.split()) <= set(EVENTS[kind].model_fields), kind


@pytest.mark.parametrize("seat", ["comms", "scribe"])
def test_a_seat_makes_the_same_facts_from_its_own_view(seat):
    one = played()
    view, log = PlayerView(seat=seat), ViewLog(player(seat), one.session.design)
    for event in one.session.events:
        if shown := log.show(event):
            view.apply(shown)
    kit, scenario, _, _ = content()
    mine = seat_facts(view, description(), kit, scenario.story_start, 9 * MINUTE)
    ours = facts_of(one)
    assert mine.severity.value == ours.severity.value
    assert view.events[mine.severity.rests_on - 1].type == "severity_set"
    assert [replace(idea, rests_on=0) for idea in mine.ideas] == [replace(idea, rests_on=0) for idea in ours.ideas]
    assert mine.scope.value == ours.scope.value == {"tenant": ("t-04",)}


def test_no_secret_reaches_a_fact():
    one = played()
    secret = one.session.design.secret
    one.to(17)
    one.do("facilitator", c.ImproviseInject(
        inject="i9", sender="x", channel="chat", to=("legal",), subject=CANARY, body=CANARY, reveals=(),
    ))  # fmt: skip
    one.do("facilitator", c.NoteAsFacilitator(text=CANARY))
    one.do("legal", c.SendMessage(channel="direct", to=("privacy",), text=CANARY))
    one.do("tech", c.OpenTrace(trace="r-1", purpose=CANARY))
    marked = secret.model_copy(update={"key": secret.key.model_copy(update={"cause": CANARY})})
    design = replace(one.session.design, secret=marked)
    hidden = {
        "inject_delivered",
        "inject_improvised",
        "fact_learned",
        "trace_opened",
        "message_sent",
        "facilitator_noted",
    }
    assert hidden <= {event.type for event in one.session.events}
    assert CANARY not in repr(team_facts(one.session.state.journal, design, 18 * MINUTE))
