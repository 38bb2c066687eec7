"""Who may sit as a reviewer, and what becomes of a decision."""

import pytest

from hotwash.conductor.session import Session, lever_log
from hotwash.drill import commands as c
from hotwash.drill.refusal import RefusedError
from hotwash.drill.views.project import ViewLog
from hotwash.kernel.audience import OBSERVER, player
from tests.support.drills import bench, content

REVIEW = c.PullLever(
    call="look", kind="review", arguments={"reviewers": 4}, reason="a person looks first", break_glass=True
)
DECIDE = c.DecideCase(case="r-1", action="escalate", reason="doubt is a decision")


def with_queue(**given):
    one = bench(**given)
    one.to(14)
    one.do("ml", REVIEW)
    one.to(16)
    return one


def kit_with_observer(*, raw=False):
    kit = content()[0]
    rights = {**kit.roles.rights, "decide_case": ["ml", "observer"]}
    evidence = kit.declaration.evidence
    readers = {**evidence.readers, "raw": [*evidence.readers["raw"], *(["observer"] if raw else [])]}
    declaration = kit.declaration.model_copy(update={"evidence": evidence.model_copy(update={"readers": readers})})
    return kit.model_copy(update={"roles": kit.roles.model_copy(update={"rights": rights}), "declaration": declaration})


def test_an_observer_reviews_where_the_kit_gives_the_right():
    one = with_queue(kit=kit_with_observer(raw=True))
    one.do("observer", c.OpenTrace(trace="r-1", purpose="review of a case"))
    assert [event.type for event in one.do("observer", DECIDE)] == ["case_decided"]


def test_an_observer_is_not_shown_personal_data_without_that_right():
    one = with_queue(kit=kit_with_observer())
    with pytest.raises(RefusedError, match="holds personal data is not shown"):
        one.do("observer", c.OpenTrace(trace="r-1", purpose="review of a case"))
    assert one.all("evidence_refused")[-1]["item"] == "r-1"


@pytest.mark.parametrize("action", [DECIDE, c.OpenTrace(trace="r-1", purpose="to see")])
def test_no_other_observer_reviews_or_opens_anything(action):
    one = with_queue()
    with pytest.raises(RefusedError, match="no seat 'observer'"):
        one.do("observer", action)


def test_a_decision_is_an_input_of_the_system_also_after_a_restart():
    one = with_queue()
    one.do("ml", c.OpenTrace(trace="r-1", purpose="review of a case"))
    one.do("ml", DECIDE)
    fresh = type(one.system)()
    Session("drill", one.session.design, one.session.store, fresh, one.clock)
    assert [(call.kind, dict(call.arguments)) for call in fresh.pulled if call.kind == "decide_case"] == [
        ("decide_case", {"action": "escalate", "case": "r-1"})
    ]
    assert lever_log(one.session.events) == tuple(fresh.pulled)


def test_players_see_who_decided_what_and_nothing_that_tells_whether_it_was_right():
    one = with_queue()
    one.do("ml", c.OpenTrace(trace="r-1", purpose="review of a case"))
    event = one.do("ml", DECIDE)[-1]
    for audience in (player("comms"), OBSERVER):
        shown = ViewLog(audience, one.session.design).show(event)
        assert set(shown.data) == {"case", "action", "reason", "call", "waited_ms"}
