"""What the engine promises to people: clocks, rights, approvals, severity, detectors, deadlines."""

import pytest

from hotwash.drill import commands as c
from hotwash.drill import events as e
from hotwash.drill.commands import COMMANDS
from hotwash.drill.decide import DECIDERS
from hotwash.drill.refusal import RefusedError
from hotwash.kernel.clock import MINUTE
from tests.support.drills import bench, content


def test_every_command_is_decided_and_every_event_is_counted():
    assert set(DECIDERS) == set(COMMANDS)
    assert (len(COMMANDS), len(e.EVENTS)) == (64, 86)


def test_pausing_moves_every_later_inject_by_the_pause_in_wall_time_and_by_nothing_in_drill_time():
    """OpenAEV #1395, #2320."""
    plain, paused = bench(), bench()
    for one, pause in ((plain, 0), (paused, 30 * MINUTE)):
        one.to(2)
        one.do("facilitator", c.PauseDrill(reason="fire alarm in the building"))
        one.clock.wait_until(one.clock.now() + pause)
        one.do("facilitator", c.ResumeDrill())
        one.to(40)

    def times(one):
        return [
            (line.data["inject"], line.drill_ms, line.wall_ms)
            for line in one.session.events
            if line.type == "inject_delivered" and line.drill_ms > 2 * MINUTE
        ]

    assert times(plain)
    assert [(name, drill, wall + 30 * MINUTE) for name, drill, wall in times(plain)] == times(paused)


def test_a_triggered_inject_fires_now_even_after_a_pause_and_only_once():
    one = bench()
    later = max((inject for inject in content()[2].msel if inject.at_min), key=lambda inject: inject.at_min)
    one.to(1)
    one.do("facilitator", c.PauseDrill(reason="break"))
    one.clock.wait_until(one.clock.now() + 5 * MINUTE)
    one.do("facilitator", c.TriggerInject(inject=later.id))
    delivered = [
        line for line in one.session.events if line.type == "inject_delivered" and line.data["inject"] == later.id
    ]
    assert [line.drill_ms for line in delivered] == [MINUTE]
    assert delivered[0].data["cause"] == "triggered"
    one.do("facilitator", c.ResumeDrill())
    one.to(59)
    assert len([line for line in one.all("inject_delivered") if line["inject"] == later.id]) == 1


def test_startex_refuses_an_inject_that_nobody_would_receive():
    """OpenAEV #7731."""
    secret = content()[2]
    lost = secret.msel[0].model_copy(update={"to": ["nobody"]})
    one = bench(started=False, secret=secret.model_copy(update={"msel": [lost, *secret.msel[1:]]}))
    with pytest.raises(RefusedError, match=f"'{lost.id}' goes to nobody"):
        one.do("facilitator", c.StartDrill())


def test_a_facilitator_notes_what_really_happened_late_without_falsifying_the_clock():
    """OpenAEV #1648."""
    one = bench()
    one.to(20)
    one.do("facilitator", c.NoteAsFacilitator(text="the bridge was down", happened_ms=5 * MINUTE))
    note = one.session.events[-1]
    assert (note.drill_ms, note.data["happened_ms"]) == (20 * MINUTE, 5 * MINUTE)


def test_nothing_happens_before_startex_while_paused_or_after_endex():
    one = bench(started=False)
    opening = c.OpenIncident(title="t", observation="o")
    with pytest.raises(RefusedError, match="has not started"):
        one.do("ic", opening)
    one.do("facilitator", c.StartDrill())
    one.do("facilitator", c.PauseDrill(reason="r"))
    with pytest.raises(RefusedError, match="paused"):
        one.do("ic", opening)
    one.do("facilitator", c.ResumeDrill())
    one.to(60)
    assert one.session.state.ended
    with pytest.raises(RefusedError, match="has ended"):
        one.do("ic", opening)


def test_a_retried_command_appends_once():
    one = bench()
    action = c.OpenIncident(title="t", observation="o")
    first = one.do("ic", action, name="same")
    before = len(one.session.events)
    assert one.session.store.append("drill", 0, [], "same") == list(first)
    assert len(one.session.events) == before


def test_a_lever_needs_its_approvals_and_the_record_shows_how_long_authority_took():
    one = bench()
    lever = {"call": "fix", "kind": "rollback", "arguments": {"component": "index"}, "reason": "index changed at onset"}
    rights = content()[0].levers["rollback"].rights
    with pytest.raises(RefusedError, match="approval") as refused:
        one.do("tech", c.PullLever(**lever))
    assert refused.value.who == tuple(rights.approvers)
    one.do("tech", c.RequestLever(**lever))
    one.to(3)
    for seat in rights.approvers[: rights.approvals]:
        one.do(seat, c.ApproveLever(call="fix"))
    with pytest.raises(RefusedError, match="may not pull"):
        one.do("comms", c.PullLever(**lever))
    with pytest.raises(RefusedError, match="differs"):
        one.do("tech", c.PullLever(**{**lever, "arguments": {"component": "model"}}))
    one.do("tech", c.PullLever(**lever))
    pulled = one.all("lever_pulled")[0]
    assert (pulled["authority"], pulled["waited_ms"], pulled["destroys_evidence"]) == ("approved", 3 * MINUTE, True)
    assert [call.kind for call in one.system.pulled] == ["rollback"]
    one.to(30)
    assert one.all("lever_took_effect") == [{"call": "fix", "kind": "rollback"}]


def test_a_standing_order_holds_only_once_its_fact_is_known():
    one = bench()
    lever = {"call": "cut", "kind": "retrieval_off", "scope": {"tenant": ["t-04"]}, "reason": "stop the leak"}
    with pytest.raises(RefusedError):
        one.do("tech", c.PullLever(**lever))
    one.do("tech", c.OpenTrace(trace="r-1", purpose="validate the alert"))
    one.do("tech", c.PullLever(**lever))
    assert one.all("lever_pulled")[0]["authority"] == "standing-order"


def test_sensitive_content_asks_for_a_purpose_and_logs_it():
    one = bench()
    with pytest.raises(RefusedError, match="say why"):
        one.do("tech", c.OpenTrace(trace="r-1"))
    one.do("tech", c.OpenTrace(trace="r-1", purpose="validate the alert"))
    assert one.all("trace_opened")[0]["purpose"] == "validate the alert"
    assert {line["fact"] for line in one.all("fact_learned")} == {"cross_tenant_content", "personal_data_exposed"}


def test_a_known_fact_sets_a_floor_under_the_severity_and_names_the_rule():
    """Keep #3938: severity comes with the rule that produced it."""
    one = bench()
    one.do("tech", c.OpenTrace(trace="r-1", purpose="look"))
    with pytest.raises(RefusedError, match="cross_tenant_content") as refused:
        one.do("ic", c.SetSeverity(level=3, reason="looks small"))
    assert refused.value.rule.startswith("severity.mandatory")
    one.do("ic", c.SetSeverity(level=1, reason="cross-tenant content", rule="cross-tenant"))
    assert one.session.state.severity == 1


def test_a_detector_is_adjusted_only_after_its_alert_was_found_spurious():
    one = bench()
    fix = c.AdjustDetector(alert="pii-in-output", change="suppress-pattern", detail="order numbers")
    with pytest.raises(RefusedError, match="spurious"):
        one.do("tech", fix)
    with pytest.raises(RefusedError, match="cannot confirm itself"):
        one.do("tech", c.ValidateSignal(alert="pii-in-output", second="pii-in-output", verdict="spurious"))
    one.do("tech", c.ValidateSignal(alert="pii-in-output", second="read samples", verdict="spurious"))
    one.do("tech", fix)
    assert one.all("detector_adjusted")[0]["alert"] == "pii-in-output"


def test_an_external_text_waits_for_its_approvals_and_carries_what_it_should_not_say():
    one = bench()
    notice = next(template for template in content()[0].messages if template.id == "customer-notice")
    text = "No customer data was affected."
    one.do("comms", c.WriteDraft(draft="d", template=notice.id, variant=notice.variant, text=text))
    assert ["no-data-affected", "No customer data was affected"] in one.all("draft_linted")[0]["problems"]
    with pytest.raises(RefusedError, match="approvals are missing"):
        one.do("comms", c.PublishUpdate(draft="d"))
    with pytest.raises(RefusedError, match="overridden with a reason") as refused:
        one.do("privacy", c.ApproveDraft(draft="d"))
    assert refused.value.who == ("ic", "legal")
    one.do("legal", c.ApproveDraft(draft="d", override="The regulator dictated this sentence."))
    one.do("privacy", c.ApproveDraft(draft="d"))
    one.do("comms", c.PublishUpdate(draft="d"))
    said = one.all("update_published")[0]
    assert said["problems"]
    assert (said["override"], said["overridden_by"]) == ("The regulator dictated this sentence.", "legal")
    assert ["no-data-affected", "No customer data was affected"] in said["problems"]


def test_a_draft_is_judged_by_what_the_team_knows_at_that_moment():
    one = bench()
    said = ("**What happened.** x\n**Impact.** x\n**Status.** The index caused it.\n**Next steps.** Next update at T+20.\n"
            "**Asks and risks.** Nothing is needed.")  # fmt: skip
    draft = {"template": "update-executive", "variant": "executive", "text": said}
    one.do("comms", c.WriteDraft(draft="d1", **draft))
    one.do("ml", c.RaiseHypothesis(hypothesis="h1", statement="the index crossed", component="index"))
    one.do("ml", c.RecordTest(hypothesis="h1", method="read", result="supports"))
    one.do("comms", c.WriteDraft(draft="d2", **draft))
    first, second = (paper["problems"] for paper in one.all("draft_linted"))
    assert [rule for rule, _ in first] == ["root-cause-early"]
    assert second == []


def test_whoever_writes_does_not_approve():
    one = bench()
    notice = next(template for template in content()[0].messages if template.id == "customer-notice")
    one.do("legal", c.WriteDraft(draft="d", template=notice.id, variant=notice.variant, text="We are looking into it."))
    with pytest.raises(RefusedError, match="whoever writes"):
        one.do("legal", c.ApproveDraft(draft="d"))


def test_an_obligation_that_applies_starts_its_clock_at_awareness_in_story_time():
    one = bench()
    one.to(20)
    one.do(
        "privacy",
        c.AssessObligation(
            obligation="gdpr-authority", applies="yes", reason="a breach of confidentiality", aware_ms=10 * MINUTE
        ),
    )
    clock = one.all("obligation_clock_started")[0]
    assert (clock["hours"], clock["aware_ms"]) == (72, 10 * MINUTE)
    assert clock["deadline"] == one.session.design.story_time(10 * MINUTE + 72 * 60 * MINUTE)


def test_a_duty_that_is_not_law_yet_is_on_record_and_starts_no_clock():
    one = bench()
    one.to(20)
    one.do("legal", c.AssessObligation(obligation="ai-act-serious-incident", applies="yes", reason="it looks like one"))
    assert one.all("obligation_assessed")
    assert not one.all("obligation_clock_started")


def test_a_rule_runs_from_the_moment_the_team_knew_and_says_what_was_lacking():
    """SREGym #543: a failed expectation says which condition failed."""
    one = bench()
    one.to(5)
    one.do("tech", c.OpenTrace(trace="r-1", purpose="look"))
    one.to(59)
    armed = next(line for line in one.all("rule_armed") if line["duty"] == "leak-severity")
    assert armed["knowable"]
    assert armed["due_ms"] == 15 * MINUTE
    missed = next(line for line in one.all("rule_missed") if line["duty"] == "leak-severity")
    assert "no severity set with level 1" in missed["lacking"]


def test_an_alert_fires_with_its_cells_and_not_every_minute():
    one = bench()
    for minute in range(10, 30):
        one.system.hot(minute, 40)
    for minute in range(9, 31):
        one.to(minute)
    every = [line for line in one.session.events if line.type == "alert_fired"]
    fired = [line for line in every if line.data["alert"] == "pii-in-output"]
    assert ["tenant", "t-04"] in [cell[:2] for cell in fired[0].data["cells"]]
    assert len(fired) == 1
    assert 10 * MINUTE < fired[0].drill_ms <= 14 * MINUTE


def test_nobody_recovering_is_a_normal_end():
    """Chaos Toolkit #186: the engine injects; recovery is left to people."""
    one = bench()
    one.to(60)
    assert one.session.events[-1].type == "drill_ended"
    assert not one.all("lever_pulled")


def test_a_session_is_rebuilt_from_its_store_in_mid_drill():
    one = bench()
    one.to(10)
    one.do("ic", c.OpenIncident(title="t", observation="o"))
    again = type(one.session)("drill", one.session.design, one.session.store, type(one.system)(), one.clock)
    assert again.state.snapshot() == one.session.state.snapshot()
    assert again.next_due_ms() == one.session.next_due_ms()
