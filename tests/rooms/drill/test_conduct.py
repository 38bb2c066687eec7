"""Exercise control, alerts over time, and what may happen twice."""

import pytest

from hotwash.drill import commands as c
from hotwash.drill.alerts import alerting
from hotwash.drill.refusal import RefusedError
from hotwash.drill.watch import QUIET_MIN, REPEAT_MS
from hotwash.kernel.clock import MINUTE
from tests.support.drills import bench, content

ALERT = "pii-in-output"


def fired(one):
    """When the alert of these tests fired; others on the same signal have thresholds of their own."""
    alerts = [event for event in one.session.events if event.type == "alert_fired"]
    return [event.drill_ms / MINUTE for event in alerts if event.data["alert"] == ALERT]


def heat(one, *minutes, count=30):
    for minute in minutes:
        one.system.hot(minute, count)


def spurious(one):
    one.do("ml", c.ValidateSignal(alert=ALERT, second="read samples", verdict="spurious", note="order numbers"))
    one.do("tech", c.AdjustDetector(alert=ALERT, change="suppress-pattern", detail="order numbers"))


def test_an_alert_that_still_stands_pages_again_unless_its_detector_was_changed():
    left, changed = bench(), bench()
    for one in (left, changed):
        heat(one, *range(5, 50))
        one.to(20)
    spurious(changed)
    left.to(55)
    changed.to(55)
    assert len(fired(left)) > len(fired(changed)) > 0
    assert all(minute <= 20 for minute in fired(changed))


def test_after_quiet_an_alert_that_returns_is_new():
    one = bench()
    heat(one, *range(2, 9), *range(33, 40))
    one.to(59)
    first, second = fired(one)[0], next(minute for minute in fired(one) if minute > 25)
    assert first == 10
    assert second - 33 <= 2
    assert REPEAT_MS / MINUTE > QUIET_MIN


def test_a_jump_does_not_lose_an_alert_that_stood_meanwhile():
    one = bench()
    heat(one, *range(5, 12))
    one.to(3)
    one.do("facilitator", c.JumpTo(to_ms=40 * MINUTE))
    one.to(40)
    assert fired(one) == [40]


def test_the_next_moment_is_never_later_than_the_next_whole_minute():
    one = bench()
    one.to(3.25)
    assert one.session.next_due_ms() == 4 * MINUTE


def test_alerts_that_stand_are_told_apart_by_where():
    one = bench()
    heat(one, *range(5, 12))
    one.to(11)
    design, system = one.session.design, one.system
    standing = alerting(design.alerts.values(), design.system, system.frame(), system.baseline(), 11)
    assert (ALERT, "tenant", "t-04") in standing


def test_exercise_control_speaks_and_observers_find():
    one = bench()
    one.do("facilitator", c.SendMessage(channel="chat", to=("all",), text="EXERCISE. Five minutes to the break."))
    one.do("observer", c.RaiseFinding(text="nobody named a deputy"))
    one.to(60)
    one.do("observer", c.NoteInHotwash(text="the cadence held"))
    assert one.all("hotwash_noted")
    with pytest.raises(RefusedError):
        one.do("observer", c.SendMessage(channel="chat", to=("all",), text="look at the cache"))


def test_startex_waits_until_every_inject_reaches_somebody_or_is_skipped():
    one = bench(started=False, seats=("comms",))
    with pytest.raises(RefusedError, match="would reach nobody: seat .* or skip it"):
        one.do("facilitator", c.StartDrill())
    for inject in one.session.design.secret.msel:
        if "comms" not in inject.to:
            one.do("facilitator", c.SkipInject(inject=inject.id, reason="nobody there"))
    one.do("facilitator", c.StartDrill())
    one.to(60)
    assert {line["inject"] for line in one.all("inject_delivered")} <= {
        inject.id for inject in one.session.design.secret.msel if "comms" in inject.to
    }


def test_a_held_inject_can_be_skipped_and_a_skipped_one_is_gone():
    one = bench()
    name = one.session.design.secret.msel[0].id
    one.do("facilitator", c.HoldInject(inject=name))
    one.do("facilitator", c.SkipInject(inject=name, reason="time"))
    with pytest.raises(RefusedError, match="is waiting or held"):
        one.do("facilitator", c.SkipInject(inject=name, reason="time"))
    with pytest.raises(RefusedError, match="skipped: improvise it instead"):
        one.do("facilitator", c.TriggerInject(inject=name))


def test_a_second_incident_may_follow_one_that_was_stood_down_and_no_other():
    one = bench()
    first = c.OpenIncident(title="odd", observation="numbers")
    one.do("ic", first)
    with pytest.raises(RefusedError, match="open already"):
        one.do("ic", first)
    one.do("ic", c.StandDown(reason="order numbers"))
    one.do("ic", c.OpenIncident(title="leak", observation="foreign names"))
    assert len(one.all("incident_opened")) == 2


def test_an_asker_approves_alone_only_where_the_kit_names_nobody_else():
    one = bench()
    kit = content()[0]
    alone = next(str(kind) for kind, lever in kit.levers.items() if lever.rights.approvers == ["ic"])
    one.do("ic", c.RequestLever(call="x", kind=alone, scope={}, arguments={}, reason="now"))
    one.do("ic", c.ApproveLever(call="x"))
    shared = next(
        (
            str(k)
            for k, lever in kit.levers.items()
            if len(lever.rights.approvers) > 1 and "ic" in lever.rights.approvers
        ),
        None,
    )
    if shared is not None:
        one.do("ic", c.RequestLever(call="y", kind=shared, scope={}, arguments={}, reason="now"))
        with pytest.raises(RefusedError, match="whoever asks does not approve"):
            one.do("ic", c.ApproveLever(call="y"))


def test_an_inject_quotes_what_the_team_has_done_so_far():
    secret = content()[2]
    body = "EXERCISE. At {clock} it is {severity}, {updates} updates, {minutes_since_update} min, you said {statement}."
    quoting = secret.msel[0].model_copy(update={"at_min": 6, "when": None, "body": body})
    one = bench(secret=secret.model_copy(update={"msel": [quoting, *secret.msel[1:]]}))
    one.to(4)
    one.do("ic", c.OpenIncident(title="t", observation="o"))
    one.do("ic", c.StateIncident(statement="Two shops see strangers."))
    one.do("ic", c.SetSeverity(level=2, reason="r"))
    one.to(6)
    said = next(line["body"] for line in one.all("inject_delivered") if line["inject"] == quoting.id)
    assert said == 'EXERCISE. At 09:06 it is Sev-2, 0 updates, 6 min, you said "Two shops see strangers.".'
