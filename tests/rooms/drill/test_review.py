"""Cases that a strict reader of the engine asked for."""

import pytest

from hotwash.drill import commands as c
from hotwash.drill.refusal import RefusedError
from hotwash.drill.views.project import ViewLog
from hotwash.kernel.audience import player
from tests.support.drills import bench, content


def test_a_retried_command_is_answered_with_its_first_events():
    one = bench()
    action = c.RecordDecision(decision="d1", kind="close", what="We close.", reason="all quiet")
    first = one.do("scribe", action, name="same")
    assert one.do("scribe", action, name="same") == first
    assert len(one.all("decision_recorded")) == 1


def test_an_external_text_never_leaves_on_its_authors_word_alone():
    for template in content()[0].messages:
        if not template.external:
            continue
        one = bench()
        one.do(
            "ic",
            c.WriteDraft(draft="d", template=template.id, variant=template.variant, text="We are looking into it."),
        )
        with pytest.raises(RefusedError, match="approvals are missing"):
            one.do("ic", c.PublishUpdate(draft="d"))


def test_a_facilitators_finding_stays_with_exercise_control_during_play():
    one = bench()
    one.do("facilitator", c.RaiseFinding(text="nobody owns the dashboard"))
    one.do("scribe", c.RaiseFinding(text="we had no template"))
    log = ViewLog(player("ic"), one.session.design)
    seen = [
        shown.data["text"]
        for event in one.session.events
        if (shown := log.show(event)) and shown.type == "finding_raised"
    ]
    assert seen == ["we had no template"]


def test_words_said_before_a_duty_arose_do_not_meet_it():
    one = bench()
    one.to(1)
    one.do("ic", c.SendMessage(channel="chat", to=("all",), text="good morning"))
    one.to(2)
    one.do("tech", c.OpenTrace(trace="r-1", purpose="look"))
    one.to(59)
    assert "privacy-told" in {line["duty"] for line in one.all("rule_missed")}


def test_a_severity_is_never_milder_than_its_own_rows_and_comes_before_a_major_incident():
    one = bench()
    one.do("ic", c.OpenIncident(title="t", observation="o"))
    criterion = next(iter(content()[0].declaration.major_criteria))
    with pytest.raises(RefusedError, match="set a severity first"):
        one.do("ic", c.DeclareMajorIncident(criteria=(criterion,), reason="r"))
    row = next(iter(content()[0].severity.dimensions))
    with pytest.raises(RefusedError, match="stands at Sev-1"):
        one.do("ic", c.SetSeverity(level=4, dimensions={row: 1}, reason="r"))


def test_nobody_jumps_past_endex():
    one = bench()
    with pytest.raises(RefusedError, match="ENDEX is at"):
        one.do("facilitator", c.JumpTo(to_ms=10**9))


def test_a_person_takes_a_stand_ins_seat_but_not_another_persons():
    one = bench(started=False)
    one.do("facilitator", c.TakeSeat(seat="ic", person="stand-in", holder="stand-in", profile="expert"))
    one.session.act(
        c.Command(id="mine", seat="ic", person="Ada", action=c.TakeSeat(seat="ic", person="Ada", holder="person"))
    )
    assert one.session.state.seats["ic"] == "Ada"
    with pytest.raises(RefusedError, match="held by Ada"):
        one.session.act(
            c.Command(id="theirs", seat="ic", person="Bo", action=c.TakeSeat(seat="ic", person="Bo", holder="person"))
        )


def test_a_message_goes_to_a_seat_that_exists():
    one = bench()
    with pytest.raises(RefusedError, match="no seat legall"):
        one.do("ic", c.SendMessage(channel="chat", to=("legall",), text="please look"))
